"""The file of the eligibility helper: a mistake in it names the place and what to do."""

from pathlib import Path

import pytest

from triage.eligibility_rules import Rules, read_eligibility
from triage.errors import ContentError

GOOD = """
words: [what can i get]
questions:
  - {id: age, kind: choice, choices: [young, old], affirm: old}
  - {id: income, kind: amount, per: week}
benefits:
  - id: pension
    name: Pension
    amounts: [{figure: pension_week, if: age is old}]
    per: a week
    needs:
      - {if: age is old, "yes": You are old., "no": It is for the old., unsure: It depends., source: ACT}
      - if: [income up to limit, age is old and income over limit]
        maybe: age is young
        "yes": "Under {figure:limit}."
        "no": Too much.
        unsure: It depends.
        source: ACT
    also: [{text: Savings count., source: ACT}]
    apply: Write to them.
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "eligibility.yml"
    path.write_text(text)
    return path


def read(path: Path) -> Rules:
    return read_eligibility(path, figures={"limit", "pension_week"}, sources={"ACT"})


def test_a_good_file_is_read(tmp_path: Path) -> None:
    rules = read(written(tmp_path, GOOD))
    assert [question.id for question in rules.questions] == ["age", "income"]
    assert rules.question("income").per == "week"
    assert [len(need.ways) for need in rules.benefits[0].needs] == [1, 2]
    with pytest.raises(KeyError):
        rules.question("height")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("income up to limit,", "income below limit,", r"pension', needs 2: 'income below limit' is no test; write"),
        ("income up to limit,", "income is old,", r"needs 2: 'income is old' does not fit the question 'income'"),
        ("if: age is old, \"yes\"", "if: age is grey, \"yes\"", r"needs 1: 'grey' is no choice of the question 'age'"),
        ("if: age is old, \"yes\"", "if: hair is old, \"yes\"", r"needs 1: unknown question 'hair'"),
        ("if: age is old, \"yes\"", "\"yes\"", r"needs 1: needs `if:`"),
        ('"no": Too much.', "", r"needs 2: needs `no:` with some text"),
        ("choices: [young, old], ", "", r"question 'age': a choice needs `choices`"),
        ("affirm: old", "affirm: grey", r"question 'age': 'grey' is no choice of it"),
        ("per: week", "per: day", r"question 'income': `per: day` is not one of"),
        ("also: [{text: Savings count., source: ACT}]", "also: Savings", r"`also` must be a list"),
        ("words: [what can i get]", "words: [What]", r"needs `words:`"),
        ("  - {id: income", "  - {id: shoes, kind: amount}\n  - {id: income", r"question 'shoes' decides nothing"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_to_do(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(ContentError, match=problem):
        read(written(tmp_path, GOOD.replace(old, new, 1)))


def test_a_benefit_needs_a_need(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("    needs:")] + "    apply: Write.\n"
    with pytest.raises(ContentError, match="must have `needs:`"):
        read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("figure: pension_week", "figure: gold", r"benefit 'pension', amounts 1: unknown figure 'gold'"),
        ("income up to limit,", "income up to gold,", r"benefit 'pension', needs 2: unknown figure 'gold'"),
        ("{figure:limit}", "{figure:gold}", r"benefit 'pension', needs 2: unknown figure 'gold'"),
        ("Savings count.", '"{figure:gold}"', r"benefit 'pension', also 1: unknown figure 'gold'"),
        ("source: ACT", "source: RUMOUR", r"benefit 'pension', needs 1: unknown source 'RUMOUR'"),
    ],
)
def test_every_figure_and_source_is_in_the_pack(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(ContentError, match=problem):
        read(written(tmp_path, GOOD.replace(old, new, 1)))

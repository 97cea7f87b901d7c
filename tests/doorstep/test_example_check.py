"""Examples that stand twice, under two labels, or on both sides of the split are named with file and line."""

from pathlib import Path

import pytest

from doorstep.example_check import read_written, repeated, too_few
from tests.small_content import write_examples, write_small_content
from tests.trained import CONTENT
from triage.taxonomy import load_taxonomy

LOCKED = "they changed the lock of my room while i was at work"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small folder in which nothing stands twice."""
    folder = write_small_content(tmp_path / "content")
    (folder / "heldout").mkdir()
    write_examples(folder / "issues" / "housing.lockout.yml", "housing.lockout", ["key does not turn", LOCKED])
    write_examples(folder / "issues" / "work.pay.yml", "work.pay", ["no wages", "of course"])
    write_examples(folder / "issues" / "benefits.refused.yml", "benefits.refused", ["grant declined"])
    write_examples(folder / "chatter" / "talk.yml", "no_problem", ["nice weather"])
    return folder


def said(content: Path) -> list[str]:
    return [str(mistake).replace(f"{content}/", "") for mistake in repeated(read_written(content))]


def test_nothing_is_said_where_nothing_is_repeated(content: Path) -> None:
    write_examples(content / "heldout" / "housing.yml", "housing.lockout", ["he put a chain around the gate"])
    assert said(content) == []


def test_the_same_message_twice_is_named_with_both_lines(content: Path) -> None:
    write_examples(content / "chatter" / "more.yml", "no_problem", ["bye", "hm", "Nice  weather"])
    write_examples(content / "issues" / "work.pay.yml", "work.pay", ["no wages", "mine", "no wages"])
    assert said(content) == [
        "issues/work.pay.yml:8: the same message as issues/work.pay.yml:6; reword or delete one",
        "chatter/talk.yml:6: the same message as chatter/more.yml:8; reword or delete one",
    ]


@pytest.mark.parametrize(
    "text", [LOCKED + " today", LOCKED.upper() + "!", "he changed the lock of my room while i was at work"]
)
def test_nearly_the_same_under_another_label_is_named(content: Path, text: str) -> None:
    write_examples(content / "issues" / "work.pay.yml", "work.pay", ["no wages", text])
    (mistake,) = said(content)
    assert mistake.startswith("issues/work.pay.yml:7: labelled work.pay, but ")
    assert mistake.endswith(
        " the same as an example of housing.lockout, issues/housing.lockout.yml:7; reword or delete one"
    )


def test_nearly_the_same_under_the_same_label_is_fine(content: Path) -> None:
    write_examples(content / "issues" / "housing.more.yml", "housing.lockout", [LOCKED + " today"])
    assert said(content) == []


def test_nearly_the_same_as_a_held_out_one_is_named_whatever_its_label(content: Path) -> None:
    write_examples(content / "heldout" / "housing.yml", "housing.lockout", ["other", "so " + LOCKED + " today"])
    (mistake,) = said(content)
    assert mistake.startswith("heldout/housing.yml:7: held out, but 85% the same as the training example ")
    assert mistake.endswith(" issues/housing.lockout.yml:7; reword or delete one")


def test_few_words_are_the_same_only_when_every_word_is(content: Path) -> None:
    write_examples(content / "chatter" / "more.yml", "no_problem", ["of course not"])
    assert said(content) == []
    write_examples(content / "chatter" / "more.yml", "no_problem", ["of course!"])
    assert len(said(content)) == 1


def test_what_is_too_little_is_named_by_issue_language_and_length(content: Path) -> None:
    taxonomy = load_taxonomy(content / "taxonomy.yml")
    found = [str(mistake) for mistake in too_few(read_written(content), taxonomy, content)]
    lockout, pay = f"{content}/issues/housing.lockout.yml", f"{content}/issues/work.pay.yml"
    assert f"{lockout}: 2 examples in English, at least 120 are needed" in found
    assert f"{lockout}: 0 examples in English of 60 to 300 words, at least 30 are needed" in found
    assert f"{lockout}: 0 examples in language 'zu', at least 15 are needed" in found
    assert f"{pay}: 2 examples in English, at least 60 are needed" in found
    assert f"{pay}: 0 examples in language 'mixed', at least 6 are needed" in found
    assert f"{content}/chatter: 1 examples of no problem, at least 1500 are needed" in found
    assert len(found) == 3 * (2 + 5) + 1


def test_our_own_examples_are_many_enough_and_none_is_repeated() -> None:
    written = read_written(CONTENT)
    assert len(written) > 10_000
    assert [str(mistake) for mistake in repeated(written)] == []
    assert [str(mistake) for mistake in too_few(written, load_taxonomy(CONTENT / "taxonomy.yml"), CONTENT)] == []

"""A law pack held against taxonomy, interview and calendar: every mistake names file and line."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.script import load_script
from bot.wording import load_wording
from doorstep.pack_check import check_pack
from tests.small_pack import write_small_pack
from tests.trained import CONTENT
from triage.errors import ContentError
from triage.taxonomy import load_taxonomy

TODAY = date(2026, 11, 23)


def check(pack: Path, today: date = TODAY) -> list[str]:
    script = load_script(CONTENT / "script" / "interview.yml", pack.name)
    taxonomy, wording = load_taxonomy(CONTENT / "taxonomy.yml"), load_wording(CONTENT / "wording")
    return list(check_pack(pack, taxonomy, script, wording, today=today))


def test_a_small_pack_is_counted_and_its_review_reported(tmp_path: Path) -> None:
    holds, _, review = check(write_small_pack(tmp_path))
    assert holds == (
        "law pack xx: 2 cards with 1 variants, 1 deadlines, 1 figures, 0 letters, 1 contacts, 0 services, 0 benefits, "
        "3 statements, all with a source"
    )
    assert review == (
        "review of xx: 2 cards without a lawyer's review, 0 past their review date, 0 too old to be shown; "
        "4 facts await review: run `doorstep law`"
    )


def test_what_is_overdue_or_too_old_is_counted(tmp_path: Path) -> None:
    pack = write_small_pack(tmp_path)
    (pack / "figures.yml").write_text("fee: [{value: 1, unit: EUR, from: 2026-01-01, to: null, source: LAW1}]\n")
    assert "2 past their review date, 0 too old" in check(pack, date(2027, 5, 24))[-1]
    assert "2 past their review date, 2 too old" in check(pack, date(2027, 11, 24))[-1]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("contacts.yml", "violence, ", "", r"contacts.yml: nobody to call for 'violence'"),
        ("contacts.yml", ", human", "", r"contacts.yml: nobody to call for 'human'"),
        ("pack.yml", "holidays: PT", "holidays: ATL", r"pack.yml:8: pack: no public holidays are known for 'ATL'"),
        ("pack.yml", '"08-01"', '"August"', r"pack.yml:10: recess 'summer': `first: August` is not a day of the year"),
        ("figures.yml", "2026-12-31", "2026-10-31", r"figures.yml:1: figure 'fee': no period covers 2026-11-23"),
        ("deadlines.yml", "housing.eviction", "housing.move", r"deadlines.yml:1: .*unknown issue 'housing.move'"),
        ("deadlines.yml", "  what:", "  when: homes is yes\n  what:", r"deadlines.yml:1: 'homes' is not asked"),
        (
            "deadlines.yml",
            "  what:",
            "  when: court is maybe\n  what:",
            r"'court' is never 'maybe' here",
        ),
        ("deadlines.yml", "source: LAW1", "source: LAW2", r"deadlines.yml:9: deadline 'answer': unknown source 'LAW2'"),
        ("deadlines.yml", "recess: summer", "recess: winter", r"deadlines.yml:6: .*unknown recess 'winter'"),
        ("cards/housing.eviction.md", "court is yes", "curt is yes", r"eviction.md:21: 'curt' is not asked about this"),
        ("cards/housing.eviction.md", "court is yes", "last_paid from 2026-01-01", r":21: 'last_paid' is not asked"),
        (
            "cards/housing.eviction.md",
            "court is yes",
            "letter_date is yes",
            r":21: .* with `before` or `from`",
        ),
        ("cards/housing.eviction.md", "court is yes", "court before 2026-01-01", r":21: 'court' is compared with `is`"),
        ("cards/housing.eviction.md", "court is yes", "place is za-gp", r":21: 'place' is never 'za-gp' here"),
        ("cards/housing.eviction.md", "out. [^LAW1]", "out.", r"eviction.md:18: states law without a source"),
        ("cards/housing.eviction.md", "is {figure:fee}. [^LAW1]", "is {figure:fee}.", r":22: states law without"),
        ("cards/housing.eviction.md", "{figure:fee}", "{figure:fees}", r"eviction.md:22: unknown figure 'fees'"),
        ("cards/housing.eviction.md", "[^LAW1]", "[^LAW7]", r"eviction.md:18: unknown source 'LAW7'"),
        ("cards/housing.eviction.md", "[helpline]", "[help]", r"eviction.md:11: unknown contact 'help'"),
        ("cards/housing.eviction.md", "2027-11-23", "2027-02-30", r"eviction.md:8: not valid YAML: 2027-02-30"),
        ("cards/housing.eviction.md", "## Do not\n", "## Never\n", r"eviction.md:26: section `## Do not` is missing"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, file: str, old: str, new: str, problem: str) -> None:
    pack = write_small_pack(tmp_path)
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=problem):
        check(pack)


def test_a_card_for_an_unknown_issue_is_named(tmp_path: Path) -> None:
    pack = write_small_pack(tmp_path)
    text = (pack / "cards" / "housing.eviction.md").read_text(encoding="utf-8")
    (pack / "cards" / "housing.move.md").write_text(text.replace("housing.eviction", "housing.move"), encoding="utf-8")
    with pytest.raises(ContentError, match=re.escape("housing.move.md:2: a card for an unknown issue")):
        check(pack)


def test_a_card_that_is_hard_to_read_is_named(tmp_path: Path) -> None:
    pack = write_small_pack(tmp_path)
    card = pack / "cards" / "housing.eviction.md"
    hard = (
        "- Notwithstanding considerations of administrative proportionality the aforementioned authority determines.\n"
    )
    card.write_text(card.read_text(encoding="utf-8").replace("- The letter.\n", hard * 4), encoding="utf-8")
    with pytest.raises(ContentError, match=r"eviction.md: reading age \d+\.\d, at most 11; write shorter"):
        check(pack)

"""Sections: lines for everybody, variants for certain facts, and the careful text while a fact is not known."""

from pathlib import Path

import pytest

from triage.errors import ContentError
from triage.sections import SECTION_LIMIT, Section, read_sections

CARD = """\
## One
- For everybody. [^A]
### When home is landlord and letter before 2026-05-01
- Old rules.
### When home is landlord
- New rules. [^B]
### Otherwise
- Old or new rules.
### Always
- For everybody again.
## Two
- Two.
"""


def read(text: str = CARD) -> dict[str, Section]:
    return read_sections(Path("card.md"), text, 10, ("One", "Two"))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"home": "landlord", "letter": "2026-04-30"}, "Old rules."),
        ({"home": "landlord", "letter": "2026-05-01"}, "New rules. [^B]"),
        ({"home": "landlord"}, "Old or new rules."),
        ({"home": "skipped", "letter": "2026-04-30"}, "Old or new rules."),
        ({"home": "social", "letter": "2026-04-30"}, "Old or new rules."),
        ({}, "Old or new rules."),
    ],
)
def test_the_first_variant_that_holds_is_said_and_unknown_facts_give_the_careful_text(
    facts: dict[str, str], said: str
) -> None:
    assert read()["One"].said(facts) == f"- For everybody. [^A]\n- {said}\n- For everybody again."


def test_every_line_knows_where_it_stands_and_what_it_rests_on() -> None:
    section = read()["One"]
    assert [(line.number, line.sources) for line in section.lines] == [
        (11, ("A",)),
        (13, ()),
        (15, ("B",)),
        (17, ()),
        (19, ()),
    ]
    assert [(variant.number, variant.when is not None) for variant in section.variants] == [(12, True), (14, True)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("### Otherwise\n- Old or new rules.\n", "", r"card.md:12: `### When …` needs an `### Otherwise`"),
        ("- Old or new rules.\n", "", r"card.md:16: nothing is said under `### Otherwise`"),
        ("- Old rules.\n", "", r"card.md:12: nothing is said under `### When`"),
        ("### When home is landlord\n- New rules. [^B]\n", "", None),
        ("### Always", "### Otherwise", r"card.md:18: `### Otherwise` needs a `### When …` before it"),
        ("### Always", "### Perhaps", r"card.md:18: a section may only hold"),
        ("### Always", "#### Always", r"card.md:18: a section may only hold"),
        ("### Always", "### When", r"card.md:18: a section may only hold"),
        ("### Otherwise", "### Otherwise home", r"card.md:16: a section may only hold"),
        ("home is landlord\n", "home landlord\n", r"card.md:14: 'home landlord' is no condition"),
        ("before 2026-05-01", "before May", r"card.md:12: 'May' is not a date"),
        ("## Two\n- Two.\n", "", r"card.md:10: section `## Two` is missing"),
        ("## Two\n- Two.\n", "## Two\n", r"card.md:20: section `## Two` is empty"),
        ("## Two\n", "## Too\n", r"card.md:20: section `## Two` is missing; add it"),
        ("- Two.\n", "- Two.\n## One\n- One.\n", r"card.md:22: The sections must be, each once and in this order"),
        ("## One\n", "Hello.\n## One\n", r"card.md:10: text before the first section"),
        ("- Two.", f"- {'so ' * 250}", rf"card.md:20: section `## Two` has \d+ characters; shorten to {SECTION_LIMIT}"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, problem: str | None) -> None:
    text = CARD.replace(old, new, 1)
    assert text != CARD
    if problem is None:
        assert read(text)
        return
    with pytest.raises(ContentError, match=problem):
        read(text)


def test_variants_count_by_the_longest_that_one_person_is_shown() -> None:
    long = "- " + "so " * 100
    variants = "".join(f"### When home is {kind}\n{long}\n" for kind in ("landlord", "social", "owner"))
    assert read(f"## One\n{variants}### Otherwise\n{long}\n## Two\n- Two.\n")

"""Guidance cards: what a person is told about one issue, read from Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.content import Fields
from triage.entries import Entry
from triage.front_matter import read_front_matter
from triage.sections import FIGURE, FOOTNOTE, Line, Section, read_sections

SECTIONS = (
    "In short",
    "Your rights",
    "Do this now",
    "Do not",
    "Keep as evidence",
    "Deadlines",
    "Who can help",
)
GENERAL = "general"
HELP = "Who can help"


@dataclass(frozen=True, slots=True)
class Card:
    """One card: `sections` by heading, in order; `sources` and `figures` are the keys its text uses.

    `head` says on which line of the file each field of the front matter stands.
    """

    issue: str
    title: str
    owner: str
    reviewed_by: str | None
    reviewed_on: date | None
    review_due: date
    expires: date
    checked: date
    deadlines: tuple[str, ...]
    contacts: tuple[str, ...]
    reviews: tuple[str, ...]
    sections: dict[str, Section]
    sources: tuple[str, ...]
    figures: tuple[str, ...]
    head: Mapping[str, int]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of every section and variant."""
        return tuple(line for section in self.sections.values() for line in section.lines)

    def is_due(self, today: date) -> bool:
        """Whether its review is overdue."""
        return today > self.review_due

    def has_expired(self, today: date) -> bool:
        """Whether it is too old to be shown: old law does more harm than none."""
        return today > self.expires


def read_card(path: Path) -> Card:
    """One card file; raises ContentError when a section or a field of the front matter is missing or wrong."""
    entry, body, above = read_front_matter(path)
    if entry.text("issue") != path.stem:
        raise entry.wrong(f"`issue: {entry.text('issue')}` must be the name of the file, {path.stem}", "issue")
    _check_review(entry)
    return Card(
        issue=entry.text("issue"),
        title=entry.text("title"),
        owner=entry.text("owner"),
        reviewed_by=entry.text_or("reviewed_by", "") or None,
        reviewed_on=entry.day_or_none("reviewed_on"),
        review_due=entry.day("review_due"),
        expires=entry.day("expires"),
        checked=entry.day("checked"),
        deadlines=entry.texts("deadlines"),
        contacts=entry.texts("contacts"),
        reviews=entry.texts("reviews"),
        sections=read_sections(path, body, above + 1, SECTIONS),
        sources=tuple(dict.fromkeys(FOOTNOTE.findall(body))),
        figures=tuple(dict.fromkeys(FIGURE.findall(body))),
        head=entry.fields.lines if isinstance(entry.fields, Fields) else {},
    )


def _check_review(entry: Entry) -> None:
    """Raises ContentError for days of a review that cannot be."""
    signed = {"reviewed_by", "reviewed_on"} & {key for key, value in entry.fields.items() if value is not None}
    if len(signed) == 1:
        raise entry.wrong("`reviewed_by` and `reviewed_on` go together: write both or neither", signed.pop())
    order = [entry.day("checked"), entry.day("review_due"), entry.day("expires")]
    if order != sorted(order):
        raise entry.wrong("the days must follow each other: checked, review_due, expires", "review_due")

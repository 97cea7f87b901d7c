"""Guidance cards: what a person is told about one issue, read from Markdown."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.errors import ContentError
from triage.front_matter import read_front_matter

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
SECTION_LIMIT = 600
FOOTNOTE = re.compile(r"\[\^([^\]]+)\]")
FIGURE = re.compile(r"\{figure:([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Card:
    """One card: `sections` by heading, in order; `sources` and `figures` are the keys its text uses."""

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
    sections: dict[str, str]
    sources: tuple[str, ...]
    figures: tuple[str, ...]


def read_card(path: Path) -> Card:
    """One card file; raises ContentError when a section or a field of the front matter is missing or wrong."""
    entry, body, _ = read_front_matter(path)
    if entry.text("issue") != path.stem:
        raise entry.wrong(f"`issue: {entry.text('issue')}` must be the name of the file, {path.stem}")
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
        sections=_sections(path, body),
        sources=tuple(dict.fromkeys(FOOTNOTE.findall(body))),
        figures=tuple(dict.fromkeys(FIGURE.findall(body))),
    )


def _sections(path: Path, body: str) -> dict[str, str]:
    headed = re.split(r"^## +(.+?) *$", body, flags=re.MULTILINE)
    headings, texts = headed[1::2], [text.strip() for text in headed[2::2]]
    if missing := [heading for heading in SECTIONS if heading not in headings]:
        raise ContentError(path, f"section `## {missing[0]}` is missing; add it")
    if tuple(headings) != SECTIONS:
        raise ContentError(path, f"the sections must be, each once and in this order: {', '.join(SECTIONS)}")
    for heading, text in zip(headings, texts, strict=True):
        length = len(FOOTNOTE.sub("", text))
        if not text:
            raise ContentError(path, f"section `## {heading}` is empty; write it")
        if length > SECTION_LIMIT:
            raise ContentError(path, f"section `## {heading}` has {length} characters; shorten to {SECTION_LIMIT}")
    return dict(zip(headings, texts, strict=True))

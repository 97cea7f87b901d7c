"""Guidance cards: what a person is told about one issue, read from Markdown."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from triage.entries import Entry
from triage.errors import ContentError

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
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


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
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as mistake:
        raise ContentError(path, f"not UTF-8 text (byte {mistake.start}); save it as UTF-8") from None
    found = _FRONT_MATTER.match(text)
    if found is None:
        raise ContentError(path, "must start with front matter between two lines of ---", line=1)
    entry = _front_matter(path, found.group(1))
    if entry.text("issue") != path.stem:
        raise entry.wrong(f"`issue: {entry.text('issue')}` must be the name of the file, {path.stem}")
    body = found.group(2)
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


def _front_matter(path: Path, text: str) -> Entry:
    try:
        fields = yaml.safe_load(text)
    except yaml.MarkedYAMLError as mistake:
        line = mistake.problem_mark.line + 2 if mistake.problem_mark else None
        raise ContentError(path, f"front matter is not valid YAML: {mistake.problem}", line=line) from None
    if not isinstance(fields, dict):
        raise ContentError(path, "front matter must be `key: value` lines", line=2)
    return Entry(path, "front matter", fields)


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

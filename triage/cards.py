"""Guidance cards: what a person is told about one issue, read from Markdown and said as chat messages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from triage.entries import Entry
from triage.errors import ContentError, NoFigureForDate
from triage.figures import Figures, figure_on

if TYPE_CHECKING:  # the pack holds the cards of this module
    from triage.pack import LawPack

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
URGENT_SECTIONS = ("In short", "Do this now", "Do not", HELP)
SECTION_LIMIT = 600
MESSAGE_LIMIT = 1000
SOURCES_SHOWN = 4
_LAW = re.compile(r"Constitution|\bAct\b|Regulation|Court|section \d|Gazette")
_FOOTNOTE = re.compile(r"\[\^([^\]]+)\]")
_FIGURE = re.compile(r"\{figure:([^}]*)\}")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_NO_FIGURE = "(please check the current amount)"
_NOT_REVIEWED = "A lawyer has not reviewed this text yet."
_TOO_OLD = "Our text on this problem is too old to rely on, so we do not show it. Please ask one of these:"


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
        sources=tuple(dict.fromkeys(_FOOTNOTE.findall(body))),
        figures=tuple(dict.fromkeys(_FIGURE.findall(body))),
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
        length = len(_FOOTNOTE.sub("", text))
        if not text:
            raise ContentError(path, f"section `## {heading}` is empty; write it")
        if length > SECTION_LIMIT:
            raise ContentError(path, f"section `## {heading}` has {length} characters; shorten to {SECTION_LIMIT}")
    return dict(zip(headings, texts, strict=True))


def render(card: Card, pack: "LawPack", *, today: date, sections: Sequence[str] = SECTIONS) -> tuple[str, ...]:
    """The chat messages of a card on a day, in plain text, each at most 1000 characters.

    `sections` says which parts are wanted. The last message names the sources that weigh most.
    After `expires` only who can help is left: old law does more harm than none.
    """
    contacts = [contact.line for contact in map(pack.contact, card.contacts) if contact.publish]
    help_text = "\n".join([_plain(card.sections[HELP], pack.figures, today), *contacts])
    if today > card.expires:
        return _messages([f"{_TOO_OLD}\n\n{help_text}"])
    blocks = []
    for heading in sections:
        said = help_text if heading == HELP else _plain(card.sections[heading], pack.figures, today)
        blocks.append(f"{heading}\n{said}")
    return _messages(blocks) + _messages([_origin(card, pack)])


def sources_of(card: Card, pack: "LawPack") -> tuple[str, ...]:
    """The titles of all sources of a card: laws and judgments first, then pages about them."""
    titles = list(dict.fromkeys(pack.sources[code].title for code in card.sources))
    return tuple(sorted(titles, key=lambda title: _LAW.search(title) is None))


def _plain(text: str, figures: Figures, today: date) -> str:
    text = re.sub(r"[ \t]*" + _FOOTNOTE.pattern, "", text)
    text = _FIGURE.sub(lambda found: _say_figure(figures, found.group(1), today), text)
    text = re.sub(r"^\s*[-*] +", "• ", text, flags=re.MULTILINE)
    return re.sub(r"[*`]{1,2}(\S(?:.*?\S)?)[*`]{1,2}", r"\1", text)


def _say_figure(figures: Figures, key: str, today: date) -> str:
    try:
        return str(figure_on(figures, key, today))
    except NoFigureForDate:
        return _NO_FIGURE


def _origin(card: Card, pack: "LawPack") -> str:
    checked = f"checked on {card.checked.day} {card.checked:%B %Y}"
    titles = sources_of(card, pack)
    if titles:
        lines = [f"Where this comes from, {checked}:", *(f"• {title}" for title in titles[:SOURCES_SHOWN])]
        if len(titles) > SOURCES_SHOWN:
            lines.append(f"and {len(titles) - SOURCES_SHOWN} more: write /sources to see all.")
    else:
        lines = [f"Where this comes from: our own general advice, {checked}."]
    if card.reviewed_by is None:
        lines.append(_NOT_REVIEWED)
    return "\n".join(lines)


def _messages(blocks: list[str]) -> tuple[str, ...]:
    """Blocks put together into as few messages as fit; a block too long for one is divided between lines."""
    messages: list[str] = []
    for block in blocks:
        if messages and len(messages[-1]) + 2 + len(block) <= MESSAGE_LIMIT:
            messages[-1] += f"\n\n{block}"
            continue
        messages.append("")
        for line in block.split("\n"):
            if len(messages[-1]) + 1 + len(line) > MESSAGE_LIMIT:
                messages.append("")
            messages[-1] = f"{messages[-1]}\n{line}".lstrip("\n") if messages[-1] else line
    return tuple(message for message in messages if message)

"""What a card says on a day, as chat messages in plain text."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from triage.cards import HELP, SECTIONS, Card
from triage.conditions import NOTHING_KNOWN, Facts
from triage.errors import NoFigureForDate
from triage.figures import Figures, figure_on
from triage.pack import LawPack
from triage.sections import FIGURE, FOOTNOTE, Line

URGENT_SECTIONS = ("In short", "Do this now", "Do not", HELP)
MESSAGE_LIMIT = 1000  # characters
SOURCES_SHOWN = 4
_LAW = re.compile(r"Constitution|\bAct\b|Regulation|Court|section \d|Gazette")
_NO_FIGURE = "(please check the current amount)"
_NOT_REVIEWED = "A lawyer has not reviewed this text yet."
_TOO_OLD = "Our text on this problem is too old to rely on, so we do not show it. Please ask one of these:"


def render(
    card: Card, pack: LawPack, *, today: date, facts: Facts = NOTHING_KNOWN, sections: Sequence[str] = SECTIONS
) -> tuple[str, ...]:
    """The chat messages of a card on a day, in plain text, each at most 1000 characters.

    `facts` are answers by the id of their question: they choose between the variants of the card.
    `sections` says which parts are wanted. The last message names the sources that weigh most.
    After `expires` only who can help is left: old law does more harm than none.
    """
    if card.has_expired(today):
        return in_messages([f"{_TOO_OLD}\n\n{_section(card, HELP, pack, facts, today)}"])
    said = pack.glossary.explain(_section(card, heading, pack, facts, today) for heading in sections)
    blocks = [f"{heading}\n{text}" for heading, text in zip(sections, said, strict=True)]
    return in_messages(blocks) + in_messages([_origin(card, pack, facts)])


def text_of(lines: Iterable[Line], pack: LawPack, today: date) -> str:
    """Lines of a card in plain text, with the amounts of a day and without the marks of sources."""
    return _plain("\n".join(line.text for line in lines), pack.figures, today)


def sources_of(card: Card, pack: LawPack, facts: Facts = NOTHING_KNOWN) -> tuple[str, ...]:
    """The titles of all sources of what is said: laws and judgments, then pages about them, then our own notes."""
    said = "\n".join(section.said(facts) for section in card.sections.values())
    sources = [pack.sources[code] for code in dict.fromkeys(FOOTNOTE.findall(said))]
    first = sorted(
        sources, key=lambda source: (_LAW.search(source.title) is None or source.evidence == "weak", not source.address)
    )
    return tuple(dict.fromkeys(source.title for source in first))


def _section(card: Card, heading: str, pack: LawPack, facts: Facts, today: date) -> str:
    text = _plain(card.sections[heading].said(facts), pack.figures, today)
    if heading != HELP:
        return text
    return "\n".join([text, *(contact.line for contact in pack.contacts_on(card, facts.get("place")))])


def _plain(text: str, figures: Figures, today: date) -> str:
    text = fill_figures(re.sub(r"[ \t]*" + FOOTNOTE.pattern, "", text), figures, today)
    text = re.sub(r"^\s*[-*] +", "• ", text, flags=re.MULTILINE)
    return re.sub(r"[*`]{1,2}(\S(?:.*?\S)?)[*`]{1,2}", r"\1", text)


def fill_figures(text: str, figures: Figures, today: date) -> str:
    """A text with the figures of a day in it; where no period covers the day it asks to check, and names no amount."""
    return FIGURE.sub(lambda found: _say_figure(figures, found.group(1), today), text)


def _say_figure(figures: Figures, key: str, today: date) -> str:
    try:
        return str(figure_on(figures, key, today))
    except NoFigureForDate:
        return _NO_FIGURE


def _origin(card: Card, pack: LawPack, facts: Facts) -> str:
    checked = f"checked on {card.checked.day} {card.checked:%B %Y}"
    titles = sources_of(card, pack, facts)
    if titles:
        lines = [f"Where this comes from, {checked}:", *(f"• {title}" for title in titles[:SOURCES_SHOWN])]
        if len(titles) > SOURCES_SHOWN:
            lines.append(f"and {len(titles) - SOURCES_SHOWN} more: write /sources to see all.")
    else:
        lines = [f"Where this comes from: our own general advice, {checked}."]
    if card.reviewed_by is None:
        lines.append(_NOT_REVIEWED)
    return "\n".join(lines)


def in_messages(blocks: Sequence[str]) -> tuple[str, ...]:
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

"""What a card says on a day, as chat messages in plain text."""

import re
from collections.abc import Sequence
from datetime import date

from triage.cards import FIGURE, FOOTNOTE, HELP, SECTIONS, Card
from triage.errors import NoFigureForDate
from triage.figures import Figures, figure_on
from triage.pack import LawPack

URGENT_SECTIONS = ("In short", "Do this now", "Do not", HELP)
MESSAGE_LIMIT = 1000  # characters
SOURCES_SHOWN = 4
_LAW = re.compile(r"Constitution|\bAct\b|Regulation|Court|section \d|Gazette")
_NO_FIGURE = "(please check the current amount)"
_NOT_REVIEWED = "A lawyer has not reviewed this text yet."
_TOO_OLD = "Our text on this problem is too old to rely on, so we do not show it. Please ask one of these:"


def render(card: Card, pack: LawPack, *, today: date, sections: Sequence[str] = SECTIONS) -> tuple[str, ...]:
    """The chat messages of a card on a day, in plain text, each at most 1000 characters.

    `sections` says which parts are wanted. The last message names the sources that weigh most.
    After `expires` only who can help is left: old law does more harm than none.
    """
    contacts = [contact.line for contact in map(pack.contact, card.contacts) if contact.publish]
    help_text = "\n".join([_plain(card.sections[HELP], pack.figures, today), *contacts])
    if today > card.expires:
        return in_messages([f"{_TOO_OLD}\n\n{help_text}"])
    blocks = []
    for heading in sections:
        said = help_text if heading == HELP else _plain(card.sections[heading], pack.figures, today)
        blocks.append(f"{heading}\n{said}")
    return in_messages(blocks) + in_messages([_origin(card, pack)])


def sources_of(card: Card, pack: LawPack) -> tuple[str, ...]:
    """The titles of all sources of a card: laws and judgments first, then pages about them."""
    titles = list(dict.fromkeys(pack.sources[code].title for code in card.sources))
    return tuple(sorted(titles, key=lambda title: _LAW.search(title) is None))


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


def _origin(card: Card, pack: LawPack) -> str:
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

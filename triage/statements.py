"""The lines of a card that state law: each must name the source it rests on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.cards import GENERAL, Card
from triage.sections import Line

RIGHTS = "Your rights"
_STATES_LAW = re.compile(
    r"\{figure:|\b\d+ (?:court |working |business )?(?:days?|weeks?|months?|years?)\b"
    r"|\b(?:against the law|by law|is a crime|right to (?!rent check)|only a court|costs? nothing|cannot evict)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One line that states law, under which heading, and for whom (empty: for everybody)."""

    heading: str
    when: str
    line: Line


def statements_in(card: Card) -> Iterator[Statement]:
    """Every line under `Your rights`, and every other line that names a source, an amount, a period or a crime.

    The general card gives advice, not law, and has none of its own unless it names a source.
    """
    for section in card.sections.values():
        for part in section.parts:
            for variant in part.variants:
                when = variant.when.text if variant.when else "otherwise" if len(part.variants) > 1 else ""
                for line in variant.lines:
                    by_heading = section.heading == RIGHTS and card.issue != GENERAL
                    if by_heading or line.sources or _STATES_LAW.search(line.text):
                        yield Statement(section.heading, when, line)

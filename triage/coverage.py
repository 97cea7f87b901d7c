"""What a law pack covers, in numbers and issue by issue."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from triage.cards import SECTIONS, Card
from triage.guidance import text_of
from triage.pack import LawPack
from triage.readability import reading_age
from triage.review import waiting_in
from triage.statements import statements_in


@dataclass(frozen=True, slots=True)
class Coverage:
    """The numbers of one pack. `variants` counts the texts that are said only for certain facts."""

    cards: int
    variants: int
    deadlines: int
    figures: int
    letters: int
    contacts: int
    offices: int
    statements: int
    statements_with_source: int
    awaiting_review: int
    stale: int

    def as_json(self) -> dict[str, int]:
        """As `doorstep law --format json` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CardRow:
    """One issue: its card in numbers, or None where the general card stands in for it."""

    issue: str
    card: Card | None
    variants: int = 0
    statements: int = 0
    sourced: int = 0
    deadlines: int = 0
    contacts: int = 0
    reading_age: float = 0.0


def coverage_of(pack: LawPack, today: date) -> Coverage:
    """What a pack holds on a day. Contacts are those that people are shown."""
    statements = [statement for card in pack.cards.values() for statement in statements_in(card)]
    return Coverage(
        cards=len(pack.cards),
        variants=sum(map(_variants, pack.cards.values())),
        deadlines=len(pack.deadlines),
        figures=len(pack.figures),
        letters=len(pack.letters),
        contacts=sum(contact.publish for contact in pack.contacts),
        offices=len(pack.services),
        statements=len(statements),
        statements_with_source=sum(bool(statement.line.sources) for statement in statements),
        awaiting_review=len(waiting_in(pack)),
        stale=sum(card.is_due(today) for card in pack.cards.values()),
    )


def card_rows(pack: LawPack, issues: Iterable[str], today: date) -> tuple[CardRow, ...]:
    """A row for each issue, in the order given."""
    return tuple(_row(pack, issue, today) for issue in issues)


def _row(pack: LawPack, issue: str, today: date) -> CardRow:
    card = pack.cards.get(issue)
    if card is None:
        return CardRow(issue, None)
    statements = list(statements_in(card))
    return CardRow(
        issue,
        card,
        variants=_variants(card),
        statements=len(statements),
        sourced=sum(bool(statement.line.sources) for statement in statements),
        deadlines=sum(rule.applies_to(issue) for rule in pack.deadlines),
        contacts=sum(pack.contact(id_).publish for id_ in card.contacts),
        reading_age=card_reading_age(card, pack, today),
    )


def card_reading_age(card: Card, pack: LawPack, today: date) -> float:
    """The reading age of everything a card can say, with amounts and explained words, in years."""
    said = pack.glossary.explain(text_of(card.sections[heading].lines, pack, today) for heading in SECTIONS)
    return reading_age("\n".join(said))


def _variants(card: Card) -> int:
    return sum(len(section.variants) for section in card.sections.values())

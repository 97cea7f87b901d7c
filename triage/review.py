"""What a lawyer has still to look at in a pack, and what a paralegal should know of a card."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from triage.cards import Card
from triage.pack import LawPack
from triage.statements import statements_in

READ = "page"  # evidence: the page itself was read


@dataclass(frozen=True, slots=True)
class Waiting:
    """One fact that nobody with a law degree has confirmed. `where` is the file, with the line where there is one."""

    kind: str
    where: str
    text: str
    why: str


def waiting_in(pack: LawPack) -> tuple[Waiting, ...]:
    """Every fact awaiting review, card by card, then limits, figures and contacts."""
    return (*_in_cards(pack), *_deadlines(pack), *_figures(pack), *_contacts(pack))


def notes_on(card: Card, today: date) -> tuple[str, ...]:
    """What the paralegal is told about a card that a person was shown."""
    if card.reviewed_by is None:
        notes = ["No lawyer has reviewed this card."]
    else:
        notes = [f"Reviewed by {card.reviewed_by} on {card.reviewed_on}."]
    if card.has_expired(today):
        notes.append(f"Too old since {card.expires}: the person was shown only whom to ask.")
    elif card.is_due(today):
        notes.append(f"Its review was due on {card.review_due}: the law may have changed.")
    return (*notes, *(f"Open: {question}" for question in card.reviews))


def _in_cards(pack: LawPack) -> Iterator[Waiting]:
    for card in pack.cards.values():
        file = f"cards/{card.issue}.md"
        for question in card.reviews:
            yield Waiting("question", f"{file}:{card.head.get('reviews', 1)}", question, "asked by the author")
        for statement in statements_in(card):
            line = statement.line
            unread = not any(pack.sources[code].evidence == READ for code in line.sources)
            if unread or card.reviewed_by is None:
                why = "rests on nothing that was read" if unread else "read, but no lawyer has reviewed the card"
                yield Waiting("statement", f"{file}:{line.number}", line.text, why)


def _deadlines(pack: LawPack) -> Iterator[Waiting]:
    for rule in pack.deadlines:
        if rule.review:
            text = f"{rule.id}: {rule.period} from {rule.start_words}. {rule.what}"
            yield Waiting("deadline", f"deadlines.yml:{rule.line}", text, f"rests on {rule.source}")


def _figures(pack: LawPack) -> Iterator[Waiting]:
    for key, periods in pack.figures.items():
        for figure in periods:
            evidence = pack.sources[figure.source].evidence
            if evidence != READ:
                yield Waiting("figure", f"figures.yml:{figure.line}", f"{key}: {figure} from {figure.starts}", evidence)


def _contacts(pack: LawPack) -> Iterator[Waiting]:
    for contact in pack.contacts:
        if not contact.publish:
            numbers = ", ".join(number for _, number in contact.numbers)
            yield Waiting(
                "contact", "contacts.yml", f"{contact.name}: {numbers}", "held back until somebody has called"
            )

"""What a lawyer has still to look at in a pack, and what a paralegal should know of a card."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from triage.cards import Card
from triage.pack import LawPack
from triage.sections import Line
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
    """Every fact awaiting review: cards, letters, the reasons of the helper, then limits, figures and contacts."""
    return (
        *_in_cards(pack),
        *_in_letters(pack),
        *_reasons(pack),
        *_deadlines(pack),
        *_figures(pack),
        *_contacts(pack),
    )


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
        lines = [statement.line for statement in statements_in(card)]
        yield from _statements(pack, "statement", file, lines, card.reviewed_by, what="card")


def _in_letters(pack: LawPack) -> Iterator[Waiting]:
    for letter in pack.letters.values():
        file = f"letters/{letter.id}.md"
        for question in letter.reviews:
            yield Waiting("question", f"{file}:{letter.asked_on or 1}", question, "asked by the author")
        yield from _statements(pack, "letter", file, letter.statements, letter.reviewed_by, what="letter")


def _statements(
    pack: LawPack, kind: str, file: str, lines: Iterable[Line], reviewed_by: str | None, *, what: str
) -> Iterator[Waiting]:
    for line in lines:
        unread = not any(pack.sources[code].evidence == READ for code in line.sources)
        if unread or reviewed_by is None:
            why = "rests on nothing that was read" if unread else f"read, but no lawyer has reviewed the {what}"
            yield Waiting(kind, f"{file}:{line.number}", line.text, why)


def _reasons(pack: LawPack) -> Iterator[Waiting]:
    """What the helper tells and nobody has read. A reason that several benefits share stands once in the file."""
    found: dict[tuple[int | None, str], Waiting] = {}
    for benefit in pack.eligibility.benefits:
        told = [(need.line, need.yes, need.source) for need in benefit.needs]
        for line, text, source in (*told, *((also.line, also.text, also.source) for also in benefit.also)):
            evidence = pack.sources[source].evidence
            if evidence != READ:
                found.setdefault((line, text), Waiting("reason", f"eligibility.yml:{line}", text, evidence))
    yield from found.values()


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

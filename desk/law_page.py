"""Law: which guidance cards people are shown, who reviewed them, and which are overdue."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from desk.office import Desk, desk_of
from desk.pages import page
from desk.sign_in import Member
from triage.cards import Card
from triage.review import notes_on

router = APIRouter()


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card: its place and title, whether its review is overdue, and what to know of it."""

    place: str
    title: str
    overdue: bool
    notes: tuple[str, ...]


@router.get("/law")
def law_page(request: Request, member: Member) -> Response:
    """Every card, overdue ones first."""
    desk = desk_of(request)
    today = desk.clock().date()
    cards = sorted(_lines(desk, today), key=lambda line: (not line.overdue, line.place, line.title))
    return page(request, "law_page.html", cards=cards, overdue=overdue_cards(desk))


def overdue_cards(desk: Desk) -> int:
    """How many cards are past the day on which a lawyer should have looked at them again."""
    today = desk.clock().date()
    return sum(card.is_due(today) for pack in desk.packs.values() for card in pack.cards.values())


def _lines(desk: Desk, today: date) -> list[CardLine]:
    return [_line(pack.name, card, today) for pack in desk.packs.values() for card in pack.cards.values()]


def _line(place: str, card: Card, today: date) -> CardLine:
    return CardLine(place, card.title, card.is_due(today), notes_on(card, today))

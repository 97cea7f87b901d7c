"""The queue: cases that wait, most urgent first, then one's own, then those of others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from casestore.cases import URGENCIES, Case
from casestore.errors import CaseNotFound
from casestore.lifecycle import Status
from casestore.staff import StaffMember
from desk.law_page import overdue_cards
from desk.office import Desk, desk_of
from desk.pages import fragment, page
from desk.showing import Row, label, place_name, row
from desk.sign_in import Member, go_to
from desk.work import waiting_for

router = APIRouter()
LIMIT = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show of the queue; empty for all of it."""

    area: str = ""
    place: str = ""
    language: str = ""

    def lets_through(self, case: Case) -> bool:
        """Whether the case is among what was asked for."""
        return (
            (not self.area or any(issue.startswith(f"{self.area}.") for issue in case.issues))
            and (not self.place or case.place == self.place)
            and (not self.language or case.language == self.language)
        )

    @property
    def query(self) -> str:
        """As the end of an address."""
        chosen = {"area": self.area, "place": self.place, "language": self.language}
        return urlencode({name: value for name, value in chosen.items() if value})


@router.get("/")
def queue_page(request: Request, member: Member, area: str = "", place: str = "", language: str = "") -> Response:
    """The whole page."""
    chosen = Filter(area, place, language)
    desk = desk_of(request)
    return page(request, "queue.html", chosen=chosen, problem="", **_lists(desk, member, chosen), **_choices(desk))


@router.get("/queue")
def queue_fragment(
    request: Request, member: Member, area: str = "", place: str = "", language: str = ""
) -> HTMLResponse:
    """The lists alone, for the script that keeps the page fresh."""
    lists = _lists(desk_of(request), member, Filter(area, place, language))
    return HTMLResponse(fragment(request, "_queue.html", **lists))


@router.get("/find")
def find(request: Request, member: Member, reference: str = "") -> Response:
    """Goes to a case by its reference, however it was written down."""
    desk, actor = desk_of(request), f"staff:{member.id}"
    try:
        with desk.store.unit_of_work() as uow:
            case = uow.cases.by_reference(reference[:40])
            uow.log.note(case.id, "searched", actor=actor, now=desk.clock())
    except CaseNotFound:
        with desk.store.unit_of_work() as uow:
            uow.log.note_office("search_missed", actor=actor, now=desk.clock(), office_id=member.office_id)
        problem = "There is no case with that reference. It has eight signs, such as K4M7-2QXC; check them once more."
        lists = _lists(desk, member, Filter())
        return page(request, "queue.html", status=404, chosen=Filter(), problem=problem, **lists, **_choices(desk))
    return go_to(request, f"/cases/{case.reference}")


def _lists(desk: Desk, member: StaffMember, chosen: Filter) -> dict[str, Any]:
    now = desk.clock()
    with desk.store.reading() as uow:
        everything = uow.cases.queue(limit=LIMIT)
        todo = waiting_for(desk, uow, member.id)
    cases = [case for case in everything if chosen.lets_through(case)]
    waiting = [case for case in cases if case.status == Status.WAITING]
    others = [case for case in cases if case.status != Status.WAITING]

    def rows(some: Iterable[Case]) -> list[Row]:
        return [row(desk, case, member, now=now) for case in some]

    mine = rows(_unanswered_first(case for case in others if case.claimed_by == member.id))
    return {
        "waiting": rows(waiting),
        "todo": todo,
        "mine": mine,
        "others": rows(case for case in others if case.claimed_by != member.id),
        "to_answer": sum(1 for each in mine if each.waits),
        "counts": [
            (level, label(desk, "urgency", level), sum(1 for case in waiting if case.urgency == level))
            for level in URGENCIES
        ],
        "hidden": len(everything) - len(cases),
        "cut": len(everything) == LIMIT,
    }


def _unanswered_first(cases: Iterable[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: case.waiting_since is None)  # stable: urgency stays the order within


def _choices(desk: Desk) -> dict[str, Any]:
    """What the filter offers, only what is in the queue; and what is said above it."""
    with desk.store.reading() as uow:
        cases = uow.cases.queue(limit=LIMIT)
    areas = {issue.split(".", 1)[0] for case in cases for issue in case.issues}
    return {
        "areas": sorted((area, label(desk, "area", area)) for area in areas),
        "places": sorted({(case.place, place_name(desk, case)) for case in cases if case.place}, key=lambda it: it[1]),
        "overdue": overdue_cards(desk),
        "languages": sorted({(case.language, label(desk, "languages", case.language)) for case in cases}),
    }

"""The queue: what waits, what suits oneself first; then one's own cases, then those of others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from casestore.access import Role
from casestore.cases import URGENCIES, Case
from casestore.errors import AtCapacity, CaseNotFound
from casestore.queue import COUNTED_TO, DANGER, NOBODY_ELSE, Figures, Filter, Offered
from casestore.skills import AREA, LANGUAGE, Load
from casestore.staff import StaffMember
from casestore.unit_of_work import UnitOfWork
from desk.claiming import tell_who_has_it
from desk.law_page import overdue_cards
from desk.office import Desk, desk_of
from desk.pages import fragment, page
from desk.security import checked_form
from desk.shared import shared_cases
from desk.showing import Row, areas, label, languages, place_title, places, row
from desk.sign_in import Member, go_to
from desk.work import waiting_for

router = APIRouter()
LIMIT = 50  # lines of a list: nobody reads more before they take one
SHOWN_BACK = timedelta(days=7)
FIGURES_OF = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting case as a line, and why it is this member's; `suits` is whether it is theirs at all."""

    row: Row
    suits: bool
    why: str


# Shown once after a step that leads back here, named in the address so that nothing else can be put there.
NOTICES = {
    "released": "The case is back in the queue. The person has been told, if they knew that you had it.",
    "moved": "The case is with the other office now. The person has been told, if they can be reached.",
    "withdrawn": "Noted that the person took it back. All cases of that chat are closed.",
}


@router.get("/")
def queue_page(
    request: Request, member: Member, area: str = "", place: str = "", language: str = "", notice: str = ""
) -> Response:
    """The whole page."""
    return _shown(request, member, Filter(area, place, language), notice=NOTICES.get(notice, ""))


@router.get("/queue")
def queue_fragment(
    request: Request, member: Member, area: str = "", place: str = "", language: str = ""
) -> HTMLResponse:
    """The lists alone, for the script that keeps the page fresh."""
    return HTMLResponse(fragment(request, "_queue.html", **_lists(request, member, Filter(area, place, language))))


@router.post("/next", dependencies=[Depends(checked_form)])
def take_next(
    request: Request,
    member: Member,
    area: Annotated[str, Form(max_length=60)] = "",
    place: Annotated[str, Form(max_length=60)] = "",
    language: Annotated[str, Form(max_length=20)] = "",
    all_the_same: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Claims the first case that suits the member, and opens it; the person hears who has it."""
    desk, chosen = desk_of(request), Filter(area, place, language)
    try:
        with desk.store.unit_of_work() as uow:
            case = uow.queue.claim_next(member, now=desk.clock(), chosen=chosen, beyond_capacity=all_the_same == "yes")
            told = case is not None and tell_who_has_it(desk, uow, case, member)
    except AtCapacity as full:
        return _shown(request, member, chosen, full=str(full), status=409)
    if case is None:
        problem = "No case that suits you waits just now. The list below has all that wait: any of them can be claimed."
        return _shown(request, member, chosen, problem=problem, status=409)
    return go_to(request, f"/cases/{case.reference}?notice={'claimed' if told else 'claimed-silently'}")


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
        return _shown(request, member, Filter(), problem=problem, status=404)
    return go_to(request, f"/cases/{case.reference}")


def _shown(
    request: Request,
    member: StaffMember,
    chosen: Filter,
    *,
    notice: str = "",
    problem: str = "",
    full: str = "",
    status: int = 200,
) -> Response:
    if member.role is Role.PARTNER:
        return shared_cases(request, member, problem=problem, status=status)
    desk = desk_of(request)
    lists = _lists(request, member, chosen)
    return page(
        request, "queue.html", status=status, chosen=chosen, query=_query(chosen), notice=notice, problem=problem,
        full=full, overdue=overdue_cards(desk), **lists, **_choices(desk),
    )  # fmt: skip


def _lists(request: Request, member: StaffMember, chosen: Filter) -> dict[str, Any]:
    desk = desk_of(request)
    now = desk.clock()
    with desk.store.reading() as uow:
        offered = uow.queue.for_member(member, chosen=chosen, limit=LIMIT)
        mine = uow.queue.mine(member)
        others = uow.queue.with_others(member, chosen=chosen, limit=LIMIT)
        back = uow.queue.gone_back(member, since=now - SHOWN_BACK)
        counts = uow.queue.counts(member, chosen=chosen)
        everything = counts if chosen == Filter() else uow.queue.counts(member)
        load = uow.skills.load(member.id)
        todo = waiting_for(desk, uow, member.id)
        figures = uow.queue.figures(member, since=now - FIGURES_OF, now=now) if member.role.reads_all else []
        waiting = [_waiting(desk, uow, each, member) for each in offered]
        own, theirs, returned = (rows(desk, uow, each, member) for each in (mine, others, back))
    return {
        "works": member.role.works_cases,
        "waiting": waiting,
        "waiting_count": _count_words(sum(counts.values())),
        "todo": todo,
        "mine": own,
        "others": theirs,
        "back": returned,
        "to_answer": sum(1 for each in own if each.waits),
        "counts": [(level, label(desk, "urgency", level), counts.get(level, 0)) for level in URGENCIES],
        "hidden": sum(everything.values()) - sum(counts.values()),
        "cut": sum(counts.values()) > len(offered) or len(others) == LIMIT,
        "load": _load_words(load),
        "figures": [(each, _kept(each)) for each in figures],
    }


def rows(desk: Desk, uow: UnitOfWork, cases: Iterable[Case], member: StaffMember) -> list[Row]:
    """Cases as lines of a list."""
    return [row(desk, uow, case, member, now=desk.clock()) for case in cases]


def _waiting(desk: Desk, uow: UnitOfWork, offered: Offered, member: StaffMember) -> Waiting:
    why = "" if offered.why is None else "; ".join(_why(desk, offered.case, *reason) for reason in offered.why)
    return Waiting(row(desk, uow, offered.case, member, now=desk.clock()), offered.why is not None, why)


def _why(desk: Desk, case: Case, kind: str, code: str) -> str:
    if kind == DANGER:
        return "danger is for everybody"
    if kind == NOBODY_ELSE:
        return "suits nobody who has room"
    if kind == AREA:
        return f"your area: {label(desk, 'area', code)}"
    if kind == LANGUAGE:
        return f"your language: {label(desk, 'languages', code)}"
    return f"your place: {place_title(desk, case.jurisdiction, code)}"


def _count_words(number: int) -> str:
    return f"{number:,} or more" if number >= COUNTED_TO else str(number)


def _load_words(load: Load) -> str:
    return f"You hold {load.open} of the {load.capacity} cases you take on."


def _kept(figures: Figures) -> str:
    """How many first answers came in time, as a sentence that is honest about few."""
    if not figures.answered:
        return "no first answers yet"
    return f"{figures.answered - figures.late} of {figures.answered} in time"


def _query(chosen: Filter) -> str:
    named = {"area": chosen.area, "place": chosen.place, "language": chosen.language}
    return urlencode({name: value for name, value in named.items() if value})


def _choices(desk: Desk) -> dict[str, Sequence[tuple[str, str]]]:
    """What the filter offers: all that a case can be of."""
    return {"areas": areas(desk), "places": places(desk), "languages": languages(desk)}

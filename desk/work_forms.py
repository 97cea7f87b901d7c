"""The small forms on the page of a case: tasks and deadlines, time and money."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from casestore.cases import Case
from casestore.errors import NotValid
from casestore.work.agenda import MOST_WORDS, TASK
from casestore.work.efforts import MOST_MINUTES, Spent
from desk import access
from desk.case_page import render_case
from desk.forms import RowId, Typed, number, word
from desk.office import Desk, desk_of
from desk.security import checked_form
from desk.sign_in import Member, go_to
from desk.typed_values import Mistake, amount_of, coming_day, sentence

router = APIRouter(dependencies=[Depends(checked_form)])
_ENTRY = ("kind", "what", "due")
_EFFORT = ("activity", "minutes", "travel_cost", "out_of_pocket")


@router.post("/cases/{reference}/agenda")
def add_entry(request: Request, reference: str, member: Member, typed: Typed) -> Response:
    """Notes a task, or a deadline that the program does not know."""
    desk = desk_of(request)
    try:
        due = coming_day(word(typed, "due"))
    except Mistake as mistake:
        return _refused(request, reference, member, typed, _ENTRY, sentence(mistake))
    try:
        with desk.store.unit_of_work() as uow:
            case = access.held(uow, reference, member)[0].case
            kind, what = word(typed, "kind"), word(typed, "what")
            owner = "office" if kind == TASK else "person"
            uow.agenda.add(case.id, staff_id=member.id, kind=kind, what=what, due=due, owner=owner, now=desk.clock())
    except NotValid:
        problem = f"Say in 1 to {MOST_WORDS} characters what must be done, and whether it is a task or a deadline."
        return _refused(request, reference, member, typed, _ENTRY, problem)
    return go_to(request, f"/cases/{case.reference}?notice=noted#agenda")


@router.post("/cases/{reference}/agenda/{entry_id}")
def settle(request: Request, reference: str, entry_id: RowId, member: Member, typed: Typed) -> Response:
    """Met, missed, not needed, or open again."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            case = access.held(uow, reference, member)[0].case
            uow.agenda.settle(case.id, entry_id, staff_id=member.id, to=word(typed, "to"), now=desk.clock())
    except NotValid:
        return _refused(request, reference, member, typed, _ENTRY, "Choose one of the buttons beside the entry.")
    return go_to(request, f"/cases/{case.reference}?notice=noted#agenda")


@router.post("/cases/{reference}/time")
def note_effort(request: Request, reference: str, member: Member, typed: Typed) -> Response:
    """Notes what was spent; the short buttons give the minutes alone."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            found, _ = access.private(uow, reference, member)
            spent = _spent(desk, found.case, typed)
            uow.efforts.note(found.case.id, spent, staff_id=member.id, now=desk.clock())
    except (NotValid, Mistake):
        problem = (
            f"Choose what you did. Minutes are a whole number up to {MOST_MINUTES:,};"
            " an amount is written such as 1200 or 1200.50. One of them is needed."
        )
        return _refused(request, reference, member, typed, _EFFORT, problem)
    return go_to(request, f"/cases/{found.case.reference}?notice=noted#time")


@router.post("/cases/{reference}/time/{effort_id}/remove")
def take_back_effort(request: Request, reference: str, effort_id: RowId, member: Member) -> Response:
    """Removes one's own entry."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, _ = access.private(uow, reference, member)
        uow.efforts.take_back(found.case.id, effort_id, staff_id=member.id, now=desk.clock())
    return go_to(request, f"/cases/{found.case.reference}?notice=noted#time")


def _spent(desk: Desk, case: Case, typed: Typed) -> Spent:
    pack = desk.packs.get(case.jurisdiction)
    currency = "" if pack is None else pack.currency
    return Spent(
        activity=word(typed, "activity", most=40),
        minutes=number(typed, "minutes"),
        travel_cost=amount_of(word(typed, "travel_cost", most=40)) or 0,
        out_of_pocket=amount_of(word(typed, "out_of_pocket", most=40)) or 0,
        currency=currency or None,
    )


def _refused(
    request: Request, reference: str, member: Member, typed: Typed, fields: tuple[str, ...], problem: str
) -> Response:
    """The page of the case again, with what was typed and what to do."""
    kept = {name: word(typed, name) for name in fields}
    return render_case(request, reference, member, problem=problem, fields=kept, status=400)

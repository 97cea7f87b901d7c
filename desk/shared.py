"""What a partner organisation's member sees: the cases shared with it, and of each of them what kind it is."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from casestore.cases import Case
from casestore.lifecycle import OUTCOMES, Status
from casestore.staff import StaffMember
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.office import Desk, desk_of
from desk.pages import page
from desk.showing import Row, moment_words, row, zone

LIMIT = 200  # cases of a list


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared case in words: `office` has it, `stands` says how far it is, `since` when it is shared."""

    row: Row
    office: str
    stands: str
    since: str


def shared_cases(request: Request, member: StaffMember, *, problem: str = "", status: int = 200) -> Response:
    """Every case that is shared with the member's organisation, in place of the queue."""
    desk = desk_of(request)
    with desk.store.reading() as uow:
        cases = [_words(desk, uow, case, member) for case in uow.shares.with_partner(member, limit=LIMIT)]
        organisation = uow.offices.get(member.office_id).name
    return page(
        request,
        "shared_cases.html",
        status=status,
        problem=problem,
        notice="",
        cases=cases,
        cut=len(cases) == LIMIT,
        organisation=organisation,
    )


def shared_case(request: Request, reference: str, member: StaffMember, *, status: int = 200) -> Response:
    """One of them; the look is written down as everybody's. After a step that is not theirs, `status` says so."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found = access.reach(uow, reference, member)
        access.note_view(uow, found, now=desk.clock())
        shared = _words(desk, uow, found.case, member)
        organisation = uow.offices.get(member.office_id).name
    return page(request, "shared_case.html", status=status, case=shared.row, shared=shared, organisation=organisation)


def stands_words(case: Case, office: str) -> str:
    """How far a case is, for somebody of another organisation."""
    match case.status:
        case Status.WAITING:
            return f"It waits for a paralegal of {office}."
        case Status.CLAIMED:
            return f"A paralegal of {office} works on it."
        case Status.REFERRED:
            return f"{office} has told the person of another service, and stays with the case until they are there."
    return f"It is closed. {OUTCOMES.get(case.outcome or '', 'How it ended is not known')}."


def _words(desk: Desk, uow: UnitOfWork, case: Case, member: StaffMember) -> Shared:
    zone_, office = zone(desk, case), uow.offices.get(case.office_id).name
    since = next((moment_words(each.at, zone_) for each in uow.shares.of(case.id)), "")
    return Shared(row(desk, uow, case, member, now=desk.clock()), office, stands_words(case, office), since)

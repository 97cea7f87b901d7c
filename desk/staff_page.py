"""Staff: the administrator sees who has an account and adds paralegals."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.access import Role
from casestore.errors import CaseNotFound
from casestore.skills import Load, Skills
from casestore.staff import MIN_PASSWORD, StaffMember
from casestore.unit_of_work import UnitOfWork
from desk.forms import RowId
from desk.office import Desk, desk_of
from desk.pages import page
from desk.security import checked_form
from desk.showing import areas, languages, places
from desk.sign_in import Member

router = APIRouter()
# A partner's account belongs to an organisation of its own, not to the administrator's office: the command adds those.
ROLES = (
    (Role.PARALEGAL, "Paralegal: works cases, reads the conversations of their own"),
    (Role.SUPERVISOR, "Supervisor: works cases, reads every conversation of the office"),
    (Role.ADMINISTRATOR, "Administrator: like a supervisor, and adds accounts"),
    (Role.ANALYST, "Analyst: sees codes and times, no words and no names"),
)


SKILL_TITLES = (("areas", "Areas"), ("languages", "Languages"), ("places", "Places"))


def administrator(member: Member) -> StaffMember:
    """An administrator; for everybody else the page is not there."""
    if not member.role.manages_staff:
        raise CaseNotFound("only administrators see this page")
    return member


Administrator = Annotated[StaffMember, Depends(administrator)]


@router.get("/staff")
def staff_page(request: Request, member: Administrator) -> Response:
    """Everybody with an account, and the form for one more."""
    return _shown(request)


@router.post("/staff", dependencies=[Depends(checked_form)])
def add_member(
    request: Request,
    member: Administrator,
    username: Annotated[str, Form(max_length=60)] = "",
    name: Annotated[str, Form(max_length=120)] = "",
    password: Annotated[str, Form(max_length=500)] = "",
    role: Annotated[str, Form(max_length=16)] = "paralegal",
) -> Response:
    """Adds an account; its owner changes the first password under My account."""
    typed = {"username": username, "name": name, "role": role}
    if not name.strip():
        return _shown(request, problem="Nobody was added: a full name is needed.", typed=typed, status=400)
    if role not in {id_ for id_, _ in ROLES}:
        return _shown(request, problem="Nobody was added: choose a role from the list.", typed=typed, status=400)
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            uow.staff.add(
                username=username,
                name=name.strip(),
                password=password,
                role=role,
                office_id=member.office_id,
                now=desk.clock(),
                by=f"staff:{member.id}",
            )
    except ValueError as mistake:
        return _shown(request, problem=f"Nobody was added: {mistake}.", typed=typed, status=400)
    return _shown(request, notice=f"{name.strip()} can sign in now.")


@router.post("/staff/{staff_id}/skills", dependencies=[Depends(checked_form)])
def save_skills(
    request: Request,
    staff_id: RowId,
    member: Administrator,
    areas: Annotated[list[str] | None, Form()] = None,
    languages: Annotated[list[str] | None, Form()] = None,
    places: Annotated[list[str] | None, Form()] = None,
    capacity: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """What somebody takes on, and how much; nothing ticked of a kind is all of it."""
    desk = desk_of(request)
    offered = skill_choices(desk)
    chosen = [
        frozenset(code for code in given or [] if code in dict(choices))
        for given, choices in zip((areas, languages, places), offered.values(), strict=True)
    ]
    number = capacity.strip()
    try:
        if number and not (number.isascii() and number.isdigit()):
            raise ValueError("a capacity is a number from 0 to 999")
        with desk.store.unit_of_work() as uow:
            name = next((each.name for each in _reached(uow, member) if each.id == staff_id), None)
            if name is None:
                raise CaseNotFound("there is nobody with that number here")
            uow.skills.save(staff_id, Skills(*chosen), capacity=int(number) if number else None)
    except ValueError as mistake:
        ticked = dict(zip(offered, chosen, strict=True))
        return _shown(request, problem=f"Nothing was changed: {mistake}.", left=(staff_id, ticked, number), status=400)
    return _shown(request, notice=f"What {name} takes on has been changed.")


def skill_choices(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """What can be ticked, by kind, in the order of `Skills`."""
    return {"areas": areas(desk), "languages": languages(desk), "places": places(desk)}


def _reached(uow: UnitOfWork, member: StaffMember) -> list[StaffMember]:
    return [each for each in uow.staff.all() if each.office_id in member.offices]


def _shown(
    request: Request,
    *,
    notice: str = "",
    problem: str = "",
    typed: dict[str, str] | None = None,
    left: tuple[int, dict[str, frozenset[str]], str] | None = None,
    status: int = 200,
) -> Response:
    """The page; `left` is whose skills were typed and refused, the ticks, and the capacity as it was written."""
    desk, own = desk_of(request), request.state.member
    with desk.store.reading() as uow:
        partners = [each for each in uow.staff.all() if each.role is Role.PARTNER]
        members = [*(each for each in _reached(uow, own) if each.role is not Role.PARTNER), *partners]
        offices = {each.id: each.name for each in uow.offices.all()}
        takes = [_takes(uow, each) for each in _reached(uow, own) if each.role.works_cases]
    if left is not None:
        id_, ticked, capacity = left
        takes = [
            replace(each, ticked=ticked, capacity=capacity, refused=True) if each.member.id == id_ else each
            for each in takes
        ]
    return page(
        request,
        "staff_page.html",
        status=status,
        members=members,
        offices=offices if len(offices) > 1 else {},
        notice=notice,
        problem=problem,
        typed=typed or {"username": "", "name": "", "role": Role.PARALEGAL},
        min_password=MIN_PASSWORD,
        roles=ROLES,
        takes=takes,
        kinds=SKILL_TITLES,
        choices=skill_choices(desk),
        usual=desk.store.terms.capacity,
    )


@dataclass(frozen=True, slots=True)
class Takes:
    """What one member of staff takes on, or what was typed and `refused`; `capacity` is empty where none is set."""

    member: StaffMember
    ticked: dict[str, frozenset[str]]
    capacity: str
    load: Load
    refused: bool = False


def _takes(uow: UnitOfWork, member: StaffMember) -> Takes:
    skills = uow.skills.of(member.id)
    ticked = {"areas": skills.areas, "languages": skills.languages, "places": skills.places}
    own = uow.skills.own_capacity(member.id)
    return Takes(member, ticked, "" if own is None else str(own), uow.skills.load(member.id))

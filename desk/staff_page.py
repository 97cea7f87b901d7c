"""Staff: the administrator sees who has an account and adds paralegals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.access import Role
from casestore.errors import CaseNotFound
from casestore.staff import MIN_PASSWORD, StaffMember
from desk.office import desk_of
from desk.pages import page
from desk.security import checked_form
from desk.sign_in import Member

router = APIRouter()
ROLES = (
    (Role.PARALEGAL, "Paralegal: works cases, reads the conversations of their own"),
    (Role.SUPERVISOR, "Supervisor: works cases, reads every conversation of the office"),
    (Role.ADMINISTRATOR, "Administrator: like a supervisor, and adds accounts"),
    (Role.ANALYST, "Analyst: sees codes and times, no words and no names"),
    (Role.PARTNER, "Partner organisation: sees the codes of cases shared with it"),
)


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
    typed = {"username": username, "name": name}
    if not name.strip():
        return _shown(request, problem="Nobody was added: a full name is needed.", typed=typed, status=400)
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


def _shown(
    request: Request,
    *,
    notice: str = "",
    problem: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with desk_of(request).store.reading() as uow:
        members = uow.staff.all()
    return page(
        request,
        "staff_page.html",
        status=status,
        members=members,
        notice=notice,
        problem=problem,
        typed=typed or {"username": "", "name": ""},
        min_password=MIN_PASSWORD,
        roles=ROLES,
    )

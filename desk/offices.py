"""Offices: the administrator sees what each is called, where and when it works, and changes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.errors import CaseNotFound
from casestore.office_terms import LONGEST
from casestore.offices import LONGEST_NAME, AdviceOffice
from casestore.staff import StaffMember
from casestore.terms import Terms
from casestore.unit_of_work import UnitOfWork
from desk.office import desk_of
from desk.pages import page
from desk.security import checked_form
from desk.showing import moment_words
from desk.sign_in import go_to
from desk.staff_page import Administrator
from desk.typed_values import sentence
from triage.opening_hours import hours_in_words

router = APIRouter()
_NOTICES = {"hours": "The hours have been changed.", "name": "The name has been changed."}


@dataclass(frozen=True, slots=True)
class OfficeForm:
    """An office as its forms show it: what is its own, or was `typed`, and what that comes to now.

    `typed` and `problems` are by field: `name`, `place` and `hours`; no problem is empty.
    """

    id: int
    name: str
    typed: Mapping[str, str]
    works: str
    now: str
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Refused:
    office_id: int
    field: str
    typed: Mapping[str, str]
    problem: str


@router.get("/offices")
def offices_page(request: Request, member: Administrator, notice: str = "") -> Response:
    """The offices of the administrator, each with its form."""
    return _shown(request, notice=_NOTICES.get(notice, ""))


@router.post("/offices/{office_id}/hours", dependencies=[Depends(checked_form)])
def change_hours(
    request: Request,
    office_id: int,
    member: Administrator,
    place: Annotated[str, Form(max_length=40)] = "",
    hours: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """Gives an office its own place and hours; empty is what is set for all."""

    def change(uow: UnitOfWork, actor: str, now: datetime) -> None:
        uow.terms.change(office_id, place=place, hours=hours, actor=actor, now=now)

    return _changed(request, office_id, member, "hours", {"place": place, "hours": hours}, change)


@router.post("/offices/{office_id}/name", dependencies=[Depends(checked_form)])
def rename(
    request: Request,
    office_id: int,
    member: Administrator,
    name: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """Gives an office another name."""

    def change(uow: UnitOfWork, actor: str, now: datetime) -> None:
        uow.offices.rename(office_id, name, actor=actor, now=now)

    return _changed(request, office_id, member, "name", {"name": name}, change)


def _changed(
    request: Request,
    office_id: int,
    member: StaffMember,
    field: str,
    typed: Mapping[str, str],
    change: Callable[[UnitOfWork, str, datetime], None],
) -> Response:
    """The page after a change of an office that the administrator reaches; a refusal is told at the `field`."""
    if office_id not in member.offices:
        raise CaseNotFound("there is no office with that number here")
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            change(uow, f"staff:{member.id}", desk.clock())
    except ValueError as mistake:
        return _shown(request, refused=_Refused(office_id, field, typed, sentence(mistake)))
    return go_to(request, f"/offices?notice={field}")


def _shown(request: Request, *, notice: str = "", refused: _Refused | None = None) -> Response:
    desk, member = desk_of(request), request.state.member
    usual, now = desk.store.terms, desk.clock()
    with desk.store.reading() as uow:
        offices = [each for each in uow.offices.all() if each.id in member.offices]
        forms = [_form(each, uow.terms.of(each.id), refused, now) for each in offices]
    return page(
        request,
        "offices.html",
        status=200 if refused is None else 400,
        notice=notice,
        problem="" if refused is None else "Nothing was changed: see below what to write.",
        offices=forms,
        places=[(code, place.name) for code, place in sorted(usual.places.items())],
        usual=_works(usual),
        longest={"name": LONGEST_NAME, "hours": LONGEST},
    )


def _form(office: AdviceOffice, terms: Terms, refused: _Refused | None, now: datetime) -> OfficeForm:
    mine = refused if refused is not None and refused.office_id == office.id else None
    typed = {"name": office.name, "place": office.place, "hours": office.hours}
    problems = dict.fromkeys(typed, "")
    if mine is not None:
        typed |= mine.typed
        problems[mine.field] = mine.problem
    return OfficeForm(office.id, office.name, typed, _works(terms), _now(terms, now), problems)


def _works(terms: Terms) -> str:
    return f"{hours_in_words(terms.hours.schedules)}, on the clock of {terms.hours.zone.key}"


def _now(terms: Terms, now: datetime) -> str:
    """What time it is there, so that a wrong place is seen at once."""
    opens, zone = terms.hours.opens(now), terms.hours.zone
    there = f"It is {moment_words(now, zone)} there: "
    return there + ("open" if opens is None else f"closed until {moment_words(opens, zone)}")

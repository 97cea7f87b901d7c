"""The organisations on the other side: under which names each is known, and which two are one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.codes.code_lists import LISTS
from casestore.errors import NameTaken
from casestore.respondents import Respondent
from casestore.staff import StaffMember
from casestore.unit_of_work import UnitOfWork
from desk.office import Desk, desk_of
from desk.pages import page
from desk.security import checked_form
from desk.sign_in import Member, go_to, worker
from desk.typed_values import Mistake, checked_name, sentence

router = APIRouter(dependencies=[Depends(worker)])
FORM = [Depends(checked_form)]
NOTICES = {"named": "From now on that name leads to it.", "joined": "The two are one now, with all names and cases."}
_LONGEST_NUMBER = 18  # digits; more are no number of ours


@router.get("/organisations")
def organisation_list(request: Request, notice: str = "") -> Response:
    """Every organisation with its names and the number of its cases. People are found through their cases alone."""
    return _list(request, notice=NOTICES.get(notice, ""))


@router.post("/organisations/name", dependencies=FORM)
def add_name(
    request: Request,
    member: Member,
    organisation: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
) -> Response:
    """One more name for an organisation."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            found = _chosen(uow, organisation)
            checked_name(name)
            uow.respondents.add_name(found.id, name)
            _note(desk, uow, member, "respondent_named", found)
    except (Mistake, NameTaken) as mistake:
        return _list(request, problem=sentence(mistake), typed={"named": organisation, "name": name}, status=400)
    return go_to(request, "/organisations?notice=named")


@router.post("/organisations/join", dependencies=FORM)
def join(
    request: Request,
    member: Member,
    organisation: Annotated[str, Form()] = "",
    other: Annotated[str, Form()] = "",
) -> Response:
    """Another organisation turned out to be the same."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            kept, gone = _chosen(uow, organisation), _chosen(uow, other)
            if kept.id == gone.id:
                raise Mistake("Choose the other organisation that is the same.")
            uow.respondents.join(kept.id, gone.id)
            _note(desk, uow, member, "respondents_joined", kept, other=gone.id)
    except (Mistake, NameTaken) as mistake:
        return _list(request, problem=sentence(mistake), typed={"kept": organisation, "other": other}, status=400)
    return go_to(request, "/organisations?notice=joined")


def _chosen(uow: UnitOfWork, number: str) -> Respondent:
    """The organisation of that number; raises Mistake for anything else, a natural person too."""
    try:
        if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
            found = uow.respondents.get(int(number))
            if not found.is_person:
                return found
    except LookupError:
        pass
    raise Mistake("Choose an organisation from the list.")


def _note(desk: Desk, uow: UnitOfWork, member: StaffMember, kind: str, about: Respondent, **more: int) -> None:
    actor, now = f"staff:{member.id}", desk.clock()
    uow.log.note_office(kind, actor=actor, now=now, office_id=about.office_id, respondent=about.id, **more)


def _list(
    request: Request,
    *,
    notice: str = "",
    problem: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with desk_of(request).store.reading() as look:
        listed = look.respondents.organisations()
        cases = look.respondents.cases_of([each.id for each in listed])
    kinds = LISTS["respondent_kind"].titles
    rows = [(str(each.id), each.name, kinds[each.kind], each.names[1:], cases[each.id]) for each in listed]
    return page(
        request, "organisations.html", status=status, notice=notice, problem=problem, rows=rows, typed=typed or {}
    )

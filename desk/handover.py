"""A case goes into other hands: taken over, handed on, split, joined with its duplicate; and a message settled."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.cases import Case
from casestore.errors import AtCapacity, CaseNotFound, NotAllowedNow, NotYours
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.case_page import render_case
from desk.conflicts import MustCheck, check_conflicts
from desk.office import Desk, desk_of
from desk.security import checked_form
from desk.sign_in import Member, go_to, signed_in
from desk.typed_values import sentence

router = APIRouter(dependencies=[Depends(signed_in), Depends(checked_form)])
_REFUSALS = (AtCapacity, MustCheck, NotAllowedNow, NotYours)


@router.post("/cases/{reference}/take-over")
def take_over(
    request: Request,
    reference: str,
    member: Member,
    reason: Annotated[str, Form(max_length=20)] = "",
    checked: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """The case is this member's from now on; the person hears the new name."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            before = access.reach(uow, reference, member)
            if not before.holds:
                check_conflicts(desk, uow, before, checked=checked == "yes")
            case = uow.handover.take_over(before.case.id, member, reason=reason, now=desk.clock())
            if not before.holds:
                _tell_name(desk, uow, case, member.name)
    except _REFUSALS as refusal:
        return _refused(request, reference, member, refusal)
    return go_to(request, f"/cases/{case.reference}?notice=taken-over")


@router.post("/cases/{reference}/give")
def give(
    request: Request,
    reference: str,
    member: Member,
    to: Annotated[str, Form(max_length=20)] = "",
    checked: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Hands the case to a colleague; the person hears the new name."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            found = access.reach(uow, reference, member)
            check_conflicts(desk, uow, found, checked=checked == "yes")
            before = found.case
            name = next((each.name for each in uow.handover.colleagues(before.office_id) if str(each.id) == to), "")
            if name and found.leads:  # told first: afterwards the chat is not ours to write into
                _tell_name(desk, uow, before, name)
            case = uow.handover.give(before.id, member, to=_number(to), now=desk.clock())
            uow.cases.note_name_told(case.id)
    except _REFUSALS as refusal:
        return _refused(request, reference, member, refusal)
    return go_to(request, f"/cases/{case.reference}?notice=given")


@router.post("/cases/{reference}/move")
def move(request: Request, reference: str, member: Member, to: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Hands the case to another office; the person hears which."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            found = access.reach(uow, reference, member)
            case = found.case
            office = next((each for each in uow.offices.all() if str(each.id) == to), None)
            if office is None:
                raise NotAllowedNow("choose an office from the list")
            words = desk.sentences.moved(case.language, office=office.name, reference=case.reference)
            if found.leads:
                uow.notify(case.conversation_id, words, now=desk.clock())
            uow.handover.move(case.id, member, office_id=office.id, now=desk.clock())
    except _REFUSALS as refusal:
        return _refused(request, reference, member, refusal)
    return go_to(request, "/?notice=moved")


@router.post("/cases/{reference}/split")
def split(
    request: Request, reference: str, member: Member, issue: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """One problem becomes a case of its own; the person is not told, for nothing changes for them."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            case = access.reach(uow, reference, member).case
            other = uow.handover.split(case.id, member, issue=issue, now=desk.clock())
    except _REFUSALS as refusal:
        return _refused(request, reference, member, refusal)
    return go_to(request, f"/cases/{other.reference}?notice=split")


@router.post("/cases/{reference}/join")
def join(
    request: Request,
    reference: str,
    member: Member,
    other: Annotated[str, Form(max_length=40)] = "",
    one_person: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Joins another case of the same problem with this one, which stays."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            case = access.reach(uow, reference, member).case
            duplicate = _other_case(uow, other)
            uow.handover.merge(case.id, duplicate.id, member, one_person=one_person == "yes", now=desk.clock())
    except _REFUSALS as refusal:
        return _refused(request, reference, member, refusal, other=other)
    return go_to(request, f"/cases/{case.reference}?notice=joined")


@router.post("/cases/{reference}/settled")
def settled(request: Request, reference: str, member: Member) -> Response:
    """What the person wrote last needs no answer."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        case = access.held(uow, reference, member)[0].case
        uow.handover.no_answer_needed(case.id, member, now=desk.clock())
    return go_to(request, f"/cases/{case.reference}?notice=settled")


@router.post("/cases/{reference}/name")
def client_name(
    request: Request, reference: str, member: Member, name: Annotated[str, Form(max_length=120)] = ""
) -> Response:
    """Keeps the fingerprint of the person's name, so that a conflict of interest can be seen."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            case = access.held(uow, reference, member)[0].case
            uow.conflicts.note_name(case.id, name)
    except ValueError:
        problem = "Write the name as on a document: it needs at least one letter."
        return render_case(request, reference, member, problem=problem, status=400)
    return go_to(request, f"/cases/{case.reference}?notice=named")


def _tell_name(desk: Desk, uow: UnitOfWork, case: Case, name: str) -> None:
    words = desk.sentences.handed_over(case.language, name=name, reference=case.reference)
    if uow.notify(case.conversation_id, words, now=desk.clock()):
        uow.cases.note_name_told(case.id)


def _other_case(uow: UnitOfWork, written: str) -> Case:
    try:
        return uow.cases.by_reference(written)
    except CaseNotFound:
        raise NotAllowedNow("there is no case with that reference: check its eight signs once more") from None


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() else 0


def _refused(request: Request, reference: str, member: Member, refusal: Exception, *, other: str = "") -> Response:
    fields = {"other": other} if other else {}
    return render_case(request, reference, member, problem=sentence(refusal), fields=fields, status=409)

"""Breaking the glass: the form on the page of a case that is not one's own, and the page of supervisors about it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.errors import CaseNotFound, NotAllowedNow
from desk import access
from desk.case_page import render_case
from desk.glass import shown
from desk.office import desk_of
from desk.pages import page
from desk.security import checked_form
from desk.showing import zone
from desk.sign_in import Member, go_to

router = APIRouter()


@router.post("/cases/{reference}/glass", dependencies=[Depends(checked_form)])
def break_glass(
    request: Request,
    reference: str,
    member: Member,
    reason: Annotated[str, Form(max_length=12)] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    """Opens the case to this member for an hour; what they typed stays when something is missing."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            found = access.reach(uow, reference, member)
            if not found.may_break:
                raise CaseNotFound("there is no case with that reference")
            words = words.replace("\r\n", "\n")
            uow.glass.break_(found.case.id, staff_id=member.id, reason=reason, words=words, now=desk.clock())
    except NotAllowedNow as refused:
        typed = {"glass_reason": reason, "glass_words": words}
        problem = f"The case was not opened: {refused}."
        return render_case(request, reference, member, problem=problem, fields=typed, status=400)
    return go_to(request, f"/cases/{found.case.reference}?notice=glass")


@router.get("/glass")
def glass_page(request: Request, member: Member) -> Response:
    """Who opened which case that was not theirs, for supervisors; for everybody else the page is not there."""
    if not member.role.reads_all:
        raise CaseNotFound("only supervisors see this page")
    desk = desk_of(request)
    with desk.store.reading() as uow:
        broken = [shown(desk, each, zone(desk, uow.cases.by_reference(each.reference))) for each in uow.glass.newest()]
    return page(request, "glass_page.html", broken=broken)

"""The forms about the other side of a case: what it is and who, under which names."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from casestore.cases import Case
from casestore.unit_of_work import UnitOfWork
from desk.office import Desk, desk_of
from desk.record_step import Ambiguous, saved
from desk.security import checked_form
from desk.sign_in import Member, signed_in
from desk.typed_values import Mistake, checked_name, code_of

router = APIRouter(dependencies=[Depends(signed_in), Depends(checked_form)])


class OtherSideForm(BaseModel):
    """Who the other side is; `same_as` answers whether it is somebody who is known: their number, or `new`."""

    kind: str = ""
    relationship: str = ""
    name: str = ""
    sort: str = ""
    same_as: str = ""


@router.post("/cases/{reference}/record/other-side")
def add_other_side(
    request: Request, reference: str, member: Member, form: Annotated[OtherSideForm, Form()]
) -> Response:
    """What the other side is and, if that is known, who."""

    def save(uow: UnitOfWork, case: Case) -> None:
        kind = code_of("respondent_kind", form.kind) or ""
        if not kind:
            raise Mistake("Say what the other side is: a landlord, an employer, an agency …")
        respondent = _respondent(uow, case, form, kind, desk_of(request))
        known = uow.respondents.of_case(case.id)
        if respondent is not None and any(side.respondent and side.respondent.id == respondent for side in known):
            return
        unnamed = next((side for side in known if side.kind == kind and side.respondent is None), None)
        uow.respondents.put(
            case.id,
            kind=kind,
            relationship=code_of("relationship", form.relationship) or (unnamed.relationship if unnamed else None),
            respondent_id=respondent,
            now=desk_of(request).clock(),
            id_=unnamed.id if unnamed else None,
        )

    return saved(request, reference, member, "other-side", form, save, part="other_side")


@router.post("/cases/{reference}/record/other-side/off")
def take_other_side_off(
    request: Request, reference: str, member: Member, id_: Annotated[int, Form(alias="id")]
) -> Response:
    """It was not the other side after all."""
    return saved(
        request,
        reference,
        member,
        "other-side",
        None,
        lambda uow, case: uow.respondents.take_off(case.id, id_),
        "other_side",
    )


@router.post("/cases/{reference}/record/other-side/name")
def add_other_name(
    request: Request,
    reference: str,
    member: Member,
    id_: Annotated[int, Form(alias="id")],
    alias: Annotated[str, Form()] = "",
) -> Response:
    """The other side has another name too."""

    def save(uow: UnitOfWork, case: Case) -> None:
        side = next((each for each in uow.respondents.of_case(case.id) if each.id == id_), None)
        if side is None or side.respondent is None:
            raise Mistake("That other side is not there any more. Look at the record once more.")
        checked_name(alias)
        uow.respondents.add_name(side.respondent.id, alias)

    typed = {"alias": alias, "alias_of": str(id_)}
    return saved(request, reference, member, "other-side", typed, save, part="other_side")


def _respondent(uow: UnitOfWork, case: Case, form: OtherSideForm, kind: str, desk: Desk) -> int | None:
    """The number of the respondent the form names, new if need be; None where it names nobody."""
    if not form.name.strip():
        return None
    checked_name(form.name)
    if form.sort not in ("person", "organisation"):
        raise Mistake("Say whether the name is that of a person or of an organisation: a person's is locked away.")
    if form.sort == "organisation":
        return uow.respondents.organisation(case.office_id, form.name, kind=kind, now=desk.clock())
    namesakes = uow.respondents.people_named(case.office_id, form.name)
    if form.same_as in (same := {str(each.id): each.id for each in namesakes}):
        return same[form.same_as]
    if namesakes and form.same_as != "new":
        raise Ambiguous(namesakes)
    return uow.respondents.person(case.office_id, form.name, kind=kind, now=desk.clock())

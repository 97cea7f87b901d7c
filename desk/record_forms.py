"""The forms of the record, one group at a time: all of it may be left empty, and nothing typed is lost on a mistake."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from casestore.cases import Case
from casestore.errors import ProblemNotFound
from casestore.privacy.residences import Residence
from casestore.staff import StaffMember
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.case_page import render_case
from desk.office import desk_of
from desk.record import NOBODY, RecordState
from desk.record_step import saved
from desk.security import checked_form
from desk.showing import today_for
from desk.sign_in import Member, signed_in
from desk.typed_values import Mistake, amount_of, code_of, count_of, currency_of, day_of

router = APIRouter(dependencies=[Depends(signed_in), Depends(checked_form)])


class PeopleForm(BaseModel):
    """Whom it is about, and how many."""

    record_type: str = "individual"
    first_contact: str = "other"
    adults: str = ""
    children: str = ""
    people_affected: str = ""


class SupporterForm(BaseModel):
    """Somebody who writes or speaks for the person."""

    relation: str = ""
    person_knows: str = ""
    supporter_name: str = ""


class HappenedForm(BaseModel):
    """When, how much, and what was tried before."""

    event_on: str = ""
    event_precision: str = ""
    reported_on: str = ""
    amount: str = ""
    amount_currency: str = ""
    amount_period: str = ""
    tried: list[str] = []
    reason_none: str = ""


class BackgroundForm(BaseModel):
    """What the person says of themselves."""

    gender: str = ""
    age_band: str = ""
    disability: str = ""


@router.post("/cases/{reference}/record/people")
def save_people(request: Request, reference: str, member: Member, form: Annotated[PeopleForm, Form()]) -> Response:
    """Whom it is about, how they came, the household."""

    def save(uow: UnitOfWork, case: Case) -> None:
        numbers = {name: count_of(name, getattr(form, name)) for name in ("adults", "children", "people_affected")}
        codes = {"record_type": form.record_type, "first_contact": form.first_contact}
        _change(request, uow, case, member, **codes, **numbers)

    return saved(request, reference, member, "people", form, save)


@router.post("/cases/{reference}/record/supporter")
def add_supporter(request: Request, reference: str, member: Member, form: Annotated[SupporterForm, Form()]) -> Response:
    """Somebody writes or speaks for the person."""

    def save(uow: UnitOfWork, case: Case) -> None:
        if not form.relation or not form.person_knows:
            raise Mistake("Say what they are to the person, and whether the person knows.")
        told = {"relation": form.relation, "person_knows": form.person_knows, "name": form.supporter_name[:120]}
        uow.supporters.add(case.id, now=desk_of(request).clock(), **told)

    return saved(request, reference, member, "people", form, save, part="supporter")


@router.post("/cases/{reference}/record/supporter/off")
def take_supporter_off(
    request: Request, reference: str, member: Member, id_: Annotated[int, Form(alias="id")]
) -> Response:
    """They do not any more."""
    return saved(
        request, reference, member, "people", None, lambda uow, case: uow.supporters.take_off(case.id, id_), "supporter"
    )


@router.post("/cases/{reference}/record/place")
def save_place(
    request: Request,
    reference: str,
    member: Member,
    place: Annotated[str, Form()] = "",
    settlement: Annotated[str, Form()] = "",
) -> Response:
    """Where it is: the province or region, and what kind of place."""

    def save(uow: UnitOfWork, case: Case) -> None:
        pack = desk_of(request).packs.get(case.jurisdiction)
        regions = [] if pack is None else [region.id for region in pack.gazetteer.regions]
        if place and place not in regions:
            raise Mistake("Choose a province or region from the list.")
        _change(request, uow, case, member, settlement=settlement or None)
        uow.records.put_place(case.id, place or None, staff_id=member.id, now=desk_of(request).clock())

    return saved(request, reference, member, "place", {"place": place, "settlement": settlement}, save)


@router.post("/cases/{reference}/record/happened")
def save_happened(request: Request, reference: str, member: Member, form: Annotated[HappenedForm, Form()]) -> Response:
    """When it happened, how much it is about, whom the person turned to before."""

    def save(uow: UnitOfWork, case: Case) -> None:
        today, reported = today_for(desk_of(request), case), uow.records.of(case.id).reported_on
        tried = None if not form.tried else tuple(code for code in form.tried if code != NOBODY)
        if tried and NOBODY in form.tried:
            raise Mistake("They turned to somebody, or to nobody: tick the one or the other.")
        amount = amount_of(form.amount)
        if amount is not None and not form.amount_currency:
            raise Mistake("Choose the currency of the amount.")
        _change(
            request,
            uow,
            case,
            member,
            event_on=day_of("the day it happened", form.event_on, today),
            event_precision=form.event_precision or None,
            reported_on=day_of("the day it was reported", form.reported_on, today) or reported,
            amount_minor=amount,
            amount_currency=currency_of(form.amount_currency),
            amount_period=form.amount_period or None,
            tried=tried,
            reason_none=form.reason_none or None,
        )

    return saved(request, reference, member, "happened", form, save)


@router.post("/cases/{reference}/record/background")
def save_background(
    request: Request, reference: str, member: Member, form: Annotated[BackgroundForm, Form()]
) -> Response:
    """Gender, age and disability, in bands."""

    def save(uow: UnitOfWork, case: Case) -> None:
        _change(request, uow, case, member, **{name: code or None for name, code in form.model_dump().items()})

    return saved(request, reference, member, "background", form, save)


@router.post("/cases/{reference}/record/residence/look")
def look_at_residence(request: Request, reference: str, member: Member) -> Response:
    """Shows what is kept of the right to stay; the log says who looked."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        case = access.held(uow, reference, member)[0].case
        kept = uow.residences.look(case.id, staff_id=member.id, now=desk.clock())
    return render_case(request, reference, member, record=RecordState("residence", residence=kept))


@router.post("/cases/{reference}/record/residence")
def save_residence(
    request: Request,
    reference: str,
    member: Member,
    residence: Annotated[str, Form()] = "",
    document: Annotated[str, Form()] = "",
) -> Response:
    """Keeps what the person told of their right to stay, sealed."""

    def save(uow: UnitOfWork, case: Case) -> None:
        told = Residence(code_of("residence", residence), code_of("identity_document", document))
        uow.residences.keep(case.id, told, staff_id=member.id, now=desk_of(request).clock())

    return saved(request, reference, member, "residence", None, save)


@router.post("/cases/{reference}/record/many")
def link_to_many(request: Request, reference: str, member: Member, problem: Annotated[str, Form()] = "") -> Response:
    """The case belongs to a problem of many."""

    def save(uow: UnitOfWork, case: Case) -> None:
        try:
            found = uow.community_problems.by_reference(problem)
        except ProblemNotFound:
            raise Mistake("Choose a problem from the list.") from None
        uow.community_problems.link(found.id, case.id, staff_id=member.id, now=desk_of(request).clock())

    return saved(request, reference, member, "many", {"problem": problem}, save)


@router.post("/cases/{reference}/record/many/off")
def take_off_many(request: Request, reference: str, member: Member, problem: Annotated[str, Form()] = "") -> Response:
    """The case is another problem."""

    def save(uow: UnitOfWork, case: Case) -> None:
        found = uow.community_problems.by_reference(problem)
        uow.community_problems.unlink(found.id, case.id, staff_id=member.id, now=desk_of(request).clock())

    return saved(request, reference, member, "many", None, save)


def _change(request: Request, uow: UnitOfWork, case: Case, member: StaffMember, **changes: Any) -> None:
    uow.records.change(case.id, staff_id=member.id, now=desk_of(request).clock(), **changes)

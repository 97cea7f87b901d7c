"""Closing a case on one short page, and completing later what came of it."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from casestore.cases import Case
from casestore.codes.code_lists import LISTS
from casestore.errors import NotAllowedNow, NotValid
from casestore.lifecycle import OUTCOMES, Status
from casestore.work.outcomes import AMOUNTS, CODES, Closing, Outcome, said
from desk import access
from desk.forms import Typed, code, word, words
from desk.office import Desk, desk_of
from desk.pages import page
from desk.security import checked_form
from desk.showing import day_words, zone
from desk.sign_in import Member, go_to
from desk.typed_values import Mistake, amount_of, plain

router = APIRouter()
MAX_NOTE = 2_000


@router.get("/cases/{reference}/close")
def closing_page(request: Request, reference: str, member: Member) -> Response:
    """The page on which a case is closed."""
    desk = desk_of(request)
    with desk.store.reading() as uow:
        case = access.held(uow, reference, member)[0].case
    if case.status not in (Status.CLAIMED, Status.REFERRED):
        raise NotAllowedNow(f"a case that is {case.status} cannot be closed")
    return _form(request, case, {})


@router.post("/cases/{reference}/close", dependencies=[Depends(checked_form)])
def close(request: Request, reference: str, member: Member, typed: Typed) -> Response:
    """Ends the case: only how it ended is required."""
    desk, note = desk_of(request), word(typed, "note", most=MAX_NOTE + 1)
    with desk.store.reading() as uow:
        case = access.held(uow, reference, member)[0].case
    if len(note) > MAX_NOTE:
        return _form(request, case, _shown(typed), problem=f"The note may have up to {MAX_NOTE:,} characters.")
    try:
        with desk.store.unit_of_work() as uow:
            case = access.held(uow, reference, member)[0].case
            uow.outcomes.close(case.id, _outcome(desk, case, typed), staff_id=member.id, note=note, now=desk.clock())
            if word(typed, "tell") == "yes":
                sentence = desk.sentences.closed(case.language, reference=case.reference)
                uow.notify(case.conversation_id, sentence, now=desk.clock())
    except (NotValid, Mistake) as refused:
        return _form(request, case, _shown(typed), problem=_problem(refused, typed))
    return go_to(request, f"/cases/{case.reference}?notice=closed")


@router.get("/cases/{reference}/outcome")
def outcome_page(request: Request, reference: str, member: Member) -> Response:
    """What is known of how a closed case ended, to be completed."""
    desk = desk_of(request)
    with desk.store.reading() as uow:
        case = access.finished(uow, reference, member)
        closings = uow.outcomes.of(case.id)
    if case.status != Status.CLOSED or not closings:
        raise NotAllowedNow("only a closed case has an outcome to complete")
    return _form(request, case, _fields(closings[-1].outcome), later=True)


@router.post("/cases/{reference}/outcome", dependencies=[Depends(checked_form)])
def complete(request: Request, reference: str, member: Member, typed: Typed) -> Response:
    """Notes what was learnt since."""
    desk = desk_of(request)
    with desk.store.reading() as uow:
        case = access.finished(uow, reference, member)
    try:
        with desk.store.unit_of_work() as uow:
            case = access.finished(uow, reference, member)
            uow.outcomes.complete(case.id, _outcome(desk, case, typed), staff_id=member.id, now=desk.clock())
    except (NotValid, Mistake) as refused:
        return _form(request, case, _shown(typed), later=True, problem=_problem(refused, typed))
    return go_to(request, f"/cases/{case.reference}?notice=completed")


def ending_words(desk: Desk, case: Case, closing: Closing) -> tuple[str, ...]:
    """A closing in words: when and how it ended, then all that is known of it."""
    how, *more = said(closing.outcome)
    return (f"{day_words(closing.closed_at.astimezone(zone(desk, case)).date())}: {how}", *more)


def _outcome(desk: Desk, case: Case, typed: FormData) -> Outcome:
    currency = _currency(desk, case)

    def amount(name: str) -> int | None:
        return amount_of(word(typed, name, most=40))

    return Outcome(
        code=word(typed, "outcome", most=40),
        how=code(typed, "how"),
        mechanism=code(typed, "mechanism"),
        mechanisms_used=words(typed, "mechanisms_used"),
        service_level=code(typed, "service_level"),
        benefit=code(typed, "benefit"),
        recovered_lump=amount("recovered_lump"),
        recovered_monthly=amount("recovered_monthly"),
        costs_avoided=amount("costs_avoided"),
        currency=currency or None,
        confirmed_by=code(typed, "confirmed_by"),
    )


def _currency(desk: Desk, case: Case) -> str:
    pack = desk.packs.get(case.jurisdiction)
    return "" if pack is None else pack.currency


def _shown(typed: FormData) -> dict[str, Any]:
    fields: dict[str, Any] = {name: word(typed, name) for name in ("outcome", "note", *CODES, *AMOUNTS)}
    return fields | {"mechanisms_used": words(typed, "mechanisms_used"), "quiet": word(typed, "tell") != "yes"}


def _fields(outcome: Outcome) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(outcome, name) or "" for name in CODES}
    fields |= {name: plain(getattr(outcome, name)) for name in AMOUNTS}
    return fields | {"outcome": outcome.code, "mechanisms_used": outcome.mechanisms_used}


def _problem(refused: Exception, typed: FormData) -> str:
    return str(refused) if word(typed, "outcome", most=40) in OUTCOMES else "Choose how the case ended for the person."


def _form(request: Request, case: Case, fields: dict[str, Any], *, later: bool = False, problem: str = "") -> Response:
    return page(
        request,
        "outcome.html",
        status=400 if problem else 200,
        reference=case.reference,
        fields=fields,
        later=later,
        problem=problem,
        notice="",
        outcomes=OUTCOMES,
        choices={name: codes.titles for name, codes in CODES.items()},
        mechanisms=LISTS["mechanism"].titles,
        currency=_currency(desk_of(request), case),
    )

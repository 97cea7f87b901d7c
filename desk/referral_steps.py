"""A referral that carries details of a person: written, agreed to, sent, and followed to its end."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from casestore.cases import Case
from casestore.codes.code_lists import LISTS
from casestore.errors import CaseNotFound, ConsentMissing, NotValid
from casestore.unit_of_work import UnitOfWork
from casestore.work.referral_lifecycle import DETAILS, State, may_override, next_states
from casestore.work.referrals import MOST_SHARED, Referral
from desk import access
from desk.forms import RowId, Typed, code, word
from desk.office import Desk, desk_of
from desk.pages import page
from desk.referral import referrals, service_name
from desk.security import checked_form
from desk.showing import moment_words, zone
from desk.sign_in import Member, go_to

router = APIRouter()
_STATES, _OVERRIDES = LISTS["referral_state"].titles, LISTS["referral_override"].titles
_STEPS = {  # silence is noted by the program
    State.SENT: "I have sent it",
    State.RECEIVED: "They have received it",
    State.ACCEPTED: "They accept",
    State.DECLINED: "They decline",
    State.DONE: "It is done",
    State.REVOKED: "Take it back",
}
_REASONS, _RESULTS = LISTS["referral_reason"].titles, LISTS["referral_result"].titles
NOTICES = {"asked": "The question is in the chat. Note the answer here when it comes.", "noted": "Noted."}
_MISSING = {"declined": "Choose why the service declined.", "done": "Choose what came of it."}
_TO = "/cases/{reference}/referrals/{referral_id}"


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One referral in words. `steps` are what can come next, as (id, title); `history` each state with its time."""

    id: int
    reference: str
    service: str
    kind: str
    state: str
    ended: str
    shared: str
    consent: str
    answered: bool
    may_be_sent: bool
    draft: bool
    with_details: bool
    steps: tuple[tuple[str, str], ...]
    history: tuple[tuple[str, str], ...]


def line(desk: Desk, referral: Referral, zone_: ZoneInfo) -> ReferralLine:
    """A referral in words."""
    ended = _REASONS.get(referral.reason or "", "") or _RESULTS.get(referral.result or "", "")
    can = next_states(referral.kind, referral.state)
    return ReferralLine(
        id=referral.id,
        reference=referral.reference,
        service=service_name(desk, referral.service),
        kind=LISTS["referral_kind"].titles[referral.kind],
        state=_STATES[referral.state],
        ended=ended,
        shared=referral.shared,
        consent=_consent(referral) if referral.kind == DETAILS else "",
        answered=referral.consent is not None,
        may_be_sent=referral.may_be_sent,
        draft=referral.state == State.DRAFT,
        with_details=referral.kind == DETAILS,
        steps=tuple((str(state), words) for state, words in _STEPS.items() if state in can),
        history=tuple((_STATES[state], moment_words(at, zone_)) for state, at in _in_time(referral)),
    )


def unanswered_lines(desk: Desk, uow: UnitOfWork, staff_id: int) -> list[ReferralLine]:
    """Referrals of somebody's cases that nobody answers."""
    return [line(desk, each, ZoneInfo("UTC")) for each in uow.referrals.unanswered(staff_id=staff_id)]


@router.get("/cases/{reference}/referrals")
def new_referral(request: Request, reference: str, member: Member) -> Response:
    """The form of a referral with details."""
    with desk_of(request).store.reading() as uow:
        case = access.held(uow, reference, member)[0].case
        return _new(request, uow, case, {})


@router.post("/cases/{reference}/referrals", dependencies=[Depends(checked_form)])
def begin(request: Request, reference: str, member: Member, typed: Typed) -> Response:
    """Writes the referral down; nothing goes out yet."""
    desk = desk_of(request)
    to, shared = word(typed, "to", most=60), word(typed, "shared")
    try:
        with desk.store.unit_of_work() as uow:
            case = access.held(uow, reference, member)[0].case
            if referrals(desk, case, uow.cases.assessment(case)).find(to) is None:
                raise NotValid("choose a service")
            id_ = uow.referrals.draft(case.id, staff_id=member.id, service=to, shared=shared, now=desk.clock())
    except NotValid:
        problem = f"Choose a service, and write in 1 to {MOST_SHARED:,} characters what it is told."
        with desk.store.reading() as uow:
            return _new(request, uow, case, {"to": to, "shared": shared}, problem=problem)
    return go_to(request, f"/cases/{case.reference}/referrals/{id_}")


@router.get(_TO)
def referral_page(request: Request, reference: str, referral_id: RowId, member: Member, notice: str = "") -> Response:
    """One referral and what can be done about it now."""
    return _page(request, reference, referral_id, member, notice=NOTICES.get(notice, ""))


@router.post(_TO + "/ask", dependencies=[Depends(checked_form)])
def ask(request: Request, reference: str, referral_id: RowId, member: Member) -> Response:
    """Puts the question into the chat, once; the person answers in their own words."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, conversation = access.held(uow, reference, member)
        question = _question(desk, found.case, _referral(uow, found.case, referral_id))
        last = [] if conversation is None else uow.messages.transcript(conversation)[-1:]
        asked = any(message.text == question for message in last)
        told = asked or uow.notify(found.case.conversation_id, question, now=desk.clock())
    if told:
        return _back(request, found.case, referral_id, "asked")
    problem = "Nothing was sent: the person cannot be reached in their chat. Ask them another way."
    return _page(request, reference, referral_id, member, problem=problem, status=409)


@router.post(_TO + "/consent", dependencies=[Depends(checked_form)])
def consent(request: Request, reference: str, referral_id: RowId, member: Member, typed: Typed) -> Response:
    """Notes the person's answer, or why there is no time to ask."""
    desk, said = desk_of(request), word(typed, "said", most=40)
    if said not in ("yes", "no", *_OVERRIDES):
        return _page(request, reference, referral_id, member, problem="Choose what the person said.", status=400)
    with desk.store.unit_of_work() as uow:
        case = access.held(uow, reference, member)[0].case
        if said in _OVERRIDES:
            uow.referrals.override_consent(case.id, referral_id, staff_id=member.id, reason=said, now=desk.clock())
        else:
            uow.referrals.note_consent(
                case.id,
                referral_id,
                staff_id=member.id,
                given=said == "yes",
                wording=f"case.share@{desk.sentences.version}",
                language=case.language,
                now=desk.clock(),
            )
    return _back(request, case, referral_id, "noted")


@router.post(_TO + "/move", dependencies=[Depends(checked_form)])
def move(request: Request, reference: str, referral_id: RowId, member: Member, typed: Typed) -> Response:
    """The next step of the referral."""
    desk, to = desk_of(request), word(typed, "to", most=20)
    reason, result = code(typed, "reason"), code(typed, "result")
    try:
        with desk.store.unit_of_work() as uow:
            case = access.held(uow, reference, member)[0].case
            uow.referrals.move(
                case.id, referral_id, staff_id=member.id, to=to, reason=reason, result=result, now=desk.clock()
            )
    except ConsentMissing:
        problem = "Ask the person first, and note their answer. Their details go nowhere without it."
    except NotValid:
        problem = _MISSING.get(to, "Choose one of the steps.")
    else:
        return _back(request, case, referral_id, "noted")
    return _page(request, reference, referral_id, member, problem=problem, status=400)


def _referral(uow: UnitOfWork, case: Case, referral_id: int) -> Referral:
    found = next((each for each in uow.referrals.of(case.id) if each.id == referral_id), None)
    if found is None:
        raise CaseNotFound("there is no such referral")
    return found


def _question(desk: Desk, case: Case, referral: Referral) -> str:
    service = service_name(desk, referral.service)
    return desk.sentences.share(case.language, service=service, details=referral.shared)


def _consent(referral: Referral) -> str:
    if referral.consent:
        return "The person agreed"
    if referral.may_be_sent:
        return f"Goes without consent: {_OVERRIDES[referral.override or '']}"
    return "The person was not asked yet" if referral.consent is None else "The person said no"


def _back(request: Request, case: Case, referral_id: int, notice: str) -> Response:
    return go_to(request, f"/cases/{case.reference}/referrals/{referral_id}?notice={notice}")


def _page(
    request: Request,
    reference: str,
    referral_id: int,
    member: Member,
    *,
    notice: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    desk = desk_of(request)
    with desk.store.reading() as uow:
        case = access.held(uow, reference, member)[0].case
        referral = _referral(uow, case, referral_id)
    return page(
        request,
        "referral.html",
        status=status,
        reference=case.reference,
        referral=line(desk, referral, zone(desk, case)),
        question=_question(desk, case, referral) if referral.shared else "",
        reasons=_REASONS,
        results=_RESULTS,
        overrides={id_: words for id_, words in _OVERRIDES.items() if may_override(referral.consent, id_)},
        notice=notice,
        problem=problem,
    )


def _new(request: Request, uow: UnitOfWork, case: Case, fields: dict[str, Any], *, problem: str = "") -> Response:
    return page(
        request,
        "new_referral.html",
        status=400 if problem else 200,
        reference=case.reference,
        services=referrals(desk_of(request), case, uow.cases.assessment(case)),
        fields=fields,
        most=MOST_SHARED,
        notice="",
        problem=problem,
    )


def _in_time(referral: Referral) -> list[tuple[State, Any]]:
    return sorted(referral.times.items(), key=lambda each: each[1])

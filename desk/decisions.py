"""What a paralegal does with a case: claim, answer, say what the problem is, give back, refer."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.cases import Case
from casestore.conversations import Conversation
from casestore.errors import AtCapacity, NotValid
from casestore.lifecycle import Status
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.case_page import MAX_REPLY, render_case
from desk.claiming import tell_who_has_it
from desk.conflicts import MustCheck, check_conflicts
from desk.office import Desk, desk_of
from desk.referral import referrals
from desk.security import checked_form
from desk.sign_in import Member, go_to, signed_in
from desk.typed_values import sentence

router = APIRouter(dependencies=[Depends(signed_in), Depends(checked_form)])


class AlreadySent(Exception):
    """The same answer was sent from the same page before."""


@router.post("/cases/{reference}/claim")
def claim(
    request: Request,
    reference: str,
    member: Member,
    all_the_same: Annotated[str, Form(max_length=3)] = "",
    checked: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Takes the case; the person hears who has it. Of two at once the second is told so.

    Asks again before a case too many, and before one in which two people of the office may stand against each other.
    """
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            before = access.reach(uow, reference, member)
            if not before.holds:
                check_conflicts(desk, uow, before, checked=checked == "yes")
            case = uow.cases.claim(
                before.case.id, staff_id=member.id, now=desk.clock(), beyond_capacity=all_the_same == "yes"
            )
            if before.holds and before.case.status == Status.CLAIMED:  # pressed twice: the person has heard it
                return _back(request, case, "claimed")
            told = tell_who_has_it(desk, uow, case, member)
    except AtCapacity as full:
        return render_case(request, reference, member, full=str(full), status=409)
    except MustCheck as refusal:
        return render_case(request, reference, member, problem=sentence(refusal), status=409)
    return _back(request, case, "claimed" if told else "claimed-silently")


@router.post("/cases/{reference}/release")
def release(request: Request, reference: str, member: Member) -> Response:
    """Gives the case back to the queue; the person hears it where they know the name of who had it."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        case = access.held(uow, reference, member)[0].case
        if uow.cases.name_told(case.id):  # told first: afterwards the chat is not ours to write into
            words = desk.sentences.returned(case.language, name=member.name, reference=case.reference)
            uow.notify(case.conversation_id, words, now=desk.clock())
        uow.cases.release(case.id, staff_id=member.id, now=desk.clock())
    return go_to(request, "/?notice=released")


@router.post("/cases/{reference}/reply")
def reply(
    request: Request,
    reference: str,
    member: Member,
    text: Annotated[str, Form()] = "",
    token: Annotated[str, Form(max_length=40)] = "",
    seen: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Sends the paralegal's words to the person; a form that is sent twice sends them once."""
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > MAX_REPLY:
        problem = f"An answer has between 1 and {MAX_REPLY:,} characters; this one has {len(text):,}."
        return render_case(request, reference, member, problem=problem, typed=text, status=400)
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            found, conversation = access.held(uow, reference, member)
            if conversation is not None and conversation.reachable:
                _send(desk, uow, found, conversation, text=text, token=token, seen=seen)
                return _back(request, found.case, "sent")
    except AlreadySent:
        return _back(request, found.case, "sent")
    problem = "Nothing was sent: the person cannot be reached in their chat."
    return render_case(request, reference, member, problem=problem, typed=text, status=409)


@router.post("/cases/{reference}/problem")
def judge_problem(
    request: Request, reference: str, member: Member, issue: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Confirms or corrects which problem it is; the person is not told."""
    desk = desk_of(request)
    if issue not in desk.taxonomy.issues:
        return render_case(request, reference, member, problem="Choose a problem from the list.", status=400)
    with desk.store.unit_of_work() as uow:
        case = access.held(uow, reference, member)[0].case
        uow.labels.judge(case.id, issue, staff_id=member.id, now=desk.clock())
    return _back(request, case, "judged")


@router.post("/cases/{reference}/refer")
def refer(request: Request, reference: str, member: Member, to: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Sends the person on to a service of the directory, or to a contact that the law pack publishes."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            case = access.held(uow, reference, member)[0].case
            option = referrals(desk, case, uow.cases.assessment(case)).find(to)
            if option is None:
                raise NotValid("choose a service from the list")
            uow.referrals.tell(case.id, staff_id=member.id, service=option.id, now=desk.clock())
            words = desk.sentences.referred(case.language, service=option.words, reference=case.reference)
            uow.notify(case.conversation_id, words, now=desk.clock())
    except NotValid as refusal:
        return render_case(request, reference, member, problem=sentence(refusal), status=400)
    return _back(request, case, "referred")


def _send(
    desk: Desk,
    uow: UnitOfWork,
    found: access.Reach,
    conversation: Conversation,
    *,
    text: str,
    token: str,
    seen: int,
) -> None:
    """Writes the answer down and puts it into the outbox; raises AlreadySent, and nothing is kept, for a repeat."""
    now, case, member = desk.clock(), found.case, found.member
    uow.cases.answered(case.id, staff_id=member.id, now=now)  # locks the case: two forms at once come one by one
    later = uow.messages.transcript(conversation, after=seen)
    if any(message.sender == "paralegal" and message.by == member.name and message.text == text for message in later):
        raise AlreadySent
    message_id = uow.messages.add(conversation, "paralegal", text, now=now, staff_id=member.id)
    # The words are part of the key: somebody who goes back and changes them has written a new answer.
    words = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    uow.outbox.put(
        channel=conversation.channel,
        address=conversation.address,
        text=desk.sentences.answer(case.language, name=member.name, text=text),
        dedupe=f"desk:{token}:{words}:{seen}",
        now=now,
        conversation_id=conversation.id,
        message_id=message_id,
    )


def _back(request: Request, case: Case, notice: str) -> Response:
    return go_to(request, f"/cases/{case.reference}?notice={notice}")

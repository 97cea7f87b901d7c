"""What the desk does for a person's privacy: when to write to them, consents taken back, the copy of everything."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.privacy.consent import PURPOSES, Consent, consent_record
from casestore.privacy.safe_contact import ContactRule, Notice
from desk import access
from desk.case_page import render_case
from desk.office import desk_of
from desk.security import checked_form
from desk.showing import zone
from desk.sign_in import Member, go_to

router = APIRouter()
_NOTED_AT_DESK = "desk.noted"  # in place of the sentence that somebody answered in the chat


@router.post("/cases/{reference}/contact", dependencies=[Depends(checked_form)])
def choose_contact(
    request: Request,
    reference: str,
    member: Member,
    when: Annotated[str, Form(max_length=10)] = "any",
    begin: Annotated[int, Form()] = 9,
    end: Annotated[int, Form()] = 17,
    neutral: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Notes when the person may be written to; everything that waits for them is held to it."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, conversation = access.held(uow, reference, member)
        try:
            hours = (begin, end) if when == "hours" else None
            rule = ContactRule(when == "written", hours, zone(desk, found.case).key, neutral == "yes")
        except ValueError:
            rule = None
        if rule is not None and conversation is not None:
            language = uow.people.language(conversation.person_id)
            notice = Notice(desk.sentences.notice(language), desk.sentences.show(language))
            actor = f"staff:{member.id}"
            uow.safe_contact.choose(conversation.id, rule, notice, by=actor, now=desk.clock())
            uow.log.note(found.case.id, "contact_chosen", actor=actor, now=desk.clock())
            return go_to(request, f"/cases/{found.case.reference}?notice=contact")
    problem = "Nothing was changed. The two hours must differ: choose from when until when we may write."
    fields = {"when": when, "begin": str(begin), "end": str(end), "neutral": neutral}
    return render_case(request, reference, member, problem=problem, fields=fields, status=400)


@router.post("/cases/{reference}/consent", dependencies=[Depends(checked_form)])
def take_back(
    request: Request, reference: str, member: Member, purpose: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Notes that the person took a consent back, as they said it to their paralegal."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, conversation = access.held(uow, reference, member)
        if conversation is not None and purpose in PURPOSES:
            now, actor = desk.clock(), f"staff:{member.id}"
            joined = [uow.conversations.get(chat) for chat in uow.handover.other_chats(found.case)]
            for person in dict.fromkeys(each.person_id for each in (conversation, *joined)):
                no = Consent(purpose, False, _NOTED_AT_DESK, uow.people.language(person), now, by=actor)
                uow.consents.note(person, no)
                if purpose == "case":
                    uow.cases.withdraw(person, actor=actor, now=now)
            if purpose == "case":
                return go_to(request, "/?notice=withdrawn")
            uow.log.note(found.case.id, "consent_withdrawn", actor=actor, now=now, purpose=purpose)
            return go_to(request, f"/cases/{found.case.reference}?notice=consent")
    return render_case(request, reference, member, problem="Choose what the person took back.", status=400)


@router.get("/cases/{reference}/copy")
def copy(request: Request, reference: str, member: Member) -> Response:
    """Everything held about the person, the same text as they get in their chat; the case log says who made it."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, conversation = access.entrusted(uow, reference, member)
        text = desk.sentences.copy(uow, conversation, desk.clock())
        uow.log.note(found.case.id, "copy_given", actor=found.actor, now=desk.clock())
        if uow.residences.is_kept(found.case.id):
            uow.log.note(found.case.id, "residence_viewed", actor=found.actor, now=desk.clock())
    return _download(text, "text/plain; charset=utf-8", f"copy-{found.case.reference}.txt")


@router.get("/cases/{reference}/consents.json")
def consents(request: Request, reference: str, member: Member) -> Response:
    """The consents as a record another program can read."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, conversation = access.entrusted(uow, reference, member)
        record = consent_record(conversation.person_id, uow.consents.of(conversation.person_id), controller=desk.name)
        uow.log.note(found.case.id, "consents_copied", actor=found.actor, now=desk.clock())
    text = json.dumps(record, ensure_ascii=False, indent=2)
    return _download(text, "application/json", f"consents-{found.case.reference}.json")


def _download(text: str, media_type: str, name: str) -> Response:
    return Response(
        text.encode("utf-8", "replace"),
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename={name}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )

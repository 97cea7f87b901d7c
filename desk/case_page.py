"""One case: what was understood and why, what was said, and what can be done now."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from casestore.access import Role
from casestore.codes.code_lists import LISTS
from casestore.conversations import Conversation
from casestore.glass import REASONS
from casestore.lifecycle import OUTCOMES, Status
from casestore.log.case_log import Entry
from casestore.privacy.consent import PURPOSES
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.access import Reach
from desk.agreements import agreements_of
from desk.glass import glass_of
from desk.hands import hands_of, in_other_hands
from desk.labels import labels_of, problems
from desk.office import Desk, desk_of
from desk.pages import fragment, page
from desk.record import NOTHING_TYPED, RecordState, part_words, section
from desk.referral import referrals, service_name
from desk.shared import shared_case
from desk.sharing import named_in_log, sharing_of
from desk.showing import day_words, due_words, issue_title, label, moment_words, row, today_for, zone
from desk.sign_in import Member
from desk.summary import summary_of
from desk.transcript import file_words, lines, states
from desk.work import work_of

router = APIRouter()
MAX_REPLY = 4_000


@router.get("/cases/{reference}")
def case_page(request: Request, reference: str, member: Member, notice: str = "") -> Response:
    """The page of a case: all of it for its paralegal, the summary for everybody else."""
    return render_case(request, reference, member, notice=NOTICES.get(notice, ""))


@router.get("/cases/{reference}/messages")
def new_messages(
    request: Request, reference: str, member: Member, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0
) -> Response:
    """What was said since, for the script that keeps the page fresh."""
    desk = desk_of(request)
    with desk.store.reading() as uow:
        found, conversation = access.private(uow, reference, member)
        due = access.view_due(uow, found, now=desk.clock())
        fresh = lines(uow, conversation, zone(desk, found.case), after=after)
        how_far = states(uow, conversation)
    if fresh and due:
        with desk.store.unit_of_work() as uow:
            access.note_view(uow, access.reach(uow, reference, member), now=desk.clock())
    html = fragment(request, "_messages.html", messages=fresh, reference=found.case.reference) if fresh else ""
    last = fresh[-1].id if fresh else after
    return JSONResponse({"html": html, "last": last, "states": how_far})


# Shown once after a step, named in the address so that nothing else can be put there.
NOTICES = {
    "sent": "Your answer is on its way.",
    "letter-sent": "The letter is on its way.",
    "glass": "The case is open to you for an hour. What you read is written down.",
    "claimed": "The case is yours. The person has been told.",
    "claimed-silently": "The case is yours. The person could not be told: they cannot be reached.",
    "referred": "The person has been told where to go. The case stays with you until you close it.",
    "closed": "The case is closed. Below is when to ask the person again.",
    "completed": "The outcome is noted.",
    "unreached": "Noted that they could not be reached.",
    "followed-up": "Thank you. What the person said is noted.",
    "noted": "Noted.",
    "contact": "Noted. Everything we send keeps to it.",
    "consent": "Noted that the person took it back.",
    "judged": "Noted. The person is not told of it.",
    "recorded": "The record is kept. The person is not told of it, and can read it in their copy.",
    "taken-over": "The case is yours. The person has been told, if they can be reached.",
    "given": "The case is your colleague's now. The person has been told, if they can be reached.",
    "split": "This is the new case. The other one keeps the rest; both are in the same hands.",
    "joined": "The two are one case now: this one. Both references lead here.",
    "settled": "Nobody waits for an answer in this case now.",
    "shared": "They see what kind of case it is from now on, and nothing the person wrote. You can take it back.",
    "not-shared": "Noted that the person said no. Nothing is shared.",
    "unshared": "They do not see the case any more.",
    "named": "The fingerprint of the name is kept. If somebody stands against them here, the page says so.",
}


# How the codes in a line of the log read.
_CODES: dict[str, dict[Any, str]] = {
    "state": LISTS["agenda_state"].titles | LISTS["follow_up_state"].titles | LISTS["referral_state"].titles,
    "entry": LISTS["agenda_kind"].titles,
    "reason": LISTS["referral_reason"].titles | LISTS["referral_override"].titles,
    "result": LISTS["referral_result"].titles,
    "given": {True: "yes", False: "no"},
    "activity": LISTS["activity"].titles,
    "outcome": OUTCOMES,
    "glass": REASONS,
    "purpose": PURPOSES,
}
_SAID: dict[str, Callable[[Any], str]] = {
    "problem": "{}".format,
    "due": lambda day: f"by {day_words(date.fromisoformat(day))}",
    "minutes": "{} min".format,
    "days": "{} days after the end".format,
    "version": "version {}".format,
}


def render_case(
    request: Request,
    reference: str,
    member: Member,
    *,
    notice: str = "",
    problem: str = "",
    typed: str = "",
    record: RecordState = NOTHING_TYPED,
    fields: Mapping[str, str] | None = None,
    full: str = "",
    status: int = 200,
) -> Response:
    """The page, with what was typed still there when a step was refused: the answer, or the fields of a small form."""
    if member.role is Role.PARTNER:
        return shared_case(request, reference, member, status=status)
    desk = desk_of(request)
    with desk.store.reading() as uow:
        due = access.view_due(uow, access.reach(uow, reference, member), now=desk.clock())
    with desk.store.unit_of_work() if due else desk.store.reading() as uow:
        found = access.reach(uow, reference, member)
        if due:
            access.note_view(uow, found, now=desk.clock())
        context = _context(desk, uow, found) | {"record": section(desk, uow, found, record)}
    return page(
        request,
        "case_page.html",
        status=status,
        notice=notice,
        problem=problem,
        typed=typed,
        fields=fields or {},
        full=full,
        token=secrets.token_urlsafe(16),
        max_reply=MAX_REPLY,
        **context,
    )


def _context(desk: Desk, uow: UnitOfWork, found: Reach) -> dict[str, Any]:
    case, zone_ = found.case, zone(desk, found.case)
    readable: Conversation | None = None
    if found.reads and case.conversation_id is not None:
        readable = uow.conversations.get(case.conversation_id)
    today = today_for(desk, case)
    works = found.member.role.works_cases
    names, offices = ({each.id: each.name for each in some} for some in (uow.staff.all(), uow.offices.all()))
    assessment, pack = uow.cases.assessment(case), desk.packs.get(case.jurisdiction)
    work = work_of(desk, uow, found, today) if found.reads else None
    log = uow.log.of(case.id)
    return {
        "case": row(desk, uow, case, found.member, now=desk.clock()),
        "reference": case.reference,
        "summary": summary_of(
            desk,
            assessment if works else {},
            today,
            reads=readable is not None,
            besides=work.codes if work else frozenset(),
        ),
        "work": work,
        "glass": glass_of(desk, uow, found),
        "due": None if case.due is None else due_words(case.due, today),
        "messages": [] if readable is None else lines(uow, readable, zone_),
        "files": [] if readable is None else [file_words(each) for each in uow.attachments.of(readable)],
        "events": [_event(desk, entry, zone_, names, offices) for entry in reversed(log)],
        "note": uow.cases.note(case) if found.reads else "",
        "outcome": OUTCOMES.get(case.outcome or "", ""),
        "versions": case.versions,
        "labels": labels_of(desk, uow.labels.newest(case.id), zone_),
        "problems": problems(desk),
        "first_issue": case.issues[0] if case.issues else "",
        "may_judge": found.holds,
        "may_finish": found.may_finish,
        "may_copy": found.may_copy,
        "works": works,
        "reads": found.reads,
        "holds": found.holds and case.status in (Status.CLAIMED, Status.REFERRED),
        "can_claim": works and (case.status == Status.WAITING or (case.status == Status.REFERRED and not found.holds)),
        "gone": _gone(log) if case.conversation_id is None else "",
        "reachable": readable is not None and readable.reachable,
        "letters": pack is not None and bool(pack.letters),
        "referrals": referrals(desk, case, assessment) if found.holds else None,
        "stands": str(case.status),
        "hands": hands_of(desk, uow, found),
        "sharing": sharing_of(desk, uow, found),
        "agreements": None if readable is None else agreements_of(uow, readable),
    }


def _gone(log: Sequence[Entry]) -> str:
    """Why there is no conversation any more."""
    kinds = {entry.kind.id for entry in log}
    if "consent_withdrawn" in kinds and "erased" not in kinds:
        return "The person took back that we work on this. Nobody here can read their words."
    return "The person had everything erased. Only codes are left of this case."


def _event(desk: Desk, entry: Entry, zone_: Any, names: dict[int, str], offices: dict[int, str]) -> dict[str, str]:
    told = [words for name, value in entry.detail.items() for words in _detail(desk, name, value)]
    told += [words for name, value in entry.detail.items() for words in in_other_hands(names, name, value)]
    told += [words for name, value in entry.detail.items() for words in named_in_log(offices, name, value)]
    return {
        "title": entry.kind.title,
        "by": entry.by,
        "at": moment_words(entry.at, zone_),
        "detail": ", ".join(told),
    }


def _detail(desk: Desk, name: str, value: Any) -> list[str]:
    """What one part of a log line tells, in words; nothing of a part that is for machines, or that tells nothing."""
    if value is None:
        return []
    match name:
        case "flags":
            return [label(desk, "flag", flag) for flag in value]
        case "urgency":
            return [label(desk, "urgency", value)]
        case "to":
            return [service_name(desk, value)]
        case "letter":
            return [_letter(desk, value)]
        case _ if name in _CODES:
            return [_CODES[name].get(value, value)]
        case _ if name in _SAID:
            return [_SAID[name](value)]
        case "issues":
            return [issue_title(desk, issue) for issue in value]
        case "parts":
            return part_words(value)
    return []


def _letter(desk: Desk, letter_id: str) -> str:
    return next((pack.letters[letter_id].title for pack in desk.packs.values() if letter_id in pack.letters), letter_id)

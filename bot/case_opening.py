"""Turns what a conversation has learnt into a case, and keeps an open case up to date."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.case_facts import heard_of, record_of, said_of
from bot.draft import OpenCase
from bot.events import LetterTaken
from bot.guiding import assessed
from bot.interview import SKIPPED
from bot.office import Office
from bot.session import Session
from casestore.cases import Case, NewCase
from casestore.conversations import Conversation
from casestore.log.case_log import PERSON
from casestore.unit_of_work import UnitOfWork
from casestore.work.agenda import NewDeadline
from triage.assessment import Assessment
from triage.deadlines import Deadline
from triage.eligibility import Verdict, judge

ACTIVE = timedelta(hours=1)
_QUOTE = 400


def described(cases: Sequence[Case], *, now: datetime) -> OpenCase | None:
    """What the conversation engine needs to know of the cases that are current, the newest first; None for none."""
    told = [_described(case, now) for case in cases]
    return replace(told[0], others=tuple(told[1:])) if told else None


def _described(case: Case, now: datetime) -> OpenCase:
    active = case.answered_at is not None and now - case.answered_at < ACTIVE
    return OpenCase(case.reference, str(case.status), case.claimed_by_name, case.waiting_since, active)


def open_or_add(uow: UnitOfWork, office: Office, conversation: Conversation, session: Session) -> str:
    """Opens a case, or adds to the one that is open; returns its reference."""
    new = _new_case(office, session, conversation.channel)
    now = office.clock()
    case = uow.cases.of_conversation(conversation.id)
    if case is not None and case.status != "closed":
        uow.cases.add_to(case, new, now=now)
        uow.cases.person_wrote(case, now=now, conversation_id=conversation.id)
        return case.reference
    case = uow.cases.open(conversation, new, now=now)
    _announce(uow, office, case.reference, new)
    return case.reference


def add_danger(uow: UnitOfWork, office: Office, conversation: Conversation, session: Session) -> None:
    """Danger heard in a chat raises every case that is open there: it is the person who is in danger.

    What else was told goes to the newest of them, which the chat is about.
    """
    new, now = _new_case(office, session, conversation.channel), office.clock()
    cases = [case for case in uow.cases.current(conversation.id) if case.status != "closed"]
    for place, case in enumerate(cases):
        if place == 0:
            uow.cases.add_to(case, new, now=now)
        else:
            uow.cases.raise_danger(case, new, now=now)
        if case.urgency != "emergency" and new.urgency == "emergency":
            _announce(uow, office, case.reference, new)


def note_person_wrote(uow: UnitOfWork, conversation: Conversation, *, now: datetime) -> None:
    """Every open case of the person waits for the office again; where none is open, the newest is opened again."""
    for case in uow.cases.current(conversation.id):
        uow.cases.person_wrote(case, now=now, conversation_id=conversation.id)


def note_letter(uow: UnitOfWork, conversation: Conversation, taken: LetterTaken, *, now: datetime) -> None:
    """The log of the person's open case, if any, says which letter they took: its name and version, never its words."""
    case = uow.cases.of_conversation(conversation.id)
    if case is not None and case.status != "closed":
        detail = {"letter": taken.id, "version": taken.version, "format": taken.format}
        uow.log.note(case.id, "letter_made", actor=PERSON, now=now, **detail)


def _new_case(office: Office, session: Session, channel: str) -> NewCase:
    issues = tuple(dict.fromkeys([*session.issues, *session.also]))
    assessment = assessed(session, office.book, issues, today=office.today().date())
    return NewCase(
        jurisdiction=office.book.pack.id,
        place=_region(office, session.answers.get("place")),
        language=session.language,
        issues=issues,
        flags=tuple(session.flags),
        urgency=str(assessment.urgency),
        due=assessment.due,
        versions=office.versions,
        assessment=_for_the_paralegal(office, session, assessment),
        office_id=office.office_id,
        said=said_of(session),
        record=record_of(office, session, channel),
        heard=heard_of(office, session),
        deadlines=tuple(_noted(deadline) for deadline in assessment.deadlines if not deadline.assumed),
        understood=max(session.scores, key=lambda issue: session.scores[issue], default=None),
    )


def _noted(deadline: Deadline) -> NewDeadline:
    """For the agenda of the case. One whose first day nobody knows stays in the summary: the day must be found out."""
    return NewDeadline(
        code=deadline.id,
        due=deadline.due,
        what=deadline.what,
        because=deadline.because,
        source=deadline.source,
        owner=deadline.binds,
    )


def _region(office: Office, answer: str | None) -> str | None:
    """The province or region; the town stays among the answers, so that no count of cases can point at one street."""
    place = office.book.pack.gazetteer.get(answer)
    return None if place is None else place.region


def _for_the_paralegal(office: Office, session: Session, assessment: Assessment) -> dict[str, Any]:
    titles = [office.book.taxonomy.issues[issue].title for issue in assessment.issues]
    story = session.story.replace("\n", " / ")
    quote = story[:_QUOTE] + ("…" if len(story) > _QUOTE else "")
    return {
        "summary": titles,
        "quote": quote,
        "reasons": list(assessment.reasons),
        "facts": {_label(office, id_): _shown(office, value) for id_, value in session.answers.items()}
        | _can_get(office, session),
        "answers": {id_: value for id_, value in session.answers.items() if value != SKIPPED},
        "deadlines": [
            {
                "id": d.id,
                "due": d.due.isoformat(),
                "what": d.what,
                "because": d.because,
                "source": d.source,
                "review": d.review,
            }
            for d in assessment.deadlines
        ],
        "guidance": list(assessment.guidance),
        "understanding": {
            "issues": [{"id": id_, "probability": score} for id_, score in session.scores.items()],
        },
    }


def _can_get(office: Office, session: Session) -> dict[str, str]:
    """What the helper pointed to, for somebody who used it."""
    if not session.can_get:
        return {}
    pack, today = office.book.pack, office.today().date()
    results = judge(pack.eligibility, session.can_get, pack.figures, today=today)
    may = [result.benefit.name for result in results if result.verdict is Verdict.MAY]
    return {office.book.wording.say("fact.can_get"): "; ".join(may) or office.book.wording.say("can_get.none")}


def _label(office: Office, id_: str) -> str:
    return office.book.wording.say(f"fact.{id_}") if office.book.wording.has(f"fact.{id_}") else id_


def _shown(office: Office, value: str) -> str:
    if value == SKIPPED:
        return "not said"
    if value in office.book.pack.gazetteer:
        return office.book.pack.gazetteer.in_full(value)
    key = f"choice.{value}"
    return office.book.wording.say(key) if office.book.wording.has(key) else value


def _announce(uow: UnitOfWork, office: Office, reference: str, new: NewCase) -> None:
    """Tells the paralegals' group of an urgent case: codes only, nothing of the person."""
    if not office.staff_group or new.urgency not in ("emergency", "urgent"):
        return
    say = office.book.wording.say
    area = say(f"area.{new.issues[0].split('.')[0]}") if new.issues else "–"
    place = office.book.pack.gazetteer[new.place].name if new.place else "–"
    uow.outbox.put(
        channel="telegram",
        address=office.staff_group,
        text=say("desk.new_case", reference=reference, urgency=say(f"urgency.{new.urgency}"), area=area, place=place),
        choices=((f"claim:{reference}", say("desk.claim")),),
        dedupe=f"group:{reference}:{new.urgency}",
        now=office.clock(),
    )

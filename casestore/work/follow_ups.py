"""Asking again some time after a case was closed: does it hold, was it fair, would they have managed alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from casestore.codes.code_lists import LISTS, CodeList
from casestore.errors import CaseNotFound, NotAllowedNow
from casestore.lifecycle import Status
from casestore.log.case_log import BOT, PERSON, CaseLog
from casestore.privacy.consent import STATISTICS, Consents
from casestore.tables import CaseRow, ConversationRow, FollowUpRow
from casestore.work.holding import finished

AFTER_DAYS = (30, 90)
_CHAT_WAITS = timedelta(days=7)
DUE, ASKED, ANSWERED, UNREACHED, VOID = "due", "asked", "answered", "unreached", "void"
# Somebody else may read the phone of a person in such danger: they are asked by their paralegal, not by the bot.
_NOT_IN_THE_CHAT = frozenset({"violence", "self_harm", "child_risk", "detention"})
# What is asked, and with which answers. The last one is the counterfactual.
QUESTIONS: dict[str, tuple[str, CodeList]] = {
    "still_holds": ("Does what was reached still hold?", LISTS["follow_up_answer"]),
    "fair": ("Do you think that it ended fairly?", LISTS["follow_up_answer"]),
    "alone": ("Would you have managed without our help?", LISTS["managed_alone"]),
}
# Whom it makes sense to ask later what came of it.
ASKED_LATER = frozenset(
    code.id for code in LISTS["outcome"].codes if code.counts_as in ("fully", "partly", "not", "unknown")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the person said; None where they were not asked or did not want to say."""

    still_holds: str | None = None
    fair: str | None = None
    alone: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One follow-up of a case, `days` after it was closed."""

    id: int
    case_id: int
    reference: str
    days: int
    state: str
    due: date
    answers: Answers
    answered_at: datetime | None


def said(answers: Answers) -> tuple[str, ...]:
    """What was answered, each with its question."""
    given = ((question, codes.titles, getattr(answers, name)) for name, (question, codes) in QUESTIONS.items())
    return tuple(f"{question} {titles[answer]}" for question, titles, answer in given if answer)


class FollowUps:
    """Plans follow-ups when a case is closed, lists those that are due, and notes what the person said."""

    def __init__(self, session: Session, consents: Consents, log: CaseLog) -> None:
        self._session = session
        self._consents = consents
        self._log = log

    def plan(self, case_id: int, outcome_id: int, *, code: str, now: datetime) -> None:
        """The follow-ups of a case that has just ended so; those of an earlier ending that nobody asked are void."""
        open_ = (FollowUpRow.case_id == case_id, FollowUpRow.state.in_((DUE, ASKED)))
        others = (FollowUpRow.outcome_id != outcome_id,) if code in ASKED_LATER else ()
        self._session.execute(update(FollowUpRow).where(*open_, *others).values(state=VOID))
        if code not in ASKED_LATER:
            return
        rows = self._session.scalars(select(FollowUpRow).where(FollowUpRow.outcome_id == outcome_id))
        planned = {row.days: row for row in rows}
        for days in AFTER_DAYS:
            if days in planned:
                row = planned[days]
                row.state = DUE if row.state == VOID else row.state
                continue
            due = (now + timedelta(days=days)).date()
            self._session.add(FollowUpRow(case_id=case_id, outcome_id=outcome_id, days=days, state=DUE, due=due))
        self._session.flush()

    def answer(
        self, case_id: int, follow_up_id: int, answers: Answers, *, staff_id: int, reached: bool = True, now: datetime
    ) -> None:
        """What the person said, or that they could not be reached; may be put right later.

        Raises NotYours, CaseNotFound, NotValid, and NotAllowedNow when the case is open again.
        """
        case = finished(self._session, case_id, staff_id)
        row = self._session.get(FollowUpRow, follow_up_id, populate_existing=True)
        if row is None or row.case_id != case_id:
            raise CaseNotFound("there is no such follow-up")
        if case.status != Status.CLOSED or row.state == VOID:
            raise NotAllowedNow("a case that is open again is followed up after its next end")
        for name, (_, codes) in QUESTIONS.items():
            said_ = getattr(answers, name) if reached else None
            setattr(row, name, codes.check(said_) if said_ else None)
        row.state, row.answered_at, row.asked_by = ANSWERED if reached else UNREACHED, now, f"staff:{staff_id}"
        self._session.flush()
        self._log.note(case_id, "followed_up", actor=row.asked_by, now=now, days=row.days, state=row.state)

    def to_ask_in_chat(self, day: date, *, channels: Collection[str]) -> list[tuple[FollowUp, int]]:
        """Those due by that day that the bot may ask, each with its conversation.

        The person agreed to statistics, can be reached on one of these channels, and no danger was heard that makes it
        unsafe to write to them unasked.
        """
        rows = self._session.execute(
            select(FollowUpRow, CaseRow.flags, ConversationRow.id, ConversationRow.person_id)
            .join(CaseRow, CaseRow.id == FollowUpRow.case_id)
            .join(ConversationRow, ConversationRow.id == CaseRow.conversation_id)
            .where(
                CaseRow.status == Status.CLOSED,
                FollowUpRow.state == DUE,
                FollowUpRow.due <= day,
                ConversationRow.reachable,
                ConversationRow.channel.in_(channels),
            )
            .order_by(FollowUpRow.due, FollowUpRow.id)
            .with_for_update(of=FollowUpRow, skip_locked=True)
        ).all()
        askable = {
            row.id: conversation_id
            for row, flags, conversation_id, person_id in rows
            if not _NOT_IN_THE_CHAT & set(flags) and self._consents.given(person_id, STATISTICS)
        }
        found = self._found(FollowUpRow.id.in_(askable))
        return [(each, askable[each.id]) for each in found]

    def note_asked(self, follow_up_id: int, *, now: datetime) -> None:
        """The bot has put the first question into the chat."""
        row = self._session.get_one(FollowUpRow, follow_up_id)
        row.state, row.asked_by = ASKED, BOT
        self._session.flush()
        self._log.note(row.case_id, "followed_up", actor=BOT, now=now, days=row.days, state=ASKED)

    def said_in_chat(
        self, follow_up_id: int, conversation_id: int, name: str, answer: str, *, now: datetime
    ) -> FollowUp | None:
        """One answer, pressed in the chat; None where nobody asked that of this person, or the case is open again.

        Raises UnknownCode.
        """
        case = self._session.scalar(
            select(CaseRow)
            .join(FollowUpRow, FollowUpRow.case_id == CaseRow.id)
            .where(FollowUpRow.id == follow_up_id, CaseRow.conversation_id == conversation_id)
        )
        row = self._session.get(FollowUpRow, follow_up_id)
        if case is None or row is None or case.status != Status.CLOSED or row.asked_by != BOT or row.state == VOID:
            return None
        setattr(row, name, QUESTIONS[name][1].check(answer))
        row.state, row.answered_at = ANSWERED, now
        self._session.flush()
        self._log.note(case.id, "followed_up", actor=PERSON, now=now, days=row.days, state=ANSWERED)
        return self._found(FollowUpRow.id == follow_up_id)[0]

    def of(self, case_id: int) -> list[FollowUp]:
        """The follow-ups of a case, oldest first."""
        return self._found(FollowUpRow.case_id == case_id)

    def due_by(self, day: date, *, staff_id: int) -> list[FollowUp]:
        """Those to be asked by that day in the closed cases of somebody; asked in the chat in vain, a week later."""
        return self._found(
            CaseRow.claimed_by == staff_id,
            CaseRow.status == Status.CLOSED,
            or_(
                and_(FollowUpRow.state == DUE, FollowUpRow.due <= day),
                and_(FollowUpRow.state == ASKED, FollowUpRow.due <= day - _CHAT_WAITS),
            ),
        )

    def _found(self, *conditions: ColumnElement[bool]) -> list[FollowUp]:
        rows = self._session.execute(
            select(FollowUpRow, CaseRow.reference)
            .join(CaseRow, CaseRow.id == FollowUpRow.case_id)
            .where(*conditions)
            .order_by(FollowUpRow.due, FollowUpRow.id)
        )
        return [
            FollowUp(
                row.id,
                row.case_id,
                reference,
                row.days,
                row.state,
                row.due,
                Answers(still_holds=row.still_holds, fair=row.fair, alone=row.alone),
                row.answered_at,
            )
            for row, reference in rows
        ]

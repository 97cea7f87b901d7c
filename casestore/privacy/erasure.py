"""Forgetting a person for good; statistics stay only where they agreed to that."""

from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from casestore.attachments import Attachments
from casestore.endings import end, forget_words
from casestore.lifecycle import WITHDRAWN
from casestore.log.case_log import PERSON, CaseLog
from casestore.parting import part
from casestore.people import People
from casestore.privacy.consent import STATISTICS, Consents
from casestore.records import rounded
from casestore.respondents import Respondents
from casestore.tables import (
    CaseRecordRow,
    CaseRespondentRow,
    CaseRow,
    ConversationRow,
    GlassRow,
    InboxRow,
    OutboxRow,
    SupporterRow,
)


class Erasure:
    """Takes a person out of every table."""

    def __init__(
        self,
        session: Session,
        people: People,
        consents: Consents,
        respondents: Respondents,
        attachments: Attachments,
        log: CaseLog,
    ) -> None:
        self._session = session
        self._people = people
        self._consents = consents
        self._respondents = respondents
        self._attachments = attachments
        self._log = log
        self.done = False

    def erase(self, person_id: str, *, now: datetime, actor: str = PERSON) -> None:
        """Removes everything about the person, their files too, and destroys their key.

        What stays of their cases is the log: which kind of thing was done when and by whom, to a bare number that
        belongs to nobody any more; its details were sealed with the key.
        Cases of other chats that were joined with theirs stay, and go on in their own chats.
        Where they agreed to statistics, the bare codes of their cases stay, closed and joined to nobody.
        """
        part(self._session, self._log, person_id, actor=actor, now=now)
        self._attachments.forget_person(person_id)
        conversations = list(
            self._session.scalars(select(ConversationRow.id).where(ConversationRow.person_id == person_id))
        )
        self._session.execute(delete(OutboxRow).where(OutboxRow.conversation_id.in_(conversations)))
        # The bare update ids stay, so that a repeated delivery does not bring the person back.
        self._session.execute(
            update(InboxRow)
            .where(InboxRow.conversation_id.in_(conversations))
            .values(body_sealed=None, conversation_id=None)
        )
        cases = select(CaseRow.id).where(CaseRow.person_id == person_id)
        others = self._respondents.people_of(cases)
        for case_id in self._session.scalars(cases).all():
            self._log.note(case_id, "erased", actor=actor, now=now)
        self._session.execute(delete(GlassRow).where(GlassRow.case_id.in_(cases)))
        if self._consents.given(person_id, STATISTICS):
            self._bare(cases, others)
            forget_words(self._session, cases)
            open_ = select(CaseRow).where(CaseRow.person_id == person_id, CaseRow.closed_at.is_(None))
            for row in self._session.scalars(open_).all():
                end(self._session, row, WITHDRAWN, now=now)
            self._session.flush()
            self._session.execute(
                update(CaseRow)
                .where(CaseRow.person_id == person_id)
                .values(assessment_sealed=None, note_sealed=None, person_id=None, conversation_id=None)
            )
        else:
            self._session.execute(delete(CaseRow).where(CaseRow.person_id == person_id))
        self._people.remove(person_id)
        self._respondents.forget_unused(others)
        self.done = True

    def _bare(self, cases: Select[int], others: list[int]) -> None:
        """Leaves of the record of those cases what points at nobody: no name, no day, no other side who is a person."""
        for row in self._session.scalars(select(CaseRecordRow).where(CaseRecordRow.case_id.in_(cases))):
            if row.event_on is not None and row.event_precision in ("day", "week"):
                row.event_on, row.event_precision = rounded(row.event_on, "month"), "month"
        self._session.flush()
        self._session.execute(update(SupporterRow).where(SupporterRow.case_id.in_(cases)).values(name_sealed=None))
        theirs = (CaseRespondentRow.case_id.in_(cases), CaseRespondentRow.respondent_id.in_(others))
        self._session.execute(update(CaseRespondentRow).where(*theirs).values(respondent_id=None))

"""Forgetting a person for good; statistics stay only where they agreed to that."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from casestore.consent import STATISTICS, Consents
from casestore.lifecycle import WITHDRAWN, Status
from casestore.people import People
from casestore.tables import CaseRow, ConversationRow, InboxRow, OutboxRow


class Erasure:
    """Takes a person out of every table."""

    def __init__(self, session: Session, people: People, consents: Consents) -> None:
        self._session = session
        self._people = people
        self._consents = consents
        self.done = False

    def erase(self, person_id: str, *, now: datetime) -> None:
        """Removes everything about the person and destroys their key.

        Where they agreed to statistics, the bare codes of their cases stay, closed and joined to nobody.
        Their attachments must be forgotten by the caller in the same transaction.
        """
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
        if self._consents.given(person_id, STATISTICS):
            self._session.execute(
                update(CaseRow)
                .where(CaseRow.person_id == person_id)
                .values(
                    assessment_sealed=None,
                    note_sealed=None,
                    person_id=None,
                    conversation_id=None,
                    waiting_since=None,
                    status=Status.CLOSED,
                    closed_at=func.coalesce(CaseRow.closed_at, now),
                    outcome=func.coalesce(CaseRow.outcome, WITHDRAWN),
                )
            )
        else:
            self._session.execute(delete(CaseRow).where(CaseRow.person_id == person_id))
        self._people.remove(person_id)
        self.done = True

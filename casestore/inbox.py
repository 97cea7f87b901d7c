"""Updates from the channels: stored before they are acknowledged, worked once, in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casestore.conversations import Conversation
from casestore.database import insert_once
from casestore.people import People
from casestore.tables import InboxRow

_BODY = "inbox.body"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One stored update: `body` is the channel's own JSON of it, `attempts` how often work on it has failed."""

    id: int
    body: str
    attempts: int
    received_at: datetime


class Inbox:
    """Keeps what arrives until it has been worked."""

    def __init__(self, session: Session, people: People) -> None:
        self._session = session
        self._people = people

    def store(self, conversation: Conversation, *, external_id: str, body: str, now: datetime) -> bool:
        """Keeps an update; False when it is already there, so that a repeated delivery changes nothing."""
        return insert_once(
            self._session,
            InboxRow,
            key=("channel", "external_id"),
            channel=conversation.channel,
            external_id=external_id,
            conversation_id=conversation.id,
            body_sealed=self._people.box(conversation.person_id).seal(body, _BODY),
            received_at=now,
        )

    def waiting(self, conversation: Conversation, *, limit: int = 50) -> list[Arrival]:
        """What waits in this conversation, in the order in which it arrived."""
        box = self._people.box(conversation.person_id)
        rows = self._session.scalars(
            select(InboxRow)
            .where(InboxRow.conversation_id == conversation.id, InboxRow.done_at.is_(None))
            .order_by(InboxRow.id)
            .limit(limit)
        )
        return [
            Arrival(row.id, box.open_text(row.body_sealed, _BODY), row.attempts, row.received_at)
            for row in rows
            if row.body_sealed is not None
        ]

    def mark_done(self, ids: list[int], *, now: datetime) -> None:
        """These were worked. Their bodies go: the transcript has the words."""
        self._session.execute(update(InboxRow).where(InboxRow.id.in_(ids)).values(done_at=now, body_sealed=None))

    def note_failure(self, ids: list[int]) -> None:
        """Work on these failed once more."""
        self._session.execute(update(InboxRow).where(InboxRow.id.in_(ids)).values(attempts=InboxRow.attempts + 1))

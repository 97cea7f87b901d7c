"""The transcript of a conversation: everything said, by whom, sealed with the person's key."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.conversations import Conversation
from casestore.people import People
from casestore.tables import CaseRow, MessageRow, StaffRow

Sender = Literal["person", "bot", "paralegal"]
_BODY = "messages.body"
_SHOWN_LATELY = 50


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `choices` are the buttons shown with it, as (id, label)."""

    id: int
    sender: str
    text: str
    choices: tuple[tuple[str, str], ...]
    by: str | None
    at: datetime


class Messages:
    """Adds to the transcript and reads it."""

    def __init__(self, session: Session, people: People) -> None:
        self._session = session
        self._people = people
        self._ours: set[int] = set()

    def add(
        self,
        conversation: Conversation,
        sender: Sender,
        text: str,
        *,
        now: datetime,
        choices: tuple[tuple[str, str], ...] = (),
        staff_id: int | None = None,
    ) -> int:
        """Writes one message down; returns its id."""
        self._keep_others_waiting(conversation.id)
        body = json.dumps({"text": text, "choices": choices}, ensure_ascii=False)
        row = MessageRow(
            conversation_id=conversation.id,
            sender=sender,
            staff_id=staff_id,
            body_sealed=self._people.box(conversation.person_id).seal(body, _BODY),
            at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def _keep_others_waiting(self, conversation_id: int) -> None:
        """Locks the chat's cases, so that message numbers come in the order in which others see them.

        A worker and a paralegal may write at once. Else number 7 could be there before number 6, and whoever has shown
        or confirmed everything up to 7 would never know of 6. Without a case only the worker writes, and has its lock.
        """
        if conversation_id in self._ours or self._session.get_bind().dialect.name != "postgresql":
            return  # SQLite has one writer at a time
        cases = CaseRow.__table__  # not the class: whoever writes may be somebody who does not see the case any more
        self._session.execute(
            select(cases.c.id)
            .where(cases.c.conversation_id == conversation_id)
            .order_by(cases.c.id)
            .with_for_update(key_share=True)
        )
        self._ours.add(conversation_id)

    def transcript(self, conversation: Conversation, *, after: int = 0, limit: int = 500) -> list[Message]:
        """What was said after the message `after`, oldest first; the newest `limit` of it."""
        box = self._people.box(conversation.person_id)
        rows = self._session.execute(
            select(MessageRow, StaffRow.name)
            .outerjoin(StaffRow, StaffRow.id == MessageRow.staff_id)
            .where(MessageRow.conversation_id == conversation.id, MessageRow.id > after)
            .order_by(MessageRow.id.desc())
            .limit(limit)
        ).all()
        found = []
        for row, by in reversed(rows):
            body: dict[str, Any] = json.loads(box.open_text(row.body_sealed, _BODY))
            choices = tuple((id_, label) for id_, label in body["choices"])
            found.append(Message(row.id, row.sender, body["text"], choices, by, row.at))
        return found

    def label_of(self, conversation: Conversation, choice: str) -> str:
        """What the button with that id said when it was last shown; empty when it never was."""
        box = self._people.box(conversation.person_id)
        bodies = self._session.scalars(
            select(MessageRow.body_sealed)
            .where(MessageRow.conversation_id == conversation.id, MessageRow.sender == "bot")
            .order_by(MessageRow.id.desc())
            .limit(_SHOWN_LATELY)
        )
        for body in bodies:
            labels: dict[str, str] = dict(json.loads(box.open_text(body, _BODY))["choices"])
            if choice in labels:
                return labels[choice]
        return ""

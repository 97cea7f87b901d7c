"""Messages waiting to be sent: written in the turn's own transaction, sent afterwards, blanked once confirmed."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, literal, select, update
from sqlalchemy.orm import Session, aliased

from casestore.database import insert_once
from casestore.encryption import Keyring
from casestore.tables import OutboxRow, storable

BODY = "outbox.body"
LEASE = timedelta(seconds=60)
_WAITING = literal("waiting", literal_execute=True)  # spelt out in the statement: else no partial index serves it


@dataclass(frozen=True, slots=True)
class Letter:
    """One message under way. `choices` are buttons as (id, label); `attempts` counts this one too.

    Where `document` names a file, the text is the content of that file; or `file` is the attachment that holds it.
    """

    id: int
    channel: str
    address: str
    text: str
    choices: tuple[tuple[str, str], ...]
    conversation_id: int | None
    message_id: int | None
    attempts: int
    created_at: datetime
    document: str = ""
    file: int | None = None


class Outbox:
    """Keeps what must be said until the channel has confirmed it."""

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring

    def put(
        self,
        *,
        channel: str,
        address: str,
        text: str,
        dedupe: str,
        now: datetime,
        choices: tuple[tuple[str, str], ...] = (),
        conversation_id: int | None = None,
        message_id: int | None = None,
        document: str = "",
        file: int | None = None,
    ) -> None:
        """One more message for that address; nothing happens when one with the same `dedupe` was queued before."""
        letter = {"address": address, "text": text, "choices": choices, "document": document, "file": file}
        body = json.dumps(letter, ensure_ascii=False)
        insert_once(
            self._session,
            OutboxRow,
            key=("dedupe",),
            dedupe=dedupe,
            channel=channel,
            address_index=self._keyring.blind_index(channel, address),
            conversation_id=conversation_id,
            message_id=message_id,
            body_sealed=self._keyring.office_box().seal(body, BODY),
            next_try_at=now,
            created_at=now,
        )

    def take_due(self, channel: str, *, now: datetime, limit: int = 20) -> list[Letter]:
        """The next message of each address that is due, leased so that no other process sends it too.

        Only the oldest waiting message of an address is ever taken: one chat is sent to in strict order.
        A process that dies gives its leases back when they end.
        """
        earlier = aliased(OutboxRow)
        rows = self._session.scalars(
            select(OutboxRow)
            .where(
                OutboxRow.channel == channel,
                OutboxRow.status == _WAITING,
                OutboxRow.next_try_at <= now,
                ~exists().where(
                    earlier.channel == channel,
                    earlier.address_index == OutboxRow.address_index,
                    earlier.status == _WAITING,
                    earlier.id < OutboxRow.id,
                ),
            )
            .order_by(OutboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        ).all()
        for row in rows:
            row.next_try_at = now + LEASE
            row.attempts += 1
        return [self._opened(row) for row in rows]

    def has(self, dedupe: str) -> bool:
        """Whether that message was queued before."""
        return self._session.scalar(select(OutboxRow.id).where(OutboxRow.dedupe == dedupe)) is not None

    def any_due(self, channel: str, *, now: datetime) -> bool:
        """Whether `take_due` would find something: a look that blocks nobody."""
        return bool(
            self._session.scalar(
                select(OutboxRow.id)
                .where(OutboxRow.channel == channel, OutboxRow.status == _WAITING, OutboxRow.next_try_at <= now)
                .limit(1)
            )
        )

    def waiting_for(self, channel: str, address: str) -> list[Letter]:
        """All that waits for one address, for a channel that fetches its messages itself."""
        index = self._keyring.blind_index(channel, address)
        rows = self._session.scalars(
            select(OutboxRow)
            .where(OutboxRow.channel == channel, OutboxRow.address_index == index, OutboxRow.status == _WAITING)
            .order_by(OutboxRow.id)
        )
        return [self._opened(row) for row in rows]

    def confirm_up_to(self, channel: str, address: str, letter_id: int, *, now: datetime) -> None:
        """The address has shown everything up to that message."""
        index = self._keyring.blind_index(channel, address)
        self._session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.channel == channel,
                OutboxRow.address_index == index,
                OutboxRow.status == _WAITING,
                OutboxRow.id <= letter_id,
            )
            .values(status="sent", sent_at=now, body_sealed=None)
        )

    def mark_sent(self, letter_id: int, *, now: datetime) -> None:
        """The channel confirmed it; the words are not needed here any more."""
        self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == letter_id)
            .values(status="sent", sent_at=now, body_sealed=None, failure=None)
        )

    def mark_confirmed(self, letters: list[tuple[int, datetime]], *, now: datetime) -> None:
        """Of letters that were under way, named by number and time, these were confirmed by the channel."""
        for letter_id, created_at in letters:
            row = self._session.get(OutboxRow, letter_id)
            if row is not None and row.status == "waiting" and row.created_at == created_at:
                self.mark_sent(letter_id, now=now)

    def try_again(self, letter_id: int, *, at: datetime, failure: str) -> None:
        """Not now: once more at `at`."""
        self._session.execute(
            update(OutboxRow).where(OutboxRow.id == letter_id).values(next_try_at=at, failure=storable(failure, 80))
        )

    def mark_failed(self, letter_id: int, *, failure: str) -> None:
        """It will never arrive; the transcript still has it."""
        self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == letter_id)
            .values(status="failed", failure=storable(failure, 80), body_sealed=None)
        )

    def give_up_on(self, conversation_id: int, *, failure: str) -> None:
        """The person cannot be reached on this channel: nothing more is tried."""
        self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.conversation_id == conversation_id, OutboxRow.status == _WAITING)
            .values(status="failed", failure=storable(failure, 80), body_sealed=None)
        )

    def release_leases(self, channel: str, *, now: datetime) -> None:
        """The one process that sends on this channel starts anew: what it had taken is due at once."""
        self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.channel == channel, OutboxRow.status == _WAITING, OutboxRow.failure.is_(None))
            .values(next_try_at=now)
        )

    def states(self, message_ids: list[int]) -> dict[int, str]:
        """Which of these transcript messages are `waiting`, `sent` or `failed`."""
        rows = self._session.execute(
            select(OutboxRow.message_id, OutboxRow.status).where(OutboxRow.message_id.in_(message_ids))
        )
        return {message_id: status for message_id, status in rows if message_id is not None}

    def _opened(self, row: OutboxRow) -> Letter:
        if row.body_sealed is None:  # pragma: no cover - only waiting rows are opened, and these keep their body
            raise LookupError(f"outbox row {row.id} has no body")
        body: dict[str, Any] = json.loads(self._keyring.open_office(row.body_sealed, BODY))
        return Letter(
            id=row.id,
            channel=row.channel,
            address=body["address"],
            text=body["text"],
            choices=tuple((id_, label) for id_, label in body["choices"]),
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            attempts=row.attempts,
            created_at=row.created_at,
            document=body["document"],
            file=body.get("file"),  # what waited since before there were such files has none
        )

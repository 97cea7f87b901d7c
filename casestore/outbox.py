"""Messages waiting to be sent: written in the turn's own transaction, sent afterwards, blanked once confirmed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, literal, select, update
from sqlalchemy.orm import Session, aliased

from casestore.database import insert_once
from casestore.keys.encryption import Keyring
from casestore.privacy.safe_contact import HELD, IS_HELD, NOTICE, WAITING, SafeContact, Standing, notice_due
from casestore.tables import OutboxRow, storable

BODY = "outbox.body"
LEASE = timedelta(seconds=60)
_WAITING = literal("waiting", literal_execute=True)  # spelt out in the statement: else no partial index serves it
SHOW = "g:show"  # the button under a notice: who presses it has written to us


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

    def __init__(self, session: Session, keyring: Keyring, safe_contact: SafeContact) -> None:
        self._session = session
        self._keyring = keyring
        self._safe_contact = safe_contact

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
        not_before: datetime | None = None,
    ) -> None:
        """One more message for that address; nothing happens when one with the same `dedupe` was queued before.

        What was withheld from this person goes before it. Where only a notice may reach them, it is queued too, once
        for all that comes while they are silent.
        """
        letter = {"address": address, "text": text, "choices": choices, "document": document, "file": file}
        body = json.dumps(letter, ensure_ascii=False)
        standing = None if dedupe.startswith(NOTICE) else self._safe_contact.of(conversation_id)
        if standing is not None and conversation_id is not None:
            if standing.rule.lets_words(now, standing.heard):
                self._safe_contact.let_out(conversation_id, now=now)
            else:
                not_before = standing.rule.next_look(now, notice=False)
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
            status=WAITING if not_before is None else HELD,
            next_try_at=not_before or now,
            created_at=now,
        )
        if standing is not None and standing.rule.neutral:
            self._put_notice(channel, address, conversation_id, standing, now=now)

    def take_due(self, channel: str, *, now: datetime, limit: int = 20) -> list[Letter]:
        """The next message of each address that is due, leased so that no other process sends it too.

        Only the oldest waiting message of an address is ever taken: one chat is sent to in strict order.
        A process that dies gives its leases back when they end. What may not be sent safely now is held.
        """
        self._safe_contact.release(channel, now=now)
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
        allowed = self._safe_contact.sift(rows, now=now)
        for row in allowed:
            row.next_try_at = now + LEASE
            row.attempts += 1
        return [self._opened(row) for row in allowed]

    def has(self, dedupe: str) -> bool:
        """Whether that message was queued before."""
        return self._session.scalar(select(OutboxRow.id).where(OutboxRow.dedupe == dedupe)) is not None

    def any_due(self, channel: str, *, now: datetime) -> bool:
        """Whether `take_due` would find something: a look that blocks nobody."""
        return any(
            self._session.scalar(
                select(OutboxRow.id)
                .where(OutboxRow.channel == channel, OutboxRow.status == status, OutboxRow.next_try_at <= now)
                .limit(1)
            )
            for status in (_WAITING, IS_HELD)
        )

    def waiting_for(self, channel: str, address: str, *, now: datetime) -> list[Letter]:
        """All that may be shown now at one address, for a channel that fetches its messages itself."""
        rows = self._unsent(channel, address)
        return [self._opened(row) for row in self._safe_contact.allowed(rows, now=now)]

    def confirm_up_to(self, channel: str, address: str, letter_id: int, *, now: datetime) -> None:
        """The address has shown everything up to that message that may be shown."""
        rows = [row for row in self._unsent(channel, address) if row.id <= letter_id]
        shown = [row.id for row in self._safe_contact.sift(rows, now=now)]
        self._session.execute(
            update(OutboxRow).where(OutboxRow.id.in_(shown)).values(status="sent", sent_at=now, body_sealed=None)
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
            if row is not None and row.status in (WAITING, HELD) and row.created_at == created_at:
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
            .where(OutboxRow.conversation_id == conversation_id, OutboxRow.status.in_([WAITING, HELD]))
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
        """Which of these transcript messages are `waiting`, `held` until it is safe, `sent` or `failed`."""
        rows = self._session.execute(
            select(OutboxRow.message_id, OutboxRow.status).where(OutboxRow.message_id.in_(message_ids))
        )
        return {message_id: status for message_id, status in rows if message_id is not None}

    def _unsent(self, channel: str, address: str) -> Sequence[OutboxRow]:
        """What waits and what is held for an address, the oldest first: two looks, each with an index of its own."""
        index = self._keyring.blind_index(channel, address)
        found = [
            row
            for status in (_WAITING, IS_HELD)
            for row in self._session.scalars(
                select(OutboxRow).where(
                    OutboxRow.channel == channel, OutboxRow.address_index == index, OutboxRow.status == status
                )
            )
        ]
        return sorted(found, key=lambda row: row.id)

    def _put_notice(
        self, channel: str, address: str, conversation_id: int | None, standing: Standing, *, now: datetime
    ) -> None:
        dedupe = (
            f"{NOTICE}{conversation_id}:{standing.heard:%Y%m%d%H%M%S%f}"
            if standing.heard
            else f"{NOTICE}{conversation_id}"
        )
        self.put(
            channel=channel,
            address=address,
            text=standing.notice.text,
            choices=((SHOW, standing.notice.button),),
            dedupe=dedupe,
            now=now,
            not_before=notice_due(standing, now),
            conversation_id=conversation_id,
        )

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

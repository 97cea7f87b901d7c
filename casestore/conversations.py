"""Conversations at rest: whose address it is, and where the conversation stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.database import LOCK, insert_once
from casestore.keys.encryption import Keyring
from casestore.people import People
from casestore.tables import ConversationRow

_ADDRESS, _SESSION = "conversations.address", "conversations.session"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One address of one person. `session` is the conversation engine's own JSON, or None before the first turn."""

    id: int
    person_id: str
    channel: str
    address: str
    session: str | None
    reachable: bool


class Conversations:
    """Finds, starts and locks conversations."""

    def __init__(self, session: Session, keyring: Keyring, people: People) -> None:
        self._session = session
        self._keyring = keyring
        self._people = people

    def find(self, channel: str, address: str) -> Conversation | None:
        """The conversation at an address, if there is one."""
        index = self._keyring.blind_index(channel, address)
        row = self._session.scalar(
            select(ConversationRow).where(ConversationRow.channel == channel, ConversationRow.address_index == index)
        )
        return None if row is None else self._opened(row)

    def find_or_start(self, channel: str, address: str, *, now: datetime) -> Conversation:
        """The conversation at an address; a new person is made for a new address.

        Two processes may meet the same new address at once: the second finds the first's row.
        """
        found = self.find(channel, address)
        if found is not None:
            return found
        person_id = self._people.add(now=now)
        insert_once(
            self._session,
            ConversationRow,
            key=("channel", "address_index"),
            person_id=person_id,
            channel=channel,
            address_index=self._keyring.blind_index(channel, address),
            address_sealed=self._people.box(person_id).seal(address, _ADDRESS),
            started_at=now,
        )
        started = self.find(channel, address)
        if started is None:  # pragma: no cover - the row was just inserted, or was there
            raise LookupError("the conversation just started is not there")
        if started.person_id != person_id:
            self._people.remove(person_id)
        return started

    def get(self, conversation_id: int) -> Conversation:
        """The conversation with that id."""
        return self._opened(self._session.get_one(ConversationRow, conversation_id))

    def any_ready(self, *, now: datetime) -> bool:
        """Whether `lock_next_ready` would find something: a look that blocks nobody."""
        found = select(ConversationRow.id).where(ConversationRow.ready_at <= now).limit(1)
        return self._session.scalar(found) is not None

    def lock_next_ready(self, *, now: datetime) -> Conversation | None:
        """The conversation that has waited longest, locked until the transaction ends; None when all is quiet.

        Several workers never get the same one: others skip what is locked. So a chat stays in strict order.
        """
        row = self._session.scalar(
            select(ConversationRow)
            .where(ConversationRow.ready_at.is_not(None), ConversationRow.ready_at <= now)
            .order_by(ConversationRow.ready_at)
            .limit(1)
            .with_for_update(skip_locked=True, key_share=True)
        )
        return None if row is None else self._opened(row)

    def note_waiting(self, conversation_id: int, *, now: datetime, settle: timedelta, longest: timedelta) -> None:
        """A message arrived: work may begin after `settle` of quiet, and at the latest `longest` after the first."""
        row = self._session.get_one(ConversationRow, conversation_id, with_for_update=LOCK, populate_existing=True)
        row.waiting_since = row.waiting_since or now
        row.ready_at = min(now + settle, row.waiting_since + longest)

    def postpone(self, conversation_id: int, *, until: datetime) -> None:
        """Work on what waits again at `until`. Nothing happens when the person was erased meanwhile."""
        row = self._session.get(ConversationRow, conversation_id)
        if row is not None:
            row.ready_at = until

    def quiet(self, conversation_id: int) -> None:
        """Nothing waits any more."""
        row = self._session.get(ConversationRow, conversation_id)
        if row is not None:
            row.waiting_since = row.ready_at = None

    def save_session(self, conversation_id: int, session: str) -> None:
        """Keeps where the conversation stands."""
        row = self._session.get_one(ConversationRow, conversation_id)
        row.session_sealed = self._people.box(row.person_id).seal(session, _SESSION)

    def mark_reachable(self, conversation_id: int, *, reachable: bool) -> None:
        """Whether the channel still lets us write to the person."""
        row = self._session.get(ConversationRow, conversation_id)
        if row is not None:
            row.reachable = reachable

    def _opened(self, row: ConversationRow) -> Conversation:
        box = self._people.box(row.person_id)
        session = None if row.session_sealed is None else box.open_text(row.session_sealed, _SESSION)
        return Conversation(
            id=row.id,
            person_id=row.person_id,
            channel=row.channel,
            address=box.open_text(row.address_sealed, _ADDRESS),
            session=session,
            reachable=row.reachable,
        )

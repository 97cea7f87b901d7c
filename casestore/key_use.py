"""What hangs on which office key: counted, wrapped anew in small batches, and held still before a key goes."""

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from casestore.community_problems import DESCRIPTION
from casestore.errors import KeyInUse, SealBroken
from casestore.keys.encryption import Box, Keyring
from casestore.outbox import BODY
from casestore.respondents import NAME
from casestore.tables import CommunityProblemRow, OutboxRow, PersonRow, RespondentNameRow

# Everything that is sealed with the office's key itself: whoever seals more with it adds a line here.
OFFICE_SEALED = (
    (OutboxRow, OutboxRow.body_sealed, BODY),
    (RespondentNameRow, RespondentNameRow.name_sealed, NAME),
    (CommunityProblemRow, CommunityProblemRow.description_sealed, DESCRIPTION),
)
BATCH = 200


class KeyUse:
    """Counts and moves what office keys hold."""

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring

    def person_keys(self, name: str) -> int:
        """How many people's keys that office key wraps."""
        found = select(func.count()).select_from(PersonRow).where(_wrapped_by(name))
        return self._session.scalar(found) or 0

    def others(self, name: str) -> int:
        """How much else that office key opens: messages under way, names of respondents, problems of many."""
        box = Box(self._keyring.keys[name])
        return sum(
            _opens(box, sealed, context)
            for _, column, context in OFFICE_SEALED
            for sealed in self._session.scalars(select(column).where(column.is_not(None)))
            if sealed is not None
        )

    def rewrap_people(self, *, after: str = "", limit: int = BATCH) -> str:
        """Wraps the next people's keys under the current office key; returns whom it came to, empty at the end.

        Whoever is erased or rewrapped by another process meanwhile is left alone.
        """
        found = (
            select(PersonRow.id, PersonRow.key_wrapped)
            .where(PersonRow.id > after, ~_wrapped_by(self._keyring.current))
            .order_by(PersonRow.id)
            .limit(limit)
        )
        last = ""
        for last, wrapped in self._session.execute(found).all():
            self._session.execute(
                update(PersonRow)
                .where(PersonRow.id == last, PersonRow.key_wrapped == wrapped)
                .values(key_wrapped=self._keyring.rewrap(last, wrapped))
            )
        return last

    def reseal_others(self, place: int, *, after: int = 0, limit: int = BATCH) -> int:
        """Seals the next rows of that place in OFFICE_SEALED with the current key; returns the last, 0 at the end."""
        table, column, context = OFFICE_SEALED[place]
        current, last = self._keyring.office_box(), 0
        found = select(table.id, column).where(column.is_not(None), table.id > after).order_by(table.id).limit(limit)
        for last, sealed in self._session.execute(found).all():
            if sealed is not None and not _opens(current, sealed, context):
                fresh = current.seal(self._keyring.open_office(sealed, context), context)
                self._session.execute(
                    update(table).where(table.id == last, column == sealed).values({column.key: fresh})
                )
        return last

    def check_unused(self, name: str) -> None:
        """Raises KeyInUse while anything needs that office key; until the transaction ends nothing new can."""
        if self._session.get_bind().dialect.name == "postgresql":
            # In the order in which somebody new is written down: another one would make writers wait in a circle.
            tables = ", ".join([PersonRow.__tablename__, *(table.__tablename__ for table, _, _ in OFFICE_SEALED)])
            self._session.execute(text(f"LOCK TABLE {tables} IN SHARE MODE"))
        people, others = self.person_keys(name), self.others(name)
        if people or others:
            raise KeyInUse(
                f"{name!r} still opens the keys of {people} people, and {others} others: run `doorstep keys rewrap`"
            )


def _wrapped_by(name: str) -> ColumnElement[bool]:
    mark = f"{name}:".encode()
    return func.substr(PersonRow.key_wrapped, 1, len(mark)) == mark


def _opens(box: Box, sealed: bytes, context: str) -> bool:
    try:
        box.open(sealed, context)
    except SealBroken:
        return False
    return True

"""People who seek help: a random id, a key of their own, a language."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.access import Role, viewer_of
from casestore.errors import KeyFileError, PersonNotFound, SealBroken
from casestore.keys.encryption import Box, Keyring, SealOnly
from casestore.tables import ConversationRow, PersonRow

KEY = "the person's wrapped key"


class People:
    """Makes people and opens what is sealed with their keys."""

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring
        self._boxes: dict[str, Box] = {}

    def add(self, *, now: datetime, language: str = "en") -> str:
        """A new person; returns the id."""
        person_id = uuid.uuid4().hex
        key = self._keyring.new_person_key(person_id)
        self._session.add(PersonRow(id=person_id, key_wrapped=key, language=language, created_at=now))
        self._session.flush()
        return person_id

    def box(self, person_id: str) -> Box:
        """What opens this person's sealed columns; for a partner organisation it only seals."""
        if person_id not in self._boxes:
            row, viewer = self._session.get_one(PersonRow, person_id), viewer_of(self._session)
            box = self._keyring.person_box(person_id, row.key_wrapped)
            is_partner = viewer is not None and viewer.role is Role.PARTNER
            self._boxes[person_id] = SealOnly(box.key) if is_partner else box
        return self._boxes[person_id]

    def traces(self, person_id: str) -> dict[str, list[bytes]]:
        """What must be gone once the person is erased; raises PersonNotFound when they are gone already."""
        row = self._session.get(PersonRow, person_id)
        if row is None:
            raise PersonNotFound(f"there is no person {person_id}: erased before, or never there")
        return {KEY: [row.key_wrapped]}

    def language(self, person_id: str) -> str:
        """The language the person chose."""
        return self._session.get_one(PersonRow, person_id).language

    def choose_language(self, person_id: str, language: str) -> None:
        """Remembers the language the person chose."""
        self._session.get_one(PersonRow, person_id).language = language

    def check_key(self) -> None:
        """Raises KeyFileError when the key file at hand is not the one this database was sealed with."""
        newest = self._session.scalar(select(ConversationRow.person_id).order_by(ConversationRow.id.desc()).limit(1))
        if newest is None:
            return
        try:
            self.box(newest)
        except SealBroken:
            raise KeyFileError(
                "the key file does not belong to this database: restore the right one from your backup"
            ) from None

    def remove(self, person_id: str) -> None:
        """Takes the person and their key away; everything sealed with it is unreadable from then on."""
        row = self._session.get(PersonRow, person_id)
        if row is not None:
            self._session.delete(row)
            self._session.flush()
        self._boxes.pop(person_id, None)

"""Conflicts of interest: two people this office helps may stand against each other. Says that, never who."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from casestore.database import insert_once
from casestore.keys.encryption import Keyring
from casestore.keys.folding import folded
from casestore.lifecycle import OPEN
from casestore.log.case_log import CaseLog
from casestore.tables import CaseRespondentRow, CaseRow, ClientNameRow, RespondentNameRow, RespondentRow

OTHER_SIDE_IS_CLIENT, CLIENT_IS_OTHER_SIDE, SAME_OTHER_SIDE = (
    "other_side_is_client",
    "client_is_other_side",
    "same_side",
)


class Conflicts:
    """Compares fingerprints of names. Two people may share a name: what is found is to be looked into, not a fact."""

    def __init__(self, session: Session, keyring: Keyring, log: CaseLog) -> None:
        self._session = session
        self._keyring = keyring
        self._log = log

    def note_name(self, case_id: int, name: str) -> None:
        """Keeps the fingerprint of the client's name; raises ValueError for a name without a letter or a number."""
        index = self._keyring.blind_index("respondent", folded(name))  # the same as of the other side: they must meet
        person_id = self._session.scalar(select(CaseRow.person_id).where(CaseRow.id == case_id))
        if person_id is None:
            return
        if not insert_once(self._session, ClientNameRow, key=("person_id",), person_id=person_id, name_index=index):
            self._session.get_one(ClientNameRow, person_id).name_index = index
        self._session.flush()

    def of(self, case_id: int) -> tuple[str, ...]:
        """What speaks against working this case, as codes; empty when nothing is known.

        `other_side_is_client`: somebody with the name of the other side is helped here. `client_is_other_side`: the
        client's name is that of the other side of an open case. `same_side`: a natural person of that name is the other
        side of somebody else's open case.
        """
        person = self._session.scalar(select(CaseRow.person_id).where(CaseRow.id == case_id))
        against = list(self._session.scalars(self._names(CaseRespondentRow.case_id == case_id)))
        own_name = list(
            self._session.scalars(select(ClientNameRow.name_index).where(ClientNameRow.person_id == person))
        )
        if not against and not own_name:
            return ()
        others = (CaseRow.person_id.is_not(None), CaseRow.person_id != person)
        helped = select(CaseRow.id).join(ClientNameRow, ClientNameRow.person_id == CaseRow.person_id)
        sides = select(CaseRow.id).join(CaseRespondentRow, CaseRespondentRow.case_id == CaseRow.id)
        sides = sides.join(RespondentNameRow, RespondentNameRow.respondent_id == CaseRespondentRow.respondent_id)
        sides = sides.where(*others, CaseRow.status.in_(OPEN))
        found = {
            OTHER_SIDE_IS_CLIENT: helped.where(*others, ClientNameRow.name_index.in_(against)),
            CLIENT_IS_OTHER_SIDE: sides.where(RespondentNameRow.name_index.in_(own_name)),
            SAME_OTHER_SIDE: sides.where(RespondentNameRow.name_index.in_(against)),
        }
        return tuple(kind for kind, cases in found.items() if self._session.scalar(cases.limit(1)) is not None)

    def note_warned(self, case_id: int, *, staff_id: int, kinds: tuple[str, ...], now: datetime) -> None:
        """Somebody was warned before the case came into their hands, or before they gave it into others'."""
        self._log.note(case_id, "conflict_warned", actor=f"staff:{staff_id}", now=now, conflicts=list(kinds))

    def _names(self, condition: ColumnElement[bool]) -> Select[str | None]:
        """The fingerprints of the natural persons who are the other side of some cases."""
        return (
            select(RespondentNameRow.name_index)
            .join(RespondentRow, RespondentRow.id == RespondentNameRow.respondent_id)
            .join(CaseRespondentRow, CaseRespondentRow.respondent_id == RespondentRow.id)
            .where(condition, RespondentRow.is_person, RespondentNameRow.name_index.is_not(None))
        )

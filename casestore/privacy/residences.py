"""Right to stay and identity document: of the person, sealed, kept apart, and every look at them logged."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casestore.codes.code_lists import LISTS
from casestore.log.case_log import CaseLog
from casestore.people import People
from casestore.records import Records
from casestore.tables import CaseRow, ResidenceRow
from casestore.work.holding import held

_RESIDENCE, _DOCUMENT = "residences.residence", "residences.document"


@dataclass(frozen=True, slots=True)
class Residence:
    """Codes of the lists `residence` and `identity_document`; None: nobody has said."""

    residence: str | None = None
    document: str | None = None


class Residences:
    """The only way to what is kept of a person's right to stay. It serves no statistics, and goes with the person."""

    def __init__(self, session: Session, people: People, log: CaseLog, records: Records) -> None:
        self._session = session
        self._people = people
        self._log = log
        self._records = records

    def is_kept(self, case_id: int) -> bool:
        """Whether anything is kept, without looking at it."""
        person_id = self._session.get_one(CaseRow, case_id).person_id
        return person_id is not None and self._session.get(ResidenceRow, person_id) is not None

    def look(self, case_id: int, *, staff_id: int, now: datetime) -> Residence:
        """What is kept, for the paralegal who holds the case; the look is logged. Raises NotYours for anybody else."""
        person_id = held(self._session, case_id, staff_id).person_id
        self._log.note(case_id, "residence_viewed", actor=f"staff:{staff_id}", now=now)
        return Residence() if person_id is None else self.of_person(person_id)

    def of_person(self, person_id: str) -> Residence:
        """What is kept, for the person's own copy."""
        row = self._session.get(ResidenceRow, person_id)
        if row is None:
            return Residence()
        box = self._people.box(person_id)
        return Residence(
            None if row.residence_sealed is None else box.open_text(row.residence_sealed, _RESIDENCE),
            None if row.document_sealed is None else box.open_text(row.document_sealed, _DOCUMENT),
        )

    def keep(self, case_id: int, told: Residence, *, staff_id: int, now: datetime) -> None:
        """Keeps what the person told; raises NotYours unless that paralegal holds the case, UnknownCode."""
        person_id = held(self._session, case_id, staff_id).person_id
        if person_id is None:
            return
        kept = self._session.get(ResidenceRow, person_id)
        if told != Residence():
            row = kept or ResidenceRow(person_id=person_id)
            row.residence_sealed = self._seal(person_id, "residence", told.residence, _RESIDENCE)
            row.document_sealed = self._seal(person_id, "identity_document", told.document, _DOCUMENT)
            self._session.add(row)
        elif kept is not None:
            self._session.delete(kept)
        self._session.flush()
        self._records.note_changed(case_id, ("residence",), staff_id=staff_id, now=now)

    def _seal(self, person_id: str, list_id: str, code: str | None, context: str) -> bytes | None:
        return None if code is None else self._people.box(person_id).seal(LISTS[list_id].check(code), context)

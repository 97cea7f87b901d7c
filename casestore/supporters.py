"""Supporters: those who write or speak for the person, and whether the person knows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.keys.folding import tidy
from casestore.people import People
from casestore.tables import CaseRow, SupporterRow

_NAME = "supporters.name"


@dataclass(frozen=True, slots=True)
class Supporter:
    """Somebody who writes or speaks for the person; `name` is empty where it was not said."""

    id: int
    relation: str
    person_knows: str
    name: str


class Supporters:
    """Notes and reads the supporters of a case. Their names are sealed with the person's key."""

    def __init__(self, session: Session, people: People) -> None:
        self._session = session
        self._people = people

    def add(self, case_id: int, *, relation: str, person_knows: str, name: str, now: datetime) -> None:
        """One more supporter. A case whose person was erased keeps no name."""
        person_id, named = self._session.get_one(CaseRow, case_id).person_id, tidy(name)
        row = SupporterRow(case_id=case_id, relation=relation, person_knows=person_knows, at=now)
        if person_id is not None and named:
            row.name_sealed = self._people.box(person_id).seal(named, _NAME)
        self._session.add(row)
        self._session.flush()

    def copy(self, from_: int, to: int, *, now: datetime) -> None:
        """Whoever supports the person in one case does so in another too, sealed for its person; nobody twice."""
        known = {(each.relation, each.name.casefold()) for each in self.of(to)}
        for each in self.of(from_):
            if (each.relation, each.name.casefold()) not in known:
                self.add(to, relation=each.relation, person_knows=each.person_knows, name=each.name, now=now)

    def take_off(self, case_id: int, id_: int) -> None:
        """They do not support the person in this case any more."""
        row = self._session.get(SupporterRow, id_)
        if row is not None and row.case_id == case_id:
            self._session.delete(row)
            self._session.flush()

    def of(self, case_id: int) -> list[Supporter]:
        """The supporters of a case, the first one first."""
        person_id = self._session.get_one(CaseRow, case_id).person_id
        rows = self._session.scalars(
            select(SupporterRow).where(SupporterRow.case_id == case_id).order_by(SupporterRow.id)
        )
        return [Supporter(row.id, row.relation, row.person_knows, self._name(person_id, row)) for row in rows]

    def _name(self, person_id: str | None, row: SupporterRow) -> str:
        if person_id is None or row.name_sealed is None:
            return ""
        return self._people.box(person_id).open_text(row.name_sealed, _NAME)

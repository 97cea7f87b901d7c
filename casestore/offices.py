"""The offices of a network: one to begin with; a network's own office sees those that belong to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casestore.tables import OfficeRow, storable

if TYPE_CHECKING:
    from casestore.log.case_log import CaseLog  # which needs HOME

HOME = 1  # the office that every database begins with
LONGEST_NAME = 120  # letters, the width of the column


@dataclass(frozen=True, slots=True)
class AdviceOffice:
    """One office; `part_of` is the number of the network's own office, if it belongs to one.

    `place` and weekly `hours` are its own; empty where they are as set for all.
    """

    id: int
    name: str
    part_of: int | None
    place: str
    hours: str


class Offices:
    """Adds, names and finds offices."""

    def __init__(self, session: Session, log: "CaseLog") -> None:
        self._session = session
        self._log = log

    def add(self, name: str, *, now: datetime, part_of: int | None = None) -> AdviceOffice:
        """One more office. Raises ValueError when the name is taken, empty or too long, or `part_of` is no office."""
        name = self._free(name)
        if part_of is not None:
            self.get(part_of)
        row = OfficeRow(name=name, part_of=part_of, created_at=now)
        self._session.add(row)
        self._session.flush()
        return _described(row)

    def rename(self, office_id: int, name: str, *, actor: str, now: datetime) -> AdviceOffice:
        """The office under another name; its old one is free again.

        Raises ValueError, with what to do, when the name is taken, empty or too long, or there is no such office.
        """
        row = self._row(office_id)
        name = self._free(name, but=office_id)
        if name != row.name:
            row.name = name
            self._session.flush()
            self._log.note_office("office_renamed", actor=actor, now=now, office_id=office_id)
        return _described(row)

    def get(self, office_id: int) -> AdviceOffice:
        """The office with that number; raises ValueError when there is none."""
        return _described(self._row(office_id))

    def all(self) -> list[AdviceOffice]:
        """Every office, the first one first."""
        return [_described(row) for row in self._session.scalars(select(OfficeRow).order_by(OfficeRow.id))]

    def reached_from(self, office_id: int) -> tuple[int, ...]:
        """The office itself and those that belong to it."""
        mine = or_(OfficeRow.id == office_id, OfficeRow.part_of == office_id)
        return tuple(self._session.scalars(select(OfficeRow.id).where(mine).order_by(OfficeRow.id)))

    def _row(self, office_id: int) -> OfficeRow:
        row = self._session.get(OfficeRow, office_id)
        if row is None:
            raise ValueError(f"there is no office {office_id}: `doorstep office list` shows them")
        return row

    def _free(self, written: str, *, but: int = 0) -> str:
        """A name as it is kept, one line of it, which no office has but that one."""
        name = storable(" ".join(written.split()), LONGEST_NAME + 1)  # one more, so that a longer one is seen
        if not name:
            raise ValueError("an office needs a name")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"the name is too long: write it in {LONGEST_NAME} letters or fewer")
        if self._session.scalar(select(OfficeRow.id).where(OfficeRow.name == name, OfficeRow.id != but)) is not None:
            raise ValueError(f"there is already an office called {name}: choose another name")
        return name


def _described(row: OfficeRow) -> AdviceOffice:
    return AdviceOffice(row.id, row.name, row.part_of, row.place or "", row.hours or "")

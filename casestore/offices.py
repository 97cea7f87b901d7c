"""The offices of a network: one to begin with; a network's own office sees those that belong to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casestore.tables import OfficeRow, storable

HOME = 1  # the office that every database begins with


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
    """Adds and finds offices."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, name: str, *, now: datetime, part_of: int | None = None) -> AdviceOffice:
        """One more office. Raises ValueError when the name is taken or empty, or `part_of` is no office."""
        name = storable(name.strip(), 120)
        if not name:
            raise ValueError("an office needs a name")
        if self._session.scalar(select(OfficeRow.id).where(OfficeRow.name == name)) is not None:
            raise ValueError(f"there is already an office called {name}")
        if part_of is not None:
            self.get(part_of)
        row = OfficeRow(name=name, part_of=part_of, created_at=now)
        self._session.add(row)
        self._session.flush()
        return _described(row)

    def get(self, office_id: int) -> AdviceOffice:
        """The office with that number; raises ValueError when there is none."""
        row = self._session.get(OfficeRow, office_id)
        if row is None:
            raise ValueError(f"there is no office {office_id}: `doorstep office list` shows them")
        return _described(row)

    def all(self) -> list[AdviceOffice]:
        """Every office, the first one first."""
        return [_described(row) for row in self._session.scalars(select(OfficeRow).order_by(OfficeRow.id))]

    def reached_from(self, office_id: int) -> tuple[int, ...]:
        """The office itself and those that belong to it."""
        mine = or_(OfficeRow.id == office_id, OfficeRow.part_of == office_id)
        return tuple(self._session.scalars(select(OfficeRow.id).where(mine).order_by(OfficeRow.id)))


def _described(row: OfficeRow) -> AdviceOffice:
    return AdviceOffice(row.id, row.name, row.part_of, row.place or "", row.hours or "")

"""What each member of staff is good at and how much they carry: decides which cases are offered to whom first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, true
from sqlalchemy.orm import Session

from casestore.access import Role
from casestore.database import LOCK
from casestore.lifecycle import HELD
from casestore.tables import CaseRow, OfficeRow, SkillRow, StaffRow
from casestore.terms import Terms

AREA, LANGUAGE, PLACE = "area", "language", "place"
KINDS = (AREA, LANGUAGE, PLACE)
MOST = 999  # open cases; a capacity above it is a slip of the finger


@dataclass(frozen=True, slots=True)
class Skills:
    """Codes by kind; an empty set means any. An area may be a single issue too, such as `housing.lockout`."""

    areas: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)

    def reasons(self, *, issues: Sequence[str], language: str, place: str | None) -> tuple[tuple[str, str], ...] | None:
        """Why the case suits, as (kind, code), in words of what was asked for; None when it does not suit."""
        found = []
        if self.areas and issues:
            area = next((code for code in sorted(self.areas) if _within(issues[0], code)), None)
            if area is None:
                return None
            found.append((AREA, area))
        for kind, codes, code in ((LANGUAGE, self.languages, language), (PLACE, self.places, place)):
            if codes and code is not None:
                if code not in codes:
                    return None
                found.append((kind, code))
        return tuple(found)

    @property
    def suit(self) -> ColumnElement[bool]:
        """The same as a condition. What a case does not say suits everybody."""
        areas = [or_(CaseRow.issue == code, CaseRow.issue.like(f"{code}.%")) for code in sorted(self.areas)]
        return and_(
            true(),
            *([or_(CaseRow.issue.is_(None), *areas)] if areas else []),
            *([CaseRow.language.in_(sorted(self.languages))] if self.languages else []),
            *([or_(CaseRow.place.is_(None), CaseRow.place.in_(sorted(self.places)))] if self.places else []),
        )


@dataclass(frozen=True, slots=True)
class Load:
    """How many open cases somebody holds, and how many they take on."""

    open: int
    capacity: int

    @property
    def full(self) -> bool:
        """Whether one more would be one too many."""
        return self.open >= self.capacity


class StaffSkills:
    """Keeps skills and capacities, and counts what everybody holds."""

    def __init__(self, session: Session, terms: Terms) -> None:
        self._session = session
        self._terms = terms

    def of(self, staff_id: int) -> Skills:
        """What somebody is good at."""
        return self._of([staff_id]).get(staff_id, Skills())

    def save(self, staff_id: int, skills: Skills, *, capacity: int | None) -> None:
        """Replaces skills and capacity; None is what the office's terms say. Raises ValueError for an odd capacity."""
        if capacity is not None and not 0 <= capacity <= MOST:
            raise ValueError(f"a capacity is a number from 0 to {MOST}")
        self._session.get_one(StaffRow, staff_id).capacity = capacity
        self._session.execute(delete(SkillRow).where(SkillRow.staff_id == staff_id))
        for kind, codes in zip(KINDS, (skills.areas, skills.languages, skills.places), strict=True):
            self._session.add_all(SkillRow(staff_id=staff_id, kind=kind, code=code) for code in sorted(codes))
        self._session.flush()

    def own_capacity(self, staff_id: int) -> int | None:
        """The capacity set for somebody; None where the office's terms decide."""
        return self._session.get_one(StaffRow, staff_id).capacity

    def load(self, staff_id: int, *, lock: bool = False) -> Load:
        """How much somebody holds just now; with `lock` it stays so until the transaction ends."""
        row = self._session.get(StaffRow, staff_id, with_for_update=LOCK if lock else None, populate_existing=lock)
        capacity = None if row is None else row.capacity
        return Load(self._open([staff_id]).get(staff_id, 0), self._terms.capacity if capacity is None else capacity)

    def serving(self, office_id: int) -> list[Skills]:
        """The different skills of everybody who works cases of an office and has room for one more."""
        network = select(OfficeRow.part_of).where(OfficeRow.id == office_id).scalar_subquery()
        rows = self._session.scalars(
            select(StaffRow).where(
                StaffRow.active,
                StaffRow.role.in_([role for role in Role if role.works_cases]),
                or_(StaffRow.office_id == office_id, StaffRow.office_id == network),
            )
        )
        staff = {row.id: row.capacity for row in rows}
        held, known = self._open(staff), self._of(staff)
        free = [
            id_ for id_, most in staff.items() if held.get(id_, 0) < (self._terms.capacity if most is None else most)
        ]
        return list(dict.fromkeys(known.get(id_, Skills()) for id_ in free))

    def _open(self, staff: Iterable[int]) -> dict[int, int]:
        counted = self._session.execute(
            select(CaseRow.claimed_by, func.count())
            .where(CaseRow.claimed_by.in_(list(staff)), CaseRow.status.in_(HELD))
            .group_by(CaseRow.claimed_by)
        )
        return {id_: number for id_, number in counted if id_ is not None}

    def _of(self, staff: Iterable[int]) -> dict[int, Skills]:
        codes: dict[int, dict[str, set[str]]] = {}
        for row in self._session.scalars(select(SkillRow).where(SkillRow.staff_id.in_(list(staff)))):
            codes.setdefault(row.staff_id, {kind: set() for kind in KINDS})[row.kind].add(row.code)
        return {id_: Skills(*(frozenset(found[kind]) for kind in KINDS)) for id_, found in codes.items()}


def _within(issue: str, code: str) -> bool:
    return issue == code or issue.startswith(f"{code}.")

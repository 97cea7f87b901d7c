"""What was spent on a case: minutes by role, travel, and what was paid out of pocket."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casestore.codes.amounts import currency_of, whole
from casestore.codes.code_lists import LISTS
from casestore.errors import CaseNotFound, NotValid, NotYours
from casestore.log.case_log import CaseLog
from casestore.tables import CaseRow, EffortRow, StaffRow
from casestore.work.holding import reached

MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One entry: minutes, and amounts in the minor unit of `currency` (ISO 4217)."""

    activity: str
    minutes: int = 0
    travel_cost: int = 0
    out_of_pocket: int = 0
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """An entry as it is kept, with who made it."""

    id: int
    spent: Spent
    staff_id: int
    name: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Total:
    """All of a case: minutes by role, and costs by currency as (travel, out of pocket)."""

    minutes: dict[str, int]
    costs: dict[str, tuple[int, int]]


class Efforts:
    """Notes what was spent. Whoever made an entry can take it back."""

    def __init__(self, session: Session, log: CaseLog) -> None:
        self._session = session
        self._log = log

    def note(self, case_id: int, spent: Spent, *, staff_id: int, now: datetime) -> int:
        """One more entry; returns its id. Raises CaseNotFound, and NotValid for one that says nothing, or cannot be."""
        reached(self._session, case_id)
        LISTS["activity"].check(spent.activity)
        whole("minutes", spent.minutes, most=MOST_MINUTES)
        costs = (whole("travel_cost", spent.travel_cost), whole("out_of_pocket", spent.out_of_pocket))
        if not (spent.minutes or any(costs)):
            raise NotValid("an entry needs minutes or an amount")
        role = self._session.get_one(StaffRow, staff_id).role
        row = EffortRow(
            case_id=case_id,
            staff_id=staff_id,
            role=role,
            activity=spent.activity,
            minutes=spent.minutes,
            travel_cost=spent.travel_cost,
            out_of_pocket=spent.out_of_pocket,
            currency=currency_of(spent.currency, costs),
            at=now,
        )
        self._session.add(row)
        self._session.flush()
        actor = f"staff:{staff_id}"
        self._log.note(case_id, "effort_noted", actor=actor, now=now, minutes=spent.minutes, activity=spent.activity)
        return row.id

    def take_back(self, case_id: int, effort_id: int, *, staff_id: int, now: datetime) -> None:
        """Removes an entry made by mistake; raises CaseNotFound, and NotYours for somebody else's."""
        reached(self._session, case_id)
        row = self._session.get(EffortRow, effort_id)
        if row is None or row.case_id != case_id:
            raise CaseNotFound("there is no such entry")
        if row.staff_id != staff_id:
            raise NotYours("only whoever made an entry can take it back")
        self._session.delete(row)
        self._session.flush()
        actor = f"staff:{staff_id}"
        self._log.note(case_id, "effort_removed", actor=actor, now=now, minutes=row.minutes, activity=row.activity)

    def of(self, case_id: int) -> list[Effort]:
        """The entries of a case, newest first."""
        rows = self._session.execute(
            select(EffortRow, StaffRow.name)
            .join(CaseRow, CaseRow.id == EffortRow.case_id)
            .join(StaffRow, StaffRow.id == EffortRow.staff_id)
            .where(EffortRow.case_id == case_id)
            .order_by(EffortRow.id.desc())
        )
        return [
            Effort(
                row.id,
                Spent(
                    activity=row.activity,
                    minutes=row.minutes,
                    travel_cost=row.travel_cost,
                    out_of_pocket=row.out_of_pocket,
                    currency=row.currency,
                ),
                row.staff_id,
                name,
                row.role,
                row.at,
            )
            for row, name in rows
        ]

    def total(self, case_id: int) -> Total:
        """The sums of a case."""
        minutes = self._session.execute(
            select(EffortRow.role, func.sum(EffortRow.minutes))
            .join(CaseRow, CaseRow.id == EffortRow.case_id)
            .where(EffortRow.case_id == case_id)
            .group_by(EffortRow.role)
            .order_by(EffortRow.role)
        )
        costs = self._session.execute(
            select(EffortRow.currency, func.sum(EffortRow.travel_cost), func.sum(EffortRow.out_of_pocket))
            .join(CaseRow, CaseRow.id == EffortRow.case_id)
            .where(EffortRow.case_id == case_id, EffortRow.currency.is_not(None))
            .group_by(EffortRow.currency)
            .order_by(EffortRow.currency)
        )
        return Total(
            {role: int(sum_) for role, sum_ in minutes},
            {str(currency): (int(travel), int(paid)) for currency, travel, paid in costs},
        )

"""What a case is about besides its issues: when, how much, how many people, what was tried, and background in bands."""

import calendar
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.log.case_log import CaseLog
from casestore.tables import CaseRecordRow, CaseRow
from casestore.work.holding import held

MOST_PEOPLE = 1_000_000
# What is told together is filled in together.
_TOGETHER = (
    ("event_on", "event_precision"),
    ("amount_minor", "amount_currency", "amount_period"),
    ("tried", "reason_none"),
)
BACKGROUND = ("gender", "age_band", "disability")  # of the person: asked once, not for every case


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record of a case: codes of the lists, days and numbers. None: nobody has said.

    `event_on` is when it happened or began, `reported_on` when the office first heard of it. `amount_minor` is in the
    smallest unit of the currency (cents, pence). `tried` is whom the person turned to before; an empty tuple is nobody.
    """

    record_type: str = "individual"
    first_contact: str = "other"
    reported_on: date | None = None
    event_on: date | None = None
    event_precision: str | None = None
    amount_minor: int | None = None
    amount_currency: str | None = None
    amount_period: str | None = None
    adults: int | None = None
    children: int | None = None
    people_affected: int | None = None
    settlement: str | None = None
    tried: tuple[str, ...] | None = None
    reason_none: str | None = None
    gender: str | None = None
    age_band: str | None = None
    disability: str | None = None


NAMES = tuple(each.name for each in fields(Record))


class Records:
    """Keeps one record a case."""

    def __init__(self, session: Session, log: CaseLog) -> None:
        self._session = session
        self._log = log

    def open(self, case_id: int, record: Record, *, now: datetime) -> None:
        """The record of a case that is just opened; what is known of the person's background comes with it."""
        known = self._background(case_id)
        values = asdict(in_order(record)) | {name: value for name, value in known.items() if value}
        values["reported_on"] = record.reported_on or now.date()
        self._session.add(CaseRecordRow(case_id=case_id, **_storable(values)))
        self._session.flush()

    def fill(self, case_id: int, record: Record) -> None:
        """More was told: what nobody has said yet is filled in, nothing is overwritten."""
        row = self._session.get(CaseRecordRow, case_id)
        if row is None:
            return
        heard = _storable(asdict(in_order(record)))
        alone = ("adults", "children", "people_affected", "settlement", *BACKGROUND)
        for names in (*_TOGETHER, *((name,) for name in alone)):
            if all(getattr(row, name) is None for name in names):
                for name in names:
                    setattr(row, name, heard[name])
        self._session.flush()

    def of(self, case_id: int) -> Record:
        """The record of a case."""
        row = self._session.get_one(CaseRecordRow, case_id)
        values: dict[str, Any] = {name: getattr(row, name) for name in NAMES}
        return Record(**{**values, "tried": None if row.tried is None else tuple(row.tried)})

    def change(self, case_id: int, *, staff_id: int, now: datetime, **changes: Any) -> tuple[str, ...]:
        """The paralegal who holds the case puts the record right; the log says which parts, never what they hold.

        Returns the names of what is different now. Raises NotYours for anybody else, ValueError for a number or a day
        that cannot be, UnknownCode for a code that is in no list.
        """
        held(self._session, case_id, staff_id)
        before = self.of(case_id)
        after = in_order(Record(**{**asdict(before), **changes}))
        changed = tuple(name for name in NAMES if getattr(before, name) != getattr(after, name))
        row = self._session.get_one(CaseRecordRow, case_id)
        for name, value in _storable({name: getattr(after, name) for name in changed}).items():
            setattr(row, name, value)
        self._session.flush()
        self.note_changed(case_id, changed, staff_id=staff_id, now=now)
        return changed

    def put_place(self, case_id: int, place: str | None, *, staff_id: int, now: datetime) -> None:
        """The paralegal who holds the case says in which province or region it is; raises NotYours."""
        case = held(self._session, case_id, staff_id)
        if case.place != place:
            case.place = place
            self.note_changed(case_id, ("place",), staff_id=staff_id, now=now)

    def check_held(self, case_id: int, *, staff_id: int) -> None:
        """Locks the case for a step that changes its record; raises CaseNotFound, or NotYours for anybody else."""
        held(self._session, case_id, staff_id)

    def note_changed(self, case_id: int, parts: tuple[str, ...], *, staff_id: int, now: datetime) -> None:
        """One line of the log for the parts that were changed; none when nothing was."""
        if parts:
            self._log.note(case_id, "record_changed", actor=f"staff:{staff_id}", now=now, parts=list(parts))

    def _background(self, case_id: int) -> dict[str, Any]:
        """Gender, age and disability as the person's newest other case has them."""
        own = select(CaseRow.person_id).where(CaseRow.id == case_id).scalar_subquery()
        row = self._session.scalar(
            select(CaseRecordRow)
            .join(CaseRow, CaseRow.id == CaseRecordRow.case_id)
            .where(CaseRow.person_id == own, CaseRow.id != case_id)
            .order_by(CaseRow.id.desc())
            .limit(1)
        )
        return {} if row is None else {name: getattr(row, name) for name in BACKGROUND}


def rounded(day: date, precision: str) -> date:
    """The day that stands for all days of its week, month or year: the first of them. A day stands for itself."""
    if precision == "week":
        return max(date.min, day - timedelta(days=min(day.weekday(), (day - date.min).days)))
    if precision == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if precision == "year" else day


def say_occasion(day: date, precision: str) -> str:
    """As it is read: `2 Mar 2026`, `the week of 2 Mar 2026`, `March 2026`, `2026`."""
    if precision == "year":
        return f"{day.year}"
    if precision == "month":
        return f"{calendar.month_name[day.month]} {day.year}"
    exact = f"{day.day} {calendar.month_abbr[day.month]} {day.year}"
    return f"the week of {exact}" if precision == "week" else exact


def in_order(record: Record) -> Record:
    """The record with what belongs together kept together, and no day more exact than it is known.

    Raises ValueError for a number that cannot be.
    """
    values = asdict(record)
    if record.event_on is None:
        values["event_precision"] = None
    else:
        values["event_precision"] = precision = record.event_precision or "day"
        values["event_on"] = rounded(record.event_on, precision)
    if record.amount_minor is None:
        values["amount_currency"] = values["amount_period"] = None
    elif not 0 <= record.amount_minor < 10**15 or not record.amount_currency:
        raise ValueError("an amount is a positive number with a currency")
    else:
        values["amount_period"] = record.amount_period or "once"
    for name in ("adults", "children", "people_affected"):
        if values[name] is not None and not 0 <= values[name] <= MOST_PEOPLE:
            raise ValueError(f"{name} must be between 0 and {MOST_PEOPLE:,}")
    if record.tried:
        values["reason_none"] = None
    return Record(**values)


def _storable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

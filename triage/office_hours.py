"""Counts time as an office works: hours in which it is open, and working days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.calendars import Calendar
from triage.hsds import Schedule
from triage.opening_hours import read_hours, spans_on

_ONE_DAY = timedelta(days=1)
_LONGEST_CLOSED = 60  # days; an office that is closed for longer has no hours to count in
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class OfficePlace:
    """Where an office may be: the name of its law pack, the public holidays there, the clock."""

    name: str
    calendar: Calendar
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Weekly hours in the time zone of a place, less its public holidays. All moments are aware and come back as UTC.

    Counted is time that really passes: in the night in which the clocks change, an hour more or less.
    """

    schedules: tuple[Schedule, ...]
    calendar: Calendar
    zone: ZoneInfo

    @classmethod
    def read(cls, words: str, *, calendar: Calendar, zone: ZoneInfo) -> "OfficeHours":
        """From words such as `Mon-Fri 08:00-16:00`; raises ValueError, with what to write, for others and for none."""
        schedules = read_hours(words)
        if not schedules:
            raise ValueError("office hours are needed, such as Mon-Fri 08:00-16:00")
        return cls(schedules, calendar, zone)

    def after(self, start: datetime, length: timedelta) -> datetime:
        """The moment when the office has been open for `length` since `start`; for no length the next open moment."""
        left = length
        for opens, closes in self._spans(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise AssertionError("the spans never end")  # pragma: no cover

    def opens(self, now: datetime) -> datetime | None:
        """When it opens next; None while it is open."""
        opens = self.after(now, timedelta())
        return opens if opens > now else None

    def days_after(self, start: datetime, days: int) -> datetime:
        """The end of the working day that is so many working days after the day of `start`, which is not counted."""
        today = start.astimezone(self.zone).date()
        for _, spans in self._days(today + _ONE_DAY):
            days -= bool(spans)
            if days <= 0 and spans:
                return spans[-1][1]
        raise AssertionError("the days never end")  # pragma: no cover

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How long the office is open from `start` to `end`; nothing when the end is the earlier one."""
        total = timedelta()
        for opens, closes in self._spans(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When it is open from `start` on, without gaps counted twice; the first span is cut."""
        reached = start.astimezone(UTC)
        for _, spans in self._days(start.astimezone(self.zone).date() - _ONE_DAY):
            for opens, closes in spans:
                if closes > reached:
                    yield max(opens, reached), closes
                    reached = closes

    def _days(self, first: date) -> Iterator[tuple[date, list[tuple[datetime, datetime]]]]:
        """Every day from `first` on and its open spans in order; raises ValueError when it never opens again."""
        day, closed = first, 0
        while True:
            spans = sorted(self._spans_on(day))
            closed = 0 if spans else closed + 1
            if closed > _LONGEST_CLOSED:
                raise ValueError(f"the office hours have no open day in the {_LONGEST_CLOSED} days before {day}")
            yield day, spans
            day += _ONE_DAY

    def _spans_on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in spans_on(day, self.schedules, calendar=self.calendar, zone=self.zone):
            # The last minute before midnight is written 23:59 and meant to the end of the day.
            end = closes + timedelta(minutes=1) if closes.time() == _LAST_MINUTE else closes
            if end.astimezone(UTC) > opens.astimezone(UTC):
                yield opens.astimezone(UTC), end.astimezone(UTC)

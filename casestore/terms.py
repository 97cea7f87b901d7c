"""The terms an office works on: by when it answers, how long a claim lasts, how much one paralegal carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from triage.calendars import Calendar
from triage.office_hours import OfficeHours, OfficePlace
from triage.opening_hours import read_hours

EMERGENCY = "emergency"
WARN_AT = (50, 80, 100)  # per cent of the time until an answer is due; the last one is the breach
_ENDS_SOON = 0.25  # of a lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Hours are office hours, days working days. `capacity` is how many open cases one holds unless told otherwise.

    `places` are where an office may be, by the code of the law pack.
    """

    hours: OfficeHours
    wait_hours_emergency: int = 4
    wait_days: int = 2
    lease_hours_emergency: int = 2
    lease_days: int = 2
    capacity: int = 25
    places: Mapping[str, OfficePlace] = field(default_factory=dict)

    def of_office(self, *, place: str | None, hours: str | None) -> "Terms":
        """The same for an office with a place or weekly hours of its own; what it has not is as it is here.

        Raises ValueError, with what to write, for a place that is not known and for hours that cannot be read.
        """
        if place and place not in self.places:
            known = ", ".join(sorted(self.places)) or "none"
            raise ValueError(f"there is no law pack for the place {place!r} here: choose one of {known}")
        at = self.places[place] if place else self.hours
        schedules = read_hours(hours or "") or self.hours.schedules
        return replace(self, hours=OfficeHours(schedules, at.calendar, at.zone))

    def answer_due(self, urgency: str, since: datetime) -> datetime:
        """By when somebody who has waited `since` then has an answer, as promised to people."""
        if urgency == EMERGENCY:
            return self.hours.after(since, timedelta(hours=self.wait_hours_emergency))
        return self.hours.days_after(since, self.wait_days)

    def warn_at(self, since: datetime, due: datetime, percent: int) -> datetime:
        """When that share of the open time between `since` and `due` has passed; `due` at the latest.

        It is closed all that time when another office, with other hours, has promised.
        """
        if percent >= 100:
            return due
        return min(due, self.hours.after(since, self.hours.between(since, due) * percent / 100))

    def passed(self, since: datetime, due: datetime, now: datetime) -> int:
        """The share of the time until an answer is due that has passed, in per cent; 100 and more is a breach."""
        if now >= due:
            return 100
        total = self.hours.between(since, due)
        return int(100 * self.hours.between(since, now) / total) if total else 0

    def lease_until(self, urgency: str, since: datetime) -> datetime:
        """Until when a paralegal may be silent who claimed the case, or last did something about it, at `since`."""
        if urgency == EMERGENCY:
            return self.hours.after(since, timedelta(hours=self.lease_hours_emergency))
        return self.hours.days_after(since, self.lease_days)

    def lease_ends_soon(self, urgency: str, until: datetime, now: datetime) -> bool:
        """Whether a lease is in its last quarter, so that anybody may take the case over."""
        whole = self.hours.between(now, self.lease_until(urgency, now))
        return self.hours.between(now, until) <= whole * _ENDS_SOON


def plain_terms() -> Terms:
    """The terms where nobody has set any: weekdays from eight to four, UTC."""
    return Terms(hours=OfficeHours(read_hours("Mon-Fri 08:00-16:00"), Calendar("ZA"), ZoneInfo("UTC")))

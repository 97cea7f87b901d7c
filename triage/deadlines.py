"""Days the law gives: which run for a problem, and until when."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from triage.deadline_rules import COUNTS_FROM, UNITS, DeadlineRule
from triage.pack import LawPack

_WEEKEND = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit counted out for one person. `days_left` is negative once it has passed.

    `source` is the title of the law it rests on. `review` means that a lawyer has still to confirm it.
    `binds` is `respondent` for a day by which the other side must act: nothing is lost when it passes.
    """

    id: str
    due: date
    days_left: int
    what: str
    because: str
    late: str
    source: str
    review: bool = False
    binds: str = "person"


def count(rule: DeadlineRule, start: date, holidays_country: str) -> date:
    """The last day of a limit that starts on `start`; that day itself is not counted.

    Business days leave out weekends and public holidays. A month ends on the same day of the month, or on its last.
    A limit in days that ends on a Sunday stays there: the earlier day is the safe one.
    """
    if rule.unit == "months":
        return _months_after(start, rule.length)
    if rule.unit == "days":
        return start + timedelta(days=rule.length)
    closed = _public_holidays(holidays_country)
    day, left = start, rule.length
    while left:
        day += timedelta(days=1)
        if day.weekday() not in _WEEKEND and day not in closed:
            left -= 1
    return day


def deadlines_for(issue: str, facts: Mapping[str, date], pack: LawPack, *, today: date) -> tuple[Deadline, ...]:
    """Every limit that runs for an issue and whose starting day is known, soonest first, passed ones included."""
    found = []
    for rule in pack.deadlines:
        start = facts.get(rule.counts_from)
        if start is None or not rule.applies_to(issue):
            continue
        due = count(rule, start, pack.holidays_country)
        found.append(
            Deadline(
                id=rule.id,
                due=due,
                days_left=(due - today).days,
                what=rule.what,
                because=_because(rule, start),
                late=rule.late,
                source=pack.sources[rule.source].title,
                review=rule.review,
                binds=rule.binds,
            )
        )
    return tuple(sorted(found, key=lambda deadline: (deadline.due, deadline.id)))


def _because(rule: DeadlineRule, start: date) -> str:
    day = f"{COUNTS_FROM[rule.counts_from]}, {start.day} {start:%B %Y}"
    if rule.length == 0:
        return day
    return f"{rule.length} {UNITS[rule.unit]}{'' if rule.length == 1 else 's'} from {day}"


def _months_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def is_public_holiday(day: date, country: str) -> bool:
    """Whether a day is a public holiday in a country or a part of one, such as `ZA` or `GB-ENG`."""
    return day in _public_holidays(country)


@lru_cache(maxsize=8)
def _public_holidays(country: str) -> holidays.HolidayBase:
    """The calendar of `ZA`, or of a part of a country such as `GB-ENG`; it grows by the year when asked."""
    code, _, part = country.partition("-")
    return holidays.country_holidays(code, subdiv=part or None)

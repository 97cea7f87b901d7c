"""Which days an office or court of a place is open, and how days and months are counted along them."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

_WEEKEND = frozenset({5, 6})
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recess:
    """Days of every year that do not count, first and last included, as (month, day); it may span New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def has(self, day: date) -> bool:
        """Whether a day lies in it."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """The public holidays of `ZA`, or of a part of a country such as `GB-ENG`, and the recesses by name."""

    country: str
    recesses: Mapping[str, Recess] = field(default_factory=dict)

    def is_holiday(self, day: date) -> bool:
        """Whether a day is a public holiday."""
        return day in _public_holidays(self.country)

    def open(self, day: date, recess: str = "") -> bool:
        """Whether a day is no weekend, no public holiday, and not in the recess that is named."""
        if day.weekday() in _WEEKEND or self.is_holiday(day):
            return False
        return not (recess and self.recesses[recess].has(day))

    def open_days(self, start: date, length: int, *, step: int = 1, recess: str = "") -> date:
        """The day reached after so many open days; the first day is not counted. `step` -1 counts back."""
        day, left = start, length
        while left:
            day += step * _ONE_DAY
            left -= self.open(day, recess)
        return day

    def nearest_open(self, day: date, *, step: int, recess: str = "") -> date:
        """The day itself when it is open, else the next open one; the one before with `step` -1."""
        while not self.open(day, recess):
            day += step * _ONE_DAY
        return day


def add_months(start: date, months: int) -> date:
    """The same day of the month so many months on (or back), or the last day of a month that is too short."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def has_holidays(country: str) -> bool:
    """Whether the public holidays of a country, or of a part of it, are known."""
    try:
        _public_holidays(country)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=8)
def _public_holidays(country: str) -> holidays.HolidayBase:
    """The calendar of a country; it grows by the year when asked."""
    code, _, part = country.partition("-")
    return holidays.country_holidays(code, subdiv=part or None)

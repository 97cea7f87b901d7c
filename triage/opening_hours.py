"""When an office is open: now or next, from the weekly patterns of a directory."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from triage.calendars import Calendar
from triage.hsds import Schedule, record_id

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SHORT = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_LOOK_AHEAD = 10  # days; longer closed than that is not said as a plain "opens on"
_PART = re.compile(r"([A-Za-z]{3})[a-z]*(?:\s*-\s*([A-Za-z]{3})[a-z]*)?\s+(\d{1,2}[:h]\d{2})\s*-\s*(\d{1,2}[:h]\d{2})")
_ALWAYS = frozenset({"always", "day and night", "24 hours", "24/7"})


@dataclass(frozen=True, slots=True)
class Opening:
    """What to say of the hours now.

    `kind` is `always`, `open` (until `at`), `opens` (next at `at`), `holiday` (a public holiday; open again at `at`),
    or `unknown`.
    """

    kind: str
    at: datetime | None = None


def opening(schedules: Sequence[Schedule], now: datetime, *, calendar: Calendar) -> Opening:
    """Open now, or when next. `now` in the time zone of the place; `calendar` of the pack.

    Only weekly patterns are read; any other says nothing certain, and so does a public holiday.
    """
    weekly = [each for each in schedules if each.freq == "WEEKLY" and each.byday and each.opens_at and each.closes_at]
    weekly = [each for each in weekly if each.interval in (None, 1)]
    if not weekly:
        return Opening("unknown")
    if all(any(_all_day(each) and day in _days_of(each) for each in weekly) for day in range(7)):
        return Opening("always")
    today_is_free = calendar.is_holiday(now.date())
    for opens, closes in sorted(_spans(weekly, now, calendar)):
        if closes > now:
            return Opening("open", closes) if opens <= now else _next(opens, today_is_free=today_is_free)
    return Opening("holiday") if today_is_free else Opening("unknown")


def _next(opens: datetime, *, today_is_free: bool) -> Opening:
    return Opening("holiday" if today_is_free else "opens", opens)


def read_hours(words: str) -> tuple[Schedule, ...]:
    """The schedules in words such as `Mon-Fri 08:00-16:00; Sat 09:00-12:00` or `day and night`; none in empty words.

    Raises ValueError, with what to write, for words it cannot read.
    """
    if words.strip().casefold() in _ALWAYS:
        return (_schedule(tuple(range(7)), time(0), time(23, 59)),)
    found = []
    for part in filter(None, (part.strip() for part in words.split(";"))):
        read = _PART.fullmatch(part)
        days = _range(read[1], read[2]) if read else ()
        times = _times(read[3], read[4]) if read else None
        if not days or times is None:
            raise ValueError(f"hours {part!r} cannot be read; write them as Mon-Fri 08:00-16:00; Sat 09:00-12:00")
        found.append(_schedule(days, *times))
    return tuple(found)


def hours_in_words(schedules: Sequence[Schedule]) -> str:
    """The weekly patterns as `read_hours` reads them; what is no weekly pattern is left out."""
    parts = []
    for each in schedules:
        if each.freq != "WEEKLY" or not each.byday or not each.opens_at or not each.closes_at:
            continue
        numbers = _days_of(each)
        names = [list(_SHORT)[number].capitalize() for number in numbers]
        if len(numbers) == 7 and _all_day(each):
            return "day and night"
        span = f"{each.opens_at:%H:%M}-{each.closes_at:%H:%M}"
        if len(numbers) > 1 and numbers == tuple(range(numbers[0], numbers[-1] + 1)):
            parts.append(f"{names[0]}-{names[-1]} {span}")
        else:
            parts += [f"{name} {span}" for name in names]
    return "; ".join(parts)


def _spans(weekly: Sequence[Schedule], now: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    for ahead in range(-1, _LOOK_AHEAD):  # what opened yesterday may still be open
        yield from spans_on(now.date() + timedelta(days=ahead), weekly, calendar=calendar, zone=now.tzinfo)


def spans_on(
    day: date, weekly: Sequence[Schedule], *, calendar: Calendar, zone: tzinfo | None
) -> Iterator[tuple[datetime, datetime]]:
    """From when until when it is open on the hours that begin on that day, in `zone`; nothing on a free day."""
    for each in weekly:
        if each.opens_at and each.closes_at and day.weekday() in _days_of(each) and _holds(each, day, calendar):
            opens = datetime.combine(day, each.opens_at, tzinfo=each.opens_at.tzinfo or zone)
            closes = datetime.combine(day, each.closes_at, tzinfo=each.closes_at.tzinfo or zone)
            closes += timedelta(days=1) if closes <= opens else timedelta()  # it closes after midnight
            yield opens.astimezone(zone), closes.astimezone(zone)


def _holds(each: Schedule, day: date, calendar: Calendar) -> bool:
    in_time = (each.valid_from is None or each.valid_from <= day) and (each.valid_to is None or day <= each.valid_to)
    return in_time and (_all_day(each) or not calendar.is_holiday(day))


def _all_day(each: Schedule) -> bool:
    return each.opens_at == time(0) and each.closes_at is not None and each.closes_at >= time(23, 59)


def _days_of(each: Schedule) -> tuple[int, ...]:
    return tuple(sorted(DAYS.index(day) for day in (each.byday or "").split(",") if day in DAYS))


def _range(first: str, last: str | None) -> tuple[int, ...]:
    start, end = _SHORT.get(first.casefold()), _SHORT.get((last or first).casefold())
    return tuple(range(start, end + 1)) if start is not None and end is not None and start <= end else ()


def _times(opens: str, closes: str) -> tuple[time, time] | None:
    try:
        return time.fromisoformat(opens.replace("h", ":").zfill(5)), time.fromisoformat(
            closes.replace("h", ":").zfill(5)
        )
    except ValueError:
        return None


def _schedule(days: tuple[int, ...], opens: time, closes: time) -> Schedule:
    byday = ",".join(DAYS[day] for day in days)
    id_ = record_id("schedule", byday, opens.isoformat(), closes.isoformat())
    return Schedule(id=id_, freq="WEEKLY", byday=byday, opens_at=opens, closes_at=closes)

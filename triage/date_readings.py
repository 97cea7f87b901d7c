"""What each way of writing a day means, seen from today and from what the question was about."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from triage.calendar_words import COUNTS, FEASTS, LAST, MONTHS, NEAR, NEXT, NUMBERS, ORDINALS, PLURALS, UNITS, WEEKDAYS

_A_FEW_AGO, _A_FEW_AHEAD = 4, 2  # far enough back, and soon enough ahead, that a deadline errs to safety
_AT_THE_END = ("end", "last day", "einde", "month", "year", "maandeinde", "jaar", "ekuph", "mafelong", "phelong")
_SOON = 60  # days ahead that a day without a year may lie when nothing says it is to come
Reading = tuple[date, str] | None


class Frame:
    """What a form is read against: today, the order of day and month, which way to look."""

    __slots__ = ("looking", "order", "sure", "today")

    def __init__(self, today: date, order: str, looking: str, *, sure: bool) -> None:
        self.today = today
        self.order = order
        self.looking = looking
        self.sure = sure

    def yearless(self, month: int, day: int, *, weekday: int | None = None) -> date:
        """The day in the year that the question looks to, or whose weekday is right.

        When nothing says which way, the last one, unless the next is near.
        """
        days = []
        for year in range(self.today.year - 4, self.today.year + 5):
            try:
                days.append(date(year, month, day))
            except ValueError:
                continue
        if not days:
            raise ValueError(f"no such day: {day}/{month}")
        if right := [each for each in days if each.weekday() == weekday]:
            return min(right, key=lambda each: abs((each - self.today).days))
        if self.sure or self.looking == "future":
            return self.towards(days)
        near = [each for each in days if each <= self.today + timedelta(days=_SOON)]
        return min(near, key=lambda each: (abs((each - self.today).days), each))

    def towards(self, days: list[date]) -> date:
        """The last of the days up to today, or the first from today on."""
        if self.looking == "future":
            return min(day for day in days if day >= self.today)
        return max(day for day in days if day <= self.today)


Reader = Callable[[re.Match[str], Frame], Reading]


def _year(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if written := groups.get("year") or groups.get("dashed"):
        return int(written)
    return 2000 + int(groups["short"]) if groups.get("short") else None


def _day(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return ORDINALS[groups["ordinal"]] if groups.get("ordinal") else int(groups["day"])


def read_near(match: re.Match[str], frame: Frame) -> Reading:
    return frame.today + timedelta(days=NEAR[" ".join(match["near"].split())]), "day"


def read_iso(match: re.Match[str], frame: Frame) -> Reading:
    return date(int(match["year"]), int(match["month"]), int(match["day"])), "day"


def read_numeric(match: re.Match[str], frame: Frame) -> Reading:
    first, second = int(match["first"]), int(match["second"])
    day, month = (first, second) if frame.order == "DMY" else (second, first)
    if month > 12 >= day:
        day, month = month, day
    if match["year"]:
        year = int(match["year"])
        return date(year + 2000 if year < 100 else year, month, day), "day"
    return frame.yearless(month, day), "day"


def read_day_month(match: re.Match[str], frame: Frame) -> Reading:
    month, day = MONTHS[match["month"]], _day(match)
    if which := match.groupdict().get("which"):
        return date(frame.today.year + (1 if re.fullmatch(NEXT, which) else -1), month, day), "day"
    year = _year(match)
    name = match.groupdict().get("weekday") or ""
    return (date(year, month, day) if year else frame.yearless(month, day, weekday=WEEKDAYS.get(name))), "day"


def read_month(match: re.Match[str], frame: Frame) -> Reading:
    month, part = MONTHS[match["alone"] or match["led"]], match["part"] or match["lead"] or ""
    which = match["which"] or match["before"]
    at_end, in_middle = bool(re.match(r"(the )?(end|last day)|einde|late", part)), part.startswith("mid")
    year = _year(match) or frame.yearless(month, 28 if at_end else 15 if in_middle else 1).year
    if which:
        year = frame.today.year + (1 if re.fullmatch(NEXT, which) else -1)
    if at_end:
        return date(year, month, monthrange(year, month)[1]), "week"
    if in_middle:
        return date(year, month, 15), "week"
    return date(year, month, 1), "week" if re.match(r"early|(the )?begin|start", part) else "month"


def read_ordinal(match: re.Match[str], frame: Frame) -> Reading:
    day = _day(match)
    if not 1 <= day <= 31:
        return None
    days = []
    for months in range(-3, 4):
        start = _month_start(frame.today, months)
        if day <= monthrange(start.year, start.month)[1]:
            days.append(start.replace(day=day))
    return frame.towards(days), "day"


def read_weekday(match: re.Match[str], frame: Frame) -> Reading:
    name = match["weekday"]
    number = WEEKDAYS.get(name, {"sat": 5, "sun": 6, "wed": 2}.get(name, 0))
    which = match["which"] or ""
    monday = frame.today - timedelta(days=frame.today.weekday())
    if week := match["week"] or match["week_before"]:
        return monday + timedelta(days=(-7 if re.search(LAST, week) else 7) + number), "day"
    if re.fullmatch(rf"since|sedert|sinds|{LAST}", which):
        ahead = False
    elif re.fullmatch(rf"by|until|till|this|before|{NEXT}", which):
        ahead = not (which == "this" and frame.looking == "past" and number < frame.today.weekday())
    else:
        ahead = frame.looking == "future"
    days = (number - frame.today.weekday()) % 7
    return frame.today + timedelta(days=(days or 7) if ahead else -((7 - days) % 7 or 7)), "day"


def read_distance(match: re.Match[str], frame: Frame) -> Reading:
    groups = match.groupdict()
    ahead = bool(groups["ahead"] or groups["time"])
    if not ahead and not groups["ago"]:
        return None  # a length, not a day: "2 weeks notice"
    number = _number(match["number"], ahead=ahead)
    more = groups["or"] or groups["or2"] or "so"
    if more != "so" and not ahead:
        number = max(number, int(more) if more.isdigit() else NUMBERS[more])
    unit = UNITS[match["unit"]]
    precision = {"fortnight": "week", "year": "month"}.get(unit, unit)
    return moved(frame.today, number if ahead else -number, unit), precision


def _number(words: str, *, ahead: bool) -> int:
    if words.isdigit():
        return int(words)
    if "couple" in words:
        return 2
    return NUMBERS.get(words, _A_FEW_AHEAD if ahead else _A_FEW_AGO)


def moved(day: date, number: int, unit: str) -> date:
    """That many days, weeks, fortnights, months or years later; the last of a month that has no such day."""
    if unit in ("month", "year"):
        start = _month_start(day, number * (12 if unit == "year" else 1))
        return start.replace(day=min(day.day, monthrange(start.year, start.month)[1]))
    return day + timedelta(days=number * {"day": 1, "week": 7, "fortnight": 14}[unit])


def _month_start(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def read_period(match: re.Match[str], frame: Frame) -> Reading:
    """Last week, next month: its first day."""
    groups = match.groupdict()
    step = 1 if groups.get("ahead") else -1
    if any(groups.get(name) for name in ("month", "vmonth", "smonth")):
        return _month_start(frame.today, step), "month"
    return frame.today - timedelta(days=frame.today.weekday()) + timedelta(days=7 * step), "week"


def read_edge(match: re.Match[str], frame: Frame) -> Reading:
    """The end, middle or beginning of a month or week."""
    which, edge = match["which"] or "", match["edge"]
    step = _step(which)
    if match["unit"] in ("year", "jaar") or edge.startswith(("year", "jaar")):
        return _edge_of_year(edge, frame.today.year + step), "day"
    if match["unit"] == "week":
        monday = frame.today - timedelta(days=frame.today.weekday() - 7 * step)
        return monday + timedelta(days=4 if edge.startswith(_AT_THE_END) else 0), "day"
    if not step and frame.sure:
        step = _sure_step(edge, frame)
    start = _month_start(frame.today, step)
    if edge.startswith(_AT_THE_END):
        return start.replace(day=monthrange(start.year, start.month)[1]), "day"
    return start.replace(day=15 if edge.startswith("mid") else 1), "day"


def _sure_step(edge: str, frame: Frame) -> int:
    if edge.startswith(_AT_THE_END):
        return -1 if frame.looking == "past" else 0
    day = 15 if edge.startswith("mid") else 1
    if frame.looking == "future":
        return 1 if frame.today.day > day else 0
    return -1 if frame.today.day < day else 0


def _step(which: str) -> int:
    return 1 if re.fullmatch(NEXT, which) else -1 if re.fullmatch(LAST, which) else 0


def _edge_of_year(edge: str, year: int) -> date:
    if edge.startswith(_AT_THE_END):
        return date(year, 12, 31)
    return date(year, 7 if edge.startswith("mid") else 1, 1)


def read_day_in_month(match: re.Match[str], frame: Frame) -> Reading:
    """The 15th of next month."""
    return _month_start(frame.today, _step(match["which"])).replace(day=int(match["day"])), "day"


def read_hours(match: re.Match[str], frame: Frame) -> Reading:
    """In 48 hours, an hour ago: whole days are counted."""
    if not (match["ahead"] or match["ago"]):
        return None  # a length: "8 hours a day"
    days = _number(match["number"], ahead=True) // 24
    return frame.today + timedelta(days=-days if match["ago"] else days), "day"


def read_and_a_half(match: re.Match[str], frame: Frame) -> Reading:
    """Two and a half weeks ago, half a year ago: the earlier day where the half is no whole day."""
    unit = UNITS[match["unit"] or match["unit2"] or match["halved"]]
    whole = 0 if match["halved"] else _number(match["number"] or "a", ahead=False)
    day = moved(frame.today, -whole, unit)
    if unit == "year":
        return moved(day, -6, "month"), "month"
    precision = "week" if unit == "fortnight" else unit
    return day - timedelta(days={"day": 1, "week": 4, "fortnight": 7, "month": 15}[unit]), precision


def read_weeks_after(match: re.Match[str], frame: Frame) -> Reading:
    """A week today, two weeks on Friday, Friday week."""
    day = frame.today + timedelta(days=1 if match["after"] == "tomorrow" else 0)
    if name := match["weekday"]:
        day += timedelta(days=(WEEKDAYS[name] - frame.today.weekday()) % 7 or 7)
    return day + timedelta(days=7 * _number(match["number"] or "a", ahead=True)), "day"


def read_weekdays_ago(match: re.Match[str], frame: Frame) -> Reading:
    """Two Fridays ago."""
    back = (frame.today.weekday() - WEEKDAYS[match["weekday"]]) % 7 or 7
    return frame.today - timedelta(days=back + 7 * (_number(match["number"], ahead=False) - 1)), "day"


def read_weekend(match: re.Match[str], frame: Frame) -> Reading:
    """Its Saturday; without a direction the one that the question looks to."""
    which = match["which"]
    back = (frame.today.weekday() - 5) % 7
    past = re.fullmatch(rf"{LAST}|this past", which) or (
        _step(which) == 0 and which != "this" and frame.looking == "past"
    )
    return frame.today + timedelta(days=-(back or 7) if past else 7 - back), "week"


def read_year(match: re.Match[str], frame: Frame) -> Reading:
    """In 2019: its first day, no more exact than a month."""
    year = int(match["year"])
    return (date(year, 1, 1), "month") if year <= frame.today.year + 1 else None


def read_feast(match: re.Match[str], frame: Frame) -> Reading:
    return frame.yearless(*FEASTS[match["feast"]]), "day"


def read_counted(match: re.Match[str], frame: Frame) -> Reading:
    """Three weeks ago, in isiZulu, isiXhosa and Sesotho."""
    unit = PLURALS[match["plural"]]
    return moved(frame.today, -COUNTS[match["count"]], unit), "month" if unit == "year" else unit

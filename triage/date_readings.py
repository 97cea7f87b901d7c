"""What each way of writing a day means, seen from today and from what the question was about."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from triage.calendar_words import LAST, MONTHS, NEAR, NEXT, NUMBERS, UNITS, WEEKDAYS

_A_FEW_AGO, _A_FEW_AHEAD = 4, 2  # far enough back, and soon enough ahead, that a deadline errs to safety
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
    month, day = MONTHS[match["month"]], int(match["day"])
    if which := match.groupdict().get("which"):
        return date(frame.today.year + (1 if re.fullmatch(NEXT, which) else -1), month, day), "day"
    year = _year(match)
    name = match.groupdict().get("weekday") or ""
    return (date(year, month, day) if year else frame.yearless(month, day, weekday=WEEKDAYS.get(name))), "day"


def read_month(match: re.Match[str], frame: Frame) -> Reading:
    month, part = MONTHS[match["alone"] or match["led"]], match["part"] or match["lead"] or ""
    which = match["which"] or match["before"]
    year = _year(match) or frame.yearless(month, 1).year
    if which:
        year = frame.today.year + (1 if re.fullmatch(NEXT, which) else -1)
    if re.match(r"(the )?end|einde|late", part):
        return date(year, month, monthrange(year, month)[1]), "week"
    if part.startswith("mid"):
        return date(year, month, 15), "week"
    return date(year, month, 1), "week" if re.match(r"early|(the )?begin|start", part) else "month"


def read_ordinal(match: re.Match[str], frame: Frame) -> Reading:
    day = int(match["day"])
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
    return _moved(frame.today, number if ahead else -number, unit), precision


def _number(words: str, *, ahead: bool) -> int:
    if words.isdigit():
        return int(words)
    if "couple" in words:
        return 2
    return NUMBERS.get(words, _A_FEW_AHEAD if ahead else _A_FEW_AGO)


def _moved(day: date, number: int, unit: str) -> date:
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
    step = 1 if re.fullmatch(NEXT, which) else -1 if re.fullmatch(LAST, which) else 0
    if match["unit"] == "week":
        monday = frame.today - timedelta(days=frame.today.weekday() - 7 * step)
        return monday + timedelta(days=4 if edge.startswith(("end", "einde")) else 0), "day"
    if not step and frame.sure:
        step = _sure_step(edge, frame)
    start = _month_start(frame.today, step)
    if edge.startswith(("end", "einde", "month", "ekuph", "mafelong", "phelong")):
        return start.replace(day=monthrange(start.year, start.month)[1]), "day"
    return start.replace(day=15 if edge.startswith("mid") else 1), "day"


def _sure_step(edge: str, frame: Frame) -> int:
    if edge.startswith(("end", "einde", "month", "ekuph", "mafelong", "phelong")):
        return -1 if frame.looking == "past" else 0
    day = 15 if edge.startswith("mid") else 1
    if frame.looking == "future":
        return 1 if frame.today.day > day else 0
    return -1 if frame.today.day < day else 0

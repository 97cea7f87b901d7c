"""Finds how long something has lasted: for three months, since March, from 1 March to 30 April."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from triage.calendar_words import COUNTS, NUMBERS, PLURALS, UNITS, any_of
from triage.date_readings import moved
from triage.meaning import FoundDate

_COUNT = rf"(?P<number>\d{{1,3}}|{any_of(NUMBERS.keys() - {'zero'})}|(?:a )?couple(?: of)?)"
_LENGTH = (
    rf"(?:(?:about|almost|nearly|over|more than|at least|the last|the past) )*{_COUNT}[ -]?(?P<unit>{any_of(UNITS)})"
)
_NOT_LASTING = (
    r"(?!['’]?s? (?:notice|lease|contract|old|in advance|upfront|rent|deposit|warning|ago|time|from|later|before))"
)
_LASTING = (
    rf"\b(?:for|been|already|now|past|last|vir|al|reeds)(?: already| over)? {_LENGTH}\b{_NOT_LASTING}",
    rf"\b{_LENGTH}(?: already| now| long)\b{_NOT_LASTING}",
    rf"\b(?P<plural>{any_of(PLURALS)}) (?:a |tse )?(?P<count>{any_of(COUNTS)})\b(?! (?:[aez]+dlul|(?:a|tse) fet))",
)
_FORMS = tuple(re.compile(form, re.IGNORECASE) for form in _LASTING)
_OPENED = re.compile(r"\b(?:since|sedert|sinds|vanaf|from)(?: about| around| the| early| late)*\s*$", re.IGNORECASE)
_OPENING = re.compile(r"(?:since|sedert|sinds|vanaf)\b", re.IGNORECASE)
_TO = re.compile(r"\s*(?:to|until|till|til|up to|tot|-|–)?\s*(?:the )?", re.IGNORECASE)
_CLOSING = re.compile(r"(?:to|until|till|tot)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|tussen)(?: the)?\s*$", re.IGNORECASE)
_AND = re.compile(r"\s*(?:and|en)\s*(?:the )?", re.IGNORECASE)
_LONGEST = 100  # years


@dataclass(frozen=True, slots=True)
class Period:
    """Since when something lasts, until when if it is over, and the words that said so."""

    since: date
    until: date | None
    words: str


def find_periods(text: str, dates: Sequence[FoundDate], *, today: date) -> tuple[Period, ...]:
    """The periods in a text, in order; `dates` are the days that were found in it."""
    found = list(_named(text, dates, today))
    for match in (match for form in _FORMS for match in form.finditer(text)):
        start, end = match.span()
        if all(end <= other or upto <= start for other, upto, _ in found) and (since := _begin(match, today)):
            found.append((start, end, Period(since, None, match[0].strip())))
    return tuple(period for _, _, period in sorted(found, key=lambda each: each[0]))


def _begin(match: re.Match[str], today: date) -> date | None:
    """The day on which something began that has lasted so long; None when nobody lives that long."""
    groups = match.groupdict()
    if plural := groups.get("plural"):
        return moved(today, -COUNTS[match["count"].lower()], PLURALS[plural.lower()])
    number, unit = match["number"].lower(), UNITS[match["unit"].lower()]
    count = 2 if "couple" in number else int(number) if number.isdigit() else NUMBERS[number]
    return None if unit == "year" and count > _LONGEST else moved(today, -count, unit)


def _named(text: str, dates: Sequence[FoundDate], today: date) -> Iterator[tuple[int, int, Period]]:
    """Periods between days that are named, and since one."""
    placed = list(_placed(text, dates))
    for (start, end, first), following in zip_longest(placed, placed[1:]):
        opened = bool(_OPENING.match(first.words) or _OPENED.search(text[:start]))
        if (
            following
            and _joined(text[:start], text[end : following[0]], following[2])
            and first.day <= following[2].day
        ):
            yield start, following[1], Period(first.day, following[2].day, text[start : following[1]])
        elif opened and first.day <= today:
            yield start, end, Period(first.day, None, first.words)


def _placed(text: str, dates: Sequence[FoundDate]) -> Iterator[tuple[int, int, FoundDate]]:
    at = 0
    for each in dates:
        start = text.index(each.words, at)
        at = start + len(each.words)
        yield start, at, each


def _joined(before: str, between: str, second: FoundDate) -> bool:
    """Whether two days are the ends of one period: 1 March to 30 April, between Monday and Friday."""
    if _BETWEEN.search(before):
        return bool(_AND.fullmatch(between))
    return bool(_TO.fullmatch(between)) and bool(between.strip() or _CLOSING.match(second.words))

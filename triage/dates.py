"""Finds the days people write in words.

An own grammar: `dateparser.search` was measured beside it (bench/dates.py). It is more than ten times as slow, reads
"may", "sat" and amounts as dates, and knows no isiZulu, isiXhosa or Sesotho.
"""

import re
from collections.abc import Iterator
from datetime import date

from triage import date_readings as read
from triage.date_forms import FORMS
from triage.meaning import FoundDate

_FUTURE_BEFORE = re.compile(
    r"\b(?:will|going to|gonna|must|have to|has to|need to|hearing|court|trial|tribunal|appointment|due|deadline|by"
    r"|until|till|before|next|coming|interview|starts?|expires?|scheduled|moet|sal|tot|voor|ccma|eviction|sheriff|bailiffs?)\b"
    r"[^.!?\n]{0,30}$"
)


def find_dates(text: str, *, today: date, order: str = "DMY", looking: str = "either") -> tuple[FoundDate, ...]:
    """The days named in `text`, in order of appearance.

    `order` is how the place writes 3/11 (`DMY` or `MDY`); `looking` is which way the question was about: a letter lies
    in the `past`, a court date in the `future`, otherwise `either`. Where the words leave room, the earlier day is
    taken, so that a deadline errs to safety.
    """
    low = text.lower() if text.isascii() else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    found: list[FoundDate] = []
    for match, reader in _matches(low):
        lean = looking if looking != "either" else _leaning(low, match)
        try:
            reading = reader(match, read.Frame(today, order, lean, sure=looking != "either"))
        except (ValueError, OverflowError):
            continue  # 31 February, the year 0
        if reading:
            found.append(FoundDate(reading[0], text[match.start() : match.end()].strip(), reading[1]))
    return tuple(found)


def _leaning(text: str, match: re.Match[str]) -> str:
    before = text[max(0, match.start() - 60) : match.start()] + match[0].split()[0] + " "
    return "future" if _FUTURE_BEFORE.search(before) else "past"


def _matches(text: str) -> Iterator[tuple[re.Match[str], read.Reader]]:
    """Every match of every form in order, the longest where several begin together, none inside another."""
    every = [(match, reader) for form, reader in FORMS for match in form.finditer(text) if match[0].strip()]
    every.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
    end = 0
    for match, reader in every:
        if match.start() >= end:
            end = match.end()
            yield match, reader

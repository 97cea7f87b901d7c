"""Finds the days people write in words, and says a day back to them.

An own grammar: `dateparser.search` was measured beside it (bench/dates.py). It is more than ten times as slow, reads
"may", "sat" and amounts as dates, and knows no isiZulu, isiXhosa or Sesotho.
"""

import re
from collections.abc import Iterator
from datetime import date

from triage import date_readings as read
from triage.calendar_words import LAST, MONTHS, NEAR, NEXT, NUMBERS, UNITS, WEEKDAYS, any_of
from triage.meaning import FoundDate

_MONTH = rf"(?:ku|ngo|u|ka )?(?P<month>{any_of(MONTHS)})\b\.?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d)\b|\s*[’'](?P<short>\d\d)\b|)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|ste|de)?"
_DAY_NAME = rf"(?:ng[oe]|u|i|ka )?(?P<weekday>{any_of([*WEEKDAYS, 'sat', 'sun', 'wed'])})"
_MONTH_ALONE = any_of(name for name in MONTHS if name not in {"may", "march", "mar", "mei", "des", "khala", "mnga"})
_MONTH_LED = any_of(MONTHS)
_COUNT = rf"(?P<number>\d{{1,3}}|{any_of(NUMBERS.keys() - {'zero'})}|(?:a )?couple(?: of)?|(?:a )?few|several|'?n paar)"
_MORE = "two|three|four|so|2|3|4"
_SPAN = rf"{_COUNT}(?: or (?P<or>{_MORE}))?[ -]?(?P<unit>{any_of(UNITS)})\b(?: or (?P<or2>{_MORE}))?"
_ALONE = r"(?<![\w/.:£$+-])"
_NUMBERED = "".join(
    f"(?<!{word} )" for word in ("flat", "unit", "room", "block", "number", "apt", "house", "erf", "stand", "ref", "no")
)
_FRACTIONS = r"(?!24/7|50/50|1/2|1/3|1/4|2/3|3/4|9/11)"
_PART = r"early|late|mid|middle of|(?:the )?end of|(?:the )?beginning of|start of|einde(?: van)?|begin(?: van)?"
_AFTER_ORDINAL = (
    r"(?=\s*(?:$|[.,;!?)\n-]|(?:and|at|i|im|but|to|he|she|they|we|my|it|is|was|because|so|in|when|for|or|with|then|if"
    r"|now|this|last|next|after|before|from|until|till|as|about|that|by|which|said|says|has|have|had|did|must|will"
    r"|pls|please|en|om|of (?:the|this|next|last)|every|each)\b))"
)
_BEFORE_MONTH = (
    "in|since|during|last|next|this|of|by|until|till|from|around|end of|early|late|mid|sedert|verlede|volgende|vanaf"
)
_BEFORE_WEEKDAY = "this|on|by|until|till|before|since"
_AGO = "ago|back|earlier|gelede|terug"
_ABOUT = "like|about|around|roughly|almost|nearly|over|some|more than|the next|the"


def _form(reader: read.Reader, *pieces: str) -> tuple[re.Pattern[str], read.Reader]:
    return re.compile("".join(pieces)), reader


_FORMS: tuple[tuple[re.Pattern[str], read.Reader], ...] = (
    _form(read.read_near, rf"\b(?:the )?(?P<near>{any_of(NEAR)})\b"),
    _form(
        read.read_iso,
        r"(?<![\w/.-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\w/-])",
    ),
    _form(
        read.read_numeric,
        rf"{_ALONE}{_NUMBERED}(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second>\d{{1,2}})(?P=mark)",
        r"(?P<year>(?:19|20)?\d\d)(?![\w/-]|\.\d)",
    ),
    _form(
        read.read_numeric,
        rf"{_ALONE}{_NUMBERED}{_FRACTIONS}(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})(?P<year>)",
        r"(?![\w/-]|\.\d|\s*(?:of|rooms?|people|pages?|months?|days?)\b)",
    ),
    _form(
        read.read_day_month,
        rf"{_ALONE}(?:{_DAY_NAME},? (?:the )?)?{_DAY}[ -]?(?:(?:of|van) )?{_MONTH}",
        rf"(?:(?: of)? (?P<which>{LAST}|{NEXT}) (?:year|jaar)\b|-(?P<dashed>(?:19|20)\d\d)\b|{_YEAR})",
    ),
    _form(
        read.read_day_month,
        rf"\b(?:{_DAY_NAME},? )?{_MONTH} (?:the )?{_DAY}(?!\d|[:%/]|\s*(?:days|weeks|rand))\b{_YEAR}",
    ),
    _form(
        read.read_month,
        rf"\b(?:(?P<part>{_PART})[ -])?(?:(?P<before>{LAST}|{NEXT}) (?:year|jaar),? (?:in )?)?",
        rf"(?:(?:ku|ngo|u|ka )?(?P<alone>{_MONTH_ALONE})|(?P<lead>{_BEFORE_MONTH}) (?P<led>{_MONTH_LED}))\b\.?",
        rf"(?:,? (?:of )?(?P<which>{LAST}|{NEXT}) (?:year|jaar)\b|{_YEAR})",
    ),
    _form(
        read.read_ordinal,
        rf"\b(?:{any_of(WEEKDAYS)},? )?(?:the|die) (?P<day>\d{{1,2}})(?:st|nd|rd|th|ste|de)\b{_AFTER_ORDINAL}",
    ),
    _form(
        read.read_ordinal,
        rf"\b(?:on|by|before|since|until|till|from) (?P<day>\d{{1,2}})(?:st|nd|rd|th)\b{_AFTER_ORDINAL}",
    ),
    _form(
        read.read_weekday,
        rf"\b(?:(?P<week_before>(?:{LAST}|{NEXT}) week),? (?:on )?)?",
        rf"(?:(?P<which>{LAST}|{NEXT}|{_BEFORE_WEEKDAY}|sedert|sinds|op)? ?(?:past |coming )?)(?:ng[oe]|u|ka )?\b",
        rf"(?:ng[oe]|u)?(?P<weekday>{any_of(WEEKDAYS)})\b(?:,? (?P<week>(?:{LAST}|{NEXT}) week)\b)?",
    ),
    _form(
        read.read_weekday,
        rf"\b(?P<week_before>)(?P<which>{LAST}|{NEXT}|{_BEFORE_WEEKDAY}) (?P<weekday>sat|sun|wed)\b(?P<week>)",
    ),
    _form(
        read.read_distance,
        rf"(?<![\w£$.,])(?:{_ABOUT} )?{_SPAN}(?P<ago> (?:{_AGO})\b)(?P<time>)(?P<ahead>)",
    ),
    _form(
        read.read_distance,
        rf"(?<![\w£$.,])(?:(?P<ahead>in|within|oor|binne|another) )?(?:{_ABOUT} )?",
        rf"{_SPAN}(?! (?:{_AGO})\b)(?P<time>(?: from now|'?s?'? time| hence)\b)?(?P<ago>)",
    ),
    _form(read.read_distance, rf"\b(?:in|for|over|during|these) the (?P<ago>{LAST}) {_SPAN}(?P<time>)(?P<ahead>)"),
    _form(
        read.read_period,
        rf"\b(?:(?:{LAST})|(?P<ahead>{NEXT})) (?:(?P<week>week)|(?P<month>month|maand))\b(?! (?:of|rent|notice))",
    ),
    _form(
        read.read_period,
        r"\b(?:nge|kwi|kwe|ka |ngo)?(?:sonto|veki|(?P<vmonth>nyanga|inyanga)|beke|(?P<smonth>kgwedi)) ",
        r"(?:e(?:le)?dlule(?:yo)?|e(?:li)?phelile(?:yo)?|e fetileng|(?P<ahead>e(?:li)?zayo|e tlang))",
    ),
    _form(
        read.read_edge,
        r"\b(?P<edge>end|beginning|start|middle|mid|einde|begin)(?:ning)?(?: of| van)?(?: the| die)? ?",
        rf"(?P<which>this|{LAST}|{NEXT})? ?(?P<unit>month|week|maand)\b",
    ),
    _form(
        read.read_edge,
        r"\b(?P<which>)(?P<edge>month ?-?end|maandeinde|ekupheleni kwenyanga|mafelong a kgwedi|phelong ya kgwedi)",
        r"(?P<unit>)",
    ),
)
_FUTURE_BEFORE = re.compile(
    r"\b(?:will|going to|gonna|must|have to|has to|need to|hearing|court|trial|tribunal|appointment|due|deadline|by"
    r"|until|till|before|next|coming|interview|starts?|expires?|scheduled|moet|sal|tot|voor|ccma|eviction|sheriff|bailiffs?)\b"
    r"[^.!?\n]{0,30}$"
)
_SAID = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
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
    every = [(match, reader) for form, reader in _FORMS for match in form.finditer(text) if match[0].strip()]
    every.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
    end = 0
    for match, reader in every:
        if match.start() >= end:
            end = match.end()
            yield match, reader


def say_date(day: date, *, today: date) -> str:
    """The day in words, with its distance: "Friday 20 November (3 days ago)"; the year only when it is another one."""
    year = f" {day.year}" if day.year != today.year else ""
    named = f"{_DAY_NAMES[day.weekday()]} {day.day} {_MONTH_NAMES[day.month - 1]}{year}"
    distance = (day - today).days
    if distance in _SAID:
        return f"{_SAID[distance]}, {named}"
    return f"{named} (in {distance} days)" if distance > 0 else f"{named} ({-distance} days ago)"

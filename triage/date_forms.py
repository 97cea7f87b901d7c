"""The ways of writing a day, each as a pattern and what reads it."""

import re

from triage import date_readings as read
from triage.calendar_words import (
    COUNTS,
    FEASTS,
    LAST,
    MONTHS,
    NEAR,
    NEXT,
    NUMBERS,
    ORDINALS,
    PLURALS,
    UNITS,
    WEEKDAYS,
    any_of,
)

_MONTH = rf"(?:ku|ngo|u|ka )?(?P<month>{any_of(MONTHS)})\b\.?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d)\b|\s*[’'](?P<short>\d\d)\b|)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|ste|de)?"
_DAY_NAME = rf"(?:ng[oe]|u|i|ka )?(?P<weekday>{any_of([*WEEKDAYS, 'sat', 'sun', 'wed'])})"
_MONTH_ALONE = any_of(name for name in MONTHS if name not in {"may", "march", "mar", "mei", "des", "khala", "mnga"})
_MONTH_LED = any_of(MONTHS)
_COUNT = rf"(?P<number>\d{{1,3}}|{any_of(NUMBERS.keys() - {'zero'})}|(?:a )?couple(?: of)?|(?:a )?few|several|'?n paar)"
_MORE = "two|three|four|so|2|3|4"
_SPAN = rf"{_COUNT}(?: or (?P<or>{_MORE}))?[ -]?(?P<unit>{any_of(UNITS)})\b(?: or (?P<or2>{_MORE}))?"
_ALONE = r"(?:(?<![\w/.:£$+-])|(?<=mhlaka-))"
_NUMBERED = "".join(
    f"(?<!{word} )" for word in ("flat", "unit", "room", "block", "number", "apt", "house", "erf", "stand", "ref", "no")
)
_FRACTIONS = r"(?!24/7|50/50|1/2|1/3|1/4|2/3|3/4|9/11)"
_PART = (
    r"early|late|mid|middle of|(?:the )?last day of|(?:the )?end of|(?:the )?beginning of|start of"
    r"|einde(?: van)?|begin(?: van)?"
)
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


FORMS: tuple[tuple[re.Pattern[str], read.Reader], ...] = (
    _form(read.read_near, rf"\b(?:the )?(?P<near>{any_of(NEAR)})\b"),
    _form(
        read.read_iso,
        r"(?<![\w/.-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?:(?=t\d\d:)|(?![\w/-]))",
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
        rf"{_ALONE}(?:{_DAY_NAME},? (?:the )?)?{_DAY}[ /-]?(?:(?:of|van) )?{_MONTH}",
        rf"(?:(?: of)? (?P<which>{LAST}|{NEXT}) (?:year|jaar)\b|[/-](?P<dashed>(?:19|20)\d\d)\b|{_YEAR})",
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
        rf"{_SPAN}(?! (?:{_AGO})\b)(?P<time>(?: from (?:now|today)|'?s?'? time| hence)\b)?(?P<ago>)",
    ),
    _form(read.read_distance, rf"\b(?:in|for|over|during|these) the (?P<ago>{LAST}) {_SPAN}(?P<time>)(?P<ahead>)"),
    _form(
        read.read_period,
        rf"\b(?:(?:{LAST})|(?P<ahead>{NEXT})) (?:(?P<week>week)|(?P<month>month|maand))\b(?! (?:of|rent|notice))",
    ),
    _form(
        read.read_period,
        r"\b(?:nge|kwi|kwe|ka |ngo)?(?:i?sonto|i?veki|i?viki|(?P<vmonth>i?nyanga)|beke(?:ng)?",
        r"|(?P<smonth>kgwedi(?:ng)?)) ",
        r"(?:e(?:le)?dlule(?:yo)?|e(?:li)?phelile(?:yo)?|e fetileng|(?P<ahead>e(?:li)?zayo|e tlang))",
    ),
    _form(
        read.read_edge,
        r"\b(?P<edge>end|last day|beginning|start|middle|mid|einde|begin)(?:ning)?(?: of| van)?(?: the| die)? ?",
        rf"(?P<which>this|{LAST}|{NEXT})? ?(?P<unit>month|week|year|maand|jaar)\b",
    ),
    _form(
        read.read_edge,
        r"\b(?P<which>)(?P<edge>month[ -]?end|year[ -]?end|maandeinde|jaareinde|ekupheleni kwenyanga",
        r"|mafelong a kgwedi|phelong ya kgwedi)",
        r"(?P<unit>)",
    ),
    _form(
        read.read_day_month,
        rf"\b(?:the |die )?(?P<ordinal>{any_of(ORDINALS)}) (?:of |van )?{_MONTH}{_YEAR}",
    ),
    _form(
        read.read_ordinal,
        rf"\b(?:on|by|before|since|until|till|from) the (?P<ordinal>{any_of(ORDINALS)})(?=\s*(?:$|[.,;!?)\n]))",
    ),
    _form(
        read.read_day_in_month,
        rf"\b(?:(?:the|die) )?(?P<day>\d{{1,2}})(?:st|nd|rd|th|ste|de)(?: of| van)?(?: the| die)? "
        rf"(?P<which>this|{LAST}|{NEXT}) (?:month|maand)\b",
    ),
    _form(
        read.read_hours,
        r"\b(?:(?P<ahead>in|within|oor|binne) (?:the next )?)?(?:about |like |around )?"
        rf"(?P<number>\d{{1,3}}|an?|{any_of(NUMBERS)}) ?(?:hours?|hrs?|uur|ure)\b(?P<ago> (?:{_AGO})\b)?",
    ),
    _form(
        read.read_and_a_half,
        rf"\b(?:{_ABOUT} )?(?:{_COUNT} and a half (?P<unit>{any_of(UNITS)})|an? (?P<unit2>{any_of(UNITS)}) and a half"
        rf"|half an? (?P<halved>{any_of(UNITS)}))(?P<ago> (?:{_AGO})\b)",
    ),
    _form(
        read.read_weeks_after,
        r"(?<!once )(?<!twice )(?<!times )(?<!\d )\b(?P<number>a|one|two|three|1|2|3) weeks? "
        rf"(?P<after>today|tomorrow|(?:on |this )?(?P<weekday>{any_of(WEEKDAYS)}))\b",
    ),
    _form(read.read_weeks_after, rf"\b(?P<weekday>{any_of(WEEKDAYS)}) week\b(?P<number>)(?P<after>)"),
    _form(
        read.read_weekdays_ago,
        rf"\b(?P<number>[2-9]|{any_of(NUMBERS)}) (?P<weekday>{any_of(WEEKDAYS)})s? (?:{_AGO})\b",
    ),
    _form(
        read.read_weekend,
        rf"\b(?P<which>{LAST}|{NEXT}|this(?: past)?|over the|at the|on the|the|die|hierdie) (?:weekend|wknd|naweek)\b",
    ),
    _form(
        read.read_year,
        r"(?<!born )\b(?:in|since|during|sedert|sinds|vanaf) (?P<year>(?:19|20)\d\d)\b"
        r"(?! ?(?:rand|pounds|pm\b|per\b|a month|to \d|%|[-/.]\d))",
    ),
    _form(
        read.read_feast,
        rf"(?<!happy )(?<!merry )\b(?P<feast>{any_of(FEASTS)})\b(?! (?:bonus|box|gift|present|party|money|shopping))",
    ),
    _form(
        read.read_counted,
        rf"\b(?P<plural>{any_of(PLURALS)}) (?:a |tse )?(?P<count>{any_of(COUNTS)}) "
        r"(?:(?:ez|ey|[ae]li?)?[ae]?(?:dlule|phelile)(?:yo)?|ezidlule(?:yo)?|ezidlulileyo|edlulileyo|ezigqithileyo"
        r"|ezadlula|(?:a|tse) fetileng)\b",
    ),
)

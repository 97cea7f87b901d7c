"""The names of days, months and distances in English, Afrikaans, isiZulu, isiXhosa and Sesotho."""

import re
from collections.abc import Iterable

_WEEKDAYS = (
    "monday mon mondays maandag maandae msombuluko mvulo mantaha",
    "tuesday tues tue dinsdag lwesibili lwesibini labobedi",
    "wednesday weds woensdag lwesithathu laboraro",
    "thursday thurs thur thu donderdag lwesine labone",
    "friday fri fridays vrydag lwesihlanu labohlano",
    "saturday saterdag mgqibelo moqebelo",
    "sunday sondag sonto cawe cawa sontaha",
)
_MONTHS = (
    "january jan januarie januwari janyuwari masingana mqungu pherekgong",
    "february feb febr februarie februwari nhlolanja mdumba hlakola",
    "march mar maart mrt mashi matshi ndasa kwindla hlakubele",
    "april apr ephreli epreli mbasa tshazimpuzi mmesa",
    "may mei meyi nhlaba canzibe motsheanong",
    "june jun junie juni nhlangulana silimela phupjane",
    "july jul julie julayi ntulikazi khala phupu",
    "august aug augustus agasti ncwaba thupha phato",
    "september sept sep septhemba septemba mandulo msintsi lwetse",
    "october oct oktober okt okthoba oktobha mfumfu dwarha mphalane",
    "november nov novemba lwezi nkanga pudungwana",
    "december dec desember des disemba zibandlela mnga tshitwe",
)
_NEAR = {
    -2: "day before yesterday|eergister|kuthangi|kuthanga|maoba|izolo elinye",
    -1: "yesterday|yestrday|yesteday|yest|ystday|last night|gister|gisteraand|izolo|maobane|laasnag",
    0: "today|2day|tonight|2nite|tonite|this morning|this afternoon|this evening|vandag|vanoggend|vanaand|namhlanje"
    "|namuhla|namhla|kajeno|right now",
    1: "tomorrow|tomorow|tommorow|tommorrow|tmrw|tmr|2moro|2mrw|môre|môreoggend|moreoggend|kusasa|ngomso|hosane|kamoso",
    2: "day after tomorrow|oormôre|oormore|ngomhlomunye|ngomso omnye",
}
_NUMBERS = (
    "zero",
    "one een a an n",
    "two twee",
    "three drie",
    "four vier",
    "five vyf",
    "six ses",
    "seven sewe",
    "eight agt",
    "nine nege",
    "ten tien",
    "eleven elf",
    "twelve twaalf",
    "thirteen dertien",
    "fourteen veertien",
)
_UNITS = {
    "day": "days|day|dys|dae|dag",
    "week": "weeks|week|wks|wk|weke",
    "fortnight": "fortnights|fortnight",
    "month": "months|month|mths|mnths|mth|maande|maand",
    "year": "years|year|yrs|yr|jaar|jare",
}
LAST = r"last|past|previous|lst|verlede|laas|laaste"
NEXT = r"next|coming|this coming|nxt|volgende|aanstaande|komende"


def _table(rows: Iterable[str], *, start: int) -> dict[str, int]:
    return {name: number for number, row in enumerate(rows, start=start) for name in row.split()}


WEEKDAYS = _table(_WEEKDAYS, start=0)
MONTHS = _table(_MONTHS, start=1)
NUMBERS = _table(_NUMBERS, start=0)
NEAR = {name: days for days, names in _NEAR.items() for name in names.split("|")}
UNITS = {name: unit for unit, names in _UNITS.items() for name in names.split("|")}


def any_of(names: Iterable[str]) -> str:
    """A pattern for any of the names, longest first."""
    return "(?:" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + ")"

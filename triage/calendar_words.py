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
    -1: "yesterday|yday|yestrday|yesteday|yest|ystday|last night|gister|gisteraand|izolo|maobane|laasnag",
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
_ORDINALS = (
    "first eerste", "second tweede", "third derde", "fourth vierde", "fifth vyfde", "sixth sesde", "seventh sewende",
    "eighth agtste", "ninth negende", "tenth tiende", "eleventh elfde", "twelfth twaalfde", "thirteenth dertiende",
    "fourteenth veertiende", "fifteenth vyftiende", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
    "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh",
    "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
# Days that are the same every year, by month and day.
_FEASTS = {
    (12, 25): "christmas day|christmas|xmas|kersdag|kersfees|ukhisimusi|ikrisimesi|keresemese",
    (12, 24): "christmas eve|kersaand",
    (12, 26): "boxing day|day of goodwill",
    (12, 31): "new year's eve|new years eve|oujaarsaand",
    (1, 1): "new year's day|new years day|nuwejaarsdag",
    (3, 21): "human rights day",
    (4, 27): "freedom day",
    (5, 1): "workers' day|workers day",
    (6, 16): "youth day",
    (8, 9): "women's day|womens day",
    (9, 24): "heritage day",
    (12, 16): "day of reconciliation",
}
# Several days, weeks, months or years in isiZulu, isiXhosa and Sesotho, and the numbers that follow them.
_PLURALS = {
    "day": "ezinsukwini|izinsuku|kwiintsuku|iintsuku|matsatsi|matsatsing",
    "week": "emavikini|amaviki|emasontweni|amasonto|kwiiveki|iiveki|dibeke|dibekeng",
    "month": "ezinyangeni|izinyanga|kwiinyanga|iinyanga|dikgwedi|dikgweding",
    "year": "eminyakeni|iminyaka|kwiminyaka|dilemo|dilemong",
}
_COUNTS = {
    2: "ezimbili|amabili|emibili|ezimbini|amabini|emibini|mabedi|pedi",
    3: "ezintathu|amathathu|emithathu|mararo|tharo",
    4: "ezine|amane|emine|mane|nne",
    5: "ezinhlanu|amahlanu|emihlanu|ezintlanu|amahlanu|mahlano|hlano",
    6: "eziyisithupha|ayisithupha|ezintandathu|tsheletseng|tshelela",
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

ORDINALS = _table(_ORDINALS, start=1) | {
    name.replace("-", " "): day for name, day in _table(_ORDINALS, start=1).items()
}
FEASTS = {name: day for day, names in _FEASTS.items() for name in names.split("|")}
PLURALS = {name: unit for unit, names in _PLURALS.items() for name in names.split("|")}
COUNTS = {name: number for number, names in _COUNTS.items() for name in names.split("|")}


def any_of(names: Iterable[str]) -> str:
    """A pattern for any of the names, longest first."""
    return "(?:" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + ")"

"""Finds the amounts of money people write: R1 500, R10k, 350 rand, £20, 20 quid, 1.5k."""

import re
from dataclasses import dataclass
from decimal import Decimal

_SIGNS = {"r": "ZAR", "zar": "ZAR", "£": "GBP", "gbp": "GBP", "$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR"}
_WORDS = {
    "rand": "ZAR", "rands": "ZAR", "ront": "ZAR", "zar": "ZAR", "rante": "ZAR", "amarandi": "ZAR", "diranta": "ZAR",
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "gbp": "GBP", "dollars": "USD", "usd": "USD", "euros": "EUR",
}  # fmt: skip
_HOME = ("bucks", "buck")  # whatever the place uses
_TIMES = {"k": 1_000, "grand": 1_000, "thousand": 1_000, "duisend": 1_000, "m": 1_000_000, "mil": 1_000_000}
_TIMES |= {"million": 1_000_000, "miljoen": 1_000_000}
_NUMBER = r"(?:\d{1,3}(?:[ ,.\u00a0]\d{3})+(?!\d)|\d{1,9})(?:[.,]\d{1,2}(?!\d))?"
_SCALE = r"\s?(?P<times>k|grand|thousand|duisend|million|miljoen|mil|m)\b"
_ENDS = r"(?![\d%])(?!\s?(?:%|percent|per cent|days|weeks|months|years))"
_SIGNED = re.compile(
    rf"(?<![\w£$€])(?P<sign>zar|gbp|usd|eur|r|£|\$|€)\s?(?P<number>{_NUMBER})(?:{_SCALE})?{_ENDS}", re.I
)
_WORDED = re.compile(
    rf"(?<![\w.,£$€/+-])(?P<number>{_NUMBER})(?:{_SCALE})?\s?(?P<word>{'|'.join([*_WORDS, *_HOME])})\b", re.I
)
_BARE = re.compile(
    r"(?<![\w.,£$€/+-])(?P<number>\d{1,3}(?:[.,]\d{1,2})?)\s?(?P<times>k|grand|thousand|duisend)\b"
    r"(?!\s?(?:people|times|words|km|steps|followers|miles|run|views|members|votes))",
    re.I,
)
_WORD_FIRST = re.compile(
    rf"\b(?P<word>amarandi|diranta|rante) (?:a ?yi ?-?|a ?angu ?-?|tse )?(?P<number>{_NUMBER})", re.I
)


# How often it comes again: after "a" or "per", and alone.
_PER_UNIT = {"day": "day|dag", "week": "week|wk", "month": "month|mth|maand", "year": "year|yr|jaar"}
_PER_WORD = {
    "day": "daily|pd|ngosuku|ngemini|ka letsatsi",
    "week": "weekly|weekliks|pw|ngesonto|ngeviki|ngeveki|ka beke",
    "month": "monthly|maandeliks|pcm|pm|p/m|ngenyanga|ka kgwedi",
    "year": "yearly|annually|ngonyaka|ka selemo",
}
_PERIOD_OF = {
    word: unit for table in (_PER_UNIT, _PER_WORD) for unit, words in table.items() for word in words.split("|")
}
_PER = re.compile(
    r"(?: rand| bucks)?(?: rent| huur)?\s?"
    rf"(?:(?:an?|per|every|each|elke|'n|/|p/?)\s?(?P<unit>{'|'.join(_PER_UNIT.values())})"
    rf"|(?P<word>{'|'.join(_PER_WORD.values())}))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money, its currency (`ZAR`, `GBP`, …) and the words it was read from.

    `per` is `day`, `week`, `month` or `year` where it comes again, such as rent; else empty.
    """

    value: Decimal
    currency: str
    words: str
    per: str = ""


_WRITTEN = {"ZAR": "R", "GBP": "£", "USD": "$", "EUR": "€"}
_DECIMAL_COMMA = frozenset({"ZAR"})


def say_amount(value: Decimal, currency: str) -> str:
    """As written in the place: `R2 400`, `R30,23`, `£1,200`."""
    amount = f"{value:,.2f}".removesuffix(".00")
    if currency in _DECIMAL_COMMA:
        amount = amount.replace(",", " ").replace(".", ",")
    return _WRITTEN[currency] + amount


def say_amount_per(minor: int, currency: str, period: str) -> str:
    """An amount in cents or pence, and how often it comes again: `R350 every month`; `once` adds nothing.

    A currency that we have no sign for is written as its code.
    """
    value = Decimal(minor).scaleb(-2)
    written = say_amount(value, currency) if currency in _WRITTEN else f"{currency} {value:,.2f}"
    return written if period == "once" else f"{written} every {period}"


def read_amount(written: str) -> int | None:
    """An amount somebody typed into a field, in cents or pence: `1 234,50`, `R30.23`, `£20`; None for anything else."""
    number = written.strip().lstrip("R£$€").strip()
    if not re.fullmatch(_NUMBER, number):
        return None
    return int(_value(number) * 100)


def find_amounts(text: str, *, currency: str) -> tuple[Amount, ...]:
    """The amounts in `text`, in order; `currency` is that of amounts without a sign. Percentages are not amounts."""
    found: list[tuple[int, int, Amount]] = []
    for form in (_SIGNED, _WORDED, _WORD_FIRST, _BARE):
        for match in form.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                found.append((match.start(), match.end(), _amount(match, currency, text)))
    return tuple(amount for _, _, amount in sorted(found, key=lambda each: each[0]))


def _amount(match: re.Match[str], home: str, text: str) -> Amount:
    groups = {name: (written or "").lower() for name, written in match.groupdict().items()}
    value = _value(groups["number"]) * _TIMES.get(groups.get("times", ""), 1)
    currency = _SIGNS.get(groups.get("sign", "")) or _WORDS.get(groups.get("word", "")) or home
    every = _PER.match(text, match.end())
    per = _PERIOD_OF[(every["unit"] or every["word"]).lower()] if every else ""
    return Amount(value, currency, match[0].strip(), per)


def _value(written: str) -> Decimal:
    """`1 500`, `1,500.00`, `1.500,00`, `99,95`: the last mark before one or two digits is the decimal one."""
    whole, cents = written, ""
    if decimal := re.fullmatch(r"(.*)[.,](\d{1,2})", written):
        whole, cents = decimal.groups()
    return Decimal(re.sub(r"\D", "", whole) + ("." + cents if cents else ""))

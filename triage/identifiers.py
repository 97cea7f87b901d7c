"""Finds what names one person, case or account: telephone and identity numbers, references, e-mail addresses.

Telephone numbers are found by `phonenumbers`, which knows the numbering plans (bench/phones.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number


class Kind(StrEnum):
    """What an identifier is. `reference` is a case, claim or docket number that somebody gave to the matter."""

    PHONE = "phone"
    EMAIL = "email"
    SA_ID = "sa_id"
    NI_NUMBER = "ni_number"
    ACCOUNT = "account"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier: where it stands in the text, and its value in one way of writing (telephones as +27825551234)."""

    kind: Kind
    value: str
    start: int
    end: int


_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_SA_ID = re.compile(r"(?<![\d/.-])\d{6}[ -]?\d{4}[ -]?\d{2}[ -]?\d(?![\d/])")
# Letters that are never given, and prefixes kept for other uses: HMRC, National Insurance Manual NIM39110.
_NI = re.compile(r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?(?:\d[ -]?){6}[A-D]\b", re.IGNORECASE)
_SORT_CODE = re.compile(r"(?<![\d/.-])\d{2}-\d{2}-\d{2}(?= |,|;|$)(?:\D{0,20}?\d{8}\b)")
_CARD = re.compile(r"(?<![\d/.-])\d{4}(?:[ -]?\d{4}){3}(?!\d)")
_ACCOUNT = re.compile(
    r"\b(?:account|acc|acct|a/c|rekening|akhawunti|i-?akhawunti|akhaonto|iban|card|kaart)\b\.?"
    r"(?: ?(?:number|num|nommer|no|nr|is|yami|ya ka)\b\.?| ?[:#-])* ?"
    r"(?P<value>(?:[A-Z]{2}\d{2} ?)?\d(?:[ -]?\d){5,21})(?!\d)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\b(?:case|cas|docket|ref|reference|claim|claimant|application|appeal|file|court|tribunal|ccma|sassa|srd|uif|uc|pip"
    r"|saak|verwysing|verwysings|inombolo|nomoro|policy|client|customer|meter)\b\.?"
    r"(?: ?(?:number|num|nommer|nomoro|no|nr|ref|reference|yecala|is|was|ya|yami)\b\.?| ?[:#-])* ?"
    r"(?P<value>(?=[\w/.-]*\d)[A-Z0-9][\w]*(?:[/.-]\w+)*)",
    re.IGNORECASE,
)
_SHAPED = (
    re.compile(r"(?<![\w/.-])(?P<value>[A-Z]{2,5}\d{3,6}-\d{2})(?![\w/-])"),  # CCMA: GAJB12345-26
    re.compile(r"(?<![\w/.-])(?P<value>(?:SC|EA|LON|BIR)\d{3}/\d{2}/\d{5})(?![\w/])"),  # social security tribunal
    re.compile(
        r"(?<![\w/.,£$-])(?P<value>(?!(?:0\d|1[0-2])/)\d{2,6}/(?:19|20)\d\d)(?![\w/])"
    ),  # a court's own number: 1234/2026
    re.compile(r"(?<![\w/.-])(?P<value>[A-Z]\d{2}[A-Z]{2}\d{3})(?![\w/-])"),  # county court: K00AB123
)
# What follows such a word too: a year, a day, an amount.
_NO_REFERENCE = re.compile(
    r"(?:19|20)\d\d|\d{1,2}([/.-])\d{1,2}(?:\1\d{2,4})?|(?:0\d|1[0-2])/20\d\d|(?:\w+-)?[Rr]\d[\d.]*"
)
_GOES_ON = re.compile(r"[ -]\d")
_LEAST_IN_REFERENCE = 3  # digits; fewer are a page or a rank


def is_sa_id(digits: str) -> bool:
    """Whether 13 digits are a South African identity number.

    YYMMDD, four digits of sequence, citizenship (0, 1, 2), one digit that once meant something, and the check digit of
    Luhn's formula.
    """
    return len(digits) == 13 and digits[10] in "012" and _is_day(digits[:6]) and _luhn(digits)


def _is_day(written: str) -> bool:
    year, month, day = int(written[:2]), int(written[2:4]), int(written[4:6])
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def find_identifiers(text: str, *, region: str) -> tuple[Identifier, ...]:
    """The identifiers in a text, in order, none inside another; `region` (`ZA`, `GB`) is where local numbers belong."""
    found: list[Identifier] = []
    for identifier in _every(text, region):
        if all(identifier.end <= other.start or other.end <= identifier.start for other in found):
            found.append(identifier)
    return tuple(sorted(found, key=lambda each: each.start))


def _every(text: str, region: str) -> Iterator[Identifier]:
    """Candidates, what must stay hidden first: an identity number is never taken for a reference."""
    yield from (Identifier(Kind.EMAIL, m[0].lower(), *m.span()) for m in _EMAIL.finditer(text))
    for match in _SA_ID.finditer(text):
        if is_sa_id(digits := re.sub(r"\D", "", match[0])):
            yield Identifier(Kind.SA_ID, digits, *match.span())
    for match in _NI.finditer(text):
        yield Identifier(Kind.NI_NUMBER, re.sub(r"\W", "", match[0]).upper(), *match.span())
    for pattern in (_SORT_CODE, _CARD):
        yield from (Identifier(Kind.ACCOUNT, re.sub(r"\D", "", m[0]), *m.span()) for m in pattern.finditer(text))
    for match in _ACCOUNT.finditer(text):
        yield Identifier(Kind.ACCOUNT, re.sub(r"\W", "", match["value"]), *match.span("value"))
    for match in (each for pattern in _SHAPED for each in pattern.finditer(text)):
        yield Identifier(Kind.REFERENCE, match["value"], *match.span("value"))
    for found in PhoneNumberMatcher(text, region):
        yield Identifier(Kind.PHONE, format_number(found.number, PhoneNumberFormat.E164), found.start, found.end)
    for match in _LABELLED.finditer(text):
        value = match["value"]
        if _is_reference(value) and not _GOES_ON.match(text, match.end()):
            yield Identifier(Kind.REFERENCE, value.upper(), *match.span("value"))


def _is_reference(value: str) -> bool:
    """Thirteen digits may be an identity number with a slip in it, which no one may see as a reference."""
    digits = sum(letter.isdigit() for letter in value)
    return digits >= _LEAST_IN_REFERENCE and not _NO_REFERENCE.fullmatch(value) and not re.search(r"\d{13}", value)

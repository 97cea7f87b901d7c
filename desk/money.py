"""Amounts of money as they are typed into a form; kept in the currency's minor unit."""

import re
from decimal import Decimal

from casestore.errors import NotValid
from triage.amounts import find_amounts

_MINOR = 100  # every currency of our places has cents
_BARE = re.compile(r"\d[\d ]{0,11}(?:[.,]\d{1,2})?")


def minor_units(words: str, currency: str) -> int | None:
    """What was typed, None for nothing; raises NotValid with what can be typed."""
    words = words.strip()
    if not words:
        return None
    if _BARE.fullmatch(words):
        return int(Decimal(words.replace(" ", "").replace(",", ".")) * _MINOR)
    found = find_amounts(words, currency=currency)
    if len(found) != 1 or found[0].currency != currency:
        raise NotValid(f"Write an amount in {currency}, such as 1200 or 1200.50.")
    return int(found[0].value * _MINOR)


def plain(amount: int | None) -> str:
    """As it stands in a form, such as `1200.50`."""
    return "" if amount is None else f"{Decimal(amount) / _MINOR:.2f}".removesuffix(".00")

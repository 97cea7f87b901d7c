"""Amounts of money as they are typed into a form; kept in the currency's minor unit."""

from decimal import Decimal

from casestore.errors import NotValid
from triage.amounts import read_amount


def minor_units(words: str) -> int | None:
    """What was typed, None for nothing; raises NotValid with what can be typed."""
    if not words.strip():
        return None
    amount = read_amount(words)
    if amount is None:
        raise NotValid("Write an amount such as 1200 or 1200.50.")
    return amount


def plain(amount: int | None) -> str:
    """As it stands in a form, such as `1200.50`."""
    return "" if amount is None else f"{Decimal(amount) / 100:.2f}".removesuffix(".00")

"""Amounts of money and time: what a record can hold, and how it reads."""

from collections.abc import Iterable
from decimal import Decimal

from casestore.errors import NotValid

MOST = 10**12  # minor units: no amount of one case comes near, and every database keeps it


def whole(what: str, number: int, *, least: int = 0, most: int = MOST) -> int:
    """The number; raises NotValid when it lies outside."""
    if not least <= number <= most:
        raise NotValid(f"{what} is a whole number from {least:,} to {most:,}")
    return number


def currency_of(currency: str | None, amounts: Iterable[int | None]) -> str | None:
    """The currency (ISO 4217) of amounts, None where there is no amount; raises NotValid for an amount without one."""
    if not any(amounts):
        return None
    if currency is None or not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise NotValid("an amount needs its currency: three capital letters, such as ZAR")
    return currency


def amount_words(amount: int, currency: str | None) -> str:
    """An amount of minor units to be read, such as `ZAR 1,200.50`."""
    return f"{currency or ''} {Decimal(amount) / 100:,.2f}".strip()

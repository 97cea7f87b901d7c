"""Reads what was typed into the fields of a form: nothing is nothing, and a mistake says what to do."""

from datetime import date

from casestore.codes.code_lists import LISTS
from casestore.keys.folding import folded
from casestore.records import MOST_PEOPLE
from triage.amounts import read_amount

_EARLIEST, _LATEST = 1900, 2199  # the years of days that anybody remembers, or will see


class Mistake(ValueError):
    """Something in a form cannot be; the words say what to do."""


def sentence(refusal: Exception) -> str:
    """Why something was refused, as a sentence of its own."""
    words = str(refusal).removesuffix(".")
    return f"{words[:1].upper()}{words[1:]}."


def checked_name(name: str) -> None:
    """A name of somebody, or a mistake that says what it lacks."""
    try:
        folded(name)
    except ValueError as mistake:
        raise Mistake(f"{mistake}.") from None


def code_of(list_id: str, code: str) -> str | None:
    """A code of a list, or None where nothing was chosen; raises UnknownCode."""
    return LISTS[list_id].check(code) if code else None


def count_of(name: str, written: str) -> int | None:
    """A number of people, or None where nothing was written; `name` is what is counted."""
    digits = written.strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and int(digits[:12]) <= MOST_PEOPLE):
        words = name.replace("_", " ")
        raise Mistake(f"{words}: write a whole number up to {MOST_PEOPLE:,}, or leave it empty.")
    return int(digits)


def amount_of(written: str) -> int | None:
    """An amount in cents or pence, or None where nothing was written."""
    if not written.strip():
        return None
    amount = read_amount(written)
    if amount is None or amount >= 10**15:
        raise Mistake("Write the amount as a number, such as 1 250,50, or leave it empty.")
    return amount


def plain(amount: int | None) -> str:
    """An amount as it stands in a form, such as `1200.50`; empty for none."""
    return "" if amount is None else f"{amount // 100}.{amount % 100:02}".removesuffix(".00")


def currency_of(code: str) -> str | None:
    """A currency (ISO 4217), or None where none was chosen."""
    if code and not (len(code) == 3 and code.isascii() and code.isupper()):
        raise Mistake("Choose the currency from the list.")
    return code or None


def day_of(what: str, written: str, today: date) -> date | None:
    """A day that has been, or None where nothing was written; `what` is the day of what."""
    if not written.strip():
        return None
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        raise Mistake(f"Write {what} as a date, such as {today.isoformat()}, or leave it empty.") from None
    if day.year < _EARLIEST or day > today:
        raise Mistake(f"Check {what}: it must be a day that has been.")
    return day


def coming_day(written: str) -> date:
    """The day by which something must be done; one that has passed is noted too, for it may have been missed."""
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        raise Mistake("choose the day by which it must be done") from None
    if not _EARLIEST <= day.year <= _LATEST:
        raise Mistake(f"check the day by which it must be done: its year is from {_EARLIEST} to {_LATEST}")
    return day

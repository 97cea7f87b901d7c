"""Days in the words of a language, as CLDR has them."""

from datetime import date

from babel.dates import format_date


def say_day(day: date, language: str, *, today: date) -> str:
    """The day with its name: "Friday 20 November"; the year only when it is another one."""
    return format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y", locale=language)


def say_date(day: date, language: str) -> str:
    """The day as a document has it: "20 November 2026"."""
    return format_date(day, "d MMMM y", locale=language)

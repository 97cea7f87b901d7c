"""The real content of a place, read once for all tests: nothing in it can be changed."""

from functools import cache
from pathlib import Path

from bot.draft import Book
from doorstep.settings import Settings
from doorstep.wiring import load_book


@cache
def real_book(place: str = "za") -> Book:
    """Taxonomy, script, sentences and law, as an office of that place has them."""
    return load_book(Settings(data=Path("unused"), jurisdiction=place))  # type: ignore[arg-type]

"""What was typed into a form, so that a page that refuses it can show it again."""

from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.datastructures import FormData

RowId = Annotated[int, Path(ge=0, le=2**63 - 1)]  # a number that a row may have; any other is no page


async def _typed(request: Request) -> FormData:
    return await request.form()


Typed = Annotated[FormData, Depends(_typed)]


def word(typed: FormData, name: str, *, most: int = 4_000) -> str:
    """One field without the spaces around it; empty where it is missing, or is a file."""
    value = typed.get(name, "")
    return value.replace("\r\n", "\n").strip()[:most] if isinstance(value, str) else ""


def words(typed: FormData, name: str) -> tuple[str, ...]:
    """All values of a field that may be ticked several times."""
    return tuple(value for value in typed.getlist(name) if isinstance(value, str))


def code(typed: FormData, name: str) -> str | None:
    """A code, None where nothing was chosen."""
    return word(typed, name, most=40) or None


def number(typed: FormData, name: str) -> int:
    """A whole number; 0 for nothing, -1 for what is no number."""
    value = word(typed, name, most=12)
    if not value:
        return 0
    return int(value) if value.isascii() and value.isdigit() else -1

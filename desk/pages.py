"""Turns a template into a page, with what every page shows: the office, who is signed in, the token for its forms."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.office import desk_of
from desk.security import COOKIE, form_token

_HERE = Path(__file__).parent


@cache
def templates() -> Environment:
    """Everything filled into a template is escaped, and a name that is missing is a mistake."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def base(request: Request) -> str:
    """The path under which the desk is mounted."""
    return str(request.scope.get("root_path", ""))


def fragment(request: Request, template: str, **context: Any) -> str:
    """A part of a page."""
    environment: Environment = request.app.state.templates
    return environment.get_template(template).render(
        base=base(request),
        office=desk_of(request).name,
        member=getattr(request.state, "member", None),
        form_token=form_token(request.cookies.get(COOKIE, "")),
        **context,
    )


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page."""
    return HTMLResponse(fragment(request, template, **context), status)

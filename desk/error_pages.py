"""Which error is which page: kind words, no details, and never what somebody wrote."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from casestore.errors import (
    AlreadyClaimed,
    AtCapacity,
    CaseNotFound,
    NotAllowedNow,
    NotYours,
    ProblemNotFound,
    StoreError,
    StoreUnavailable,
)
from desk.pages import base, page
from desk.security import TOO_LARGE, FormRefused
from desk.sign_in import SignInNeeded, go_to

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page for one kind of error."""

    status: int
    title: str
    words: str


_NOT_FOUND = Shown(404, "Not here", "There is no such page or case, or it is not one that you can open.")
_NOT_UNDERSTOOD = Shown(400, "Not understood", "Something in the form or the address was not right.")
_PAGES: dict[type[Exception], Shown] = {
    CaseNotFound: _NOT_FOUND,
    ProblemNotFound: _NOT_FOUND,
    NotYours: _NOT_FOUND,
    AlreadyClaimed: Shown(409, "Already taken", "Somebody else claimed this case just before you."),
    AtCapacity: Shown(409, "Hands full", "Whoever should get this case holds as many as they take on."),
    NotAllowedNow: Shown(409, "Not possible now", "The case has moved on since you opened it. Look at it once more."),
    StoreUnavailable: Shown(
        503, "Please try again", "The database does not answer just now. Nothing was lost. Try again in a minute."
    ),
    StoreError: Shown(500, "Something went wrong", "This could not be read. The office's administrator should know."),
    FormRefused: Shown(
        403, "Form too old", "This form was not sent from a page that we gave you. Go back, reload, and send it again."
    ),
}


def register_error_pages(app: FastAPI) -> None:
    """Every error the desk knows becomes its page."""
    for kind, shown in _PAGES.items():
        app.add_exception_handler(kind, _handler(shown))
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(SignInNeeded, _to_sign_in)


def _handler(shown: Shown) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def show(request: Request, error: Exception) -> Response:
        if shown.status >= 500:
            log.error("desk could not use the store", extra={"error": type(error).__name__})
        return _page(request, shown)

    return show


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _page(request, _NOT_FOUND)
    if status == 413:
        return _page(request, Shown(413, "Too long", TOO_LARGE))
    return _page(request, Shown(status, "Not possible", "That cannot be done here."))


async def _not_understood(request: Request, error: Exception) -> Response:
    """An address that cannot be one of ours is a page that is not there."""
    where = {each["loc"][0] for each in error.errors()} if isinstance(error, RequestValidationError) else set()
    return _page(request, _NOT_FOUND if "path" in where else _NOT_UNDERSTOOD)


async def _to_sign_in(request: Request, error: Exception) -> Response:
    if request.method == "GET" and "application/json" not in request.headers.get("accept", ""):
        path = request.url.path.removeprefix(base(request)) or "/"
        return go_to(request, "/sign-in" if path == "/" else f"/sign-in?next={quote(path, safe='')}")
    return _page(request, Shown(401, "Please sign in", "You are not signed in any more. Sign in and try again."))


def _page(request: Request, shown: Shown) -> Response:
    return page(request, "error_page.html", status=shown.status, title=shown.title, words=shown.words)

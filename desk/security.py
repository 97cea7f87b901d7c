"""What guards every page: safe headers, small bodies, no surprise shown, and forms that only our own pages can send."""

import hashlib
import hmac
import logging
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Form, Request
from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "doorstep_desk"
MAX_BODY = 100_000  # a reply of 4,000 signs, each escaped, with room to spare

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
log = logging.getLogger(__name__)


class FormRefused(Exception):
    """A form that did not come from a page we gave to this browser."""


class BodyTooLarge(HTTPException):
    """More was sent than any form of the desk needs."""

    def __init__(self) -> None:
        super().__init__(413)


def form_token(cookie: str) -> str:
    """The token that a form must carry for the browser with that cookie."""
    return hmac.new(cookie.encode(), b"doorstep desk form", hashlib.sha256).hexdigest()


def checked_form(request: Request, form_token_: Annotated[str, Form(alias="form_token")] = "") -> None:
    """Raises FormRefused unless this browser was given the form by us."""
    cookie = request.cookies.get(COOKIE, "")
    if not cookie or not from_here(request.headers):
        raise FormRefused
    if not hmac.compare_digest(form_token(cookie).encode(), form_token_.encode("utf-8", "surrogatepass")):
        raise FormRefused


def from_here(headers: Headers) -> bool:
    """Whether the browser says that the request comes from one of our own pages, or says nothing."""
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host", "")
    return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


class Guard:
    """Stands before all pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, limited; adds the headers to whatever comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if (refusal := _refusal(Headers(scope=scope))) is not None:
            await refusal(scope, receive, guarded_send)
            return
        try:
            await self.app(scope, _limited(receive), guarded_send)
        except Exception as mistake:
            # The message of an exception may quote what somebody wrote: only its kind and place are logged.
            log.error("desk page failed", extra={"error": type(mistake).__name__, "place": _place_of(mistake)})
            if started:
                raise ConnectionAbortedError("the page broke off half-way") from None
            await PlainTextResponse(_BROKEN, 500)(scope, receive, guarded_send)


TOO_LARGE = "That is more than this form takes. Please go back and shorten it."
_BROKEN = "Something went wrong on our side. Please go back and try again."


def _refusal(headers: Headers) -> PlainTextResponse | None:
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length) > MAX_BODY:
        return PlainTextResponse(TOO_LARGE, 413)
    return None


def _limited(receive: Receive) -> Receive:
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            raise BodyTooLarge
        return message

    return limited


def _place_of(mistake: Exception) -> str:
    trace = mistake.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"

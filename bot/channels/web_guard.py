"""What guards the web chat: safe headers, one origin, limits, and errors in kind words."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from bot.office import Clock
from casestore.attachments import MAX_BYTES
from casestore.errors import StoreUnavailable

COOKIE = "doorstep_chat"
MAX_TEXT = 16_000  # characters of one message
MAX_JSON = 100_000  # bytes: such a message, escaped
MAX_UPLOAD = MAX_BYTES + 10_000  # bytes: a file and what multipart puts around it
_KEPT = 20_000  # how many addresses a limiter remembers

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
log = logging.getLogger(__name__)


class Refused(Exception):
    """A request that is not taken; the words are for the person."""

    def __init__(self, status: int, words: str, *, again_in: int = 0) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.again_in = again_in


class GuardedRoute(APIRoute):
    """A route whose errors become kind words and whose answers carry safe headers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route, guarded."""
        inner = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                if request.method == "POST":
                    check_sender(request)
                response = await inner(request)
            except Refused as refusal:
                response = JSONResponse({"error": refusal.words}, refusal.status)
                if refusal.again_in:
                    response.headers["Retry-After"] = str(refusal.again_in)
            except StoreUnavailable:
                words = "We cannot take your message just now. It is kept on your phone and will be sent again."
                response = JSONResponse({"error": words}, 503, {"Retry-After": "5"})
            except Exception as mistake:
                # The message of an exception may quote what somebody wrote: only its kind is logged.
                log.error("web chat failed", extra={"error": type(mistake).__name__, "path": self.path})
                response = JSONResponse({"error": "Something went wrong on our side. Please try again."}, 500)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded


def check_sender(request: Request) -> None:
    """Refuses what another site's page sends, and bodies that are too large or do not say how large they are."""
    origin = request.headers.get("origin")
    same = (
        request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        if origin is None
        else urlsplit(origin).netloc == request.headers.get("host", "")
    )
    if not same:
        raise Refused(403, "Please write from our own page.")
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise Refused(411, "That could not be read. Please try again.")
    is_upload = request.headers.get("content-type", "").startswith("multipart/form-data")
    if int(length) > (MAX_UPLOAD if is_upload else MAX_JSON):
        raise Refused(413, too_big() if is_upload else too_long())


def too_big() -> str:
    """Of a file."""
    return f"That file is too big (more than {MAX_BYTES // 1024 // 1024} MB). Could you send a smaller one, or a photo?"


def too_long() -> str:
    """Of a message."""
    return "That message is too long. Please send it in several parts."


class Limiter:
    """At most so many messages a minute for each key: a bucket of tokens that fills up again."""

    def __init__(self, clock: Clock, *, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, *keys: str) -> None:
        """Takes one token of each key; raises Refused, taking none, when one has run out."""
        now = self._clock()
        with self._lock:
            levels = {key: self._level(key, now) for key in keys}
            lowest = min(levels.values())
            if lowest < 1:
                seconds = int((1 - lowest) * 60 / self._per_minute) + 1
                words = "That was a lot at once. Please wait a moment; your message is kept and will be sent."
                raise Refused(429, words, again_in=seconds)
            for key, level in levels.items():
                self._buckets[key] = (level - 1, now)
                self._buckets.move_to_end(key)
            while len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)

    def _level(self, key: str, now: datetime) -> float:
        level, then = self._buckets.get(key, (float(self._per_minute), now))
        return min(self._per_minute, level + max(0.0, (now - then).total_seconds()) * self._per_minute / 60)

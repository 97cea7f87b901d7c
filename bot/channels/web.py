"""The web chat: the same conversation in a browser, for people without a messaging app."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web_arrivals import Newcomers, Sent, external_id, read_file, read_message
from bot.channels.web_guard import COOKIE, GuardedRoute, Limiter, Refused
from bot.channels.web_letters import file_for, history_of, language_of, letters_for
from bot.messages import Inbound
from bot.office import Clock
from bot.translated_cards import heading_key
from bot.wording import FALLBACK, Wording
from casestore.errors import StoreUnavailable
from casestore.unit_of_work import Store
from triage.cards import SECTIONS

CHANNEL = "web"
COOKIE_LASTS = 180 * 24 * 3600  # the answer to a case may take weeks
_FOLDER = Path(__file__).parent / "web"
_NUMBER = re.compile(r"(?<=: |r |/ )(\+?\d[\d ]+\d)(?![\d*#])")  # after "Police: ", "or " or "/ "
_MAX_HEADER = 200
_WEIGHT = re.compile(r"[01](?:\.\d{0,3})?")
_STATIC = {"chat.css": "text/css; charset=utf-8", "chat.js": "text/javascript; charset=utf-8"}


class Inlet(Protocol):
    """Where messages go in."""

    def receive(
        self, channel: str, address: str, external_id: str, inbound: Inbound, content: bytes | None = None
    ) -> bool:
        """Stores a message for good; False when it is already there. Raises StoreUnavailable."""
        ...


def create_chat(
    inlet: Inlet,
    store: Store,
    clock: Clock,
    wording: Wording,
    *,
    secure_cookies: bool,
    emergency_lines: Mapping[str, Sequence[str]] = MappingProxyType({}),
    office_name: str = "Doorstep",
    per_minute: int = 30,
) -> APIRouter:
    """The page and what its script asks for, to be served at `/`. `emergency_lines` are by language."""
    limiter = Limiter(clock, per_minute=per_minute)
    pages = {
        language: _page(wording, language, emergency_lines.get(language, ()), office_name)
        for language in wording.languages
    }
    english = frozenset(wording.say(heading_key(heading)) for heading in SECTIONS)
    chat = _Chat(inlet, store, clock, secure_cookies, limiter, Newcomers(), pages, english)
    router = APIRouter(route_class=GuardedRoute)
    router.add_api_route("/", chat.page, methods=["GET"])
    router.add_api_route("/chat/static/{name}", static, methods=["GET"])
    router.add_api_route("/chat/messages", chat.message, methods=["POST"])
    router.add_api_route("/chat/files", chat.file, methods=["POST"])
    router.add_api_route("/chat/replies", chat.replies, methods=["GET"])
    router.add_api_route("/chat/history", chat.history, methods=["GET"])
    router.add_api_route("/chat/files/{file_id}", chat.made_file, methods=["GET"])
    router.add_api_route("/healthz", chat.health, methods=["GET"])
    return router


@dataclass(frozen=True, slots=True)
class _Chat:
    inlet: Inlet
    store: Store
    clock: Clock
    secure_cookies: bool
    limiter: Limiter
    newcomers: Newcomers
    pages: Mapping[str, str]
    english: frozenset[str]

    def page(self, request: Request, lang: str = "") -> Response:
        """The page, whole without any script, in the language asked for, spoken before, or set in the browser."""
        address = _address(request)
        known = ""
        if lang not in self.pages and address:
            with self.store.reading() as uow:
                known = language_of(uow, address)
        wanted = [lang, known, *_accepted(request.headers.get("accept-language", ""))]
        language = next((code for code in wanted if code in self.pages), FALLBACK)
        return HTMLResponse(self.pages[language], headers={"Content-Language": language})

    async def message(self, request: Request) -> Response:
        """Takes a message or a pressed button."""
        return await self._take(request, await read_message(request))

    async def file(self, request: Request) -> Response:
        """Takes a photo or a document."""
        return await self._take(request, await read_file(request))

    async def _take(self, request: Request, sent: Sent) -> Response:
        known = _address(request)
        address = known or self.newcomers.address(sent.id)
        caller = "" if request.client is None else request.client.host
        self.limiter.take(f"address:{address}", f"caller:{caller}")
        id_ = external_id(address, sent.id)
        await asyncio.to_thread(self.inlet.receive, CHANNEL, address, id_, sent.inbound, sent.content)
        response = JSONResponse({"ok": True}, 202)
        response.set_cookie(
            COOKIE,
            address,
            max_age=COOKIE_LASTS,
            path="/",
            secure=self.secure_cookies,
            httponly=True,
            samesite="lax",
        )
        return response

    def replies(self, request: Request, after: int = 0) -> Response:
        """What waits for this browser. Asking for what comes after a message confirms all up to it."""
        address = _address(request)
        return JSONResponse(self._letters(address, after) if address else [])

    def _letters(self, address: str, after: int) -> list[dict[str, Any]]:
        return letters_for(self.store, address, after=after, now=self.clock(), english=self.english)

    def history(self, request: Request) -> Response:
        """What was said so far, for a page that was loaded again."""
        address = _address(request)
        found: list[dict[str, Any]] = history_of(self.store, address, english=self.english) if address else []
        return JSONResponse({"messages": found, "started": bool(address)})

    def made_file(self, request: Request, file_id: int) -> Response:
        """A letter that was made for the person in this browser, to be saved."""
        address = _address(request)
        found = file_for(self.store, address, file_id) if address else None
        if found is None:
            raise Refused(404, "This file is not kept any more. Ask for the letter again.")
        file, content = found
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(content, headers=headers, media_type=file.media_type)

    def health(self) -> Response:
        """Whether the database answers."""
        try:
            with self.store.reading() as uow:
                uow.staff.count()
        except StoreUnavailable:
            return JSONResponse({"ok": False}, 503)
        return JSONResponse({"ok": True})


def static(name: str) -> Response:
    """The style and the script of the page."""
    if name not in _STATIC:
        raise Refused(404, "There is no such file.")
    headers = {"Cache-Control": "public, max-age=300"}
    return Response((_FOLDER / name).read_bytes(), headers=headers, media_type=_STATIC[name])


def _address(request: Request) -> str:
    """The address of this browser: the token we gave it, in its exact form; empty when it has none."""
    token = request.cookies.get(COOKIE, "")
    fine = len(token) == 22 and token.isascii() and token.replace("-", "").replace("_", "").isalnum()
    return token if fine else ""


def _accepted(header: str) -> list[str]:
    """The languages a browser asks for, best first, without their countries: `zu-ZA,en;q=0.8` is zu, en."""
    weighed = []
    for part in header.replace(" ", "")[:_MAX_HEADER].split(","):
        code, _, weight = part.partition(";q=")
        weighed.append((float(weight) if _WEIGHT.fullmatch(weight) else 1.0, code.split("-")[0].lower()))
    return [code for _, code in sorted(weighed, key=lambda pair: -pair[0])]


def _page(wording: Wording, language: str, emergency_lines: Sequence[str], office_name: str) -> str:
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    group = "page."
    keys = [key for key in wording.sentences[FALLBACK] if key.startswith(group)]
    page = {key.removeprefix(group): wording.say(key, language) for key in keys}
    words = {name: wording.say(f"greeting.{name}", language) for name in ("hello", "privacy", "tell")}
    return environment.get_template("page.html").render(
        office=office_name,
        lines=[with_numbers(line) for line in emergency_lines],
        words=words,
        page=page,
        language=language,
        languages=[(code, wording.say(f"languages.{code}", code)) for code in wording.languages],
    )


def with_numbers(line: str) -> list[tuple[str, str]]:
    """A line cut into (number to dial, words): the number is empty where the words are not one."""
    parts = _NUMBER.split(line)
    return [(part.replace(" ", "") if place % 2 else "", part) for place, part in enumerate(parts) if part]

"""What a browser sends: messages, buttons and files, each with an id of its own so that a retry changes nothing."""

import hashlib
import json
import secrets
import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.channels.web_guard import MAX_TEXT, MAX_UPLOAD, Refused, too_big, too_long
from bot.messages import Inbound, Kind
from casestore.attachments import MAX_BYTES

_NOT_READ = "That could not be read. Please try again."
_MAX_CHOICE = 80
_MAX_NAME = 120
_LANGUAGE = 8  # characters of a code


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing a browser sent, under the id it made for it."""

    id: str
    inbound: Inbound
    content: bytes | None = None


class Newcomers:
    """Addresses given out lately, by the id of the first message.

    Whoever did not hear our first answer sends again without a cookie: they get the same address, not a second chat.
    """

    def __init__(self, kept: int = 5_000) -> None:
        self._kept = kept
        self._addresses: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def address(self, message_id: str) -> str:
        """A new random address (128 bits), the same for the same message."""
        with self._lock:
            address = self._addresses.setdefault(message_id, secrets.token_urlsafe(16))
            while len(self._addresses) > self._kept:
                self._addresses.popitem(last=False)
            return address


def external_id(address: str, message_id: str) -> str:
    """Unique for this chat, so that nobody can use up somebody else's ids."""
    return hashlib.sha256(f"{address}:{message_id}".encode()).hexdigest()[:40]


async def read_message(request: Request) -> Sent:
    """The message in a JSON body; raises Refused."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refused(415, _NOT_READ)
    try:
        body: Any = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused(400, _NOT_READ) from None
    if not isinstance(body, dict):
        raise Refused(400, _NOT_READ)
    text, choice = (_text(body.get(name)) for name in ("text", "choice"))
    if len(text) > MAX_TEXT:
        raise Refused(413, too_long())
    if not text.strip() and not choice:
        raise Refused(400, "There was nothing in that message. Please write something.")
    if len(choice) > _MAX_CHOICE:
        raise Refused(400, _NOT_READ)
    kind = Kind.CHOICE if choice else Kind.TEXT
    language = _text(body.get("language"))[:_LANGUAGE]
    return Sent(_message_id(body.get("id")), Inbound(kind, text=text, choice=choice, language=language))


async def read_file(request: Request) -> Sent:
    """The file in a multipart body, kept in memory only; raises Refused."""
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=3).parse()
    except (MultiPartException, KeyError):
        raise Refused(400, _NOT_READ) from None
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Refused(400, "There was no file in it. Please choose one.")
    content = await file.read()
    await form.close()
    if len(content) > MAX_BYTES:
        raise Refused(413, too_big())
    if not content:
        raise Refused(400, "That file is empty. Please choose another.")
    inbound = Inbound(Kind.FILE, file_name=_name(file.filename), media_type=_media_type(file.content_type))
    return Sent(_message_id(form.get("id")), inbound, content)


class _InMemory(MultiPartParser):
    """Never writes a part to disk, where it would lie unsealed."""

    spool_max_size = MAX_UPLOAD


def _message_id(value: object) -> str:
    try:
        return str(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise Refused(400, _NOT_READ) from None


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(400, _NOT_READ)
    # A lone half of a surrogate pair cannot be stored as UTF-8; a NUL cannot be stored at all.
    return value.encode("utf-8", "replace").decode().replace("\x00", "")


def _name(value: str | None) -> str:
    name = (value or "").replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(sign for sign in name if sign.isprintable()).strip()
    return printable[-_MAX_NAME:] or "file"


def _media_type(value: str | None) -> str:
    kind = (value or "").split(";")[0].strip().lower()
    return kind if kind.isascii() and kind.isprintable() and "/" in kind and len(kind) <= 80 else ""

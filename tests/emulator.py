"""A Telegram for tests: lo-bot-api-emulator in a thread of its own, with people, a memory of messages, and faults."""

import asyncio
import contextlib
import itertools
import json
import threading
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, TypeVar

from aiohttp import ClientSession, web
from lo_bot_api_emulator import ApiRefusal, LoBotApiEmulator
from lo_bot_api_emulator.updates import KINDS

TOKEN = "123456:secret-token-of-the-test-bot"
BOT_NAME = "doorstep_test_bot"
DEADLINE = 15.0
_REDELIVER_EVERY = 0.05
_FORBIDDEN = "Forbidden: bot was blocked by the user"
# Telegram sends these too; the emulator's queue refuses to hold them.
KINDS.update({"edited_message", "my_chat_member"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot that was accepted, and what it was answered."""

    method: str
    fields: dict[str, Any]
    files: dict[str, tuple[str, bytes]]
    result: Any
    at: float = field(default_factory=time.monotonic)

    @property
    def chat(self) -> int | None:
        """The chat it was for."""
        return int(self.fields["chat_id"]) if "chat_id" in self.fields else None

    @property
    def text(self) -> str:
        """What it said."""
        return str(self.fields.get("text", ""))

    @property
    def buttons(self) -> dict[str, str]:
        """The inline buttons it showed: label and data."""
        markup = self.fields.get("reply_markup") or {}
        return {button["text"]: button["callback_data"] for row in markup.get("inline_keyboard", []) for button in row}


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` calls of a method, or with those to one chat.

    A call is refused with `status`, kept from Telegram by somebody on the way who answers with `body`, answered
    `seconds` late, or its connection breaks: `unheard` before it counts, `unanswered` after.
    """

    method: str
    chat: int | None = None
    status: int = 0
    retry_after: int = 0
    body: str = ""
    seconds: float = 0.0
    breaks: Literal["", "unheard", "unanswered"] = ""
    times: int = 1

    def refusal(self) -> ApiRefusal | None:
        """How Telegram says no."""
        if self.breaks == "unheard" or self.body:
            return ApiRefusal("not heard", 500)
        if not self.status:
            return None
        if self.retry_after:
            words = f"Too Many Requests: retry after {self.retry_after}"
            return ApiRefusal(words, self.status, {"retry_after": self.retry_after})
        return ApiRefusal(_FORBIDDEN if self.status == 403 else "Internal Server Error", self.status)


_fault_of_call: ContextVar[Fault | None] = ContextVar("fault", default=None)


class Server(LoBotApiEmulator):
    """The Bot API: what the emulator does, and a memory of chats, messages and buttons as Telegram has it."""

    def __init__(self) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True, max_history=100_000, max_assets=1_000)
        self.calls: list[Call] = []
        self.arrived = threading.Condition()
        self.faults: list[Fault] = []
        self.known: set[int] = set()
        self.blocked: set[int] = set()
        self.queries: set[str] = set()
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        """Answers one call, or refuses it as Telegram would."""
        chat = int(fields["chat_id"]) if str(fields.get("chat_id", "")).lstrip("-").isdigit() else None
        fault = self.next_fault(method, chat)
        _fault_of_call.set(fault)
        if fault is not None and (refusal := fault.refusal()):
            raise refusal
        if chat is not None and chat not in self.known:
            raise ApiRefusal("Bad Request: chat not found")
        if chat in self.blocked:
            raise ApiRefusal(_FORBIDDEN, 403)
        if method == "answerCallbackQuery" and fields.get("callback_query_id") not in self.queries:
            raise ApiRefusal("Bad Request: query is too old and response timeout expired or query ID is invalid")
        asked = {name: _decoded(value) for name, value in fields.items()}
        result = super().validate(method, fields, uploads)
        if isinstance(result, dict) and chat is not None:
            result = self._remembered(method, chat, result)
        if method == "getMe":
            result["username"] = BOT_NAME
        if method != "getUpdates":
            files = {name: (upload["filename"], upload["data"]) for name, upload in uploads.items()}
            with self.arrived:
                self.calls.append(Call(method, asked, files, result))
                self.arrived.notify_all()
        return result

    def _remembered(self, method: str, chat: int, result: dict[str, Any]) -> dict[str, Any]:
        key = (chat, result["message_id"])
        result |= {"date": int(time.time()), "chat": chat_of(chat)}
        if method.startswith("editMessage"):
            before = self.messages.get(key)
            if before is None:
                raise ApiRefusal("Bad Request: message to edit not found")
            if before.get("reply_markup") == result.get("reply_markup") and "text" not in result:
                raise ApiRefusal("Bad Request: message is not modified")
            kept = {name: value for name, value in before.items() if name != "reply_markup"}
            result = {**kept, **result}
        self.messages[key] = result
        return result

    def next_fault(self, method: str, chat: int | None) -> Fault | None:
        """The fault that is due for this call."""
        for fault in self.faults:
            if fault.method == method and fault.chat in (None, chat):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return fault
        return None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call over HTTP, late or broken where a fault says so."""
        _fault_of_call.set(None)
        response: web.StreamResponse = await super().handle(request)
        return await _spoilt(request, response, _fault_of_call.get())

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file that a person sent."""
        fault = self.next_fault("download", None)
        if fault is not None and fault.status:
            return web.Response(status=fault.status)
        response: web.StreamResponse = await super().download(request)
        return await _spoilt(request, response, fault)

    async def push(self, update: dict[str, Any]) -> int:
        """Queues an update; returns its id."""
        return int(await self.enqueue_update(update, token=TOKEN))

    async def push_again(self, update: dict[str, Any]) -> None:
        """Sends an update that was sent before once more, under the id it had."""
        queue = self._update_queues._state(TOKEN)
        async with queue.condition:
            queue.updates.insert(0, update)
            queue.condition.notify_all()
        await self.deliver_updates(token=TOKEN)

    def webhook(self) -> dict[str, Any]:
        """What getWebhookInfo says."""
        return dict(self._update_queues.info(TOKEN))

    async def post(self, update: dict[str, Any], secret: str | None) -> int:
        """Sends something to the webhook past the queue, as a stranger could; returns the status."""
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        address = self.webhook()["url"]
        async with ClientSession() as client, client.post(address, json=update, headers=headers) as response:
            return response.status

    async def redeliver(self) -> None:
        """Telegram tries a webhook that did not answer again; the emulator alone would not."""
        while True:
            await asyncio.sleep(_REDELIVER_EVERY)
            waiting = self.webhook()
            if waiting["url"] and waiting["pending_update_count"]:
                await self.deliver_updates(token=TOKEN)


async def _spoilt(request: web.Request, response: web.StreamResponse, fault: Fault | None) -> web.StreamResponse:
    if fault is None:
        return response
    await asyncio.sleep(fault.seconds)
    if fault.breaks and request.transport is not None:
        request.transport.abort()
        raise asyncio.CancelledError
    return web.Response(text=fault.body, status=fault.status or 200) if fault.body else response


class Telegram:
    """Telegram as a test sees it: people write and press, the bot's calls are seen. Use it in a `with` statement."""

    def __init__(self) -> None:
        self.server = Server()
        self.url = ""
        self.sent: dict[int, dict[str, Any]] = {}  # every update, by its id
        self._passed: dict[tuple[str, int | None], int] = {}
        self._ids = itertools.count(100_000)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)

    def __enter__(self) -> "Telegram":
        self._thread.start()
        self._run(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE)
        self._loop.close()

    async def _open(self) -> None:
        self._runner = web.AppRunner(self.server.app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._redelivery = asyncio.create_task(self.server.redeliver())

    async def _close(self) -> None:
        self._redelivery.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._redelivery
        await self._runner.cleanup()

    def _run(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(DEADLINE)

    # What people do.

    def says(self, text: str, *, chat: int = 42, by: int | None = None) -> int:
        """Somebody writes; in a group `by` is who. Returns the id of the update."""
        kinds = {"/": "bot_command", "@": "mention"}
        marked = [{"type": kinds[text[0]], "offset": 0, "length": len(text.split()[0])}] if text[:1] in kinds else []
        return self.sends(chat=chat, by=by, text=text, entities=marked)

    def sends(self, *, chat: int = 42, by: int | None = None, **content: Any) -> int:
        """Somebody sends a message of any kind: the fields are those of the Bot API."""
        return self.push({"message": self.message(chat, content, by=by)})

    def sends_file(
        self, kind: str, content: bytes, *, chat: int = 42, name: str = "", caption: str = "", **more: Any
    ) -> int:
        """Somebody sends a `photo`, `document` or `voice`; the bot can fetch the content."""
        reference = f"{kind}-{next(self._ids)}"
        self.server.assets[reference] = {"data": content, "filename": name, "size": len(content)}
        file = {"file_id": reference, "file_unique_id": f"u{reference}", "file_size": len(content), **more}
        if name:
            file["file_name"] = name
        known = {"photo": [{**file, "width": 90, "height": 90}], "voice": {**file, "duration": 3}}
        words = {"caption": caption} if caption else {}
        return self.sends(chat=chat, **{kind: known.get(kind, file)}, **words)

    def edits(self, text: str, *, chat: int = 42, **content: Any) -> int:
        """Somebody changes a message they sent before."""
        body = {**self.message(chat, {"text": text, **content}), "edit_date": int(time.time())}
        return self.push({"edited_message": body})

    def presses(self, message: Call, label: str, *, by: int | None = None) -> str:
        """Somebody presses a button of a message, which may be an old one; returns the id of the query."""
        query = str(next(self._ids))
        chat = message.result["chat"]["id"]
        seen = self.server.messages[chat, message.result["message_id"]]
        self.server.queries.add(query)
        self.push(
            {
                "callback_query": {
                    "id": query,
                    "from": person_of(by or chat),
                    "chat_instance": "1",
                    "data": message.buttons[label],
                    "message": seen,
                }
            }
        )
        return query

    def blocks(self, *, chat: int = 42, on: bool = True) -> int:
        """A person blocks the bot, or lets it write again."""
        (self.server.blocked.add if on else self.server.blocked.discard)(chat)
        member = {"user": {"id": 7, "is_bot": True, "first_name": "Doorstep", "username": BOT_NAME}}
        states = [{**member, "status": "member"}, {**member, "status": "kicked", "until_date": 0}]
        before, after = states if on else states[::-1]
        return self.push(
            {
                "my_chat_member": {
                    "chat": chat_of(chat),
                    "from": person_of(chat),
                    "date": int(time.time()),
                    "old_chat_member": before,
                    "new_chat_member": after,
                }
            }
        )

    def push(self, update: dict[str, Any]) -> int:
        """Any update at all."""
        id_ = self._run(self.server.push(update))
        self.sent[id_] = {**update, "update_id": id_}
        return id_

    def push_again(self, id_: int) -> None:
        """The update with that id, delivered once more."""
        self._run(self.server.push_again(self.sent[id_]))

    def post(self, update: dict[str, Any], secret: str | None) -> int:
        """Something sent straight to the webhook; returns the status."""
        return self._run(self.server.post(update, secret))

    def joins(self, group: int) -> None:
        """The bot is in that group."""
        self.server.known.add(group)

    def message(self, chat: int, content: dict[str, Any], *, by: int | None = None) -> dict[str, Any]:
        """A message as Telegram describes it."""
        self.server.known.add(chat)
        filled = {name: value for name, value in content.items() if value != []}
        return {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": chat_of(chat),
            "from": person_of(by or chat),
            **filled,
        }

    # What the bot does.

    def fails(self, method: str, **fault: Any) -> None:
        """Something goes wrong with the next call of that method: the fields are those of `Fault`."""
        self.server.faults.append(Fault(method, **fault))

    def expect(self, method: str = "sendMessage", *, chat: int | None = None, having: str = "") -> Call:
        """The next call of that method to that chat with those words in it; what came before it is passed over."""
        place = self._passed.get((method, chat), 0)
        deadline = time.monotonic() + DEADLINE
        with self.server.arrived:
            while True:
                for number, call in enumerate(self.server.calls[place:], start=place):
                    if call.method == method and chat in (None, call.chat) and having in call.text:
                        self._passed[method, chat] = number + 1
                        return call
                if not self.server.arrived.wait(deadline - time.monotonic()):
                    seen = [call.text[:60] for call in self.server.calls[place:] if call.method == method]
                    raise AssertionError(f"no {method} to {chat} having {having!r}; since the last one: {seen}")

    def all(self, method: str = "sendMessage", *, chat: int | None = None) -> list[Call]:
        """Every call of that method to that chat so far."""
        with self.server.arrived:
            return [call for call in self.server.calls if call.method == method and chat in (None, call.chat)]

    def texts(self, chat: int) -> list[str]:
        """All that the bot wrote to that chat so far."""
        return [call.text for call in self.all(chat=chat)]

    @property
    def pending(self) -> int:
        """How many updates the bot has not acknowledged yet."""
        return int(self.server.webhook()["pending_update_count"])


def person_of(chat: int) -> dict[str, Any]:
    """Whoever writes in that private chat."""
    return {"id": abs(chat), "is_bot": False, "first_name": "Asha"}


def chat_of(chat: int) -> dict[str, Any]:
    """A private chat, or a group where the number is negative."""
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "Paralegals"}
    return {"id": chat, "type": "private", "first_name": "Asha"}


def wait_until(what: Callable[[], Any], *, saying: str, seconds: float = DEADLINE) -> Any:
    """Looks until `what` is there and returns it; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} seconds in vain: {saying}")
        time.sleep(0.02)
    return found


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "{[":
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value

"""The Telegram channel: updates are stored before they are acknowledged, letters sent in order, files fetched."""

import asyncio
import contextlib
import hashlib
import hmac
import io
import logging
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from telegram import Bot, BotCommand, CallbackQuery, Update
from telegram.constants import MessageLimit
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.channels.splitting import split
from bot.channels.telegram_staff import claim, link, point_to_private
from bot.channels.telegram_updates import (
    CHANNEL,
    Arrived,
    Claimed,
    InGroup,
    LinkSent,
    Read,
    keyboard,
    read_raw,
    read_update,
)
from bot.delivery import Delivery
from bot.errors import Refused, TryLater, Unreachable
from bot.intake import Intake
from bot.journal import SentJournal
from bot.office import Office
from bot.wording import FALLBACK
from casestore.errors import StoreUnavailable
from casestore.outbox import Letter

log = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
COMMANDS = ("human", "status", "help", "language", "letter", "mydata", "delete", "stop")
_LONG_POLL = 20
_AFTER_ERROR = 2.0
_FETCH_ATTEMPTS = 6


def make_bot(token: str, api: str = "") -> Bot:
    """The library's bot, pointed at another Bot API server where `api` says so."""
    server: dict[str, Any] = {"base_url": f"{api}/bot", "base_file_url": f"{api}/file/bot"} if api else {}
    request = HTTPXRequest(connection_pool_size=16, read_timeout=20, connect_timeout=10)
    polling = HTTPXRequest(connection_pool_size=1, read_timeout=_LONG_POLL + 10, connect_timeout=10)
    return Bot(token, request=request, get_updates_request=polling, **server)


class TelegramChannel:
    """One bot. Only one process may poll for a token; Telegram refuses a second."""

    def __init__(
        self, bot: Bot, office: Office, journal: SentJournal, *, arrived: Callable[[], None] = lambda: None
    ) -> None:
        self._bot = bot
        self._office = office
        self._journal = journal
        self._intake = Intake(office)
        self._arrived = arrived
        self._later: set[asyncio.Task[None]] = set()
        self._parts_sent: Counter[int] = Counter()  # of letters that were too long for one message, and broke off

    def webhook_secret(self) -> str:
        """The secret that Telegram must send with each update, made from the office's key: one thing less to set."""
        key = self._office.store.keyring.index_key
        return hmac.new(key, b"telegram-webhook", hashlib.sha256).hexdigest()

    async def start(self) -> bool:
        """Logs in and says which commands there are; False while Telegram is out of reach.

        Raises InvalidToken for a wrong token.
        """
        try:
            await self._bot.initialize()
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("not logged in", extra={"channel": CHANNEL, "error": type(error).__name__})
            return False
        say = self._office.book.wording.say
        with contextlib.suppress(TelegramError):  # nice to have: a refusal must not keep the bot from starting
            for language in self._office.book.wording.languages:
                menu = [BotCommand(name, say(f"command.{name}", language)) for name in COMMANDS]
                # English is the menu for every language that has none of its own.
                await self._bot.set_my_commands(menu, language_code=None if language == FALLBACK else language)
        await asyncio.to_thread(self._release_leases)
        return True

    async def start_at_last(self, stop: asyncio.Event) -> None:
        """Tries `start` until Telegram answers."""
        while not stop.is_set() and not await self.start():
            await _pause(stop, _AFTER_ERROR)

    def _release_leases(self) -> None:
        with self._office.store.unit_of_work() as uow:
            uow.outbox.release_leases(CHANNEL, now=self._office.clock())

    async def listen_by_webhook(self, url: str, stop: asyncio.Event) -> None:
        """Tells Telegram where to send updates; what waits there is kept. Raises BadRequest for a wrong address."""
        secret = self.webhook_secret()
        while not stop.is_set():
            try:
                await self._bot.set_webhook(url, allowed_updates=ALLOWED, secret_token=secret, max_connections=40)
                return
            except (BadRequest, InvalidToken):
                raise
            except TelegramError as error:
                log.warning("webhook not set", extra={"channel": CHANNEL, "error": type(error).__name__})
                await _pause(stop, _seconds(error) or _AFTER_ERROR)

    async def poll(self, stop: asyncio.Event) -> None:
        """Fetches updates and stores each before the next request tells Telegram that it has arrived."""
        await self._end_webhook()
        offset = 0
        while not stop.is_set():
            fetched = await _unless(stop, self._fetch(offset))
            if fetched is None:
                break
            try:
                for raw in fetched:
                    await self.receive(raw)
                    offset = int(raw["update_id"]) + 1
            except StoreUnavailable as outage:
                log.error("update not stored, fetched again", extra={"reason": str(outage)})
                await _pause(stop, _AFTER_ERROR)

    async def _end_webhook(self) -> None:
        with contextlib.suppress(TelegramError):  # where one is left, fetching says Conflict and this is tried again
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def _fetch(self, offset: int) -> list[dict[str, Any]]:
        """Raw updates: parsed one by one, so that a strange one does not hide the others."""
        arguments = {"offset": offset, "timeout": _LONG_POLL, "allowed_updates": ALLOWED}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "use Bot.get_updates": it fails for all when one does not parse
                found = await self._bot.do_api_request("getUpdates", api_kwargs=arguments, read_timeout=_LONG_POLL + 10)
            return list(found)
        except TelegramError as error:
            if not isinstance(error, TimedOut):
                log.warning("polling", extra={"error": type(error).__name__})
            if isinstance(error, Conflict):
                await self._end_webhook()
            await asyncio.sleep(_seconds(error) or _AFTER_ERROR)
            return []

    async def receive(self, raw: dict[str, Any]) -> None:
        """Stores one update. Raises StoreUnavailable when it could not be stored: it must not be acknowledged then."""
        try:
            arrived = read_update(Update.de_json(raw, self._bot))
        except Exception as error:  # whatever a server sends, the next update must still be heard
            log.error("update not understood", extra={"update": raw.get("update_id"), "error": type(error).__name__})
            arrived = read_raw(raw)
        for _ in range(2):
            try:
                await self._take_in(arrived)
                return
            except StoreUnavailable:
                raise
            except Exception as error:  # fetched again and again, it would keep everybody waiting
                log.error("update not stored", extra={"update": raw.get("update_id"), "error": type(error).__name__})

    async def _take_in(self, arrived: Read) -> None:
        match arrived:
            case Arrived():
                await asyncio.to_thread(self._intake.receive, CHANNEL, arrived.chat, arrived.update, arrived.inbound)
                self._arrived()
                if arrived.callback is not None:
                    self._soon(self._settle_buttons(arrived.callback))
            case Claimed():
                text = await asyncio.to_thread(claim, self._office, arrived)
                self._soon(_answer(arrived.callback, text))
            case LinkSent():
                await asyncio.to_thread(link, self._office, arrived)
            case InGroup():
                await asyncio.to_thread(point_to_private, self._office, arrived, self._bot.link)

    def _soon(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _settle_buttons(self, query: CallbackQuery) -> None:
        """Stops the spinner on the button and takes the buttons away; old queries are refused, and that is fine."""
        await _answer(query, None)
        with contextlib.suppress(TelegramError):
            await query.edit_message_reply_markup(None)

    async def deliver(self, stop: asyncio.Event) -> None:
        """Sends what is due until told to stop."""
        await Delivery(self._office.store, CHANNEL, self.send, self._journal, clock=self._office.clock).run(stop)

    async def send(self, letter: Letter) -> None:
        """Sends one letter; raises a DeliveryError that says what to do about a refusal."""
        try:
            if letter.document:
                content = io.BytesIO(await asyncio.to_thread(self._content_of, letter))
                await self._bot.send_document(letter.address, content, filename=letter.document)
                return
            parts = split(letter.text, MessageLimit.MAX_TEXT_LENGTH)
            for part in parts[self._parts_sent[letter.id] : -1]:
                await self._bot.send_message(letter.address, part)
                self._parts_sent[letter.id] += 1
            await self._bot.send_message(letter.address, parts[-1], reply_markup=keyboard(letter.choices))
            del self._parts_sent[letter.id]
        except Forbidden:
            raise Unreachable("blocked, or the account is gone") from None
        except RetryAfter as error:
            raise TryLater("too many requests", _seconds(error)) from None
        except ChatMigrated:
            raise Refused("the group has become a supergroup: set DOORSTEP_TELEGRAM_GROUP to its new id") from None
        except BadRequest as error:
            if "chat not found" in error.message.lower():
                raise Unreachable("chat not found") from None
            raise Refused(type(error).__name__) from None
        except InvalidToken:
            raise TryLater("the bot token is not accepted") from None
        except TelegramError as error:
            raise TryLater(type(error).__name__) from None

    def _content_of(self, letter: Letter) -> bytes:
        if letter.file is None or letter.conversation_id is None:
            return letter.text.encode("utf-8", "replace")
        with self._office.store.reading() as look:
            opened = look.attachments.content(look.conversations.get(letter.conversation_id), letter.file)
        if opened is None:
            raise Refused("the file is not kept any more")
        return opened[1]

    async def fetch_files(self, stop: asyncio.Event) -> None:
        """Downloads files that people sent, as long as Telegram keeps them."""
        while not stop.is_set():
            try:
                wanted = await asyncio.to_thread(self._wanted)
                for id_, remote, attempts in wanted:
                    await self._fetch_file(id_, remote, attempts)
            except StoreUnavailable:
                wanted = []
            if not wanted:
                await _pause(stop, 1.0)

    def _wanted(self) -> list[tuple[int, str, int]]:
        with self._office.store.reading() as look:
            due = look.attachments.due(CHANNEL, now=self._office.clock())
        return [(wanted.id, wanted.remote, wanted.attempts) for wanted in due]

    async def _fetch_file(self, id_: int, remote: str, attempts: int) -> None:
        content: bytes | None = None
        again = attempts + 1 < _FETCH_ATTEMPTS
        try:
            file = await self._bot.get_file(remote)
            content = bytes(await file.download_as_bytearray())
        except BadRequest:
            again = False
        except TelegramError as error:
            log.warning("file not fetched", extra={"attachment": id_, "error": type(error).__name__})
        await asyncio.to_thread(self._fetched, id_, content, again, attempts)

    def _fetched(self, id_: int, content: bytes | None, again: bool, attempts: int) -> None:
        with self._office.store.unit_of_work() as uow:
            if content is not None:
                uow.attachments.fetched(id_, content)
            else:
                at = self._office.clock() + timedelta(seconds=5 * 2**attempts) if again else None
                uow.attachments.not_fetched(id_, again_at=at)

    async def close(self) -> None:
        """Ends what is under way and logs out of the library's connection pool."""
        if self._later:
            await asyncio.wait(self._later, timeout=5)
        await self._bot.shutdown()


async def _answer(query: CallbackQuery, text: str | None) -> None:
    with contextlib.suppress(TelegramError):
        await query.answer(text, show_alert=text is not None)


def _seconds(error: TelegramError) -> float | None:
    if not isinstance(error, RetryAfter):
        return None
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _unless(stop: asyncio.Event, work: Awaitable[Any]) -> Any:
    """The result of the work, or None when the stop came first."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        return task.result()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return None

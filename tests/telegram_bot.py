"""The bot as a process of its own, the office's store beside it, a person with a phone and a paralegal at the desk."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from fastapi.testclient import TestClient

from bot.office import Office
from casestore.attachments import Attachment
from casestore.cases import Case
from casestore.conversations import Conversation
from casestore.messages import Message
from casestore.unit_of_work import Store
from desk.security import COOKIE, form_token
from desk.web import create_desk
from doorstep.serve import desk_sentences
from doorstep.settings import Settings
from doorstep.wiring import make_office, open_store
from tests.builders import PASSWORD, a_paralegal
from tests.emulator import TOKEN, Call, Telegram, wait_until

ROOT = Path(__file__).parent.parent
CHANNEL = "telegram"
GROUP = -1001234567890
_READY = "the bot is listening"
_START_DEADLINE = 60.0


class Bot:
    """`doorstep telegram` with a data folder; it can be stopped, killed and started again. Use it in a `with`."""

    def __init__(self, data: Path, model: Path, telegram: Telegram, *, webhook: bool = False, **settings: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        shutil.copy(model, data / "model.npz")
        self.data, self.telegram, self.webhook = data, telegram, webhook
        self._log = data / "process.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API": telegram.url,
            "TELEGRAM_GROUP": str(GROUP),
            "DATA": str(data),
            "SETTLE_SECONDS": "0",
            "PORT": str(_free_port()),
            **settings,
        }

    def __enter__(self) -> "Bot":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.kill()
        if "store" in self.__dict__:
            self.store.engine.dispose()

    def start(self, *, wait: bool = True) -> "Bot":
        """Starts the process, and waits until it says that it listens."""
        command = [sys.executable, "-m", "doorstep", "telegram"]
        if self.webhook:
            command += ["--webhook", f"http://127.0.0.1:{self._settings['PORT']}"]
        outside = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        inside = {f"DOORSTEP_{name}": value for name, value in self._settings.items()}
        before = len(self.output)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={**outside, **inside}, stdout=log, stderr=subprocess.STDOUT
            )
        if wait:
            wait_until(lambda: self._ready(before), saying="the bot starts", seconds=_START_DEADLINE)
        return self

    def _ready(self, before: int) -> bool:
        if _READY in self.output[before:]:
            return not self.webhook or bool(self.telegram.server.webhook()["url"])
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError(f"the bot ended at its start:\n{self.output}")
        return False

    def stop(self) -> int:
        """Tells it to stop, as a system does; returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it without warning."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        """Waits for its end; returns its exit code."""
        if self._process is None:
            return 0
        code = self._process.wait(_START_DEADLINE)
        self._process = None
        return code

    @property
    def output(self) -> str:
        """All that it ever wrote to stdout and stderr."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    @cached_property
    def settings(self) -> Settings:
        """Its settings."""
        own = {"data": "DATA", "database_url": "DATABASE_URL", "key_file": "KEY_FILE"}
        return Settings(**{name: self._settings[key] for name, key in own.items() if key in self._settings})

    @cached_property
    def store(self) -> Store:
        """Its store, as another process of the office opens it."""
        return open_store(self.settings, create=False)

    @cached_property
    def office(self) -> Office:
        """The same office in this process, without a model: it reads nothing."""
        return make_office(self.settings, self.store, object())  # type: ignore[arg-type]

    def settled(self) -> bool:
        """Whether all that arrived has been stored, answered, and the answers sent."""
        if self.telegram.pending:
            return False
        later = _now() + timedelta(days=1)
        with self.store.reading() as look:
            return not look.conversations.any_ready(now=later) and not look.outbox.any_due(CHANNEL, now=later)

    def settle(self) -> None:
        """Waits for that."""
        wait_until(self.settled, saying="everything is answered", seconds=30)

    def conversation(self, chat: int) -> Conversation:
        """The conversation of a chat."""
        with self.store.reading() as look:
            found = look.conversations.find(CHANNEL, str(chat))
        assert found is not None, f"chat {chat} is not known"
        return found

    def case(self, chat: int) -> Case | None:
        """The newest case of a chat."""
        conversation = self.conversation(chat)
        with self.store.reading() as look:
            return look.cases.of_conversation(conversation.id)

    def transcript(self, chat: int) -> list[Message]:
        """What the store has of a conversation."""
        conversation = self.conversation(chat)
        with self.store.reading() as look:
            return look.messages.transcript(conversation)

    def files(self, chat: int) -> list[tuple[Attachment, bytes | None]]:
        """The attachments of a conversation, opened."""
        conversation = self.conversation(chat)
        with self.store.reading() as look:
            found = [
                (each, look.attachments.content(conversation, each.id)) for each in look.attachments.of(conversation)
            ]
        return [(each, content[1] if content else None) for each, content in found]


class Person:
    """Somebody in a private chat, who waits for the whole answer before going on."""

    def __init__(self, bot: Bot, chat: int) -> None:
        self.bot, self.chat, self.telegram = bot, chat, bot.telegram
        self.heard: list[Call] = []

    def says(self, text: str) -> list[Call]:
        """Writes; returns what is answered."""
        self.telegram.says(text, chat=self.chat)
        return self.listens()

    def presses(self, label: str) -> list[Call]:
        """Presses the button with that label that was shown last; returns what is answered."""
        shown = next(call for call in reversed(self.heard) if label in call.buttons)
        self.telegram.presses(shown, label)
        return self.listens()

    def listens(self) -> list[Call]:
        """What has come since, once all is answered."""
        self.bot.settle()
        new = self.telegram.all(chat=self.chat)[len(self.heard) :]
        self.heard += new
        return new

    @property
    def choices(self) -> list[str]:
        """The buttons of the newest message."""
        return list(self.heard[-1].buttons) if self.heard else []


class Paralegal:
    """Somebody at the real desk, signed in."""

    def __init__(self, bot: Bot, username: str = "thandi") -> None:
        office = bot.office
        with bot.store.unit_of_work() as uow:
            self.id = a_paralegal(uow, username).id
            token = uow.staff.sign_in(username, PASSWORD, now=_now()) or ""
        self._form_token = form_token(token)
        self._store = bot.store
        desk = create_desk(
            bot.store,
            taxonomy=office.book.taxonomy,
            sentences=desk_sentences(office),
            packs={office.book.pack.id: office.book.pack},
            office_name="Test office",
            clock=_now,
            secure_cookies=False,
        )
        self._browser = TestClient(desk, base_url="http://desk.test", cookies={COOKIE: token}, follow_redirects=False)

    def does(self, what: str, reference: str, **form: Any) -> None:
        """Sends a form of the case page: claim, reply, close and so on."""
        status = self.tries(what, reference, **form)
        assert status == 303, f"the desk answered {status} to {what}"

    def tries(self, what: str, reference: str, **form: Any) -> int:
        """Sends a form that may be refused; returns the status."""
        form = {"form_token": self._form_token, "token": os.urandom(8).hex(), **form}
        return self._browser.post(f"/cases/{reference}/{what}", data=form).status_code

    def reads(self, reference: str) -> str:
        """The page of a case."""
        return self._browser.get(f"/cases/{reference}").text

    def link_code(self) -> str:
        """A code to join a Telegram account to this one."""
        with self._store.unit_of_work() as uow:
            return uow.staff.new_link_code(self.id, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

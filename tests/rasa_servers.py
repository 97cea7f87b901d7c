"""Real servers for tests: Rasa's gateway server, our gateway beside it, and people on Rasa's channels."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import httpx

from bot.office import Office
from casestore.cases import Case
from casestore.unit_of_work import Store
from doorstep.rasa_project import GATEWAY, RasaProject
from doorstep.settings import Settings
from doorstep.wiring import make_office, open_store
from tests.emulator import wait_until
from tests.needs import ROOT, rasa_python
from tests.trained import model_path

API_TOKEN, GATEWAY_TOKEN = "the-token-of-rasas-api", "the-token-of-the-gateway"
_START_DEADLINE = 120.0
# Socket.IO in Rasa's environment, which has a client: lines in are messages, lines out are what the bot says, as JSON.
_SOCKET = """
import asyncio, json, sys, socketio
async def main(url, session):
    client = socketio.AsyncClient()
    client.on("bot_uttered", lambda said: print(json.dumps(said), flush=True))
    client.on("session_confirm", lambda confirmed: print(json.dumps({"ready": confirmed}), flush=True))
    await client.connect(url)
    await client.emit("session_request", {"session_id": session})
    while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        await client.emit("user_uttered", {"message": json.loads(line), "session_id": session})
    await client.disconnect()
asyncio.run(main(*sys.argv[1:]))
"""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def trained_by_rasa(pipeline: str, settings: Settings) -> Path:
    """A model that Rasa has trained, kept in a temp folder as long as the project's files stay the same."""
    folder = settings.content / "rasa" / GATEWAY if pipeline == GATEWAY else settings.content
    paths = [*sorted(folder.rglob("*.yml")), *sorted((ROOT / "triage").glob("*.py")), ROOT / "requirements-rasa.lock"]
    if pipeline == GATEWAY:
        paths = [path for path in paths if path.suffix != ".py" and path.stem not in ("endpoints", "credentials")]
    made_by = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]
    kept = Path(tempfile.gettempdir()) / "doorstep-tests" / f"rasa-{pipeline}-{made_by}.tar.gz"
    project = RasaProject(settings)
    if kept.exists():
        project.model(pipeline).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(kept, project.model(pipeline))
    else:
        kept.parent.mkdir(exist_ok=True)
        shutil.copy(project.train(pipeline), kept)
    return project.model(pipeline)


@dataclass
class Program:
    """`doorstep` with some words, as a process of its own whose output is kept."""

    words: tuple[str, ...]
    settings: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        inside = {f"DOORSTEP_{name}": value for name, value in self.settings.items()}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "doorstep", *self.words],
                cwd=ROOT,
                env={**outside, **inside, "https_proxy": "http://127.0.0.1:9"},  # nothing leaves this machine
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> int:
        """Tells it to stop; returns its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(_START_DEADLINE)
        self.process = None
        return code

    @property
    def output(self) -> str:
        """All that it ever wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""


class Gateway:
    """Rasa's server with its channels, and Doorstep's gateway: two processes. Use it in a `with`."""

    def __init__(self, data: Path, *, credentials: str = "") -> None:
        rasa_python()
        data.mkdir(parents=True, exist_ok=True)
        shutil.copy(model_path(), data / "model.npz")
        self.url = f"http://127.0.0.1:{free_port()}"
        self.settings = {
            "DATA": str(data),
            "SETTLE_SECONDS": "0",
            "RASA_TOKEN": API_TOKEN,
            "RASA_GATEWAY_TOKEN": GATEWAY_TOKEN,
            "RASA_GATEWAY_URL": self.url,
            "RASA_GATEWAY_PORT": str(free_port()),
        }
        if credentials:
            (data / "credentials.yml").write_text(credentials, encoding="utf-8")
            self.settings["RASA_CREDENTIALS"] = str(data / "credentials.yml")
        self._settings = Settings(data=data)
        self.rasa = Program(("rasa", "serve", GATEWAY, "--show"), self.settings, data / "rasa.log")
        self.ours = Program(("rasa", "gateway"), self.settings, data / "gateway.log")

    def __enter__(self) -> "Gateway":
        trained_by_rasa(GATEWAY, self._settings)
        self.rasa.start()
        self.start()
        wait_until(self._rasa_answers, saying="Rasa starts", seconds=_START_DEADLINE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ours.stop()
        self.rasa.stop()
        if "store" in self.__dict__:
            self.store.engine.dispose()

    def start(self) -> None:
        """Starts our side, and waits until it listens."""
        before = len(self.ours.output)
        self.ours.start()
        wait_until(lambda: "waits for Rasa" in self.ours.output[before:], saying="the gateway starts", seconds=60)

    def _rasa_answers(self) -> bool:
        assert self.rasa.process is not None
        assert self.rasa.process.poll() is None, self.rasa.output
        try:
            return self.api("GET", "/status").status_code == 200
        except httpx.TransportError:
            return False

    def api(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Asks Rasa's own API."""
        return httpx.request(method, f"{self.url}{path}", params={"token": API_TOKEN}, json=body, timeout=30)

    def says(self, sender: str, text: str) -> list[dict[str, Any]]:
        """A message over Rasa's REST channel; returns what is answered."""
        body = {"sender": sender, "message": text}
        answer = httpx.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=30)
        return list(answer.raise_for_status().json())

    def remembered(self, sender: str) -> str:
        """What Rasa has kept of somebody, as text."""
        return self.api("GET", f"/conversations/{sender}/tracker").text

    @cached_property
    def store(self) -> Store:
        """The office's store, as another process opens it."""
        return open_store(self._settings, create=False)

    @cached_property
    def office(self) -> Office:
        """The same office in this process, without a model: it reads nothing."""
        return make_office(self._settings, self.store, object())  # type: ignore[arg-type]

    def case(self, channel: str, address: str) -> Case:
        """The case of an address."""
        with self.store.reading() as look:
            conversation = look.conversations.find(channel, address)
            case = None if conversation is None else look.cases.of_conversation(conversation.id)
        assert case is not None, f"{address} has no case"
        return case


@dataclass
class Socket:
    """Somebody at a page that speaks Socket.IO; what the bot says is read as it comes."""

    process: subprocess.Popen[str]
    log: Path
    read: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)

    def says(self, text: str) -> None:
        """Sends a message."""
        stream: IO[str] | None = self.process.stdin
        assert stream is not None
        stream.write(json.dumps(text) + "\n")
        stream.flush()

    def hears(self, words: str) -> dict[str, Any]:
        """Waits for a message with these words, newer than what was heard before."""

        def there() -> dict[str, Any] | None:
            self.heard = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
            new = self.heard[self.read :]
            return next((said for said in new if words in json.dumps(said, ensure_ascii=False)), None)

        found: dict[str, Any] = wait_until(there, saying=f"{words!r} is said", seconds=30)
        self.read = len(self.heard)
        return found


@contextmanager
def socket_of(url: str, session: str, log: Path) -> Iterator[Socket]:
    """A page that is open."""
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [rasa_python(), "-W", "ignore", "-c", _SOCKET, url, session],
            stdin=subprocess.PIPE,
            stdout=out,
            text=True,
        )
    try:
        page = Socket(process, log)
        page.hears("ready")
        yield page
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(30)

"""A Rasa server for tests where only its side of the wire matters: what it asks, and its answers, good or bad."""

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "the-token-of-the-api"


def request(text: str = "hello", sender: str = "zanele", channel: str = "rest", **message: Any) -> dict[str, Any]:
    """What Rasa sends to an action server."""
    said = {"text": text, "intent": {"name": "nlu_fallback"}, "entities": [], "message_id": f"id of {text}", **message}
    user = {"event": "user", "input_channel": channel, **said}
    tracker = {"sender_id": sender, "latest_message": said, "latest_input_channel": channel, "events": [user]}
    return {
        "next_action": "action_doorstep",
        "sender_id": sender,
        "tracker": tracker,
        "domain": {},
        "version": "3.6.21",
    }


def polling(**more: Any) -> dict[str, Any]:
    """What Rasa sends when somebody writes /letters."""
    return request("/letters", intent={"name": "letters"}, **more)


def nudged(channel: str, sender: str = "zanele") -> dict[str, Any]:
    """What Rasa sends when we have triggered it."""
    asked = request(
        "EXTERNAL: letters",
        sender,
        intent={"name": "letters"},
        entities=[{"entity": "channel", "value": channel}],
    )
    asked["tracker"]["latest_input_channel"] = asked["tracker"]["events"][0]["input_channel"] = None
    return asked


@dataclass
class RasaStandIn:
    """Use it in a `with`. `answer` is what it says with `status`; `pause` comes before, and between bytes `drip`."""

    answer: bytes = b"{}"
    status: int = 200
    pause: float = 0.0
    drip: float = 0.0
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _dead: threading.Event = field(default_factory=threading.Event)

    def says(self, answer: Any) -> None:
        """From now on, this."""
        self.answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def texts(self) -> list[str]:
        """What it was asked to read."""
        return [body["text"] for _, path, body in self.asked if path == "/model/parse"]

    def __enter__(self) -> "RasaStandIn":
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                parts = urlsplit(self.path)
                stand_in.asked.append((self.command, parts.path, json.loads(body or b"null")))
                given = parse_qs(parts.query).get("token", [""])[0]
                stand_in._dead.wait(stand_in.pause)
                self.send_response(stand_in.status if given == TOKEN else 401)
                self.send_header("Content-Length", str(len(stand_in.answer)))
                self.end_headers()
                step = 1 if stand_in.drip else len(stand_in.answer) or 1
                for place in range(0, len(stand_in.answer), step):
                    self.wfile.write(stand_in.answer[place : place + step])
                    self.wfile.flush()
                    stand_in._dead.wait(stand_in.drip)

            do_GET = do_POST = do_PUT = _answer

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (BrokenPipeError, ConnectionResetError):  # the other side gave up, as it should
                    self.close_connection = True

            def finish(self) -> None:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    super().finish()

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False  # so that closing waits for what is under way
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Dies."""
        self._dead.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

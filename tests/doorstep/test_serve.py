"""What listens: web chat, desk, and Telegram's door, which refuses whatever it cannot store."""

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.channels.telegram import TelegramChannel, make_bot
from bot.journal import SentJournal
from bot.office import Office
from casestore.attachments import AttachmentFiles
from casestore.database import open_engine
from casestore.unit_of_work import Store
from doorstep.logs import JsonLines
from doorstep.serve import WEBHOOK_PATH, create_app, run_all
from doorstep.settings import Settings, SettingsError
from tests.builders import NOW, a_keyring
from tests.needs import ON_SQLITE
from tests.talk import an_office

pytestmark = ON_SQLITE
SECRET = "X-Telegram-Bot-Api-Secret-Token"
TOKEN = "123456:AAsecretsecretsecretsecretsecretsec"
WORDS = "they changed the locks"


def an_update(update_id: int = 1, text: str = WORDS) -> dict[str, Any]:
    person = {"id": 77, "is_bot": False, "first_name": "Zanele"}
    chat = {"id": 77, "type": "private", "first_name": "Zanele"}
    message = {"message_id": 5, "date": 1_795_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": update_id, "message": message}


@pytest.fixture
def office(store: Store) -> Office:
    return an_office(store, NOW)[0]


class Door:
    """Telegram's door of an office, with the right secret unless told otherwise."""

    def __init__(self, office: Office, arrived: Callable[[], None] = lambda: None) -> None:
        channel = TelegramChannel(make_bot(TOKEN), office, SentJournal(office.store.files.folder / "sent"))
        self.secret = channel.webhook_secret()
        self.app = create_app(office, Settings(), arrived=arrived, telegram=channel)
        self.browser = TestClient(self.app)

    def post(self, body: bytes | dict[str, Any], **headers: str) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.browser.post(WEBHOOK_PATH, content=content, headers=headers or {SECRET: self.secret}).status_code


@pytest.fixture
def door(office: Office) -> Door:
    return Door(office)


def stored(office: Office) -> int:
    """How many messages wait for Zanele's turn."""
    with office.store.reading() as look:
        conversation = look.conversations.find("telegram", "77")
        return 0 if conversation is None else len(look.inbox.waiting(conversation))


def test_an_update_with_the_secret_is_stored_and_acknowledged(office: Office, door: Door) -> None:
    assert door.post(an_update()) == 200
    assert stored(office) == 1


def test_the_same_update_again_changes_nothing(office: Office, door: Door) -> None:
    assert [door.post(an_update()), door.post(an_update())] == [200, 200]
    assert stored(office) == 1


@pytest.mark.parametrize("given", [{SECRET: ""}, {SECRET: "wrong"}, {SECRET: "sécret"}, {"X-Other": "1"}])
def test_without_the_right_secret_nothing_is_stored(office: Office, door: Door, given: dict[str, str]) -> None:
    headers = {name: value.encode("latin-1") for name, value in given.items()}
    response = door.browser.post(WEBHOOK_PATH, content=json.dumps(an_update()).encode(), headers=headers)
    assert response.status_code == 403
    assert stored(office) == 0


def test_the_secret_is_the_offices_own_and_stays_the_same(office: Office, door: Door) -> None:
    other = replace(office, store=Store(office.store.engine, a_keyring(), office.store.files))
    assert len(door.secret) == 64
    assert Door(office).secret == door.secret != Door(other).secret


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'"update_id"',
        b"{}",
        b'{"update_id": "one"}',
        b'{"update_id": null}',
        b'{"update_id": Infinity}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_update_is_refused(door: Door, body: bytes) -> None:
    assert door.post(body) == 400


def test_an_update_that_nobody_understands_is_acknowledged(office: Office, door: Door) -> None:
    """Else Telegram would send it for ever, and nothing after it."""
    assert door.post({"update_id": 5, "message": {"nonsense": True}}) == 200
    assert door.post({"update_id": 6}) == 200
    assert stored(office) == 0


def test_an_update_that_is_too_large_is_refused(office: Office, door: Door) -> None:
    assert door.post(an_update(text="x" * 1024 * 1024)) == 413
    assert door.post(an_update(text="x" * 1000)) == 200
    assert stored(office) == 1


def test_while_the_store_is_out_of_reach_telegram_is_asked_to_come_again(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    gone = replace(office, store=Store(engine, office.store.keyring, AttachmentFiles(tmp_path)))
    assert Door(gone).post(an_update()) == 503
    (record,) = [record for record in caplog.records if record.name == "doorstep.serve"]
    line = JsonLines().format(record)
    assert record.levelno == logging.ERROR
    assert WORDS not in line
    assert TOKEN not in line


def test_without_telegram_there_is_no_door(office: Office) -> None:
    app = create_app(office, Settings(), arrived=lambda: None)
    assert TestClient(app).post(WEBHOOK_PATH, content=b"{}").status_code in (404, 405)


def test_chat_and_desk_answer_on_one_address(office: Office) -> None:
    browser = TestClient(create_app(office, Settings(), arrived=lambda: None), follow_redirects=False)
    assert "10111" in browser.get("/").text, "emergency numbers without a line of script"
    assert browser.get("/desk/").status_code == 303
    assert browser.get("/desk/sign-in").status_code == 200
    assert browser.get("/openapi.json").status_code == 404
    assert browser.get("/docs").status_code == 404


@pytest.mark.parametrize(
    ("address", "secure"), [("https://help.example.org", True), ("http://10.0.0.5", False), ("", False)]
)
def test_cookies_are_for_https_only_where_there_is_https(office: Office, address: str, secure: bool) -> None:
    app = create_app(office, Settings(public_url=address), arrived=lambda: None)
    cookies = TestClient(app, base_url="https://test").get("/desk/sign-in").headers["set-cookie"]
    assert ("secure" in cookies.lower()) is secure


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def test_a_port_that_is_taken_is_one_line(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(port=taken.getsockname()[1])
        with pytest.raises(SettingsError, match=r"^127\.0\.0\.1 port \d+ cannot be used \(.+\); set DOORSTEP_HOST or"):
            asyncio.run(run_all(office, settings, worker=False))


def test_a_host_that_is_not_this_machine_is_one_line(office: Office) -> None:
    settings = Settings(host="192.0.2.1", port=a_free_port())
    with pytest.raises(SettingsError, match=r"^192\.0\.2\.1 port \d+ cannot be used"):
        asyncio.run(run_all(office, settings, worker=False))


def test_everything_runs_until_it_is_told_to_stop(office: Office) -> None:
    """A page is served once `ready` has been called, and SIGTERM ends it in good order."""
    import os
    import signal
    import urllib.request

    settings, seen = Settings(port=a_free_port()), list[int]()

    async def visit() -> None:
        page = await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{settings.port}/")
        with page:
            seen.append(page.status)
        os.kill(os.getpid(), signal.SIGTERM)

    visits: list[asyncio.Task[None]] = []
    asyncio.run(run_all(office, settings, ready=lambda: visits.append(asyncio.ensure_future(visit()))))
    assert seen == [200]
    with socket.create_server(("127.0.0.1", settings.port)):
        pass  # the port is free again


def test_the_app_is_made_anew_each_time(office: Office) -> None:
    first, second = (create_app(office, Settings(), arrived=lambda: None) for _ in range(2))
    assert isinstance(first, FastAPI)
    assert first is not second

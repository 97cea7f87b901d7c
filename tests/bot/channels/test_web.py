"""The web chat, asked the way its page asks."""

import logging
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from markupsafe import escape

from bot.channels.web import create_chat, with_numbers
from bot.messages import Inbound, Kind
from casestore.attachments import MAX_BYTES, AttachmentFiles
from casestore.conversations import Conversation
from casestore.database import open_engine
from casestore.errors import StoreUnavailable
from casestore.keys.encryption import create_keyring, load_keyring
from casestore.unit_of_work import Store
from tests.real_content import real_book

SITE = "https://help.example"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Inlet:
    """Keeps what comes in, as the real one does; `broken` is an outage, or a bug."""

    store: Store
    broken: Exception | None = None
    arrived: list[tuple[str, Inbound, bytes | None]] = field(default_factory=list)

    def receive(
        self, channel: str, address: str, external_id: str, inbound: Inbound, content: bytes | None = None
    ) -> bool:
        """Stores it once."""
        if self.broken is not None:
            raise self.broken
        with self.store.unit_of_work() as uow:
            talk = uow.conversations.find_or_start(channel, address, now=START)
            new = uow.inbox.store(talk, external_id=external_id, body=inbound.to_json(), now=START)
        if new:
            self.arrived.append((address, inbound, content))
        return new


class Chat:
    """The chat of one office, and the browsers of people."""

    def __init__(self, folder: Path, database: Path) -> None:
        engine = open_engine(f"sqlite:///{shutil.copy(database, folder / 'doorstep.db')}")
        create_keyring(folder / "keys.json")
        self.now = START
        self.store = Store(engine, load_keyring(folder / "keys.json"), AttachmentFiles(folder / "files"))
        self.inlet = Inlet(self.store)
        self.wording = real_book().wording
        self.app = FastAPI(openapi_url=None)
        router = create_chat(
            self.inlet,
            self.store,
            lambda: self.now,
            self.wording,
            secure_cookies=True,
            emergency_lines={"en": ["Police: 10111", "Childline: 116 or SMS help to 31531 (day and night)"]},
            office_name="Test <Office>",
        )
        self.app.include_router(router)

    def browser(self) -> TestClient:
        """A person's browser."""
        return TestClient(self.app, base_url=SITE, headers={"Origin": SITE})

    def talk(self, browser: TestClient) -> Conversation:
        """The conversation of that browser."""
        with self.store.reading() as uow:
            found = uow.conversations.find("web", browser.cookies["doorstep_chat"])
        assert found is not None
        return found

    def answer(self, browser: TestClient, text: str, *, sender: str = "bot", **more: Any) -> int:
        """Somebody at the office answers; returns the id in the transcript."""
        talk = self.talk(browser)
        staff_id = None
        with self.store.unit_of_work() as uow:
            if sender == "paralegal":
                staff_id = uow.staff.add(username="thandi", name="Thandi", password="long enough pw", now=START).id
            id_ = uow.messages.add(talk, sender, text, now=START, staff_id=staff_id)  # type: ignore[arg-type]
            letter = {"text": text, "dedupe": uuid.uuid4().hex, **more}
            uow.outbox.put(channel="web", address=talk.address, now=START, message_id=id_, **letter)
        return id_


@pytest.fixture
def chat(tmp_path: Path, migrated_sqlite: Path) -> Chat:
    """A fresh office."""
    return Chat(tmp_path, migrated_sqlite)


def say(browser: TestClient, text: str = "Hello", **more: Any) -> Response:
    """Sends a message as the page does."""
    return browser.post("/chat/messages", json={"id": str(uuid.uuid4()), "text": text, **more})


def test_the_page_says_who_we_are_and_whom_to_call_before_any_script(chat: Chat) -> None:
    """On the first line of the connection, and no cookie is set for looking."""
    answer = chat.browser().get("/")
    assert "I am Doorstep" in answer.text
    assert '<a href="tel:10111">10111</a>' in answer.text
    assert "Leave this page quickly" in answer.text
    assert "Test &lt;Office&gt;" in answer.text
    assert "set-cookie" not in answer.headers


def test_the_page_is_in_the_language_asked_for_or_set_in_the_browser(chat: Chat) -> None:
    """A link wins over the browser; what nobody speaks here is English."""
    zulu = {"Accept-Language": "zu-ZA,en;q=0.8"}
    for path, headers, language in (
        ("/?lang=st", zulu, "st"),
        ("/", zulu, "zu"),
        ("/", {"Accept-Language": "fr, en; q=0.2, af;q=0.5"}, "af"),
        ("/?lang=xx", {"Accept-Language": "q=;,;;q=9,\u00e9".encode()}, "en"),
    ):
        answer = chat.browser().get(path, headers=headers)
        assert f'<html lang="{language}" dir="ltr">' in answer.text
        assert answer.headers["content-language"] == language
        assert str(escape(chat.wording.say("greeting.tell", language))) in answer.text
        assert f'href="/?lang={language}" lang="{language}" hreflang="{language}" aria-current="true"' in answer.text


def test_a_message_carries_the_language_of_the_page_and_an_answer_its_own(chat: Chat) -> None:
    """The screen reader speaks isiZulu as isiZulu, and the English card as English."""
    browser = chat.browser()
    say(browser, language="zu")
    talk = chat.talk(browser)
    with chat.store.unit_of_work() as uow:
        (arrival,) = uow.inbox.waiting(talk)
        assert Inbound.from_json(arrival.body).language == "zu"
        uow.people.choose_language(talk.person_id, "zu")
    for text in ("Sawubona.", "In short\n\u2022 Nobody may put you out."):
        chat.answer(browser, text)
    chat.answer(browser, "Hello", sender="paralegal")
    assert [letter["lang"] for letter in browser.get("/chat/replies").json()] == ["zu", "en", ""]
    browser.get("/chat/replies?after=99")
    assert [one["lang"] for one in browser.get("/chat/history").json()["messages"]] == ["zu", "en", "", ""]
    assert '<html lang="zu"' in browser.get("/").text
    assert '<html lang="en"' in browser.get("/?lang=en").text


def test_the_whole_chat_weighs_less_than_30_kilobytes(chat: Chat) -> None:
    """For a cheap phone on a slow line."""
    browser = chat.browser()
    for language in chat.wording.languages:
        parts = (f"/?lang={language}", "/chat/static/chat.css", "/chat/static/chat.js")
        assert sum(len(browser.get(part).content) for part in parts) < 30_000
    assert browser.get("/chat/static/page.html").status_code == 404


def test_every_answer_carries_the_safe_headers(chat: Chat) -> None:
    """Also refusals."""
    browser = chat.browser()
    for answer in (browser.get("/"), browser.get("/chat/history"), say(browser, "")):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_the_first_message_gives_the_browser_its_address(chat: Chat) -> None:
    """128 random bits in a cookie that no script and no other site can use."""
    browser = chat.browser()
    answer = say(browser, "They locked me out")
    assert answer.status_code == 202
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "secure"))
    [(address, inbound, _)] = chat.inlet.arrived
    assert address == browser.cookies["doorstep_chat"]
    assert len(address) == 22
    assert inbound == Inbound(Kind.TEXT, text="They locked me out")


def test_two_people_never_share_an_address(chat: Chat) -> None:
    """Nor can one use up the message ids of the other."""
    first, second = chat.browser(), chat.browser()
    say(first)
    say(second)
    same = str(uuid.uuid4())
    for browser in (first, second):
        browser.post("/chat/messages", json={"id": same, "text": "same id"})
    addresses = {address for address, _, _ in chat.inlet.arrived}
    assert len(addresses) == 2
    assert len(chat.inlet.arrived) == 4


def test_a_message_that_is_sent_again_changes_nothing(chat: Chat) -> None:
    """The answer to the first try was lost, even that of the very first message, with its cookie."""
    browser = chat.browser()
    body = {"id": str(uuid.uuid4()), "text": "Hello"}
    browser.post("/chat/messages", json=body)
    browser.cookies.clear()
    for _ in range(2):
        assert browser.post("/chat/messages", json=body).status_code == 202
    assert len(chat.inlet.arrived) == 1
    assert chat.inlet.arrived[0][0] == browser.cookies["doorstep_chat"]


def test_a_pressed_button_comes_as_its_id(chat: Chat) -> None:
    """With its label as the words."""
    say(chat.browser(), "Yes", choice="3:yes")
    assert chat.inlet.arrived[0][1] == Inbound(Kind.CHOICE, text="Yes", choice="3:yes")


def test_a_file_comes_with_its_content(chat: Chat) -> None:
    """Named by the last part of its name."""
    browser = chat.browser()
    file = ("C:\\photos\\lo\nck.png", b"picture", "image/png")
    answer = browser.post("/chat/files", data={"id": str(uuid.uuid4())}, files={"file": file})
    assert answer.status_code == 202
    [(_, inbound, content)] = chat.inlet.arrived
    assert inbound.kind is Kind.FILE
    assert inbound.file_name.endswith("ck.png")
    assert inbound.file_name.isprintable()
    assert (inbound.media_type, content) == ("image/png", b"picture")


def test_a_file_of_the_largest_size_is_taken_and_a_larger_one_refused_kindly(chat: Chat) -> None:
    """20 MB."""
    browser = chat.browser()
    for size, status in ((MAX_BYTES, 202), (MAX_BYTES + 1, 413), (MAX_BYTES + 100_000, 413), (0, 400)):
        form = {"id": str(uuid.uuid4())}
        answer = browser.post("/chat/files", data=form, files={"file": ("a.jpg", b"x" * size, "image/jpeg")})
        assert answer.status_code == status
        assert status == 202 or answer.json()["error"].endswith((".", "?"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"text": "no id"}',
        b'{"id": "1", "text": "x"}',
        b'{"id": 5, "text": "x"}',
        b'{"id": "%s"}' % str(uuid.uuid4()).encode(),
        b'{"id": "%s", "text": "  "}' % str(uuid.uuid4()).encode(),
        b'{"id": "%s", "text": {}}' % str(uuid.uuid4()).encode(),
        b'{"id": "%s", "choice": "%s"}' % (str(uuid.uuid4()).encode(), b"x" * 81),
        b"[" * 50_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_message_is_refused_in_kind_words(chat: Chat, body: bytes) -> None:
    """Whatever it is."""
    answer = chat.browser().post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert chat.inlet.arrived == []


def test_signs_that_cannot_be_stored_are_replaced(chat: Chat) -> None:
    """Half an emoji from an old phone does not lose the message."""
    body = b'{"id": "%s", "text": "help \\ud83d \\u0000 me"}' % str(uuid.uuid4()).encode()
    answer = chat.browser().post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202
    assert chat.inlet.arrived[0][1].text == "help ?  me"


def test_a_very_long_message_is_refused_with_advice(chat: Chat) -> None:
    """By its length in signs, and by its size on the line."""
    for text in ("x" * 16_001, "x" * 200_000):
        answer = say(chat.browser(), text)
        assert answer.status_code == 413
        assert "several parts" in answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{SITE}.evil.example"},
    ],
)
def test_other_sites_cannot_write_here(chat: Chat, headers: dict[str, str]) -> None:
    """Neither messages nor files."""
    browser = chat.browser()
    body = {"id": str(uuid.uuid4()), "text": "x"}
    assert browser.post("/chat/messages", json=body, headers=headers).status_code == 403
    answer = browser.post("/chat/files", data=body, files={"file": ("a", b"x", "a/b")}, headers=headers)
    assert answer.status_code == 403


def test_a_plain_form_is_not_a_message(chat: Chat) -> None:
    """Another site's form could send this one."""
    answer = chat.browser().post("/chat/messages", content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_a_body_of_unknown_length_is_refused(chat: Chat) -> None:
    """It could be endless."""

    def pieces() -> Iterator[bytes]:
        yield b"{}"

    assert chat.browser().post("/chat/messages", content=pieces()).status_code == 411


def test_more_than_30_messages_a_minute_have_to_wait(chat: Chat) -> None:
    """And are taken when the minute is over."""
    browser = chat.browser()
    assert [say(browser).status_code for _ in range(31)] == [202] * 30 + [429]
    refused = say(browser)
    assert "wait a moment" in refused.json()["error"]
    chat.now += timedelta(seconds=int(refused.headers["Retry-After"]))
    assert say(browser).status_code == 202
    assert say(browser).status_code == 429


def test_a_new_cookie_for_every_message_does_not_get_round_the_limit(chat: Chat) -> None:
    """The line it comes from counts too."""
    assert [say(chat.browser()).status_code for _ in range(31)][-1] == 429


def test_while_the_store_is_away_nothing_is_acknowledged(chat: Chat) -> None:
    """The page keeps the message and tries again."""
    chat.inlet.broken = StoreUnavailable("disk full at /secret")
    answer = say(chat.browser())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "/secret" not in answer.text
    assert "kept" in answer.json()["error"]


def test_a_bug_is_answered_kindly_and_logged_without_words(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    """What a person wrote never reaches a log line."""
    chat.inlet.broken = KeyError("They locked me out")
    with caplog.at_level(logging.DEBUG):
        answer = say(chat.browser(), "They locked me out")
    assert answer.status_code == 500
    assert "locked me out" not in answer.text + caplog.text


def test_answers_wait_until_the_page_has_shown_them(chat: Chat) -> None:
    """Asking for what comes after one confirms it, and only then it is gone."""
    browser = chat.browser()
    say(browser)
    chat.answer(browser, "One")
    chat.answer(browser, "Two", choices=(("1:yes", "Yes"),))
    for _ in range(2):  # the answer to the first look was lost
        letters = browser.get("/chat/replies?after=0").json()
        assert [letter["text"] for letter in letters] == ["One", "Two"]
    assert letters[1]["choices"] == [{"id": "1:yes", "label": "Yes"}]
    assert [left["text"] for left in browser.get(f"/chat/replies?after={letters[0]['id']}").json()] == ["Two"]
    assert browser.get(f"/chat/replies?after={letters[1]['id']}").json() == []
    assert browser.get("/chat/replies?after=0").json() == []


def test_a_paralegal_answers_under_their_name(chat: Chat) -> None:
    """In their own words, without the name that other channels put in front."""
    browser = chat.browser()
    say(browser)
    chat.answer(browser, "Are you safe?", sender="paralegal")
    [letter] = browser.get("/chat/replies").json()
    assert (letter["from"], letter["by"], letter["text"]) == ("paralegal", "Thandi", "Are you safe?")


def test_a_document_comes_with_its_name(chat: Chat) -> None:
    """Its text is the content."""
    browser = chat.browser()
    say(browser)
    chat.answer(browser, "all of it", document="my-data.txt")
    [letter] = browser.get("/chat/replies").json()
    assert (letter["document"], letter["text"]) == ("my-data.txt", "all of it")


def a_made_file(chat: Chat, browser: TestClient, *, sender: str = "bot", name: str = "repairs.pdf") -> int:
    """A letter that lies in the chat of that browser; returns the id of its file."""
    talk = chat.talk(browser)
    with chat.store.unit_of_work() as uow:
        id_ = uow.messages.add(talk, sender, f"[{name}]", now=START)  # type: ignore[arg-type]
        file = uow.attachments.keep(
            talk, message_id=id_, content=b"%PDF-1.4 x", name=name, media_type="application/pdf", now=START
        )
        letter = {"text": "", "document": name, "file": file, "dedupe": f"file{file}"}
        if sender != "person":
            uow.outbox.put(channel="web", address=talk.address, now=START, message_id=id_, **letter)  # type: ignore[arg-type]
    return file


def test_a_letter_is_a_link_now_and_after_a_reload(chat: Chat) -> None:
    """The file comes as one to be saved, whatever is in it."""
    browser = chat.browser()
    say(browser)
    file = a_made_file(chat, browser)
    [fresh] = browser.get("/chat/replies").json()
    assert (fresh["document"], fresh["file"]) == ("repairs.pdf", file)
    browser.get(f"/chat/replies?after={fresh['id']}")
    past = browser.get("/chat/history").json()["messages"]
    assert [(each["document"], each["file"]) for each in past if each.get("file")] == [("repairs.pdf", file)]
    saved = browser.get(f"/chat/files/{file}")
    assert saved.content == b"%PDF-1.4 x"
    assert saved.headers["content-disposition"] == "attachment; filename*=UTF-8''repairs.pdf"
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert saved.headers["cache-control"] == "no-store"


def test_a_letter_is_given_to_its_person_only_and_not_once_it_is_gone(chat: Chat) -> None:
    """Neither to another browser nor to one without a cookie, nor what the person sent themselves."""
    browser, other = chat.browser(), chat.browser()
    say(browser)
    say(other)
    file, own = a_made_file(chat, browser), a_made_file(chat, browser, sender="person")
    for asking, wanted in ((other, file), (chat.browser(), file), (browser, own), (browser, 999)):
        refused = asking.get(f"/chat/files/{wanted}")
        assert refused.status_code == 404
        assert "not kept any more" in refused.json()["error"]
    with chat.store.unit_of_work() as uow:
        uow.attachments.forget_made(before=START + timedelta(days=8))
    assert browser.get(f"/chat/files/{file}").status_code == 404
    [waiting] = browser.get("/chat/replies").json()
    browser.get(f"/chat/replies?after={waiting['id']}")
    past = browser.get("/chat/history").json()["messages"]
    assert "[repairs.pdf]" in [each["text"] for each in past]
    assert not any(each.get("file") for each in past)


def test_nobody_gets_the_answers_of_somebody_else(chat: Chat) -> None:
    """Without the cookie, with a made-up one, or with another person's."""
    browser, other, made_up = chat.browser(), chat.browser(), chat.browser()
    say(browser)
    say(other)
    chat.answer(browser, "Only for one")
    for token in ("x" * 22, "", "'; DROP TABLE outbox", "x" * 5_000):
        made_up.cookies.set("doorstep_chat", token)
        assert made_up.get("/chat/replies").json() == []
        assert made_up.get("/chat/history").json()["messages"] == []
    assert other.get("/chat/replies?after=999").json() == []
    assert [letter["text"] for letter in browser.get("/chat/replies").json()] == ["Only for one"]


def test_a_reload_shows_what_was_said_and_nothing_twice(chat: Chat) -> None:
    """What still waits in the outbox comes as an answer, not as history."""
    browser = chat.browser()
    assert browser.get("/chat/history").json() == {"messages": [], "started": False}
    say(browser, "Hello")
    chat.answer(browser, "One")
    [first] = browser.get("/chat/replies").json()
    browser.get(f"/chat/replies?after={first['id']}")
    chat.answer(browser, "Two")
    history = browser.get("/chat/history").json()
    assert history["started"] is True
    said = [(message["from"], message["text"]) for message in history["messages"]]
    assert said == [("bot", "One"), ("person", "Hello")]  # "Hello" was not worked yet: it stands at the end
    assert [letter["text"] for letter in browser.get("/chat/replies").json()] == ["Two"]


def test_looking_for_answers_does_not_wait_for_a_writer(chat: Chat) -> None:
    """A thousand open pages must not slow the worker down."""
    browser = chat.browser()
    say(browser)
    with chat.store.unit_of_work():
        assert browser.get("/chat/replies").json() == []
        assert browser.get("/chat/history").status_code == 200


def test_health_is_that_of_the_database(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever watches the service."""
    browser = chat.browser()
    assert browser.get("/healthz").json() == {"ok": True}

    def broken(self: Store) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(Store, "reading", broken)
    assert browser.get("/healthz").status_code == 503


def test_numbers_to_call_can_be_pressed() -> None:
    """Codes to dial and numbers for messages are left as they are."""
    line = "Centre: 0800 428 428 or dial *120*7867# or SMS help to 31531 or 116 (24 hours)"
    assert [number for number, _ in with_numbers(line) if number] == ["0800428428", "116"]
    assert "".join(words for _, words in with_numbers(line)) == line

"""The gateway's door: Rasa's SDK runs our action for whoever has the token, and nobody's words come out again."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest
import yaml

from bot.channels import rasa_gateway
from bot.channels.rasa_action_server import ACTIONS, action_server, serve_actions
from bot.channels.rasa_gateway import RasaGateway
from bot.channels.rasa_server import RasaServer
from bot.conversation import work_all
from bot.journal import SentJournal
from bot.office import Office
from casestore.unit_of_work import Store
from tests.builders import NOW
from tests.needs import ON_SQLITE, ROOT
from tests.rasa_stand_in import TOKEN, RasaStandIn, polling, request
from tests.talk import an_office

SECRET = "the-secret-of-the-gateway"
ALLOWED = {"Authorization": f"Bearer {SECRET}"}
WORDS = "Quagmirella"
T = TypeVar("T")


@pytest.fixture
def rasa() -> Iterator[RasaStandIn]:
    with RasaStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def office(store: Store) -> Office:
    return an_office(store, NOW, settle=timedelta(0), longest=timedelta(0))[0]


def at_the_door(
    office: Office, rasa: RasaStandIn, do: Callable[[httpx.AsyncClient], Awaitable[T]], *, worker: bool = True
) -> T:
    """Asks the real server on a port of its own."""

    async def run() -> T:
        arrived = (lambda: _work(office)) if worker else (lambda: None)
        journal = SentJournal(office.store.files.folder / "sent")
        gateway = RasaGateway(office, RasaServer(rasa.url, TOKEN), journal, arrived=arrived)
        stop = asyncio.Event()
        with socket.create_server(("127.0.0.1", 0)) as door:
            serving = asyncio.create_task(serve_actions(action_server(gateway, SECRET), door, stop))
            address = f"http://127.0.0.1:{door.getsockname()[1]}"
            try:
                async with httpx.AsyncClient(base_url=address, headers=ALLOWED) as client:
                    return await do(client)
            finally:
                stop.set()
                await serving
                await gateway.close()

    return asyncio.run(run())


def _work(office: Office) -> None:
    work_all(office)


def posts(office: Office, rasa: RasaStandIn, **asked: Any) -> httpx.Response:
    return at_the_door(office, rasa, lambda client: client.post("/webhook", **asked))


def test_rasas_domain_has_the_actions_that_are_served() -> None:
    domain = yaml.safe_load((ROOT / "nlu_data" / "rasa" / "gateway" / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(domain["actions"]) == sorted(ACTIONS)


@ON_SQLITE
def test_rasa_is_answered_in_its_own_form(office: Office, rasa: RasaStandIn) -> None:
    answer = posts(office, rasa, json=request("my landlord changed the locks")).json()
    assert [(event["event"], event["name"]) for event in answer["events"]] == [("followup", "action_listen")]
    assert "Locked out" in json.dumps(answer["responses"])
    buttons = [button for response in answer["responses"] for button in response["buttons"]]
    assert all(button["payload"].startswith('/choice{"id": ') for button in buttons)
    assert "Talk to a person" in [button["title"] for button in buttons]


@ON_SQLITE
def test_no_web_page_may_ask(office: Office, rasa: RasaStandIn) -> None:
    answer = posts(office, rasa, json=request(), headers={"Origin": "https://example.org"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


@ON_SQLITE
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {SECRET}", f"Bearer {SECRET}é"])
def test_whoever_has_not_the_token_is_not_answered(office: Office, rasa: RasaStandIn, given: str) -> None:
    doors = (("POST", "/webhook"), ("OPTIONS", "/webhook"), ("GET", "/actions"), ("GET", "/health"), ("GET", "/else"))

    async def do(client: httpx.AsyncClient) -> list[tuple[int, bytes]]:
        client.headers = httpx.Headers({"Authorization": given.encode()})
        answers = [await client.request(method, path, json=request()) for method, path in doors]
        return [(answer.status_code, answer.content) for answer in answers]

    assert at_the_door(office, rasa, do) == [(401, b"")] * len(doors)


@ON_SQLITE
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"[]", b"5", b"null", b"{}"])
def test_what_is_no_request_is_a_number_and_no_crash(
    office: Office, rasa: RasaStandIn, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def twice(client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        return await client.post("/webhook", content=body), await client.post("/webhook", json=request("hello"))

    bad, good = at_the_door(office, rasa, twice)
    assert bad.is_error or bad.json() is None
    assert good.json()["responses"][0]["text"].startswith("Hello. I am Doorstep")
    assert "Traceback" not in caplog.text


@ON_SQLITE
def test_a_request_that_is_too_big_is_not_taken(office: Office, rasa: RasaStandIn) -> None:
    async def do(client: httpx.AsyncClient) -> httpx.Response:
        with contextlib.suppress(httpx.TransportError):  # the server may hang up while we are still sending
            assert (await client.post("/webhook", json=request("x" * 5_000_000))).status_code == 413
        return await client.post("/webhook", json=request("hello"))

    assert at_the_door(office, rasa, do).status_code == 200
    with office.store.reading() as look:
        conversation = look.conversations.find("rasa_fetched", "rest|zanele")
        assert conversation is not None
        said = [message.text for message in look.messages.transcript(conversation) if message.sender == "person"]
    assert said == ["hello"]


@ON_SQLITE
def test_whoever_has_no_name_is_refused_and_nobody_is_quoted(
    office: Office, rasa: RasaStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = posts(office, rasa, json=request(f"I am {WORDS}", sender="default"))
    assert (answer.status_code, answer.content) == (422, b"")
    assert "request of Rasa not understood" in caplog.text
    assert WORDS not in caplog.text


@ON_SQLITE
def test_a_mistake_of_ours_sends_back_and_logs_no_words(
    office: Office, rasa: RasaStandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(gateway: RasaGateway, asked: Any) -> Any:
        raise RuntimeError(f"cannot work {asked.text}")

    monkeypatch.setattr(RasaGateway, "act", fails)
    caplog.set_level(logging.DEBUG)
    answer = posts(office, rasa, json=request(f"I am {WORDS}"))
    assert (answer.status_code, answer.content) == (500, b"")
    assert "the action failed" in caplog.text
    assert WORDS not in caplog.text


@ON_SQLITE
def test_a_turn_leaves_no_words_and_no_address_in_any_log(
    office: Office, rasa: RasaStandIn, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = posts(
        office, rasa, json=request(f"I am {WORDS}, my landlord changed the locks", sender="whatsapp:+27820000001")
    )
    assert answer.status_code == 200
    written = caplog.text + "".join(capfd.readouterr())
    assert WORDS not in written
    ours = [record for record in caplog.records if record.name.split(".")[0] in ("bot", "rasa_sdk", "sanic", "root")]
    assert "+27820000001" not in "".join(record.getMessage() for record in ours)


@ON_SQLITE
def test_nothing_is_traced(office: Office, rasa: RasaStandIn) -> None:
    from opentelemetry import trace

    posts(office, rasa, json=request("hello"))
    assert not trace.get_tracer("create_app.webhook").start_span("turn").is_recording()


@ON_SQLITE
def test_a_turn_that_takes_too_long_is_no_silence(
    office: Office, rasa: RasaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasa_gateway, "_PATIENCE", 0.05)

    async def do(client: httpx.AsyncClient) -> Any:
        assert (await client.post("/webhook", json=request("hello"))).status_code == 503
        work_all(office)
        return (await client.post("/webhook", json=polling())).json()

    answer = at_the_door(office, rasa, do, worker=False)
    assert answer["responses"][0]["text"].startswith("Hello. I am Doorstep")


@ON_SQLITE
def test_what_is_under_way_when_we_stop_is_answered(
    office: Office, rasa: RasaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the client that keeps its connection open does not keep the server from stopping."""
    begun = asyncio.Event()

    async def slow(gateway: RasaGateway, asked: Any) -> list[dict[str, Any]]:
        begun.set()
        await asyncio.sleep(0.3)
        return [{"text": "at last"}]

    monkeypatch.setattr(RasaGateway, "act", slow)

    async def run() -> httpx.Response:
        gateway = RasaGateway(office, RasaServer(rasa.url, TOKEN), SentJournal(office.store.files.folder / "sent"))
        stop = asyncio.Event()
        with socket.create_server(("127.0.0.1", 0)) as door:
            serving = asyncio.create_task(serve_actions(action_server(gateway, SECRET), door, stop))
            async with httpx.AsyncClient(headers=ALLOWED) as client:
                url = f"http://127.0.0.1:{door.getsockname()[1]}/webhook"
                asking = asyncio.create_task(client.post(url, json=request()))
                await begun.wait()
                stop.set()
                answer = await asking
                async with asyncio.timeout(4):
                    await serving
        await gateway.close()
        return answer

    assert asyncio.run(run()).json()["responses"][0]["text"] == "at last"

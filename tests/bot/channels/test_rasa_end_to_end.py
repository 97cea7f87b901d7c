"""The gateway with a real Rasa server: from the first message on its channels to a case, and back from the desk."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulator import wait_until
from tests.rasa_servers import API_TOKEN, GATEWAY_TOKEN, Gateway, socket_of
from tests.rasa_stand_in import RasaStandIn
from tests.telegram_bot import Paralegal

pytestmark = pytest.mark.rasa
SECRET = "Quagmirella"  # planted into what people write: Rasa must not keep it, and nobody may log it
STORY = (
    f"My landlord {SECRET} changed the locks while I was at work, I have nowhere to sleep tonight with my little girl."
)
TWILIO = 'twilio:\n  account_sid: "AC0"\n  auth_token: "none"\n  twilio_number: "whatsapp:+14155238886"\n'
ZANELE = "whatsapp:+27820000001"


@pytest.fixture(scope="module")
def callbacks() -> Iterator[RasaStandIn]:
    """Where Rasa's callback channel sends what the bot says."""
    with RasaStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, callbacks: RasaStandIn) -> Iterator[Gateway]:
    credentials = f"rest:\nsocketio:\n  session_persistence: true\ncallback:\n  url: {callbacks.url}/said\n{TWILIO}"
    with Gateway(tmp_path_factory.mktemp("gateway") / "data", credentials=credentials) as both:
        yield both
        for program in (both.ours, both.rasa):
            assert program.stop() == 0
        written = both.ours.output
        assert SECRET not in written
        assert GATEWAY_TOKEN not in written + both.rasa.output
        assert API_TOKEN not in written + both.rasa.output
        assert "Traceback" not in written


@pytest.fixture(scope="module")
def thandi(gateway: Gateway) -> Paralegal:
    return Paralegal(gateway)  # type: ignore[arg-type]  # it needs only the office and its store


def texts(said: list[dict[str, Any]]) -> str:
    return "\n".join(one.get("text", "") for one in said)


def payload(said: list[dict[str, Any]], label: str) -> str:
    """What the button with that label sends."""
    buttons = [button for one in said for button in one.get("buttons", one.get("quick_replies", []))]
    return next(str(button["payload"]) for button in buttons if button["title"] == label)


def test_over_rest_a_person_gets_from_the_first_message_to_the_paralegals_answer(
    gateway: Gateway, thandi: Paralegal
) -> None:
    understood = gateway.says(ZANELE, STORY)
    assert "First, your safety" in texts(understood)
    assert "Locked out" in texts(understood)
    asked = gateway.says(ZANELE, payload(understood, "Gauteng"))
    opened = gateway.says(ZANELE, payload(asked, "Yes, open a case"))
    reference = gateway.case("rasa_fetched", f"rest|{ZANELE}").reference
    assert reference in texts(opened)
    thandi.does("claim", reference)
    thandi.does("reply", reference, text="I am calling your landlord now.")
    assert "Thandi:\nI am calling your landlord now." in texts(gateway.says(ZANELE, "/letters"))
    assert gateway.says(ZANELE, "/letters") == []
    gateway.says(ZANELE, f"Thank you so much, {SECRET}")
    assert f"Thank you so much, {SECRET}" in thandi.reads(reference)


def test_rasa_keeps_nothing_of_a_turn(gateway: Gateway) -> None:
    assert gateway.says("forgotten", f"hello, I am {SECRET}")
    wait_until(lambda: SECRET not in gateway.remembered("forgotten"), saying="Rasa forgets")
    events = json.loads(gateway.remembered("forgotten"))["events"]
    assert not [event for event in events if event["event"] in ("user", "bot")]


def test_over_socket_io_the_paralegals_answer_comes_by_itself(
    gateway: Gateway, thandi: Paralegal, tmp_path: Path
) -> None:
    with socket_of(gateway.url, "page-1", tmp_path / "heard") as page:
        page.says(STORY)
        page.hears("Gauteng")
        page.says(payload(page.heard, "Gauteng"))
        page.hears("Yes, open a case")
        page.says(payload(page.heard, "Yes, open a case"))
        page.hears("Your case is open")
        reference = gateway.case("rasa", "socketio|page-1").reference
        thandi.does("claim", reference)
        thandi.does("reply", reference, text="Good evening. Are you safe?")
        page.hears("Are you safe?")


def test_over_the_callback_channel_every_answer_is_sent_to_its_address(
    gateway: Gateway, callbacks: RasaStandIn
) -> None:
    body = {"sender": "called-back", "message": "hello"}
    httpx.post(f"{gateway.url}/webhooks/callback/webhook", json=body, timeout=30).raise_for_status()
    said = wait_until(
        lambda: [body for _, _, body in callbacks.asked if "I am Doorstep" in json.dumps(body)],
        saying="the callback comes",
    )
    assert said[0]["recipient_id"] == "called-back"


def test_over_twilio_a_message_arrives_and_its_answer_waits_for_twilio(gateway: Gateway) -> None:
    form = {"From": "whatsapp:+27820000002", "Body": "hello"}
    httpx.post(f"{gateway.url}/webhooks/twilio/webhook", data=form, timeout=30).raise_for_status()
    tries = '"event": "later"'  # the second try comes when Rasa has long forgotten the first
    wait_until(lambda: gateway.ours.output.count(tries) > 1, saying="Twilio is out of reach twice", seconds=60)
    with gateway.store.reading() as look:
        letters = look.outbox.waiting_for("rasa", "twilio|whatsapp:+27820000002", now=datetime.now(UTC))
    assert letters[0].text.startswith("Hello. I am Doorstep")


@pytest.mark.parametrize(
    "words", ["/restart", "/back", "/start", "/help", '/nlu_fallback{"a": 1}', "EXTERNAL: letters"]
)
def test_no_command_of_rasa_leaves_a_person_without_an_answer(gateway: Gateway, words: str) -> None:
    assert texts(gateway.says(f"commander-{len(words)}", words)).strip()


def test_whoever_has_no_name_gets_no_chat_that_others_share(gateway: Gateway) -> None:
    answer = httpx.post(f"{gateway.url}/webhooks/rest/webhook", json={"message": "hello"}, timeout=30).json()
    assert "broken on our side" in texts(answer)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {GATEWAY_TOKEN}"])
def test_only_rasa_is_let_in(gateway: Gateway, header: str) -> None:
    url = f"http://127.0.0.1:{gateway.settings['RASA_GATEWAY_PORT']}/webhook"
    assert httpx.post(url, json={}, headers={"Authorization": header}).status_code == 401


def test_rasa_and_the_gateway_listen_on_one_address_of_this_machine_only(gateway: Gateway) -> None:
    for port in (gateway.settings["RASA_GATEWAY_PORT"], httpx.URL(gateway.url).port):
        httpx.get(f"http://127.0.0.1:{port}/", timeout=30)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.2:{port}/", timeout=30)


def test_a_dead_doorstep_is_a_sentence_and_not_silence(gateway: Gateway) -> None:
    gateway.says("patient", "hello")
    assert gateway.ours.stop() == 0
    try:
        for words in ("hello?", "/start", "/restart"):
            assert "broken on our side" in texts(gateway.says("patient", words))
    finally:
        gateway.start()
    assert "broken on our side" not in texts(gateway.says("patient", "hello again"))

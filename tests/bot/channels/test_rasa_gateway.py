"""The gateway's own side: what Rasa brings is stored, and a letter is given until Rasa has ended a turn with it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import rasa_gateway
from bot.channels.rasa_actions import Asked, RequestRefused, read_action, read_inbound, responses
from bot.channels.rasa_gateway import RasaGateway
from bot.channels.rasa_server import RasaServer
from bot.conversation import work_all
from bot.errors import TryLater
from bot.journal import SentJournal
from bot.messages import Inbound, Kind
from bot.office import Office
from casestore.outbox import Letter
from casestore.unit_of_work import Store
from tests.builders import NOW
from tests.needs import ON_SQLITE
from tests.rasa_stand_in import TOKEN, RasaStandIn, nudged, polling, request
from tests.talk import an_office

T = TypeVar("T")


def asked_of(body: dict[str, Any]) -> Asked:
    """A request as the SDK hands it on."""
    tracker = body["tracker"]
    return read_action(body["sender_id"], tracker["latest_message"], tracker["latest_input_channel"])


def letter(text: str, *choices: tuple[str, str], channel: str = "twilio", document: str = "") -> Letter:
    return Letter(1, "rasa", f"{channel}|zanele", text, choices, None, None, 1, NOW, document)


# What Rasa asks, and what it is answered.


def test_a_message_is_read() -> None:
    asked = asked_of(request("my words", "whatsapp:+2782", "twilio"))
    assert asked == Asked("whatsapp:+2782", "twilio", "my words", "id of my words", polls=False, nudged=False)
    assert (asked.channel, asked.address) == ("rasa", "twilio|whatsapp:+2782")
    assert asked_of(request(channel="rest")).channel == "rasa_fetched"


def test_the_id_of_a_message_names_nobody_and_is_the_same_when_it_comes_again() -> None:
    first, again, other = (asked_of(request("a", sender)).external_id for sender in ("zanele", "zanele", "asha"))
    assert first == again != other
    assert "zanele" not in first


def test_only_rasas_own_trigger_speaks_for_another_channel() -> None:
    assert asked_of(nudged("socketio")) == Asked(
        "zanele", "socketio", "EXTERNAL: letters", "id of EXTERNAL: letters", polls=True, nudged=True
    )
    typed = asked_of(request("EXTERNAL: letters", entities=[{"entity": "channel", "value": "twilio"}]))
    assert (typed.input, typed.polls, typed.nudged) == ("rest", False, False)
    wrote = asked_of(polling(entities=[{"entity": "channel", "value": "twilio"}]))
    assert (wrote.input, wrote.polls, wrote.nudged) == ("rest", True, False)


@pytest.mark.parametrize("sender", ["default", "", "a b", "a?b", "a#b", "ä", "../x", "a%2Fb", 5, None, "x" * 300])
def test_a_sender_that_is_nobody_or_would_bend_an_address_is_refused(sender: Any) -> None:
    with pytest.raises(RequestRefused, match="the sender needs a name of its own"):
        asked_of(request(sender=sender))


@pytest.mark.parametrize(
    "message", [None, [], 5, "words", {"intent": 5}, {"text": "EXTERNAL: ", "intent": {"name": "letters"}}]
)
def test_what_is_no_message_is_refused(message: Any) -> None:
    with pytest.raises(RequestRefused, match="not an action request"):
        read_action("zanele", message, "rest")


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5), lambda v: st.lists(v) | st.dictionaries(st.text(max_size=3), v)
    )
)
def test_whatever_comes_instead_of_a_message_is_read_or_refused(message: Any) -> None:
    with contextlib.suppress(RequestRefused):
        read_action("zanele", message, "rest")


OFFERED = (("1:yes", "Yes"), ("1:no", "No"))


@pytest.mark.parametrize(
    ("text", "channel", "read"),
    [
        ("hello", "rest", Inbound(Kind.TEXT, text="hello")),
        ("", "rest", Inbound(Kind.EMPTY)),
        ("  ", "twilio", Inbound(Kind.EMPTY)),
        ('/choice{"id": "1:yes"}', "rest", Inbound(Kind.CHOICE, choice="1:yes")),
        ('/choice{"id":"g:human"}', "twilio", Inbound(Kind.CHOICE, choice="g:human")),
        ('/choice{"id": 5}', "rest", Inbound(Kind.TEXT, text='/choice{"id": 5}')),
        ("2", "twilio", Inbound(Kind.CHOICE, choice="1:no")),
        (" 1 ", "twilio", Inbound(Kind.CHOICE, choice="1:yes")),
        ("3", "twilio", Inbound(Kind.TEXT, text="3")),
        ("0", "twilio", Inbound(Kind.TEXT, text="0")),
        (
            "/locationData{'Latitude': -26.26,'Longitude': 27.86}",
            "twilio",
            Inbound(Kind.LOCATION, text="-26.26, 27.86"),
        ),
        ("²", "twilio", Inbound(Kind.TEXT, text="²")),
        ("2", "rest", Inbound(Kind.TEXT, text="2")),
    ],
)
def test_buttons_are_pressed_by_their_payload_or_where_there_are_none_by_their_number(
    text: str, channel: str, read: Inbound
) -> None:
    assert read_inbound(asked_of(request(text, channel=channel)), OFFERED) == read


def test_buttons_are_buttons_where_the_channel_has_them_and_numbers_elsewhere() -> None:
    (said,) = responses(letter("Shall I?", *OFFERED, channel="socketio"))
    assert said["text"] == "Shall I?"
    assert [button["title"] for button in said["buttons"]] == ["Yes", "No"]
    pressed = read_inbound(asked_of(request(said["buttons"][1]["payload"])), ())
    assert pressed == Inbound(Kind.CHOICE, choice="1:no")
    assert responses(letter("Shall I?", *OFFERED)) == [{"text": "Shall I?\n1. Yes\n2. No"}]


def test_a_long_letter_is_cut_where_the_channel_cuts_and_its_buttons_come_last() -> None:
    parts = responses(letter("word " * 1000))
    assert len(parts) > 3
    assert all(len(part["text"]) <= 1500 for part in parts)
    assert "".join(part["text"] for part in parts).replace(" ", "") == "word" * 1000
    many = responses(letter("word " * 3000, *OFFERED, channel="rest"))
    assert [len(part.get("buttons", [])) for part in many] == [0] * (len(many) - 1) + [2]


def test_a_document_is_its_name_and_its_text() -> None:
    assert responses(letter("all of it", document="copy.txt")) == [{"text": "copy.txt\n\nall of it"}]


# The gateway with an office, and a Rasa that does as it is told.


@pytest.fixture
def rasa() -> Iterator[RasaStandIn]:
    with RasaStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def office(store: Store) -> Office:
    return an_office(store, NOW, settle=timedelta(0), longest=timedelta(0))[0]


Do = Callable[[RasaGateway], Awaitable[T]]


def with_gateway(office: Office, rasa: RasaStandIn, do: Do[T]) -> T:
    """Runs something with a gateway whose worker works at once, and lets it end what it has begun."""

    async def run() -> T:
        journal = SentJournal(office.store.files.folder / "sent")
        gateway = RasaGateway(office, RasaServer(rasa.url, TOKEN), journal, arrived=lambda: _work(office))
        try:
            return await do(gateway)
        finally:
            await gateway.close()

    return asyncio.run(run())


def _work(office: Office) -> None:
    work_all(office)


def acts(office: Office, rasa: RasaStandIn, *bodies: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """One request after another, each once Rasa has ended the one before."""

    async def do(gateway: RasaGateway) -> list[list[dict[str, Any]]]:
        found = []
        for body in bodies:
            found.append(await gateway.act(asked_of(body)))
            await asyncio.wait(gateway._concluding)
        return found

    return with_gateway(office, rasa, do)


def waiting(office: Office, channel: str, address: str) -> list[str]:
    with office.store.reading() as look:
        return [letter.text for letter in look.outbox.waiting_for(channel, address, now=NOW)]


@ON_SQLITE
def test_a_channel_that_is_only_answered_gets_the_whole_answer_at_once(office: Office, rasa: RasaStandIn) -> None:
    said, nothing = acts(office, rasa, request("hello"), polling())
    assert said[0]["text"].startswith("Hello. I am Doorstep")
    assert len(said) > 1
    assert nothing == []
    assert waiting(office, "rasa_fetched", "rest|zanele") == []


@ON_SQLITE
def test_every_turn_is_forgotten_by_rasa(office: Office, rasa: RasaStandIn) -> None:
    acts(office, rasa, request("hello"), request("hello", channel="twilio"), polling())
    assert rasa.asked == [("PUT", "/conversations/zanele/tracker/events", [])] * 3


@ON_SQLITE
def test_what_rasa_has_not_confirmed_is_given_again(office: Office, rasa: RasaStandIn) -> None:
    rasa.status = 500
    first = acts(office, rasa, request("hello"))[0]
    rasa.status = 200
    again, nothing = acts(office, rasa, polling(), polling())
    assert again == first
    assert nothing == []


async def pushes(gateway: RasaGateway, office: Office, rasa: RasaStandIn, channel: str) -> list[dict[str, Any]]:
    """Sends what waits, as delivery does: Rasa is nudged, and asks for the letters before it answers."""
    with office.store.unit_of_work() as uow:
        taken = uow.outbox.take_due("rasa", now=office.clock())[0]
    before = len(rasa.asked)
    rasa.pause = 0.5
    sending = asyncio.create_task(gateway.send(taken))
    while not any(path.endswith("trigger_intent") for _, path, _ in rasa.asked[before:]):
        await asyncio.sleep(0.01)
    fetched = await gateway.act(asked_of(nudged(channel)))
    rasa.pause = 0.0
    await sending
    return fetched


@ON_SQLITE
def test_what_is_confirmed_while_somebody_asks_again_is_not_given_twice(
    office: Office, rasa: RasaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def do(gateway: RasaGateway) -> list[dict[str, Any]]:
        await gateway.act(asked_of(request("hello")))
        look = gateway._waiting

        def slow_look(asked: Asked) -> list[Letter]:
            found = look(asked)
            deadline = time.monotonic() + 10
            while waiting(office, "rasa_fetched", "rest|zanele") and time.monotonic() < deadline:
                time.sleep(0.01)
            return found

        monkeypatch.setattr(gateway, "_waiting", slow_look)
        return await gateway.act(asked_of(polling()))

    assert with_gateway(office, rasa, do) == []


@ON_SQLITE
def test_on_other_channels_the_answer_is_pushed_when_it_is_there(office: Office, rasa: RasaStandIn) -> None:
    async def do(gateway: RasaGateway) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        at_once = await gateway.act(asked_of(request("hello", channel="twilio")))
        return at_once, await pushes(gateway, office, rasa, "twilio")

    at_once, pushed = with_gateway(office, rasa, do)
    assert at_once == []
    assert pushed[0]["text"].startswith("Hello. I am Doorstep")
    assert waiting(office, "rasa", "twilio|zanele") == []
    body = {"name": "letters", "entities": [{"entity": "channel", "value": "twilio"}]}
    assert ("POST", "/conversations/zanele/trigger_intent", body) in rasa.asked


@ON_SQLITE
def test_what_rasa_fetched_and_could_not_send_is_tried_again(office: Office, rasa: RasaStandIn) -> None:
    async def do(gateway: RasaGateway) -> None:
        await gateway.act(asked_of(request("hello", channel="twilio")))
        await asyncio.wait(gateway._concluding)
        rasa.status = 500
        with pytest.raises(TryLater, match="Rasa: 500"):
            await pushes(gateway, office, rasa, "twilio")

    with_gateway(office, rasa, do)
    assert waiting(office, "rasa", "twilio|zanele")[0].startswith("Hello. I am Doorstep")


@ON_SQLITE
@pytest.mark.parametrize("status", [200, 500])
def test_a_letter_that_rasa_does_not_fetch_is_tried_again(office: Office, rasa: RasaStandIn, status: int) -> None:
    rasa.status = status
    with pytest.raises(TryLater, match="Rasa"):
        with_gateway(office, rasa, lambda gateway: gateway.send(letter("hello")))


@ON_SQLITE
def test_a_rasa_that_is_gone_is_tried_again(office: Office, rasa: RasaStandIn) -> None:
    rasa.stop()
    with pytest.raises(TryLater, match="ConnectError"):
        with_gateway(office, rasa, lambda gateway: gateway.send(letter("hello")))


@ON_SQLITE
def test_on_a_channel_without_receipts_what_came_while_the_page_was_closed_is_given_again(
    office: Office, rasa: RasaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasa_gateway, "_PAGE_IS_OPEN", -1.0)
    monkeypatch.setattr(rasa_gateway, "_SEEN_WITHIN", -1.0)

    async def do(gateway: RasaGateway) -> tuple[list[dict[str, Any]], ...]:
        first = await gateway.act(asked_of(request("hello", channel="socketio")))
        pushed = await pushes(gateway, office, rasa, "socketio")
        again = await gateway.act(asked_of(request("I am back", channel="socketio")))
        return first, pushed, again, await gateway.act(asked_of(polling(channel="socketio")))

    first, pushed, again, done = with_gateway(office, rasa, do)
    assert first == []
    assert pushed
    assert again == pushed
    assert done == []


@ON_SQLITE
def test_a_number_presses_the_button_of_the_last_answer(office: Office, rasa: RasaStandIn) -> None:
    sms = {"channel": "twilio"}
    acts(office, rasa, request("my landlord changed the locks in Soweto, Gauteng", **sms))
    acts(office, rasa, request("1", message_id="second", **sms))
    with office.store.reading() as look:
        conversation = look.conversations.find("rasa", "twilio|zanele")
        assert conversation is not None
        said = [message.text for message in look.messages.transcript(conversation) if message.sender == "person"]
    assert said[-1] == "Yes, open a case"

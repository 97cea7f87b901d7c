"""The outbox is sent: in order, once, and again when the channel could not take it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import LONGEST_PAUSE, Delivery
from bot.errors import Refused, TryLater, Unreachable
from bot.journal import SentJournal
from casestore.conversations import Conversation
from casestore.errors import StoreUnavailable
from casestore.outbox import Letter
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation
from tests.casestore.raw import sql
from tests.needs import ON_SQLITE
from tests.talk import StandingClock

pytestmark = ON_SQLITE


def queued(store: Store, *texts: str, address: str = "4711") -> Conversation:
    """Letters that wait for one address."""
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow, address)
        for text in texts:
            uow.outbox.put(
                channel="telegram",
                address=address,
                text=text,
                dedupe=f"{address}:{text}",
                now=NOW,
                conversation_id=conversation.id,
            )
    return conversation


def journal_of(store: Store) -> Path:
    store.files.folder.mkdir(exist_ok=True)
    return store.files.folder.parent / "telegram.sent"


def deliver(
    store: Store, send: Callable[[Letter], object], *, clock: StandingClock | None = None, until: Callable[[], bool]
) -> None:
    """Delivers until something is so, or five seconds have passed."""

    async def sender(letter: Letter) -> None:
        send(letter)

    async def run() -> None:
        stop = asyncio.Event()
        journal = SentJournal(journal_of(store))
        delivery = Delivery(store, "telegram", sender, journal, clock=clock or StandingClock(NOW))
        work = asyncio.create_task(delivery.run(stop))
        async with asyncio.timeout(5):
            while not until():
                await asyncio.sleep(0.01)
        stop.set()
        await work

    asyncio.run(run())


def states(store: Store) -> list[tuple[str, str | None]]:
    """State and failure of every letter, in order."""
    return [(state, failure) for state, failure in sql(store, "SELECT status, failure FROM outbox ORDER BY id")]


def waiting(store: Store) -> int:
    """How many letters are still to be sent."""
    return sum(state == "waiting" for state, _ in states(store))


def test_a_chat_is_sent_to_in_strict_order_and_each_letter_once(store: Store) -> None:
    """Several chats at once, none out of order, nothing twice, and the words go once they are confirmed."""
    said = [f"letter {number}" for number in range(6)]
    for address in ("1", "2", "3"):
        queued(store, *said, address=address)
    sent: dict[str, list[str]] = {}
    deliver(
        store, lambda letter: sent.setdefault(letter.address, []).append(letter.text), until=lambda: not waiting(store)
    )
    assert sent == {"1": said, "2": said, "3": said}
    assert set(sql(store, "SELECT body_sealed FROM outbox")) == {(None,)}


def test_a_busy_channel_is_asked_again_after_the_time_it_names(store: Store) -> None:
    """The letter waits, those behind it too, and then all arrive in order."""
    queued(store, "one", "two")
    clock, sent = StandingClock(NOW), []

    def send(letter: Letter) -> None:
        if clock.now < NOW + timedelta(seconds=30):
            raise TryLater("flood", seconds=30)
        sent.append(letter.text)

    deliver(store, send, clock=clock, until=lambda: states(store)[0] == ("waiting", "flood"))
    assert sent == []
    clock.move(timedelta(seconds=29))
    deliver(store, send, clock=clock, until=lambda: True)
    assert sent == []
    clock.move(timedelta(seconds=2))
    deliver(store, send, clock=clock, until=lambda: not waiting(store))
    assert sent == ["one", "two"]


def test_pauses_grow_but_never_beyond_a_limit(store: Store) -> None:
    """A channel that is down for long is asked ever less often."""
    queued(store, "one")
    clock, tries = StandingClock(NOW), []

    def send(letter: Letter) -> None:
        tries.append(clock.now)
        raise TryLater("down")

    for number in range(1, 12):
        deliver(store, send, clock=clock, until=lambda wanted=number: len(tries) == wanted)
        clock.move(timedelta(seconds=LONGEST_PAUSE))
    with store.reading() as look:
        [letter] = look.outbox.waiting_for("telegram", "4711", now=NOW)
    assert letter.attempts == 11


def test_a_bug_in_a_channel_holds_up_nobody_else_and_says_no_word(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """One letter that cannot be sent is tried again later; the others arrive; the log has no word of it."""
    queued(store, "Quetzalfeder", address="1")
    queued(store, "two", address="2")
    sent = []

    def send(letter: Letter) -> None:
        if letter.address == "1":
            raise RuntimeError(letter.text)
        sent.append(letter.text)

    with caplog.at_level(logging.DEBUG):
        deliver(store, send, until=lambda: states(store) == [("waiting", "RuntimeError"), ("sent", None)])
    assert sent == ["two"]
    assert "Quetzalfeder" not in str([record.__dict__ for record in caplog.records])


def test_somebody_who_blocked_us_is_left_alone_and_the_desk_learns_it(store: Store) -> None:
    """Nothing more is tried, the conversation is unreachable, and the case log says so."""
    conversation = queued(store, "one", "two")
    with store.unit_of_work() as uow:
        case = a_case(uow, conversation)
    tried = []

    def send(letter: Letter) -> None:
        tried.append(letter.text)
        raise Unreachable

    deliver(store, send, until=lambda: not waiting(store))
    assert tried == ["one"]
    assert states(store) == [("failed", "unreachable")] * 2
    with store.reading() as look:
        assert look.conversations.get(conversation.id).reachable is False
        assert [entry.kind.id for entry in look.log.of(case.id)] == ["opened", "unreachable"]


def test_a_letter_that_is_never_taken_does_not_stop_the_next(store: Store) -> None:
    """Refused for good: marked, logged with its id, and on."""
    queued(store, "bad", "good")
    sent = []

    def send(letter: Letter) -> None:
        if letter.text == "bad":
            raise Refused("message is too long")
        sent.append(letter.text)

    deliver(store, send, until=lambda: not waiting(store))
    assert sent == ["good"]
    assert states(store) == [("failed", "message is too long"), ("sent", None)]


def test_a_letter_to_nobodys_conversation_can_be_unreachable_too(store: Store) -> None:
    """The goodbye after an erasure belongs to no conversation any more."""
    with store.unit_of_work() as uow:
        uow.outbox.put(channel="telegram", address="1", text="Erased.", dedupe="x", now=NOW)

    def send(letter: Letter) -> None:
        raise Unreachable

    deliver(store, send, until=lambda: not waiting(store))
    assert states(store) == [("failed", "unreachable")]


def test_what_was_sent_during_an_outage_is_marked_afterwards_and_not_sent_again(store: Store) -> None:
    """The database goes away between sending and marking: the letter arrives once."""
    queued(store, "one")
    broken = _BreaksOnce(store)
    sent: list[str] = []

    def send(letter: Letter) -> None:
        sent.append(letter.text)
        broken.breaks = True

    deliver(broken, send, until=lambda: not waiting(store))
    assert sent == ["one"]
    assert not broken.breaks


class _BreaksOnce(Store):
    """A store whose next transaction fails after `breaks` was set, as when the database restarts."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.engine, store.keyring, store.files)
        self.breaks = False

    def unit_of_work(self):  # type: ignore[no-untyped-def]
        """Fails once."""
        if self.breaks:
            self.breaks = False
            raise StoreUnavailable("the database restarts")
        return super().unit_of_work()


def test_what_the_channel_confirmed_just_before_the_end_is_not_sent_again(store: Store) -> None:
    queued(store, "one", "two")
    with store.unit_of_work() as uow:
        [first] = uow.outbox.take_due("telegram", now=NOW)
        uow.outbox.release_leases("telegram", now=NOW)
    SentJournal(journal_of(store)).note(first)  # and then the process was killed
    sent: list[str] = []
    deliver(store, lambda letter: sent.append(letter.text), until=lambda: len(sent) == 1)
    assert sent == ["two"]
    assert [status for status, _ in states(store)] == ["sent", "sent"]


def test_a_journal_of_another_database_marks_nothing(store: Store) -> None:
    queued(store, "one")
    with store.unit_of_work() as uow:
        [letter] = uow.outbox.take_due("telegram", now=NOW)
        uow.outbox.release_leases("telegram", now=NOW)
    SentJournal(journal_of(store)).note(replace(letter, created_at=NOW - timedelta(days=1)))
    sent: list[str] = []
    deliver(store, lambda letter: sent.append(letter.text), until=lambda: bool(sent))
    assert sent == ["one"]


def test_a_journal_that_cannot_be_written_stops_no_message(store: Store) -> None:
    queued(store, "one", "two")
    journal_of(store).symlink_to(store.files.folder / "no such folder" / "file")
    sent: list[str] = []
    deliver(store, lambda letter: sent.append(letter.text), until=lambda: states(store) == [("sent", None)] * 2)
    assert sent == ["one", "two"]

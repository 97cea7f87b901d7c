"""One message, one transaction: what goes wrong in a turn costs nobody anything."""

import logging
from datetime import datetime, timedelta

import pytest

from bot.conversation import work_all, work_next
from bot.messages import Inbound, Kind
from casestore.errors import StoreUnavailable
from casestore.unit_of_work import Store
from tests.builders import NOW
from tests.casestore.raw import count
from tests.needs import ON_SQLITE
from tests.talk import Person, an_office, texts, transcript
from tests.trained import trained_understanding
from triage.meaning import Meaning

pytestmark = ON_SQLITE
WORD = "Quetzalfeder"


class Stumbles:
    """A reader that fails on some words, with an error that quotes them, as often as it is told to."""

    def __init__(self, *, times: int, error: type[Exception] = RuntimeError) -> None:
        self.times = times
        self.error = error

    def read(self, text: str, *, story: str = "", asked: str = "", now: datetime) -> Meaning:
        """Reads, or stumbles."""
        if WORD in text and self.times:
            self.times -= 1
            raise self.error(f"cannot read {text!r}")
        return trained_understanding().read(text, story=story, asked=asked, now=now)


def somebody(store: Store, **stumbling: object) -> Person:
    """A person in an office whose reader stumbles."""
    office, clock = an_office(store, NOW, understanding=Stumbles(**stumbling))  # type: ignore[arg-type]
    return Person(office, clock)


def works_for(person: Person, minutes: int = 1) -> None:
    """The office works through the retries of that time."""
    for _ in range(minutes * 6):
        person.clock.move(timedelta(seconds=10))
        work_all(person.office)


def test_a_turn_that_failed_is_taken_again(store: Store) -> None:
    """A passing fault is never seen by the person."""
    person = somebody(store, times=2)
    assert person.writes(f"my landlord {WORD} does not fix the roof") == []
    works_for(person)
    said = texts(person.letters())
    assert "Repairs" in said
    assert "Sorry" not in said


def test_a_turn_that_always_fails_ends_in_an_apology_with_a_number_and_the_words_are_kept(store: Store) -> None:
    """Nobody is left in silence: an apology, a number to call, and the words are in the transcript for a paralegal."""
    person = somebody(store, times=99)
    person.writes(f"help {WORD}")
    works_for(person)
    [apology] = person.letters()
    assert "something went wrong on our side" in apology.text
    assert "0800 110 110" in apology.text
    assert f"help {WORD}" in "\n".join(transcript(person))
    works_for(person)
    assert person.letters() == []


def test_after_the_apology_the_conversation_goes_on(store: Store) -> None:
    """One message that cannot be read blocks none that follows it."""
    person = somebody(store, times=99)
    person.writes(f"help {WORD}", "my landlord does not fix the roof")
    works_for(person)
    said = texts(person.letters())
    assert "something went wrong" in said
    assert "Repairs" in said


def test_a_fault_in_one_chat_holds_up_no_other(store: Store) -> None:
    """While one turn is retried, others are answered."""
    first = somebody(store, times=99)
    second = Person(first.office, first.clock, address="sipho")
    first.writes(f"help {WORD}")
    assert second.writes("my landlord does not fix the roof")


def test_the_log_of_a_failed_turn_has_no_word_of_the_person(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """It says where it broke and with which kind of error, and of which conversation."""
    person = somebody(store, times=99)
    with caplog.at_level(logging.DEBUG):
        person.writes(f"help {WORD}")
        works_for(person)
    failed = [record for record in caplog.records if record.message == "turn failed"]
    assert [record.__dict__["error"] for record in failed] == ["RuntimeError"] * 3
    assert all("test_conversation.py" in record.__dict__["at"] for record in failed)
    assert WORD not in str([record.__dict__ for record in caplog.records])


def test_an_outage_in_the_middle_of_a_turn_leaves_no_trace(store: Store) -> None:
    """The database goes away: nothing is written, nothing is counted, and the turn is taken whole afterwards."""
    person = somebody(store, times=1, error=StoreUnavailable)
    person.arrives(Inbound(Kind.TEXT, text=f"my landlord {WORD} does not fix the roof"))
    person.clock.move(person.office.longest)
    with pytest.raises(StoreUnavailable):
        work_next(person.office)
    assert {table: count(store, table) for table in ("messages", "outbox", "cases", "consents")} == {
        "messages": 0,
        "outbox": 0,
        "cases": 0,
        "consents": 0,
    }
    with store.reading() as look:
        conversation = person.conversation
        assert conversation is not None
        assert [arrival.attempts for arrival in look.inbox.waiting(conversation)] == [0]
    assert work_next(person.office)
    assert "Repairs" in texts(person.letters())


def test_words_that_come_while_nobody_works_are_one_turn_and_buttons_their_own(store: Store) -> None:
    """Plain words belong together, in order; a command or a button is a turn of its own."""
    person = somebody(store, times=0)
    for text in ("my landlord", "does not fix", "the roof", "/status", "hello"):
        person.arrives(Inbound(Kind.TEXT, text=text))
    person.clock.move(person.office.longest)
    assert work_all(person.office) == 3


def test_when_nothing_is_ready_nothing_is_done(store: Store) -> None:
    """A quiet office."""
    person = somebody(store, times=0)
    assert work_next(person.office) is False

"""The transcript: everything said, by whom, in order, unchanged."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from casestore.conversations import Conversation
from casestore.errors import StoreUnavailable
from casestore.messages import Message
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import MINUTE, NOW, a_case, a_conversation, a_paralegal
from tests.needs import ON_POSTGRES


def said(uow: UnitOfWork, conversation: Conversation, **asked: int) -> list[str]:
    return [message.text for message in uow.messages.transcript(conversation, **asked)]


def test_a_message_comes_back_as_it_was_said(store: Store) -> None:
    choices = (("yes", "Yes, I am"), ("no", "No"))
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        id_ = uow.messages.add(conversation, "bot", "Are you safe?", choices=choices, now=NOW)
    with store.reading() as look:
        assert look.messages.transcript(conversation) == [Message(id_, "bot", "Are you safe?", choices, None, NOW)]


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters()))
@example("\0")
@example("\ud800")
@example("\ud83d\ude00")
@example("\u202eevil\u2066 مرحبا")
@example("'); DROP TABLE messages; -- {{ 7*7 }} {% raw %} %(x)s {0}")
@example("é" * 1_000_000)
def test_any_words_come_back_unchanged(store: Store, words: str) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        uow.messages.add(conversation, "person", words, choices=((words, words),), now=NOW)
    with store.reading() as look:
        [message] = look.messages.transcript(conversation, limit=1)
    assert (message.text, message.choices) == (words, ((words, words),))


def test_messages_come_in_the_order_they_were_written_down(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        for step, word in enumerate(("one", "two", "three")):
            uow.messages.add(conversation, "person", word, now=NOW - step * MINUTE)
        assert said(uow, conversation) == ["one", "two", "three"]


def test_a_long_transcript_is_cut_at_its_beginning(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        for word in ("one", "two", "three"):
            uow.messages.add(conversation, "person", word, now=NOW)
        assert said(uow, conversation, limit=2) == ["two", "three"]


def test_somebody_who_has_read_up_to_a_message_gets_what_came_after_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        _, second, _ = (uow.messages.add(conversation, "person", word, now=NOW) for word in ("one", "two", "three"))
        assert said(uow, conversation, after=second) == ["three"]


def test_a_transcript_holds_nothing_of_another_conversation(store: Store) -> None:
    with store.unit_of_work() as uow:
        mine, yours = a_conversation(uow, "1"), a_conversation(uow, "2")
        uow.messages.add(yours, "person", "yours", now=NOW)
        assert said(uow, mine) == []


def test_a_paralegals_message_carries_the_name(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation, paralegal = a_conversation(uow), a_paralegal(uow, name="Thandi Nkosi")
        uow.messages.add(conversation, "paralegal", "I am here", staff_id=paralegal.id, now=NOW)
        [message] = uow.messages.transcript(conversation)
    assert (message.sender, message.by) == ("paralegal", "Thandi Nkosi")


def test_a_button_is_remembered_as_it_was_last_labelled(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        for label in ("Yes", "Ja"):
            uow.messages.add(conversation, "bot", "Safe?", choices=(("no", "No"), ("yes", label)), now=NOW)
        assert uow.messages.label_of(conversation, "yes") == "Ja"


@pytest.mark.parametrize("choice", ["never shown", "", "\0"])
def test_a_button_that_was_never_shown_has_no_label(store: Store, choice: str) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        uow.messages.add(conversation, "bot", "Safe?", choices=(("yes", "Yes"),), now=NOW)
        assert uow.messages.label_of(conversation, choice) == ""


@ON_POSTGRES
def test_two_who_write_into_one_chat_wait_for_each_other_so_that_no_number_comes_late(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        a_case(uow, conversation)

    def write_at_once() -> None:
        with store.unit_of_work() as other:
            other.session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            other.messages.add(conversation, "bot", "later", now=NOW)

    with store.unit_of_work() as uow:
        first = uow.messages.add(conversation, "paralegal", "first", now=NOW)
        with pytest.raises(StoreUnavailable):
            write_at_once()
    write_at_once()
    with store.reading() as look:
        assert said(look, conversation, after=first) == ["later"]

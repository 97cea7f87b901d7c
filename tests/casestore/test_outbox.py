"""The outbox: nothing lost, nothing doubled, each chat in strict order, words gone once they have arrived."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casestore.keys.encryption import Keyring
from casestore.outbox import LEASE, Letter
from casestore.unit_of_work import Store, UnitOfWork
from tests.at_once import at_once
from tests.builders import MINUTE, NOW, a_conversation
from tests.casestore.interrupted import Interrupted, interrupted
from tests.casestore.raw import sql
from tests.needs import ON_POSTGRES

LATER = NOW + 10 * MINUTE


def put(uow: UnitOfWork, text: str, address: str = "4711", **changes: Any) -> None:
    letter = {"channel": "telegram", "address": address, "text": text, "dedupe": text, "now": NOW, **changes}
    uow.outbox.put(**letter)


def put_all(store: Store, *texts: str, address: str = "4711", **changes: Any) -> None:
    with store.unit_of_work() as uow:
        for text in texts:
            put(uow, text, address, **changes)


def take(store: Store, **changes: Any) -> list[Letter]:
    with store.unit_of_work() as uow:
        return uow.outbox.take_due("telegram", **{"now": NOW, **changes})


def texts(letters: list[Letter]) -> list[str]:
    return [letter.text for letter in letters]


def test_what_was_put_is_taken_whole(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        said = uow.messages.add(conversation, "bot", "Are you safe?", now=NOW)
        choices = (("yes", "Yes"), ("no", "No"))
        put(uow, "Are you safe?", choices=choices, conversation_id=conversation.id, message_id=said, document="a.txt")
    [letter] = take(store)
    assert letter == Letter(
        letter.id,
        "telegram",
        "4711",
        "Are you safe?",
        choices,
        conversation.id,
        said,
        attempts=1,
        created_at=NOW,
        document="a.txt",
    )


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters()), st.text(st.characters()))
@example("\ud83d", "\0")
@example("\ud83d\ude00", "\udc00\ud800")
@example("\u202e مرحبا", "{{7*7}}'; DROP TABLE outbox; --")
@example("a", "é" * 1_000_000)
def test_any_words_come_back_unchanged(store: Store, address: str, words: str) -> None:
    with store.unit_of_work() as uow:
        put(uow, words, address, choices=((words, words),), document=words, dedupe="x")
        [letter] = uow.outbox.take_due("telegram", now=NOW)
        assert uow.outbox.waiting_for("telegram", address, now=NOW) == [letter]
        uow.session.rollback()
    assert (letter.address, letter.text, letter.choices, letter.document) == (address, words, ((words, words),), words)


def test_the_same_message_is_not_queued_twice(store: Store) -> None:
    with store.unit_of_work() as uow:
        put(uow, "first", dedupe="in:1:0")
        put(uow, "second", dedupe="in:1:0")
        assert texts(uow.outbox.waiting_for("telegram", "4711", now=NOW)) == ["first"]


def test_the_same_message_queued_by_several_threads_at_once_is_there_once(store: Store) -> None:
    at_once(*[lambda: put_all(store, "once")] * 6)
    assert sql(store, "SELECT dedupe FROM outbox") == [("once",)]


def test_what_was_queued_is_known_after_it_was_sent(store: Store) -> None:
    put_all(store, "hello")
    with store.unit_of_work() as uow:
        [letter] = uow.outbox.take_due("telegram", now=NOW)
        uow.outbox.mark_sent(letter.id, now=NOW)
    with store.reading() as look:
        assert (look.outbox.has("hello"), look.outbox.has("good-bye")) == (True, False)


def test_only_the_oldest_message_of_an_address_is_taken(store: Store) -> None:
    put_all(store, "one", "two", "three")
    assert texts(take(store)) == ["one"]


def test_the_next_message_follows_once_the_one_before_was_sent(store: Store) -> None:
    put_all(store, "one", "two", "three")
    sent = []
    for _ in range(3):
        [letter] = take(store)
        sent.append(letter.text)
        with store.unit_of_work() as uow:
            uow.outbox.mark_sent(letter.id, now=NOW)
    assert (sent, take(store)) == (["one", "two", "three"], [])


def test_while_one_is_under_way_nothing_else_goes_to_that_address(store: Store) -> None:
    put_all(store, "one", "two")
    take(store)
    assert take(store, now=NOW + LEASE / 2) == []


def test_a_message_to_be_tried_again_holds_up_those_behind_it(store: Store) -> None:
    put_all(store, "one", "two")
    [letter] = take(store)
    with store.unit_of_work() as uow:
        uow.outbox.try_again(letter.id, at=NOW + 5 * MINUTE, failure="flood")
    assert take(store, now=NOW + 4.9 * MINUTE) == []
    assert texts(take(store, now=NOW + 5 * MINUTE)) == ["one"]


def test_a_message_that_failed_for_good_lets_the_next_one_go(store: Store) -> None:
    put_all(store, "one", "two")
    [letter] = take(store)
    with store.unit_of_work() as uow:
        uow.outbox.mark_failed(letter.id, failure="refused")
    assert texts(take(store)) == ["two"]


def test_one_slow_address_does_not_hold_up_another(store: Store) -> None:
    put_all(store, "one", "two", address="1")
    put_all(store, "three", address="2")
    assert texts(take(store)) == ["one", "three"]


def test_no_more_are_taken_than_asked_for(store: Store) -> None:
    for number in range(5):
        put_all(store, f"{number}", address=f"{number}")
    assert texts(take(store, limit=2)) == ["0", "1"]


def test_messages_of_another_channel_are_left_alone(store: Store) -> None:
    put_all(store, "for the web", channel="web")
    put_all(store, "for telegram")
    assert texts(take(store)) == ["for telegram"]


def test_the_lease_of_a_sender_that_died_ends(store: Store) -> None:
    put_all(store, "one")
    take(store)
    assert take(store, now=NOW + LEASE * 0.99) == []
    assert [(letter.text, letter.attempts) for letter in take(store, now=NOW + LEASE)] == [("one", 2)]


def test_a_sender_that_starts_anew_need_not_wait_for_its_leases(store: Store) -> None:
    put_all(store, "one")
    take(store)
    with store.unit_of_work() as uow:
        uow.outbox.release_leases("telegram", now=NOW + MINUTE / 60)
    assert texts(take(store, now=NOW + MINUTE / 60)) == ["one"]


def test_starting_anew_does_not_shorten_a_pause_the_channel_asked_for(store: Store) -> None:
    put_all(store, "one")
    [letter] = take(store)
    with store.unit_of_work() as uow:
        uow.outbox.try_again(letter.id, at=NOW + 5 * MINUTE, failure="flood")
        uow.outbox.release_leases("telegram", now=NOW + MINUTE)
    assert take(store, now=NOW + MINUTE) == []


def test_starting_anew_leaves_the_leases_of_other_channels(store: Store) -> None:
    put_all(store, "one")
    take(store)
    with store.unit_of_work() as uow:
        uow.outbox.release_leases("web", now=NOW)
    assert take(store) == []


def test_a_message_is_not_taken_before_its_time(store: Store) -> None:
    put_all(store, "one", now=LATER)
    assert take(store) == []
    assert texts(take(store, now=LATER)) == ["one"]


@pytest.mark.parametrize(("now", "due"), [(NOW - MINUTE, False), (NOW, True)])
def test_a_look_says_whether_anything_is_due(store: Store, now: Any, due: bool) -> None:
    put_all(store, "one")
    with store.reading() as look:
        assert look.outbox.any_due("telegram", now=now) is due
        assert not look.outbox.any_due("web", now=now)


def test_no_message_is_taken_by_two_senders(store: Store) -> None:
    for number in range(30):
        put_all(store, f"{number}", address=f"{number}")

    def send() -> list[str]:
        taken = []
        while letters := take(store, limit=3):
            taken += texts(letters)
        return taken

    assert sorted(sum(at_once(*[send] * 6), [])) == sorted(map(str, range(30)))


@ON_POSTGRES
def test_a_second_sender_skips_what_the_first_is_taking_and_what_comes_after_it(store: Store) -> None:
    put_all(store, "one", "two", address="1")
    put_all(store, "three", address="2")
    with store.unit_of_work() as first, store.unit_of_work() as second:
        assert texts(first.outbox.take_due("telegram", now=NOW, limit=1)) == ["one"]
        assert texts(second.outbox.take_due("telegram", now=NOW)) == ["three"]


@pytest.mark.parametrize("end", ["mark_sent", "mark_failed", "give_up_on", "confirm_up_to"])
def test_words_are_gone_once_nothing_more_is_tried(store: Store, end: str) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        put(uow, "words", conversation_id=conversation.id)
        [letter] = uow.outbox.take_due("telegram", now=NOW)
        if end == "mark_sent":
            uow.outbox.mark_sent(letter.id, now=NOW)
        elif end == "mark_failed":
            uow.outbox.mark_failed(letter.id, failure="refused")
        elif end == "give_up_on":
            uow.outbox.give_up_on(conversation.id, failure="left")
        else:
            uow.outbox.confirm_up_to("telegram", "4711", letter.id, now=NOW)
    assert sql(store, "SELECT body_sealed, status = 'waiting' FROM outbox") == [(None, False)]


def test_nothing_more_goes_to_a_person_who_left(store: Store) -> None:
    with store.unit_of_work() as uow:
        left, stays = a_conversation(uow, "1"), a_conversation(uow, "2")
        for conversation in (left, stays):
            for number in range(2):
                put(uow, f"{conversation.id}:{number}", conversation.address, conversation_id=conversation.id)
        uow.outbox.give_up_on(left.id, failure="blocked")
    assert [letter.conversation_id for letter in take(store, now=LATER)] == [stays.id]


def test_giving_up_leaves_what_was_sent_as_sent(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        said = uow.messages.add(conversation, "bot", "hello", now=NOW)
        put(uow, "hello", conversation_id=conversation.id, message_id=said)
        [letter] = uow.outbox.take_due("telegram", now=NOW)
        uow.outbox.mark_sent(letter.id, now=NOW)
        uow.outbox.give_up_on(conversation.id, failure="blocked")
        assert uow.outbox.states([said]) == {said: "sent"}


def test_a_very_long_failure_is_cut_to_fit(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        for text in ("one", "two", "three"):
            put(uow, text, conversation_id=conversation.id)
        one, two, _ = uow.outbox.waiting_for("telegram", "4711", now=NOW)
        uow.outbox.try_again(one.id, at=NOW, failure="x" * 500)
        uow.outbox.mark_failed(two.id, failure="x" * 500)
        uow.outbox.give_up_on(conversation.id, failure="x" * 500)
    assert sql(store, "SELECT DISTINCT length(failure) FROM outbox") == [(80,)]


@pytest.mark.parametrize("failure", ["refused\0", "refused \ud800"])
def test_a_failure_in_strange_words_can_be_noted(store: Store, failure: str) -> None:
    put_all(store, "one", "two")
    for _ in range(2):
        [letter] = take(store)
        with store.unit_of_work() as uow:
            uow.outbox.try_again(letter.id, at=NOW, failure=failure)
            uow.outbox.mark_failed(letter.id, failure=failure)
    assert sql(store, "SELECT failure LIKE 'refused%' FROM outbox") == [(True,), (True,)]


def test_a_channel_that_fetches_sees_all_that_waits_for_its_address_in_order(store: Store) -> None:
    put_all(store, "one", "two", channel="web")
    put_all(store, "not yours", channel="web", address="42")
    with store.reading() as look:
        assert texts(look.outbox.waiting_for("web", "4711", now=NOW)) == ["one", "two"]


def test_what_was_shown_waits_no_more_and_what_came_later_does(store: Store) -> None:
    put_all(store, "one", "two", "three", channel="web")
    put_all(store, "not yours", channel="web", address="42")
    with store.unit_of_work() as uow:
        _, two, _ = uow.outbox.waiting_for("web", "4711", now=NOW)
        uow.outbox.confirm_up_to("web", "4711", two.id, now=NOW)
    with store.reading() as look:
        assert texts(look.outbox.waiting_for("web", "4711", now=NOW)) == ["three"]
        assert texts(look.outbox.waiting_for("web", "42", now=NOW)) == ["not yours"]


def test_the_desk_sees_how_each_message_fares(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        said = [uow.messages.add(conversation, "bot", word, now=NOW) for word in ("a", "b", "c", "d")]
        for number, message_id in enumerate(said[:3]):
            put(uow, f"{number}", message_id=message_id)
        first, second, _ = uow.outbox.waiting_for("telegram", "4711", now=NOW)
        uow.outbox.mark_sent(first.id, now=NOW)
        uow.outbox.mark_failed(second.id, failure="refused")
        assert uow.outbox.states(said) == dict(zip(said, ("sent", "failed", "waiting"), strict=False))


def test_messages_queued_before_a_change_of_key_still_go_out(store: Store) -> None:
    put_all(store, "under way")
    old = store.keyring
    store.keys = Keyring("k2", {**old.keys, "k2": b"2" * 32}, old.index_key)
    assert texts(take(store)) == ["under way"]


def test_a_message_of_a_transaction_that_failed_is_not_sent(store: Store) -> None:
    with pytest.raises(Interrupted):
        interrupted(store, lambda uow: put(uow, "too early"))
    assert take(store) == []

"""The inbox: an update is kept once, worked once, in order."""

from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casestore.unit_of_work import Store
from tests.at_once import at_once
from tests.builders import MINUTE, NOW, a_conversation
from tests.casestore.raw import count, sql
from tests.needs import ON_POSTGRES

HOSTILE = [
    "\0",
    "before\0after",
    "\ud800",
    "\ud83d\ude00"[:1] + "x",
    "\u202eevil\u202c \u200f",
    "'; DROP TABLE inbox; --",
    "{{ 7*7 }} {% raw %} ${x} <script>alert(1)</script> %s {0}",
    "é" * 1_000_000,
    "",
]


def store_update(store: Store, external_id: str = "u1", *, body: str = "words", address: str = "4711") -> bool:
    with store.unit_of_work() as uow:
        return uow.inbox.store(a_conversation(uow, address), external_id=external_id, body=body, now=NOW)


def test_a_new_update_is_kept(store: Store) -> None:
    assert store_update(store)
    with store.reading() as look:
        [arrival] = look.inbox.waiting(a_conversation(look))
    assert (arrival.body, arrival.attempts, arrival.received_at) == ("words", 0, NOW)


def test_the_same_update_again_changes_nothing(store: Store) -> None:
    store_update(store, body="first")
    assert not store_update(store, body="second")
    with store.reading() as look:
        assert [arrival.body for arrival in look.inbox.waiting(a_conversation(look))] == ["first"]


def test_the_same_update_from_several_threads_at_once_is_kept_once(store: Store) -> None:
    kept = at_once(*[lambda: store_update(store)] * 8)
    assert sorted(kept) == [False] * 7 + [True]
    assert count(store, "inbox") == 1


def test_the_same_id_on_another_channel_is_another_update(store: Store) -> None:
    store_update(store)
    with store.unit_of_work() as uow:
        assert uow.inbox.store(a_conversation(uow, channel="web"), external_id="u1", body="words", now=NOW)


def test_an_update_that_was_worked_is_still_known(store: Store) -> None:
    store_update(store)
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        uow.inbox.mark_done([arrival.id for arrival in uow.inbox.waiting(conversation)], now=NOW)
    assert not store_update(store)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters()))
def test_any_text_comes_back_unchanged(store: Store, body: str) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        uow.inbox.store(conversation, external_id=f"u{count(store, 'inbox')}", body=body, now=NOW)
        [arrival] = uow.inbox.waiting(conversation)
        uow.inbox.mark_done([arrival.id], now=NOW)
    assert arrival.body == body


for _hostile in HOSTILE:
    test_any_text_comes_back_unchanged = example(body=_hostile)(test_any_text_comes_back_unchanged)


def test_updates_wait_in_the_order_in_which_they_arrived(store: Store) -> None:
    for number in (3, 1, 2):
        store_update(store, f"u{number}", body=f"{number}")
    with store.reading() as look:
        assert [arrival.body for arrival in look.inbox.waiting(a_conversation(look))] == ["3", "1", "2"]


def test_no_more_are_given_out_than_asked_for(store: Store) -> None:
    for number in range(5):
        store_update(store, f"u{number}", body=f"{number}")
    with store.reading() as look:
        assert [arrival.body for arrival in look.inbox.waiting(a_conversation(look), limit=2)] == ["0", "1"]


def test_one_conversation_does_not_see_the_updates_of_another(store: Store) -> None:
    store_update(store, "u1", body="mine", address="1")
    store_update(store, "u2", body="yours", address="2")
    with store.reading() as look:
        assert [arrival.body for arrival in look.inbox.waiting(a_conversation(look, "1"))] == ["mine"]


def test_what_was_worked_waits_no_more_and_its_words_are_gone(store: Store) -> None:
    store_update(store, "u1")
    store_update(store, "u2")
    with store.unit_of_work() as uow:
        first, second = uow.inbox.waiting(a_conversation(uow))
        uow.inbox.mark_done([first.id], now=NOW + MINUTE)
        assert uow.inbox.waiting(a_conversation(uow)) == [second]
    assert sql(store, "SELECT body_sealed IS NULL FROM inbox ORDER BY id") == [(True,), (False,)]


def test_failed_work_is_counted(store: Store) -> None:
    store_update(store)
    with store.unit_of_work() as uow:
        ids = [arrival.id for arrival in uow.inbox.waiting(a_conversation(uow))]
        uow.inbox.note_failure(ids)
        uow.inbox.note_failure(ids)
    with store.reading() as look:
        assert [arrival.attempts for arrival in look.inbox.waiting(a_conversation(look))] == [2]


@ON_POSTGRES
def test_a_burst_in_one_chat_is_kept_whole_by_many_processes(store: Store) -> None:
    def receive(number: int) -> bool:
        with store.unit_of_work() as uow:
            conversation = a_conversation(uow)
            kept = uow.inbox.store(conversation, external_id=f"u{number}", body=f"{number}", now=NOW)
            uow.conversations.note_waiting(conversation.id, now=NOW, settle=MINUTE, longest=timedelta(minutes=5))
            return kept

    receive(100)
    assert at_once(*[lambda number=number: receive(number) for number in range(20)]) == [True] * 20
    assert count(store, "inbox") == 21

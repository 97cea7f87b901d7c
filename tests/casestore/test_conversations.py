"""Conversations: found by their address, kept whole, worked by one at a time."""

from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from casestore.unit_of_work import Store
from tests.at_once import at_once
from tests.builders import MINUTE, NOW, a_case, a_conversation, a_paralegal
from tests.casestore.interrupted import Interrupted, interrupted
from tests.casestore.raw import count
from tests.needs import ON_POSTGRES

QUICK = {"settle": timedelta(0), "longest": timedelta(0)}


def waiting(store: Store, *addresses: str) -> list[int]:
    """Conversations ready at once, a minute apart, the first one the longest; their ids."""
    with store.unit_of_work() as uow:
        found = [a_conversation(uow, address) for address in addresses]
        for step, conversation in enumerate(found):
            uow.conversations.note_waiting(conversation.id, now=NOW + step * MINUTE, **QUICK)
    return [conversation.id for conversation in found]


def test_an_unknown_address_has_no_conversation(store: Store) -> None:
    with store.reading() as look:
        assert look.conversations.find("telegram", "4711") is None


def test_a_started_conversation_is_found_at_its_address(store: Store) -> None:
    with store.unit_of_work() as uow:
        started = a_conversation(uow)
    with store.reading() as look:
        assert look.conversations.find("telegram", "4711") == started
    assert (started.address, started.channel, started.session, started.reachable) == ("4711", "telegram", None, True)


def test_an_address_that_wrote_before_goes_on_with_its_conversation(store: Store) -> None:
    with store.unit_of_work() as uow:
        started = a_conversation(uow)
    with store.unit_of_work() as uow:
        assert a_conversation(uow) == started


def test_the_same_address_on_another_channel_is_another_person(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert a_conversation(uow).person_id != a_conversation(uow, channel="web").person_id


def test_a_new_address_that_several_threads_meet_at_once_is_one_person(store: Store) -> None:
    def start() -> int:
        with store.unit_of_work() as uow:
            return a_conversation(uow).id

    assert len(set(at_once(*[start] * 8))) == 1
    assert (count(store, "conversations"), count(store, "people")) == (1, 1)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters()), st.text(st.characters()))
@example("\0", "\0")
@example("\ud800", "\ud800")
@example("a" * 10_000, "{" * 1_000_000)
@example("' OR 1=1 --", "{{7*7}}\u202e")
def test_any_address_and_session_come_back_unchanged(store: Store, address: str, session: str) -> None:
    with store.unit_of_work() as uow:
        uow.conversations.save_session(a_conversation(uow, address).id, session)
    with store.reading() as look:
        found = look.conversations.find("telegram", address)
    assert found is not None
    assert (found.address, found.session) == (address, session)


def test_the_newest_session_is_the_one_kept(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        uow.conversations.save_session(conversation.id, "one")
        uow.conversations.save_session(conversation.id, "two")
    with store.reading() as look:
        assert look.conversations.get(conversation.id).session == "two"


@pytest.mark.parametrize("reachable", [True, False])
def test_whether_a_person_can_be_reached_is_remembered(store: Store, reachable: bool) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        uow.conversations.mark_reachable(conversation.id, reachable=not reachable)
        uow.conversations.mark_reachable(conversation.id, reachable=reachable)
    with store.reading() as look:
        assert look.conversations.get(conversation.id).reachable is reachable


def test_marking_a_conversation_that_is_gone_changes_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.conversations.mark_reachable(999_999_999, reachable=False)
    assert count(store, "conversations") == 0


def test_when_all_is_quiet_there_is_nothing_to_work(store: Store) -> None:
    with store.unit_of_work() as uow:
        a_conversation(uow)
        assert uow.conversations.lock_next_ready(now=NOW) is None
        assert not uow.conversations.any_ready(now=NOW)


def test_the_conversation_that_has_waited_longest_comes_first(store: Store) -> None:
    first, second = waiting(store, "1", "2")
    with store.unit_of_work() as uow:
        for expected in (first, second):
            got = uow.conversations.lock_next_ready(now=NOW + 5 * MINUTE)
            assert got is not None
            assert got.id == expected
            uow.conversations.quiet(got.id)


def test_words_are_worked_once_they_have_settled(store: Store) -> None:
    with store.unit_of_work() as uow:
        waits = a_conversation(uow)
        uow.conversations.note_waiting(waits.id, now=NOW, settle=MINUTE, longest=5 * MINUTE)
        assert uow.conversations.lock_next_ready(now=NOW + 0.9 * MINUTE) is None
        assert uow.conversations.any_ready(now=NOW + MINUTE)
        assert uow.conversations.lock_next_ready(now=NOW + MINUTE) == waits


def test_more_words_start_the_settling_anew(store: Store) -> None:
    with store.unit_of_work() as uow:
        waits = a_conversation(uow)
        for at in (NOW, NOW + 0.5 * MINUTE):
            uow.conversations.note_waiting(waits.id, now=at, settle=MINUTE, longest=5 * MINUTE)
        assert not uow.conversations.any_ready(now=NOW + 1.4 * MINUTE)
        assert uow.conversations.any_ready(now=NOW + 1.5 * MINUTE)


def test_somebody_who_never_stops_writing_is_answered_after_the_longest_wait(store: Store) -> None:
    with store.unit_of_work() as uow:
        waits = a_conversation(uow)
        for step in range(20):
            uow.conversations.note_waiting(waits.id, now=NOW + step * MINUTE / 2, settle=MINUTE, longest=5 * MINUTE)
        assert not uow.conversations.any_ready(now=NOW + 4.9 * MINUTE)
        assert uow.conversations.any_ready(now=NOW + 5 * MINUTE)


def test_after_quiet_the_longest_wait_counts_from_the_next_message(store: Store) -> None:
    with store.unit_of_work() as uow:
        waits = a_conversation(uow)
        uow.conversations.note_waiting(waits.id, now=NOW, settle=MINUTE, longest=2 * MINUTE)
        uow.conversations.quiet(waits.id)
        uow.conversations.note_waiting(waits.id, now=NOW + 10 * MINUTE, settle=MINUTE, longest=2 * MINUTE)
        assert not uow.conversations.any_ready(now=NOW + 10 * MINUTE)


def test_postponed_work_waits_until_its_time(store: Store) -> None:
    [waits] = waiting(store, "1")
    with store.unit_of_work() as uow:
        uow.conversations.postpone(waits, until=NOW + 2 * MINUTE)
        assert not uow.conversations.any_ready(now=NOW + MINUTE)
        assert uow.conversations.any_ready(now=NOW + 2 * MINUTE)


def test_no_two_workers_ever_work_the_same_conversation(store: Store) -> None:
    ids = waiting(store, *map(str, range(20)))

    def work() -> list[int]:
        worked = []
        while True:
            with store.unit_of_work() as uow:
                got = uow.conversations.lock_next_ready(now=NOW + 60 * MINUTE)
                if got is None:
                    return worked
                worked.append(got.id)
                uow.conversations.quiet(got.id)

    assert sorted(sum(at_once(*[work] * 6), [])) == ids


@ON_POSTGRES
def test_twenty_workers_at_once_get_twenty_conversations(store: Store) -> None:
    ids = waiting(store, *map(str, range(20)))
    all_hold_one = Barrier(20)

    def work() -> int | None:
        with store.unit_of_work() as uow:
            got = uow.conversations.lock_next_ready(now=NOW + 60 * MINUTE)
            all_hold_one.wait(timeout=10)
            return None if got is None else got.id

    assert sorted(at_once(*[work] * 20)) == ids


@ON_POSTGRES
def test_a_conversation_under_work_is_skipped(store: Store) -> None:
    first, second = waiting(store, "1", "2")
    later = NOW + 5 * MINUTE
    with store.unit_of_work() as one, store.unit_of_work() as two, store.unit_of_work() as three:
        got = [uow.conversations.lock_next_ready(now=later) for uow in (one, two, three)]
    assert [conversation and conversation.id for conversation in got] == [first, second, None]


@ON_POSTGRES
def test_a_worker_that_dies_gives_its_conversation_back(store: Store) -> None:
    [waits] = waiting(store, "1")
    with pytest.raises(Interrupted):
        interrupted(
            store, lambda uow: uow.conversations.lock_next_ready(now=NOW), lambda uow: uow.conversations.quiet(waits)
        )
    with store.unit_of_work() as uow:
        got = uow.conversations.lock_next_ready(now=NOW)
    assert got is not None
    assert got.id == waits


@ON_POSTGRES
def test_the_desk_can_answer_and_a_channel_can_store_while_a_worker_is_at_it(store: Store) -> None:
    [waits] = waiting(store, "1")
    with store.unit_of_work() as worker, store.unit_of_work() as other:
        worker.conversations.lock_next_ready(now=NOW)
        other.session.execute(text("SET LOCAL lock_timeout = '500ms'"))
        conversation = other.conversations.get(waits)
        other.messages.add(conversation, "paralegal", "I am here", now=NOW)
        other.inbox.store(conversation, external_id="u1", body="words", now=NOW)
    assert (count(store, "messages"), count(store, "inbox")) == (1, 1)


@ON_POSTGRES
def test_the_desk_and_a_worker_on_the_same_case_do_not_deadlock(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        case = a_case(uow, conversation)
        staff = a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
        uow.conversations.note_waiting(conversation.id, now=NOW, **QUICK)
    both_have_begun = Barrier(2)

    def work() -> str:
        with store.unit_of_work() as uow:
            uow.conversations.lock_next_ready(now=NOW)
            both_have_begun.wait(timeout=10)
            uow.cases.person_wrote(case, now=NOW)
        return "done"

    def answer() -> str:
        with store.unit_of_work() as uow:
            uow.cases.answered(case.id, staff_id=staff.id, now=NOW)
            both_have_begun.wait(timeout=10)
            uow.messages.add(uow.conversations.get(conversation.id), "paralegal", "hello", now=NOW)
        return "done"

    assert at_once(work, answer) == ["done", "done"]

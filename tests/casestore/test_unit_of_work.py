"""One transaction: all of it or nothing, one writer after another, looks that hinder nobody."""

from dataclasses import FrozenInstanceError

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from casestore.errors import CaseNotFound
from casestore.unit_of_work import Store
from tests.at_once import at_once
from tests.builders import NOW, a_case, a_conversation, open_cases
from tests.casestore.interrupted import interrupted
from tests.casestore.raw import count


def test_on_leaving_all_is_kept(store: Store) -> None:
    with store.unit_of_work() as uow:
        a_case(uow)
    assert (count(store, "people"), count(store, "cases"), count(store, "case_log")) == (1, 1, 1)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_on_any_error_nothing_is_kept_and_the_error_goes_on(store: Store, error: type[BaseException]) -> None:
    with pytest.raises(error):
        interrupted(store, a_case, error=error)
    assert (count(store, "people"), count(store, "cases"), count(store, "case_log")) == (0, 0, 0)


def test_nothing_is_seen_by_others_before_the_end(store: Store) -> None:
    with store.unit_of_work() as uow:
        a_conversation(uow)
        assert count(store, "people") == 0


def test_what_left_the_transaction_can_be_read_but_not_changed(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
    assert case.urgency == "routine"
    with pytest.raises(FrozenInstanceError):
        case.urgency = "emergency"


def test_a_look_keeps_nothing(store: Store) -> None:
    with store.reading() as look:
        a_conversation(look)
    assert count(store, "people") == 0


def test_a_look_is_possible_while_somebody_writes(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
    with store.unit_of_work() as uow:
        a_case(uow)
        with store.reading() as look:
            assert open_cases(look) == [case]


def test_a_write_is_possible_while_somebody_looks(store: Store) -> None:
    with store.reading() as look:
        open_cases(look)
        with store.unit_of_work() as uow:
            a_case(uow)
    assert count(store, "cases") == 1


def test_writers_wait_for_each_other_and_none_is_lost(store: Store) -> None:
    def write() -> str:
        with store.unit_of_work() as uow:
            before = len(open_cases(uow))
            a_case(uow)
            assert len(open_cases(uow)) == before + 1 or store.engine.dialect.name == "postgresql"
        return "written"

    assert at_once(*[write] * 8) == ["written"] * 8
    assert count(store, "cases") == 8


def test_a_mistake_of_ours_is_not_taken_for_an_outage(store: Store) -> None:
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        uow.session.execute(text("INSERT INTO people (id) VALUES ('x')"))


def test_a_line_of_the_log_without_its_case_cannot_be_stored(store: Store) -> None:
    with pytest.raises(CaseNotFound), store.unit_of_work() as uow:
        uow.log.note(999_999_999, "viewed", actor="bot", now=NOW)

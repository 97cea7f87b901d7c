"""The case log: a fixed vocabulary, in order, with names where names are known."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.exc import DBAPIError

from casestore.log.case_log import BOT, KINDS, OFFICE_KINDS, OPERATOR, PERSON, CaseLog, Kind
from casestore.offices import HOME
from casestore.tables import CaseRow, LogRow
from casestore.unit_of_work import Store
from tests.at_once import at_once
from tests.builders import MINUTE, NOW, a_case, a_paralegal
from tests.casestore.raw import count, findings, sql
from tests.needs import ON_POSTGRES


def test_a_new_case_has_one_line(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, urgency="urgent")
    with store.reading() as look:
        [entry] = look.log.of(case.id)
    assert (entry.kind, entry.by, entry.detail, entry.at) == (
        KINDS["opened"],
        "the person",
        {"urgency": "urgent"},
        NOW,
    )


def test_lines_come_in_the_order_they_were_written(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        uow.log.note(case.id, "danger_heard", actor=BOT, now=NOW + 2 * MINUTE)
        uow.log.note(case.id, "unreachable", actor=BOT, now=NOW + MINUTE)
        assert [entry.kind.id for entry in uow.log.of(case.id)] == ["opened", "danger_heard", "unreachable"]


def test_lines_of_another_case_are_not_shown(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, other = a_case(uow), a_case(uow)
        uow.log.note(other.id, "viewed", actor=BOT, now=NOW)
        assert len(uow.log.of(case.id)) == 1


def test_who_did_it_is_shown_by_name(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, paralegal = a_case(uow), a_paralegal(uow, name="Thandi Nkosi")
        for actor in (f"staff:{paralegal.id}", BOT, PERSON):
            uow.log.note(case.id, "viewed", actor=actor, now=NOW)
        assert [entry.by for entry in uow.log.of(case.id)][1:] == ["Thandi Nkosi", "Doorstep", "the person"]


def test_a_kind_outside_the_vocabulary_is_refused(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        with pytest.raises(KeyError):
            uow.log.note(case.id, "gossiped_about", actor=BOT, now=NOW)
        assert len(uow.log.of(case.id)) == 1


@pytest.mark.parametrize("kind", [*KINDS.values(), *OFFICE_KINDS.values()], ids=lambda kind: kind.id)
def test_every_kind_has_a_title_and_fits_its_column(kind: Kind) -> None:
    assert kind.title
    assert kind.next_actor in ("desk", "person", "supervisor", None)
    assert set(kind.who.split(", ")) <= {"desk", "person", "doorstep", "operator"}
    assert len(kind.id) <= LogRow.__table__.c.kind.type.length


def test_the_log_can_only_be_added_to_and_read() -> None:
    assert {name for name in vars(CaseLog) if not name.startswith("_")} == {
        "note",
        "note_office",
        "of",
        "of_office",
        "last_at",
        "chain_old_lines",  # from before there were chains: seals and chains them, once
    }


def test_the_details_of_a_person_s_case_are_sealed_with_their_key(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, flags=("no_food",))
        uow.log.note(case.id, "danger_heard", actor=BOT, now=NOW, flags=["no_food"])
    lines = sql(store, "SELECT detail, detail_sealed FROM case_log ORDER BY id")
    assert [(clear, b"no_food" in bytes(sealed)) for clear, sealed in lines] == [(None, False), (None, False)]
    with store.reading() as look:
        assert look.log.of(case.id)[-1].detail == {"flags": ["no_food"]}


def test_what_belongs_to_no_case_hangs_on_the_chain_of_its_office(store: Store) -> None:
    with store.unit_of_work() as uow:
        other = uow.offices.add("Second office", now=NOW)
        uow.log.note_office("exported", actor=OPERATOR, now=NOW, rows=3)
        uow.log.note_office("backed_up", actor=OPERATOR, now=NOW, office_id=other.id)
        uow.log.note_office("key_rotated", actor=OPERATOR, now=NOW)
    with store.reading() as look:
        assert [(entry.kind.id, entry.by, entry.detail) for entry in look.log.of_office()] == [
            ("exported", "the command line", {"rows": 3}),
            ("key_rotated", "the command line", {}),
        ]
        assert [entry.kind.id for entry in look.log.of_office(other.id)] == ["backed_up"]
    assert sql(store, "SELECT office_id, seq FROM case_log ORDER BY id") == [(1, 1), (other.id, 1), (1, 2)]


def test_an_event_of_a_case_is_not_one_of_an_office_nor_the_other_way_round(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        with pytest.raises(KeyError):
            uow.log.note_office("claimed", actor=BOT, now=NOW)
        with pytest.raises(KeyError):
            uow.log.note(case.id, "exported", actor=BOT, now=NOW)


def test_a_line_knows_the_office_its_case_had_then(store: Store) -> None:
    with store.unit_of_work() as uow:
        other = uow.offices.add("Second office", now=NOW)
        case = a_case(uow, office_id=other.id)
        uow.session.execute(update(CaseRow).values(office_id=HOME))
        uow.session.expire_all()
        uow.log.note(case.id, "viewed", actor=BOT, now=NOW)
    assert sql(store, "SELECT office_id, seq FROM case_log ORDER BY id") == [(other.id, 1), (HOME, 2)]


def test_when_somebody_last_did_something_is_found_without_the_rest(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, other = a_case(uow), a_case(uow)
        for minutes in (1, 2):
            uow.log.note(case.id, "viewed", actor="staff:7", now=NOW + minutes * MINUTE)
        uow.log.note(case.id, "viewed", actor="staff:8", now=NOW + 9 * MINUTE)
        uow.log.note(other.id, "viewed", actor="staff:7", now=NOW + 9 * MINUTE)
        assert uow.log.last_at(case.id, "viewed", actor="staff:7") == NOW + 2 * MINUTE
        assert uow.log.last_at(case.id, "claimed", actor="staff:7") is None


def test_a_line_costs_one_read_and_one_write(store: Store) -> None:
    statements: list[str] = []

    def listen(*call: Any) -> None:
        statements.append(call[2].split()[0])

    with store.unit_of_work() as uow:
        case = a_case(uow)
        row = uow.session.get_one(CaseRow, case.id)  # as whoever changes a case has it
        event.listen(store.engine, "before_cursor_execute", listen)
        uow.log.note(case.id, "answered", actor="staff:7", now=NOW, flags=["no_food"])
        event.remove(store.engine, "before_cursor_execute", listen)
    assert (row.id, statements) == (case.id, ["SELECT", "INSERT"])


@pytest.mark.parametrize("noters", [8])
def test_many_who_write_at_once_never_fork_a_chain(store: Store, noters: int) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)

    def note(number: int) -> None:
        for _ in range(5):
            with store.unit_of_work() as uow:
                uow.log.note(case.id, "viewed", actor=f"staff:{number}", now=NOW)
                uow.log.note_office("signed_in", actor=f"staff:{number}", now=NOW)

    assert at_once(*(partial(note, number) for number in range(noters))) == [None] * noters
    lines = sql(store, "SELECT case_id, seq FROM case_log ORDER BY case_id, seq")
    assert sorted(seq for case_id, seq in lines if case_id is not None) == list(range(1, noters * 5 + 2))
    assert sorted(seq for case_id, seq in lines if case_id is None) == list(range(1, noters * 5 + 1))
    assert findings(store) == []


@pytest.mark.parametrize("table", ["case_log", "log_anchors", "log_heads"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET office_id = 9", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_remove_a_line(store: Store, table: str, statement: str) -> None:
    assert_refused(store, statement.format(table), table)


@ON_POSTGRES
@pytest.mark.parametrize("table", ["case_log", "log_anchors", "log_heads"])
def test_the_database_itself_refuses_to_empty_the_log(store: Store, table: str) -> None:
    assert_refused(store, f"TRUNCATE {table}", table)


def assert_refused(store: Store, statement: str, table: str) -> None:
    with store.unit_of_work() as uow:
        a_case(uow)
        uow.anchors.make(HOME, actor=OPERATOR, now=NOW)
    before = count(store, table)
    with pytest.raises(DBAPIError, match="the log is only added to"), store.engine.begin() as connection:
        connection.execute(text(statement))
    assert count(store, table) == before > 0

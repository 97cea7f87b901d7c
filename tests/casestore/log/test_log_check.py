"""Verifying the log: every change that somebody makes past the locks is found, and named."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.strategies import (
    DataObject,
    binary,
    booleans,
    data,
    datetimes,
    integers,
    just,
    none,
    sampled_from,
)
from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casestore.keys.encryption import Keyring
from casestore.log.case_log import BOT, KINDS, OPERATOR, line_of
from casestore.log.chain import START, link
from casestore.log.log_check import LogCheck
from casestore.offices import HOME
from casestore.tables import Base, LogRow
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_keyring, a_paralegal
from tests.casestore.raw import change, findings, past_the_locks

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Logged:
    """A store with three cases of five lines each, the last one erased, four lines of the office, and two anchors."""

    store: Store
    cases: tuple[int, int, int]

    def findings(self) -> list[str]:
        """What is found, with `A`, `B` and `C` for the numbers of the cases."""
        found = findings(self.store)
        for name, case_id in zip("ABC", self.cases, strict=True):
            found = [re.sub(rf"\bcase {case_id}\b", f"case {name}", finding) for finding in found]
        return found

    def change(self, *statements: str) -> None:
        """Does that to the database, past its locks."""
        a, b, c = self.cases
        values = {"a": a, "b": b, "c": c}
        for statement in statements:
            used = {name: value for name, value in values.items() if re.search(rf":{name}\b", statement)}
            change(self.store, statement, **used)


@pytest.fixture
def logged(store: Store) -> Logged:
    with store.unit_of_work() as uow:
        paralegal, talk = a_paralegal(uow), a_conversation(uow)
        cases = [a_case(uow), a_case(uow), a_case(uow, talk)]
        for case in cases:
            uow.cases.claim(case.id, staff_id=paralegal.id, now=NOW)
            uow.cases.answered(case.id, staff_id=paralegal.id, now=NOW)
            uow.cases.refer(case.id, staff_id=paralegal.id, to="legal_aid", now=NOW)
        uow.log.note_office("exported", actor=OPERATOR, now=NOW, rows=3)
        uow.anchors.make(HOME, actor=OPERATOR, now=NOW)
    with store.unit_of_work() as uow:
        for case in cases[:2]:
            uow.cases.close(case.id, staff_id=paralegal.id, outcome="resolved", note="", now=NOW)
        uow.erasure.erase(talk.person_id, now=NOW)
        uow.log.note_office("backed_up", actor=OPERATOR, now=NOW)
        uow.anchors.make(HOME, actor=OPERATOR, now=NOW + DAY)
    a, b, c = (case.id for case in cases)
    return Logged(store, (a, b, c))


INSERTED = (
    "INSERT INTO case_log (case_id, office_id, seq, kind, actor, at, mac) "
    "SELECT case_id, office_id, {}, kind, actor, at, mac FROM case_log WHERE case_id = :a AND seq = 5"
)
LINE = "WHERE case_id = :a AND seq = 4"
CHANGED = ["case A, line 4: was changed, or is not the one that was written after the line before"]


def test_a_log_as_it_was_written_has_no_findings(logged: Logged) -> None:
    with logged.store.reading() as look:
        check = LogCheck(look.session, logged.store.keyring)
        assert list(check.findings()) == []
    assert (check.chains, check.lines) == (4, 19)


@pytest.mark.parametrize(
    "edit",
    [
        "kind = 'closed'",
        "actor = 'staff:99999999'",
        "at = '2026-03-02 09:00:00.000001+00'",
        "office_id = 2",
        "detail = '{}'",
        "detail = '[1, 2]'",
        "detail_sealed = NULL",
        "detail_sealed = (SELECT detail_sealed FROM case_log WHERE case_id = :b AND seq = 4)",
    ],
)
def test_an_edited_field_is_found(logged: Logged, edit: str) -> None:
    logged.change(f"UPDATE case_log SET {edit} {LINE}")  # noqa: S608
    assert logged.findings() == CHANGED


@pytest.mark.parametrize(
    ("plants", "told"),
    [
        (
            [f"UPDATE case_log SET mac = (SELECT mac FROM case_log WHERE case_id = :b AND seq = 4) {LINE}"],  # noqa: S608
            [
                *CHANGED,
                "case A, line 5: was changed, or is not the one that was written after the line before",
                "case A, line 4: is not the line that anchor 1:1 knows",
            ],
        ),
        (
            [f"UPDATE case_log SET mac = NULL {LINE}"],  # noqa: S608
            [
                "case A, line 4: is not chained: if it is older than the chains, `doorstep migrate` does that",
                "case A, line 5: was changed, or is not the one that was written after the line before",
                "case A, line 4: is not the line that anchor 1:1 knows",
            ],
        ),
        (["DELETE FROM case_log WHERE case_id = :a AND seq = 2"], ["case A: line 2 is gone"]),
        (["DELETE FROM case_log WHERE case_id = :a AND seq = 1"], ["case A: line 1 is gone"]),
        (["DELETE FROM case_log WHERE case_id = :a AND seq IN (2, 3)"], ["case A: lines 2 to 3 are gone"]),
        (
            ["DELETE FROM case_log WHERE case_id = :a AND seq = 5"],
            ["case A: line 5 is gone, cut off its end; an anchor knows them"],
        ),
        (
            ["DELETE FROM case_log WHERE case_id = :a AND seq > 2"],
            ["case A: lines 3 to 5 are gone, cut off its end; an anchor knows them"],
        ),
        (
            ["DELETE FROM case_log WHERE case_id = :a"],
            ["case A: its whole log is gone", "case A: lines 1 to 5 are gone, cut off its end; an anchor knows them"],
        ),
        (  # nothing but the anchors remembers a case that was erased
            ["DELETE FROM case_log WHERE case_id = :c"],
            ["case C: lines 1 to 5 are gone, cut off its end; an anchor knows them"],
        ),
        (
            [
                "UPDATE case_log SET seq = 99 WHERE case_id = :a AND seq = 2",
                "UPDATE case_log SET seq = 2 WHERE case_id = :a AND seq = 3",
                "UPDATE case_log SET seq = 3 WHERE case_id = :a AND seq = 99",
            ],
            [
                f"case A, line {number}: was changed, or is not the one that was written after the line before"
                for number in (2, 3, 4)
            ],
        ),
        (
            [
                INSERTED.format(
                    6,
                )
            ],
            ["case A, line 6: was changed, or is not the one that was written after the line before"],
        ),
        (
            [
                INSERTED.format(
                    0,
                )
            ],
            ["case A, line 0: was put in"],
        ),
        (
            ["UPDATE case_log SET case_id = :b, seq = 6 WHERE case_id = :a AND seq = 5"],
            [
                "case B, line 6: was changed, or is not the one that was written after the line before",
                "case A: line 5 is gone, cut off its end; an anchor knows them",
            ],
        ),
        (
            ["DELETE FROM case_log WHERE case_id IS NULL AND seq = 1"],
            ["office 1: line 1 is gone"],
        ),
        (
            ["DELETE FROM case_log WHERE case_id IS NULL AND kind = 'exported'"],
            ["office 1: line 1 is gone"],
        ),
        (
            ["UPDATE log_anchors SET digest = (SELECT digest FROM log_anchors WHERE number = 1) WHERE number = 2"],
            ["anchor 1:2: was changed, or one of the heads it knows"],
        ),
        (
            ["UPDATE log_anchors SET up_to = up_to + 1 WHERE number = 2"],
            ["anchor 1:2: was changed, or one of the heads it knows"],
        ),
        (
            ["UPDATE log_anchors SET at = '2026-03-02 09:00:00.000001+00' WHERE number = 1"],
            ["anchor 1:1: was changed, or one of the heads it knows"],
        ),
        (
            ["DELETE FROM log_heads WHERE case_id = :b AND seq = 5"],
            ["anchor 1:2: was changed, or one of the heads it knows"],
        ),
        (["DELETE FROM log_anchors WHERE number = 1"], ["office 1: anchor 1 is gone"]),
        (["DELETE FROM log_anchors WHERE number = 2"], ["office 1: anchor 2 is gone"]),
        (["DELETE FROM log_anchors", "DELETE FROM log_heads"], ["office 1: anchors 1 to 2 are gone"]),
        (
            ["DELETE FROM log_heads WHERE number = 2", "DELETE FROM log_anchors WHERE number = 2"],
            ["office 1: anchor 2 is gone"],
        ),
    ],
)
def test_what_was_changed_removed_or_put_in_is_named(logged: Logged, plants: list[str], told: list[str]) -> None:
    logged.change(*plants)
    assert logged.findings() == told


def written_anew(logged: Logged, keyring: Keyring) -> None:
    """The chain of the first case made anew, with another clerk in its second line, by somebody who has the key."""
    with past_the_locks(logged.store) as connection, Session(connection) as session:
        previous = START
        for row in session.scalars(select(LogRow).where(LogRow.case_id == logged.cases[0]).order_by(LogRow.seq)):
            row.actor = "staff:5" if row.seq == 2 else row.actor
            row.mac = previous = link(keyring.log_key, previous, line_of(row))
        session.flush()


def test_a_chain_written_anew_by_somebody_who_has_the_key_is_not_the_one_that_was_anchored(logged: Logged) -> None:
    written_anew(logged, logged.store.keyring)
    assert logged.findings() == [
        "case A, line 4: is not the line that anchor 1:1 knows",
        "case A, line 5: is not the line that anchor 1:2 knows",
    ]


def test_without_the_key_no_line_can_be_written(logged: Logged) -> None:
    written_anew(logged, a_keyring())
    assert CHANGED[0].replace("line 4", "line 1") in logged.findings()


def test_what_a_new_case_says_after_the_newest_anchor_may_still_be_cut_off(logged: Logged) -> None:
    """The honest limit: nothing knows those lines yet. An anchor makes them known."""
    with logged.store.unit_of_work() as uow:
        uow.log.note(logged.cases[0], "viewed", actor=BOT, now=NOW + DAY)
    logged.change("DELETE FROM case_log WHERE case_id = :a AND seq = 6")
    assert logged.findings() == []


def written(logged: Logged) -> str:
    with logged.store.reading() as look:
        anchor = look.anchors.newest(HOME)
    assert anchor is not None
    return anchor.written


def is_still_there(logged: Logged, anchor: str) -> bool:
    with logged.store.reading() as look:
        return LogCheck(look.session, logged.store.keyring).against(anchor) is not None


def test_an_anchor_that_was_written_down_is_found_again(logged: Logged) -> None:
    anchor = written(logged)
    with logged.store.unit_of_work() as uow:
        uow.anchors.make(HOME, actor=OPERATOR, now=NOW + 2 * DAY)
    assert is_still_there(logged, anchor)
    assert is_still_there(logged, f" {anchor.upper()[:20]} {anchor[20:]}\n")


def test_a_history_made_anew_with_the_key_is_not_the_one_that_was_written_down(logged: Logged) -> None:
    anchor = written(logged)
    logged.change("DELETE FROM log_heads", "DELETE FROM log_anchors", "DELETE FROM case_log WHERE case_id IS NULL")
    written_anew(logged, logged.store.keyring)
    for days in range(2):
        with logged.store.unit_of_work() as uow:
            uow.anchors.make(HOME, actor=OPERATOR, now=NOW + days * DAY)
    assert logged.findings() == []  # from inside nothing is to be seen
    assert not is_still_there(logged, anchor)


def test_an_anchor_that_is_gone_is_not_there(logged: Logged) -> None:
    anchor = written(logged)
    logged.change("DELETE FROM log_anchors WHERE number = 2")
    assert not is_still_there(logged, anchor)


@pytest.mark.parametrize("typed", ["", "1:2", "1:2:abc", "one:two:" + "a" * 32, "1:2:" + "g" * 32, "a" * 64])
def test_what_is_no_anchor_is_refused_with_how_one_is_written(logged: Logged, typed: str) -> None:
    with pytest.raises(ValueError, match="office:number:digest"):
        is_still_there(logged, typed)


def test_the_office_key_may_be_rotated_in_the_middle_of_a_chain(logged: Logged) -> None:
    old = logged.store.keyring
    ring = Keyring("k2", {**old.keys, "k2": os.urandom(32)}, old.index_key)
    rotated = Store(logged.store.engine, ring, logged.store.files)
    with rotated.unit_of_work() as uow:
        uow.log.note(logged.cases[0], "danger_heard", actor=BOT, now=NOW, flags=["no_food"])
        a_case(uow)
    assert findings(rotated) == []
    with rotated.reading() as look:
        assert look.log.of(logged.cases[0])[-1].detail == {"flags": ["no_food"]}


TABLES = {
    "case_log": ["case_id", "office_id", "seq", "kind", "actor", "at", "detail", "detail_sealed", "mac"],
    "log_anchors": ["office_id", "number", "at", "up_to", "heads", "digest"],
    "log_heads": ["office_id", "number", "place", "case_id", "seq", "mac"],
}
VALUES = {
    "at": datetimes(timezones=just(UTC)),
    "kind": sampled_from([*KINDS]),
    "actor": sampled_from(["bot", "person", "staff:1", "staff:99999999"]),
    "detail": sampled_from([None, {}, {"rows": 4}]),
    "detail_sealed": none() | binary(max_size=60),
    "mac": binary(max_size=32),
    "digest": binary(max_size=32),
}


@given(data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_single_change_is_found(logged: Logged, given: DataObject) -> None:
    """One value of one row, or one whole row, in any of the three tables."""
    table = Base.metadata.tables[given.draw(sampled_from([*TABLES]), "table")]
    key = list(table.primary_key.columns)
    try:
        with past_the_locks(logged.store) as connection:
            rows = connection.execute(select(table).order_by(*key)).all()
            row = given.draw(sampled_from(rows), "row")
            this = and_(*(column == row._mapping[column.name] for column in key))
            if given.draw(booleans(), "remove"):
                connection.execute(table.delete().where(this))
            else:
                name = given.draw(sampled_from(TABLES[table.name]), "column")
                value = given.draw(VALUES.get(name, integers(0, 20)), "value")
                assume(value != row._mapping[name])
                connection.execute(table.update().where(this).values({name: value}))
            with Session(connection) as session:
                found = list(LogCheck(session, logged.store.keyring).findings())
            connection.rollback()
    except IntegrityError:
        return  # the database itself did not let it happen
    assert found

"""`doorstep verify-log`, `office log`, `log-events`, `database-role`: a line each, and 1 where something is wrong."""

import re
from pathlib import Path

import pytest

from casestore.log.case_log import KINDS, OFFICE_KINDS, OPERATOR
from casestore.unit_of_work import Store
from doorstep.settings import Settings
from doorstep.wiring import open_store
from tests.builders import NOW, a_case, a_paralegal
from tests.casestore.raw import change
from tests.doorstep.test_cli import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def office(shell: Shell) -> Store:
    """The office that the shell works on, with one case of two lines."""
    store = open_store(Settings(data=shell.data), create=True)
    with store.unit_of_work() as uow:
        case = a_case(uow)
        uow.log.note(case.id, "viewed", actor="staff:1", now=NOW)
    return store


def anchor_in(told: str) -> str:
    [anchor] = re.findall(r"^Newest anchor of office 1, \d{4}-\d\d-\d\d \d\d:\d\d UTC: (\S+)$", told, re.MULTILINE)
    return str(anchor)


def test_a_log_as_it_was_written_passes(shell: Shell, office: Store) -> None:
    assert shell.succeeds("verify-log") == "2 lines in 1 chains were read.\n"


def test_an_anchor_is_made_and_shown_to_be_written_down(shell: Shell, office: Store) -> None:
    made = anchor_in(shell.succeeds("verify-log", "--anchor"))
    assert re.fullmatch(r"1:1:[0-9a-f]{32}", made)
    assert anchor_in(shell.succeeds("verify-log")) == made
    assert anchor_in(shell.succeeds("verify-log", "--anchor")).startswith("1:2:")
    assert "The log still has that anchor" in shell.succeeds("verify-log", "--against", made)


def test_what_is_wrong_is_told_a_line_each_and_fails(shell: Shell, office: Store) -> None:
    change(office, "UPDATE case_log SET actor = 'staff:2' WHERE seq = 2", "DELETE FROM case_log WHERE seq = 1")
    result = shell.run("verify-log")
    assert result.stdout.splitlines() == ["case 1: line 1 is gone", "1 lines in 1 chains were read."]
    assert shell.fails("verify-log") == "the log is not as it was written: 1 findings"


def test_another_history_than_the_one_written_down_fails(shell: Shell, office: Store) -> None:
    shell.succeeds("verify-log", "--anchor")
    other = f"1:1:{'0' * 32}"
    assert f"anchor {other}: the log has another one" in shell.run("verify-log", "--against", other).stdout
    assert shell.fails("verify-log", "--against", other) == "the log is not as it was written: 1 findings"


def test_what_is_no_anchor_is_wrong_use(shell: Shell, office: Store) -> None:
    result = shell.run("verify-log", "--against", "yesterday")
    assert result.exit_code == 2
    assert "office:number:digest" in result.stderr


def test_every_kind_of_event_is_shown(shell: Shell) -> None:
    told = shell.succeeds("log-events")
    shown = {line.split()[0] for line in told.splitlines() if line.startswith("  ")}
    assert shown == {*KINDS, *OFFICE_KINDS}
    assert re.search(r"^  claimed +desk +Claimed +desk$", told, re.MULTILINE)


def test_the_last_lines_of_an_office_can_be_read(shell: Shell, office: Store) -> None:
    with office.unit_of_work() as uow:
        thandi = a_paralegal(uow, name="Thandi Nkosi")
        second = uow.offices.add("Second office", now=NOW)
        uow.log.note_office("search_missed", actor=f"staff:{thandi.id}", now=NOW)
        uow.log.note_office("exported", actor=OPERATOR, now=NOW, what="corrections", cases=3)
        uow.log.note_office("backed_up", actor=OPERATOR, now=NOW, office_id=second.id)
    assert shell.succeeds("office", "log", "--last", "2").splitlines() == [
        "2026-03-02 09:00 UTC\tLooked up a reference that no case has\tThandi Nkosi",
        "2026-03-02 09:00 UTC\tWords of people exported\tthe command line\twhat corrections, cases 3",
    ]
    assert shell.succeeds("office", "log", "--office", str(second.id)).splitlines() == [
        "2026-03-02 09:00 UTC\tBackup made\tthe command line",
    ]
    assert "`doorstep office list` shows them" in shell.fails("office", "log", "--office", "99")


def test_sqlite_has_no_roles(shell: Shell, office: Store) -> None:
    assert shell.fails("database-role", "doorstep_app").startswith("SQLite has no roles")


def test_what_the_log_had_before_there_were_chains_is_chained_by_migrating(shell: Shell, office: Store) -> None:
    change(office, "UPDATE case_log SET mac = NULL, detail = '{\"a\": 1}', detail_sealed = NULL")
    assert "is not chained" in shell.run("verify-log").stdout
    shell.succeeds("migrate")
    assert shell.succeeds("verify-log") == "3 lines in 2 chains were read.\n"
    with office.reading() as look:
        [started] = look.log.of_office()
        assert (started.kind.id, started.detail) == ("log_started", {"lines": 2})

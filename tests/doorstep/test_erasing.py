"""An erasure proves itself, and the proof would not overlook anything."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from casestore.database import forget_deleted
from casestore.errors import CaseNotFound, PersonNotFound
from casestore.privacy.consent import STATISTICS, Consent
from casestore.privacy.traces import needles_of, search
from casestore.unit_of_work import Store
from doorstep.erasing import NotErased, erase_and_prove, person_of
from doorstep.settings import Settings
from doorstep.wiring import open_store
from tests.builders import NOW, a_conversation
from tests.casestore.planted import WORD, plant
from tests.doorstep.test_cli import Shell
from tests.needs import ON_POSTGRES, ON_SQLITE


def prove(store: Store, person_id: str, *words: str) -> str:
    return "\n".join(erase_and_prove(store, person_id, words, now=NOW))


def test_it_finds_the_key_before_and_nothing_afterwards(store: Store) -> None:
    planted = plant(store)
    said = prove(store, planted.conversation.person_id, WORD, "my story")
    assert "Before: found names of their files, the person's wrapped key." in said
    assert "After: nothing was found anywhere." in said
    assert f"'{WORD}', 'my story', the person's wrapped key, names of their files" in said


def test_everybody_else_is_still_there(store: Store) -> None:
    planted, other = plant(store, "anna"), plant(store, "ben", name="Somebody Else")
    prove(store, planted.conversation.person_id, WORD)
    with store.reading() as look:
        assert len(look.messages.transcript(other.conversation)) == 2


def test_with_consent_to_statistics_the_codes_stay_and_the_proof_holds(store: Store) -> None:
    planted = plant(store)
    with store.unit_of_work() as uow:
        uow.consents.note(planted.conversation.person_id, Consent(STATISTICS, True, "x@1", "en", NOW))
    assert "After: nothing" in prove(store, planted.conversation.person_id, WORD)
    with store.reading() as look:
        assert look.cases.by_reference(planted.case.reference).issues == ("housing.lockout",)
    with pytest.raises(CaseNotFound, match="erased before"):
        person_of(store, planted.case.reference)


@pytest.mark.parametrize("column", ["username", "name"])
def test_a_word_left_in_any_column_fails_the_proof(store: Store, column: str) -> None:
    planted = plant(store, name="Visible Name")
    with store.engine.begin() as connection:
        connection.execute(text(f"UPDATE staff SET {column} = 'x {WORD} y'"))  # noqa: S608
    with pytest.raises(NotErased, match=f"'{WORD}' is still in"):
        prove(store, planted.conversation.person_id, WORD)


def test_a_word_left_in_bytes_or_in_a_file_fails_the_proof(store: Store, tmp_path: Path) -> None:
    planted, other = plant(store, "anna"), plant(store, "ben", name="Somebody Else")
    with store.engine.begin() as connection:
        connection.execute(
            text("UPDATE messages SET body_sealed = :body WHERE conversation_id = :id"),
            {"body": b"\0\xff" + WORD.encode("utf-16-le"), "id": other.conversation.id},
        )
    (store.files.folder / "left").write_bytes(b"z" * (1024 * 1024 - 4) + b"Zuckerhut")  # across the edge of a piece
    with pytest.raises(NotErased) as raised:
        prove(store, planted.conversation.person_id, WORD, "Zuckerhut", "nobody wrote this")
    assert f"'{WORD}' is still in" in str(raised.value)
    assert "'Zuckerhut' is still in" in str(raised.value)
    assert "nobody wrote this" not in str(raised.value)


def test_whoever_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(PersonNotFound, match="no person"):
        prove(store, "0" * 32)


@ON_SQLITE
def test_on_sqlite_every_file_is_looked_through(store: Store) -> None:
    planted = plant(store)
    said = prove(store, planted.conversation.person_id)
    assert re.search(r"looked through doorstep\.db \([\d,]+ bytes\)", said)
    assert "looked through doorstep.db-wal" in said


@ON_POSTGRES
def test_on_postgresql_every_table_is_and_the_servers_own_file(store: Store) -> None:
    planted = plant(store)
    said = prove(store, planted.conversation.person_id)
    for table in ("people", "messages", "case_log", "alembic_version"):
        assert f"looked through {table} (" in said
    assert "the server's own file of people, dead rows too" in said


@ON_POSTGRES
def test_on_postgresql_no_key_stays_in_the_free_space_of_a_page(store: Store) -> None:
    """A plain VACUUM leaves the bytes of some: first, last, and in the middle of a page."""
    with store.unit_of_work() as uow:
        people = [a_conversation(uow, f"{number}").person_id for number in range(60)]
    for person_id in (people[0], people[-1], people[30]):
        assert "After: nothing was found anywhere." in prove(store, person_id)


@ON_POSTGRES
def test_a_table_in_use_neither_fails_nor_hangs_an_erasure(store: Store) -> None:
    plant(store)
    with store.engine.connect() as busy, busy.begin():
        busy.execute(text("SELECT count(*) FROM people"))
        forget_deleted(store.engine)


@ON_SQLITE
def test_the_scan_finds_nothing_that_is_not_there(store: Store) -> None:
    plant(store)
    looked = search(store.engine, store.files, needles_of(["never written", ""]))
    assert looked.found == ()
    assert len(looked.places) >= 3


def test_the_command_erases_by_reference_and_asks_first(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.succeeds("migrate")
    store = open_store(Settings(data=shell.data), create=False)
    planted = plant(store)
    assert shell.run("erase", planted.case.reference, stdin="n\n").exit_code == 1
    assert "After: nothing" in shell.succeeds("erase", planted.case.reference, "--prove", WORD, "--yes")
    assert "no case with that reference" in shell.fails("erase", planted.case.reference, "--yes")
    assert shell.run("erase").exit_code == 2


def test_what_a_crash_left_half_written_is_tidied(store: Store) -> None:
    plant(store)
    kept = len(list(store.files.folder.iterdir()))
    left = store.files.folder / ".0123.part"
    left.write_bytes(b"half")
    assert store.files.tidy(before=NOW) == 0  # it may be under way

    assert store.files.tidy(before=datetime.now(UTC) + timedelta(hours=1)) == 1
    assert len(list(store.files.folder.iterdir())) == kept

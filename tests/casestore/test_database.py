"""The database: migrated there and back, and clear about what is wrong with it."""

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, String, event, inspect, text
from sqlalchemy.exc import OperationalError, StatementError

from casestore.attachments import AttachmentFiles
from casestore.database import (
    MIGRATIONS,
    check_revision,
    current_revision,
    is_empty,
    migrate,
    open_engine,
    unavailable,
)
from casestore.errors import StoreBehind, StoreUnavailable
from casestore.records import Record
from casestore.tables import Base
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_keyring, a_paralegal, open_cases
from tests.casestore.interrupted import interrupted
from tests.casestore.raw import attachment_files, count, findings, sql
from tests.needs import ON_SQLITE

HEAD = sorted(path.stem[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))[-1]


@pytest.fixture
def empty(request: pytest.FixtureRequest, database: Engine, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table, of the same kind as `database`."""
    if database.dialect.name == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    schema = f"doorstep_{uuid.uuid4().hex[:12]}"
    with database.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = database.url.update_query_dict({"options": f"-csearch_path={schema}"})
    engine = open_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with database.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))


def tables(engine: Engine) -> set[str]:
    with engine.execution_options(reading=True).connect() as connection:
        return set(inspect(connection).get_table_names())


def test_migrating_makes_every_table(empty: Engine) -> None:
    migrate(empty)
    assert tables(empty) == {*Base.metadata.tables, "alembic_version"}
    assert current_revision(empty) == HEAD


def test_migrating_back_takes_every_table_away_and_forward_again_brings_them(empty: Engine) -> None:
    migrate(empty)
    migrate(empty, "base")
    assert tables(empty) == {"alembic_version"}
    assert current_revision(empty) is None
    migrate(empty)
    assert tables(empty) == {*Base.metadata.tables, "alembic_version"}


def test_each_step_can_be_taken_back_alone_and_again(empty: Engine) -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    for step in reversed(list(script.walk_revisions())):
        migrate(empty, step.revision)
        migrate(empty, "-1")
        assert current_revision(empty) == step.down_revision
        migrate(empty, step.revision)
    assert current_revision(empty) == HEAD


def test_keys_into_other_tables_hold_after_migrating(empty: Engine) -> None:
    """They are put aside meanwhile; the connection that migrated is used again."""
    migrate(empty)
    store = Store(empty, a_keyring(), AttachmentFiles(Path("nowhere")))
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        uow.messages.add(conversation, "person", "x", now=NOW)
        uow.session.execute(text("DELETE FROM people"))
    assert (count(store, "conversations"), count(store, "messages")) == (0, 0)


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    migrate(empty)
    migrate(empty)
    assert current_revision(empty) == HEAD


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Engine) -> None:
    from casestore.database import _config

    command.check(_config(database))


def test_what_was_stored_is_still_there_after_migrating(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
    migrate(store.engine)
    with store.reading() as look:
        assert open_cases(look) == [case]


def test_cases_of_before_get_a_record_of_what_is_known_of_them(store: Store) -> None:
    """Back to a version without records, and forward again: as an office that has worked for a year would."""
    with store.unit_of_work() as uow:
        case = a_case(uow, a_conversation(uow, channel="web"), issues=("housing.lockout", "work.pay"))
        erased = a_case(uow, issues=())
        staff = a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
        uow.labels.judge(case.id, "housing.lockout", staff_id=staff.id, now=NOW)
        uow.session.execute(text("UPDATE cases SET conversation_id = NULL WHERE id = :id"), {"id": erased.id})
    before = count(store, "cases"), count(store, "case_log")
    [number] = [int(path.stem[:4]) for path in (MIGRATIONS / "versions").glob("*_record.py")]
    migrate(store.engine, f"{number - 1:04}")
    assert (count(store, "cases"), count(store, "case_log")) == before
    migrate(store.engine)
    with store.reading() as look:
        assert look.records.of(case.id) == Record(first_contact="web", reported_on=NOW.date())
        assert look.records.of(erased.id) == Record(first_contact="other", reported_on=NOW.date())
        sources = {issue: each.source for issue, each in look.case_issues.of(case.id).items()}
        assert sources == {"housing.lockout": "worker", "work.pay": "model"}
        assert look.case_issues.of(erased.id) == {}


OLD_LINES = """
INSERT INTO people (id, key_wrapped, language, created_at) VALUES ('p', :key, 'en', '2026-03-02 09:00:00+00');
INSERT INTO cases (id, reference, person_id, status, jurisdiction, language, issues, flags, urgency, urgency_rank,
  versions, opened_at) VALUES (7, 'K4M72QXC', 'p', 'waiting', 'za', 'en', '[]', '[]', 'soon', 2, '{}',
  '2026-03-02 09:00:00+00'), (8, 'K4M72QXD', NULL, 'closed', 'za', 'en', '[]', '[]', 'soon', 2, '{}',
  '2026-03-02 09:00:00+00');
INSERT INTO case_log (case_id, kind, actor, detail, at) VALUES
  (7, 'opened', 'person', '{"urgency": "soon"}', '2026-03-02 09:00:00.5+00'),
  (8, 'opened', 'person', '{"urgency": "soon"}', '2026-03-02 09:00:00+00'),
  (7, 'viewed', 'bot', '{}', '2026-03-02 10:00:00+00')
"""


def run(engine: Engine, script: str, **values: object) -> None:
    with engine.begin() as connection:
        for statement in script.split(";\n"):
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), used)


@pytest.fixture
def old(empty: Engine, tmp_path: Path) -> Store:
    """A store as it was before the log had chains, with three lines of two cases, one of them of nobody."""
    ring = a_keyring()
    migrate(empty, "0001")
    run(empty, OLD_LINES, key=ring.new_person_key("p"))
    return Store(empty, ring, AttachmentFiles(tmp_path / "attachments"))


def told(store: Store, case_id: int) -> list[tuple[str, dict[str, object]]]:
    with store.reading() as look:
        return [(entry.kind.id, entry.detail) for entry in look.log.of(case_id)]


SOON = {"urgency": "soon"}


def test_lines_from_before_there_were_chains_are_sealed_and_chained_once(old: Store) -> None:
    migrate(old.engine)
    assert [finding.split(": ")[0] for finding in findings(old)] == [
        "case 7, line 1",
        "case 7, line 2",
        "case 8, line 1",
    ]
    with old.unit_of_work() as uow:
        assert (uow.log.chain_old_lines(), uow.log.chain_old_lines()) == (3, 0)
    assert findings(old) == []
    assert (told(old, 7), told(old, 8)) == ([("opened", SOON), ("viewed", {})], [("opened", SOON)])
    assert sql(old, "SELECT case_id, seq, detail IS NULL FROM case_log ORDER BY id") == [
        (7, 1, 1),
        (8, 1, 0),
        (7, 2, 1),
    ]


def test_a_new_line_chains_the_older_ones_of_its_case_first(old: Store) -> None:
    migrate(old.engine)
    with old.unit_of_work() as uow:
        uow.log.note(7, "viewed", actor="bot", now=NOW)
    assert [finding.split(": ")[0] for finding in findings(old)] == ["case 8, line 1"]
    assert sql(old, "SELECT seq FROM case_log WHERE case_id = 7 ORDER BY id") == [(1,), (2,), (3,)]


def test_a_step_back_and_forward_again_loses_no_line_of_the_log(old: Store) -> None:
    migrate(old.engine)
    with old.unit_of_work() as uow:
        uow.log.chain_old_lines()
        uow.log.note(7, "summary_viewed", actor="bot", now=NOW)
        uow.log.note_office("exported", actor="operator", now=NOW)
        uow.anchors.make(1, actor="operator", now=NOW)
    [log] = [step for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions() if (step.doc or "").startswith("log:")]
    migrate(old.engine, str(log.down_revision))
    assert sql(old, "SELECT case_id, kind FROM case_log ORDER BY id") == [(7, "opened"), (8, "opened"), (7, "viewed")]
    run(
        old.engine,
        "INSERT INTO case_log (case_id, kind, actor, detail, at) VALUES (7, 'claimed', 'bot', '{}', :now)",
        now=str(NOW),
    )
    migrate(old.engine)
    with old.unit_of_work() as uow:
        assert uow.log.chain_old_lines() == 1
        uow.log.note(7, "viewed", actor="bot", now=NOW)
    assert [kind for kind, _ in told(old, 7)] == ["opened", "viewed", "summary_viewed", "claimed", "viewed"]
    with old.reading() as look:
        assert [entry.kind.id for entry in look.log.of_office()] == ["exported", "anchored"]
    assert findings(old) == []


def test_back_to_nothing_at_all_no_line_stays(old: Store) -> None:
    migrate(old.engine)
    migrate(old.engine, "base")
    assert tables(old.engine) == {"alembic_version"}


@ON_SQLITE
def test_no_step_lets_the_number_of_a_row_that_is_gone_be_given_again(empty: Engine) -> None:
    steps = [step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    migrate(empty, "0001")
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES ('cases', 41)"))
    for revision in [*reversed(steps), *steps, *reversed(steps)]:
        migrate(empty, revision)
    with empty.begin() as connection:
        assert connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'cases'")) == 41
        made_as = dict(connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    numbered = {table.name for table in Base.metadata.tables.values() if "id" in table.c}
    numbered -= {name for name in numbered if isinstance(Base.metadata.tables[name].c.id.type, String)}
    assert {name for name, made in made_as.items() if "AUTOINCREMENT" in made} >= numbered


def test_a_database_of_this_version_passes(database: Engine) -> None:
    check_revision(database)


@pytest.mark.parametrize("revision", ["none", "0001"])
def test_an_old_database_is_told_what_to_do(empty: Engine, revision: str) -> None:
    if revision != "none":
        migrate(empty, revision)
    with pytest.raises(StoreBehind, match=rf"at revision {revision}.* needs {HEAD}.*`doorstep migrate`"):
        check_revision(empty)


@pytest.fixture
def newer(empty: Engine) -> Engine:
    """A database that a later version of the code has migrated."""
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    return empty


def test_a_newer_database_is_told_that_the_code_is_old(newer: Engine) -> None:
    with pytest.raises(StoreBehind, match="9999.*newer") as raised:
        check_revision(newer)
    assert "run `doorstep migrate`" not in str(raised.value)


def test_a_newer_database_is_not_touched_by_migrating(newer: Engine) -> None:
    with pytest.raises(StoreBehind, match="9999.*newer"):
        migrate(newer)
    assert tables(newer) == {*Base.metadata.tables, "alembic_version"}


def test_an_empty_database_is_known_as_such(empty: Engine) -> None:
    assert is_empty(empty)
    migrate(empty)
    assert not is_empty(empty)


@pytest.fixture
def locked(store: Store) -> Iterator[Store]:
    """A store on SQLite whose file somebody else is writing to; it waits only a moment for them."""
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    other = sqlite3.connect(store.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield store
    other.close()


@ON_SQLITE
def test_a_locked_database_is_said_to_be_locked(locked: Store) -> None:
    with pytest.raises(StoreUnavailable, match=r"^the database cannot be used just now \(database is locked\)$"):
        interrupted(locked, a_conversation)


@ON_SQLITE
def test_nothing_is_half_written_to_a_locked_database(locked: Store) -> None:
    def keep_a_file() -> None:
        with locked.unit_of_work() as uow:
            conversation = a_conversation(uow)
            uow.attachments.keep(conversation, message_id=1, content=b"x", name="x", media_type="image/png", now=NOW)

    with pytest.raises(StoreUnavailable):
        keep_a_file()
    assert (count(locked, "people"), attachment_files(locked)) == (0, [])


@ON_SQLITE
def test_a_locked_database_can_still_be_read(locked: Store) -> None:
    with locked.reading() as look:
        assert open_cases(look) == []


@ON_SQLITE
def test_once_the_lock_is_gone_all_goes_on(store: Store) -> None:
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    other = sqlite3.connect(store.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable), store.unit_of_work() as uow:
        a_case(uow)
    other.close()
    with store.unit_of_work() as uow:
        a_case(uow)
    assert count(store, "cases") == 1


@ON_SQLITE
def test_migrating_a_locked_database_says_so(locked: Store) -> None:
    with pytest.raises(StoreUnavailable, match="database is locked"):
        migrate(locked.engine, "-1")
    assert current_revision(locked.engine) == HEAD


def a_store(url: str, folder: Path) -> Store:
    return Store(open_engine(url), a_keyring(), AttachmentFiles(folder / "attachments"))


def unusable(tmp_path: Path, migrated: Path) -> dict[str, str]:
    """Databases that cannot be used, and the words by which one knows why."""
    (tmp_path / "text.db").write_text("this is not a database, it is a letter to my landlord " * 50)
    shutil.copy(migrated, tmp_path / "fixed.db")
    return {
        "missing folder": f"sqlite:///{tmp_path}/not/there/doorstep.db",
        "a folder": f"sqlite:///{tmp_path}",
        "not a database": f"sqlite:///{tmp_path}/text.db",
        "read-only": f"sqlite:///file:{tmp_path}/fixed.db?mode=ro&uri=true",
        "no server": "postgresql://doorstep:s3cret@127.0.0.1:1/doorstep",
    }


@pytest.mark.parametrize(
    ("which", "reason"),
    [
        ("missing folder", "unable to open database file"),
        ("a folder", "unable to open database file"),
        ("not a database", "file is not a database"),
        ("read-only", "readonly"),
        ("no server", "127.0.0.1"),
    ],
)
def test_a_database_that_cannot_be_written_gives_one_clear_line(
    tmp_path: Path, migrated_sqlite: Path, which: str, reason: str
) -> None:
    store = a_store(unusable(tmp_path, migrated_sqlite)[which], tmp_path)
    with pytest.raises(StoreUnavailable, match=reason) as raised, store.unit_of_work() as uow:
        a_case(uow)
    store.engine.dispose()
    assert "\n" not in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("which", ["missing folder", "a folder", "not a database", "no server"])
@pytest.mark.parametrize("ask", [current_revision, check_revision, is_empty, migrate])
def test_a_database_that_cannot_be_opened_is_named_at_the_start(
    tmp_path: Path, migrated_sqlite: Path, which: str, ask: object
) -> None:
    url = unusable(tmp_path, migrated_sqlite)[which]
    engine = open_engine(url)
    with pytest.raises(StoreUnavailable) as raised:
        ask(engine)
    engine.dispose()
    said = str(raised.value)
    assert ("127.0.0.1" if which == "no server" else url.removeprefix("sqlite:///")) in said
    assert "\n" not in said
    assert "s3cret" not in said


@pytest.mark.parametrize("url", ["", "doorstep.db", "mysql://doorstep:s3cret@host/name", "oracle://a:s3cret@b", "://"])
def test_an_address_of_another_kind_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnavailable) as raised:
        open_engine(url)
    assert "sqlite" in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_opening_a_server_connects_to_nothing_yet(scheme: str) -> None:
    open_engine(f"{scheme}://nobody@127.0.0.1:1/nothing").dispose()


def test_an_outage_without_a_word_of_its_own_is_still_told() -> None:
    assert "OperationalError" in str(unavailable(OperationalError("SELECT", {}, Exception(""))))


def test_an_outage_is_told_without_the_statement_and_its_values() -> None:
    said = str(unavailable(OperationalError("INSERT my words", {"body": "my words"}, Exception("disk full\nmy words"))))
    assert said == "the database cannot be used just now (disk full)"


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="without a zone"), store.unit_of_work() as uow:
        a_conversation(uow, now=datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001
    assert count(store, "people") == 0

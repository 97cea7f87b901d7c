"""Moving a store into another database: every row, compared, and nothing while somebody works."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, inspect, text

from casestore.attachments import AttachmentFiles
from casestore.backup.moving import move
from casestore.backup.snapshot import digests
from casestore.database import check_revision, current_revision, migrate, open_engine
from casestore.errors import NotEmpty, StoreBehind, StoreError, StoreUnavailable
from casestore.unit_of_work import Store
from tests.builders import a_case, a_conversation, a_keyring
from tests.casestore.planted import plant
from tests.casestore.raw import count
from tests.needs import ON_POSTGRES, ON_SQLITE


@pytest.fixture
def full(store: Store) -> Store:
    """A store with something in every table that people write to."""
    plant(store, "one", name="A")
    plant(store, "two", name="B")
    return store


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "postgresql":
        yield request.getfixturevalue("empty_postgres")
        return
    engine = open_engine(f"sqlite:///{tmp_path / 'target.db'}")
    yield engine
    engine.dispose()


def test_every_table_arrives_as_it_left(full: Store, target: Engine) -> None:
    before = digests(full.engine)
    moved = move(full.engine, target)
    assert moved == before == digests(target) == digests(full.engine)
    check_revision(target)


def test_work_goes_on_in_the_new_database(full: Store, target: Engine) -> None:
    move(full.engine, target)
    there, full_cases = Store(target, full.keyring, full.files), count(full, "cases")
    with there.unit_of_work() as uow:
        assert a_case(uow).id > full_cases
    assert count(there, "cases") == count(full, "cases") + 1


def test_there_and_back_again_is_the_same(full: Store, target: Engine, tmp_path: Path) -> None:
    move(full.engine, target)
    back = open_engine(f"sqlite:///{tmp_path / 'back.db'}")
    move(target, back)
    assert digests(back) == digests(full.engine)
    back.dispose()


def test_a_database_in_use_is_not_moved_into(full: Store, target: Engine) -> None:
    migrate(target)
    other = Store(target, a_keyring(), AttachmentFiles(Path("nowhere")))
    with other.unit_of_work() as uow:
        a_conversation(uow)
    before = digests(target)
    with pytest.raises(NotEmpty, match="in use already"):
        move(full.engine, target)
    assert digests(target) == before


def test_what_is_lost_on_the_way_is_noticed_and_leaves_the_target_empty(full: Store, target: Engine) -> None:
    """The rows are read back once more when all is committed."""

    def lose(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading") and inspect(connection).has_table("labels"):
            connection.execute(text("DELETE FROM labels"))

    event.listen(target, "commit", lose)
    with pytest.raises(StoreError, match="the table labels did not arrive as it left"):
        move(full.engine, target)
    event.remove(target, "commit", lose)
    assert current_revision(target) is None


@ON_SQLITE
def test_a_sqlite_file_that_somebody_has_open_is_not_moved(full: Store, tmp_path: Path) -> None:
    """Also when they do nothing just now: they would go on writing to the old one."""
    target = open_engine(f"sqlite:///{tmp_path / 'target.db'}")
    somebody = sqlite3.connect(full.engine.url.database or "")
    somebody.execute("SELECT count(*) FROM people").fetchall()
    with pytest.raises(StoreUnavailable, match="stop everything that runs on it"):
        move(full.engine, target)
    somebody.close()
    move(full.engine, target)
    target.dispose()


@ON_POSTGRES
def test_a_database_that_somebody_writes_to_is_not_moved(full: Store, tmp_path: Path) -> None:
    target = open_engine(f"sqlite:///{tmp_path / 'target.db'}")
    with full.unit_of_work() as uow:
        a_conversation(uow, "writing")
        with pytest.raises(StoreUnavailable, match="stop everything that runs on it"):
            move(full.engine, target)
    target.dispose()


@ON_SQLITE
@pytest.mark.postgres
def test_what_the_target_does_not_take_leaves_it_empty(full: Store, empty_postgres: Engine) -> None:
    """SQLite keeps a text of any length; PostgreSQL keeps to what the column says."""
    with full.unit_of_work() as uow:
        uow.session.execute(text("UPDATE messages SET sender = 'somebody with a long name'"))
    with pytest.raises(StoreError, match="table messages does not take its rows") as raised:
        move(full.engine, empty_postgres)
    assert "\n" not in str(raised.value)
    assert current_revision(empty_postgres) is None


def test_an_old_database_is_migrated_before_it_is_moved(tmp_path: Path) -> None:
    source, target = (open_engine(f"sqlite:///{tmp_path / name}.db") for name in ("old", "new"))
    migrate(source, "0001")
    with pytest.raises(StoreBehind, match="doorstep migrate"):
        move(source, target)

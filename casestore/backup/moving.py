"""Copies a whole store into an empty database of either kind, and compares both table by table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError

from casestore.backup.loading import loading, prepare
from casestore.backup.snapshot import digests, last_number, snapshot
from casestore.backup.table_rows import Digest, rows, shapes
from casestore.database import check_revision, current_revision, migrate, unavailable
from casestore.errors import StoreError, StoreUnavailable

_IN_USE = (
    "the database is in use: stop everything that runs on it (doorstep run, desk, worker, telegram), and try again"
)


def move(source: Engine, target: Engine) -> dict[str, Digest]:
    """Copies all rows and returns what each table holds, there as here, by name.

    The source stays as it is, and nobody may write to it meanwhile.

    Raises NotEmpty when the target is in use, StoreUnavailable when something still works on the source, StoreError
    when a table does not arrive as it left; then the target is empty again.
    """
    check_revision(source)
    revision = current_revision(source) or ""
    with _held_still(source):
        prepare(target, revision)
        try:
            copied, there = _copy(source, target), digests(target)
            if different := sorted(name for name in copied if copied[name] != there.get(name)):
                raise StoreError(f"the table {different[0]} did not arrive as it left: the old database stays in use")
        except BaseException:
            migrate(target, "base")
            raise
    return copied


def _copy(source: Engine, target: Engine) -> dict[str, Digest]:
    with snapshot(source) as look, loading(target) as load:
        return {
            shape.name: load.table(shape, rows(look, shape), last_number=last_number(look, shape))
            for shape in shapes(look)
        }


@contextmanager
def _held_still(source: Engine) -> Iterator[None]:
    """Makes sure that nothing writes to the source until the copy has been compared."""
    if source.dialect.name == "sqlite":
        _refuse_company(source)
    try:
        with source.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                _lock_tables(connection)
            yield
    except (OperationalError, InterfaceError) as error:
        raise unavailable(error) from None


def _refuse_company(source: Engine) -> None:
    """Whoever has a SQLite file open, even idle, keeps others from locking all of it: they would write to it later."""
    source.dispose()
    try:
        with closing(sqlite3.connect(source.url.database or "", timeout=0.5, isolation_level=None)) as alone:
            alone.execute("PRAGMA locking_mode=EXCLUSIVE")
            alone.execute("BEGIN EXCLUSIVE")
            alone.execute("SELECT count(*) FROM alembic_version")
            alone.execute("ROLLBACK")
    except sqlite3.OperationalError:
        raise StoreUnavailable(_IN_USE) from None


def _lock_tables(connection: Connection) -> None:
    names = ", ".join(shape.name for shape in shapes(connection))
    try:
        connection.execute(text(f"LOCK TABLE {names} IN SHARE MODE NOWAIT"))
    except OperationalError:
        raise StoreUnavailable(_IN_USE) from None

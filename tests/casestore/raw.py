"""Looks into the database and its files from outside, as somebody who stole them would."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from casestore.log.log_check import LogCheck
from casestore.tables import Base
from casestore.unit_of_work import Store


def sql(store: Store, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with store.engine.execution_options(reading=True).connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), values)]


@contextmanager
def past_the_locks(store: Store) -> Iterator[Connection]:
    """A transaction of somebody who has put the locks of the log aside, as the owner of the database can."""
    with store.engine.begin() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for (trigger,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        yield connection


def change(store: Store, *statements: str, **values: Any) -> None:
    """Does that to the database, past its locks."""
    with past_the_locks(store) as connection:
        for statement in statements:
            connection.execute(text(statement), values)


def findings(store: Store) -> list[str]:
    """What is found wrong with the log."""
    with store.reading() as look:
        return [str(finding) for finding in LogCheck(look.session, store.keyring).findings()]


def count(store: Store, table: str) -> int:
    """How many rows a table has."""
    [(found,)] = sql(store, f"SELECT count(*) FROM {table}")  # noqa: S608
    return int(found)


def rows_in_clear(store: Store) -> str:
    """Every value of every table, as far as it can be read."""
    shown = []
    for table in Base.metadata.sorted_tables:
        for row in sql(store, f"SELECT * FROM {table.name}"):  # noqa: S608
            shown += [bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row]
    return "\n".join(shown)


def database_files(store: Store) -> list[Path]:
    """The SQLite file and what lies beside it: write-ahead log, shared memory, journal."""
    path = Path(store.engine.url.database or "")
    return sorted(path.parent.glob(f"{path.name}*"))


def attachment_files(store: Store) -> list[Path]:
    """Every file in the attachments folder, hidden ones too."""
    return sorted(store.files.folder.rglob("*"))


def bytes_on_disk(store: Store) -> bytes:
    """Names and contents of the SQLite files and of the attachments folder."""
    files = [*database_files(store), *attachment_files(store)]
    return b"\n".join(path.name.encode() + b"\n" + path.read_bytes() for path in files)

"""One consistent look at a whole database while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError

from casestore.backup.table_rows import Digest, Shape, digest, shapes
from casestore.database import unavailable


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it was at its first look; it blocks no writer.

    Raises StoreUnavailable when the database is gone.
    """
    looking = engine.execution_options(reading=True)
    if engine.dialect.name == "postgresql":
        looking = looking.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with looking.connect() as connection, connection.begin():
            yield connection
    except (OperationalError, InterfaceError) as error:
        raise unavailable(error) from None


def digests(engine: Engine) -> dict[str, Digest]:
    """What every table holds at one moment."""
    with snapshot(engine) as look:
        return {shape.name: digest(look, shape) for shape in shapes(look)}


def last_number(connection: Connection, shape: Shape) -> int:
    """The highest number that a row of the table was ever given; 0 where rows are not numbered."""
    if not _numbered(shape):
        return 0
    if connection.dialect.name == "sqlite":
        return connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": shape.name}) or 0
    sequence = _sequence(connection, shape)
    if sequence is None:
        return 0
    last, used = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608
    return int(last) if used else 0


def set_last_number(connection: Connection, shape: Shape, number: int) -> None:
    """The next row gets the number after that one, also where the row that had it is gone."""
    if number == 0 or not _numbered(shape):
        return
    if connection.dialect.name == "sqlite":
        named = {"name": shape.name, "number": number}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), named)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), named)
    elif sequence := _sequence(connection, shape):
        connection.execute(text("SELECT setval(:sequence, :number)"), {"sequence": sequence, "number": number})


def _numbered(shape: Shape) -> bool:
    return any(column.kind == "int" and (column.name,) == shape.key for column in shape.columns)


def _sequence(connection: Connection, shape: Shape) -> str | None:
    found = text("SELECT pg_get_serial_sequence(:table, :column)")
    name: str | None = connection.scalar(found, {"table": shape.name, "column": shape.key[0]})
    return name

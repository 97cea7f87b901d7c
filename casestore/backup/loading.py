"""Fills an empty database in one transaction: all rows of all tables, or none."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from casestore.backup.snapshot import set_last_number
from casestore.backup.table_rows import Digest, Shape, Tally, digest, insert_rows, shapes, update_rows
from casestore.database import current_revision, migrate, reason, unavailable
from casestore.errors import NotEmpty, StoreError

# A database in which these are empty has not been used yet; others may hold what a migration put there.
_SIGNS_OF_USE = ("people", "staff", "cases", "inbox", "outbox")
# People without a key are there only between the steps of a restore: one was killed, and may begin anew.
_UNFINISHED = "SELECT 1 FROM people WHERE length(key_wrapped) = 0"


def prepare(engine: Engine, revision: str) -> None:
    """Brings a database that nobody has used yet to that revision.

    Raises NotEmpty, with what to do, when there is anything in it.
    """
    with engine.execution_options(reading=True).connect() as connection:
        there = set(inspect(connection).get_table_names())
        used = [name for name in _SIGNS_OF_USE if name in there and _any(connection, f"SELECT 1 FROM {name}")]  # noqa: S608
        if used and not _any(connection, _UNFINISHED):
            where = engine.url.render_as_string(hide_password=True)
            raise NotEmpty(f"{where} is in use already (there is something in {used[0]}): name a new, empty database")
    if current_revision(engine) is not None:
        migrate(engine, "base")
    migrate(engine, revision)


def _any(connection: Connection, query: str) -> bool:
    return connection.scalar(text(f"{query} LIMIT 1")) is not None


class Loading:
    """Takes rows table by table. Keys into other tables are checked at the end, so that their order is free."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shapes = {shape.name: shape for shape in shapes(connection)}
        for name in self._shapes:  # what the migrations put there comes with the rows too
            connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608

    def table(self, shape: Shape, lines: Iterable[bytes], *, last_number: int, **also: bytes) -> Digest:
        """Adds all rows of one table, reads them back, and returns what it holds.

        `also` are values of columns that the lines do not have. Raises StoreError when the rows are not the same.
        """
        known = self._shapes.get(shape.name)
        if known is None or {column.name for column in shape.columns} - {column.name for column in known.columns}:
            raise StoreError(f"the table {shape.name} does not fit this database")
        came = Tally()
        try:
            insert_rows(self._connection, shape, came.passing(lines), **also)
            set_last_number(self._connection, shape, last_number)
        except DBAPIError as error:
            raise StoreError(f"the table {shape.name} does not take its rows ({reason(error)})") from None
        there = digest(self._connection, shape)
        if there != came.digest():
            raise StoreError(f"the table {shape.name} does not give back the rows it was given")
        return there

    def fill_in(self, shape: Shape, lines: Iterable[bytes]) -> None:
        """Sets columns of rows that are there by their key."""
        update_rows(self._connection, shape, lines)

    def run(self, statement: str, **values: object) -> None:
        """One more statement in the same transaction."""
        self._connection.execute(text(statement), values)


@contextmanager
def loading(engine: Engine) -> Iterator[Loading]:
    """One transaction that fills the tables of a prepared database; whatever goes wrong leaves them as they were."""
    try:
        with engine.connect() as connection, keys_aside(connection):
            yield Loading(connection)
    except DBAPIError as error:
        raise unavailable(error) from None


@contextmanager
def keys_aside(connection: Connection) -> Iterator[None]:
    """A transaction in which foreign keys are checked once, at its end."""
    if connection.dialect.name == "sqlite":
        yield from _aside_in_sqlite(connection)
        return
    with connection.begin():
        keys = connection.execute(text(_FOREIGN_KEYS)).all()
        for table, name, _ in keys:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        yield
        for table, name, definition in keys:
            connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))


_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conparentid = 0
    ORDER BY 1, 2
"""


def _aside_in_sqlite(connection: Connection) -> Iterator[None]:
    driver = connection.connection.driver_connection
    if driver is None:  # pragma: no cover - a connection that is open has one
        raise StoreError("the database is not open")
    driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
    try:
        with connection.begin():
            yield
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise StoreError(f"the table {broken[0]} points at rows of {broken[2]} that are not there")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")

"""Opens the database: SQLite (WAL) for one machine, PostgreSQL for several."""

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ColumnElement, Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from casestore.errors import StoreBehind, StoreUnavailable
from casestore.reference import new_reference
from casestore.tables import Base, CaseRow, CommunityProblemRow

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 5_000
WAIT_FOR_CONNECTION = 10  # seconds, until a request gives up because all connections are in use
OLDEST_CONNECTION = 1_800  # seconds: firewalls forget quieter ones
WRITTEN_ANEW = 256 * 1024 * 1024  # bytes of the table of people, up to which it is written anew after an erasure
# Keeps others from changing a row, not from adding rows that point at it: those would wait for each other for ever.
LOCK = {"key_share": True}


@dataclass(frozen=True, slots=True)
class Pool:
    """How one process shares connections to PostgreSQL: at most `connections` of them at once.

    `through_pooler` says that a pooler such as PgBouncer stands between, which gives each transaction another one of
    the server's connections: nothing may be kept on a connection then, prepared statements neither.
    """

    connections: int = 10
    through_pooler: bool = False


def open_engine(url: str, pool: Pool = Pool()) -> Engine:
    """An engine for the database at `url`; nothing is connected yet.

    Raises StoreUnavailable, without the URL's password, when the URL is not one we can use.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            engine = _postgresql(parsed, pool)
        elif parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            raise StoreUnavailable(f"{parsed.get_backend_name()!r} is not supported: use sqlite or postgresql")
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise StoreUnavailable(
            "the database address cannot be used: sqlite:///path/to/file.db, or postgresql://user:password@host/name "
            'with the extra installed (pip install "doorstep[postgres]")'
        ) from None
    return engine


def _postgresql(url: URL, pool: Pool) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool.connections,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION,
        pool_use_lifo=True,  # what a quiet office does not need grows old, and is given up
        pool_recycle=OLDEST_CONNECTION,
        pool_pre_ping=True,  # a server that was restarted meanwhile breaks no request
        connect_args={"prepare_threshold": None} if pool.through_pooler else {},
    )
    if pool.through_pooler:
        event.listen(engine, "begin", _begin_postgresql)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _prepare_postgresql(connection: Any, record: object) -> None:
    # The policies of revision 0003 let nothing through where this is not said; a viewer's transaction narrows it.
    with connection.transaction():
        connection.execute("SELECT set_config('doorstep.offices', '*', false)")


def _begin_postgresql(connection: Connection) -> None:
    # What is said once for a connection is not said for the one of the server's that a pooler gives next.
    connection.exec_driver_sql("SELECT set_config('doorstep.offices', '*', true)")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: two that read first and write later would both fail half-way.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def insert_once(
    session: Session,
    table: type[Base],
    *,
    key: tuple[str, ...],
    only: ColumnElement[bool] | None = None,
    **values: Any,
) -> bool:
    """Adds a row unless one with that unique `key` is there; whether it did. Two who try at once add one.

    `only` is the condition of a key that is unique among some of the rows.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    column = getattr(table, key[0])
    statement = insert(table).values(**values).on_conflict_do_nothing(index_elements=key, index_where=only)
    return session.scalar(statement.returning(column)) is not None


def add_with_reference(
    session: Session, row: CaseRow | CommunityProblemRow, draw: Callable[[], str] = new_reference
) -> None:
    """Adds a row with a reference that no other of its kind has.

    Raises IntegrityError for whatever else is wrong with the row, RuntimeError when no draw is free.
    """
    references = type(row).__table__.c.reference  # of the table, for a viewer does not see them all
    for _ in range(5):
        row.reference = draw()
        try:
            with session.begin_nested():
                session.add(row)
            return
        except IntegrityError:  # that reference is taken: one in 27 thousand million a try
            if session.scalar(select(references).where(references == row.reference)) is None:
                raise
    raise RuntimeError("no free reference found")


def forget_deleted(engine: Engine) -> None:
    """Takes erased keys out of what is kept of deleted rows: SQLite's write-ahead log, PostgreSQL's dead rows.

    A plain VACUUM leaves bytes in the free space of a page, so a table that is not huge is written anew.
    Somebody at work delays it to the next time; it never fails an erasure, which is through by then.
    """
    if engine.dialect.name != "sqlite":
        _vacuum_people(engine)
        return
    with contextlib.closing(engine.raw_connection()) as connection, contextlib.suppress(sqlite3.OperationalError):
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _vacuum_people(engine: Engine) -> None:
    with (
        contextlib.suppress(SQLAlchemyError),
        engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection,
    ):
        connection.execute(text("VACUUM people"))
        size = connection.execute(text("SELECT pg_relation_size('people')")).scalar() or 0
        if size <= WRITTEN_ANEW:
            connection.execute(text("SET lock_timeout = '2s'"))
            try:
                connection.execute(text("VACUUM FULL people"))
            finally:
                connection.execute(text("RESET lock_timeout"))


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Brings the database to `revision`, forward or back."""
    config = _config(engine)
    script = ScriptDirectory.from_config(config)
    current = current_revision(engine)
    refuse_unknown(current)
    try:
        if revision in ("-1", "base") or revision in _older(script, current):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
    except OperationalError as error:
        raise unavailable(error) from None


def refuse_unknown(revision: str | None, what: str = "the database") -> None:
    """Raises StoreBehind for a revision that only a newer version of this code can have made."""
    steps = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    if revision is not None and revision not in {step.revision for step in steps}:
        raise StoreBehind(f"{what} is at revision {revision}, which only a newer version knows: install that one")


def _older(script: ScriptDirectory, current: str | None) -> set[str]:
    if current is None:
        return set()
    return {step.revision for step in script.iterate_revisions(current, "base")} - {current}


def current_revision(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty database."""
    try:
        with engine.execution_options(reading=True).connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise _silent(engine, error) from None


def newest_revision() -> str | None:
    """The revision that this code needs."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def is_empty(engine: Engine) -> bool:
    """Whether there is no table at all yet."""
    try:
        with engine.execution_options(reading=True).connect() as connection:
            return not inspect(connection).get_table_names()
    except SQLAlchemyError as error:
        raise _silent(engine, error) from None


def check_revision(engine: Engine) -> None:
    """Raises StoreBehind when the database is not at the revision of this code."""
    script = ScriptDirectory.from_config(_config(engine))
    head, current = script.get_current_head(), current_revision(engine)
    refuse_unknown(current)
    if current != head:
        raise StoreBehind(
            f"the database is at revision {current or 'none'}, this version needs {head}: run `doorstep migrate`"
        )


def reason(error: SQLAlchemyError) -> str:
    """The driver's own words, without the statement and its values, which may hold what people wrote."""
    if isinstance(error, PoolTimeout):
        return "all connections to it are in use"
    original: Any = getattr(error, "orig", None)
    lines = str(original or "").splitlines()
    return lines[0][:160] if lines else type(error).__name__


def _silent(engine: Engine, error: SQLAlchemyError) -> StoreUnavailable:
    where = engine.url.render_as_string(hide_password=True)
    return StoreUnavailable(f"the database {where} does not answer ({reason(error)})")


def unavailable(error: SQLAlchemyError) -> StoreUnavailable:
    """The error to raise for a database that is locked, full, read-only or gone."""
    return StoreUnavailable(f"the database cannot be used just now ({reason(error)})")

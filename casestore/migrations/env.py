"""Runs the migrations on the engine that `casestore.database` hands over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Table, event

from casestore.tables import Base, UtcDateTime


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    # A migration must not import today's code: it has to work years later.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_render,
        transactional_ddl=True,  # SQLite too: a step that stops half-way leaves nothing behind
    )
    with context.begin_transaction():
        if connection.dialect.name == "sqlite":
            with _counting_on(connection):
                context.run_migrations()
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError(f"the migration would leave a row of {broken[0]} that points at nothing")
        else:
            context.run_migrations()


@contextmanager
def _counting_on(connection: Connection) -> Iterator[None]:
    """A table that SQLite changes by copying it never gives the number of a row that is gone to another one."""

    def keep_counting(table: Table, _: Connection, **more: Any) -> None:
        made_as = "SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE name = ?"
        before = table.name.removeprefix("_alembic_tmp_")
        if before != table.name and connection.exec_driver_sql(made_as, (before,)).scalar():
            table.dialect_options["sqlite"]["autoincrement"] = True

    event.listen(Table, "before_create", keep_counting)
    counts = "SELECT name, seq FROM sqlite_sequence"
    counted = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").scalar()
    before = list(connection.exec_driver_sql(counts)) if counted else []
    try:
        yield
    finally:
        event.remove(Table, "before_create", keep_counting)
    for name, count in before:
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ? AND seq < ?", (name, count))
        connection.exec_driver_sql(
            "INSERT INTO sqlite_sequence (name, seq) SELECT name, ? FROM sqlite_master "
            "WHERE name = ? AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)",
            (count, name, name),
        )


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    on_sqlite = engine.dialect.name == "sqlite"
    driver = connection.connection.driver_connection
    if on_sqlite:  # a table is changed by copying it: dropping the old one must not take with it what points at it
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        _run(connection)
    finally:
        if on_sqlite:
            connection.rollback()  # ends the look above: inside a transaction the next line would do nothing
            driver.execute("PRAGMA foreign_keys=ON")

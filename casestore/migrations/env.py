"""Runs the migrations on the engine that `casestore.database` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from casestore.tables import Base, UtcDateTime


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    # A migration must not import today's code: it has to work years later.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    on_sqlite = engine.dialect.name == "sqlite"
    driver = connection.connection.driver_connection
    if on_sqlite:  # a table is changed by copying it: dropping the old one must not take with it what points at it
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=_render
        )
        with context.begin_transaction():
            context.run_migrations()
            if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise RuntimeError(f"the migration would leave a row of {broken[0]} that points at nothing")
    finally:
        if on_sqlite:
            connection.rollback()  # ends the look above: inside a transaction the next line would do nothing
            driver.execute("PRAGMA foreign_keys=ON")

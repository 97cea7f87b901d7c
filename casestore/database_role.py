"""What the application's own role on PostgreSQL may do: everything it needs, and nothing to a line of the log."""

from collections.abc import Iterator

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import ProgrammingError

from casestore.database import reason
from casestore.errors import StoreError
from casestore.tables import AnchorRow, HeadRow, LogRow

ADDED_TO = frozenset(table.__tablename__ for table in (LogRow, AnchorRow, HeadRow))
_READ = frozenset({"alembic_version"})


def grants(engine: Engine, role: str) -> Iterator[str]:
    """The statements that give `role` what the application needs of this database, one after another.

    Raises StoreError where there are no roles, and where the tables are not there yet.
    """
    if engine.dialect.name != "postgresql":
        raise StoreError("SQLite has no roles: there the triggers alone keep the log")
    quote = engine.dialect.identifier_preparer.quote
    name = quote(role)
    with engine.connect() as connection:
        look = inspect(connection)
        schema, tables = quote(look.default_schema_name or "public"), sorted(look.get_table_names())
    if not set(tables) >= ADDED_TO:
        raise StoreError("the tables are not there yet: run `doorstep migrate` first")
    yield f"GRANT USAGE ON SCHEMA {schema} TO {name}"
    for table in tables:
        yield f"REVOKE ALL ON {schema}.{quote(table)} FROM {name}, PUBLIC"
        yield f"GRANT {_rights(table)} ON {schema}.{quote(table)} TO {name}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}"


def _rights(table: str) -> str:
    if table in _READ:
        return "SELECT"
    return "SELECT, INSERT" if table in ADDED_TO else "SELECT, INSERT, UPDATE, DELETE"


def apply_grants(engine: Engine, role: str) -> None:
    """Gives `role` exactly that; the connection must be the owner's.

    Raises StoreError when it is not, or when there is no such role.
    """
    statements = list(grants(engine, role))
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        raise StoreError(
            f"the rights cannot be given ({reason(error)}): make the role first, and be the owner"
        ) from None

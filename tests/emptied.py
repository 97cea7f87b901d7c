"""Makes a migrated PostgreSQL as empty as a new office's database."""

from sqlalchemy import Engine, insert, text

from casestore.offices import HOME
from casestore.tables import Base, OfficeRow
from tests.builders import NOW


def empty(engine: Engine) -> None:
    """Takes every row out, and puts the first office in again."""
    with engine.begin() as connection:  # on tables this small much faster than TRUNCATE
        if engine.dialect.name == "postgresql":  # the log does not let go of its lines
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(insert(OfficeRow).values(id=HOME, name="First office", created_at=NOW))

"""The same PostgreSQL store as a role that is no superuser, which row-level security and its price hold for."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from casestore.database import Pool, open_engine
from casestore.unit_of_work import Store


@contextmanager
def humble(store: Store, pool: Pool = Pool()) -> Iterator[Store]:  # noqa: B008
    """A store that signs in as a new role with leave to use all tables; the role goes at the end."""
    role, password = f"humble_{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    with store.engine.begin() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {role}"))
        connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}"))
        connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"))
    url = store.engine.url.set(username=role, password=password).render_as_string(hide_password=False)
    engine = open_engine(url, pool)
    try:
        yield Store(engine, store.keyring, store.files)
    finally:
        engine.dispose()
        with store.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))

"""The same PostgreSQL store as a role that is no superuser, which row-level security and its price hold for."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from casestore.database import Pool, open_engine
from casestore.database_role import apply_grants
from casestore.unit_of_work import Store


@contextmanager
def humble(store: Store, pool: Pool = Pool()) -> Iterator[Store]:  # noqa: B008
    """A store that signs in as a new role with what `doorstep database-role` gives it; the role goes at the end."""
    role, password = f"humble_{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    with store.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"))
    apply_grants(store.engine, role)
    url = store.engine.url.set(username=role, password=password).render_as_string(hide_password=False)
    engine = open_engine(url, pool)
    try:
        yield Store(engine, store.keyring, store.files)
    finally:
        engine.dispose()
        with store.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))

"""The application's own role on PostgreSQL: all of an office's work goes on, and no line of the log can be touched."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from casestore.database import check_revision
from casestore.database_role import ADDED_TO, apply_grants, grants
from casestore.errors import StoreError
from casestore.log.case_log import OPERATOR
from casestore.offices import HOME
from casestore.tables import Base
from casestore.unit_of_work import Store
from tests.builders import NOW, PASSWORD, a_paralegal
from tests.casestore.planted import plant
from tests.casestore.raw import count, findings, sql
from tests.humble import humble as as_humble
from tests.needs import ON_POSTGRES, ON_SQLITE


@pytest.fixture
def humble(store: Store) -> Iterator[Store]:
    with as_humble(store) as theirs:
        yield theirs


@ON_POSTGRES
def test_the_whole_of_an_office_s_work_goes_on_as_that_role(humble: Store) -> None:
    """From the first message over claim, answer and end to the erasure, signing in, and the anchor of the day."""
    check_revision(humble.engine)
    planted = plant(humble)
    with humble.unit_of_work() as uow:
        a_paralegal(uow, "sipho")
        assert uow.staff.sign_in("sipho", PASSWORD, now=NOW)
        assert uow.anchors.make_daily(HOME, now=NOW)
    with humble.unit_of_work() as uow:
        uow.erasure.erase(planted.conversation.person_id, now=NOW)
    assert findings(humble) == []
    assert sql(humble, "SELECT kind FROM case_log WHERE case_id IS NOT NULL ORDER BY id DESC LIMIT 1") == [("erased",)]


@ON_POSTGRES
@pytest.mark.parametrize("table", sorted(ADDED_TO))
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET office_id = 9",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {}",
        "DROP TRIGGER {}_kept ON {}",
    ],
)
def test_that_role_cannot_touch_a_line(humble: Store, table: str, statement: str) -> None:
    plant(humble)
    with humble.unit_of_work() as uow:
        uow.anchors.make(HOME, actor=OPERATOR, now=NOW)
    before = count(humble, table)
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"), humble.engine.begin() as connection:
        connection.execute(text(statement.format(table, table)))
    assert count(humble, table) == before > 0


@ON_POSTGRES
def test_that_role_cannot_put_the_locks_aside(humble: Store) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), humble.engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))


@ON_POSTGRES
def test_every_table_is_named_once(database: Engine) -> None:
    given = [
        statement.split(" ON ")[1] for statement in grants(database, "app") if statement.startswith("GRANT SELECT")
    ]
    assert sorted(table.split(".")[1].removesuffix(" TO app") for table in given) == sorted(
        [*Base.metadata.tables, "alembic_version"]
    )


@ON_POSTGRES
def test_a_role_that_could_do_more_can_do_that_no_longer(store: Store) -> None:
    role = f"humble_{uuid.uuid4().hex[:8]}"
    with store.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
        connection.execute(text(f"GRANT ALL ON case_log TO {role}"))
    try:
        apply_grants(store.engine, role)
        rights = "SELECT has_table_privilege(:role, 'case_log', :right)"
        found = [sql(store, rights, role=role, right=right)[0][0] for right in ("INSERT", "SELECT", "UPDATE", "DELETE")]
        assert found == [True, True, False, False]
    finally:
        with store.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))


@ON_POSTGRES
def test_a_role_that_is_not_there_is_told(database: Engine) -> None:
    with pytest.raises(StoreError, match='role "nobody_at_all" does not exist'):
        apply_grants(database, "nobody_at_all")


@ON_POSTGRES
def test_a_name_is_quoted(database: Engine) -> None:
    assert all('"Web App; DROP"' in statement for statement in grants(database, "Web App; DROP"))


@ON_SQLITE
def test_sqlite_has_no_roles(database: Engine) -> None:
    with pytest.raises(StoreError, match="SQLite has no roles"):
        list(grants(database, "app"))

"""How the database finds what the hot statements ask for: by an index, never by reading or sorting a whole table.

The statements are those that the store really sends, caught on their way, and explained by the database itself.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Connection, UniqueConstraint, event, func, select, text

from casestore.attachments import AttachmentFiles
from casestore.database import migrate, open_engine
from casestore.tables import Base
from casestore.unit_of_work import Store
from tests.builders import a_keyring
from tests.emptied import empty
from tests.humble import humble
from tests.store_day import OfficeDay
from tests.store_fill import fill

CASES, OPEN = 4_000, 150
SMALL = {"staff", "offices"}  # read whole without harm: as many rows as people work there
FEW = 2 * OPEN  # rows that may be put in order

# What each operation of `OfficeDay` must find by; the ids of rows and unique columns are indexes without saying so.
FOUND_BY = {
    "search by reference": set(),
    "search by person": {"ix_cases_conversation"},
    "open case": {
        "ix_messages_conversation",
        "ix_outbox_message_id",
        "ix_attachments_conversation_id",
        "uq_case_log_case",
        "ix_labels_case_id",
    },
    "queue page": {"ix_cases_queue", "ix_cases_held", "ix_cases_returned"},
    "count waiting": {"ix_cases_queue"},
    "worker's minute": {"ix_cases_lease_until", "ix_cases_warn_at"},
    "claim": {"ix_cases_queue"},
    "answer": set(),
    "close case": set(),
    "store arrival, new person": set(),
    "take a turn, open a case": {"ix_conversations_ready", "ix_inbox_waiting", "ix_cases_conversation"},
    "store arrival": set(),
    "take a turn": {"ix_conversations_ready", "ix_inbox_waiting", "ix_cases_conversation"},
    "outbox take": set(),  # see EITHER
    "outbox mark": set(),
}
# Where two indexes serve as well, and the numbers of the day decide which one is taken.
EITHER = {"outbox take": {"ix_outbox_order", "ix_outbox_due"}}


@dataclass(frozen=True, slots=True)
class Plan:
    """How one statement is carried out: which indexes serve it, which tables are read whole, how many rows sorted."""

    statement: str
    indexes: set[str]
    read_whole: set[str]
    sorted_rows: float


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def plans(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Plan]]]:
    """The plans of every statement of every operation, on a store with some thousand cases of which few are open."""
    folder = tmp_path_factory.mktemp("plans")
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{folder / 'doorstep.db'}")
        migrate(engine)
    else:
        engine = request.getfixturevalue("migrated_postgres")
        empty(engine)
    store = Store(engine, a_keyring(), AttachmentFiles(folder))
    fill(store, cases=CASES, open_cases=OPEN)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        with humble(store) as used:
            yield _plans(used)
    else:
        yield _plans(store)
    if engine.dialect.name == "sqlite":
        engine.dispose()
    else:
        empty(engine)


def _plans(store: Store) -> dict[str, list[Plan]]:
    """Does everything once, and has each statement explained where it stands."""
    found: dict[str, list[Plan]] = {}
    now: list[str] = []

    def note(conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        if now and statement.split()[0] in ("SELECT", "UPDATE", "DELETE"):
            plan = _sqlite_plan if conn.dialect.name == "sqlite" else _postgres_plan
            found.setdefault(now[-1], []).append(
                plan(cursor.connection.cursor(), statement, parameters[0] if executemany else parameters)
            )

    class Explained(OfficeDay):
        def timed(self, name: str, work: Any) -> Any:
            now.append(name)
            try:
                return work()
            finally:
                now.clear()

    day = Explained(store, seed=1)
    event.listen(store.engine, "before_cursor_execute", note)
    day.round(0)
    event.remove(store.engine, "before_cursor_execute", note)
    large = _large(store)
    return {name: [replace(plan, read_whole=plan.read_whole & large) for plan in some] for name, some in found.items()}


def _large(store: Store) -> set[str]:
    """The tables with more than a few rows: to read one that has none is the shortest way to find nothing."""
    with store.engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        return {
            table.name for table in tables if (connection.scalar(select(func.count()).select_from(table)) or 0) > FEW
        }


def _postgres_plan(cursor: Any, statement: str, parameters: Any) -> Plan:
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    (answer,) = cursor.fetchone()
    nodes = list(_nodes((json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]))
    return Plan(
        statement,
        {node["Index Name"] for node in nodes if "Index Name" in node},
        {node["Relation Name"] for node in nodes if _whole(node)},
        max((node["Plans"][0]["Plan Rows"] for node in nodes if node["Node Type"] == "Sort"), default=0),
    )


def _whole(node: dict[str, Any]) -> bool:
    """Whether that step goes through all of a table, be it along an index."""
    return node["Node Type"] == "Seq Scan" or (node["Node Type"].startswith("Index") and "Index Cond" not in node)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _sqlite_plan(cursor: Any, statement: str, parameters: Any) -> Plan:
    lines = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    words = [line.split() for line in lines]
    return Plan(
        statement,
        {line[line.index("INDEX") + 1] for line in words if "INDEX" in line},
        {line[1] for line in words if line[0] == "SCAN" and "USING" not in line},
        0,  # it does not say how many rows it puts in order
    )


@pytest.mark.parametrize("operation", FOUND_BY)
def test_what_an_operation_asks_for_is_found_by_an_index(plans: dict[str, list[Plan]], operation: str) -> None:
    used: set[str] = set().union(*(plan.indexes for plan in plans[operation]))
    assert used >= FOUND_BY[operation]
    assert operation not in EITHER or used & EITHER[operation]


@pytest.mark.parametrize("operation", FOUND_BY)
def test_no_large_table_is_read_or_sorted_whole(plans: dict[str, list[Plan]], operation: str) -> None:
    for plan in plans[operation]:
        assert plan.read_whole <= SMALL, plan.statement
        assert plan.sorted_rows <= FEW, plan.statement


def test_every_operation_is_looked_at(plans: dict[str, list[Plan]]) -> None:
    assert set(plans) == set(FOUND_BY)


def test_what_goes_with_another_row_is_found_by_an_index() -> None:
    """Erasing a person must not read a table from end to end for each row that points at what goes."""
    for table in Base.metadata.sorted_tables:
        unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
        first = {each.columns[0].name for each in (*table.indexes, *unique, table.primary_key)}
        for key in table.foreign_keys:
            if key.ondelete is not None:
                assert key.parent.name in first, f"{table.name}.{key.parent.name}"

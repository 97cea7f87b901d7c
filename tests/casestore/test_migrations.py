"""Every step of the migrations keeps what was stored, forward from each revision and one step back."""

from collections.abc import Iterator, Set
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from casestore.backup.table_rows import shapes
from casestore.database import MIGRATIONS, current_revision, migrate, open_engine
from tests.casestore.filled import ROWS, Contents, contents, fill

STEPS = [step.revision for step in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]
# What a revision changes on purpose in columns that were there before, as table.column: on its way forward, and back.
CHANGED: dict[str, set[str]] = {}
# Whoever must not be written to is told to older code, which knows no rules, as somebody who cannot be reached.
CHANGED_BACK: dict[str, set[str]] = {"0011": {"conversations.reachable"}}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table, of each kind in turn."""
    if request.param == "postgresql":
        yield request.getfixturevalue("empty_postgres")
        return
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    yield engine
    engine.dispose()


def lost(before: Contents, after: Contents, changed: Set[str] = frozenset()) -> list[str]:
    """What was there before and is not there, or is not the same, in the tables and columns that both have."""
    found = []
    for table in before.keys() & after.keys():
        for key, row in before[table].items():
            now = after[table].get(key)
            if now is None:
                found.append(f"{table} {key}")
                continue
            both = {name for name in row.keys() & now.keys() if f"{table}.{name}" not in changed}
            found += [
                f"{table}.{name} {key}: {row[name]!r} became {now[name]!r}" for name in both if row[name] != now[name]
            ]
    return sorted(found)


def changed_after(revision: str) -> set[str]:
    return {name for step in STEPS[STEPS.index(revision) + 1 :] for name in CHANGED.get(step, ())}


@pytest.mark.parametrize("revision", STEPS)
def test_from_every_revision_everything_arrives_at_the_newest_and_survives_a_step_back(
    empty: Engine, revision: str
) -> None:
    migrate(empty, revision)
    fill(empty)
    before = contents(empty)
    assert all(len(rows) >= ROWS for rows in before.values())
    migrate(empty)
    newest = contents(empty)
    assert lost(before, newest, changed_after(revision)) == []
    migrate(empty, "-1")
    back = contents(empty)
    assert lost(newest, back, CHANGED_BACK.get(STEPS[-1], set())) == []
    migrate(empty)
    assert lost(back, contents(empty), CHANGED_BACK.get(STEPS[-1], set())) == []
    assert current_revision(empty) == STEPS[-1]


@pytest.mark.parametrize("revision", STEPS[:-1])
def test_a_step_forward_and_back_leaves_every_revision_as_it_was(empty: Engine, revision: str) -> None:
    migrate(empty, revision)
    fill(empty)
    before = contents(empty)
    migrate(empty, STEPS[STEPS.index(revision) + 1])
    migrate(empty, revision)
    # What the older code cannot show may be kept apart, for the next step forward.
    after = {table: rows for table, rows in contents(empty).items() if not table.endswith("_kept")}
    assert before.keys() == after.keys()
    changed = CHANGED_BACK.get(STEPS[STEPS.index(revision) + 1], set())
    assert lost(before, after, changed) == []
    assert lost(after, before, changed) == []


def test_the_rows_that_are_put_in_hold_every_kind_of_value(empty: Engine) -> None:
    """Else the tests above would prove little."""
    migrate(empty)
    fill(empty)
    with empty.execution_options(reading=True).connect() as connection:
        known = shapes(connection)
    rows = contents(empty)
    for shape in known:
        for column in shape.columns:
            values = [row[column.name] for row in rows[shape.name].values()]
            assert any(value is not None for value in values), f"{shape.name}.{column.name}"
    assert {column.kind for shape in known for column in shape.columns} >= {
        "int",
        "text",
        "bytes",
        "time",
        "date",
        "json",
        "bool",
    }

"""What stands in the way of cutting the store into shards: python bench/partitioned.py prints it, table by table.

A partitioned PostgreSQL, and Citus on it, wants the key that it cuts by in every primary key and unique constraint, and
in every foreign key between two tables that are both cut.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, PrimaryKeyConstraint, Table, UniqueConstraint, text
from sqlalchemy.schema import AddConstraint, CreateIndex

sys.path.insert(0, str(Path(__file__).parents[1]))

from casestore.tables import Base

# What can be cut as it is: it grows with every case, and is always asked for with this key. The log cannot: the chain
# of an office, which belongs to no case, is unique by office and number, the chain of a case by case and number.
CUT = {"messages": "conversation_id", "attachments": "conversation_id", "labels": "case_id"}
EVERYWHERE = {"offices", "staff", "staff_skills", "desk_sessions"}  # small: a copy on every shard


def partition(engine: Engine, parts: int) -> None:
    """Cuts the tables of `CUT`, still empty, into that many partitions by hash; everything else stays as migrated."""
    for name, key in CUT.items():
        with engine.begin() as connection:
            for statement in _statements(Base.metadata.tables[name], key, parts):
                connection.execute(text(statement) if isinstance(statement, str) else statement)


def _statements(table: Table, key: str, parts: int) -> Iterator[str | AddConstraint | CreateIndex]:
    name = table.name
    yield f"ALTER TABLE {name} RENAME TO whole"
    yield f"CREATE TABLE {name} (LIKE whole INCLUDING DEFAULTS) PARTITION BY HASH ({key})"
    yield f"ALTER SEQUENCE {name}_id_seq OWNED BY {name}.id"
    yield "DROP TABLE whole"
    yield f"ALTER TABLE {name} ADD PRIMARY KEY ({key}, id)"
    for part in range(parts):
        yield f"CREATE TABLE {name}_{part} PARTITION OF {name} FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
    yield from (CreateIndex(index) for index in table.indexes)
    yield from (AddConstraint(each) for each in table.foreign_key_constraints)


def obstacles(key: str) -> Iterator[tuple[str, str]]:
    """Each table that is not copied everywhere, and what it lacks to be cut by `key`."""
    for table in Base.metadata.sorted_tables:
        if table.name in EVERYWHERE:
            continue
        lacks = [] if key in table.c else [f"has no {key}"]
        for constraint in sorted(table.constraints, key=lambda each: str(each.name)):
            if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and key not in constraint.columns:
                kind = "primary key" if isinstance(constraint, PrimaryKeyConstraint) else "unique"
                lacks.append(f"{kind} ({', '.join(column.name for column in constraint.columns)})")
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            if index.unique and key not in index.columns:
                lacks.append(f"unique ({', '.join(column.name for column in index.columns)})")
        yield table.name, "; ".join(lacks)


def main() -> None:
    """Prints a table."""
    print("| table | by office it lacks |\n|---|---|")
    for name, lacks in obstacles("office_id"):
        print(f"| {name} | {lacks or '–'} |")


if __name__ == "__main__":
    main()

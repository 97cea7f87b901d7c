"""Rows of any table at any revision, as values that every database gives and takes alike."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Select, inspect
from sqlalchemy.types import TypeDecorator, TypeEngine

from casestore.errors import StoreError

AT_ONCE = 500
REVISION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds (a key of `_KINDS`), and whether it may be empty."""

    name: str
    kind: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of one table and the names of its key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def without(self, names: Iterable[str]) -> "Shape":
        """The same table without some columns."""
        left_out = set(names)
        return replace(self, columns=tuple(column for column in self.columns if column.name not in left_out))

    def only(self, names: Iterable[str]) -> "Shape":
        """The same table with some columns only, in the order named."""
        named = {column.name: column for column in self.columns}
        return replace(self, columns=tuple(named[name] for name in names))


@dataclass(frozen=True, slots=True)
class Digest:
    """What a table holds: how many rows, and the SHA-256 over all of them in the order of the key."""

    rows: int
    sha256: str


class _JsonText(TypeDecorator[str]):
    """JSON as its own text, so that not a space of it changes on the way; for PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def bind_expression(self, bindparam: sa.BindParameter[str]) -> sa.ColumnElement[str]:
        """PostgreSQL wants to be told that the text is JSON."""
        return sa.cast(bindparam, sa.JSON)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How values of one kind are read, written as JSON, and read from it."""

    type: Callable[[str], TypeEngine[Any]]  # by the name of the database
    packed: Callable[[Any], Any] = lambda value: value
    unpacked: Callable[[Any, str], Any] = lambda value, database: value


def _utc(value: datetime) -> str:
    # SQLite keeps no zone: what is stored there is UTC.
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _time(text: str, database: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if database == "postgresql" else moment.replace(tzinfo=None)


_KINDS: dict[str, _Kind] = {
    "bool": _Kind(lambda _: sa.Boolean()),
    "int": _Kind(lambda _: sa.BigInteger()),
    "float": _Kind(lambda _: sa.Double()),
    "text": _Kind(lambda _: sa.Text()),
    "json": _Kind(lambda database: _JsonText() if database == "postgresql" else sa.Text()),
    "bytes": _Kind(
        lambda _: sa.LargeBinary(),
        lambda value: base64.b64encode(value).decode(),
        lambda text, _: base64.b64decode(text),
    ),
    "time": _Kind(lambda _: sa.DateTime(timezone=True), _utc, _time),
    "date": _Kind(lambda _: sa.Date(), lambda value: value.isoformat(), lambda text, _: date.fromisoformat(text)),
    "decimal": _Kind(lambda _: sa.Numeric(), str, lambda text, _: Decimal(text)),
}
# The first that fits counts: a JSON column of SQLite is also a string, a time is not a date.
_OF_TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (sa.JSON, "json"),
    (sa.Boolean, "bool"),
    (sa.Integer, "int"),
    (sa.Float, "float"),
    (sa.Numeric, "decimal"),
    (sa.DateTime, "time"),
    (sa.Date, "date"),
    (sa.LargeBinary, "bytes"),
    (sa.String, "text"),
)


def shapes(connection: Connection) -> list[Shape]:
    """Every table there is, by name; only the one of the migrations is not carried over.

    Raises StoreError for a column of a type that has no portable form yet.
    """
    look = inspect(connection)
    return [_shape(look, name) for name in sorted(look.get_table_names()) if name != REVISION_TABLE]


def _shape(look: sa.Inspector, name: str) -> Shape:
    columns = []
    for found in look.get_columns(name):
        kind = next((kind for type_, kind in _OF_TYPES if isinstance(found["type"], type_)), None)
        if kind is None:
            raise StoreError(f"{name}.{found['name']} has a type that cannot be carried over: {found['type']!r}")
        columns.append(Column(found["name"], kind, bool(found["nullable"])))
    return Shape(name, tuple(columns), tuple(look.get_pk_constraint(name)["constrained_columns"]))


def rows(connection: Connection, shape: Shape, where: str = "") -> Iterator[bytes]:
    """Every row as one line of JSON, in the order of the key, a few at a time in memory.

    `where` names a column: rows in which it is empty are left out.
    """
    found = connection.execute(_select(connection, shape, where), execution_options={"yield_per": AT_ONCE})
    for row in found:
        yield packed(shape, row)


def packed(shape: Shape, values: Iterable[Any]) -> bytes:
    """The line of a row with these values."""
    kinds = (_KINDS[column.kind] for column in shape.columns)
    plain = [None if value is None else kind.packed(value) for kind, value in zip(kinds, values, strict=True)]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def _select(connection: Connection, shape: Shape, where: str) -> Select[Any]:
    table = _table(connection, shape)
    columns = [
        sa.cast(table.c[one.name], sa.Text) if one.kind == "json" else table.c[one.name] for one in shape.columns
    ]
    key: list[sa.ColumnElement[Any]] = [table.c[name] for name in shape.key]
    if connection.dialect.name == "postgresql":  # bytes decide, as on SQLite, whatever the language of the server
        key = [sa.collate(one, "C") if isinstance(one.type, sa.Text) else one for one in key]
    query = sa.select(*columns).order_by(*key)
    return query.where(table.c[where].is_not(None)) if where else query


def _table(connection: Connection, shape: Shape) -> Any:
    database = connection.dialect.name
    return sa.table(shape.name, *(sa.column(one.name, _KINDS[one.kind].type(database)) for one in shape.columns))


def unpacked(shape: Shape, line: bytes, database: str) -> dict[str, Any]:
    """The row of such a line, as that kind of database takes it."""
    values = json.loads(line)
    return {
        column.name: None if value is None else _KINDS[column.kind].unpacked(value, database)
        for column, value in zip(shape.columns, values, strict=True)
    }


def insert_rows(connection: Connection, shape: Shape, lines: Iterable[bytes], **also: Any) -> None:
    """Adds the rows of such lines, and `also` these values to each."""
    database = connection.dialect.name
    columns = [*shape.columns, *(Column(name, _kind_of(value)) for name, value in also.items())]
    insert = sa.insert(_table(connection, replace(shape, columns=tuple(columns))))
    for some in _batches(lines):
        connection.execute(insert, [{**unpacked(shape, line, database), **also} for line in some])


def update_rows(connection: Connection, shape: Shape, lines: Iterable[bytes]) -> None:
    """Sets all columns but the key in the rows with the keys of such lines."""
    database, table = connection.dialect.name, _table(connection, shape)
    update = (
        sa.update(table)
        .where(*(table.c[name] == sa.bindparam(f"key_{name}") for name in shape.key))
        .values({column.name: sa.bindparam(column.name) for column in shape.columns if column.name not in shape.key})
    )
    for some in _batches(lines):
        values = [unpacked(shape, line, database) for line in some]
        keyed = [{f"key_{name}" if name in shape.key else name: v for name, v in row.items()} for row in values]
        connection.execute(update, keyed)


def _kind_of(value: object) -> str:
    return "bytes" if isinstance(value, bytes) else "text"


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    waiting: list[bytes] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def digest(connection: Connection, shape: Shape) -> Digest:
    """What the table holds now, the same on every database."""
    tally = Tally()
    for line in rows(connection, shape):
        tally.add(line)
    return tally.digest()


class Tally:
    """Counts lines and hashes them as they pass."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.sha256()

    def add(self, line: bytes) -> None:
        """One more."""
        self.count += 1
        self._hash.update(line)
        self._hash.update(b"\n")

    def passing(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, counted."""
        for line in lines:
            self.add(line)
            yield line

    def digest(self) -> Digest:
        """What has passed."""
        return Digest(self.count, self._hash.hexdigest())

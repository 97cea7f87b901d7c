"""Puts rows into every table of a database at any revision, as it describes itself."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, inspect

from casestore.backup.loading import keys_aside
from casestore.backup.snapshot import snapshot
from casestore.backup.table_rows import Column, Shape, insert_rows, rows, shapes

ROWS = 3
_FIRST = 101  # far from what a migration puts there itself
_START = datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC)

# What must mean something to a migration that looks at it; all else is made up.
MEANT: dict[str, list[Any]] = {
    "cases.status": ["waiting", "claimed", "closed"],
    "cases.jurisdiction": ["za", "gb-eng", "za"],
    "cases.urgency": ["emergency", "soon", "routine"],
    "cases.issue": ["housing.lockout", None, "benefits.refused"],
    "cases.issues": [["housing.lockout", "housing.repairs"], [], ["benefits.refused"]],
    "cases.flags": [["lockout"], [], ["no_food", "child_risk"]],
    "cases.versions": [{"model": "a", "script": "é"}, {}, {"pack": "za@1"}],
    "cases.outcome": [None, None, "resolved"],
    "case_log.kind": ["opened", "claimed", "closed"],
    "case_log.actor": ["person", "staff:101", "bot"],
    "case_log.detail": [{"urgency": "soon"}, {}, {"outcome": "resolved"}],
    "messages.sender": ["person", "bot", "paralegal"],
    "outbox.status": ["waiting", "sent", "failed"],
    "attachments.status": ["wanted", "kept", "failed"],
    "consents.purpose": ["case", "statistics", "improve"],
    "staff.role": ["paralegal", "administrator", "paralegal"],
    "labels.actor": ["bot", "staff:101", "staff:102"],
}


def fill(engine: Engine) -> None:
    """Three rows in every table, joined by their keys."""
    with snapshot(engine) as look_first:
        look, known = inspect(look_first), shapes(look_first)
        joined = {
            (shape.name, column): (key["referred_table"], target)
            for shape in known
            for key in look.get_foreign_keys(shape.name)
            for column, target in zip(key["constrained_columns"], key["referred_columns"], strict=True)
        }
        fits = {
            (shape.name, one["name"]): getattr(one["type"], "length", None)
            for shape in known
            for one in look.get_columns(shape.name)
        }
    with engine.connect() as connection, keys_aside(connection):
        for shape in known:
            values = [[_value(shape, one, number, joined, fits) for one in shape.columns] for number in range(ROWS)]
            insert_rows(connection, shape, [json.dumps(row).encode() for row in values])


_Place = tuple[str, str]  # a table and a column of it


def _value(
    shape: Shape, column: Column, number: int, joined: dict[_Place, _Place], fits: dict[_Place, int | None]
) -> Any:
    place = (shape.name, column.name)
    while place in joined:
        to = joined[place]
        if to[0] == place[0]:  # in the same table: the first points at nobody, the others at the one before
            if number == 0:
                return None
            number -= 1
        place = to
    return _made(*place, column.kind, number, fits[place])


def _made(table: str, name: str, kind: str, number: int, fits: int | None) -> Any:
    """The value of that row and column as a line has it; of a key always the same, so that others can point at it."""
    meant = MEANT.get(f"{table}.{name}")
    if meant is not None:
        return json.dumps(meant[number], ensure_ascii=False) if kind == "json" else meant[number]
    made: dict[str, Any] = {
        "int": _FIRST + number,
        "bool": number % 2 == 0,
        "float": number + 0.1,
        "decimal": f"{number}.10",
        "json": json.dumps({"of": f"{table}.{name}", "number": number}),
        "bytes": base64.b64encode(f"{table}.{name}\0\xff{number}".encode("latin-1")).decode(),
        "time": (_START + timedelta(days=number)).isoformat(),
        "date": (date(2026, 2, 28) + timedelta(days=number)).isoformat(),
        "text": f"{number}é{table}.{name}"[: fits or 40],
    }
    return made[kind]


Contents = dict[str, dict[str, dict[str, Any]]]


def contents(engine: Engine) -> Contents:
    """Every row of every table by its key, as it travels.

    Without what a step back has put aside for the next step forward, in tables that no code reads.
    """
    with snapshot(engine) as look:
        known = [shape for shape in shapes(look) if not shape.name.endswith("_kept")]
        return {shape.name: _by_key(look, shape) for shape in known}


def _by_key(look: Connection, shape: Shape) -> dict[str, dict[str, Any]]:
    names = [column.name for column in shape.columns]
    found = [dict(zip(names, json.loads(line), strict=True)) for line in rows(look, shape)]
    return {json.dumps([row[name] for name in shape.key]): row for row in found}

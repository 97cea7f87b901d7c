"""The data inventory: what every column holds, why, on what ground and how long, checked against the schema."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from casestore.errors import StoreError
from casestore.privacy.retention import load_schedule
from casestore.tables import Base

INVENTORY = Path(__file__).with_name("inventory.yml")
CLASSES = {
    "sealed": "personal, sealed",
    "pseudonymous": "personal, pseudonymous",
    "clear": "names, in clear",
    "code": "code",
    "operational": "operational",
}
_PARTS = ("what", "purpose", "ground", "retention")


def read_inventory() -> dict[str, Any]:
    """The file as it is."""
    found: dict[str, Any] = yaml.safe_load(INVENTORY.read_text(encoding="utf-8"))
    return found


def gaps(inventory: dict[str, Any]) -> Iterator[str]:
    """What the inventory lacks or has too much, each as the line to add or take away."""
    tables: dict[str, Any] = inventory["tables"]
    kinds = {rule.id for rule in load_schedule()} | inventory["kept"].keys()
    for table in Base.metadata.sorted_tables:
        entry = tables.get(table.name)
        if entry is None:
            columns = ", ".join(column.name for column in table.columns)
            parts = ", ".join(_PARTS)
            yield f"{INVENTORY.name}: add under tables: {table.name}, with {parts}, and a class for {columns}"
            continue
        yield from (f"{INVENTORY.name}: {table.name}: add {part}" for part in _PARTS if not entry.get(part))
        if entry.get("ground") not in inventory["grounds"]:
            yield f"{INVENTORY.name}: {table.name}: ground is one of {', '.join(inventory['grounds'])}"
        if entry.get("retention") not in kinds:
            yield f"{INVENTORY.name}: {table.name}: retention is one of {', '.join(sorted(kinds))}"
        yield from _columns(table.name, [column.name for column in table.columns], entry)
    there = set(Base.metadata.tables)
    yield from (f"{INVENTORY.name}: take {name} away: there is no such table" for name in tables if name not in there)


def _columns(table: str, columns: list[str], entry: dict[str, Any]) -> Iterator[str]:
    listed = [(name, class_) for class_ in CLASSES for name in entry.get(class_, [])]
    names = [name for name, _ in listed]
    for column in columns:
        if column not in names:
            yield f"{INVENTORY.name}: {table}: add {column} to one of {', '.join(CLASSES)}"
        elif names.count(column) > 1:
            yield f"{INVENTORY.name}: {table}: {column} stands in two classes"
        elif column.endswith("_sealed") is not (column in entry.get("sealed", [])) and column != "key_wrapped":
            yield f"{INVENTORY.name}: {table}: {column} is sealed exactly when its name ends in _sealed"
    yield from (f"{INVENTORY.name}: {table}: take {name} away: no such column" for name in names if name not in columns)


def inventory_page() -> str:
    """The inventory as a page of documentation; raises StoreError with the first gap."""
    inventory = read_inventory()
    for gap in gaps(inventory):
        raise StoreError(gap)
    rules = {rule.id: rule for rule in load_schedule()}
    lines = [
        inventory["intro"],
        "## Grounds",
        "",
        *(f"- **{id_}**: {text}" for id_, text in inventory["grounds"].items()),
        "",
        "## How long",
        "",
        "| kind | what | days | after | why |",
        "|---|---|---|---|---|",
    ]
    for rule in rules.values():
        days = "kept" if rule.days is None else str(rule.days)
        days += "".join(f", {place}: {count}" for place, count in rule.places.items())
        lines.append(f"| {rule.id} | {rule.title} | {days} | {rule.since} | {rule.why} |")
    lines += [f"| {id_} | {text} | | | |" for id_, text in inventory["kept"].items()]
    lines += ["", "What `people` and `strangers` remove is everything joined to the person, in whatever table."]
    for name, entry in inventory["tables"].items():
        lines += ["", f"## {name}", "", f"{entry['what']}. {entry['purpose']}."]
        lines += [f"Ground: {entry['ground']}. Kept: {entry['retention']}.", "", "| class | columns |", "|---|---|"]
        for class_, title in CLASSES.items():
            if columns := entry.get(class_):
                lines.append(f"| {title} | {', '.join(f'`{column}`' for column in columns)} |")
    return "\n".join(lines) + "\n"

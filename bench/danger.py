"""Measures how well danger is heard: python bench/danger.py FILE (.tsv with text, flags, disputed; or .yml) [FLAG]."""

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from triage.danger import FLAGS, Safety, hear, load_safety

SAFETY = Path(__file__).parents[1] / "nlu_data" / "safety"
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled message; `disputed` flags are not counted."""

    text: str
    flags: frozenset[str]
    disputed: frozenset[str]
    id: str = ""


def rows(path: Path) -> Iterator[Row]:
    """The labelled messages of a TSV or YAML file."""
    if path.suffix == ".yml":
        for item in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield Row(item["text"], frozenset(item["flags"]), frozenset(), item["text"][:60])
        return
    with path.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            flags, disputed = (frozenset(filter(None, line[name].split("|"))) for name in ("flags", "disputed"))
            yield Row(line["text"].replace("\\n", "\n"), flags, disputed, line["id"])


def measure(labelled: list[Row], safety: Safety, *, tell: str | None) -> None:
    """Prints the table; with `tell`, also every mistake in that flag (or `any`)."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in labelled:
        heard = {flag.id: flag.trigger for flag in hear(row.text, safety, today=TODAY)}
        if not row.disputed:
            counts["any", f"{bool(row.flags):d}{bool(heard):d}"] += 1
            if tell == "any" and bool(row.flags) != bool(heard):
                print("MISS" if row.flags else "FALSE", row.id, sorted(row.flags), heard)
        for flag in FLAGS:
            if flag in row.disputed:
                continue
            counts[flag, f"{flag in row.flags:d}{flag in heard:d}"] += 1
            if tell == flag and (flag in row.flags) != (flag in heard):
                print("MISS " if flag in row.flags else "FALSE", row.id, heard.get(flag, ""))
    print(f"{'flag':18} {'rows':>5} {'recall':>7} {'precision':>9} {'false alarms':>12}")
    for name in ("any", *FLAGS):
        right, missed, false = counts[name, "11"], counts[name, "10"], counts[name, "01"]
        calm = counts[name, "00"] + false
        print(
            f"{name:18} {right + missed:5} {right / max(right + missed, 1):7.3f} "
            f"{right / max(right + false, 1):9.3f} {false / max(calm, 1):12.3f}"
        )


def main() -> None:
    """Reads the arguments: a file, and perhaps the flag whose mistakes to show."""
    labelled = list(rows(Path(sys.argv[1])))
    safety = load_safety(SAFETY)
    measure(labelled, safety, tell=sys.argv[2] if len(sys.argv) > 2 else None)
    words = sum(len(row.text.split()) for row in labelled)
    start = time.perf_counter()
    for row in labelled:
        hear(row.text, safety, today=TODAY)
    spent = time.perf_counter() - start
    print(f"{spent / len(labelled) * 1000:.2f} ms a message, {spent / words * 300_000:.2f} ms per 300 words")


if __name__ == "__main__":
    main()

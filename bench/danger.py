"""Measures how well danger is heard: python bench/danger.py [FILE.tsv ...] [--phrases] [--tell FLAG].

First both halves of the held-out messages, then each file (columns text, flags, disputed). `--phrases` leaves out the
second ear; `--tell FLAG` (or `any`) also lists the mistakes, except those of the final half, which stays unread.
"""

import argparse
import csv
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from triage.danger import FLAGS, hear, load_safety
from triage.understanding import load_training_set, train_dangers

CONTENT = Path(__file__).parents[1] / "nlu_data"
TODAY = date(2026, 11, 23)
UNREAD = "final"
Ear = Callable[[str], dict[str, str]]  # the words that triggered each danger in a message


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled message; `disputed` flags are not counted."""

    text: str
    flags: frozenset[str]
    disputed: frozenset[str]
    id: str


def held_out(half: str) -> Iterator[Row]:
    """The messages of one half of the held-out file."""
    content = yaml.safe_load((CONTENT / "heldout" / "danger.yml").read_text(encoding="utf-8"))
    for item in content[half]:
        yield Row(item["text"], frozenset(item["flags"]), frozenset(item.get("disputed", ())), item["text"][:60])


def posts(path: Path) -> Iterator[Row]:
    """The labelled posts of a TSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            flags, disputed = (frozenset(filter(None, line[name].split("|"))) for name in ("flags", "disputed"))
            yield Row(line["text"].replace("\\n", "\n"), flags, disputed, line["id"])


def share(right: int, of: int) -> str:
    """A share with its 95 % Wilson interval, as `.93 (.88-.97)`."""
    if not of:
        return "-"
    z, part = 1.96, right / of
    middle = (part + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * math.sqrt(part * (1 - part) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{part:.3f} ({max(0, middle - reach):.2f}-{min(1, middle + reach):.2f})"


def both_ears(*, phrases: bool) -> Ear:
    """What hears a message as the bot does, or by phrases alone."""
    safety = load_safety(CONTENT / "safety")
    heads = None if phrases else train_dangers(load_training_set(CONTENT))

    def heard(text: str) -> dict[str, str]:
        flags = hear(text, safety, today=TODAY)
        return {flag.id: flag.trigger for flag in flags or (heads.hear(text) if heads else ())}

    return heard


def measure(labelled: Iterable[Row], ear: Ear, *, tell: str | None) -> None:
    """Prints the table; with `tell`, also every mistake in that flag (or `any`)."""
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for row in labelled:
        heard = ear(row.text)
        judged = {flag: (flag in row.flags, flag in heard) for flag in FLAGS if flag not in row.disputed}
        if not row.disputed or row.flags:
            judged["any"] = (bool(row.flags), bool(heard))
        for name, (there, said) in judged.items():
            counts[name, there, said] += 1
            if tell == name and there != said:
                print("MISS " if there else "FALSE", row.id, sorted(row.flags), heard)
    print(f"{'flag':18} {'there':>5} {'recall':>20} {'calm':>5} {'false alarms':>20} {'precision':>20}")
    for name in ("any", *FLAGS):
        right, missed, false = counts[name, True, True], counts[name, True, False], counts[name, False, True]
        calm = counts[name, False, False] + false
        print(
            f"{name:18} {right + missed:5} {share(right, right + missed):>20} "
            f"{calm:5} {share(false, calm):>20} {share(right, right + false):>20}"
        )


def time_it(labelled: list[Row], ear: Ear) -> None:
    """Prints what hearing costs."""
    words = sum(len(row.text.split()) for row in labelled)
    start = time.process_time()
    for row in labelled:
        ear(row.text)
    spent = time.process_time() - start
    print(f"{spent / len(labelled) * 1000:.2f} ms a message, {spent / words * 300_000:.2f} ms per 300 words\n")


def main() -> None:
    """Reads the arguments and prints a table for each set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE.tsv")
    parser.add_argument("--tell", choices=("any", *FLAGS), metavar="FLAG", help="list the mistakes in FLAG, or `any`")
    parser.add_argument("--phrases", action="store_true", help="leave out the second ear")
    wanted = parser.parse_args()
    ear = both_ears(phrases=wanted.phrases)
    sets = [(f"held-out, {half}", list(held_out(half))) for half in ("development", UNREAD)]
    sets += [(path.name, list(posts(path))) for path in wanted.files]
    for name, labelled in sets:
        print(name)
        measure(labelled, ear, tell=None if UNREAD in name else wanted.tell)
        time_it(labelled, ear)


if __name__ == "__main__":
    main()

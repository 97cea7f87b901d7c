"""Every time limit of every pack against days worked out by hand: `worked_deadlines.tsv`."""

import csv
from datetime import date
from pathlib import Path

import pytest

from triage.deadlines import count
from triage.pack import load_pack, packs_folder

TABLE = Path(__file__).with_name("worked_deadlines.tsv")
with TABLE.open(encoding="utf-8", newline="") as lines:
    WORKED = list(csv.DictReader(lines, delimiter="\t"))
PACKS = {id_: load_pack(packs_folder() / id_) for id_ in ("za", "gb-eng")}
RULES = {(pack.id, rule.id): rule for pack in PACKS.values() for rule in pack.deadlines}


@pytest.mark.parametrize("row", WORKED, ids=lambda row: f"{row['pack']} {row['deadline']} {row['from']}")
def test_the_day_is_the_one_worked_out_by_hand(row: dict[str, str]) -> None:
    rule = RULES[row["pack"], row["deadline"]]
    due = count(rule, date.fromisoformat(row["from"]), PACKS[row["pack"]].calendar)
    assert due == date.fromisoformat(row["due"])


def test_every_limit_has_a_worked_example() -> None:
    assert {(row["pack"], row["deadline"]) for row in WORKED} == RULES.keys()


def test_every_working_is_written_down() -> None:
    assert not [row for row in WORKED if not list(row.values())[-1]]

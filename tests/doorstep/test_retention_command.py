"""`doorstep retention` counts, and removes only when told so; the worker does it only where the office asked for it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.worker import Worker
from casestore.privacy.retention import load_schedule
from casestore.unit_of_work import Store
from doorstep.settings import Settings
from doorstep.wiring import open_store
from tests.builders import NOW
from tests.casestore.planted import plant
from tests.casestore.raw import count
from tests.doorstep.test_cli import Shell
from tests.needs import ON_SQLITE
from tests.talk import an_office

YEARS = timedelta(days=3650)


def test_it_counts_first_and_removes_when_told(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.succeeds("migrate")
    store = open_store(Settings(data=shell.data), create=False)
    plant(store)
    rules = "".join(f"- {{id: {rule.id}, title: t, from: f, why: w{', days: 0' if rule.days is not None else ''}}}\n"
                    for rule in load_schedule())  # fmt: skip
    (tmp_path / "own.yml").write_text("kinds:\n" + rules)
    own = {"DOORSTEP_RETENTION": str(tmp_path / "own.yml")}
    counted = shell.succeeds("retention", **own)
    assert "Nothing was removed" in counted
    assert f"{2:>8}  messages" in counted
    assert count(store, "messages") == 2
    assert "noted in the log" in shell.succeeds("retention", "--apply", **own)
    assert (count(store, "messages"), count(store, "people")) == (0, 0)
    (tmp_path / "own.yml").write_text("kinds: []")
    assert "each kind is there once" in shell.fails("retention", **own)


@ON_SQLITE
def test_the_worker_removes_only_where_the_office_asked_for_it(store: Store) -> None:
    plant(store)
    office, _ = an_office(store, NOW + YEARS)
    Worker(office)._tidy()
    assert count(store, "people") == 1
    Worker(replace(office, retention=load_schedule()))._tidy()
    assert count(store, "people") == 0

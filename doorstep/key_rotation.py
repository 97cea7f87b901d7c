"""Changes the office's keys while the office works: a short transaction at a time."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from casestore.errors import StoreUnavailable
from casestore.key_use import OFFICE_SEALED
from casestore.keys.key_file import KeyFile
from casestore.log.case_log import OPERATOR
from casestore.unit_of_work import Store, UnitOfWork

TRIES = 12  # of five seconds each on SQLite, whose writers do not queue: one may be passed over for long

Given = TypeVar("Given")


def key_lines(store: Store) -> Iterator[str]:
    """One line a key: its name, how many people's keys and other things it opens, and whether it is current."""
    ring = store.keyring
    with store.reading() as look:
        for name in ring.keys:
            people, others = look.key_use.person_keys(name), look.key_use.others(name)
            current = "current" if name == ring.current else ""
            yield f"{name}\t{people} people\t{others} others\t{current}".rstrip()


def rewrap_all(store: Store) -> None:
    """Wraps every person's key under the current office key; stopped half-way, it goes on where it was.

    Raises StoreUnavailable when the database stayed busy or away for all tries of one step.
    """
    last = ""
    while last := _step(store, lambda uow: uow.key_use.rewrap_people(after=last)):
        pass
    for place in range(len(OFFICE_SEALED)):
        _reseal(store, place)


def _reseal(store: Store, place: int) -> None:
    last = 0
    while last := _step(store, lambda uow: uow.key_use.reseal_others(place, after=last)):
        pass


def _step(store: Store, change: Callable[[UnitOfWork], Given]) -> Given:
    """What `change` gives in a transaction of its own, tried again while others keep the database busy."""
    for _ in range(TRIES - 1):
        with suppress(StoreUnavailable), store.unit_of_work() as uow:
            return change(uow)
    with store.unit_of_work() as uow:
        return change(uow)


def retire_key(store: Store, keys: KeyFile, name: str, *, now: datetime) -> None:
    """Takes the key out of the file in one step with the look that nothing needs it; raises KeyInUse."""
    with store.unit_of_work() as uow:
        if name in store.keyring.keys:
            uow.key_use.check_unused(name)
            uow.log.note_office("key_rotated", actor=OPERATOR, now=now, key=name, step="retire")
        keys.retire(name)

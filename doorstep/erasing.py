"""Erases a person for good and proves it: the same look finds their key before, and nothing afterwards."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from casestore.database import forget_deleted
from casestore.errors import CaseNotFound, StoreError
from casestore.log.case_log import OPERATOR
from casestore.people import KEY
from casestore.privacy.traces import Search, needles_of, search
from casestore.unit_of_work import Store

_PATIENCE = 60.0  # seconds


class NotErased(StoreError):
    """Something of the person was found after the erasure."""


def person_of(store: Store, reference: str) -> str:
    """Whose case it is; raises CaseNotFound when there is none, or the person is gone already."""
    with store.reading() as look:
        person_id = look.cases.person_of(look.cases.by_reference(reference))
    if person_id is None:
        raise CaseNotFound(f"the person of {reference} was erased before: only codes are left")
    return person_id


def erase_and_prove(store: Store, person_id: str, words: Sequence[str], *, now: datetime) -> Iterator[str]:
    """Erases, then says line by line what was looked through and found; raises NotErased when anything was."""
    with store.reading() as look:
        needles = needles_of(words) | look.people.traces(person_id) | look.attachments.traces(person_id)
    before = search(store.engine, store.files, needles)
    with store.unit_of_work() as uow:
        uow.erasure.erase(person_id, now=now, actor=OPERATOR)
    after = _search_until_gone(store, needles)
    yield f"Erased person {person_id}."
    yield f"Looked for: {', '.join([*(repr(word) for word in words), *(n for n in needles if n not in words)])}."
    yield from _found("Before", before)
    yield from (f"  looked through {place}" for place in after.places)
    if after.found:
        left = "; ".join(f"{name!r} is still in {place}" for name, place in after.found)
        raise NotErased(f"{left}. Deleted rows stay as long as another program's transaction that began before")
    yield "After: nothing was found anywhere."
    yield "Backups: the next `doorstep backup` replaces people.keys; replace every copy of that file too."


def _search_until_gone(store: Store, needles: dict[str, list[bytes]]) -> Search:
    """The database lets go of deleted rows once whoever began before has finished, such as a backup."""
    until = time.monotonic() + _PATIENCE
    while (after := search(store.engine, store.files, needles)).found and _only_key(after) and time.monotonic() < until:
        time.sleep(0.5)
        forget_deleted(store.engine)
    return after


def _only_key(looked: Search) -> bool:
    return {name for name, _ in looked.found} == {KEY}


def _found(when: str, looked: Search) -> Iterator[str]:
    names = sorted({name for name, _ in looked.found})
    yield f"{when}: found {', '.join(names)}." if names else f"{when}: nothing was found in clear."

"""What must be done for a case by a day, in words."""

from dataclasses import dataclass
from datetime import date, timedelta

from casestore.codes.code_lists import LISTS
from casestore.unit_of_work import UnitOfWork
from casestore.work.agenda import TASK, Entry, State
from desk.showing import Due, due_words

SOON = timedelta(days=7)  # what is due within them is on the list of the day


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One entry in words. `settled` says how it ended, empty while it is open."""

    id: int
    reference: str
    kind: str
    what: str
    because: str
    owner: str
    due: Due
    settled: str


def line(entry: Entry, today: date) -> AgendaLine:
    """An entry in words."""
    source = f" ({entry.source})" if entry.source else ""
    ended = {State.MET: "done" if entry.kind == TASK else "met", State.MISSED: "missed", State.VOID: "not needed"}
    return AgendaLine(
        id=entry.id,
        reference=entry.reference,
        kind=entry.kind,
        what=entry.what or "A deadline",
        because=f"{entry.because}{source}".strip(),
        owner="" if entry.owner == "person" or entry.kind == TASK else LISTS["agenda_owner"].titles[entry.owner],
        due=due_words(entry.due, today),
        settled=ended.get(entry.state, ""),
    )


def due_lines(uow: UnitOfWork, staff_id: int, today: date) -> list[AgendaLine]:
    """What somebody must do soon or should have done, overdue first."""
    return [line(entry, today) for entry in uow.agenda.due_by(today + SOON, staff_id=staff_id)]

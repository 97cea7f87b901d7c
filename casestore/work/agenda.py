"""What must be done for a case by a day: deadlines of the law, and tasks of the office."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.codes.code_lists import LISTS
from casestore.errors import CaseNotFound, NotAllowedNow, NotValid
from casestore.log.case_log import BOT, CaseLog
from casestore.people import People
from casestore.tables import AgendaRow, CaseRow, storable
from casestore.waiting import take_place
from casestore.work.holding import held

_WHAT = "agenda.what"
MOST_WORDS = 300
DEADLINE, TASK = "deadline", "task"


class State(StrEnum):
    """Where an entry stands. A task that is done is `met`, one that is not needed any more `void`."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    VOID = "void"


# What was settled by mistake is opened again; nothing is settled twice.
NEXT: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.MET, State.MISSED, State.VOID}),
    State.MET: frozenset({State.OPEN}),
    State.MISSED: frozenset({State.OPEN}),
    State.VOID: frozenset({State.OPEN}),
}


def check_step(now: State, to: State) -> None:
    """Raises NotAllowedNow when an entry that is `now` cannot become `to`."""
    if to not in NEXT[now]:
        raise NotAllowedNow(f"an entry that is {now} cannot become {to}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeadline:
    """A deadline that was counted out for a case. `code` is its id in the law pack; `owner` who must keep it."""

    code: str
    due: date
    what: str
    because: str
    source: str
    owner: str = "person"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's agenda; `what` and `because` are empty once the person was erased."""

    id: int
    case_id: int
    reference: str
    kind: str
    code: str | None
    owner: str
    state: State
    due: date
    source: str
    what: str
    because: str
    settled_at: datetime | None


class Agenda:
    """Notes, finds and settles what must be done. The one who holds a case works its agenda."""

    def __init__(self, session: Session, people: People, log: CaseLog) -> None:
        self._session = session
        self._people = people
        self._log = log

    def note_deadlines(
        self, case: CaseRow, deadlines: Collection[NewDeadline], *, told: date | None, now: datetime
    ) -> None:
        """Takes over what was counted. One that is open moves with its day; one that was settled stays as it is.

        `told` is the day by which the case wants to be taken; it counts for itself where no deadline has it.
        """
        before = {row.code: row for row in self._rows(case.id) if row.code is not None}
        moved = set()
        for new in deadlines:
            row = before.get(new.code)
            if row is not None and (row.state != State.OPEN or row.due == new.due):
                continue
            if row is None:
                row = AgendaRow(case_id=case.id, kind=DEADLINE, code=new.code, state=State.OPEN)
                row.owner = LISTS["agenda_owner"].check(new.owner)
                self._session.add(row)
            else:
                moved.add(row.due)
            row.due, row.source, row.made_by, row.made_at = new.due, storable(new.source, 200), BOT, now
            row.what_sealed = self._sealed(case, new.what, new.because)
            self._log.note(case.id, "deadline_noted", actor=BOT, now=now, deadline=new.code, due=new.due.isoformat())
        self._keep_due(case, None if told in {new.due for new in deadlines} else told, over=moved)

    def add(
        self, case_id: int, *, staff_id: int, kind: str, what: str, due: date, owner: str = "office", now: datetime
    ) -> int:
        """A task or a deadline that the paralegal writes down; returns its id. Raises NotYours and NotValid."""
        case, actor = held(self._session, case_id, staff_id), f"staff:{staff_id}"
        if not what.strip() or len(what) > MOST_WORDS:
            raise NotValid(f"what must be done is said in 1 to {MOST_WORDS} characters")
        row = AgendaRow(
            case_id=case_id,
            kind=LISTS["agenda_kind"].check(kind),
            owner=LISTS["agenda_owner"].check(owner),
            state=State.OPEN,
            due=due,
            source="",
            what_sealed=self._sealed(case, what.strip(), ""),
            made_by=actor,
            made_at=now,
        )
        self._session.add(row)
        self._keep_due(case)
        self._log.note(case_id, f"{kind}_noted", actor=actor, now=now, due=due.isoformat())
        return row.id

    def settle(self, case_id: int, entry_id: int, *, staff_id: int, to: str, now: datetime) -> None:
        """Met, missed, void, or open again after a mistake.

        Raises NotYours, CaseNotFound for an entry of another case, NotValid and NotAllowedNow.
        """
        case = held(self._session, case_id, staff_id)
        state = State(LISTS["agenda_state"].check(to))
        row = self._session.get(AgendaRow, entry_id, populate_existing=True)
        if row is None or row.case_id != case_id:
            raise CaseNotFound("there is no such entry")
        check_step(State(row.state), state)
        row.state, row.settled_at = state, None if state == State.OPEN else now
        self._keep_due(case)
        self._log.note(case_id, "agenda_settled", actor=f"staff:{staff_id}", now=now, entry=row.kind, state=str(state))

    def copy(self, from_: CaseRow, to: CaseRow) -> None:
        """What is open on the agenda of one case stands on that of another too, sealed for its person.

        A limit that stands there already with another day stands there twice, for somebody to say which is right.
        """
        known = {row.code: row.due for row in self._rows(to.id) if row.code is not None}
        for each in self.of(from_.id):
            if each.state == State.OPEN and (each.code is None or known.get(each.code) != each.due):
                old = self._session.get_one(AgendaRow, each.id)
                row = AgendaRow(case_id=to.id, kind=each.kind, owner=each.owner, state=State.OPEN)
                row.code = None if each.code in known else each.code
                row.due, row.source, row.made_by, row.made_at = each.due, each.source, old.made_by, old.made_at
                row.what_sealed = self._sealed(to, each.what, each.because)
                self._session.add(row)
        self._keep_due(to, from_.due)

    def of(self, case_id: int) -> list[Entry]:
        """The agenda of a case: what is open first, soonest first."""
        rows = self._session.execute(
            select(AgendaRow, CaseRow)
            .join(CaseRow, CaseRow.id == AgendaRow.case_id)
            .where(AgendaRow.case_id == case_id)
            .order_by(AgendaRow.state != State.OPEN, AgendaRow.due, AgendaRow.id)
        )
        return [self._entry(row, case) for row, case in rows]

    def due_by(self, day: date, *, staff_id: int) -> list[Entry]:
        """What is open and due by that day in the cases somebody holds, overdue first."""
        rows = self._session.execute(
            select(AgendaRow, CaseRow)
            .join(CaseRow, CaseRow.id == AgendaRow.case_id)
            .where(
                CaseRow.claimed_by == staff_id,
                CaseRow.closed_at.is_(None),
                AgendaRow.state == State.OPEN,
                AgendaRow.due <= day,
            )
            .order_by(AgendaRow.due, AgendaRow.id)
        )
        return [self._entry(row, case) for row, case in rows]

    def _keep_due(self, case: CaseRow, told: date | None = None, *, over: Collection[date] = ()) -> None:
        """The day by which the queue orders the case, decided here alone: its nearest deadline that is open.

        A day that was only told counts too, until a deadline of that day is settled or has moved (`over`).
        A deadline that had passed when it was noted keeps nobody from being served in turn.
        """
        self._session.flush()
        deadlines = [row for row in self._rows(case.id) if row.kind == DEADLINE]
        running = {row.due for row in deadlines if row.state == State.OPEN and row.due >= row.made_at.date()}
        settled = {row.due for row in deadlines if row.state != State.OPEN}
        only_told = {day for day in (case.due, told) if day is not None} - settled - set(over)
        case.due = min(running | only_told, default=None)
        take_place(case)
        self._session.flush()

    def _rows(self, case_id: int) -> Sequence[AgendaRow]:
        return self._session.scalars(select(AgendaRow).where(AgendaRow.case_id == case_id)).all()

    def _sealed(self, case: CaseRow, what: str, because: str) -> bytes | None:
        if case.person_id is None:
            return None
        words = json.dumps({"what": what, "because": because}, ensure_ascii=False)
        return self._people.box(case.person_id).seal(words, _WHAT)

    def _entry(self, row: AgendaRow, case: CaseRow) -> Entry:
        words = {"what": "", "because": ""}
        if row.what_sealed is not None and case.person_id is not None:
            words = json.loads(self._people.box(case.person_id).open_text(row.what_sealed, _WHAT))
        return Entry(
            id=row.id,
            case_id=row.case_id,
            reference=case.reference,
            kind=row.kind,
            code=row.code,
            owner=row.owner,
            state=State(row.state),
            due=row.due,
            source=row.source,
            what=words["what"],
            because=words["because"],
            settled_at=row.settled_at,
        )

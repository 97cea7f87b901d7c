"""Cases: opened by the conversation, claimed and worked at the desk, each step checked and logged."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casestore.access import viewer_of
from casestore.agenda import Agenda, NewDeadline
from casestore.case_issues import CaseIssues, IssueSource
from casestore.case_log import BOT, PERSON, CaseLog
from casestore.conversations import Conversation
from casestore.database import LOCK
from casestore.errors import AlreadyClaimed, CaseNotFound, NotAllowedNow, NotYours
from casestore.labels import Label, Labels
from casestore.lifecycle import OUTCOMES, Status, check_step
from casestore.offices import HOME
from casestore.people import People
from casestore.records import Record, Records
from casestore.reference import new_reference, read_reference
from casestore.respondents import Heard, Respondents
from casestore.tables import CaseRow, StaffRow

URGENCIES = ("emergency", "urgent", "soon", "routine")
_ASSESSMENT, _NOTE = "cases.assessment", "cases.note"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What the conversation knows when a case is opened. `assessment` is sealed: it quotes the person.

    `understood` is the issue the machine held most probable, whatever the person then chose. `said` names who said each
    issue, where it was not the model; `record` and `heard` are what was told of the rest, and of the other side.
    """

    jurisdiction: str
    place: str | None
    language: str
    issues: tuple[str, ...]
    flags: tuple[str, ...]
    urgency: str
    due: date | None
    versions: dict[str, str]
    assessment: dict[str, Any]
    understood: str | None = None
    office_id: int = HOME
    said: dict[str, IssueSource] = field(default_factory=dict)
    record: Record = Record()
    heard: tuple[Heard, ...] = ()
    deadlines: tuple[NewDeadline, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A case as the desk sees it in the queue: codes and times, none of the person's words."""

    id: int
    reference: str
    conversation_id: int | None
    office_id: int
    status: Status
    jurisdiction: str
    place: str | None
    language: str
    issues: tuple[str, ...]
    flags: tuple[str, ...]
    urgency: str
    due: date | None
    versions: dict[str, str] = field(compare=False)
    opened_at: datetime
    waiting_since: datetime | None
    claimed_by: int | None
    claimed_by_name: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


class Cases:
    """Opens, finds, claims and moves cases."""

    def __init__(
        self,
        session: Session,
        people: People,
        log: CaseLog,
        labels: Labels,
        issues: CaseIssues,
        records: Records,
        respondents: Respondents,
        agenda: Agenda,
    ) -> None:
        self._session = session
        self._people = people
        self._log = log
        self._labels = labels
        self._issues = issues
        self._records = records
        self._respondents = respondents
        self._agenda = agenda

    def open(self, conversation: Conversation, new: NewCase, *, now: datetime, actor: str = PERSON) -> Case:
        """A new case in the queue; `actor` is who asked for it, as the log names them."""
        row = CaseRow(
            reference="",
            person_id=conversation.person_id,
            conversation_id=conversation.id,
            office_id=new.office_id,
            status=Status.WAITING,
            jurisdiction=new.jurisdiction,
            place=new.place,
            language=new.language,
            issue=new.issues[0] if new.issues else None,
            issues=list(new.issues),
            flags=list(new.flags),
            urgency=new.urgency,
            urgency_rank=URGENCIES.index(new.urgency),
            due=new.due,
            versions=new.versions,
            assessment_sealed=self._seal(conversation.person_id, new.assessment),
            opened_at=now,
            waiting_since=now,
        )
        for _ in range(5):
            row.reference = new_reference()
            try:
                with self._session.begin_nested():
                    self._session.add(row)
                break
            except IntegrityError:  # that reference is taken: one in 27 thousand million a try
                continue
        else:
            raise RuntimeError("no free case reference found")
        self._log.note(row.id, "opened", actor=actor, now=now, urgency=new.urgency)
        self._issues.note(row.id, new.issues, new.said, now=now)
        self._records.open(row.id, new.record, now=now)
        self._respondents.note_heard(row.office_id, row.id, new.heard, now=now)
        if new.understood is not None:
            self._labels.note(row.id, Label(new.understood, BOT, new.versions.get("model", ""), now))
        self._agenda.note_deadlines(row.id, new.deadlines, now=now)
        return self._described(row, None)

    def add_to(self, case: Case, new: NewCase, *, now: datetime) -> None:
        """The person told more: issues and flags are added, urgency only ever rises."""
        row = self._row(case.id, lock=True)
        row.issues = list(dict.fromkeys([*row.issues, *new.issues]))
        self._issues.note(row.id, new.issues, new.said, now=now)
        self._records.fill(row.id, new.record)
        self._respondents.note_heard(row.office_id, row.id, new.heard, now=now)
        row.issue = row.issue or (row.issues[0] if row.issues else None)
        self._raise(row, new, now=now)
        new_due = None if new.due in self._agenda.settled_days(row.id) else new.due
        row.due = min((day for day in (row.due, new_due) if day), default=None)
        row.place = new.place or row.place
        if row.person_id is not None:
            row.assessment_sealed = self._seal(row.person_id, new.assessment)
        self._agenda.note_deadlines(row.id, new.deadlines, now=now)

    def raise_danger(self, case: Case, new: NewCase, *, now: datetime) -> None:
        """Danger was heard in another case of the same person: it counts in this one too, and nothing else does."""
        self._raise(self._row(case.id, lock=True), new, now=now)

    def person_wrote(self, case: Case, *, now: datetime) -> None:
        """A new message from the person: the case waits again; a closed one opens again."""
        row = self._row(case.id, lock=True)
        if row.status == Status.CLOSED:
            row.status, row.outcome, row.closed_at, row.claimed_by = Status.WAITING, None, None, None
            self._log.note(row.id, "reopened", actor=PERSON, now=now)
        row.waiting_since = row.waiting_since or now
        self._log.note(row.id, "person_wrote", actor=PERSON, now=now)

    def of_conversation(self, conversation_id: int) -> Case | None:
        """The newest open case of that conversation, or else the newest."""
        return next(iter(self.current(conversation_id)), None)

    def current(self, conversation_id: int) -> list[Case]:
        """The open cases of that conversation, the newest first, or else the newest one alone.

        A person may have several about different things, which one chat is about.
        """
        cases = self._every(CaseRow.conversation_id == conversation_id)
        return [case for case in cases if case.status != Status.CLOSED] or cases[:1]

    def of_person(self, person_id: str) -> list[Case]:
        """Every case of that person, the newest first."""
        return self._every(CaseRow.person_id == person_id)

    def by_reference(self, written: str) -> Case:
        """The case with that reference, however it was written; raises CaseNotFound."""
        reference = read_reference(written)
        case = None if reference is None else self._one(CaseRow.reference == reference)
        if case is None:
            raise CaseNotFound("there is no case with that reference")
        return case

    def queue(self, *, limit: int = 200) -> list[Case]:
        """Open cases: most urgent first, then by the nearest deadline, then by waiting time."""
        rows = self._session.execute(
            select(CaseRow, StaffRow.name)
            .outerjoin(StaffRow, StaffRow.id == CaseRow.claimed_by)
            .where(CaseRow.status.in_([Status.WAITING, Status.CLAIMED, Status.REFERRED]))
            .order_by(
                (CaseRow.status != Status.WAITING),
                CaseRow.urgency_rank,
                CaseRow.due.is_(None),
                CaseRow.due,
                CaseRow.waiting_since.is_(None),
                CaseRow.waiting_since,
                CaseRow.id,
            )
            .limit(limit)
        ).all()
        return [self._described(row, name) for row, name in rows]

    def waiting_count(self) -> int:
        """How many cases wait for somebody to claim them."""
        return self._session.scalar(select(func.count()).where(CaseRow.status == Status.WAITING)) or 0

    def assessment(self, case: Case) -> dict[str, Any]:
        """What judged the case and why, as it was when it was opened or last added to."""
        row = self._row(case.id)
        if row.person_id is None or row.assessment_sealed is None:
            return {}
        found: dict[str, Any] = json.loads(
            self._people.box(row.person_id).open_text(row.assessment_sealed, _ASSESSMENT)
        )
        return found

    def claim(self, case_id: int, *, staff_id: int, now: datetime) -> Case:
        """Takes a waiting case; of two who try at once exactly one gets it, the other AlreadyClaimed.

        Raises NotYours for those who work no cases, and CaseNotFound for a case of another office.
        """
        viewer = viewer_of(self._session)
        if viewer is not None and not viewer.role.works_cases:
            raise NotYours(f"{viewer.role}s look at cases and do not work them")
        taken = self._session.execute(
            update(CaseRow)
            .where(
                CaseRow.id == case_id,
                CaseRow.status.in_([Status.WAITING, Status.REFERRED]),
            )
            .values(status=Status.CLAIMED, claimed_by=staff_id, claimed_at=now)
            .returning(CaseRow.id)
        ).scalar()
        self._session.expire_all()
        if taken is None:
            self._explain_refusal(case_id, staff_id)
        else:
            self._log.note(case_id, "claimed", actor=f"staff:{staff_id}", now=now)
        return self._get(case_id)

    def release(self, case_id: int, *, staff_id: int, now: datetime) -> None:
        """Gives the case back to the queue."""
        row = self._held(case_id, staff_id, Status.WAITING)
        row.status, row.claimed_by, row.waiting_since = Status.WAITING, None, row.waiting_since or now
        self._log.note(case_id, "released", actor=f"staff:{staff_id}", now=now)

    def refer(self, case_id: int, *, staff_id: int, to: str, now: datetime) -> None:
        """Sends the person on to another service; `to` is the id of a contact of the law pack."""
        row = self._held(case_id, staff_id, Status.REFERRED)
        row.status, row.waiting_since = Status.REFERRED, None
        self._log.note(case_id, "referred", actor=f"staff:{staff_id}", now=now, to=to)

    def close(self, case_id: int, *, staff_id: int, outcome: str, note: str, now: datetime) -> None:
        """Ends the case with an outcome of `lifecycle.OUTCOMES`; the note is sealed."""
        if outcome not in OUTCOMES:
            raise NotAllowedNow(f"{outcome!r} is not an outcome")
        row = self._held(case_id, staff_id, Status.CLOSED)
        row.status, row.outcome, row.closed_at, row.waiting_since = Status.CLOSED, outcome, now, None
        if note and row.person_id is not None:
            row.note_sealed = self._people.box(row.person_id).seal(note, _NOTE)
        self._log.note(case_id, "closed", actor=f"staff:{staff_id}", now=now, outcome=outcome)

    def answered(self, case_id: int, *, staff_id: int, now: datetime) -> None:
        """The paralegal who holds the case answered: nobody waits for the office now."""
        row = self._row(case_id, lock=True)
        if row.claimed_by != staff_id or row.status not in (Status.CLAIMED, Status.REFERRED):
            raise NotYours("claim the case before you answer")
        row.answered_at, row.waiting_since = now, None
        self._log.note(case_id, "answered", actor=f"staff:{staff_id}", now=now)

    def note(self, case: Case) -> str:
        """The note written when the case was closed."""
        row = self._row(case.id)
        if row.note_sealed is None or row.person_id is None:
            return ""
        return self._people.box(row.person_id).open_text(row.note_sealed, _NOTE)

    def _raise(self, row: CaseRow, new: NewCase, *, now: datetime) -> None:
        if new_flags := [flag for flag in new.flags if flag not in row.flags]:
            row.flags = [*row.flags, *new_flags]
            self._log.note(row.id, "danger_heard", actor=BOT, now=now, flags=new_flags)
        rank = min(row.urgency_rank, URGENCIES.index(new.urgency))
        row.urgency_rank, row.urgency = rank, URGENCIES[rank]

    def _explain_refusal(self, case_id: int, staff_id: int) -> None:
        row = self._row(case_id)
        if row.claimed_by == staff_id and row.status == Status.CLAIMED:
            return  # pressed twice: it is theirs already
        if row.status == Status.CLAIMED:
            raise AlreadyClaimed("somebody else has claimed this case")
        raise NotAllowedNow(f"a case that is {row.status} cannot be claimed")

    def _held(self, case_id: int, staff_id: int, to: Status) -> CaseRow:
        row = self._row(case_id, lock=True)
        if row.claimed_by != staff_id:
            raise NotYours("only the paralegal who holds the case can do that")
        check_step(Status(row.status), to)
        return row

    def _row(self, case_id: int, *, lock: bool = False) -> CaseRow:
        row = self._session.get(CaseRow, case_id, with_for_update=LOCK if lock else None, populate_existing=lock)
        if row is None:
            raise CaseNotFound("there is no such case")
        return row

    def _get(self, case_id: int) -> Case:
        case = self._one(CaseRow.id == case_id)
        if case is None:
            raise CaseNotFound("there is no such case")
        return case

    def _one(self, condition: ColumnElement[bool]) -> Case | None:
        return next(iter(self._every(condition)), None)

    def _every(self, condition: ColumnElement[bool]) -> list[Case]:
        rows = self._session.execute(
            select(CaseRow, StaffRow.name)
            .outerjoin(StaffRow, StaffRow.id == CaseRow.claimed_by)
            .where(condition)
            .order_by(CaseRow.id.desc())
        ).all()
        return [self._described(row, name) for row, name in rows]

    def _seal(self, person_id: str, assessment: dict[str, Any]) -> bytes:
        return self._people.box(person_id).seal(json.dumps(assessment, ensure_ascii=False), _ASSESSMENT)

    def _described(self, row: CaseRow, claimed_by_name: str | None) -> Case:
        return Case(
            id=row.id,
            reference=row.reference,
            conversation_id=row.conversation_id,
            office_id=row.office_id,
            status=Status(row.status),
            jurisdiction=row.jurisdiction,
            place=row.place,
            language=row.language,
            issues=tuple(row.issues),
            flags=tuple(row.flags),
            urgency=row.urgency,
            due=row.due,
            versions=row.versions,
            opened_at=row.opened_at,
            waiting_since=row.waiting_since,
            claimed_by=row.claimed_by,
            claimed_by_name=claimed_by_name,
            answered_at=row.answered_at,
            closed_at=row.closed_at,
            outcome=row.outcome,
        )

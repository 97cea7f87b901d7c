"""Cases: opened by the conversation, claimed and worked at the desk, each step checked and logged."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from casestore.access import BY_NUMBER, check_works
from casestore.case_issues import CaseIssues, IssueSource
from casestore.community_problems import move_links
from casestore.conversations import Conversation
from casestore.database import add_with_reference
from casestore.endings import end, forget_words
from casestore.errors import AlreadyClaimed, AtCapacity, CaseNotFound, NotAllowedNow, NotYours
from casestore.labels import Label, Labels
from casestore.lifecycle import HELD, OUTCOMES, WITHDRAWN, Status, check_step
from casestore.log.case_log import BOT, PERSON, CaseLog
from casestore.office_terms import OfficeTerms
from casestore.offices import HOME
from casestore.parting import part
from casestore.people import People
from casestore.records import Record, Records
from casestore.reference import read_reference
from casestore.respondents import Heard, Respondents
from casestore.skills import StaffSkills
from casestore.supporters import Supporters
from casestore.tables import CaseRow, CaseShareRow, ReferralRow, StaffRow
from casestore.terms import EMERGENCY
from casestore.waiting import hurry, leave_holder, note_first_answer, rest, take_place, wait, wait_for_both
from casestore.work.agenda import Agenda, NewDeadline
from casestore.work.holding import held, locked, reached
from casestore.work.unsharing import unshare

URGENCIES = ("emergency", "urgent", "soon", "routine")
_ASSESSMENT, _NOTE = "cases.assessment", "cases.note"
# What a case that is split off has of the one it comes from.
_COPIED = (
    "person_id", "conversation_id", "office_id", "status", "jurisdiction", "place", "language", "flags", "urgency",
    "urgency_rank", "versions", "assessment_sealed", "opened_at", "waiting_since", "claimed_by", "claimed_at",
    "answered_at", "queue_band", "queue_at", "answer_due", "warn_at", "warned", "first_answered_at",
    "first_answer_late", "lease_until", "name_told",
)  # fmt: skip


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
    answer_due: datetime | None
    lease_until: datetime | None


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
        supporters: Supporters,
        agenda: Agenda,
        skills: StaffSkills,
        terms: OfficeTerms,
    ) -> None:
        self._session = session
        self._people = people
        self._log = log
        self._labels = labels
        self._issues = issues
        self._records = records
        self._respondents = respondents
        self._supporters = supporters
        self._agenda = agenda
        self._skills = skills
        self._terms = terms

    def open(self, conversation: Conversation, new: NewCase, *, now: datetime, actor: str = PERSON) -> Case:
        """A new case in the queue; `actor` is who asked for it, as the log names them."""
        row = CaseRow(
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
            versions=new.versions,
            assessment_sealed=self._seal(conversation.person_id, new.assessment),
            opened_at=now,
        )
        wait(row, self._terms.of(row.office_id), now=now)
        add_with_reference(self._session, row)
        self._log.note(row.id, "opened", actor=actor, now=now, urgency=new.urgency)
        self._issues.note(row.id, new.issues, new.said, now=now)
        self._records.open(row.id, new.record, now=now)
        self._respondents.note_heard(row.office_id, row.id, new.heard, now=now)
        if new.understood is not None:
            self._labels.note(row.id, Label(new.understood, BOT, new.versions.get("model", ""), now))
        self._agenda.note_deadlines(row, new.deadlines, told=new.due, now=now)
        return self._described(row, None)

    def add_to(self, case: Case, new: NewCase, *, now: datetime) -> None:
        """The person told more: issues and flags are added, urgency only ever rises."""
        row = locked(self._session, case.id)
        row.issues = list(dict.fromkeys([*row.issues, *new.issues]))
        self._issues.note(row.id, new.issues, new.said, now=now)
        self._records.fill(row.id, new.record)
        self._respondents.note_heard(row.office_id, row.id, new.heard, now=now)
        row.issue = row.issue or (row.issues[0] if row.issues else None)
        self._raise(row, new, now=now)
        self._agenda.note_deadlines(row, new.deadlines, told=new.due, now=now)
        row.place = new.place or row.place
        hurry(row, self._terms.of(row.office_id), now=now)
        if row.person_id is not None:
            row.assessment_sealed = self._seal(row.person_id, new.assessment)

    def raise_danger(self, case: Case, new: NewCase, *, now: datetime) -> None:
        """Danger was heard in another case of the same person: it counts in this one too, and nothing else does."""
        row = locked(self._session, case.id)
        self._raise(row, new, now=now)
        hurry(row, self._terms.of(row.office_id), now=now)

    def person_wrote(self, case: Case, *, now: datetime, conversation_id: int | None = None) -> None:
        """A new message from the person: the case waits again; a closed one opens again.

        With the conversation they wrote in, a case that was joined from two chats goes on there.
        """
        if conversation_id not in (None, case.conversation_id):
            self._change_chat(case.id, conversation_id)
        row = locked(self._session, case.id)
        if row.status == Status.CLOSED:
            row.status, row.outcome, row.closed_at = Status.WAITING, None, None
            leave_holder(row)
            self._log.note(row.id, "reopened", actor=PERSON, now=now)
        wait(row, self._terms.of(row.office_id), now=now)
        self._log.note(row.id, "person_wrote", actor=PERSON, now=now)

    def _change_chat(self, case_id: int, conversation_id: int | None) -> None:
        """The case goes on in the chat of its duplicate, which has the case's one from then on."""
        row = locked(self._session, case_id)
        other = self._session.scalars(
            select(CaseRow).where(CaseRow.merged_into == case_id, CaseRow.conversation_id == conversation_id)
        ).first()
        if other is not None:
            row.conversation_id, other.conversation_id = other.conversation_id, row.conversation_id
            self._session.flush()

    def of_conversation(self, conversation_id: int) -> Case | None:
        """The newest open case of that conversation, or else the newest."""
        return next(iter(self.current(conversation_id)), None)

    def current(self, conversation_id: int) -> list[Case]:
        """The open cases of that conversation, the newest first, or else the newest one alone.

        A person may have several about different things, which one chat is about. For one that was joined with another
        it is that other one.
        """
        theirs = select(func.coalesce(CaseRow.merged_into, CaseRow.id)).where(
            CaseRow.conversation_id == conversation_id
        )
        ids = self._session.scalars(theirs).all()  # asked for within the next one, PostgreSQL would look at every case
        cases = self._every(CaseRow.id.in_(ids)) if ids else []
        return [case for case in cases if case.status != Status.CLOSED] or cases[:1]

    def person_of(self, case: Case) -> str | None:
        """Whose case it is; None when they were erased."""
        return reached(self._session, case.id).person_id

    def of_person(self, person_id: str) -> list[Case]:
        """Every case of that person, the newest first."""
        return self._every(CaseRow.person_id == person_id)

    def by_reference(self, written: str) -> Case:
        """The case with that reference, however it was written, or the one it was joined with; raises CaseNotFound."""
        reference = read_reference(written)
        case = None if reference is None else self._surviving(CaseRow.reference == reference)
        if case is None:
            raise CaseNotFound("there is no case with that reference")
        return case

    def listed(self, ids: Select[*tuple[Any, ...]]) -> list[Case]:
        """The cases whose ids are the first column of a query, in its order."""
        order = list(self._session.scalars(ids))
        rows = self._session.execute(
            select(CaseRow, StaffRow.name)
            .outerjoin(StaffRow, StaffRow.id == CaseRow.claimed_by)
            .where(CaseRow.id.in_(order)),
            execution_options=BY_NUMBER,
        )
        found = {row.id: self._described(row, name) for row, name in rows}
        return [found[id_] for id_ in order if id_ in found]

    def assessment(self, case: Case) -> dict[str, Any]:
        """What judged the case and why, as it was when it was opened or last added to."""
        row = reached(self._session, case.id)
        if row.person_id is None or row.assessment_sealed is None:
            return {}
        found: dict[str, Any] = json.loads(
            self._people.box(row.person_id).open_text(row.assessment_sealed, _ASSESSMENT)
        )
        return found

    def claim(self, case_id: int, *, staff_id: int, now: datetime, beyond_capacity: bool = False) -> Case:
        """Takes a waiting case; of two who try at once exactly one gets it, the other AlreadyClaimed.

        Raises AtCapacity for somebody who holds as many as they take on, unless it is an emergency or `beyond_capacity`
        says that they want it all the same; NotYours for those who work no cases, and CaseNotFound for a case of
        another office.
        """
        check_works(self._session)
        full = not beyond_capacity and self._skills.load(staff_id, lock=True).full
        taken = self._session.execute(
            update(CaseRow)
            .where(
                CaseRow.id == case_id,
                CaseRow.status.in_([Status.WAITING, Status.REFERRED]),
                *([CaseRow.urgency == EMERGENCY] if full else []),
            )
            .values(
                status=Status.CLAIMED,
                claimed_by=staff_id,
                claimed_at=now,
                returned_at=None,
                name_told=False,
                lease_until=None,
            )
            .returning(CaseRow.id)
        ).scalar()
        self._session.expire_all()
        if taken is None:
            self._explain_refusal(case_id, staff_id, full=full)
        else:
            self._begin_lease(case_id, now)
            self._log.note(case_id, "claimed", actor=f"staff:{staff_id}", now=now)
        return self._get(case_id)

    def _begin_lease(self, case_id: int, now: datetime) -> None:
        """Runs from the claim on when the person waits; in the hours of the case's office, which the row knows."""
        row = reached(self._session, case_id)
        if row.waiting_since is not None:
            row.lease_until = self._terms.of(row.office_id).lease_until(row.urgency, now)

    def note_name_told(self, case_id: int) -> None:
        """The person was told who has their case, so that they hear of it when that changes."""
        reached(self._session, case_id).name_told = True

    def name_told(self, case_id: int) -> bool:
        """Whether the person knows the name of who has their case."""
        return reached(self._session, case_id).name_told

    def release(self, case_id: int, *, staff_id: int, now: datetime) -> None:
        """Gives the case back to the queue."""
        row = self._held(case_id, staff_id, Status.WAITING)
        row.status = Status.WAITING
        leave_holder(row)
        wait(row, self._terms.of(row.office_id), now=now)
        self._log.note(case_id, "released", actor=f"staff:{staff_id}", now=now)

    def refer(self, case_id: int, *, staff_id: int, to: str, now: datetime) -> None:
        """Sends the person on to another service; `to` is the id of a contact of the law pack."""
        row = self._held(case_id, staff_id, Status.REFERRED)
        row.status = Status.REFERRED
        rest(row)
        take_place(row)
        self._log.note(case_id, "referred", actor=f"staff:{staff_id}", now=now, to=to)

    def close(self, case_id: int, *, staff_id: int, outcome: str, note: str, now: datetime) -> None:
        """Ends the case with an outcome of `lifecycle.OUTCOMES`; the note is sealed."""
        if outcome not in OUTCOMES:
            raise NotAllowedNow(f"{outcome!r} is not an outcome")
        row = self._held(case_id, staff_id, Status.CLOSED)
        end(self._session, row, outcome, now=now)
        if note and row.person_id is not None:
            row.note_sealed = self._people.box(row.person_id).seal(note, _NOTE)
        self._log.note(case_id, "closed", actor=f"staff:{staff_id}", now=now, outcome=outcome)

    def withdraw(self, person_id: str, *, actor: str, now: datetime) -> None:
        """The person takes back that the office works on their cases: nobody there reads their words any more.

        What quotes them goes at once, the codes stay with the person until they are erased or their time is over.
        Cases of other chats that were joined with theirs stay, and go on in their own chats.
        """
        part(self._session, self._log, person_id, actor=actor, now=now)
        rows = self._session.scalars(
            select(CaseRow)
            .where(CaseRow.person_id == person_id, CaseRow.conversation_id.is_not(None))
            .with_for_update(key_share=True)
        )
        for row in rows.all():
            if row.status != Status.CLOSED:
                end(self._session, row, WITHDRAWN, now=now)
            forget_words(self._session, select(CaseRow.id).where(CaseRow.id == row.id))
            leave_holder(row)
            row.conversation_id = row.assessment_sealed = row.note_sealed = None
            self._log.note(row.id, "consent_withdrawn", actor=actor, now=now, purpose="case")
            unshare(self._session, self._log, CaseShareRow.case_id == row.id, actor=actor, now=now)

    def answered(self, case_id: int, *, staff_id: int, now: datetime) -> None:
        """The paralegal who holds the case answered: nobody waits for the office now.

        Nor do they in other cases of that conversation which the same paralegal holds: it is one chat.
        """
        row = locked(self._session, case_id)
        if row.claimed_by != staff_id or row.status not in HELD:
            raise NotYours("claim the case before you answer")
        same_chat = select(CaseRow).where(
            CaseRow.claimed_by == staff_id,
            CaseRow.conversation_id == row.conversation_id,
            CaseRow.status.in_(HELD),
        )
        for each in {row, *self._session.scalars(same_chat)}:
            note_first_answer(each, now=now)
            each.answered_at = now
            rest(each)
            take_place(each)
        self._log.note(case_id, "answered", actor=f"staff:{staff_id}", now=now)

    def note(self, case: Case) -> str:
        """The note written when the case was closed."""
        row = reached(self._session, case.id)
        if row.note_sealed is None or row.person_id is None:
            return ""
        return self._people.box(row.person_id).open_text(row.note_sealed, _NOTE)

    def _raise(self, row: CaseRow, new: NewCase, *, now: datetime) -> None:
        if new_flags := [flag for flag in new.flags if flag not in row.flags]:
            row.flags = [*row.flags, *new_flags]
            self._log.note(row.id, "danger_heard", actor=BOT, now=now, flags=new_flags)
        rank = min(row.urgency_rank, URGENCIES.index(new.urgency))
        row.urgency_rank, row.urgency = rank, URGENCIES[rank]

    def locked(self, case_id: int) -> CaseRow:
        """The row, for another repository of the same transaction to change; raises CaseNotFound."""
        return locked(self._session, case_id)

    def split(self, row: CaseRow, issue: str, *, now: datetime) -> CaseRow:
        """One issue becomes a case of its own: of the same person, in the same hands, with all else that is known."""
        known = {name: getattr(row, name) for name in _COPIED}
        other = CaseRow(issue=issue, issues=[issue], **known)
        add_with_reference(self._session, other)
        row.issues = [each for each in row.issues if each != issue]
        row.issue = row.issues[0]
        self._issues.move(issue, to=other.id, from_=row.id)
        self._records.open(other.id, self._records.of(row.id), now=now)
        self._respondents.copy(row.id, other.id, now=now)
        self._supporters.copy(row.id, other.id, now=now)
        self._agenda.copy(row, other)
        return other

    def add_all_of(self, other: CaseRow, row: CaseRow, *, now: datetime) -> None:
        """What is known of another case is known of this one too; urgency rises, deadlines and promises come nearer."""
        row.issues = list(dict.fromkeys([*row.issues, *other.issues]))
        row.issue = row.issue or other.issue
        row.flags = list(dict.fromkeys([*row.flags, *other.flags]))
        row.urgency_rank = min(row.urgency_rank, other.urgency_rank)
        row.urgency = URGENCIES[row.urgency_rank]
        self._issues.note(row.id, other.issues, self._issues.of(other.id), now=now)
        self._records.fill(row.id, self._records.of(other.id))
        self._respondents.copy(other.id, row.id, now=now)
        self._supporters.copy(other.id, row.id, now=now)
        move_links(self._session, from_=other.id, to=row.id)
        self._agenda.copy(other, row)
        if other.person_id == row.person_id:  # what was sent with it is sealed for that person
            moved = update(ReferralRow).where(ReferralRow.case_id == other.id).values(case_id=row.id)
            self._session.execute(moved)
        terms = self._terms.of(row.office_id)
        wait_for_both(row, other, terms, now=now)
        hurry(row, terms, now=now)

    def leave_office(self, row: CaseRow, office_id: int) -> None:
        """The case, and what was joined with it, is another office's from now on; names of the other side stay here."""
        joined = self._session.scalars(select(CaseRow).where(CaseRow.merged_into == row.id)).all()
        for each in (row, *joined):
            self._respondents.leave_office(each.id)
            each.office_id = office_id
        self._session.flush()

    def described(self, row: CaseRow) -> Case:
        """A row as it leaves the unit of work."""
        self._session.flush()
        return self._get(row.id)

    def _surviving(self, condition: ColumnElement[bool]) -> Case | None:
        """The newest case that meets a condition, or the one it was joined with."""
        found = self._session.execute(
            select(CaseRow.id, CaseRow.merged_into).where(condition).order_by(CaseRow.id.desc()).limit(1)
        ).first()
        return None if found is None else self._one(CaseRow.id == (found.merged_into or found.id))

    def _explain_refusal(self, case_id: int, staff_id: int, *, full: bool) -> None:
        row = reached(self._session, case_id)
        if row.claimed_by == staff_id and row.status == Status.CLAIMED:
            return  # pressed twice: it is theirs already
        if row.status == Status.CLAIMED:
            raise AlreadyClaimed("somebody else has claimed this case")
        if full and row.status in (Status.WAITING, Status.REFERRED):
            load = self._skills.load(staff_id)
            raise AtCapacity(f"you hold {load.open} open cases and take on {load.capacity}: close or hand over one")
        raise NotAllowedNow(f"a case that is {row.status} cannot be claimed")

    def _held(self, case_id: int, staff_id: int, to: Status) -> CaseRow:
        row = held(self._session, case_id, staff_id)
        check_step(Status(row.status), to)
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
            answer_due=row.answer_due,
            lease_until=row.lease_until,
        )

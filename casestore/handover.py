"""A case changes hands: taken over, handed to a colleague or an office, split in two, joined with its duplicate."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casestore.cases import Case, Cases
from casestore.endings import end
from casestore.errors import AtCapacity, NotAllowedNow, NotYours
from casestore.lifecycle import DUPLICATE, HELD, OPEN, Status
from casestore.log.case_log import CaseLog
from casestore.office_terms import OfficeTerms
from casestore.skills import StaffSkills
from casestore.staff import Staff, StaffMember
from casestore.tables import CaseRow, CaseShareRow
from casestore.waiting import change_terms, leave_holder, rest, take_place
from casestore.work.unsharing import unshare

# Why somebody takes a case over: codes, for the log goes where words of a person must not.
REASONS: dict[str, str] = {
    "away": "The colleague is ill or away",
    "silent": "The colleague has not got to it",
    "urgent": "It has become urgent",
    "conflict": "Conflict of interest",
    "agreed": "Agreed with the colleague",
}


class Handover:
    """Steps by which another than the holder comes to work a case. Each is logged on every case it touches."""

    def __init__(
        self, session: Session, cases: Cases, log: CaseLog, staff: Staff, skills: StaffSkills, terms: OfficeTerms
    ) -> None:
        self._session = session
        self._cases = cases
        self._log = log
        self._staff = staff
        self._skills = skills
        self._terms = terms

    def take_over(self, case_id: int, member: StaffMember, *, reason: str, now: datetime) -> Case:
        """The case is the member's from now on: a supervisor's at any time, anybody's when its lease ends soon.

        Raises NotYours for others, and NotAllowedNow for an unknown reason or a case that nobody holds.
        """
        if reason not in REASONS:
            raise NotAllowedNow(f"{reason!r} is not a reason: choose one of {', '.join(REASONS)}")
        row = self._cases.locked(case_id)
        if row.status not in HELD or row.claimed_by is None:
            raise NotAllowedNow("nobody holds this case: claim it")
        if row.claimed_by == member.id:
            return self._cases.described(row)
        if not self.may_take_over(self._cases.described(row), member, now=now):
            raise NotYours(
                "a colleague is at work on this case: ask them or a supervisor to hand it to you; when nothing is "
                "done for long, everybody may take it over"
            )
        self._log.note(case_id, "taken_over", actor=_actor(member), now=now, why=reason, holder=row.claimed_by)
        self._hold(row, member.id, now)
        return self._cases.described(row)

    def give(self, case_id: int, member: StaffMember, *, to: int, now: datetime) -> Case:
        """Hands the case to a colleague; a supervisor may so route a waiting one as well.

        Raises NotYours, NotAllowedNow for somebody who cannot work it, and AtCapacity when they carry enough already
        and it is no supervisor who asks.
        """
        row = self._mine(case_id, member)
        if to not in {each.id for each in self.colleagues(row.office_id)}:
            raise NotAllowedNow("choose a colleague who works cases of this office")
        if to == row.claimed_by:
            return self._cases.described(row)
        if self._skills.load(to).full and not member.role.reads_all:
            raise AtCapacity("this colleague holds as many cases as they take on: choose another, or ask a supervisor")
        self._log.note(case_id, "transferred", actor=_actor(member), now=now, staff=to)
        self._hold(row, to, now)
        return self._cases.described(row)

    def move(self, case_id: int, member: StaffMember, *, office_id: int, now: datetime) -> None:
        """Hands the case to another office, where it waits as long as it has waited already.

        In the hours of that office an answer may be due sooner, and never later than promised.
        Raises NotYours, and NotAllowedNow for its own office and one of which nobody works the cases.
        """
        row = self._mine(case_id, member)
        if office_id == row.office_id:
            raise NotAllowedNow("the case is with this office already: choose another one")
        if office_id not in self.offices_at_work():
            raise NotAllowedNow("nobody there works cases yet: choose another office")
        self._log.note(case_id, "moved", actor=_actor(member), now=now, office=office_id)
        leave_holder(row)
        row.status, row.returned_at = Status.WAITING, None
        change_terms(row, self._terms.of(office_id), now=now)
        self._cases.leave_office(row, office_id)

    def split(self, case_id: int, member: StaffMember, *, issue: str, now: datetime) -> Case:
        """One of the problems becomes a case of its own, in the same conversation and the same hands.

        What is known of danger and deadlines stays with both: nobody can know yet to which it belongs.
        """
        row = self._mine(case_id, member)
        if issue not in row.issues or len(row.issues) < 2:
            raise NotAllowedNow("only a case with two problems or more can be split: choose one of them")
        other = self._cases.split(row, issue, now=now)
        self._log.note(row.id, "split", actor=_actor(member), now=now, case=other.reference, issues=[issue])
        self._log.note(other.id, "split", actor=_actor(member), now=now, case=row.reference)
        return self._cases.described(other)

    def merge(
        self, survivor_id: int, duplicate_id: int, member: StaffMember, *, one_person: bool = False, now: datetime
    ) -> Case:
        """Joins two cases of one problem: the duplicate closes and points to the survivor, whose both references are.

        `one_person` is the paralegal's word that two chats are of one person. Raises NotAllowedNow without it.
        """
        first, second = sorted((survivor_id, duplicate_id))
        rows = {id_: self._mine(id_, member, or_nobodys=True) for id_ in dict.fromkeys((first, second))}
        if len(rows) < 2:
            raise NotAllowedNow("a case cannot be joined with itself: give the reference of the other one")
        row, other = rows[survivor_id], rows[duplicate_id]
        if row.office_id != other.office_id:
            raise NotAllowedNow("the cases are with two offices: hand one of them over first")
        if not one_person and (row.person_id is None or row.person_id != other.person_id):
            raise NotAllowedNow("these are two chats: confirm that it is one person")
        self._cases.add_all_of(other, row, now=now)
        end(self._session, other, DUPLICATE, now=now)
        leave_holder(other)
        self._session.execute(
            update(CaseRow).where(CaseRow.merged_into == other.id).values(merged_into=row.id)
        )  # what pointed at the duplicate points at the survivor: one step is enough for every reference
        other.merged_into = row.id
        unshare(self._session, self._log, CaseShareRow.case_id == other.id, actor=_actor(member), now=now)
        self._log.note(row.id, "merged", actor=_actor(member), now=now, case=other.reference)
        self._log.note(other.id, "merged", actor=_actor(member), now=now, case=row.reference)
        return self._cases.described(row)

    def no_answer_needed(self, case_id: int, member: StaffMember, *, now: datetime) -> None:
        """The holder has read what the person wrote last, and nothing is to be said to it: a thank you, say."""
        row = self._cases.locked(case_id)
        if row.claimed_by != member.id or row.status not in HELD:
            raise NotYours("only the paralegal who holds the case can do that")
        rest(row)
        take_place(row)
        self._log.note(case_id, "no_answer_needed", actor=_actor(member), now=now)

    def may_take_over(self, case: Case, member: StaffMember, *, now: datetime) -> bool:
        """Whether `take_over` is open to somebody."""
        if case.status not in HELD or case.claimed_by in (None, member.id) or not member.role.works_cases:
            return False
        return member.role.reads_all or self._ends_soon(case, now)

    def colleagues(self, office_id: int) -> list[StaffMember]:
        """Who may work cases of an office, by name."""
        return [each for each in self._staff.all() if each.role.works_cases and office_id in each.offices]

    def offices_at_work(self) -> set[int]:
        """The numbers of the offices of which somebody works the cases: elsewhere nobody would see one."""
        return {office_id for each in self._staff.all() if each.role.works_cases for office_id in each.offices}

    def other_chats(self, case: Case) -> list[int]:
        """The conversations of cases that were joined with this one, other than its own."""
        theirs = select(CaseRow.conversation_id).where(CaseRow.merged_into == case.id)
        return sorted({id_ for id_ in self._session.scalars(theirs) if id_ not in (None, case.conversation_id)})

    def _mine(self, case_id: int, member: StaffMember, *, or_nobodys: bool = False) -> CaseRow:
        """An open case that the member holds, any for a supervisor, `or_nobodys`; locked."""
        row = self._cases.locked(case_id)
        if row.status not in OPEN:
            raise NotAllowedNow(f"a case that is {row.status} stays where it is")
        free = or_nobodys and row.claimed_by is None and member.role.works_cases
        if not (row.claimed_by == member.id or free or member.role.reads_all):
            raise NotYours("only the paralegal who holds the case, or a supervisor, can do that")
        return row

    def _hold(self, row: CaseRow, staff_id: int, now: datetime) -> None:
        leave_holder(row)
        row.claimed_by, row.claimed_at, row.returned_at = staff_id, now, None
        row.status = Status.CLAIMED
        if row.waiting_since is not None:
            row.lease_until = self._terms.of(row.office_id).lease_until(row.urgency, now)
        self._session.flush()

    def _ends_soon(self, case: Case, now: datetime) -> bool:
        if case.lease_until is None:
            return False
        return self._terms.of(case.office_id).lease_ends_soon(case.urgency, case.lease_until, now)


def _actor(member: StaffMember) -> str:
    return f"staff:{member.id}"

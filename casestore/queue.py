"""The queue: who is next, for whom, what comes back from silent hands, and when to warn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, not_, or_, select, true, union_all
from sqlalchemy import case as choose
from sqlalchemy.orm import Session

from casestore.cases import Case, Cases
from casestore.conflicts import Conflicts
from casestore.lifecycle import HELD, OPEN, Status
from casestore.log.case_log import BOT, CaseLog
from casestore.office_terms import OfficeTerms
from casestore.ranking import NO_DANGER, NOW_IN_DANGER
from casestore.skills import Skills, StaffSkills
from casestore.staff import StaffMember
from casestore.tables import CaseRow, LogRow, OfficeRow
from casestore.terms import EMERGENCY
from casestore.waiting import leave_holder, wait, warned

DANGER, NOBODY_ELSE = "danger", "nobody_else"
COUNTED_TO = 1_000  # more than that is "1,000 or more": nobody counts a longer queue with their eyes
_AT_A_TIME = 100
_LOOKS = (
    "searched",
    "summary_viewed",
    "viewed",
    "file_viewed",
    "residence_viewed",
)  # no step of work
_ORDER = (CaseRow.queue_band, CaseRow.queue_at, CaseRow.id)


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show of the queue; empty for all of it."""

    area: str = ""
    place: str = ""
    language: str = ""

    @property
    def condition(self) -> ColumnElement[bool]:
        """As SQL. A case is of an area when any of its problems is."""
        return and_(
            true(),
            *([cast(CaseRow.issues, String).contains(f'"{self.area}.', autoescape=True)] if self.area else []),
            *([CaseRow.place == self.place] if self.place else []),
            *([CaseRow.language == self.language] if self.language else []),
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """A waiting case as it is shown to one member of staff.

    `why` says what makes it theirs, as (kind, code): `area`, `language`, `place`, `danger` (everybody's), `nobody_else`
    (it suits nobody who has room). None: it suits somebody else better. Empty: they take everything.
    """

    case: Case
    why: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True)
class Returned:
    """A case that went back to the queue; `name_told` is who the person was told has it, or None."""

    case: Case
    name_told: str | None


@dataclass(frozen=True, slots=True)
class Warned:
    """A case in which that share of the time until an answer is due has passed, in per cent; 100 is a breach."""

    case: Case
    percent: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How an office keeps its promise: who waits now, how many of them too long; first answers, how many late."""

    office: str
    waiting: int
    overdue: int
    answered: int
    late: int


class Queue:
    """What waits, in the order of `ranking.place_in_queue`, straight from an index."""

    def __init__(
        self,
        session: Session,
        cases: Cases,
        log: CaseLog,
        skills: StaffSkills,
        conflicts: Conflicts,
        terms: OfficeTerms,
    ) -> None:
        self._session = session
        self._conflicts = conflicts
        self._cases = cases
        self._log = log
        self._skills = skills
        self._terms = terms

    def for_member(self, member: StaffMember, *, chosen: Filter = Filter(), limit: int = 50) -> list[Offered]:
        """What waits in the member's offices: what suits them first, then the rest. Nothing is hidden."""
        skills = self._skills.of(member.id)
        fits = {office: self._suitable(office, skills) for office in member.offices}
        suited = self._waiting({office: and_(chosen.condition, fit) for office, fit in fits.items()}, limit)
        offered = [Offered(case, _why(case, skills)) for case in suited]
        rest = {office: and_(chosen.condition, not_(fit)) for office, fit in fits.items()}
        if skills == Skills() or len(offered) == limit:
            return offered
        return offered + [Offered(case, None) for case in self._waiting(rest, limit - len(offered))]

    def claim_next(
        self, member: StaffMember, *, now: datetime, chosen: Filter = Filter(), beyond_capacity: bool = False
    ) -> Case | None:
        """Claims the first case that suits the member and nobody else is claiming; None when none waits.

        Raises AtCapacity. A case with a possible conflict of interest is left for somebody to look at. In a network the
        office that was served longest ago has the turn, unless there is danger.
        """
        skills = self._skills.of(member.id)
        fits = {office: self._suitable(office, skills) for office in self._in_turn(member.offices)}
        to_check: list[int] = []
        while True:
            asked = and_(chosen.condition, CaseRow.id.not_in(to_check)) if to_check else chosen.condition
            found = self._lock_first({office: and_(asked, fit) for office, fit in fits.items()})
            if found is None:
                return None
            if not self._conflicts.of(found):
                return self._cases.claim(found, staff_id=member.id, now=now, beyond_capacity=beyond_capacity)
            to_check.append(found)

    def mine(self, member: StaffMember, *, limit: int = 200) -> list[Case]:
        """What the member holds: those that wait for an answer first."""
        return self._cases.listed(
            select(CaseRow.id)
            .where(CaseRow.claimed_by == member.id, CaseRow.status.in_(HELD))
            .order_by(CaseRow.waiting_since.is_(None), *_ORDER)
            .limit(limit)
        )

    def with_others(self, member: StaffMember, *, chosen: Filter = Filter(), limit: int = 50) -> list[Case]:
        """What others in the member's offices hold, claimed before referred."""
        found: list[Case] = []
        for status in HELD:
            theirs = and_(chosen.condition, CaseRow.claimed_by != member.id)
            found += self._in_order(dict.fromkeys(member.offices, theirs), limit - len(found), status)
        return found

    def gone_back(self, member: StaffMember, *, since: datetime, limit: int = 20) -> list[Case]:
        """Cases that went back to the queue by themselves since then and still wait: one's own, a supervisor's all."""
        whose = true() if member.role.reads_all else CaseRow.last_held_by == member.id
        return self._cases.listed(
            select(CaseRow.id)
            .where(CaseRow.office_id.in_(member.offices), CaseRow.returned_at >= since, whose)
            .where(CaseRow.status == Status.WAITING)
            .order_by(CaseRow.returned_at.desc())
            .limit(limit)
        )

    def counts(self, member: StaffMember, *, chosen: Filter = Filter()) -> dict[str, int]:
        """How many wait, by urgency; of each office the first COUNTED_TO are counted."""
        heads = [
            select(_first(office, chosen.condition, Status.WAITING, COUNTED_TO).subquery()) for office in member.offices
        ]
        some = union_all(*heads).subquery()
        counted = self._session.execute(select(some.c.urgency, func.count()).group_by(some.c.urgency))
        return dict(counted.all())

    def figures(self, member: StaffMember, *, since: datetime, now: datetime) -> list[Figures]:
        """Of each of the member's offices: now, and first answers of cases opened `since` then."""
        return [self._figures(office, since, now) for office in member.offices]

    def end_leases(self, *, now: datetime, limit: int = _AT_A_TIME) -> list[Returned]:
        """Cases whose paralegal was silent past the lease go back to the queue; run often, it does each one once.

        Who did something meanwhile, other than look, has a lease from then on.
        """
        rows = self._session.scalars(
            select(CaseRow)
            .where(CaseRow.lease_until <= now)
            .order_by(CaseRow.lease_until)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        ).all()
        return [returned for row in rows if (returned := self._end_lease(row, now)) is not None]

    def warn(self, *, now: datetime, limit: int = _AT_A_TIME) -> list[Warned]:
        """Cases of which half, four fifths or all of the time until an answer is due has passed; each warning once."""
        rows = self._session.scalars(
            select(CaseRow)
            .where(CaseRow.warn_at <= now)
            .order_by(CaseRow.warn_at)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        ).all()
        found = []
        for row in rows:
            terms = self._terms.of(row.office_id)
            wait(row, terms, now=now)  # a case from before there were promises gets its own now
            if (percent := warned(row, terms, now=now)) is not None:
                kind = "answer_late" if percent >= 100 else "answer_due_soon"
                self._log.note(row.id, kind, actor=BOT, now=now, percent=percent)
                found.append(Warned(self._cases.described(row), percent))
        return found

    def _figures(self, office_id: int, since: datetime, now: datetime) -> Figures:
        def number(*conditions: ColumnElement[bool]) -> int:
            counted = select(func.count()).select_from(CaseRow).where(CaseRow.office_id == office_id, *conditions)
            return self._session.scalar(counted) or 0

        owed = (CaseRow.status.in_(OPEN), CaseRow.waiting_since.is_not(None))
        answered = (CaseRow.opened_at >= since, CaseRow.first_answered_at.is_not(None))
        return Figures(
            office=self._session.get_one(OfficeRow, office_id).name,
            waiting=number(*owed),
            overdue=number(*owed, CaseRow.answer_due < now),
            answered=number(*answered),
            late=number(*answered, CaseRow.first_answer_late.is_(True)),
        )

    def _end_lease(self, row: CaseRow, now: datetime) -> Returned | None:
        if row.claimed_by is None:
            row.lease_until = None
            return None
        last, terms = self._last_step(row.id, row.claimed_by), self._terms.of(row.office_id)
        until = None if last is None else terms.lease_until(row.urgency, last)
        if until is not None and until > now:
            row.lease_until = until
            return None
        name = self._cases.described(row).claimed_by_name if row.name_told else None
        self._log.note(row.id, "lease_ended", actor=BOT, now=now, holder=row.claimed_by)
        leave_holder(row)
        row.status, row.returned_at = Status.WAITING, now
        wait(row, terms, now=now)
        return Returned(self._cases.described(row), name)

    def _last_step(self, case_id: int, staff_id: int) -> datetime | None:
        return self._session.scalar(
            select(LogRow.at)
            .where(LogRow.case_id == case_id, LogRow.actor == f"staff:{staff_id}", LogRow.kind.not_in(_LOOKS))
            .order_by(LogRow.seq.desc())
            .limit(1)
        )

    def _suitable(self, office_id: int, skills: Skills) -> ColumnElement[bool]:
        """What is theirs: what suits them, what suits nobody who has room, and danger, which is everybody's."""
        if skills == Skills():
            return true()
        others = self._skills.serving(office_id)
        nobodys = and_(*(not_(each.suit) for each in others)) if others else true()
        return or_(CaseRow.queue_band == NOW_IN_DANGER, skills.suit, nobodys)

    def _waiting(self, where: dict[int, ColumnElement[bool]], limit: int) -> list[Case]:
        return self._in_order(where, limit, Status.WAITING)

    def _in_order(self, where: dict[int, ColumnElement[bool]], limit: int, status: Status) -> list[Case]:
        """The first cases of the offices named, each with its own condition.

        Of one office in the order of the index. Of several, danger in that order too, and without danger each office in
        turn: its first case before anybody's second one.
        """
        if limit <= 0 or not where:
            return []
        if len(where) == 1:
            [(office, condition)] = where.items()
            return self._cases.listed(_first(office, condition, status, limit))
        heads = [select(_first(office, condition, status, limit).subquery()) for office, condition in where.items()]
        some = union_all(*heads).subquery()
        turn = func.row_number().over(
            partition_by=(some.c.office_id, some.c.queue_band), order_by=(some.c.queue_at, some.c.id)
        )
        each = select(some, turn.label("turn")).subquery()
        fair = choose((each.c.queue_band < NO_DANGER, 0), else_=each.c.turn)
        return self._cases.listed(
            select(each.c.id).order_by(each.c.queue_band, fair, each.c.queue_at, each.c.id).limit(limit)
        )

    def _in_turn(self, offices: Sequence[int]) -> Sequence[int]:
        """The offices, the one that was served longest ago first."""
        if len(offices) == 1:
            return offices
        served = [
            select(
                literal(office).label("id"),
                select(CaseRow.claimed_at)
                .where(CaseRow.office_id == office, CaseRow.claimed_at.is_not(None))
                .order_by(CaseRow.claimed_at.desc())
                .limit(1)
                .scalar_subquery()
                .label("at"),
            )
            for office in offices
        ]
        each = union_all(*served).subquery()
        return list(self._session.scalars(select(each.c.id).order_by(each.c.at.is_not(None), each.c.at, each.c.id)))

    def _lock_first(self, where: dict[int, ColumnElement[bool]]) -> int | None:
        """The first case, by office in turn, danger in any of them before; locked until the transaction ends."""
        if len(where) == 1:
            [(office, condition)] = where.items()
            return self._locked(office, condition)
        in_danger = {office: and_(condition, CaseRow.queue_band < NO_DANGER) for office, condition in where.items()}
        for case in self._in_order(in_danger, _AT_A_TIME, Status.WAITING):
            if (found := self._locked(case.office_id, CaseRow.id == case.id)) is not None:
                return found
        for office, condition in where.items():
            if (found := self._locked(office, condition)) is not None:
                return found
        return None

    def _locked(self, office_id: int, condition: ColumnElement[bool]) -> int | None:
        return self._session.scalar(
            _first(office_id, condition, Status.WAITING, 1)
            .with_only_columns(CaseRow.id)
            .with_for_update(skip_locked=True, key_share=True)
        )


def _why(case: Case, skills: Skills) -> tuple[tuple[str, str], ...]:
    """Why a case that was found for somebody with these skills is theirs."""
    if (reasons := skills.reasons(issues=case.issues, language=case.language, place=case.place)) is not None:
        return reasons
    return ((DANGER, ""),) if case.urgency == EMERGENCY else ((NOBODY_ELSE, ""),)


def _first(
    office_id: int, condition: ColumnElement[bool], status: Status, limit: int
) -> Select[int, int, int, datetime, str]:
    return (
        select(CaseRow.id, CaseRow.office_id, CaseRow.queue_band, CaseRow.queue_at, CaseRow.urgency)
        .where(CaseRow.office_id == office_id, CaseRow.status == status, condition)
        .order_by(*_ORDER)
        .limit(limit)
    )

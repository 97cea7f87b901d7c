"""Problems of many: above cases, opened by the office, resolved only once what was promised has held."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from casestore.database import LOCK, add_with_reference, insert_once
from casestore.errors import NotAllowedNow, ProblemNotFound
from casestore.keys.encryption import Keyring
from casestore.log.case_log import CaseLog
from casestore.reference import read_reference
from casestore.tables import CaseRow, CommunityProblemCaseRow, CommunityProblemRow

DESCRIPTION = "community_problems.description"
OVER = frozenset({"resolved", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFacts:
    """What the office says of a problem of many. `description` is sealed with the office's key, and outlives people."""

    jurisdiction: str
    issue: str
    place: str | None = None
    respondent_id: int | None = None
    people_affected: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityProblem:
    """A problem of many. `cases` is how many cases are linked; it is watched until the end of `watched_until`."""

    id: int
    office_id: int
    reference: str
    facts: ProblemFacts
    status: str
    cases: int
    opened_at: datetime
    watched_until: date | None
    closed_at: datetime | None


def move_links(session: Session, *, from_: int, to: int) -> None:
    """One case stands for another from now on, in every problem of many; in none twice."""
    theirs = CommunityProblemCaseRow.case_id == from_
    known = select(CommunityProblemCaseRow.problem_id).where(CommunityProblemCaseRow.case_id == to)
    session.execute(delete(CommunityProblemCaseRow).where(theirs, CommunityProblemCaseRow.problem_id.in_(known)))
    session.execute(update(CommunityProblemCaseRow).where(theirs).values(case_id=to))


class CommunityProblems:
    """Opens, changes and finds problems of many, and links cases to them."""

    def __init__(self, session: Session, keyring: Keyring, log: CaseLog) -> None:
        self._session = session
        self._keyring = keyring
        self._log = log

    def open(self, office_id: int, facts: ProblemFacts, *, staff_id: int, now: datetime) -> CommunityProblem:
        """A new problem of many in an office."""
        row = CommunityProblemRow(office_id=office_id, status="open", opened_by=staff_id, opened_at=now)
        self._write(row, facts)
        add_with_reference(self._session, row)
        self._note(row, "problem_opened", staff_id=staff_id, now=now)
        return self._get(row.id)

    def change(self, problem_id: int, facts: ProblemFacts, *, staff_id: int, now: datetime) -> None:
        """The office knows better now."""
        row = self._row(problem_id)
        self._write(row, facts)
        self._session.flush()
        self._note(row, "problem_changed", staff_id=staff_id, now=now)

    def move(
        self,
        problem_id: int,
        status: str,
        *,
        staff_id: int,
        today: date,
        now: datetime,
        watched_until: date | None = None,
    ) -> None:
        """Another status. Watching needs a day until which; what is watched is resolved only when that day is over.

        Raises NotAllowedNow with what to do, UnknownCode for another status than those of the list.
        """
        row = self._row(problem_id)
        if status == "monitoring":
            if watched_until is None or watched_until <= today:
                raise NotAllowedNow("choose a day to come until which the promise must hold")
            row.watched_until = watched_until
        elif status == "resolved":
            if row.status != "monitoring" or row.watched_until is None:
                raise NotAllowedNow("watch it first: it is resolved when the promise has held until a day you choose")
            if row.watched_until >= today:
                raise NotAllowedNow(f"it is watched until {row.watched_until.isoformat()}: resolve it after that day")
        row.status, row.closed_at = status, now if status in OVER else None
        self._session.flush()
        self._note(row, "problem_moved", staff_id=staff_id, now=now, status=status)

    def link(self, problem_id: int, case_id: int, *, staff_id: int, now: datetime) -> None:
        """That case is one of them. Linking it twice is linking it once."""
        row = self._row(problem_id)
        key = ("problem_id", "case_id")
        values: dict[str, Any] = {"problem_id": row.id, "case_id": case_id, "linked_by": staff_id, "at": now}
        if insert_once(self._session, CommunityProblemCaseRow, key=key, **values):
            self._log.note(case_id, "linked", actor=f"staff:{staff_id}", now=now, problem=row.reference)

    def unlink(self, problem_id: int, case_id: int, *, staff_id: int, now: datetime) -> None:
        """That case is another problem."""
        row = self._row(problem_id)
        link = self._session.scalar(
            select(CommunityProblemCaseRow).where(
                CommunityProblemCaseRow.problem_id == row.id, CommunityProblemCaseRow.case_id == case_id
            )
        )
        if link is not None:
            self._session.delete(link)
            self._session.flush()
            self._log.note(case_id, "unlinked", actor=f"staff:{staff_id}", now=now, problem=row.reference)

    def by_reference(self, written: str) -> CommunityProblem:
        """The problem with that reference, however it was written; raises ProblemNotFound."""
        reference = read_reference(written)
        found = [] if reference is None else self._described(CommunityProblemRow.reference == reference)
        if not found:
            raise ProblemNotFound("there is no problem of many with that reference")
        return found[0]

    def all(self) -> list[CommunityProblem]:
        """Every problem of many, those that are not over first, the newest first."""
        every = self._described(CommunityProblemRow.id.is_not(None))
        return sorted(every, key=lambda problem: problem.status in OVER)

    def of_case(self, case_id: int) -> list[CommunityProblem]:
        """The problems that a case belongs to."""
        linked = select(CommunityProblemCaseRow.problem_id).where(CommunityProblemCaseRow.case_id == case_id)
        return self._described(CommunityProblemRow.id.in_(linked))

    def case_references(self, problem_id: int) -> list[str]:
        """The references of the cases that are linked, in the order they were."""
        return list(
            self._session.scalars(
                select(CaseRow.reference)
                .join(CommunityProblemCaseRow, CommunityProblemCaseRow.case_id == CaseRow.id)
                .where(CommunityProblemCaseRow.problem_id == problem_id)
                .order_by(CommunityProblemCaseRow.id)
            )
        )

    def _write(self, row: CommunityProblemRow, facts: ProblemFacts) -> None:
        row.jurisdiction, row.issue, row.place = facts.jurisdiction, facts.issue, facts.place
        row.respondent_id, row.people_affected = facts.respondent_id, facts.people_affected
        sealed = self._keyring.office_box().seal(facts.description, DESCRIPTION) if facts.description else None
        row.description_sealed = sealed

    def _note(self, row: CommunityProblemRow, kind: str, *, staff_id: int, now: datetime, status: str = "") -> None:
        """One line of the office's log; `status` where it changed."""
        detail = {"problem": row.reference} | ({"status": status} if status else {})
        self._log.note_office(kind, actor=f"staff:{staff_id}", now=now, office_id=row.office_id, **detail)

    def _row(self, problem_id: int) -> CommunityProblemRow:
        row = self._session.get(CommunityProblemRow, problem_id, with_for_update=LOCK, populate_existing=True)
        if row is None:
            raise ProblemNotFound("there is no such problem of many")
        return row

    def _get(self, problem_id: int) -> CommunityProblem:
        return self._described(CommunityProblemRow.id == problem_id)[0]

    def _described(self, condition: ColumnElement[bool]) -> list[CommunityProblem]:
        cases = (
            select(func.count()).where(CommunityProblemCaseRow.problem_id == CommunityProblemRow.id).scalar_subquery()
        )
        rows = self._session.execute(
            select(CommunityProblemRow, cases).where(condition).order_by(CommunityProblemRow.id.desc())
        )
        return [self._problem(row, count) for row, count in rows]

    def _problem(self, row: CommunityProblemRow, cases: int) -> CommunityProblem:
        told = b"" if row.description_sealed is None else self._keyring.open_office(row.description_sealed, DESCRIPTION)
        return CommunityProblem(
            id=row.id,
            office_id=row.office_id,
            reference=row.reference,
            facts=ProblemFacts(
                jurisdiction=row.jurisdiction,
                issue=row.issue,
                place=row.place,
                respondent_id=row.respondent_id,
                people_affected=row.people_affected,
                description=told.decode("utf-8", "surrogatepass"),
            ),
            status=row.status,
            cases=cases,
            opened_at=row.opened_at,
            watched_until=row.watched_until,
            closed_at=row.closed_at,
        )

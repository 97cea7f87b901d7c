"""Breaking the glass: somebody who works cases opens one that is not theirs, for an hour, with a written reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casestore.access import check_works
from casestore.errors import NotAllowedNow
from casestore.log.case_log import CaseLog
from casestore.people import People
from casestore.tables import CaseRow, GlassRow, StaffRow
from casestore.work.holding import reached

OPEN_FOR = timedelta(minutes=60)
REASONS = {
    "danger": "Somebody may be in danger",
    "deadline": "A deadline runs, and its paralegal cannot be reached",
    "stand_in": "Its paralegal is away, and I stand in",
    "complaint": "A complaint is looked into",
    "other": "Another reason",
}
MOST_WORDS = 1_000
_FEWEST_LETTERS = 5  # "." is no reason
_REASON = "glass.reason"


@dataclass(frozen=True, slots=True)
class Broken:
    """One time that somebody opened a case that is not theirs: why, in a code and in their words, and until when."""

    reference: str
    by: int
    by_name: str
    reason: str
    words: str
    at: datetime
    until: datetime


class Glass:
    """Breaks the glass, and shows who did."""

    def __init__(self, session: Session, people: People, log: CaseLog) -> None:
        self._session = session
        self._people = people
        self._log = log

    def break_(self, case_id: int, *, staff_id: int, reason: str, words: str, now: datetime) -> None:
        """Opens the case to them for an hour; the reason in their words is sealed for the person, and the log says so.

        Raises NotAllowedNow without a reason of `REASONS` and words to it, or when the person was erased;
        NotYours for those who work no cases.
        """
        words = words.strip()
        if reason not in REASONS or sum(sign.isalpha() for sign in words) < _FEWEST_LETTERS:
            raise NotAllowedNow("choose a reason and write why in a few words: both are kept")
        if len(words) > MOST_WORDS:
            raise NotAllowedNow(f"say it in at most {MOST_WORDS:,} characters")
        check_works(self._session)
        case = reached(self._session, case_id)
        if case.person_id is None:
            raise NotAllowedNow("the person was erased: there is nothing to read any more")
        sealed = self._people.box(case.person_id).seal(words, _REASON)
        until = now + OPEN_FOR
        self._session.add(
            GlassRow(case_id=case_id, staff_id=staff_id, reason=reason, words_sealed=sealed, at=now, until=until)
        )
        self._log.note(case_id, "glass_broken", actor=f"staff:{staff_id}", now=now, glass=reason)

    def of(self, case_id: int) -> list[Broken]:
        """Every time that somebody opened this case so, newest first."""
        return self._found(GlassRow.case_id == case_id)

    def newest(self, limit: int = 100) -> list[Broken]:
        """The newest times, of every case that is there for whoever looks."""
        return self._found(CaseRow.person_id.is_not(None), limit=limit)

    def _found(self, *which: ColumnElement[bool], limit: int | None = None) -> list[Broken]:
        rows = self._session.execute(
            select(GlassRow, CaseRow, StaffRow.name)
            .join(CaseRow, CaseRow.id == GlassRow.case_id)
            .join(StaffRow, StaffRow.id == GlassRow.staff_id)
            .where(*which)
            .order_by(GlassRow.id.desc())
            .limit(limit)
        )
        return [self._described(glass, case, name) for glass, case, name in rows]

    def _described(self, glass: GlassRow, case: CaseRow, name: str) -> Broken:
        words = ""
        if case.person_id is not None:
            words = self._people.box(case.person_id).open_text(glass.words_sealed, _REASON)
        return Broken(case.reference, glass.staff_id, name, glass.reason, words, glass.at, glass.until)


def opened_by(session: Session, staff_id: int, *, now: datetime) -> tuple[int, ...]:
    """The cases that somebody may read for now because they broke the glass."""
    still = (GlassRow.staff_id == staff_id, GlassRow.until > now)
    return tuple(session.scalars(select(GlassRow.case_id).where(*still).order_by(GlassRow.id)))

"""The terms of each office: what is set for all, in the office's own place and hours where it has them."""

from datetime import datetime

from sqlalchemy.orm import Session

from casestore.log.case_log import CaseLog
from casestore.tables import OfficeRow
from casestore.terms import Terms
from triage.opening_hours import hours_in_words, read_hours

LONGEST = 200  # letters of weekly hours


class OfficeTerms:
    """Answers what any office promises and how its claims last; whoever counts office time asks here."""

    def __init__(self, session: Session, usual: Terms, log: CaseLog) -> None:
        self._session = session
        self._usual = usual
        self._log = log
        self._known: dict[int, Terms] = {}

    def of(self, office_id: int) -> Terms:
        """The terms of that office; raises ValueError when its place has no law pack here (any more)."""
        if office_id not in self._known:
            row = self._session.get_one(OfficeRow, office_id)
            self._known[office_id] = self._usual.of_office(place=row.place, hours=row.hours)
        return self._known[office_id]

    def change(self, office_id: int, *, place: str, hours: str, actor: str, now: datetime) -> None:
        """Gives an office its own place and weekly hours; empty is what is set for all.

        What people were promised stays. Raises ValueError, with what to write, for what cannot be read.
        """
        terms = self._usual.of_office(place=place, hours=hours)
        words = hours_in_words(read_hours(hours))
        if len(words) > LONGEST:
            raise ValueError(f"the hours are too long: write them in {LONGEST} letters or fewer")
        row = self._session.get_one(OfficeRow, office_id)
        if (row.place or "", row.hours or "") == (place, words):
            return
        row.place, row.hours = place or None, words or None
        self._known[office_id] = terms
        self._log.note_office("hours_changed", actor=actor, now=now, office_id=office_id, place=place, hours=words)

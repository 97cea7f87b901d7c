"""What a person agreed to: one record an answer, with its wording, language and time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.tables import ConsentRow

# `IMPROVE`: masked words of theirs may teach the program. Nobody is asked for it yet (docs/decisions/0013).
# `REFERRAL`: personal details may go to one service; the referral names the record of it.
CASE, STATISTICS, IMPROVE, REFERRAL = "case", "statistics", "improve", "referral"


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer about one purpose; `wording` is the key and version of the sentence that was shown."""

    purpose: str
    given: bool
    wording: str
    language: str
    at: datetime


class Consents:
    """Notes answers and finds the one in force."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, person_id: str, consent: Consent) -> int:
        """Writes an answer down and returns its id. Earlier answers stay: the newest counts."""
        row = ConsentRow(
            person_id=person_id,
            purpose=consent.purpose,
            given=consent.given,
            wording=consent.wording,
            language=consent.language,
            at=consent.at,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def given(self, person_id: str, purpose: str) -> bool:
        """Whether the newest answer about that purpose is yes. No answer is no."""
        newest = self._session.scalar(
            select(ConsentRow.given)
            .where(ConsentRow.person_id == person_id, ConsentRow.purpose == purpose)
            .order_by(ConsentRow.id.desc())
            .limit(1)
        )
        return bool(newest)

    def of(self, person_id: str) -> list[Consent]:
        """All answers of a person, oldest first."""
        rows = self._session.scalars(
            select(ConsentRow).where(ConsentRow.person_id == person_id).order_by(ConsentRow.id)
        )
        return [Consent(row.purpose, row.given, row.wording, row.language, row.at) for row in rows]

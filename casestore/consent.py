"""What a person agreed to: one record an answer, with its wording, language and time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.code_lists import LISTS
from casestore.tables import ConsentRow

# `IMPROVE`: masked words of theirs may teach the program. Nobody is asked for it yet (docs/decisions/0013).
# `REFERRAL`: personal details may go to one service; the referral names the record of it.
CASE, STATISTICS, IMPROVE, REFERRAL = "case", "statistics", "improve", "referral"
PURPOSES: dict[str, str] = LISTS["consent_purpose"].titles


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer about one purpose; `wording` is the key and version of the sentence that was shown.

    `withdrawn` tells a no that takes back an earlier yes from one that was never a yes.
    """

    purpose: str
    given: bool
    wording: str
    language: str
    at: datetime
    by: str = "person"  # or staff:<id>, who noted it
    withdrawn: bool = field(default=False, compare=False)

    @property
    def status(self) -> str:
        """`given`, `refused` or `withdrawn`, as the Data Privacy Vocabulary tells consent apart."""
        return "given" if self.given else "withdrawn" if self.withdrawn else "refused"


def consent_record(person_id: str, consents: Sequence[Consent], *, controller: str) -> dict[str, Any]:
    """The answers as a record with field names of ISO/IEC TS 27560 and the states of the Data Privacy Vocabulary."""
    purposes = dict.fromkeys(consent.purpose for consent in consents)
    return {
        "schema_version": "ISO/IEC TS 27560:2023, field names",
        "record_id": f"consents-{person_id}",
        "pii_principal_id": person_id,
        "pii_controller": controller,
        "purposes": [
            {
                "purpose": purpose,
                "description": PURPOSES[purpose],
                "lawful_basis": "consent",
                "recipients": [controller],
                "withdrawal_method": 'write "my data" in the chat, or tell the paralegal',
                "events": [_event(consent) for consent in consents if consent.purpose == purpose],
            }
            for purpose in purposes
        ],
    }


def _event(consent: Consent) -> dict[str, str]:
    return {
        "event_time": consent.at.isoformat(timespec="seconds"),
        "event_state": consent.status,
        "entity_id": consent.by,
        "privacy_notice": consent.wording,
        "language": consent.language,
    }


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
            by=consent.by,
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

    def in_force(self, person_id: str) -> frozenset[str]:
        """The purposes whose newest answer is yes."""
        newest = {consent.purpose: consent.given for consent in self.of(person_id)}
        return frozenset(purpose for purpose, given in newest.items() if given)

    def of(self, person_id: str) -> list[Consent]:
        """All answers of a person, oldest first."""
        rows = self._session.scalars(
            select(ConsentRow).where(ConsentRow.person_id == person_id).order_by(ConsentRow.id)
        )
        found, given = [], set[str]()
        for row in rows:
            withdrawn = not row.given and row.purpose in given
            (given.add if row.given else given.discard)(row.purpose)
            found.append(Consent(row.purpose, row.given, row.wording, row.language, row.at, row.by, withdrawn))
        return found

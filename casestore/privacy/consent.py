"""What a person agreed to: one record an answer, with its wording, language and time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from casestore.codes.code_lists import LISTS
from casestore.log.case_log import CaseLog
from casestore.tables import CaseShareRow, ConsentRow
from casestore.work.unsharing import unshare

# `IMPROVE`: masked words of theirs may teach the program. Nobody is asked for it yet (docs/decisions/0013).
# `REFERRAL`: personal details may go to one service; the referral names the record of it.
# `PARTNER`: one partner organisation, `Consent.office_id`, may see the codes of a case; None is every one there is.
CASE, STATISTICS, IMPROVE, REFERRAL, PARTNER = "case", "statistics", "improve", "referral", "partner"
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
    office_id: int | None = None

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
    """Notes answers, finds the one in force, and ends what partner organisations see when the person says no."""

    def __init__(self, session: Session, log: CaseLog) -> None:
        self._session = session
        self._log = log

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
            office_id=consent.office_id,
        )
        self._session.add(row)
        self._session.flush()
        if consent.purpose == PARTNER and not consent.given:
            self._unshare(person_id, consent)
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
        newest = dict[tuple[str, int | None], bool]()
        for consent in self.of(person_id):
            if consent.office_id is None:  # about every organisation there is
                newest = {key: given for key, given in newest.items() if key[0] != consent.purpose}
            newest[consent.purpose, consent.office_id] = consent.given
        return frozenset(purpose for (purpose, _), given in newest.items() if given)

    def of(self, person_id: str) -> list[Consent]:
        """All answers of a person, oldest first."""
        rows = self._session.scalars(
            select(ConsentRow).where(ConsentRow.person_id == person_id).order_by(ConsentRow.id)
        )
        found, given = list[Consent](), set[tuple[str, int | None]]()
        for row in rows:
            about = {key for key in given if key[0] == row.purpose and row.office_id in (None, key[1])}
            withdrawn = not row.given and bool(about)
            given = given | {(row.purpose, row.office_id)} if row.given else given - about
            answer = Consent(row.purpose, row.given, row.wording, row.language, row.at, row.by, withdrawn)
            found.append(replace(answer, office_id=row.office_id))
        return found

    def _unshare(self, person_id: str, no: Consent) -> None:
        theirs = select(ConsentRow.id).where(ConsentRow.person_id == person_id)
        about = true() if no.office_id is None else CaseShareRow.office_id == no.office_id
        unshare(self._session, self._log, CaseShareRow.consent_id.in_(theirs), about, actor=no.by, now=no.at)

"""Cases that a partner organisation may see: each stands on the person's own yes to that organisation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.access import Role
from casestore.cases import Case, Cases
from casestore.errors import NotAllowedNow, NotYours
from casestore.lifecycle import OPEN, Status
from casestore.log.case_log import CaseLog
from casestore.offices import AdviceOffice, Offices
from casestore.privacy.consent import PARTNER, Consent, Consents
from casestore.staff import StaffMember
from casestore.tables import CaseRow, CaseShareRow, OfficeRow, StaffRow
from casestore.work.unsharing import unshare


@dataclass(frozen=True, slots=True)
class Share:
    """A partner organisation that sees the codes of a case, and since when."""

    office_id: int
    office: str
    at: datetime


class Shares:
    """Shares cases, and takes them back. Who holds a case and supervisors do both."""

    def __init__(self, session: Session, offices: Offices, consents: Consents, cases: Cases, log: CaseLog) -> None:
        self._session = session
        self._offices = offices
        self._consents = consents
        self._cases = cases
        self._log = log

    def partners(self, office_id: int) -> list[AdviceOffice]:
        """The organisations that a case of that office can be shared with: those with somebody who would see it."""
        there = select(StaffRow.office_id).where(StaffRow.role == Role.PARTNER, StaffRow.active)
        ids = set(self._session.scalars(there)) - {office_id}
        return [each for each in self._offices.all() if each.id in ids]

    def of(self, case_id: int) -> list[Share]:
        """Who sees a case, the longest first."""
        rows = self._session.execute(
            select(CaseShareRow, OfficeRow.name)
            .join(OfficeRow, OfficeRow.id == CaseShareRow.office_id)
            .where(CaseShareRow.case_id == case_id, CaseShareRow.consent_id.is_not(None))
            .order_by(CaseShareRow.at, CaseShareRow.office_id)
        )
        return [Share(row.office_id, name, row.at) for row, name in rows]

    def with_partner(self, member: StaffMember, *, limit: int = 200) -> list[Case]:
        """What is shared with a member's organisation: open cases first, and among them what was shared last."""
        return self._cases.listed(
            select(CaseRow.id)
            .join(CaseShareRow, CaseShareRow.case_id == CaseRow.id)
            .where(CaseShareRow.office_id.in_(member.offices))
            .order_by(CaseRow.status == Status.CLOSED, CaseShareRow.at.desc(), CaseRow.id.desc())
            .limit(limit)
        )

    def answer(
        self,
        case_id: int,
        member: StaffMember,
        *,
        office_id: int,
        given: bool,
        wording: str,
        language: str,
        now: datetime,
    ) -> None:
        """Notes what the person said about that organisation: a yes shares the case, a no ends what it saw of theirs.

        Raises NotYours, and NotAllowedNow for a case that is closed or bare, or no partner organisation.
        """
        row = self._theirs(case_id, member)
        if row.person_id is None or row.status not in OPEN:
            raise NotAllowedNow("only an open case can be shared: open it again first")
        if office_id not in {each.id for each in self.partners(row.office_id)}:
            raise NotAllowedNow("choose a partner organisation from the list")
        answer = Consent(PARTNER, given, wording, language, now, by=_actor(member), office_id=office_id)
        consent_id = self._consents.note(row.person_id, answer)
        if given:
            self._session.merge(CaseShareRow(case_id=case_id, office_id=office_id, consent_id=consent_id, at=now))
        kind = "shared" if given else "share_refused"
        self._log.note(case_id, kind, actor=_actor(member), now=now, partner=office_id)

    def take_back(self, case_id: int, member: StaffMember, *, office_id: int, now: datetime) -> None:
        """That organisation does not see the case any more, whatever the person agreed to. Raises NotYours."""
        self._theirs(case_id, member)
        which = (CaseShareRow.case_id == case_id, CaseShareRow.office_id == office_id)
        unshare(self._session, self._log, *which, actor=_actor(member), now=now)

    def _theirs(self, case_id: int, member: StaffMember) -> CaseRow:
        row = self._cases.locked(case_id)
        if not (row.claimed_by == member.id or member.role.reads_all):
            raise NotYours("only the paralegal who holds the case, or a supervisor, can do that")
        return row


def _actor(member: StaffMember) -> str:
    return f"staff:{member.id}"

"""Referrals of a case to other services, each step checked, timed and logged; details go out only with consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from casestore.cases import Cases
from casestore.codes.code_lists import LISTS
from casestore.errors import CaseNotFound, ConsentMissing, NotAllowedNow, NotValid
from casestore.log.case_log import BOT, CaseLog
from casestore.people import People
from casestore.privacy.consent import REFERRAL, Consent, Consents
from casestore.tables import CaseRow, ConsentRow, ReferralRow
from casestore.work.holding import held
from casestore.work.referral_lifecycle import DETAILS, TOLD, State, check_step, may_be_sent, may_override

_SHARED = "referrals.shared"
MOST_SHARED = 2_000
NO_ANSWER_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral. `consent` is the person's answer about it as it stands, None before one; `times` by state.

    `shared` is what the service is told; empty for a person who was only told where to go, and after an erasure.
    """

    id: int
    case_id: int
    reference: str
    service: str
    kind: str
    state: State
    reason: str | None
    result: str | None
    shared: str
    consent: bool | None
    override: str | None
    times: Mapping[State, datetime]

    @property
    def may_be_sent(self) -> bool:
        """Whether nothing stands in the way of sending it."""
        return may_be_sent(self.kind, self.consent, self.override)


class Referrals:
    """Begins referrals and moves them. The one who holds a case does both."""

    def __init__(self, session: Session, people: People, consents: Consents, cases: Cases, log: CaseLog) -> None:
        self._session = session
        self._people = people
        self._consents = consents
        self._cases = cases
        self._log = log

    def tell(self, case_id: int, *, staff_id: int, service: str, now: datetime) -> int:
        """The person is told where to go: the case becomes referred. Needs no consent, for nothing of theirs goes out.

        Raises NotYours, NotAllowedNow for a closed case, and NotValid when they were told of that service already.
        """
        told = (ReferralRow.case_id == case_id, ReferralRow.kind == TOLD, ReferralRow.service == service)
        if self._session.scalar(select(ReferralRow.id).where(*told).limit(1)) is not None:
            raise NotValid("the person was told of this service already: choose another one, or write to them")
        self._cases.refer(case_id, staff_id=staff_id, to=service, now=now)
        row = ReferralRow(case_id=case_id, service=service, kind=TOLD, state=State.SENT, made_by=staff_id, sent_at=now)
        return self._added(row)

    def draft(self, case_id: int, *, staff_id: int, service: str, shared: str, now: datetime) -> int:
        """A referral that is to carry details of the person; returns its id.

        Raises NotYours, NotValid, and NotAllowedNow for a closed case or one whose person was erased.
        """
        case = held(self._session, case_id, staff_id)
        if case.person_id is None or case.closed_at is not None:
            raise NotAllowedNow("a referral needs an open case and a person")
        if not shared.strip() or len(shared) > MOST_SHARED:
            raise NotValid(f"what the service is told has 1 to {MOST_SHARED:,} characters")
        row = ReferralRow(case_id=case_id, service=service, kind=DETAILS, state=State.DRAFT, made_by=staff_id)
        row.draft_at = now
        row.shared_sealed = self._people.box(case.person_id).seal(shared.strip(), _SHARED)
        self._log.note(case_id, "referral_begun", actor=f"staff:{staff_id}", now=now, to=service)
        return self._added(row)

    def note_consent(
        self,
        case_id: int,
        referral_id: int,
        *,
        staff_id: int,
        given: bool,
        wording: str,
        language: str,
        now: datetime,
    ) -> None:
        """The person's answer about this very referral; the newest counts. `wording` as in `Consent`.

        Raises NotYours, CaseNotFound, and NotAllowedNow once it was sent.
        """
        case, row = self._in_preparation(case_id, referral_id, staff_id)
        answer = Consent(REFERRAL, given, wording, language, now, by=f"staff:{staff_id}")
        row.consent_id = self._consents.note(str(case.person_id), answer)
        self._log.note(
            case_id,
            "referral_consent",
            actor=f"staff:{staff_id}",
            now=now,
            to=row.service,
            given=given,
            wording=wording,
        )

    def override_consent(self, case_id: int, referral_id: int, *, staff_id: int, reason: str, now: datetime) -> None:
        """Goes without consent, for a reason of the list `referral_override`; a no leaves only the duty to report.

        Raises NotYours, CaseNotFound, NotValid, and NotAllowedNow once it was sent, or for another reason after a no.
        """
        _, row = self._in_preparation(case_id, referral_id, staff_id)
        LISTS["referral_override"].check(reason)
        if not may_override(self._answer(row), reason):
            raise NotAllowedNow("the person said no: only a duty to report goes before that")
        row.override = reason
        self._log.note(case_id, "referral_override", actor=f"staff:{staff_id}", now=now, to=row.service, reason=reason)

    def move(
        self,
        case_id: int,
        referral_id: int,
        *,
        staff_id: int,
        to: str,
        reason: str | None = None,
        result: str | None = None,
        now: datetime,
    ) -> None:
        """The next state; `declined` needs a reason of `referral_reason`, `done` a result of `referral_result`.

        Raises NotYours, CaseNotFound, NotValid, NotAllowedNow, and ConsentMissing for details that would go out
        without the person's yes, or a reason that goes before it.
        """
        held(self._session, case_id, staff_id)
        state, row = State(LISTS["referral_state"].check(to)), self._row(case_id, referral_id)
        check_step(row.kind, State(row.state), state)
        if state == State.SENT and not may_be_sent(row.kind, self._answer(row), row.override):
            raise ConsentMissing("the person has not agreed that their details go to this service")
        if state == State.DECLINED:
            row.reason = LISTS["referral_reason"].check(reason or "")
        if state == State.DONE:
            row.result = LISTS["referral_result"].check(result or "")
        self._enter(row, state, actor=f"staff:{staff_id}", now=now)

    def note_silence(self, *, now: datetime, after: timedelta = NO_ANSWER_AFTER) -> int:
        """Marks what was sent so long ago and never answered; returns how many."""
        rows = self._session.scalars(
            select(ReferralRow)
            .where(
                ReferralRow.kind == DETAILS,
                ReferralRow.state.in_([State.SENT, State.RECEIVED]),
                func.coalesce(ReferralRow.received_at, ReferralRow.sent_at) <= now - after,
            )
            .order_by(ReferralRow.id)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            self._enter(row, State.NO_ANSWER, actor=BOT, now=now)
        return len(rows)

    def of(self, case_id: int) -> list[Referral]:
        """The referrals of a case, oldest first."""
        return self._found(ReferralRow.case_id == case_id)

    def unanswered(self, *, staff_id: int) -> list[Referral]:
        """Referrals without an answer in the cases somebody holds."""
        open_case = CaseRow.closed_at.is_(None)
        return self._found(CaseRow.claimed_by == staff_id, open_case, ReferralRow.state == State.NO_ANSWER)

    def _added(self, row: ReferralRow) -> int:
        self._session.add(row)
        self._session.flush()
        return row.id

    def _row(self, case_id: int, referral_id: int) -> ReferralRow:
        row = self._session.get(ReferralRow, referral_id, populate_existing=True)
        if row is None or row.case_id != case_id:
            raise CaseNotFound("there is no such referral")
        return row

    def _in_preparation(self, case_id: int, referral_id: int, staff_id: int) -> tuple[CaseRow, ReferralRow]:
        case, row = held(self._session, case_id, staff_id), self._row(case_id, referral_id)
        if row.state != State.DRAFT or case.person_id is None:
            raise NotAllowedNow("only a referral that is being prepared can be agreed to")
        return case, row

    def _answer(self, row: ReferralRow) -> bool | None:
        answer = self._session.get(ConsentRow, row.consent_id) if row.consent_id is not None else None
        if answer is None or not answer.given:
            return None if answer is None else False
        taken_back = select(ConsentRow.id).where(
            ConsentRow.person_id == answer.person_id,
            ConsentRow.purpose == REFERRAL,
            ConsentRow.id > answer.id,
            ConsentRow.given.is_(False),
            ConsentRow.wording != answer.wording,  # a no to the same question is one about another service
        )
        return self._session.scalar(taken_back.limit(1)) is None

    def _enter(self, row: ReferralRow, state: State, *, actor: str, now: datetime) -> None:
        row.state = state
        setattr(row, f"{state}_at", now)
        codes = {"reason": row.reason} if state == State.DECLINED else {}
        codes |= {"result": row.result} if state == State.DONE else {}
        self._session.flush()
        self._log.note(row.case_id, "referral_moved", actor=actor, now=now, to=row.service, state=str(state), **codes)

    def _found(self, *conditions: ColumnElement[bool]) -> list[Referral]:
        rows = self._session.execute(
            select(ReferralRow, CaseRow)
            .join(CaseRow, CaseRow.id == ReferralRow.case_id)
            .where(*conditions)
            .order_by(ReferralRow.id)
        )
        return [self._referral(row, case) for row, case in rows]

    def _referral(self, row: ReferralRow, case: CaseRow) -> Referral:
        shared = ""
        if row.shared_sealed is not None and case.person_id is not None:
            shared = self._people.box(case.person_id).open_text(row.shared_sealed, _SHARED)
        times = {state: getattr(row, f"{state}_at") for state in State}
        return Referral(
            id=row.id,
            case_id=row.case_id,
            reference=case.reference,
            service=row.service,
            kind=row.kind,
            state=State(row.state),
            reason=row.reason,
            result=row.result,
            shared=shared,
            consent=self._answer(row),
            override=row.override,
            times={state: at for state, at in times.items() if at is not None},
        )

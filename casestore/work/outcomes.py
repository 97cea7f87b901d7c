"""How cases ended: one record a closing, completed as more is learnt, kept when a case is opened again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.cases import Cases
from casestore.codes.amounts import amount_words, currency_of, whole
from casestore.codes.code_lists import LISTS
from casestore.errors import NotAllowedNow, UnknownCode
from casestore.lifecycle import OUTCOMES, Status
from casestore.log.case_log import CaseLog
from casestore.tables import CaseRow, OutcomeRow
from casestore.work.follow_ups import FollowUps
from casestore.work.holding import finished

AMOUNTS = {
    "recovered_lump": "Money back, once",
    "recovered_monthly": "More money every month",
    "costs_avoided": "Costs or debt avoided",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a case: only `code` must be known. Amounts are in the minor unit of `currency` (ISO 4217).

    `mechanism` is the one that brought the result, `mechanisms_used` all that were tried while we helped.
    """

    code: str
    how: str | None = None
    mechanism: str | None = None
    mechanisms_used: tuple[str, ...] = ()
    service_level: str | None = None
    benefit: str | None = None
    recovered_lump: int | None = None
    recovered_monthly: int | None = None
    costs_avoided: int | None = None
    currency: str | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """One time that a case was closed, and its outcome as it is known today."""

    id: int
    outcome: Outcome
    closed_at: datetime


# The code lists of the fields that may be empty.
CODES = {
    "how": LISTS["outcome_how"],
    "mechanism": LISTS["mechanism"],
    "service_level": LISTS["service_level"],
    "benefit": LISTS["benefit"],
    "confirmed_by": LISTS["confirmed_by"],
}


def checked(outcome: Outcome) -> Outcome:
    """The outcome with empty codes left out and each mechanism once; raises NotValid and UnknownCode."""
    if outcome.code not in OUTCOMES:
        raise UnknownCode(f"how a case ended is one of {', '.join(OUTCOMES)}")
    codes: dict[str, Any] = {name: getattr(outcome, name) or None for name in CODES}
    for name, code in codes.items():
        if code is not None:
            CODES[name].check(code)
    amounts = {name: getattr(outcome, name) for name in AMOUNTS}
    for name, amount in amounts.items():
        if amount is not None:
            whole(name, amount)
    return replace(
        outcome,
        **codes,
        mechanisms_used=tuple(dict.fromkeys(LISTS["mechanism"].check(each) for each in outcome.mechanisms_used)),
        currency=currency_of(outcome.currency, amounts.values()),
    )


def said(outcome: Outcome) -> tuple[str, ...]:
    """The outcome in words: how it ended, then all else that is known."""
    parts = [OUTCOMES.get(outcome.code, outcome.code)]
    given = ((codes.titles, getattr(outcome, name)) for name, codes in CODES.items())
    parts += [titles[code] for titles, code in given if code]
    if outcome.mechanisms_used:
        titles = LISTS["mechanism"].titles
        parts.append("Also used: " + ", ".join(titles[each] for each in outcome.mechanisms_used))
    for name, title in AMOUNTS.items():
        if amount := getattr(outcome, name):
            parts.append(f"{title}: {amount_words(amount, outcome.currency)}")
    return tuple(parts)


class Outcomes:
    """Closes cases and completes what is known of how they ended."""

    def __init__(self, session: Session, cases: Cases, follow_ups: FollowUps, log: CaseLog) -> None:
        self._session = session
        self._cases = cases
        self._follow_ups = follow_ups
        self._log = log

    def close(self, case_id: int, outcome: Outcome, *, staff_id: int, note: str = "", now: datetime) -> int:
        """Ends the case; returns the id of the closing. The note is sealed; follow-ups become due.

        Raises NotValid, NotYours and NotAllowedNow.
        """
        outcome = checked(outcome)
        self._cases.close(case_id, staff_id=staff_id, outcome=outcome.code, note=note, now=now)
        row = self._newest(case_id)
        _fill(row, outcome)
        self._session.flush()
        self._follow_ups.plan(case_id, row.id, code=outcome.code, now=now)
        return row.id

    def complete(self, case_id: int, outcome: Outcome, *, staff_id: int, now: datetime) -> None:
        """What was learnt after the closing; replaces what was noted before, and the log says what changed.

        Raises NotValid, NotYours, and NotAllowedNow for a case that is not closed.
        """
        outcome, case = checked(outcome), finished(self._session, case_id, staff_id)
        if case.status != Status.CLOSED or case.closed_at is None:
            raise NotAllowedNow("only a closed case has an outcome to complete")
        row = self._newest(case_id)
        before = _outcome(row)
        _fill(row, outcome)
        case.outcome = outcome.code
        self._session.flush()
        if outcome.code != before.code:
            self._follow_ups.plan(case_id, row.id, code=outcome.code, now=row.closed_at)
        changed = [name for name in outcome.__dataclass_fields__ if getattr(outcome, name) != getattr(before, name)]
        if changed:
            self._log.note(case_id, "outcome_completed", actor=f"staff:{staff_id}", now=now, fields=changed)

    def of(self, case_id: int) -> list[Closing]:
        """Every closing of a case, oldest first. The last is the outcome only while the case is closed."""
        rows = self._session.scalars(
            select(OutcomeRow)
            .join(CaseRow, CaseRow.id == OutcomeRow.case_id)
            .where(OutcomeRow.case_id == case_id)
            .order_by(OutcomeRow.id)
        )
        return [Closing(row.id, _outcome(row), row.closed_at) for row in rows]

    def _newest(self, case_id: int) -> OutcomeRow:
        return self._session.scalars(
            select(OutcomeRow).where(OutcomeRow.case_id == case_id).order_by(OutcomeRow.id.desc()).limit(1)
        ).one()


def _fill(row: OutcomeRow, outcome: Outcome) -> None:
    for name in outcome.__dataclass_fields__:
        value = getattr(outcome, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)


def _outcome(row: OutcomeRow) -> Outcome:
    values = {name: getattr(row, name) for name in Outcome.__dataclass_fields__}
    return Outcome(**values | {"mechanisms_used": tuple(row.mechanisms_used)})

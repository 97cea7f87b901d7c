"""What the end of a case does to its rows: the outcome is recorded; where words must go, codes stay."""

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from casestore.lifecycle import Status
from casestore.records import rounded
from casestore.tables import AgendaRow, CaseRow, FollowUpRow, OutcomeRow, ReferralRow
from casestore.waiting import rest
from casestore.work import agenda, follow_ups


def end(session: Session, row: CaseRow, outcome: str, *, now: datetime) -> OutcomeRow:
    """The case is closed with that outcome, of which nothing more is known yet; nobody waits for the office in it."""
    row.status, row.outcome, row.closed_at = Status.CLOSED, outcome, now
    ended = OutcomeRow(case_id=row.id, code=outcome, mechanisms_used=[], closed_at=now)
    session.add(ended)
    rest(row)
    return ended


def forget_words(session: Session, cases: Select[int]) -> None:
    """Takes words and days out of what was done about those cases, and ends what still waited for somebody."""
    for row in session.scalars(select(AgendaRow).where(AgendaRow.case_id.in_(cases))):
        row.what_sealed, row.due = None, rounded(row.due, "month")
        row.state = agenda.State.VOID if row.state == agenda.State.OPEN else row.state
    session.flush()
    session.execute(update(ReferralRow).where(ReferralRow.case_id.in_(cases)).values(shared_sealed=None))
    waiting = (FollowUpRow.case_id.in_(cases), FollowUpRow.state.in_((follow_ups.DUE, follow_ups.ASKED)))
    session.execute(update(FollowUpRow).where(*waiting).values(state=follow_ups.VOID))

"""The end of what partner organisations see of cases, whoever ends it."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casestore.log.case_log import CaseLog
from casestore.tables import CaseRow, CaseShareRow


def unshare(session: Session, log: CaseLog, *which: ColumnElement[bool], actor: str, now: datetime) -> None:
    """Those shares are no more; each case's log says so."""
    for row in session.scalars(select(CaseShareRow).where(*which)).all():
        session.delete(row)
        # A no reaches what the person agreed to at an office that whoever notes it cannot see into.
        if session.scalar(select(CaseRow.id).where(CaseRow.id == row.case_id)) is not None:
            log.note(row.case_id, "unshared", actor=actor, now=now, partner=row.office_id)
    session.flush()

"""The case a member of staff works on: everything done about a case goes through here."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.database import LOCK
from casestore.errors import CaseNotFound, NotYours
from casestore.tables import CaseRow


def reached(session: Session, case_id: int) -> CaseRow:
    """The row of a case that is there for whoever looks; raises CaseNotFound."""
    row = session.scalar(select(CaseRow).where(CaseRow.id == case_id))
    if row is None:
        raise CaseNotFound("there is no such case")
    return row


def held(session: Session, case_id: int, staff_id: int) -> CaseRow:
    """The row of the case, locked until the transaction ends; raises CaseNotFound, or NotYours for anybody else."""
    row = session.get(CaseRow, case_id, with_for_update=LOCK, populate_existing=True)
    if row is None:
        raise CaseNotFound("there is no such case")
    if row.claimed_by != staff_id:
        raise NotYours("only the paralegal who holds the case can do that")
    return row

"""The case a member of staff works on: everything done about a case goes through here."""

from sqlalchemy.orm import Session

from casestore.access import viewer_of
from casestore.database import LOCK
from casestore.errors import CaseNotFound, NotYours
from casestore.lifecycle import Status
from casestore.tables import CaseRow


def reached(session: Session, case_id: int) -> CaseRow:
    """The row of a case that is there for whoever looks; raises CaseNotFound."""
    return _there(session.get(CaseRow, case_id))


def locked(session: Session, case_id: int) -> CaseRow:
    """The same as it is now, locked until the transaction ends; raises CaseNotFound."""
    return _there(session.get(CaseRow, case_id, with_for_update=LOCK, populate_existing=True))


def held(session: Session, case_id: int, staff_id: int) -> CaseRow:
    """The same for the one who holds the case; raises CaseNotFound, or NotYours for anybody else."""
    row = locked(session, case_id)
    if row.claimed_by != staff_id:
        raise NotYours("only the paralegal who holds the case can do that")
    return row


def finished(session: Session, case_id: int, staff_id: int) -> CaseRow:
    """The same for what is done after the end, when whoever held the case may have left: supervisors do it too."""
    row, viewer = locked(session, case_id), viewer_of(session)
    leads = viewer is not None and viewer.role.reads_all and row.status == Status.CLOSED
    if row.claimed_by != staff_id and not leads:
        raise NotYours("only the paralegal who held the case, or a supervisor once it is closed, can do that")
    return row


def _there(row: CaseRow | None) -> CaseRow:
    if row is None:
        raise CaseNotFound("there is no such case")
    return row

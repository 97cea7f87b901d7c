"""The issues of a case, each with who says that it is one and how sure that is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from casestore.tables import CaseIssueRow

MODEL, WORKER = "model", "worker"


@dataclass(frozen=True, slots=True)
class IssueSource:
    """Who says so, a code of the list `said_by`; `confidence` is the model's probability where there is one."""

    source: str = MODEL
    confidence: float | None = None


class CaseIssues:
    """Keeps the source of each issue; which of them is the primary one, the case itself says."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, case_id: int, issues: Iterable[str], said: Mapping[str, IssueSource], *, now: datetime) -> None:
        """More issues of a case. Who said one first stays noted."""
        known = self.of(case_id)
        for issue in issues:
            if issue not in known:
                source = said.get(issue, IssueSource())
                row = CaseIssueRow(case_id=case_id, issue=issue, at=now)
                row.source, row.confidence = source.source, source.confidence
                self._session.add(row)
        self._session.flush()

    def judged(self, case_id: int, issue: str, *, instead_of: str | None, now: datetime) -> None:
        """A paralegal said which issue it is: theirs from now on, and the wrong one goes."""
        gone = [each for each in (issue, instead_of) if each is not None]
        self._session.execute(delete(CaseIssueRow).where(CaseIssueRow.case_id == case_id, CaseIssueRow.issue.in_(gone)))
        self.note(case_id, [issue], {issue: IssueSource(WORKER)}, now=now)

    def move(self, issue: str, *, to: int, from_: int) -> None:
        """An issue becomes that of another case, with who said it."""
        self._session.execute(
            update(CaseIssueRow).where(CaseIssueRow.case_id == from_, CaseIssueRow.issue == issue).values(case_id=to)
        )

    def of(self, case_id: int) -> dict[str, IssueSource]:
        """The issues of a case with their sources, in the order they were said."""
        rows = self._session.scalars(
            select(CaseIssueRow).where(CaseIssueRow.case_id == case_id).order_by(CaseIssueRow.id)
        )
        return {row.issue: IssueSource(row.source, row.confidence) for row in rows}

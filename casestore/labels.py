"""Which issue a case is about: what the machine said, and what somebody at the desk says, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.case_issues import CaseIssues
from casestore.log.case_log import BOT, CaseLog
from casestore.tables import CaseRow, LabelRow
from casestore.work.holding import held

_AT_ONCE = 1_000  # rows in memory: a report reads every case there ever was


@dataclass(frozen=True, slots=True)
class Label:
    """What one of them said: `actor` is `bot` or `staff:<id>`, `model` the fingerprint of the model that judged."""

    issue: str
    actor: str
    model: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with the newest label of the machine, and of the desk where somebody has judged it."""

    case_id: int
    language: str
    opened_at: datetime
    person_id: str | None
    conversation_id: int | None
    machine: Label
    desk: Label | None

    @property
    def corrected(self) -> bool:
        """Whether the desk says something else than the machine."""
        return self.desk is not None and self.desk.issue != self.machine.issue


class Labels:
    """Writes and reads labels. Nothing here changes or removes one: the newest counts."""

    def __init__(self, session: Session, log: CaseLog, issues: CaseIssues) -> None:
        self._session = session
        self._log = log
        self._issues = issues

    def note(self, case_id: int, label: Label) -> None:
        """One more label of a case."""
        row = LabelRow(case_id=case_id, issue=label.issue, actor=label.actor, model=label.model, at=label.at)
        self._session.add(row)
        self._session.flush()

    def judge(self, case_id: int, issue: str, *, staff_id: int, now: datetime) -> None:
        """The paralegal who has the case says which issue it is; it comes first from now on, instead of the wrong one.

        Raises CaseNotFound, and NotYours for anybody else.
        """
        row = held(self._session, case_id, staff_id)
        before, actor = row.issue, f"staff:{staff_id}"
        row.issue, row.issues = issue, [issue, *(each for each in row.issues if each not in (issue, before))]
        self._issues.judged(case_id, issue, instead_of=before, now=now)
        self.note(case_id, Label(issue, actor, row.versions.get("model", ""), now))
        kind = "confirmed" if issue == before else "corrected"
        self._log.note(case_id, kind, actor=actor, now=now, issues=[issue])

    def newest(self, case_id: int) -> tuple[Label | None, Label | None]:
        """The newest label of the machine and of the desk; None where there is none."""
        return self._newest(case_id, machine=True), self._newest(case_id, machine=False)

    def judged(self) -> Iterator[Judged]:
        """Every case that the machine has labelled, oldest first."""
        rows = self._session.execute(
            select(CaseRow, LabelRow)
            .join(LabelRow, LabelRow.case_id == CaseRow.id)
            .order_by(CaseRow.id, LabelRow.id)
            .execution_options(yield_per=_AT_ONCE)
        )
        for case, of_case in groupby(rows, key=lambda row: row[0]):
            by_machine = {label.actor == BOT: _label(label) for _, label in of_case}
            if True in by_machine:
                yield Judged(
                    case_id=case.id,
                    language=case.language,
                    opened_at=case.opened_at,
                    person_id=case.person_id,
                    conversation_id=case.conversation_id,
                    machine=by_machine[True],
                    desk=by_machine.get(False),
                )

    def _newest(self, case_id: int, *, machine: bool) -> Label | None:
        by = LabelRow.actor == BOT if machine else LabelRow.actor != BOT
        row = self._session.scalar(
            select(LabelRow).where(LabelRow.case_id == case_id, by).order_by(LabelRow.id.desc()).limit(1)
        )
        return None if row is None else _label(row)


def _label(row: LabelRow) -> Label:
    return Label(row.issue, row.actor, row.model, row.at)

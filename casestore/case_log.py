"""What happened to a case: append-only, with its vocabulary as data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.tables import LogRow, StaffRow

PERSON, BOT = "person", "bot"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: what the desk calls it, and who must act next (`desk`, `person`, or nobody)."""

    id: str
    title: str
    next_actor: str | None


_KINDS = (
    Kind("opened", "Case opened", "desk"),
    Kind("viewed", "Case viewed", None),
    Kind("claimed", "Claimed", "desk"),
    Kind("released", "Given back to the queue", "desk"),
    Kind("person_wrote", "The person wrote", "desk"),
    Kind("danger_heard", "Danger heard", "desk"),
    Kind("answered", "Answered", "person"),
    Kind("referred", "Referred elsewhere", "person"),
    Kind("confirmed", "Problem confirmed", None),
    Kind("corrected", "Problem corrected", None),
    Kind("closed", "Closed", None),
    Kind("reopened", "Opened again", "desk"),
    Kind("file_viewed", "Attachment viewed", None),
    Kind("record_changed", "Record changed", None),
    Kind("residence_viewed", "Right to stay viewed", None),
    Kind("linked", "Linked to a problem of many", None),
    Kind("unlinked", "Taken off a problem of many", None),
    Kind("letter_made", "Letter made", None),
    Kind("unreachable", "The person cannot be reached on this channel", "desk"),
    Kind("person_left", "The person asked us to stop writing", None),
)
KINDS: dict[str, Kind] = {kind.id: kind for kind in _KINDS}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `by` is a name, `the person` or `Doorstep`."""

    kind: Kind
    by: str
    detail: dict[str, Any]
    at: datetime


class CaseLog:
    """Writes and reads the log. Nothing here changes or removes a line."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, case_id: int, kind: str, *, actor: str, now: datetime, **detail: Any) -> None:
        """One more line. `detail` holds codes and ids, never words that somebody wrote."""
        self._session.add(LogRow(case_id=case_id, kind=KINDS[kind].id, actor=actor, detail=detail, at=now))
        self._session.flush()

    def of(self, case_id: int) -> list[Entry]:
        """The log of a case, oldest first."""
        names = {f"staff:{id_}": name for id_, name in self._session.execute(select(StaffRow.id, StaffRow.name))}
        names |= {PERSON: "the person", BOT: "Doorstep"}
        rows = self._session.scalars(select(LogRow).where(LogRow.case_id == case_id).order_by(LogRow.id))
        return [Entry(KINDS[row.kind], names.get(row.actor, row.actor), row.detail, row.at) for row in rows]

"""What happened to a case, or in an office: append-only, one chain each, with its vocabulary as data."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from casestore.database import insert_once
from casestore.keys.encryption import Keyring
from casestore.log.chain import START, Line, link
from casestore.offices import HOME
from casestore.people import People
from casestore.tables import CaseRow, LogRow, StaffRow
from casestore.work.holding import reached

PERSON, BOT, OPERATOR = "person", "bot", "operator"
_NAMES = {PERSON: "the person", BOT: "Doorstep", OPERATOR: "the command line"}
_DETAIL = "case_log.detail"
_STAFF = "staff:"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: what the desk calls it, who must act next (`desk`, `person`, `supervisor` or nobody).

    `who` does it: `desk`, `person`, `doorstep`, `operator` (the command line), or some of them.
    """

    id: str
    title: str
    next_actor: str | None
    who: str = "desk"


_OF_CASES = (
    Kind("opened", "Case opened", "desk", "person, operator"),
    Kind("imported", "Taken over from earlier records", None, "operator"),
    Kind("searched", "Looked up by its reference", None),
    Kind("summary_viewed", "Looked at without the person's words", None),
    Kind("viewed", "What the person wrote was read", None),
    Kind("glass_broken", "Opened by somebody whose case it is not", "supervisor"),
    Kind("claimed", "Claimed", "desk"),
    Kind("released", "Given back to the queue", "desk"),
    Kind("person_wrote", "The person wrote", "desk", "person"),
    Kind("danger_heard", "Danger heard", "desk", "doorstep"),
    Kind("lease_ended", "Back in the queue: nothing was done in time", "desk", "doorstep"),
    Kind("taken_over", "Taken over", "desk"),
    Kind("transferred", "Handed to a colleague", "desk"),
    Kind("moved", "Handed to another office", "desk"),
    Kind("split", "Split in two", "desk"),
    Kind("merged", "Joined with the same problem", "desk"),
    Kind("parted", "The chat of the joined case was erased or withdrawn", "desk", "person, desk, doorstep, operator"),
    Kind("no_answer_needed", "No answer needed", None),
    Kind("answer_due_soon", "An answer is due soon", "desk", "doorstep"),
    Kind("answer_late", "No answer in the promised time", "desk", "doorstep"),
    Kind("conflict_warned", "Warned of a conflict of interest", "desk"),
    Kind("answered", "Answered", "person"),
    Kind("referred", "Referred elsewhere", "person"),
    Kind("deadline_noted", "Deadline noted", "desk"),
    Kind("task_noted", "Task noted", "desk"),
    Kind("agenda_settled", "Deadline or task settled", None),
    Kind("referral_begun", "Referral with details begun", "desk"),
    Kind("referral_consent", "Asked whether details may go to a service", None),
    Kind("referral_override", "Details go out without consent", None),
    Kind("referral_moved", "Referral", "desk"),
    Kind("shared", "Shared with a partner organisation", None),
    Kind("share_refused", "Not shared with a partner organisation: the person said no", None),
    Kind("unshared", "No longer shared with a partner organisation", None, "desk, person"),
    Kind("effort_noted", "Time or money noted", None),
    Kind("effort_removed", "Entry of time or money taken back", None),
    Kind("outcome_completed", "Outcome completed", None),
    Kind("followed_up", "Followed up", None),
    Kind("confirmed", "Problem confirmed", None),
    Kind("corrected", "Problem corrected", None),
    Kind("closed", "Closed", None),
    Kind("reopened", "Opened again", "desk", "person"),
    Kind("file_viewed", "Attachment viewed", None),
    Kind("record_changed", "Record changed", None),
    Kind("residence_viewed", "Right to stay viewed", None),
    Kind("linked", "Linked to a problem of many", None),
    Kind("unlinked", "Taken off a problem of many", None),
    Kind("letter_made", "Letter made", None, "desk, person"),
    Kind("copy_given", "A copy of everything held was made", None, "person, desk"),
    Kind("consents_copied", "A copy of the record of consents was made", None),
    Kind("unreachable", "The person cannot be reached on this channel", "desk", "doorstep, person"),
    Kind("person_left", "The person asked us to stop writing", None, "person"),
    Kind("erased", "The person was erased", None, "person, doorstep, operator"),
    Kind("contact_chosen", "Said when it is safe to write", None, "person, desk"),
    Kind("consent_withdrawn", "A consent was taken back", None, "person, desk"),
)
_OF_OFFICES = (
    Kind("log_started", "Older lines of the log were chained", None, "operator"),
    Kind("anchored", "Anchor of the log made", None, "doorstep, operator"),
    Kind("signed_in", "Signed in", None),
    Kind("sign_in_failed", "Sign-in failed", None),
    Kind("account_rests", "Account rests after wrong passwords", None, "doorstep"),
    Kind("signed_out", "Signed out", None),
    Kind("search_missed", "Looked up a reference that no case has", None),
    Kind("respondent_named", "Another name for an organisation", None),
    Kind("respondents_joined", "Two organisations found to be one", None),
    Kind("problem_opened", "Problem of many opened", "desk"),
    Kind("problem_changed", "Problem of many described anew", None),
    Kind("problem_moved", "Problem of many stands elsewhere", None),
    Kind("hours_changed", "Place or opening hours of the office changed", None, "desk, operator"),
    Kind("office_renamed", "Name of the office changed", None, "desk, operator"),
    Kind("staff_added", "Account added", None, "desk, operator"),
    Kind("password_changed", "Password changed", None, "desk, operator"),
    Kind("telegram_linked", "Telegram account joined", None),
    Kind("exported", "Words of people exported", None, "operator"),
    Kind("backed_up", "Backup made", None, "operator"),
    Kind("restored", "Backup restored", None, "operator"),
    Kind("retention_run", "Retention run", None, "doorstep, operator"),
    Kind("key_rotated", "Office key rotated", None, "operator"),
)
KINDS: dict[str, Kind] = {kind.id: kind for kind in _OF_CASES}
OFFICE_KINDS: dict[str, Kind] = {kind.id: kind for kind in _OF_OFFICES}
_ALL_KINDS = KINDS | OFFICE_KINDS


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `by` is a name, `the person` or `Doorstep`. `detail` is empty once the person is erased."""

    kind: Kind
    by: str
    detail: dict[str, Any]
    at: datetime


class CaseLog:
    """Writes and reads the log. Nothing here changes or removes a line.

    Every line holds on to the one before it in its chain: that of the case, or that of the office.
    """

    def __init__(self, session: Session, people: People, keyring: Keyring) -> None:
        self._session = session
        self._people = people
        self._key = keyring.log_key

    def note(self, case_id: int, kind: str, *, actor: str, now: datetime, **detail: Any) -> None:
        """One more line. `detail` holds codes and ids, never words that somebody wrote; it is sealed for the person.

        Raises CaseNotFound, and KeyError for a kind outside the vocabulary.
        """
        case = reached(self._session, case_id)
        self._add(case_id, case.office_id, case.person_id, KINDS[kind], actor=actor, now=now, detail=detail)

    def note_office(self, kind: str, *, actor: str, now: datetime, office_id: int = HOME, **detail: Any) -> None:
        """One more line of what belongs to no case; the office's next line waits for the end of the transaction.

        Raises KeyError for a kind outside the vocabulary.
        """
        self._add(None, office_id, None, OFFICE_KINDS[kind], actor=actor, now=now, detail=detail)

    def of(self, case_id: int) -> list[Entry]:
        """The log of a case, oldest first."""
        case = self._session.get(CaseRow, case_id)
        return self._entries(_chain(case_id, HOME), None if case is None else case.person_id)

    def of_office(self, office_id: int = HOME, *, last: int | None = None) -> list[Entry]:
        """What happened in the office and belongs to no case, oldest first; all of it, or the last lines."""
        return self._entries(_chain(None, office_id), None, last)

    def last_at(self, case_id: int, kind: str, *, actor: str) -> datetime | None:
        """When they last did that to the case; None for never."""
        theirs = (LogRow.case_id == case_id, LogRow.kind == kind, LogRow.actor == actor)
        return self._session.scalar(select(LogRow.at).where(*theirs).order_by(LogRow.seq.desc()).limit(1))

    def chain_old_lines(self) -> int:
        """Chains up to a thousand lines from before there were chains, oldest case first; returns how many."""
        unchained = select(LogRow.case_id).where(LogRow.mac.is_(None)).order_by(LogRow.id).limit(1_000)
        cases = [case_id for case_id in dict.fromkeys(self._session.scalars(unchained)) if case_id is not None]
        return sum(self._chain_old(case_id) for case_id in cases)

    def _add(
        self,
        case_id: int | None,
        office_id: int,
        person_id: str | None,
        kind: Kind,
        *,
        actor: str,
        now: datetime,
        detail: dict[str, Any],
    ) -> None:
        clear, sealed = self._sealed(detail, person_id)
        while True:  # whoever else adds the same line first makes us wait for them, and hold on to theirs
            seq, previous = self._head(case_id, office_id)
            line = Line(case_id, office_id, seq + 1, kind.id, actor, now, clear, sealed)
            if self._insert(line, link(self._key, previous, line)):
                return

    def _head(self, case_id: int | None, office_id: int) -> tuple[int, bytes]:
        newest = select(LogRow.seq, LogRow.mac).where(_chain(case_id, office_id)).order_by(LogRow.seq.desc()).limit(1)
        head = self._session.execute(newest).one_or_none()
        if head is None:
            return 0, START
        if head.mac is None and case_id is not None:
            self._chain_old(case_id)
            return self._head(case_id, office_id)
        return head.seq, head.mac

    def _insert(self, line: Line, mac: bytes) -> bool:
        return insert_once(
            self._session,
            LogRow,
            key=("office_id" if line.case_id is None else "case_id", "seq"),
            only=LogRow.case_id.is_(None) if line.case_id is None else None,
            case_id=line.case_id,
            office_id=line.office_id,
            seq=line.seq,
            kind=line.kind,
            actor=line.actor,
            at=line.at,
            detail=line.detail,
            detail_sealed=line.sealed,
            mac=mac,
        )

    def _chain_old(self, case_id: int) -> int:
        """Seals and chains a case's lines that were written before there were chains."""
        case = self._session.get(CaseRow, case_id)
        person_id = None if case is None else case.person_id
        chain = select(LogRow).where(LogRow.case_id == case_id).order_by(LogRow.seq)
        previous, count = START, 0
        for row in self._session.scalars(chain):
            if row.mac is None:
                row.detail, row.detail_sealed = self._sealed(row.detail or {}, person_id)
                row.mac = link(self._key, previous, line_of(row))
                count += 1
            previous = row.mac
        self._session.flush()
        return count

    def _sealed(self, detail: dict[str, Any], person_id: str | None) -> tuple[dict[str, Any] | None, bytes | None]:
        if not detail:
            return None, None
        if person_id is None:
            return detail, None
        return None, self._people.box(person_id).seal(json.dumps(detail), _DETAIL)

    def _entries(self, chain: ColumnElement[bool], person_id: str | None, last: int | None = None) -> list[Entry]:
        rows = self._session.scalars(select(LogRow).where(chain).order_by(LogRow.seq.desc()).limit(last)).all()[::-1]
        names = _NAMES | self._staff_names({row.actor for row in rows})
        return [
            Entry(_ALL_KINDS[row.kind], names.get(row.actor, row.actor), self._opened(row, person_id), row.at)
            for row in rows
        ]

    def _staff_names(self, actors: set[str]) -> dict[str, str]:
        """The names of those among them who work at the desk."""
        ids = [int(actor.removeprefix(_STAFF)) for actor in actors if actor.startswith(_STAFF)]
        found = self._session.execute(select(StaffRow.id, StaffRow.name).where(StaffRow.id.in_(ids)))
        return {f"{_STAFF}{id_}": name for id_, name in found}

    def _opened(self, row: LogRow, person_id: str | None) -> dict[str, Any]:
        if row.detail_sealed is None:
            return row.detail or {}
        if person_id is None:
            return {}
        found: dict[str, Any] = json.loads(self._people.box(person_id).open_text(row.detail_sealed, _DETAIL))
        return found


def line_of(row: LogRow) -> Line:
    """What the chain proves of a stored line."""
    return Line(row.case_id, row.office_id, row.seq, row.kind, row.actor, row.at, row.detail, row.detail_sealed)


def _chain(case_id: int | None, office_id: int) -> ColumnElement[bool]:
    return (
        and_(LogRow.case_id.is_(None), LogRow.office_id == office_id) if case_id is None else LogRow.case_id == case_id
    )

"""What a case carries while its person waits: a place in the queue, a promised answer, and the lease of a claim."""

from datetime import datetime

from casestore.lifecycle import Status
from casestore.ranking import place_in_queue
from casestore.tables import CaseRow
from casestore.terms import WARN_AT, Terms


def take_place(row: CaseRow) -> None:
    """Puts the case where it belongs in the queue; to be called when anything has changed that decides it."""
    place = place_in_queue(
        urgency=row.urgency, danger=bool(row.flags), due=row.due, since=row.waiting_since or row.opened_at
    )
    row.queue_band, row.queue_at = place.band, place.by


def wait(row: CaseRow, terms: Terms, *, now: datetime) -> None:
    """The person waits for the office: since `now`, or longer when they did already."""
    if row.waiting_since is None or row.answer_due is None:
        row.waiting_since, row.warned = row.waiting_since or now, 0
        row.answer_due = terms.answer_due(row.urgency, row.waiting_since)
        _set_next_warning(row, terms)
    if row.claimed_by is not None and row.status != Status.WAITING and row.lease_until is None:
        row.lease_until = terms.lease_until(row.urgency, now)
    take_place(row)


def hurry(row: CaseRow, terms: Terms, *, now: datetime) -> None:
    """The case has become more urgent: promise and lease come nearer, and never move away."""
    if row.waiting_since is not None and row.answer_due is not None:
        sooner = terms.answer_due(row.urgency, now)
        if sooner < row.answer_due:
            row.answer_due, row.warned = sooner, 0
            _set_next_warning(row, terms)
    if row.lease_until is not None:
        row.lease_until = min(row.lease_until, terms.lease_until(row.urgency, now))
    take_place(row)


def wait_for_both(row: CaseRow, other: CaseRow, terms: Terms, *, now: datetime) -> None:
    """The waiting of another case is this one's too: the longer of the two, with the nearer promise."""
    if other.waiting_since is None:
        return
    for each in (row, other):
        wait(each, terms, now=now)  # a case from before there were promises gets its own now
    row.waiting_since = min(other.waiting_since, row.waiting_since or now)
    if row.answer_due is None or (other.answer_due is not None and other.answer_due < row.answer_due):
        row.answer_due, row.warned = other.answer_due, other.warned
    _set_next_warning(row, terms)
    take_place(row)


def change_terms(row: CaseRow, terms: Terms, *, now: datetime) -> None:
    """The case waits at another office: the promise stays or comes nearer, warnings come in that office's hours."""
    wait(row, terms, now=now)
    hurry(row, terms, now=now)
    _set_next_warning(row, terms)


def rest(row: CaseRow) -> None:
    """Nobody waits for the office: it answered, sent the person on, or ended the case."""
    row.waiting_since = row.answer_due = row.warn_at = row.lease_until = None
    row.warned = 0


def note_first_answer(row: CaseRow, *, now: datetime) -> None:
    """Keeps when the first answer went out, and whether that was as promised."""
    if row.first_answered_at is None:
        row.first_answered_at = now
        row.first_answer_late = row.answer_due is not None and now > row.answer_due


def leave_holder(row: CaseRow) -> None:
    """Nobody holds the case any more; who held it last stays known."""
    row.last_held_by = row.claimed_by or row.last_held_by
    row.claimed_by, row.lease_until, row.name_told = None, None, False


def warned(row: CaseRow, terms: Terms, *, now: datetime) -> int | None:
    """Notes the newest warning that has come due and sets the next; its per cent, or None where there is none."""
    due = [percent for percent in WARN_AT if percent > row.warned and _when(row, terms, percent) <= now]
    if not due:
        return None
    row.warned = due[-1]
    _set_next_warning(row, terms)
    return row.warned


def _set_next_warning(row: CaseRow, terms: Terms) -> None:
    left = [percent for percent in WARN_AT if percent > row.warned]
    row.warn_at = _when(row, terms, left[0]) if left else None


def _when(row: CaseRow, terms: Terms, percent: int) -> datetime:
    if row.waiting_since is None or row.answer_due is None:
        raise ValueError("nobody waits for an answer in this case")
    return terms.warn_at(row.waiting_since, row.answer_due, percent)

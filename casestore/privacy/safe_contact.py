"""When a person may be written to without harm: kept with the conversation, and asked before anything is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from casestore.database import insert_once
from casestore.tables import ContactRuleRow, InboxRow, OutboxRow

LIVE = timedelta(minutes=10)  # the person has just written: they hold the phone
_MOMENT = timedelta(seconds=1)
WAITING, HELD = "waiting", "held"
NOTICE = "neutral:"  # how the `dedupe` of a notice begins
IS_HELD = literal(HELD, literal_execute=True)  # spelt out in the statement: else no partial index serves it
_LOOK_AGAIN = timedelta(days=1)  # at what waits for the person to write


@dataclass(frozen=True, slots=True)
class ContactRule:
    """What the person or their paralegal said about writing to them.

    `only_when_written`: never of our own accord. `hours`: from one full hour to another, in the person's `zone`.
    `neutral`: of our own accord only a notice that gives nothing away; the words wait until the person writes.
    """

    only_when_written: bool = False
    hours: tuple[int, int] | None = None
    zone: str = "UTC"
    neutral: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for hours that are none."""
        if self.hours is not None:
            begin, end = self.hours
            if not (0 <= begin <= 23 and 0 <= end <= 24) or begin == end:
                raise ValueError("the hours go from 0 to 23 and until 1 to 24, and may not be the same")

    @property
    def lets_everything(self) -> bool:
        """Whether there is no need to be careful."""
        return not (self.only_when_written or self.neutral or self.hours)

    def lets_words(self, now: datetime, heard: datetime | None) -> bool:
        """Whether any message may be sent now, where the person last wrote at `heard`."""
        if heard is not None and timedelta(0) <= now - heard <= LIVE:
            return True
        return not self.neutral and self.lets_notice(now)

    def lets_notice(self, now: datetime) -> bool:
        """Whether a notice that gives nothing away may be sent now."""
        return not self.only_when_written and self._in_hours(now)

    def next_look(self, now: datetime, *, notice: bool) -> datetime:
        """When to look again at something that may not be sent now."""
        if self.only_when_written or self.hours is None or (self.neutral and not notice):
            return now + _LOOK_AGAIN
        local = now.astimezone(ZoneInfo(self.zone))
        opens = local.replace(hour=self.hours[0], minute=0, second=0, microsecond=0, fold=0)
        days = 0 if opens > local else 1
        return max((opens + timedelta(days=days)).astimezone(now.tzinfo), now + timedelta(minutes=1))

    def _in_hours(self, now: datetime) -> bool:
        if self.hours is None:
            return True
        begin, end = self.hours
        hour = now.astimezone(ZoneInfo(self.zone)).hour
        return begin <= hour < end if begin < end else hour >= begin or hour < end


@dataclass(frozen=True, slots=True)
class Notice:
    """The one message that gives nothing away, and its button, in the person's language."""

    text: str
    button: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule in force, when the person last wrote, and the notice to send."""

    rule: ContactRule
    heard: datetime | None
    notice: Notice


class SafeContact:
    """Keeps the rules, and decides what of the outbox may go out."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, conversation_id: int | None) -> Standing | None:
        """The rule of a conversation; None where nothing was said about it."""
        return None if conversation_id is None else self._standings([conversation_id]).get(conversation_id)

    def choose(self, conversation_id: int, rule: ContactRule, notice: Notice, *, by: str, now: datetime) -> None:
        """Puts a rule in force; what waits is looked at again under it."""
        insert_once(
            self._session,
            ContactRuleRow,
            key=("conversation_id",),
            conversation_id=conversation_id,
            heard_at=self._session.scalar(
                select(func.max(InboxRow.received_at)).where(InboxRow.conversation_id == conversation_id)
            ),
            **_values(rule, notice, by, now),
        )
        self._session.execute(
            update(ContactRuleRow)
            .where(ContactRuleRow.conversation_id == conversation_id)
            .values(**_values(rule, notice, by, now))
        )
        self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.conversation_id == conversation_id, OutboxRow.status == HELD)
            .values(status=WAITING, next_try_at=now)
        )

    def heard(self, conversation_id: int, *, now: datetime) -> None:
        """The person has just written: what was withheld goes out now, after anything they were shown meanwhile."""
        standing = self.of(conversation_id)
        if standing is None:
            return
        rows = self._session.scalars(
            select(OutboxRow)
            .where(
                OutboxRow.conversation_id == conversation_id,
                (OutboxRow.status == HELD) | ((OutboxRow.status == WAITING) & (OutboxRow.attempts == 0)),
            )
            .order_by(OutboxRow.id)
        ).all()
        for row in rows:
            if _is_notice(row):
                self._put_last(row, HELD, now + LIVE + _MOMENT)
            elif row.status == HELD or not _allows(standing, row, now):
                self._put_last(row, WAITING, now)
        self._session.execute(
            update(ContactRuleRow).where(ContactRuleRow.conversation_id == conversation_id).values(heard_at=now)
        )

    def let_out(self, conversation_id: int, *, now: datetime) -> None:
        """Words may be sent again, and more are about to be written: those that were withheld go before them."""
        rows = self._session.scalars(
            select(OutboxRow)
            .where(OutboxRow.conversation_id == conversation_id, OutboxRow.status.in_([WAITING, HELD]))
            .order_by(OutboxRow.id)
        ).all()
        for row in rows:
            if row.status == HELD and not _is_notice(row):
                self._put_last(row, WAITING, now)

    def allowed(self, rows: Sequence[OutboxRow], *, now: datetime) -> list[OutboxRow]:
        """Those of the outbox rows of one channel that may be sent now; nothing is changed."""
        standings = self._standings({row.conversation_id for row in rows if row.conversation_id is not None})
        return [
            row
            for row in rows
            if (standing := standings.get(row.conversation_id or 0)) is None
            or (_allows(standing, row, now) and (not _is_notice(row) or self._is_needed(standing, row, now)))
        ]

    def sift(self, rows: Sequence[OutboxRow], *, now: datetime) -> list[OutboxRow]:
        """Like `allowed`; the others are held, or taken away where they are notices of nothing."""
        allowed = self.allowed(rows, now=now)
        kept = {row.id for row in allowed}
        for row in rows:
            if row.id not in kept:
                standing = self.of(row.conversation_id)
                if standing is not None:
                    self._hold(standing, row, now)
        self._session.flush()
        return allowed

    def release(self, channel: str, *, now: datetime) -> None:
        """What was held on that channel until about now is looked at again."""
        self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.channel == channel, OutboxRow.status == IS_HELD, OutboxRow.next_try_at <= now)
            .values(status=WAITING)
        )

    def _is_needed(self, standing: Standing, notice: OutboxRow, now: datetime) -> bool:
        """Whether a notice is due, and words are withheld that it tells of."""
        if notice.next_try_at > now:
            return False
        waiting = self._session.scalars(
            select(OutboxRow).where(
                OutboxRow.conversation_id == notice.conversation_id, OutboxRow.status.in_([WAITING, HELD])
            )
        )
        return any(not _is_notice(row) and not _allows(standing, row, now) for row in waiting)

    def _hold(self, standing: Standing, row: OutboxRow, now: datetime) -> None:
        if not _allows(standing, row, now):
            row.status, row.next_try_at = HELD, standing.rule.next_look(now, notice=_is_notice(row))
        elif row.next_try_at <= now:  # a notice of words that have been seen by now
            self._session.delete(row)

    def _put_last(self, row: OutboxRow, status: str, due: datetime) -> None:
        """The same message with a new number: a browser confirms by number all that it was given so far."""
        columns = {column.key: getattr(row, column.key) for column in OutboxRow.__table__.columns if column.key != "id"}
        self._session.delete(row)
        self._session.flush()
        self._session.add(OutboxRow(**{**columns, "status": status, "next_try_at": due}))
        self._session.flush()

    def _standings(self, ids: Iterable[int]) -> dict[int, Standing]:
        if not (wanted := list(ids)):
            return {}
        rows = self._session.scalars(select(ContactRuleRow).where(ContactRuleRow.conversation_id.in_(wanted)))
        return {row.conversation_id: _standing(row) for row in rows.all()}


def notice_due(standing: Standing, now: datetime) -> datetime:
    """When a notice may go out at the earliest: not while the person is here and sees the words themselves."""
    return now if standing.heard is None else max(now, standing.heard + LIVE + _MOMENT)


def _allows(standing: Standing, row: OutboxRow, now: datetime) -> bool:
    rule = standing.rule
    return rule.lets_notice(now) if _is_notice(row) else rule.lets_words(now, standing.heard)


def _is_notice(row: OutboxRow) -> bool:
    return row.dedupe.startswith(NOTICE)


def _standing(row: ContactRuleRow) -> Standing:
    hours = None if row.hours_from is None or row.hours_until is None else (row.hours_from, row.hours_until)
    rule = ContactRule(row.only_when_written, hours, row.zone, row.neutral)
    return Standing(rule, row.heard_at, Notice(row.notice, row.button))


def _values(rule: ContactRule, notice: Notice, by: str, now: datetime) -> dict[str, Any]:
    begin, end = rule.hours or (None, None)
    return {
        "only_when_written": rule.only_when_written,
        "hours_from": begin,
        "hours_until": end,
        "zone": rule.zone,
        "neutral": rule.neutral,
        "notice": notice.text,
        "button": notice.button,
        "by": by,
        "at": now,
    }

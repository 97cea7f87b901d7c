"""Nothing is kept longer than its schedule says: counted first, then removed in small batches."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from casestore.endings import forget_words
from casestore.errors import StoreError
from casestore.lifecycle import Status
from casestore.log.case_log import BOT
from casestore.privacy.consent import PARTNER, REFERRAL
from casestore.tables import (
    AgendaRow,
    AttachmentRow,
    CaseRow,
    ConsentRow,
    ConversationRow,
    DeskSessionRow,
    InboxRow,
    MessageRow,
    OutboxRow,
    PersonRow,
    ReferralRow,
)
from casestore.unit_of_work import Store, UnitOfWork

SCHEDULE = Path(__file__).with_name("retention.yml")
BATCH = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days one kind is kept after `since`; None for ever. `places` are those of single jurisdictions."""

    id: str
    title: str
    since: str
    why: str
    days: int | None
    places: Mapping[str, int] = field(default_factory=dict)

    def cutoff(self, now: datetime) -> ColumnElement[Any]:
        """What closed before this time is over, by the place of the case."""
        general = literal(now - timedelta(days=self.days or 0), CaseRow.closed_at.type)
        of_places = [
            (CaseRow.jurisdiction == place, literal(now - timedelta(days=days), CaseRow.closed_at.type))
            for place, days in self.places.items()
        ]
        return case(*of_places, else_=general) if of_places else general


def load_schedule(path: Path = SCHEDULE) -> tuple[Rule, ...]:
    """Reads the schedule; raises StoreError naming the file and the kind that is wrong or missing."""
    try:
        kinds = yaml.safe_load(path.read_text(encoding="utf-8"))["kinds"]
        rules = tuple(_rule(kind) for kind in kinds)
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{path} is no retention schedule: {' '.join(str(error).split())}") from None
    ids = [rule.id for rule in rules]
    if wrong := sorted(set(ids) ^ (_KINDS.keys() | _KEPT)) or [id_ for id_ in ids if ids.count(id_) > 1]:
        raise StoreError(f"{path}: each kind is there once; look at {', '.join(wrong)}")
    return rules


def _rule(kind: dict[str, Any]) -> Rule:
    days = kind.get("days")
    places = {place: each["days"] for place, each in kind.get("places", {}).items()}
    if any(not isinstance(each, int) or each < 0 for each in (days or 0, *places.values())):
        raise ValueError(f"{kind['id']}: days are a whole number")
    if days is not None and kind["id"] in _KEPT:
        raise ValueError(f"{kind['id']} cannot be removed")
    return Rule(kind["id"], kind["title"], kind["from"], kind["why"], days, places)


def due(uow: UnitOfWork, rule: Rule, *, now: datetime) -> int:
    """How many of that kind are over."""
    if rule.days is None:
        return 0
    found = _KINDS[rule.id].over(rule, now).subquery()
    return uow.session.scalar(select(func.count()).select_from(found)) or 0


def run(store: Store, rules: tuple[Rule, ...], *, now: datetime, actor: str) -> dict[str, int]:
    """Removes what is over, a short transaction at a time; returns how many of each kind, which the log has too."""
    removed = {rule.id: sum(_batches(store, rule, now)) for rule in rules if rule.days is not None}
    with store.unit_of_work() as uow:
        uow.log.note_office("retention_run", actor=actor, now=now, **removed)
    return removed


def _batches(store: Store, rule: Rule, now: datetime) -> Iterator[int]:
    kind = _KINDS[rule.id]
    while True:
        with store.unit_of_work() as uow:
            ids = list(uow.session.scalars(kind.over(rule, now).limit(BATCH)))
            if ids:
                kind.remove(uow, ids, now)
        yield len(ids)
        if len(ids) < BATCH:
            return


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which rows are over, by their key, and how they go."""

    over: Callable[[Rule, datetime], Select[Any]]
    remove: Callable[[UnitOfWork, list[Any], datetime], None]


def _before(rule: Rule, now: datetime) -> datetime:
    return now - timedelta(days=rule.days or 0)


def _closed(column: InstrumentedAttribute[Any], rule: Rule, now: datetime) -> Select[Any]:
    """The values of that column of which every case closed long ago."""
    over = and_(CaseRow.status == Status.CLOSED, CaseRow.closed_at < rule.cutoff(now))
    return select(column).where(column.is_not(None)).group_by(column).having(func.max(case((over, 0), else_=1)) == 0)


def _quiet(rule: Rule, now: datetime) -> ColumnElement[bool]:
    """Whether nothing was said in a conversation for that long."""
    last = select(func.max(MessageRow.at)).where(MessageRow.conversation_id == ConversationRow.id).scalar_subquery()
    return and_(ConversationRow.started_at < _before(rule, now), or_(last.is_(None), last < _before(rule, now)))


def _sessions(rule: Rule, now: datetime) -> Select[Any]:
    worked_on = select(CaseRow.id).where(CaseRow.conversation_id == ConversationRow.id, CaseRow.status != Status.CLOSED)
    kept = ConversationRow.session_sealed.is_not(None)
    return select(ConversationRow.id).where(kept, ~worked_on.exists(), _quiet(rule, now))


def _strangers(rule: Rule, now: datetime) -> Select[Any]:
    cases = select(CaseRow.id).where(CaseRow.person_id == PersonRow.id)
    talking = select(ConversationRow.id).where(ConversationRow.person_id == PersonRow.id, ~_quiet(rule, now))
    return select(PersonRow.id).where(PersonRow.created_at < _before(rule, now), ~cases.exists(), ~talking.exists())


def _replaced(rule: Rule, now: datetime) -> Select[Any]:
    newer = aliased(ConsentRow)
    later = select(newer.id).where(
        newer.person_id == ConsentRow.person_id, newer.purpose == ConsentRow.purpose, newer.id > ConsentRow.id
    )
    # One to a referral or a share is about that alone: an answer about another does not replace it.
    replaced = (ConsentRow.purpose.not_in((REFERRAL, PARTNER)), later.exists())
    return select(ConsentRow.id).where(ConsentRow.at < _before(rule, now), *replaced)


def _notes(rule: Rule, now: datetime) -> Select[Any]:
    kept = or_(
        CaseRow.assessment_sealed.is_not(None),
        CaseRow.note_sealed.is_not(None),
        exists().where(AgendaRow.case_id == CaseRow.id, AgendaRow.what_sealed.is_not(None)),
        exists().where(ReferralRow.case_id == CaseRow.id, ReferralRow.shared_sealed.is_not(None)),
    )
    return select(CaseRow.id).where(kept, CaseRow.status == Status.CLOSED, CaseRow.closed_at < rule.cutoff(now))


def _deleting(column: InstrumentedAttribute[Any]) -> Callable[[UnitOfWork, list[Any], datetime], None]:
    def remove(uow: UnitOfWork, ids: list[Any], now: datetime) -> None:
        uow.session.execute(delete(column.class_).where(column.in_(ids)))

    return remove


def _blank_sessions(uow: UnitOfWork, ids: list[Any], now: datetime) -> None:
    uow.session.execute(update(ConversationRow).where(ConversationRow.id.in_(ids)).values(session_sealed=None))


def _blank_notes(uow: UnitOfWork, ids: list[Any], now: datetime) -> None:
    uow.session.execute(update(CaseRow).where(CaseRow.id.in_(ids)).values(assessment_sealed=None, note_sealed=None))
    forget_words(uow.session, select(CaseRow.id).where(CaseRow.id.in_(ids)))


def _forget_files(uow: UnitOfWork, ids: list[Any], now: datetime) -> None:
    uow.attachments.forget(ids)


def _erase_people(uow: UnitOfWork, ids: list[Any], now: datetime) -> None:
    for person_id in ids:
        uow.erasure.erase(person_id, now=now, actor=BOT)


_KEPT = frozenset({"log", "statistics"})
_KINDS: dict[str, _Kind] = {
    "staff_sessions": _Kind(
        lambda rule, now: select(DeskSessionRow.token_digest).where(DeskSessionRow.expires_at < _before(rule, now)),
        _deleting(DeskSessionRow.token_digest),
    ),
    "inbox": _Kind(
        lambda rule, now: select(InboxRow.id).where(
            or_(InboxRow.done_at.is_not(None), InboxRow.conversation_id.is_(None)),
            InboxRow.received_at < _before(rule, now),
        ),
        _deleting(InboxRow.id),
    ),
    "outbox": _Kind(
        lambda rule, now: select(OutboxRow.id).where(
            OutboxRow.status.in_(["sent", "failed"]), OutboxRow.created_at < _before(rule, now)
        ),
        _deleting(OutboxRow.id),
    ),
    "sessions": _Kind(_sessions, _blank_sessions),
    "attachments": _Kind(
        lambda rule, now: select(AttachmentRow.id).where(
            AttachmentRow.conversation_id.in_(_closed(CaseRow.conversation_id, rule, now))
        ),
        _forget_files,
    ),
    "messages": _Kind(
        lambda rule, now: select(MessageRow.id).where(
            MessageRow.conversation_id.in_(_closed(CaseRow.conversation_id, rule, now))
        ),
        _deleting(MessageRow.id),
    ),
    "notes": _Kind(_notes, _blank_notes),
    "consents": _Kind(_replaced, _deleting(ConsentRow.id)),
    "strangers": _Kind(_strangers, _erase_people),
    "people": _Kind(lambda rule, now: _closed(CaseRow.person_id, rule, now), _erase_people),
}

"""Fills a case store with as many cases as asked: a few lives are lived through the store's own doors, then copied.

A copy has ids, a person, a key, an address, a reference, places, staff and days of its own, and everything sealed is
sealed anew with its own person's key; so any table that a life touches is filled, whatever its columns are.
"""

import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, String, Table, UniqueConstraint, func, select

from casestore.access import Role
from casestore.attachments import AttachmentFiles
from casestore.cases import URGENCIES, NewCase
from casestore.database import open_engine
from casestore.errors import SealBroken
from casestore.keys.encryption import Box, Keyring
from casestore.offices import HOME
from casestore.privacy.consent import CASE, PARTNER, STATISTICS, Consent
from casestore.reference import ALPHABET, check_sign
from casestore.tables import Base, CaseShareRow, ContactRuleRow, OfficeRow, StaffRow
from casestore.unit_of_work import Store

LIVED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # when the lives that are copied were lived
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
YEARS = 6
CHANNEL = "telegram"
STAFF, OFFICES = 200, 8
CHUNK = 5_000
SHARED = ("staff", "offices")
LOOSE = {
    "conversation_id": "conversations",
    "message_id": "messages",
    "case_id": "cases",
}  # known without a foreign key
PLACES = ("gauteng", "western-cape", "kwazulu-natal", "limpopo", "free-state", "eastern-cape", None)
LANGUAGES = ("en", "en", "en", "af", "zu", "xh", "st")
_ADDRESS = "the-address-of-a-life"
_STAFF_ACTOR = re.compile(r"staff:\d+")
_STORIES = (
    "My landlord put a new lock on the door this morning and my children and I are outside.",
    "They took R420 from my grant again. I never agreed to it. What can I do?",
    "I was told on Friday not to come back to work. No hearing, no letter, nothing. They owe me for November too. " * 2,
    "we need an id for my son he is 16",
    "The municipality cut the water. We have paid. I have the slips of the last three months here with me.",
    "My husband passed away and his brother says that the house is his now. We were married by custom, not in court.",
)
_WITH_EXTRAS = (1, 4)  # a photo, a partner organisation that sees the case, a rule for writing
_ISSUES = (
    "housing.lockout",
    "benefits.deductions",
    "work.dismissal",
    "documents.id",
    "housing.utilities",
    "family.estate",
)


def fill(store: Store, *, cases: int, open_cases: int, seed: int = 1) -> None:
    """Adds cases until there are that many, `open_cases` of them open and the others closed over some years.

    The database must be migrated, and on PostgreSQL its user a superuser: foreign keys are not checked row by row.
    """
    _add_staff(store)
    copier = _Copier(store, seed)
    missing = cases - copier.there
    open_now = open_cases - copier.open
    read = cache(partial(_read_life, store.keyring))
    closed, opened = [read(stage) for stage in _CLOSED], [read(stage) for stage in _OPEN]
    for start in range(0, missing, CHUNK):
        stop = min(start + CHUNK, missing)
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for number in range(start, stop):
            copier.copy(copier.chance.choice(opened if number >= missing - open_now else closed), rows, number, missing)
        with store.engine.begin() as connection:
            _write(connection, rows)
    with store.engine.begin() as connection:
        _after(connection)
    store.engine.dispose()  # who comes next has the connections that everybody has


# -- lives ------------------------------------------------------------------------------------------------------------


def _live(store: Store, stage: str, story: int) -> None:
    """Five messages between a person, the bot and a paralegal, up to the stage that the case has reached."""
    at = LIVED + timedelta(minutes=5)
    with store.unit_of_work() as uow:
        chat = uow.conversations.find_or_start(CHANNEL, _ADDRESS, now=LIVED)
        for turn, words in enumerate((_STORIES[story], "yes, please open a case")):
            uow.inbox.store(chat, external_id=f"{turn}", body=json.dumps({"kind": "text", "text": words}), now=LIVED)
            uow.messages.add(chat, "person", words, now=LIVED)
            answer = uow.messages.add(
                chat, "bot", "Thank you for telling me. Shall I ask a paralegal to help you?" * 2, now=at,
                choices=(("yes", "Yes, please"), ("no", "No, thank you")),
            )  # fmt: skip
            uow.outbox.put(
                channel=CHANNEL, address=_ADDRESS, text="x", dedupe=f"in:{turn}", now=at,
                conversation_id=chat.id, message_id=answer,
            )  # fmt: skip
        if story in _WITH_EXTRAS:
            uow.attachments.keep(
                chat, message_id=answer - 1, content=b"a photo", name="photo.jpg", media_type="image/jpeg", now=at
            )
        uow.inbox.mark_done([arrival.id for arrival in uow.inbox.waiting(chat)], now=at)
        for purpose in (CASE, STATISTICS):
            uow.consents.note(chat.person_id, Consent(purpose, True, "consent.case@1", "en", at))
        uow.conversations.save_session(chat.id, json.dumps({"asked": None, "facts": {"story": _STORIES[story]}}))
        case = uow.cases.open(chat, _new_case(story), now=at)
        if story in _WITH_EXTRAS:
            yes = uow.consents.note(chat.person_id, Consent(PARTNER, True, "case.partner@1", "en", at, office_id=HOME))
            uow.session.add(CaseShareRow(case_id=case.id, office_id=HOME, at=at, consent_id=yes))
            rule = ContactRuleRow(conversation_id=chat.id, only_when_written=False, zone="UTC", neutral=False, at=at)
            rule.notice, rule.button, rule.by = "", "", "person"
            uow.session.add(rule)
    staff_id = _staff(store)[0][0]
    with store.unit_of_work() as uow:
        if stage != "waiting":
            uow.cases.claim(case.id, staff_id=staff_id, now=at + timedelta(hours=3))
            said = uow.messages.add(chat, "paralegal", "I have read it. This is what we do.", now=at, staff_id=staff_id)
            uow.outbox.put(
                channel=CHANNEL, address=_ADDRESS, text="x", dedupe=f"said:{said}", now=at,
                conversation_id=chat.id, message_id=said,
            )  # fmt: skip
            uow.cases.answered(case.id, staff_id=staff_id, now=at + timedelta(hours=4))
        else:
            uow.messages.add(chat, "person", "Is anybody there?", now=at)
            uow.cases.person_wrote(case, now=at)
        if stage == "referred":
            uow.cases.refer(case.id, staff_id=staff_id, to="legal_aid", now=at + timedelta(days=1))
        if stage == "closed":
            note = "Rang the landlord: the lock is off."
            uow.cases.close(case.id, staff_id=staff_id, outcome="resolved", note=note, now=at + timedelta(days=12))
        for letter in uow.outbox.waiting_for(CHANNEL, _ADDRESS, now=at):
            uow.outbox.mark_sent(letter.id, now=at)
        if stage != "closed":  # and something that is to be said much later
            uow.outbox.put(
                channel=CHANNEL, address=_ADDRESS, text="x", dedupe="later", now=at, conversation_id=chat.id,
                not_before=at + timedelta(days=9999),
            )  # fmt: skip


_CLOSED = tuple(("closed", story) for story in range(len(_STORIES)))
_OPEN = tuple(
    (stage, story) for story in range(len(_STORIES)) for stage in ("waiting", "waiting", "claimed", "referred")
)


def _new_case(story: int) -> NewCase:
    urgency = URGENCIES[(0, 3, 2, 3, 1, 3)[story]]
    due = (LIVED + timedelta(days=30)).date() if urgency == "soon" else None
    reasons = [{"because": _STORIES[story], "source": "a rule"} for _ in range(4)]
    return NewCase(
        jurisdiction="za", place="gauteng", language="en", issues=(_ISSUES[story],), flags=(), urgency=urgency, due=due,
        versions={"model": "m", "taxonomy": "t", "script": "s", "wording": "w", "pack": "za@1"},
        assessment={"reasons": reasons, "facts": {"story": _STORIES[story]}}, understood=_ISSUES[story],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Life:
    """The rows of one life, table by table, with what is sealed already opened; and the id that each row had."""

    rows: dict[str, list[dict[str, Any]]]
    places: dict[str, dict[Any, int]]  # table → old id → how many rows of that table came before it


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a sealed column held, what it is called there, and whether the office's key sealed it."""

    plain: str
    context: str
    by_office: bool


def _read_life(keyring: Keyring, stage: tuple[str, int]) -> _Life:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine("sqlite://")  # in memory
        Base.metadata.create_all(engine)
        store = Store(engine, keyring, AttachmentFiles(Path(folder)))
        _add_staff(store, number=1, offices=1)
        _live(store, *stage)
        with engine.connect() as connection:
            person = connection.execute(select(Base.metadata.tables["people"])).mappings().one()
            box = keyring.person_box(person["id"], person["key_wrapped"])
            rows = {
                table.name: [
                    _opened_row(table, dict(row), box, keyring) for row in connection.execute(select(table)).mappings()
                ]
                for table in Base.metadata.sorted_tables
                if table.name not in SHARED
            }
        engine.dispose()
    places = {
        name: {row["id"]: place for place, row in enumerate(found)}
        for name, found in rows.items()
        if found and "id" in found[0]
    }
    return _Life({name: found for name, found in rows.items() if found}, places)


def _opened_row(table: Table, row: dict[str, Any], box: Box, keyring: Keyring) -> dict[str, Any]:
    for name, value in row.items():
        if name.endswith("_sealed") and value is not None:
            context = f"{table.name}.{name.removesuffix('_sealed')}"
            try:
                row[name] = _Opened(box.open_text(value, context), context, by_office=False)
            except SealBroken:
                row[name] = _Opened(keyring.open_office(value, context).decode(), context, by_office=True)
    return row


# -- copies -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Copy:
    """What one copy has of its own."""

    number: int
    shift: timedelta
    person_id: str
    key_wrapped: bytes
    seal: AESGCM
    address: str
    address_index: str
    reference: str
    staff_id: int
    office_id: int
    place: str | None
    language: str
    ids: dict[str, int] = field(default_factory=dict)


Maker = Callable[[_Copy], Any]


class _Copier:
    """Makes copies of lives; knows which ids and references are taken."""

    def __init__(self, store: Store, seed: int) -> None:
        self._keyring, self._dialect = store.keyring, store.engine.dialect
        self._office = AESGCM(store.keyring.office_box().key)
        self._staff = _staff(store)
        self._next: dict[str, int] = {}
        self._plans: dict[int, list[tuple[str, list[Maker]]]] = {}
        with store.engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                if "id" in table.c and not isinstance(table.c.id.type, String):
                    self._next[table.name] = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
            cases = Base.metadata.tables["cases"]
            self._taken = set(connection.scalars(select(cases.c.reference)))
            self.open = connection.scalar(select(func.count()).where(cases.c.closed_at.is_(None))) or 0
        self.there = len(self._taken)
        self.chance = random.Random(f"{seed}:{self.there}")

    def copy(self, life: _Life, rows: dict[str, list[tuple[Any, ...]]], number: int, of: int) -> None:
        """One more copy; the closed ones are spread over the years before the open ones."""
        copy = self._new(number, of, open_=not any(row["closed_at"] for row in life.rows["cases"]))
        for name, found in life.rows.items():
            if name in self._next:
                copy.ids[name] = self._next[name]
                self._next[name] += len(found)
        plan = self._plans.get(id(life))
        if plan is None:
            plan = self._plans[id(life)] = [
                (
                    name,
                    [self._maker(life, Base.metadata.tables[name].c[column], value) for column, value in row.items()],
                )
                for name, found in life.rows.items()
                for row in found
            ]
        for name, makers in plan:
            rows.setdefault(name, []).append(tuple([make(copy) for make in makers]))

    def _new(self, number: int, of: int, *, open_: bool) -> _Copy:
        chance, keyring = self.chance, self._keyring
        number += self.there
        days = chance.uniform(0, 20) if open_ else 20 + (1 - number / (self.there + of)) * 365 * YEARS
        person_id, address = f"{chance.getrandbits(128):032x}", f"{10**9 + number}"
        wrapped = keyring.new_person_key(person_id)
        key = keyring.person_box(person_id, wrapped).key
        staff_id, office_id = chance.choice(self._staff)
        while (reference := self._reference()) in self._taken:
            pass
        self._taken.add(reference)
        return _Copy(
            number, NOW - LIVED - timedelta(days=days, seconds=chance.random() * 3600), person_id, wrapped, AESGCM(key),
            address, keyring.blind_index(CHANNEL, address), reference, staff_id, office_id,
            chance.choice(PLACES), chance.choice(LANGUAGES),
        )  # fmt: skip

    def _reference(self) -> str:
        body = "".join(self.chance.choices(ALPHABET, k=7))
        return f"{body[:4]}-{body[4:]}{check_sign(body)}"

    def _maker(self, life: _Life, column: Column[Any], value: Any) -> Maker:
        """How a copy's value of that column comes about."""
        table, name = column.table, column.name
        if value is None:
            return lambda copy: None
        if isinstance(value, _Opened):
            return self._sealer(value)
        if name in ("person_id", "key_wrapped", "address_index", "reference", "place", "language", "office_id"):
            return lambda copy: getattr(copy, name)
        if table.name == "people" and name == "id":
            return lambda copy: copy.person_id
        target = table.name if name == "id" else next((key.column.table.name for key in column.foreign_keys), None)
        target = target or LOOSE.get(name)
        if target == "staff":
            return lambda copy: copy.staff_id
        if target is not None:
            place = life.places[target][value]
            return lambda copy: copy.ids[target] + place
        return self._other(column, value)

    def _other(self, column: Column[Any], value: Any) -> Maker:
        """Days move, what must be unique gets a number, and everything else stays what it was."""
        process = column.type.dialect_impl(self._dialect).bind_processor(self._dialect) or (lambda given: given)
        if isinstance(value, datetime):
            return lambda copy: process(value + copy.shift)
        if isinstance(value, date):
            return lambda copy: process(value + timedelta(days=copy.shift.days))
        if isinstance(value, str) and _STAFF_ACTOR.fullmatch(value):
            return lambda copy: f"staff:{copy.staff_id}"
        if isinstance(value, str) and _unique(column):
            return lambda copy: f"{value}:{copy.number}"
        constant = process(value)
        return lambda copy: constant

    def _sealer(self, opened: _Opened) -> Maker:
        context, by_office, office = opened.context.encode(), opened.by_office, self._office
        before, _, after = opened.plain.partition(_ADDRESS)
        own, start, end = _ADDRESS in opened.plain, before.encode(), after.encode()
        bits = random.SystemRandom().randbytes

        def seal(copy: _Copy) -> bytes:
            nonce = bits(12)
            plain = start + copy.address.encode() + end if own else start
            return nonce + (office if by_office else copy.seal).encrypt(nonce, plain, context)

        return seal


def _unique(column: Column[Any]) -> bool:
    found = [each for each in column.table.constraints if isinstance(each, UniqueConstraint)]
    return bool(column.unique) or any(column.name in each.columns for each in found if column.name != "channel")


# -- writing ----------------------------------------------------------------------------------------------------------


def _write(connection: Connection, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """All rows in as few steps as the database offers."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name in _in_order(rows):
                with cursor.copy(f"COPY {name} ({_columns(name)}) FROM STDIN") as copy:
                    for row in rows[name]:
                        copy.write_row(row)
        return
    driver.execute("PRAGMA cache_size = -400000")  # kilobytes: new rows fall all over some indexes
    for name in _in_order(rows):
        marks = ",".join("?" * len(Base.metadata.tables[name].c))
        driver.executemany(f"INSERT INTO {name} ({_columns(name)}) VALUES ({marks})", rows[name])  # noqa: S608


def _in_order(rows: dict[str, Any]) -> Iterator[str]:
    return (table.name for table in Base.metadata.sorted_tables if table.name in rows)


def _columns(name: str) -> str:
    return ", ".join(column.name for column in Base.metadata.tables[name].c)


def _after(connection: Connection) -> None:
    """PostgreSQL counts its ids apart from its rows."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c and not isinstance(table.c.id.type, String):
            ids = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
            connection.execute(
                select(func.setval(ids, select(func.coalesce(func.max(table.c.id), 1)).scalar_subquery()))
            )


def _staff(store: Store) -> list[tuple[int, int]]:
    """Who works there: their number, and that of their office."""
    with store.engine.begin() as connection:
        return [(row[0], row[1]) for row in connection.execute(select(StaffRow.id, StaffRow.office_id))]


def _add_staff(store: Store, number: int = STAFF, offices: int = OFFICES) -> None:
    """Offices of one network, each with a supervisor and paralegals. Nobody can sign in: good digests take long."""
    with store.unit_of_work() as uow:
        if uow.staff.count():
            return
        if not uow.offices.all():  # tables that no migration made, or that were emptied
            uow.session.add(OfficeRow(id=HOME, name="Home", created_at=LIVED))
            uow.session.flush()
        ids = [uow.offices.add(f"Office {each}", now=LIVED, part_of=HOME).id for each in range(offices)]
        for each in range(number):
            role = Role.SUPERVISOR if each < offices else Role.PARALEGAL
            name, office_id = f"staff{each}", ids[each % offices]
            row = StaffRow(username=name, name=name, password="!", role=role, office_id=office_id, created_at=LIVED)
            uow.session.add(row)

"""Kills processes that work one store at random instants, and the server too, and counts what was lost or doubled."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casestore.database import migrate, open_engine
from casestore.errors import SealBroken, StoreUnavailable
from casestore.keys.encryption import Box, create_keyring
from casestore.tables import CaseRow, ConversationRow, InboxRow, LogRow, MessageRow, OutboxRow, PersonRow
from casestore.unit_of_work import Store
from tests.builders import a_paralegal
from tests.store_load import Place, Running, everybody, send, sit, write

STAFF = 2
_WHOLE_EVERY = 50  # kills between two looks at everything
_LATELY = 20  # acknowledged messages looked for after each kill
_ALL_AT_ONCE = 0.1  # share of the kills that end every process
_SERVER_TOO = 0.05  # share that end the database server instead, where there is one of our own


@dataclass(slots=True)
class Outcome:
    """What came of it. `again` counts letters shown twice because the sender ended before even its journal knew."""

    kills: int = 0
    processes: int = 0
    servers: int = 0
    arrivals: int = 0
    steps: int = 0
    letters: int = 0
    again: int = 0
    lost: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    seconds: float = 0.0


def crash(
    url: str,
    folder: Path,
    *,
    kills: int,
    seed: int,
    pause: float = 0.5,
    first: int = 0,
    crash_server: Callable[[], None] | None = None,
) -> Outcome:
    """Kills that many times, at most `pause` seconds apart; looks after each kill, and at the end at everything.

    Before the first kill everybody works in peace until `first` messages are acknowledged.
    """
    chance, start, outcome = random.Random(seed), time.monotonic(), Outcome()
    place = Place(url, folder)
    store = _new_store(place)
    with store.unit_of_work() as uow:
        staff = [a_paralegal(uow, f"desk{number}").id for number in range(STAFF)]
    running = list(everybody(place, staff))
    while sum(len(_last(place, writer, whole=True)) for writer in (1, 2)) < first:
        time.sleep(0.05)
    for kill in range(1, kills + 1):
        time.sleep(chance.uniform(0.02, pause))
        if crash_server is not None and chance.random() < _SERVER_TOO:
            crash_server()
            outcome.servers += 1
        else:
            victims = running if chance.random() < _ALL_AT_ONCE else [chance.choice(running)]
            for each in victims:
                each.kill()
            for each in victims:
                each.start()
            outcome.processes += len(victims)
        outcome.kills = kill
        _look(store, place, outcome, whole=kill % _WHOLE_EVERY == 0)
    _finish(store, place, running)
    _look(store, place, outcome, whole=True)
    with store.reading() as look:
        _check_letters(look.session, place, outcome, kills=sum(each.kills for each in running if each.role is send))
        for each in running:
            if each.role is sit:
                _check_steps(look.session, place, each, outcome)
    store.engine.dispose()
    outcome.seconds = time.monotonic() - start
    return outcome


def _new_store(place: Place) -> Store:
    create_keyring(place.folder / "keys.json")
    engine = open_engine(place.url)
    migrate(engine)
    engine.dispose()
    return place.open()


def _finish(store: Store, place: Place, running: list[Running]) -> None:
    """Nobody writes any more; what waits is worked, answered and sent; then everybody stops by themselves."""
    place.say("stop writing")
    codes = [each.end() for each in running if each.role is write]
    waiting = (
        select(func.count()).where(InboxRow.done_at.is_(None)),
        select(func.count()).where(OutboxRow.status == "waiting"),
        select(func.count()).where(CaseRow.closed_at.is_(None)),
    )
    for _ in range(1200):
        with store.reading() as look:
            if not any(look.session.scalar(each) for each in waiting):
                break
        time.sleep(0.1)
    place.say("stop")
    codes += [each.end() for each in running if each.role is not write]
    assert not any(codes), f"a process ended with {codes}"


def _look(store: Store, place: Place, outcome: Outcome, *, whole: bool) -> None:
    """The store opens, and knows what was acknowledged lately; or all of it, and everything in it is in order."""
    for attempt in range(100):
        acknowledged = [f"{writer}:{line[0]}" for writer in (1, 2) for line in _last(place, writer, whole=whole)]
        try:
            with store.reading() as look:
                _see_one_moment(look.session)
                _check_arrivals(look.session, acknowledged, outcome)
                if whole:
                    outcome.arrivals = len(acknowledged)
                    _check_transcripts(store, look.session, outcome)
                    _check_claims(look.session, outcome)
                    _check_file(look.session, outcome)
            return
        except StoreUnavailable:
            time.sleep(0.1)
            if attempt == 99:
                outcome.broken.add("the store does not open")


def _see_one_moment(session: Session) -> None:
    """All that is read belongs together, while others go on writing; on SQLite that is so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _last(place: Place, writer: int, *, whole: bool) -> list[list[str]]:
    lines = place.ledger(f"writer{writer}").lines()
    return lines if whole else lines[-_LATELY:]


def _check_arrivals(session: Session, acknowledged: list[str], outcome: Outcome) -> None:
    """Every message that was acknowledged is there, once."""
    there: Counter[str] = Counter()
    for start in range(0, len(acknowledged), 500):
        some = acknowledged[start : start + 500]
        there.update(session.scalars(select(InboxRow.external_id).where(InboxRow.external_id.in_(some))))
    outcome.lost |= {f"arrival {each}" for each in acknowledged if not there[each]}
    outcome.doubled |= {f"arrival {each}" for each in acknowledged if there[each] > 1}


def _check_transcripts(store: Store, session: Session, outcome: Outcome) -> None:
    """Every message worked stands in the transcript once, in its order, with its answer; and all sealed bytes open."""
    boxes = {
        row.id: store.keyring.person_box(row.person_id, row.key_wrapped)
        for row in session.execute(
            select(ConversationRow.id, ConversationRow.person_id, PersonRow.key_wrapped).join(PersonRow)
        )
    }
    worked: dict[int, list[str]] = defaultdict(list)
    written: dict[int, list[str]] = defaultdict(list)
    for row in session.scalars(select(InboxRow).where(InboxRow.done_at.is_not(None)).order_by(InboxRow.id)):
        worked[row.conversation_id or 0] += [row.external_id, f"to:{row.external_id}"]
    for line in session.scalars(select(MessageRow).order_by(MessageRow.id)):
        said = _open(boxes[line.conversation_id], line.body_sealed, "messages.body", outcome)
        if line.sender != "paralegal":
            written[line.conversation_id].append(said.split('"')[3])
    for chat, expected in worked.items():
        missing, more = Counter(expected) - Counter(written[chat]), Counter(written[chat]) - Counter(expected)
        outcome.lost |= {f"line {each}" for each in missing}
        outcome.doubled |= {f"line {each}" for each in more}
        if not missing and not more and written[chat] != expected:
            outcome.broken.add(f"chat {chat} is not in order")
    for chat_row in session.scalars(select(ConversationRow)):
        _open(boxes[chat_row.id], chat_row.address_sealed, "conversations.address", outcome)
        _open(boxes[chat_row.id], chat_row.session_sealed, "conversations.session", outcome)
    for case in session.scalars(select(CaseRow)):
        _open(boxes[case.conversation_id or 0], case.assessment_sealed, "cases.assessment", outcome)
        _open(boxes[case.conversation_id or 0], case.note_sealed, "cases.note", outcome)
    for letter in session.scalars(select(OutboxRow)):
        _open(store.keyring.office_box(), letter.body_sealed, "outbox.body", outcome)


def _open(box: Box, sealed: bytes | None, context: str, outcome: Outcome) -> str:
    try:
        return "" if sealed is None else box.open_text(sealed, context)
    except SealBroken:
        outcome.broken.add(f"sealed bytes of {context} do not open")
        return '{"text": ""'


def _check_claims(session: Session, outcome: Outcome) -> None:
    """Nobody claims a case that somebody holds; who holds it is who claimed it last."""
    holders: dict[int, str | None] = {}
    for line in session.scalars(select(LogRow).where(LogRow.case_id.is_not(None)).order_by(LogRow.id)):
        if line.kind == "claimed":
            if holders.get(line.case_id) is not None:
                outcome.doubled.add(f"claim of case {line.case_id}")
            holders[line.case_id] = line.actor
        elif line.kind in ("closed", "released"):
            if line.actor != holders.get(line.case_id):
                outcome.broken.add(f"case {line.case_id} was closed by somebody who did not hold it")
            holders[line.case_id] = None
    for case in session.scalars(select(CaseRow).where(CaseRow.closed_at.is_(None))):
        held = None if case.claimed_by is None else f"staff:{case.claimed_by}"
        if held != holders.get(case.id):
            outcome.broken.add(f"case {case.id} is held by {held} and was claimed by {holders.get(case.id)}")


def _check_file(session: Session, outcome: Outcome) -> None:
    """What SQLite itself says of its file."""
    if session.get_bind().dialect.name == "sqlite":
        answer = session.scalar(text("PRAGMA integrity_check"))
        if answer != "ok" or session.execute(text("PRAGMA foreign_key_check")).first() is not None:
            outcome.broken.add(f"integrity_check: {answer}")


def _check_letters(session: Session, place: Place, outcome: Outcome, *, kills: int) -> None:
    """Every letter was shown, and in its order; twice only where the sender was killed before its journal knew."""
    lines = place.ledger("shown").lines()
    letters = list(session.execute(select(OutboxRow.id, OutboxRow.dedupe, OutboxRow.status).order_by(OutboxRow.id)))
    outcome.letters = len(letters)
    answered = {dedupe for _, dedupe, _ in letters}
    worked = session.scalars(select(InboxRow.id).where(InboxRow.done_at.is_not(None)))
    outcome.lost |= {f"answer to {id_}" for id_ in worked if f"in:{id_}" not in answered}
    shown: dict[str, list[int]] = defaultdict(list)
    noted: set[int] = set()
    for word, number, *address in lines:
        if word == "noted":
            noted.add(int(number))
        elif int(number) in noted:
            outcome.doubled.add(f"letter {number}")
        elif int(number) in shown[address[0]]:
            outcome.again += 1
        else:
            shown[address[0]].append(int(number))
    all_shown = {number for numbers in shown.values() for number in numbers}
    outcome.lost |= {f"letter {id_}" for id_, _, status in letters if id_ not in all_shown or status != "sent"}
    outcome.broken |= {f"letters to {address} out of order" for address, ids in shown.items() if ids != sorted(ids)}
    if outcome.again > 16 * kills:  # as many as are under way at once
        outcome.broken.add(f"{outcome.again} letters were sent again in {kills} kills of the sender")


def _check_steps(session: Session, place: Place, desk: Running, outcome: Outcome) -> None:
    """The log has each step that a paralegal was told is done, in their order; and at most one more for each kill."""
    told = place.ledger(f"desk{desk.number}").lines()
    logged = session.execute(
        select(LogRow.kind, CaseRow.reference)
        .join(CaseRow, CaseRow.id == LogRow.case_id)
        .where(LogRow.actor == f"staff:{desk.number}", LogRow.kind.in_(["claimed", "answered", "closed"]))
        .order_by(LogRow.id)
    ).all()
    outcome.steps += len(told)
    place_in_log: Iterator[list[str]] = iter([[kind, reference] for kind, reference in logged])
    outcome.lost |= {" ".join(step) for step in told if step not in place_in_log}
    if len(logged) - len(told) > desk.kills + outcome.servers:
        outcome.doubled.add(f"steps of desk {desk.number}: {len(logged)} in the log, {len(told)} told")

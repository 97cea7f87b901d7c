"""Processes that work one store at once: channels that bring messages, workers, paralegals and a sender.

Each writes down what it was told is done in a ledger outside the store, as a person's phone or a paralegal's memory
would keep it; started again after a kill, it goes on from there.
"""

import asyncio
import itertools
import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.delivery import Delivery
from bot.journal import SentJournal
from casestore.attachments import AttachmentFiles
from casestore.cases import Case
from casestore.conversations import Conversation
from casestore.database import Pool, open_engine
from casestore.errors import StoreError, StoreUnavailable
from casestore.keys.encryption import load_keyring
from casestore.lifecycle import Status
from casestore.outbox import Letter
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import a_new_case, open_cases

CHANNEL = "telegram"
CHATS = 12  # of each writer
_IDLE = 0.02  # seconds


@dataclass(frozen=True, slots=True)
class Place:
    """Where the store is, and the folder with its keys and the ledgers."""

    url: str
    folder: Path

    def open(self, connections: int = 2) -> Store:
        """The store, with connections of its own."""
        keyring = load_keyring(self.folder / "keys.json")
        return Store(open_engine(self.url, Pool(connections)), keyring, AttachmentFiles(self.folder / "attachments"))

    def ledger(self, name: str) -> "Ledger":
        """The ledger of one process."""
        return Ledger(self.folder / f"{name}.ledger")

    def says(self, word: str) -> bool:
        """Whether the processes were told that."""
        return (self.folder / word).exists()

    def say(self, word: str) -> None:
        """Tells all processes; each of them looks now and then."""
        (self.folder / word).touch()


class Ledger:
    """Lines that stay, whatever happens to the process that wrote them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, *words: object) -> None:
        """One more line, whole or not there."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, (" ".join(map(str, words)) + "\n").encode())
        finally:
            os.close(descriptor)

    def lines(self) -> list[list[str]]:
        """All lines, each as its words."""
        return [line.split() for line in self._path.read_text().splitlines()] if self._path.exists() else []


def clock() -> datetime:
    """The real time: leases and waiting run on it."""
    return datetime.now(UTC)


def address_of(writer: int, number: int) -> str:
    """Whose message that is: everybody writes in turn, and some twice as often."""
    return f"{writer}-{number * number % CHATS}"


def write(place: Place, writer: int) -> None:
    """A channel: brings one message after the other, and acknowledges each when it is stored."""
    store, ledger = place.open(), place.ledger(f"writer{writer}")
    for number in itertools.count(len(ledger.lines())):
        while not place.says("stop writing"):
            try:
                _arrive(store, writer, number)
                break
            except StoreUnavailable:
                time.sleep(_IDLE)
        else:
            return
        ledger.note(number)
        time.sleep(_IDLE)


def _arrive(store: Store, writer: int, number: int) -> None:
    now = clock()
    with store.unit_of_work() as uow:
        chat = uow.conversations.find_or_start(CHANNEL, address_of(writer, number), now=now)
        if uow.inbox.store(chat, external_id=f"{writer}:{number}", body=f"{writer}:{number}", now=now):
            uow.conversations.note_waiting(chat.id, now=now, settle=timedelta(0), longest=timedelta(0))


def work(place: Place, worker: int) -> None:
    """A worker: takes what waits, one message of a chat in one transaction, and answers."""
    store = place.open()
    _until_stopped(place, lambda: _work_next(store))


def _work_next(store: Store) -> bool:
    now = clock()
    with store.unit_of_work() as uow:
        chat = uow.conversations.lock_next_ready(now=now)
        if chat is None:
            return False
        arrivals = uow.inbox.waiting(chat)
        for arrival in arrivals[:1]:
            uow.messages.add(chat, "person", arrival.body, now=now)
            _say(uow, chat, "bot", f"to:{arrival.body}", dedupe=f"in:{arrival.id}", now=now)
            uow.conversations.save_session(chat.id, arrival.body)
            uow.inbox.mark_done([arrival.id], now=now)
            case = uow.cases.of_conversation(chat.id)
            if case is None:
                uow.cases.open(chat, a_new_case(), now=now)
            else:
                uow.cases.person_wrote(case, now=now)
        if len(arrivals) > 1:
            uow.conversations.postpone(chat.id, until=now)
        else:
            uow.conversations.quiet(chat.id)
    return True


def _say(
    uow: UnitOfWork, chat: Conversation, sender: str, text: str, *, dedupe: str, now: datetime, by: int | None = None
) -> None:
    said = uow.messages.add(chat, sender, text, now=now, staff_id=by)  # type: ignore[arg-type]
    uow.outbox.put(
        channel=CHANNEL,
        address=chat.address,
        text=text,
        dedupe=dedupe,
        now=now,
        conversation_id=chat.id,
        message_id=said,
    )


def sit(place: Place, staff_id: int) -> None:
    """A paralegal: claims a case, answers, closes it, and writes down each step that the store has taken."""
    store, ledger = place.open(), place.ledger(f"desk{staff_id}")
    _until_stopped(place, lambda: _one_step(store, ledger, staff_id))


def _one_step(store: Store, ledger: Ledger, staff_id: int) -> bool:
    with store.reading() as look:
        queue = open_cases(look)
    own = [case for case in queue if case.claimed_by == staff_id]
    waiting = [case for case in queue if case.status == Status.WAITING]
    if own:
        step = "closed" if own[0].answered_at and not own[0].waiting_since else "answered"
    elif waiting:
        step = "claimed"
    else:
        return False
    case = (own or waiting)[0]
    try:
        with store.unit_of_work() as uow:
            _STEPS[step](uow, case, staff_id)
    except StoreUnavailable:
        raise
    except StoreError:  # the other paralegal was quicker
        return True
    ledger.note(step, case.reference)
    return True


def _claim(uow: UnitOfWork, case: Case, staff_id: int) -> None:
    uow.cases.claim(case.id, staff_id=staff_id, now=clock())


def _answer(uow: UnitOfWork, case: Case, staff_id: int) -> None:
    assert case.conversation_id is not None
    now = clock()
    chat = uow.conversations.get(case.conversation_id)
    uow.cases.answered(case.id, staff_id=staff_id, now=now)
    entries = len(uow.log.of(case.id))
    _say(uow, chat, "paralegal", f"desk:{entries}", dedupe=f"desk:{case.id}:{entries}", now=now, by=staff_id)


def _close(uow: UnitOfWork, case: Case, staff_id: int) -> None:
    uow.cases.close(case.id, staff_id=staff_id, outcome="resolved", note="done", now=clock())


_STEPS: dict[str, Callable[[UnitOfWork, Case, int], None]] = {"claimed": _claim, "answered": _answer, "closed": _close}


class _NotedJournal(SentJournal):
    """The journal that delivery keeps, and a line in the ledger once it has noted a letter."""

    def __init__(self, path: Path, ledger: Ledger) -> None:
        super().__init__(path)
        self._ledger = ledger

    def note(self, letter: Letter) -> None:
        super().note(letter)
        self._ledger.note("noted", letter.id)


def send(place: Place, number: int) -> None:
    """The sender: the delivery of the product, to a channel that keeps what it shows in a ledger."""
    logging.disable()  # it tells of each outage
    store, ledger = place.open(), place.ledger("shown")

    async def show(letter: Letter) -> None:
        await asyncio.sleep(0.002)
        ledger.note("shown", letter.id, letter.address)

    async def run() -> None:
        stop = asyncio.Event()
        delivery = Delivery(store, CHANNEL, show, _NotedJournal(place.folder / "sent.journal", ledger), clock=clock)
        running = asyncio.create_task(delivery.run(stop))
        while not place.says("stop"):
            await asyncio.sleep(0.1)
        stop.set()
        await running

    while not place.says("stop"):
        try:
            with store.unit_of_work() as uow:
                uow.outbox.release_leases(CHANNEL, now=clock())
            break
        except StoreUnavailable:
            time.sleep(_IDLE)
    asyncio.run(run())


def _until_stopped(place: Place, step: Callable[[], bool]) -> None:
    while not place.says("stop"):
        try:
            worked = step()
        except StoreUnavailable:
            worked = False
        if not worked:
            time.sleep(_IDLE)


_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.store_load"])
Role = Callable[[Place, int], None]


class Running:
    """One process, which can be killed and started again."""

    def __init__(self, place: Place, role: Role, number: int) -> None:
        self._place, self.role, self.number = place, role, number
        self.kills = 0
        self.start()

    def start(self) -> None:
        """Begins, or begins again."""
        self._process = _PROCESSES.Process(target=self.role, args=(self._place, self.number), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """Ends it at once, wherever it is."""
        self._process.kill()
        self._process.join()
        self.kills += 1

    def end(self) -> int:
        """Waits for it to stop by itself; its exit code."""
        self._process.join(timeout=60)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        return self._process.exitcode or 0


def everybody(place: Place, staff: list[int]) -> Iterator[Running]:
    """Two channels, two workers, the paralegals and the sender."""
    for role, numbers in ((write, [1, 2]), (work, [1, 2]), (sit, staff), (send, [1])):
        for number in numbers:
            yield Running(place, role, number)

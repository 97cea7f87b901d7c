"""What happens at an office, seen from its store: timed by the benchmark, explained by a test."""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from casestore.cases import NewCase
from casestore.conversations import Conversation
from casestore.tables import CaseRow, StaffRow
from casestore.unit_of_work import Store
from tests.store_fill import CHANNEL, NOW

SECOND = timedelta(seconds=1)
Times = dict[str, list[float]]


class OfficeDay:
    """Every operation, each on what an earlier one left."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.now = NOW
        self.times: Times = {}
        self._chance = random.Random(seed)
        with store.engine.begin() as connection:
            some = connection.execute(select(func.min(CaseRow.id), func.max(CaseRow.id))).one()
            self._cases: tuple[int, int] = (some[0], some[1])
            self._staff = list(connection.scalars(select(StaffRow.id)))
        self._serial = os.urandom(4).hex()
        self._count = 0

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        """Does it, and notes how long it took."""
        start = time.perf_counter()
        result = work()
        self.times.setdefault(name, []).append(time.perf_counter() - start)
        return result

    def some_case(self) -> tuple[str, str]:
        """The reference of any case and the address of its person."""
        while True:
            id_ = self._chance.randint(*self._cases)
            with self.store.engine.begin() as connection:
                row = connection.execute(
                    select(CaseRow.reference, CaseRow.conversation_id).where(CaseRow.id == id_)
                ).first()
            if row is not None and row.conversation_id is not None:
                with self.store.reading() as look:
                    return row.reference, look.conversations.get(row.conversation_id).address

    def round(self, turn: int) -> None:
        """Everything once."""
        self.now += SECOND
        reference, address = self.some_case()
        self.timed("search by reference", lambda: self.by_reference(reference))
        self.timed("search by person", lambda: self.by_person(address))
        self.timed("open case", lambda: self.open_case(reference))
        if turn % 5 == 0:
            self.timed("queue page", self.queue_page)
        self.timed("count waiting", self.count)
        staff_id = self._chance.choice(self._staff)
        taken = self.timed("claim", lambda: self.claim(staff_id))
        self.timed("answer", lambda: self.answer(taken, staff_id))
        self.timed("close case", lambda: self.close(taken, staff_id))
        new = f"new-{self._serial}-{turn}"
        self.timed("store arrival, new person", lambda: self.arrive(new))
        self.timed("take a turn, open a case", lambda: self.turn(open_case=True))
        self.timed("store arrival", lambda: self.arrive(address))
        self.timed("take a turn", lambda: self.turn(open_case=False))
        self.timed("outbox take", self.take)
        self.timed("outbox mark", self.mark)

    def by_reference(self, reference: str) -> None:
        """As somebody writes it down."""
        with self.store.reading() as look:
            look.cases.by_reference(reference.lower().replace("-", " "))

    def by_person(self, address: str) -> None:
        """Somebody rings and says their number."""
        with self.store.reading() as look:
            chat = look.conversations.find(CHANNEL, address)
            assert chat is not None
            assert look.cases.of_conversation(chat.id) is not None

    def open_case(self, reference: str) -> None:
        """All that the page of a case shows, and the note of who read it."""
        with self.store.unit_of_work() as uow:
            case = uow.cases.by_reference(reference)
            assert case.conversation_id is not None
            chat = uow.conversations.get(case.conversation_id)
            uow.log.note(case.id, "viewed", actor=f"staff:{self._staff[0]}", now=self.now)
            uow.cases.assessment(case)
            said = uow.messages.transcript(chat)
            uow.outbox.states([message.id for message in said])
            uow.attachments.of(chat)
            uow.log.of(case.id)
            uow.cases.note(case)
            uow.labels.newest(case.id)

    def queue_page(self) -> None:
        """The list that the desk shows."""
        with self.store.reading() as look:
            assert look.cases.queue(limit=100)

    def count(self) -> None:
        """How many wait."""
        with self.store.reading() as look:
            assert look.cases.waiting_count()

    def claim(self, staff_id: int) -> Any:
        """The first that waits."""
        with self.store.unit_of_work() as uow:
            return uow.cases.claim(uow.cases.queue(limit=1)[0].id, staff_id=staff_id, now=self.now)

    def answer(self, case: Any, staff_id: int) -> None:
        """A sentence to the person."""
        with self.store.unit_of_work() as uow:
            chat = uow.conversations.get(case.conversation_id)
            uow.cases.answered(case.id, staff_id=staff_id, now=self.now)
            self._say(uow, chat, "paralegal", staff_id=staff_id)

    def close(self, case: Any, staff_id: int) -> None:
        """With an outcome and a note."""
        with self.store.unit_of_work() as uow:
            uow.cases.close(case.id, staff_id=staff_id, outcome="resolved", note="the lock is off", now=self.now)

    def arrive(self, address: str) -> None:
        """What a channel does before it acknowledges."""
        self._count += 1
        with self.store.unit_of_work() as uow:
            chat = uow.conversations.find_or_start(CHANNEL, address, now=self.now)
            body = '{"kind": "text", "text": "they have locked me out"}'
            uow.inbox.store(chat, external_id=f"{self._serial}:{self._count}", body=body, now=self.now)
            uow.conversations.note_waiting(chat.id, now=self.now, settle=timedelta(0), longest=timedelta(0))

    def turn(self, *, open_case: bool) -> None:
        """What the worker does with the chat that has waited longest, without the understanding."""
        with self.store.reading() as look:
            assert look.conversations.any_ready(now=self.now)
        with self.store.unit_of_work() as uow:
            chat = uow.conversations.lock_next_ready(now=self.now)
            assert chat is not None
            arrivals = uow.inbox.waiting(chat)
            assert arrivals
            uow.messages.add(chat, "person", "they have locked me out", now=self.now)
            case = uow.cases.of_conversation(chat.id)
            uow.inbox.mark_done([each.id for each in arrivals], now=self.now)
            if open_case:
                uow.cases.open(chat, _new_case(), now=self.now)
            elif case is not None:
                uow.cases.person_wrote(case, now=self.now)
            self._say(uow, chat, "bot", staff_id=None)
            uow.conversations.save_session(chat.id, '{"asked": "where"}')
            uow.conversations.quiet(chat.id)

    def take(self) -> None:
        """What delivery does before it sends."""
        with self.store.reading() as look:
            assert look.outbox.any_due(CHANNEL, now=self.now)
        with self.store.unit_of_work() as uow:
            self._letters = uow.outbox.take_due(CHANNEL, now=self.now)
        assert self._letters

    def mark(self) -> None:
        """What delivery does after it has sent."""
        with self.store.unit_of_work() as uow:
            for letter in self._letters:
                uow.outbox.mark_sent(letter.id, now=self.now)

    def _say(self, uow: Any, chat: Conversation, sender: Any, *, staff_id: int | None) -> None:
        said = uow.messages.add(chat, sender, "We have read it.", now=self.now, staff_id=staff_id)
        uow.outbox.put(
            channel=CHANNEL, address=chat.address, text="We have read it.", dedupe=f"bench:{said}", now=self.now,
            conversation_id=chat.id, message_id=said,
        )  # fmt: skip


def _new_case() -> NewCase:
    return NewCase(
        jurisdiction="za", place="gauteng", language="en", issues=("housing.lockout",), flags=("lockout",),
        urgency="urgent", due=None, versions={"model": "m"}, assessment={"reasons": []}, understood="housing.lockout",
    )  # fmt: skip

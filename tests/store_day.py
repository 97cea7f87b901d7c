"""What happens at an office, seen from its store: timed by the benchmark, explained by a test."""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from casestore.access import Role
from casestore.cases import Case, NewCase
from casestore.conversations import Conversation
from casestore.staff import StaffMember
from casestore.tables import CaseRow
from casestore.unit_of_work import Store
from tests.store_fill import CHANNEL, NOW

SECOND = timedelta(seconds=1)
Times = dict[str, list[float]]


class OfficeDay:
    """Every operation, each on what an earlier one left; the desk's as somebody who works in the case's office."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.now = NOW
        self.times: Times = {}
        self._chance = random.Random(seed)
        with store.unit_of_work() as uow:
            lowest, highest = uow.session.execute(select(func.min(CaseRow.id), func.max(CaseRow.id))).one()
            self._staff = uow.staff.all()
        self._cases: tuple[int, int] = (lowest, highest)
        self._supervisors = {each.office_id: each for each in self._staff if each.role is Role.SUPERVISOR}
        self._serial = os.urandom(4).hex()
        self._count = 0

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        """Does it, and notes how long it took."""
        start = time.perf_counter()
        result = work()
        self.times.setdefault(name, []).append(time.perf_counter() - start)
        return result

    def some_case(self) -> tuple[str, str, Store]:
        """The reference of any case, the address of its person, and the store as the office's supervisor sees it."""
        while True:
            with self.store.unit_of_work() as uow:
                row = uow.session.get(CaseRow, self._chance.randint(*self._cases))
                if row is not None and row.conversation_id is not None:
                    address = uow.conversations.get(row.conversation_id).address
                    return row.reference, address, self.store.seen_by(self._supervisors[row.office_id].viewer)

    def round(self, turn: int) -> None:
        """Everything once."""
        self.now += SECOND
        reference, address, office = self.some_case()
        self.timed("search by reference", lambda: self.by_reference(office, reference))
        self.timed("search by person", lambda: self.by_person(office, address))
        self.timed("open case", lambda: self.open_case(office, reference))
        member = self._chance.choice(self._staff)
        desk = self.store.seen_by(member.viewer)
        self.timed("queue page", lambda: self.queue_page(desk, member))
        self.timed("count waiting", lambda: self.count(desk, member))
        taken = self.timed("claim", lambda: self.claim(desk, member))
        self.timed("answer", lambda: self.answer(desk, taken, member.id))
        self.timed("close case", lambda: self.close(desk, taken, member.id))
        new = f"new-{self._serial}-{turn}"
        self.timed("store arrival, new person", lambda: self.arrive(new))
        self.timed("take a turn, open a case", lambda: self.turn(open_case=True))
        self.timed("store arrival", lambda: self.arrive(address))
        self.timed("take a turn", lambda: self.turn(open_case=False))
        self.timed("worker's minute", self.tidy)
        self.timed("outbox take", self.take)
        self.timed("outbox mark", self.mark)

    def by_reference(self, desk: Store, reference: str) -> None:
        """As somebody writes it down."""
        with desk.reading() as look:
            look.cases.by_reference(reference.lower().replace("-", " "))

    def by_person(self, desk: Store, address: str) -> None:
        """Somebody rings and says their number."""
        with desk.reading() as look:
            chat = look.conversations.find(CHANNEL, address)
            assert chat is not None
            assert look.cases.of_conversation(chat.id) is not None

    def open_case(self, desk: Store, reference: str) -> None:
        """All that the page of a case shows, and the note of who read it."""
        with desk.unit_of_work() as uow:
            case = uow.cases.by_reference(reference)
            assert case.conversation_id is not None
            chat = uow.conversations.get(case.conversation_id)
            uow.log.note(case.id, "viewed", actor="staff:1", now=self.now)
            uow.cases.assessment(case)
            said = uow.messages.transcript(chat)
            uow.outbox.states([message.id for message in said])
            uow.attachments.of(chat)
            uow.log.of(case.id)
            uow.cases.note(case)
            uow.labels.newest(case.id)

    def queue_page(self, desk: Store, member: StaffMember) -> None:
        """The lists that the desk shows."""
        with desk.reading() as look:
            assert look.queue.for_member(member)
            look.queue.mine(member)
            look.queue.with_others(member)
            look.queue.gone_back(member, since=self.now - timedelta(days=7))

    def count(self, desk: Store, member: StaffMember) -> None:
        """How many wait."""
        with desk.reading() as look:
            assert look.queue.counts(member)

    def claim(self, desk: Store, member: StaffMember) -> Case:
        """The first that waits."""
        with desk.unit_of_work() as uow:
            case = uow.queue.claim_next(member, now=self.now, beyond_capacity=True)
            assert case is not None
            return case

    def tidy(self) -> None:
        """What a worker looks for every minute."""
        with self.store.unit_of_work() as uow:
            uow.queue.end_leases(now=self.now)
            uow.queue.warn(now=self.now)

    def answer(self, desk: Store, case: Case, staff_id: int) -> None:
        """A sentence to the person."""
        assert case.conversation_id is not None
        with desk.unit_of_work() as uow:
            chat = uow.conversations.get(case.conversation_id)
            uow.cases.answered(case.id, staff_id=staff_id, now=self.now)
            self._say(uow, chat, "paralegal", staff_id=staff_id)

    def close(self, desk: Store, case: Case, staff_id: int) -> None:
        """With an outcome and a note."""
        with desk.unit_of_work() as uow:
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

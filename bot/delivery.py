"""Sends what waits in the outbox and marks how it went; a crash anywhere loses nothing."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.errors import Refused, TryLater, Unreachable
from bot.journal import SentJournal
from bot.office import Clock
from casestore.errors import StoreUnavailable
from casestore.log.case_log import BOT
from casestore.outbox import Letter
from casestore.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

Send = Callable[[Letter], Awaitable[None]]
LONGEST_PAUSE = 300.0
_AT_ONCE = 16
_LOOK_EVERY = 0.2
_AFTER_OUTAGE = 1.0


class Mark(Protocol):
    """Writes down how it went with a letter."""

    def __call__(self, uow: UnitOfWork, /, *, now: datetime) -> None:
        """In that transaction."""
        ...


class Delivery:
    """One message at a time to an address, many addresses at once: a slow chat holds up nobody else.

    What the channel confirmed is noted in the journal at once, and in the database a moment later. Killed before even
    the journal knows, the message is sent once more: somebody in trouble is better served by it twice than not at all.
    """

    def __init__(self, store: Store, channel: str, send: Send, journal: SentJournal, *, clock: Clock) -> None:
        self._store = store
        self._journal = journal
        self._channel = channel
        self._send = send
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Sends what is due until told to stop, and then ends what it has begun."""
        under_way: set[asyncio.Task[Mark]] = set()
        marks: list[Mark] = []
        while not stop.is_set():
            try:
                if not (marks or under_way):
                    await asyncio.to_thread(self._settle_journal)
                letters = await asyncio.to_thread(self._mark_and_take, marks, _AT_ONCE - len(under_way))
                marks = []
            except StoreUnavailable as outage:  # what was sent is marked later, and not sent again
                log.error("database unavailable", extra={"channel": self._channel, "reason": str(outage)})
                await asyncio.sleep(_AFTER_OUTAGE)
                letters = []
            under_way |= {asyncio.create_task(self._deliver(letter)) for letter in letters}
            if under_way:
                done, under_way = await asyncio.wait(
                    under_way, timeout=_LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED
                )
                marks += [task.result() for task in done]
            else:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LOOK_EVERY)
        marks += await asyncio.gather(*under_way)
        with contextlib.suppress(StoreUnavailable):
            await asyncio.to_thread(self._mark_and_take, marks, 0)

    def _settle_journal(self) -> None:
        """Whatever the journal knows is in the database now; nothing is under way, so it may be cleared."""
        confirmed = self._journal.confirmed()
        if confirmed:
            with self._store.unit_of_work() as uow:
                uow.outbox.mark_confirmed(confirmed, now=self._clock())
            self._journal.clear()

    def _mark_and_take(self, marks: list[Mark], limit: int) -> list[Letter]:
        """One short transaction for all that has just been sent and all that comes next."""
        if not marks:
            with self._store.reading() as look:
                if limit < 1 or not look.outbox.any_due(self._channel, now=self._clock()):
                    return []
        with self._store.unit_of_work() as uow:
            for mark in marks:
                mark(uow, now=self._clock())
            return uow.outbox.take_due(self._channel, now=self._clock(), limit=limit) if limit > 0 else []

    async def _deliver(self, letter: Letter) -> Mark:
        """Sends one letter; returns what to write down about it."""
        try:
            await self._send(letter)
        except Unreachable:
            return partial(_unreachable, letter)
        except Refused as refusal:
            log.error("refused", extra={"letter": letter.id, "channel": letter.channel, "reason": str(refusal)})
            return partial(_failed, letter, str(refusal))
        except TryLater as delay:
            return partial(_later, letter, delay)
        except Exception as bug:  # one letter that cannot be sent must not stop all the others
            return partial(_later, letter, TryLater(type(bug).__name__))
        try:
            self._journal.note(letter)
        except OSError as fault:  # a full disk: the database may still take the mark, and sending must go on
            log.error("journal not written", extra={"letter": letter.id, "error": type(fault).__name__})
        return partial(_sent, letter)


def _sent(letter: Letter, uow: UnitOfWork, *, now: datetime) -> None:
    uow.outbox.mark_sent(letter.id, now=now)


def _failed(letter: Letter, reason: str, uow: UnitOfWork, *, now: datetime) -> None:
    uow.outbox.mark_failed(letter.id, failure=reason)


def _later(letter: Letter, delay: TryLater, uow: UnitOfWork, *, now: datetime) -> None:
    pause = delay.seconds if delay.seconds is not None else min(2.0**letter.attempts, LONGEST_PAUSE)
    log.warning("later", extra={"letter": letter.id, "channel": letter.channel, "seconds": pause, "reason": str(delay)})
    uow.outbox.try_again(letter.id, at=now + timedelta(seconds=pause), failure=str(delay))


def _unreachable(letter: Letter, uow: UnitOfWork, *, now: datetime) -> None:
    uow.outbox.mark_failed(letter.id, failure="unreachable")
    if letter.conversation_id is None:
        return
    uow.outbox.give_up_on(letter.conversation_id, failure="unreachable")
    uow.conversations.mark_reachable(letter.conversation_id, reachable=False)
    for case in uow.cases.current(letter.conversation_id):
        uow.log.note(case.id, "unreachable", actor=BOT, now=now)

"""Sends what waits in the outbox and marks how it went; a crash anywhere loses nothing."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bot.errors import Refused, TryLater, Unreachable
from bot.office import Clock
from casestore.case_log import BOT
from casestore.errors import StoreUnavailable
from casestore.outbox import Letter
from casestore.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

Send = Callable[[Letter], Awaitable[None]]
LONGEST_PAUSE = 300.0
_AT_ONCE = 16
_LOOK_EVERY = 0.2
_MARK_AGAIN = (0.5, 1.0, 2.0, 4.0, 8.0)  # with the database's own patience less than a lease


class Delivery:
    """One message at a time to an address, many addresses at once: a slow chat holds up nobody else.

    A row is marked after the channel confirmed it. Killed in between, the message is sent once more at the next
    start: a person in trouble is better served by a message twice than by none.
    """

    def __init__(self, store: Store, channel: str, send: Send, *, clock: Clock) -> None:
        self._store = store
        self._channel = channel
        self._send = send
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Sends what is due until told to stop, and then ends what it has begun."""
        under_way: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            try:
                letters = await asyncio.to_thread(self._take, _AT_ONCE - len(under_way))
            except StoreUnavailable as outage:
                log.error("database unavailable", extra={"channel": self._channel, "reason": str(outage)})
                letters = []
            under_way |= {asyncio.create_task(self._deliver(letter)) for letter in letters}
            if under_way:
                _, under_way = await asyncio.wait(under_way, timeout=_LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
            else:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LOOK_EVERY)
        if under_way:
            await asyncio.wait(under_way)

    def _take(self, limit: int) -> list[Letter]:
        if limit < 1:
            return []
        with self._store.reading() as look:
            if not look.outbox.any_due(self._channel, now=self._clock()):
                return []
        with self._store.unit_of_work() as uow:
            return uow.outbox.take_due(self._channel, now=self._clock(), limit=limit)

    async def _deliver(self, letter: Letter) -> None:
        try:
            await self._send(letter)
        except Unreachable:
            await self._mark(_unreachable, letter)
        except Refused as refusal:
            log.error("refused", extra={"letter": letter.id, "channel": letter.channel, "reason": str(refusal)})
            await self._mark(partial(_failed, reason=str(refusal)), letter)
        except TryLater as delay:
            await self._mark(partial(_later, delay=delay), letter)
        except Exception as bug:  # one letter that cannot be sent must not stop all the others
            await self._mark(partial(_later, delay=TryLater(type(bug).__name__)), letter)
        else:
            await self._mark(_sent, letter)

    async def _mark(self, how: Callable[[UnitOfWork, Letter, datetime], None], letter: Letter) -> None:
        """Writes down how it went. A database that is busy is tried again, or the message would go out twice."""
        for pause in _MARK_AGAIN:
            try:
                await asyncio.to_thread(self._write, how, letter)
                return
            except StoreUnavailable as outage:
                log.error("not marked", extra={"letter": letter.id, "reason": str(outage)})
                await asyncio.sleep(pause)

    def _write(self, how: Callable[[UnitOfWork, Letter, datetime], None], letter: Letter) -> None:
        with self._store.unit_of_work() as uow:
            how(uow, letter, self._clock())


def _sent(uow: UnitOfWork, letter: Letter, now: datetime) -> None:
    uow.outbox.mark_sent(letter.id, now=now)


def _failed(uow: UnitOfWork, letter: Letter, now: datetime, *, reason: str) -> None:
    uow.outbox.mark_failed(letter.id, failure=reason)


def _later(uow: UnitOfWork, letter: Letter, now: datetime, *, delay: TryLater) -> None:
    pause = delay.seconds if delay.seconds is not None else min(2.0**letter.attempts, LONGEST_PAUSE)
    log.warning("later", extra={"letter": letter.id, "channel": letter.channel, "seconds": pause, "reason": str(delay)})
    uow.outbox.try_again(letter.id, at=now + timedelta(seconds=pause), failure=str(delay))


def _unreachable(uow: UnitOfWork, letter: Letter, now: datetime) -> None:
    uow.outbox.mark_failed(letter.id, failure="unreachable")
    if letter.conversation_id is None:
        return
    uow.outbox.give_up_on(letter.conversation_id, failure="unreachable")
    uow.conversations.mark_reachable(letter.conversation_id, reachable=False)
    case = uow.cases.of_conversation(letter.conversation_id)
    if case is not None:
        uow.log.note(case.id, "unreachable", actor=BOT, now=now)

"""Sends what waits in the outbox and marks how it went; a crash anywhere loses nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.errors import Refused, TryLater, Unreachable
from bot.office import Clock
from casestore.case_log import BOT
from casestore.outbox import Letter
from casestore.unit_of_work import Store

log = logging.getLogger(__name__)

Send = Callable[[Letter], Awaitable[None]]
LONGEST_PAUSE = 300.0


async def deliver_due(store: Store, channel: str, send: Send, *, clock: Clock) -> int:
    """Sends the next message of every address that is due; returns how many were tried.

    The row is marked after the channel confirmed it. Killed in between, the message is sent once more at the next
    start: a person in trouble is better served by a message twice than by none.
    """
    letters = await asyncio.to_thread(_take, store, channel, clock)
    await asyncio.gather(*(_deliver(store, letter, send, clock) for letter in letters))
    return len(letters)


def _take(store: Store, channel: str, clock: Clock) -> list[Letter]:
    with store.reading() as look:
        if not look.outbox.any_due(channel, now=clock()):
            return []
    with store.unit_of_work() as uow:
        return uow.outbox.take_due(channel, now=clock())


async def _deliver(store: Store, letter: Letter, send: Send, clock: Clock) -> None:
    try:
        await send(letter)
    except Unreachable:
        await asyncio.to_thread(_unreachable, store, letter, clock)
    except Refused as refusal:
        log.error("refused", extra={"letter": letter.id, "channel": letter.channel, "reason": str(refusal)})
        await asyncio.to_thread(_failed, store, letter, str(refusal))
    except TryLater as delay:
        await asyncio.to_thread(_later, store, letter, delay, clock)
    else:
        await asyncio.to_thread(_sent, store, letter, clock)


def _sent(store: Store, letter: Letter, clock: Clock) -> None:
    with store.unit_of_work() as uow:
        uow.outbox.mark_sent(letter.id, now=clock())


def _failed(store: Store, letter: Letter, reason: str) -> None:
    with store.unit_of_work() as uow:
        uow.outbox.mark_failed(letter.id, failure=reason)


def _later(store: Store, letter: Letter, delay: TryLater, clock: Clock) -> None:
    pause = delay.seconds if delay.seconds is not None else min(2.0**letter.attempts, LONGEST_PAUSE)
    log.warning("later", extra={"letter": letter.id, "channel": letter.channel, "seconds": pause, "reason": str(delay)})
    with store.unit_of_work() as uow:
        uow.outbox.try_again(letter.id, at=clock() + timedelta(seconds=pause), failure=str(delay))


def _unreachable(store: Store, letter: Letter, clock: Clock) -> None:
    with store.unit_of_work() as uow:
        uow.outbox.mark_failed(letter.id, failure="unreachable")
        if letter.conversation_id is None:
            return
        uow.outbox.give_up_on(letter.conversation_id, failure="unreachable")
        uow.conversations.mark_reachable(letter.conversation_id, reachable=False)
        case = uow.cases.of_conversation(letter.conversation_id)
        if case is not None:
            uow.log.note(case.id, "unreachable", actor=BOT, now=clock())

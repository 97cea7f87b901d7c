"""The Rasa gateway: every channel of a Rasa server reaches the same conversation."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from typing import Any

from bot.channels.rasa_actions import (
    FETCHED,
    PUSHED,
    Asked,
    read_inbound,
    responses,
    split_address,
)
from bot.channels.rasa_server import RasaServer
from bot.delivery import Delivery
from bot.errors import TryLater
from bot.intake import Intake
from bot.journal import SentJournal
from bot.office import Office
from casestore.errors import StoreUnavailable
from casestore.outbox import Letter
from casestore.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

_PATIENCE = 10.0  # seconds that a channel which is only answered waits for its answer
_LOOK_EVERY = 0.03
_TURN_ENDS_IN = 0.1  # Rasa looks but once a second whether a conversation is free: better asked when it is
_NO_RECEIPT = frozenset({"socketio"})  # Rasa sends into an empty room, and calls it sent
_PAGE_IS_OPEN = 60.0  # seconds after somebody wrote
_SEEN_WITHIN = 600.0


class RasaGateway:
    """Takes what Rasa's channels bring, and gives Rasa the letters to send. One process an office.

    Where Rasa can write first, a letter counts as sent when Rasa says that it has sent it; where it is only answered,
    when it has ended the turn that carried it.
    """

    def __init__(
        self, office: Office, rasa: RasaServer, journal: SentJournal, *, arrived: Callable[[], None] = lambda: None
    ) -> None:
        self._office = office
        self._rasa = rasa
        self._journal = journal
        self._intake = Intake(office)
        self._arrived = arrived
        self._under_way: set[int] = set()  # letters in answers that Rasa has not confirmed
        self._fetched: dict[str, list[Letter]] = {}  # by address: what Rasa has fetched since it was nudged
        self._concluding: set[asyncio.Task[None]] = set()
        self._heard: dict[str, float] = {}  # on channels without receipt: when somebody last wrote
        self._unseen: defaultdict[str, list[tuple[float, Letter]]] = defaultdict(list)

    async def act(self, asked: Asked) -> list[dict[str, Any]]:
        """What Rasa shall say. Raises StoreUnavailable, or TryLater when nothing could be done in time."""
        letters: list[Letter] = []
        try:
            if not asked.polls:
                await asyncio.to_thread(self._take_in, asked)
                self._arrived()
                if asked.channel == FETCHED:
                    await self._worked(asked)
            if asked.nudged or asked.channel == FETCHED:
                given = set(self._under_way)  # before looking: meanwhile they may become confirmed
                waiting = await asyncio.to_thread(self._waiting, asked)
                letters = [letter for letter in waiting if letter.id not in given]
            again = [] if asked.nudged else self._not_seen(asked)
            return [response for letter in (*again, *letters) for response in responses(letter)]
        finally:
            if asked.nudged:
                self._fetched[asked.address] = letters
                letters = []
            self._under_way |= {letter.id for letter in letters}
            self._soon(self._conclude(asked, letters))

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._concluding.add(task)
        task.add_done_callback(self._concluding.discard)

    def _take_in(self, asked: Asked) -> None:
        with self._office.store.reading() as look:
            offered = _offered(look, asked)
        self._intake.receive(asked.channel, asked.address, asked.external_id, read_inbound(asked, offered))

    async def _worked(self, asked: Asked) -> None:
        """Waits until the turn has been taken."""
        try:
            async with asyncio.timeout(_PATIENCE):
                while await asyncio.to_thread(self._waits_for_its_turn, asked):
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError:
            raise TryLater("the turn has not been taken yet") from None

    def _waits_for_its_turn(self, asked: Asked) -> bool:
        with self._office.store.reading() as look:
            conversation = look.conversations.find(asked.channel, asked.address)
            return conversation is not None and bool(look.inbox.waiting(conversation, limit=1))

    def _waiting(self, asked: Asked) -> list[Letter]:
        with self._office.store.reading() as look:
            return look.outbox.waiting_for(asked.channel, asked.address, now=self._office.clock())

    async def _conclude(self, asked: Asked, letters: list[Letter]) -> None:
        """Lets Rasa forget the turn once it has ended. Its letters are sent then; else they are given again later."""
        try:
            await asyncio.sleep(_TURN_ENDS_IN)
            await self._rasa.forget(asked.sender)
            await asyncio.to_thread(self._mark_sent, letters)
        except (TryLater, StoreUnavailable) as fault:
            log.error("Rasa has not forgotten a turn", extra={"channel": asked.channel, "reason": str(fault)})
        finally:
            self._under_way -= {letter.id for letter in letters}

    def _mark_sent(self, letters: list[Letter]) -> None:
        if letters:
            with self._office.store.unit_of_work() as uow:
                confirmed = [(letter.id, letter.created_at) for letter in letters]
                uow.outbox.mark_confirmed(confirmed, now=self._office.clock())

    def _note_unseen(self, letter: Letter) -> None:
        """Sent into a room that may be empty: kept in memory until the person writes again."""
        heard = self._heard.get(letter.address)
        if split_address(letter.address)[0] in _NO_RECEIPT and (
            heard is None or time.monotonic() - heard > _PAGE_IS_OPEN
        ):
            self._unseen[letter.address].append((time.monotonic(), letter))

    def _not_seen(self, asked: Asked) -> list[Letter]:
        """What was sent long before the person came back, on a channel that gives no receipt: given again."""
        if asked.input not in _NO_RECEIPT:
            return []
        now = self._heard[asked.address] = time.monotonic()
        return [letter for at, letter in self._unseen.pop(asked.address, []) if now - at > _SEEN_WITHIN]

    async def send(self, letter: Letter) -> None:
        """Lets Rasa fetch what waits for an address and send it; raises TryLater when Rasa has not done so."""
        self._fetched.pop(letter.address, None)
        await self._rasa.nudge(*split_address(letter.address))
        sent = self._fetched.pop(letter.address, [])
        if letter.id not in {one.id for one in sent}:
            raise TryLater("Rasa has not fetched it")
        for one in sent:
            self._note_unseen(one)
        await asyncio.to_thread(self._mark_sent, sent)

    async def deliver(self, stop: asyncio.Event) -> None:
        """Sends what is due until told to stop."""
        await Delivery(self._office.store, PUSHED, self.send, self._journal, clock=self._office.clock).run(stop)

    async def close(self) -> None:
        """Ends what is under way."""
        if self._concluding:
            await asyncio.wait(self._concluding, timeout=5)
        await self._rasa.close()


def _offered(look: UnitOfWork, asked: Asked) -> tuple[tuple[str, str], ...]:
    """The buttons in what was said since the person last wrote."""
    conversation = look.conversations.find(asked.channel, asked.address)
    if conversation is None:
        return ()
    for message in reversed(look.messages.transcript(conversation, limit=20)):
        if message.sender == "person":
            return ()
        if message.choices:
            return message.choices
    return ()

"""The conversation in a terminal, through the same inbox, worker and outbox as every other channel."""

import uuid
from collections.abc import Callable, Iterator

from bot.conversation import work_all
from bot.intake import Intake
from bot.messages import Inbound, Kind
from bot.office import Office

CHANNEL = "console"


class Console:
    """One person at one terminal. Buttons are numbers."""

    def __init__(self, office: Office, address: str) -> None:
        self._office = office
        self._intake = Intake(office)
        self._address = address
        self._choices: tuple[tuple[str, str], ...] = ()

    def says(self, words: str) -> list[str]:
        """What the person typed; returns the lines to show."""
        said = words.strip()
        inbound = Inbound(Kind.TEXT, text=words)
        if said.isdecimal() and 1 <= int(said) <= len(self._choices):
            inbound = Inbound(Kind.CHOICE, choice=self._choices[int(said) - 1][0])
        elif not said:
            inbound = Inbound(Kind.EMPTY)
        self._intake.receive(CHANNEL, self._address, uuid.uuid4().hex, inbound)
        with self._office.store.unit_of_work() as uow:  # at a terminal nobody waits for a burst to settle
            conversation = uow.conversations.find(CHANNEL, self._address)
            if conversation is not None:
                uow.conversations.postpone(conversation.id, until=self._office.clock())
        work_all(self._office)
        return list(self.arrived())

    def arrived(self) -> Iterator[str]:
        """What waits for this terminal: shown, and thereby confirmed."""
        with self._office.store.unit_of_work() as uow:
            letters = uow.outbox.waiting_for(CHANNEL, self._address, now=self._office.clock())
            if letters:
                uow.outbox.confirm_up_to(CHANNEL, self._address, letters[-1].id, now=self._office.clock())
                self._choices = ()
        for letter in letters:
            yield f"[{letter.document}]\n{letter.text}".strip() if letter.document else letter.text
            self._choices += tuple(choice for choice in letter.choices if choice not in self._choices)
        if letters and self._choices:
            yield "\n".join(f"  {number}. {label}" for number, (_, label) in enumerate(self._choices, start=1))


def talk(console: Console, read: Callable[[], str], show: Callable[[str], None]) -> None:
    """Talks until the end of the input."""
    for line in console.says("/start"):
        show(line)
    while True:
        try:
            words = read()
        except (EOFError, KeyboardInterrupt):
            return
        for line in [*console.arrived(), *console.says(words)]:
            show(line)

"""A whole office for tests: a real store, the real model, a clock that stands still, and people who talk."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from fastapi.testclient import TestClient

from bot.conversation import work_all
from bot.intake import Intake
from bot.messages import Inbound, Kind
from bot.office import Office, Understanding
from bot.session import Session
from casestore.cases import Case
from casestore.conversations import Conversation
from casestore.outbox import Letter
from casestore.unit_of_work import Store
from desk.web import create_desk
from doorstep.serve import desk_sentences
from doorstep.settings import Settings
from doorstep.wiring import make_office
from tests.builders import PASSWORD, a_paralegal
from tests.trained import trained_understanding

CHANNEL = "console"
PHOTO = b"\xff\xd8\xff a small photo"


class StandingClock:
    """Tells the time that it was set to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        """Later."""
        self.now += by


@cache
def _wired(place: str, understanding: Understanding | None) -> Office:
    """What all offices of a place have in common; the store is put in afterwards."""
    settings = Settings(data=Path("unused"), jurisdiction=place)  # type: ignore[arg-type]
    return make_office(settings, None, understanding or trained_understanding())  # type: ignore[arg-type]


def an_office(
    store: Store, now: datetime, *, place: str = "za", understanding: Understanding | None = None, **changes: Any
) -> tuple[Office, StandingClock]:
    """An office with real parts, and its clock."""
    clock = StandingClock(now)
    return replace(_wired(place, understanding), store=store, clock=clock, **changes), clock


@dataclass
class Person:
    """Somebody who writes to the office. Buttons are pressed by their label; what is answered is kept."""

    office: Office
    clock: StandingClock
    address: str = "lindiwe"
    shown: list[tuple[str, str]] = field(default_factory=list)
    updates: int = 0

    def writes(self, *texts: str, twice: bool = False) -> list[Letter]:
        """Messages that arrive before the bot works, each delivered twice if asked; returns what is answered."""
        for text in texts:
            self.arrives(Inbound(Kind.TEXT, text=text), twice=twice)
        return self.answers()

    def presses(self, label: str, *, first: bool = False) -> list[Letter]:
        """Presses the button with that label that was shown last, or first."""
        known = [id_ for id_, shown in self.shown if shown == label]
        if not known:
            raise LookupError(f"no button says {label!r}; there are {sorted({shown for _, shown in self.shown})}")
        self.arrives(Inbound(Kind.CHOICE, choice=known[0 if first else -1]))
        return self.answers()

    def sends(self, kind: Kind, *, text: str = "", twice: bool = False) -> list[Letter]:
        """Anything that is not words or a button."""
        inbound, content = Inbound(kind, text=text), None
        if kind in (Kind.FILE, Kind.VOICE):
            name, media_type = ("photo.jpg", "image/jpeg") if kind is Kind.FILE else ("voice.ogg", "audio/ogg")
            inbound, content = replace(inbound, file_name=name, media_type=media_type), PHOTO
        self.arrives(inbound, content=content, twice=twice)
        return self.answers()

    def arrives(self, inbound: Inbound, *, content: bytes | None = None, twice: bool = False) -> None:
        """Hands one update to the office, in the way every channel does."""
        self.updates += 1
        update = f"{crc32(self.address.encode())}:{self.updates}"  # as in the channels, it does not name the person
        for _ in range(2 if twice else 1):
            Intake(self.office).receive(CHANNEL, self.address, update, inbound, content)

    def answers(self) -> list[Letter]:
        """Lets the office work, and takes what has come for this person."""
        self.clock.move(self.office.longest)
        work_all(self.office)
        return self.letters()

    def letters(self) -> list[Letter]:
        """What waits for this person: shown, and thereby confirmed."""
        with self.office.store.unit_of_work() as uow:
            letters = uow.outbox.waiting_for(CHANNEL, self.address, now=self.clock())
            if letters:
                uow.outbox.confirm_up_to(CHANNEL, self.address, letters[-1].id, now=self.clock())
        self.shown += [choice for letter in letters for choice in letter.choices]
        return letters

    @property
    def conversation(self) -> Conversation | None:
        """Their conversation as it is stored."""
        with self.office.store.reading() as look:
            return look.conversations.find(CHANNEL, self.address)

    @property
    def session(self) -> Session:
        """Where their conversation stands."""
        conversation = self.conversation
        return Session.from_json(conversation.session if conversation else None)

    @property
    def case(self) -> Case | None:
        """Their newest case."""
        conversation = self.conversation
        with self.office.store.reading() as look:
            return None if conversation is None else look.cases.of_conversation(conversation.id)


class Paralegal:
    """Somebody at the real desk, signed in, who works on the case of one person."""

    def __init__(self, person: Person, username: str = "thandi") -> None:
        office = person.office
        self._person = person
        desk = create_desk(
            office.store,
            taxonomy=office.book.taxonomy,
            sentences=desk_sentences(office),
            packs={office.book.pack.id: office.book.pack},
            office_name="Test office",
            clock=person.clock,
            secure_cookies=False,
        )
        self._browser = TestClient(desk, base_url="http://desk.test", follow_redirects=False)
        with office.store.unit_of_work() as uow:
            a_paralegal(uow, username)
        page = self._browser.get("/sign-in").text
        form = {"username": username, "password": PASSWORD, "next": "/", "form_token": _token(page)}
        self._expect(303, self._browser.post("/sign-in", data=form))

    def does(self, what: str, *, status: int = 303, **form: str) -> None:
        """Sends a form of the case page: claim, reply, release, refer or close."""
        case = self._person.case
        if case is None:
            raise LookupError("there is no case to work on")
        page = self._browser.get(f"/cases/{case.reference}").text
        form = {"form_token": _token(page), "token": f"form{case.id}", "seen": "0", **form}
        self._expect(status, self._browser.post(f"/cases/{case.reference}/{what}", data=form))

    def _expect(self, status: int, response: Any) -> None:
        assert response.status_code == status, f"the desk answered {response.status_code}:\n{response.text}"


def _token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found, "the page has no form"
    return found[1]


def texts(letters: list[Letter]) -> str:
    """All that was said, for a look whether something is in it."""
    return "\n".join(letter.text for letter in letters)


def transcript(person: Person) -> Iterator[str]:
    """The conversation so far, as the store has it."""
    conversation = person.conversation
    if conversation is None:
        return
    with person.office.store.reading() as look:
        for message in look.messages.transcript(conversation):
            who = {"person": "PERSON", "bot": "bot", "paralegal": "PARALEGAL"}[message.sender]
            yield f"{who:>9}: " + message.text.replace("\n", "\n" + " " * 11)
            if message.choices:
                yield " " * 11 + " ".join(f"[{label}]" for _, label in message.choices)

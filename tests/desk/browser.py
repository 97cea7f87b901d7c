"""The desk as tests meet it: a store with cases in it, and browsers that sign in, click and fill in forms."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from bot.my_data import stored_copy_of
from casestore.access import Role
from casestore.cases import Case, NewCase
from casestore.conversations import Conversation
from casestore.offices import HOME
from casestore.unit_of_work import Store
from desk.sentences import Sentences
from desk.web import create_desk
from tests.builders import open_cases
from tests.real_content import real_book

PASSWORD = "a long enough password"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HELLO = "They changed my locks <script>alert('x')</script>"


class Browser:
    """One browser at the desk."""

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(app, base_url="https://office.example")

    def get(self, path: str, **more: Any) -> Response:
        """Opens a page."""
        return self.client.get(f"/desk{path}", **more)

    def post(self, path: str, *, origin: str = "https://office.example", **fields: Any) -> Response:
        """Sends a form as one of our own pages would."""
        fields.setdefault("form_token", self.form_token())
        return self.client.post(f"/desk{path}", data=fields, headers={"Origin": origin}, follow_redirects=False)

    def form_token(self) -> str:
        """The token in the forms that this browser is given."""
        for path in ("/account", "/sign-in"):
            found = re.search(r'name="form_token" value="(\w+)"', self.get(path).text)
            if found:
                return found.group(1)
        raise AssertionError("no form has a token")

    def reply_form(self, reference: str) -> dict[str, str]:
        """The hidden fields of the answer form of a case."""
        html = self.get(f"/cases/{reference}").text
        found = dict(re.findall(r'name="(token|seen)" value="([^"]*)"', html))
        return {**found, "form_token": self.form_token()}

    def sign_in(self, username: str, password: str = PASSWORD, **more: str) -> Response:
        """Fills in the sign-in form."""
        self.get("/sign-in")
        return self.post("/sign-in", username=username, password=password, **more)


def add_accounts(store: Store) -> None:
    """`ada` administers, `thandi` and `sipho` are paralegals."""
    with store.unit_of_work() as uow:
        for name, role in (("ada", "administrator"), ("thandi", "paralegal"), ("sipho", "paralegal")):
            uow.staff.add(username=name, name=name.title(), password=PASSWORD, now=START, role=role)


@dataclass
class Desk:
    """A desk on a store that has the three accounts."""

    store: Store
    now: datetime = START
    ids: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        book = real_book()
        wording = book.wording
        sentences = Sentences(
            claimed=partial(wording.say, "case.claimed"),
            referred=partial(wording.say, "case.referred"),
            closed=partial(wording.say, "case.closed"),
            share=partial(wording.say, "case.share"),
            partner=partial(wording.say, "case.partner"),
            version=wording.version,
            handed_over=partial(wording.say, "case.handed_over"),
            moved=partial(wording.say, "case.moved"),
            returned=partial(wording.say, "case.returned"),
            label=wording.say,
            languages=tuple(wording.languages),
            notice=partial(wording.say, "safe.notice"),
            show=partial(wording.say, "safe.show"),
            copy=partial(stored_copy_of, book=book),
        )
        self.inner = create_desk(
            self.store,
            taxonomy=book.taxonomy,
            sentences=sentences,
            packs={"za": book.pack},
            office_name="Test Office",
            clock=lambda: self.now,
            secure_cookies=True,
        )
        self.app = FastAPI(openapi_url=None)
        self.app.mount("/desk", self.inner)
        with self.store.reading() as look:
            self.ids = {member.username: member.id for member in look.staff.all()}

    def add(self, username: str, role: Role, office_id: int = HOME) -> int:
        """One more account; returns its number."""
        with self.store.unit_of_work() as uow:
            member = uow.staff.add(
                username=username,
                name=username.title(),
                password=PASSWORD,
                now=self.now,
                role=role,
                office_id=office_id,
            )
        self.ids[username] = member.id
        return member.id

    def browser(self, username: str = "") -> Browser:
        """A browser, signed in when a name is given."""
        browser = Browser(self.app)
        if username:
            assert browser.sign_in(username).status_code == 303
        return browser

    def later(self, **span: float) -> None:
        """Time passes."""
        self.now += timedelta(**span)

    def case(self, *, claimed_by: str = "", said: str = HELLO, address: str = "", **changes: Any) -> Case:
        """A case in the queue, or already claimed."""
        known: dict[str, Any] = {
            "jurisdiction": "za",
            "place": "za-wc",
            "language": "en",
            "issues": ("housing.lockout",),
            "flags": ("lockout",),
            "urgency": "emergency",
            "due": date(2026, 12, 5),
            "versions": {"model": "local-1", "taxonomy": "1"},
            "assessment": ASSESSMENT,
        }
        with self.store.unit_of_work() as uow:
            count = len(open_cases(uow))
            talk = uow.conversations.find_or_start("web", address or f"address-{count}", now=self.now)
            uow.messages.add(talk, "person", said, now=self.now)
            case = uow.cases.open(talk, NewCase(**{**known, **changes}), now=self.now)
            if claimed_by:
                case = uow.cases.claim(case.id, staff_id=self.ids[claimed_by], now=self.now)
            return case

    def talk(self, case: Case) -> Conversation:
        """The conversation of a case."""
        assert case.conversation_id is not None
        with self.store.reading() as uow:
            return uow.conversations.get(case.conversation_id)

    def said(self, case: Case) -> list[str]:
        """All words of the transcript."""
        with self.store.reading() as uow:
            return [message.text for message in uow.messages.transcript(self.talk(case))]

    def letters(self, case: Case) -> list[str]:
        """What waits to be sent to the person."""
        with self.store.reading() as uow:
            return [letter.text for letter in uow.outbox.waiting_for("web", self.talk(case).address, now=self.now)]

    def events(self, case: Case) -> list[str]:
        """The kinds in the case log."""
        with self.store.reading() as uow:
            return [entry.kind.id for entry in uow.log.of(case.id)]

    def look(self, case: Case) -> Case:
        """The case as it is now."""
        with self.store.reading() as uow:
            return uow.cases.by_reference(case.reference)


ASSESSMENT: dict[str, Any] = {
    "summary": ["Locked out this morning"],
    "quote": "They changed my locks and I sleep outside",
    "reasons": ['Danger heard: lockout ("changed my locks")'],
    "facts": {"Who is doing this": "Landlord or agent"},
    "deadlines": [
        {"due": "2026-12-05", "what": "Apply to the court.", "because": "12 days from the event", "source": "PIE-8"}
    ],
    "guidance": ["za/housing.lockout"],
    "understanding": {"issues": [{"id": "housing.lockout", "probability": 0.93}]},
}

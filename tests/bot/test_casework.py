"""What is said of when a paralegal looks at an emergency: the hours of the office that has the case."""

from datetime import UTC, datetime

import pytest

from bot import casework
from bot.engine import take_turn
from bot.events import CaseAgreed
from bot.messages import Inbound, Kind
from bot.session import Session
from casestore.log.case_log import OPERATOR
from casestore.offices import HOME
from casestore.unit_of_work import Store
from tests.casestore.test_office_terms import TERMS
from tests.needs import ON_SQLITE
from tests.real_content import real_book
from tests.talk import Person, an_office
from triage.meaning import Meaning

LOCKED_OUT = "my landlord changed the locks today and my children and i are outside"


def told(store: Store, now: str, *, place: str = "", hours: str = "", flags: str = LOCKED_OUT) -> str:
    """What somebody in South Africa is told who agrees to a case at that time, UTC."""
    network = Store(store.engine, store.keys, store.files, terms=TERMS)
    with network.unit_of_work() as uow:
        uow.terms.change(HOME, place=place, hours=hours, actor=OPERATOR, now=datetime.fromisoformat(now + "Z"))
    office, clock = an_office(network, datetime.fromisoformat(now).replace(tzinfo=UTC))
    person = Person(office, clock)
    person.writes(flags)
    return " ".join(letter.text for letter in person.writes("human")) + " ".join(
        letter.text for letter in person.presses("Yes, open a case")
    )


@ON_SQLITE
@pytest.mark.parametrize(
    ("now", "own", "next_open"),
    [
        ("2026-10-23 14:30", {}, "Monday 26 October (in 3 days), at 08:00"),
        ("2026-10-25 20:00", {}, "tomorrow, Monday 26 October, at 08:00"),
        # London opens at nine, by its winter clock: eleven o'clock where the person is.
        (
            "2026-10-26 06:30",
            {"place": "gb-eng", "hours": "Mon-Fri 09:00-17:00"},
            "today, Monday 26 October, at 11:00",
        ),
    ],
)
def test_in_an_emergency_it_is_told_when_a_closed_office_opens_on_the_persons_clock(
    store: Store, now: str, own: dict[str, str], next_open: str
) -> None:
    words = told(store, now, **own)
    assert "within about 4 hours" in words
    assert f"Our office is closed now. It opens next: {next_open}." in words


@ON_SQLITE
@pytest.mark.parametrize("own", [{}, {"hours": "day and night"}])
def test_nothing_is_said_of_opening_while_the_office_is_open(store: Store, own: dict[str, str]) -> None:
    words = told(store, "2026-10-23 10:00", **own)
    assert "within about 4 hours" in words
    assert "closed" not in words


def heard_as_yes(words: str, *, asked: str = casework.OPEN) -> bool:
    """Whether those words alone, understood as nothing else, open the case that is offered."""
    session = Session(greeted=True, issues=("housing.repairs",), guided=("housing.repairs",), asked=asked)
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    said = Inbound(Kind.TEXT, text=words)
    turn = take_turn(session, said, Meaning(), real_book("za"), now=now, today=now.date())
    return any(isinstance(event, CaseAgreed) for event in turn.events)


@pytest.mark.parametrize("asked", [casework.OPEN, casework.HUMAN])
@pytest.mark.parametrize(
    "words",
    [
        "can you open a case after all?",
        "please open a case",
        "Yes, open a case",
        "ok then open my case please",
        "I would like you to open a case",
    ],
)
def test_a_plain_request_opens_the_case_that_is_offered(words: str, asked: str) -> None:
    assert heard_as_yes(words, asked=asked)


@pytest.mark.parametrize(
    "words",
    [
        "what if you open a case?",
        "dont open a case",
        "no, do not open a case",
        "please open a case with the police",
        "he opened a case",
        "why open a case",
        "will you open a case?",
        "if i say no, can you open a case later?",
    ],
)
def test_words_about_a_case_open_none(words: str) -> None:
    assert not heard_as_yes(words)

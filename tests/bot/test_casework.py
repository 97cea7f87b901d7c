"""What is said of when a paralegal looks at an emergency: the hours of the office that has the case."""

from datetime import UTC, datetime

import pytest

from casestore.log.case_log import OPERATOR
from casestore.offices import HOME
from casestore.unit_of_work import Store
from tests.casestore.test_office_terms import TERMS
from tests.needs import ON_SQLITE
from tests.talk import Person, an_office

pytestmark = ON_SQLITE
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


@pytest.mark.parametrize("own", [{}, {"hours": "day and night"}])
def test_nothing_is_said_of_opening_while_the_office_is_open(store: Store, own: dict[str, str]) -> None:
    words = told(store, "2026-10-23 10:00", **own)
    assert "within about 4 hours" in words
    assert "closed" not in words

"""The conversation in a terminal: what is shown, and what a number presses."""

import pytest

from bot.channels.console import Console
from casestore.unit_of_work import Store
from tests.builders import NOW
from tests.needs import ON_SQLITE
from tests.talk import an_office

pytestmark = ON_SQLITE
OFFERED = "  1. Talk to a person"


@pytest.fixture
def console(store: Store) -> Console:
    """A terminal at an office."""
    office, _ = an_office(store, NOW)
    return Console(office, "somebody")


def test_buttons_are_shown_with_what_is_said_and_not_again_before_the_next_answer(console: Console) -> None:
    assert console.says("/start")[-1] == OFFERED
    assert list(console.arrived()) == []


def test_a_button_that_comes_twice_has_one_number(console: Console) -> None:
    console.says("the landlord locked me out this morning in Tembisa and we have nowhere to sleep")
    shown = console.says("no, no case please")[-1]
    assert shown.count("Write a letter for me") == 1, shown


def test_a_number_presses_the_button_shown_last_though_nothing_new_has_come(console: Console) -> None:
    console.says("/start")
    list(console.arrived())
    assert "open a case" in "\n".join(console.says("1"))

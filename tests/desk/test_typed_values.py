"""What was typed into a form: amounts there and back, and refusals as sentences."""

import pytest

from desk.typed_values import Mistake, sentence


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("choose a case", "Choose a case."),
        ("Choose a case.", "Choose a case."),
        ("people: write a number", "People: write a number."),
        ("SASSA is known", "SASSA is known."),
    ],
)
def test_a_refusal_begins_with_a_capital_ends_with_a_stop_and_is_else_as_it_was(words: str, shown: str) -> None:
    assert sentence(Mistake(words)) == shown

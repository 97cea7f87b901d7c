"""What was typed into a form: amounts there and back, and refusals as sentences."""

import pytest

from desk.typed_values import Mistake, amount_of, plain, sentence


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


@pytest.mark.parametrize("cents", [0, 5, 100, 120_050, 123_456_789])
def test_an_amount_is_read_as_it_was_shown(cents: int) -> None:
    assert amount_of(plain(cents)) == cents


def test_nothing_is_no_amount_and_words_are_none() -> None:
    assert (amount_of(" "), plain(None)) == (None, "")
    with pytest.raises(Mistake, match="as a number"):
        amount_of("much")

"""Reading age: every card can be read at eleven, and the count is near what is known of other texts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.coverage import card_reading_age
from triage.pack import LawPack, load_pack, packs_folder, packs_in
from triage.readability import OLDEST_READER, reading_age

PACKS = [load_pack(folder) for folder in packs_in(packs_folder()).values()]
CARDS = [(pack, issue) for pack in PACKS for issue in pack.cards]


@pytest.mark.parametrize(("pack", "issue"), CARDS, ids=lambda value: value if isinstance(value, str) else value.id)
def test_every_card_can_be_read_at_eleven(pack: LawPack, issue: str) -> None:
    assert card_reading_age(pack.cards[issue], pack, date(2026, 11, 23)) <= OLDEST_READER


def test_a_text_counted_by_hand() -> None:
    """Twelve words, two sentences, twelve syllables: 0.39 x 6 + 11.8 - 15.59 + 5."""
    assert reading_age("The cat sat on the mat. The dog ran to the house.") == pytest.approx(3.55)


def test_long_words_and_sentences_need_an_older_reader() -> None:
    plain = "Only a court can put you out. Go to the court. Take your papers with you."
    legal = (
        "Notwithstanding any contractual stipulation to the contrary, termination of occupation necessitates "
        "judicial authorisation subsequent to consideration of all relevant circumstances."
    )
    assert reading_age(plain) < 8
    assert reading_age(legal) > 20


def test_lines_are_sentences_and_nothing_is_no_text() -> None:
    assert reading_age("one two\nthree four") == reading_age("one two. three four.")
    assert reading_age("•  – …") == 0


@given(st.text(max_size=200))
def test_any_text_has_a_reading_age(text: str) -> None:
    assert isinstance(reading_age(text), float)

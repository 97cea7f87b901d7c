"""The language of a message: each of the five, mixtures, names that are no other language, nothing at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trained import trained_understanding
from triage.languages import MIXED, language_of

LANGUAGES = {"en", "af", "zu", "xh", "st", "other", MIXED}


def told(text: str) -> str:
    return language_of(text, trained_understanding().model.languages)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the landlord shut off our water on Tuesday and nobody picks up the phone", "en"),
        ("die huiseienaar het Dinsdag ons water afgesny en niemand antwoord nie", "af"),
        ("umnikazi wendlu uvale amanzi ngoLwesibili futhi akekho ophendula ucingo", "zu"),
        ("umnini ndlu uwavale amanzi ngoLwesibini kwaye akukho mntu uphendula ifowuni", "xh"),
        ("mong wa ntlo o kwetse metsi ka Labobedi mme ha ho motho ya arabang mohala", "st"),
    ],
)
def test_each_language_is_told(text: str, language: str) -> None:
    assert told(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "hulle het my locks gechange while i was at work en my kinders is buite",
        "my landlord uvale amanzi and he says angikhokhanga irenti yami yale nyanga",
        "mong wa ntlo o re I must move out ka Labohlano and I have nowhere to go",
    ],
)
def test_two_languages_in_one_message_are_mixed(text: str) -> None:
    assert told(text) == MIXED


@pytest.mark.parametrize(
    "text",
    [
        "Mr Ndlovu from Khayelitsha locked me out of my room in Umlazi",
        "my boss Thabo Mokoena owes me two months wages for the job in Mthatha",
        "SASSA in Gqeberha stopped my grant",
    ],
)
def test_names_are_not_another_language(text: str) -> None:
    assert told(text) == "en"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_every_text_has_one_of_the_languages(text: str) -> None:
    assert told(text) in LANGUAGES

"""What names a person is hidden; amounts, days and the story stay."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trained import CONTENT
from triage.content import read_mapping
from triage.errors import ContentError
from triage.examples import read_examples, training_files
from triage.masking import Vocabulary, load_vocabulary, mask
from triage.pack import load_pack, packs_folder

TODAY = date(2026, 11, 23)
PACKS = [load_pack(packs_folder() / place) for place in ("gb-eng", "za")]
NAMES = read_mapping(CONTENT / "names.yml")["names"]
VOCABULARY = load_vocabulary(
    CONTENT / "names.yml", (each.text for path in training_files(CONTENT) for each in read_examples(path))
)


def masked(text: str) -> str:
    return mask(text, VOCABULARY, PACKS, today=TODAY)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("My name is Thabo Mokoena and I was put out", "My name is [name] and I was put out"),
        ("sipho locked me out", "[name] locked me out"),
        ("usipho no-Mkhize bathi", "[name] bathi"),
        ("mr qwabe the landlord", "mr [name] the landlord"),
        ("Yesterday Bhekisisa hit me", "Yesterday [name] hit me"),
        ("my landlord Kwanele Zungu shouted", "my landlord [name] shouted"),
        ("Thabo's brother took it", "[name] brother took it"),
        ("THE LANDLORD MKHIZE SHOUTED", "THE LANDLORD [name] SHOUTED"),
        ("die huisbaas Van der Merwe", "die huisbaas [name]"),
        ("ask @thabo_m or https://example.org/thabo", "ask [name] or [link]"),
        ("call 082 555 1234 now", "call [phone] now"),
        ("or 07911123456 after five", "or [phone] after five"),
        ("mail z.m@example.org", "mail [e-mail]"),
        ("id 8001015009087", "id [identity number]"),
        ("id 8001015009088", "id [number]"),
        ("my NI is AB 12 34 56 C", "my NI is [insurance number]"),
        ("pay into account 62555123456", "pay into account [account]"),
        ("ref SRD1234567", "ref [reference]"),
        ("i live at 12 main road", "i live at [address]"),
        ("at Flat 4B, 22 Oak Tree Close, M14 5RT", "at [address]"),
        ("stand 4455 ext 7", "[address]"),
        ("by Kerkstraat 12 langs", "by [address] langs"),
        ("we stay in Tembisa near Leeds", "we stay in [place] near [place]"),
        ("I was born on 3/4/1985", "I was born on [day]"),
        ("my son, 2019-05-06, is ill", "my son, [day], is ill"),
    ],
)  # fmt: skip
def test_what_names_somebody_is_hidden(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "R4 500 on 3 November 2026 and £90 a week",
        "he kept R12 345 678 of it",
        "SASSA stopped my grant in March, the DWP said so on Friday",
        "I'm locked out. My kids are inside! The CCMA is on 7 December",
        "for three months, since the 3rd, 2026-11-03",
        "two rooms into one house, room for 3 people",
        "ek is uit my kamer gesit en die slot is verander",
        "umnikazi uvale amanzi ngoLwesibili",
    ],
)
def test_the_story_stays(text: str) -> None:
    assert masked(text) == text


def test_two_names_side_by_side_are_one() -> None:
    assert masked("thabo sipho dlamini came") == "[name] came"


@given(
    st.sampled_from(NAMES),
    st.sampled_from([str.lower, str.upper, str.title]),
    st.sampled_from(["{} hit me", "i said to {}, stop", "u{}"]),
)
def test_no_name_of_the_list_is_left_however_it_is_written(
    name: str, write: Callable[[str], str], pattern: str
) -> None:
    assert name not in masked(pattern.format(write(name))).lower()


@given(st.integers(min_value=10**6, max_value=10**15))
def test_no_long_number_is_left(number: int) -> None:
    assert str(number) not in masked(f"the number was {number} they said")


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    masked(text)


def test_most_of_our_own_held_out_messages_need_no_mask() -> None:
    """They were written without persons: what is hidden in them is lost for learning."""
    held_out = [each.text for path in sorted((CONTENT / "heldout").glob("h*.yml")) for each in read_examples(path)]
    assert len(held_out) > 200
    assert sum(masked(text) == text for text in held_out) / len(held_out) > 0.75


def test_ordinary_words_are_those_written_small(tmp_path: Path) -> None:
    (tmp_path / "names.yml").write_text("names: [thabo]\n", encoding="utf-8")
    vocabulary = load_vocabulary(tmp_path / "names.yml", ["Sipho and thabo went to SASSA"])
    assert {"and", "went", "to", "sassa"} <= vocabulary.words
    assert not vocabulary.words & {"sipho", "thabo"}
    assert vocabulary.is_name("Sipho")
    assert not vocabulary.is_name("And")


@pytest.mark.parametrize("content", ["names: thabo\n", "names: [Thabo]\n", "people: [thabo]\n", "names: [no]\n"])
def test_a_mistake_in_the_list_of_names_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "names.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match="a list of names in small letters"):
        load_vocabulary(tmp_path / "names.yml", [])


def test_a_vocabulary_without_words_hides_every_capital_letter() -> None:
    assert mask("Hello there", Vocabulary(frozenset(), frozenset()), [], today=TODAY) == "[name] there"

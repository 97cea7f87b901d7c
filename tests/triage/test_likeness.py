"""Nearly the same messages are found, all of them, and others are not."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.likeness import Likeness, find_alike, shingles, words_of


def test_words_are_read_without_case_punctuation_and_apostrophes() -> None:
    assert words_of("He DIDN’T pay, R500!") == ["he", "didnt", "pay", "r500"]


def test_shingles_are_words_and_neighbours() -> None:
    assert shingles("locked me out") == {"locked", "me", "out", "locked me", "me out"}


def test_a_message_without_words_is_its_own_shingle() -> None:
    assert shingles("👍") == {"👍"}
    assert list(find_alike(["👍", "👎", "👍"], least=0.7)) == [Likeness(0, 2, 1.0)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("My landlord changed the locks today.", "my landlord changed the locks today"),
        ("he doesnt pay maintenance for our son at all", "he doesn't pay maintenance for our son"),
        ("interview under caution next week please help me", "interview under caution next tuesday please help me"),
    ],
)
def test_the_same_in_nearly_the_same_words_is_found(one: str, other: str) -> None:
    found = list(find_alike(["something else altogether", one, other], least=0.6))
    assert [(each.first, each.second) for each in found] == [(1, 2)]


def test_the_same_words_in_another_order_are_not_nearly_the_same() -> None:
    assert list(find_alike(["the dog bit the man", "the man bit the dog"], least=0.8)) == []


_messages = st.lists(st.text(alphabet="ab ' .", max_size=14), max_size=12)


@given(_messages, st.sampled_from([0.3, 0.5, 0.55, 0.6, 2 / 3, 0.7, 0.75, 0.8, 1.0]))
def test_no_pair_is_missed_and_none_is_found_twice(texts: list[str], least: float) -> None:
    sets = [shingles(text) for text in texts]
    expected = [
        (one, other)
        for one, other in combinations(range(len(texts)), 2)
        if len(sets[one] & sets[other]) / len(sets[one] | sets[other]) >= least
    ]
    assert sorted((each.first, each.second) for each in find_alike(texts, least=least)) == expected

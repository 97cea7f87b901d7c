"""Folding of names: spellings meet, different names stay apart, whatever is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestore.keys.folding import _SUFFIXES, LONGEST, folded, tidy

WORD = st.text(st.characters(categories=["Ll", "Lo", "Nd"], max_codepoint=0x17F), min_size=1, max_size=8).filter(
    lambda word: word == word.casefold() and folded(word) == word and word not in {*_SUFFIXES, "and"}
)
NAME = st.lists(WORD, min_size=1, max_size=5)


def folds(name: str) -> bool:
    try:
        folded(name)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SASSA", "S.A.S.S.A."),
        ("Capitec Bank Limited", "capitec  bank ltd."),
        ("Net1 Finance (Pty) Ltd", "NET1 FINANCE"),
        ("Eskom Holdings SOC Ltd", "Eskom Holdings"),
        ("Boer & Seuns (Edms) Bpk", "Boer and Seuns"),
        ("O'Brien Lettings", "O’Brien lettings"),
        ("Mr. Dlamini", "mr dlamini"),
        ("Ｆｕｌｌ Width plc", "full width"),
        ("Edgars-Kwik", "Edgars Kwik"),
        ("Straße Immobilien", "STRASSE IMMOBILIEN"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Capitec", "Capitek"),
        ("First National Bank", "FNB"),
        ("Smith", "Smyth"),
        ("Nokwazi", "Nokwazi Trust"),
        ("Müller", "Muller"),
        ("का", "की"),
    ],
)
def test_names_that_differ_in_a_letter_stay_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_name_that_is_only_a_suffix_stays_a_name() -> None:
    assert folded("The Company") == "the"
    assert folded("Limited") == "limited"


@pytest.mark.parametrize("name", ["", "  ", "?!", "---", "\0", "\u202e", "\N{COMBINING ACUTE ACCENT}"])
def test_what_names_nobody_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="letter or a number"):
        folded(name)


def test_a_name_that_is_too_long_is_refused_rather_than_cut() -> None:
    assert folded("x" * LONGEST)
    with pytest.raises(ValueError, match="at most 120"):
        folded("x" * (LONGEST + 1))


@given(st.text().filter(folds))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@given(st.text())
def test_a_tidy_name_is_one_line_of_what_can_be_shown(name: str) -> None:
    kept = tidy(name)
    assert tidy(kept) == kept
    assert kept.isprintable()
    assert not folds(name) or folded(kept) == folded(name)


@given(NAME, st.sampled_from(sorted(_SUFFIXES)), st.sampled_from([" ", "  ", ", ", " - ", " ("]))
def test_case_punctuation_and_suffix_make_no_difference(words: list[str], suffix: str, between: str) -> None:
    assert folded(between.join([*words, suffix.upper()]) + ".") == folded(" ".join(words)) == " ".join(words)


@given(NAME, NAME)
def test_different_words_are_different_names(one: list[str], other: list[str]) -> None:
    assert (folded(" ".join(one)) == folded(" ".join(other))) == (one == other)

"""Text features: what is learnt survives being written down, and typing errors leave most of it."""

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text_features import FOR_LANGUAGE, FOR_PROBLEMS, FOR_SHORT, Grams, TextFeatures, plain

TEXTS = ["they changed the locks", "they changed my locks", "Môre, die slotte is verander", "i am locked out", "i"] * 3


def test_features_written_down_and_read_back_are_the_same() -> None:
    for family in (FOR_PROBLEMS, FOR_SHORT, FOR_LANGUAGE):
        features = TextFeatures(family).fit(TEXTS)
        again = TextFeatures.from_arrays(family, features.to_arrays())
        before, after = features.transform(TEXTS).toarray(), again.transform(TEXTS).toarray()
        assert before.shape[1] > 10
        np.testing.assert_allclose(before, after, rtol=1e-6)


def test_arrays_hold_no_objects() -> None:
    arrays = TextFeatures(FOR_SHORT).fit(TEXTS).to_arrays()
    assert set(arrays) == {"words.terms", "words.idf", "letters.terms", "letters.idf"}
    assert not any(array.dtype.hasobject for array in arrays.values())


def test_a_typing_error_leaves_most_letter_groups() -> None:
    features = TextFeatures((Grams("letters", "char_wb", 3, 5, 1, 1000),)).fit(TEXTS)
    right, wrong, other = features.transform(["landlord locks", "landlord lokcs", "die verander"]).toarray()
    assert right @ wrong > 0.2 > right @ other


def test_one_letter_words_count_and_accents_do_not() -> None:
    features = TextFeatures((Grams("words", "word", 1, 1, 1, 1000),)).fit(TEXTS)
    one_letter, accented, plain = features.transform(["I", "môre", "more"]).toarray()
    assert one_letter.any()
    np.testing.assert_array_equal(accented, plain)


def test_a_text_without_known_words_is_an_empty_row() -> None:
    features = TextFeatures(FOR_SHORT).fit(TEXTS)
    assert features.transform(["", "?!", "\U0001f622"]).nnz == 0


_ANY_TEXT = st.text(max_size=60) | st.text("aeiou ñôÉİßǅ  \t\n'’.,!0123456789_-𝐇ﬁ¨", max_size=60)


@pytest.mark.parametrize("grams", [*FOR_PROBLEMS, *FOR_SHORT, *FOR_LANGUAGE], ids=lambda grams: f"{grams}")
@given(text=_ANY_TEXT)
def test_terms_are_those_that_were_learnt(grams: Grams, text: str) -> None:
    """What is read must be cut as scikit-learn cut it when the words were learnt."""
    simple = plain(text)
    assert Counter(grams.terms(simple)) == Counter(grams.vectorizer().build_analyzer()(simple))


@given(text=_ANY_TEXT)
def test_plain_text_is_what_learning_makes_of_it_and_stays_so(text: str) -> None:
    prepare = FOR_SHORT[0].vectorizer().build_preprocessor()
    assert plain(text) == prepare(prepare(text)) == plain(plain(text))


def test_letters_of_another_fashion_are_letters() -> None:
    assert plain("𝐇𝐞𝐥𝐩 MÔRE") == "help more"


def test_to_read_nothing_of_scikit_learn_is_imported() -> None:
    """It would hold 70 MB."""
    check = "import sys, triage.understanding; assert not {'sklearn', 'joblib', 'scipy.optimize'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)

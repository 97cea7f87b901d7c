"""Text features: what is learnt survives being written down, and typing errors leave most of it."""

import numpy as np

from triage.text_features import FOR_LANGUAGE, FOR_PROBLEMS, FOR_SHORT, Grams, TextFeatures

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

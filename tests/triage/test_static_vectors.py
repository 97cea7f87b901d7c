"""Static vectors: nothing is downloaded or imported, and what is learnt survives being written down."""

import subprocess
import sys

import numpy as np
import pytest

from triage.static_vectors import VectorFeatures, word_vectors

TEXTS = ["the landlord changed the locks", "my wages were not paid", "the boss did not pay me", "the weather is nice"]


@pytest.fixture(scope="module")
def features() -> VectorFeatures:
    return VectorFeatures().fit(TEXTS)


def test_a_row_has_length_one(features: VectorFeatures) -> None:
    rows = features.transform(TEXTS)
    assert rows.shape == (len(TEXTS), word_vectors().table.shape[1])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)


def test_a_text_without_words_is_an_empty_row(features: VectorFeatures) -> None:
    assert not features.transform([""]).any()


def test_words_of_one_meaning_are_near_each_other(features: VectorFeatures) -> None:
    salary, wages, weather = features.transform(["salary not received", "wages unpaid", "sunny weather"])
    assert salary @ wages > salary @ weather


def test_written_down_and_read_back_it_says_the_same(features: VectorFeatures) -> None:
    again = VectorFeatures.from_arrays(features.to_arrays())
    np.testing.assert_array_equal(again.transform(TEXTS), features.transform(TEXTS))


def test_other_vectors_than_those_of_the_training_are_refused(features: VectorFeatures) -> None:
    arrays = {**features.to_arrays(), "of": np.frombuffer(b"others", dtype=np.uint8)}
    with pytest.raises(ValueError, match="other vectors"):
        VectorFeatures.from_arrays(arrays)


def test_the_package_is_read_but_not_imported() -> None:
    """Its import would configure logging for the whole process."""
    check = "import logging, sys; from triage.static_vectors import word_vectors; word_vectors(); "
    check += "assert 'wordllama' not in sys.modules and not logging.getLogger().handlers"
    subprocess.run([sys.executable, "-c", check], check=True)

"""Sentence vectors, computed by the real weights (`make encoder`)."""

import numpy as np
import pytest

from tests.needs import needs_encoder
from triage.classifier import IssueClassifier
from triage.errors import EncoderMissing
from triage.sentence_encoder import WINDOW, EncoderFeatures, sentence_encoder

LOCKED_OUT = "my landlord changed the locks while I was at work"


@needs_encoder
def test_what_means_the_same_lies_near_what_does_not_lies_far() -> None:
    told, again, other = sentence_encoder().encode(
        [LOCKED_OUT, "the owner put new locks on the door so I cannot get in", "a recipe for banana bread"]
    )
    assert told @ again > 0.5
    assert abs(told @ other) < 0.2


@needs_encoder
def test_the_numbers_are_those_of_the_published_model() -> None:
    """Recorded once; another library of linear algebra may differ in the last digits only."""
    vector = sentence_encoder().encode(["This is an example sentence"])[0]
    assert vector[:5] == pytest.approx(PUBLISHED, abs=1e-4)


# The first numbers on the model's own page for this very sentence.
PUBLISHED = (0.0676569, 0.0634959, 0.0487131, 0.0793049, 0.0374480)


@needs_encoder
def test_a_text_never_depends_on_its_neighbours() -> None:
    texts = [LOCKED_OUT, "", "x", f"{LOCKED_OUT}. " * 60, "ngicela usizo", "\U0001f622"]
    together = sentence_encoder().encode(texts)
    alone = np.vstack([sentence_encoder().encode([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-5)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)


@needs_encoder
def test_of_a_long_text_only_the_first_windows_are_read() -> None:
    long = "word " * (2 * WINDOW)
    first, second = sentence_encoder().encode([long, long + LOCKED_OUT])
    assert first == pytest.approx(second, abs=1e-6)


@needs_encoder
def test_a_classifier_of_the_encoder_tier_is_written_down_and_read_back() -> None:
    what = {"kept my pay": ("work.pay",), "locked me out": ("housing.lockout",), "tells a joke": ()}
    texts = [f"{who} {did}" for did in what for who in ("he", "she", "they", "the man", "the agent", "my aunt")]
    labels = [labels for labels in what.values() for _ in range(6)]
    classifier = IssueClassifier(("work.pay", "housing.lockout"), "encoder").fit(texts, labels)
    again = IssueClassifier.from_arrays(classifier.issues, classifier.to_arrays(), "encoder")
    told = ["the boss did not pay my salary", "what a funny story"]
    before, after = classifier.read(told), again.read(told)
    assert [one.problem for one in before] == pytest.approx([one.problem for one in after], abs=1e-6)
    assert before[0].areas[0].id == "work"


def test_without_its_weights_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.sentence_encoder.PACKAGE", "no_such_package")
    sentence_encoder.cache_clear()
    with pytest.raises(EncoderMissing, match="run `make encoder`, or use the light tier"):
        EncoderFeatures().fit(())
    sentence_encoder.cache_clear()


@needs_encoder
def test_other_weights_than_the_measured_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.sentence_encoder.SHA256", "0" * 64)
    sentence_encoder.cache_clear()
    with pytest.raises(EncoderMissing, match="are not the ones that were measured"):
        sentence_encoder()
    sentence_encoder.cache_clear()


def test_a_model_of_other_weights_is_not_used() -> None:
    with pytest.raises(ValueError, match="other weights"):
        EncoderFeatures.from_arrays({"of": np.frombuffer(b"0" * 64, dtype=np.uint8)})

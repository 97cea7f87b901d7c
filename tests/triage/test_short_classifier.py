"""The classifier of short texts: what is said to the bot, in which language."""

import pytest

from triage.short_classifier import ShortClassifier
from triage.text_features import FOR_SHORT

SAID = {
    "affirm": ["yes", "yes please", "yeah", "yep ok", "ok yes"],
    "deny": ["no", "no thanks", "nope", "not now", "no no"],
    "delete": ["delete everything", "please delete", "erase my data", "delete it all"],
}
TEXTS = [text for texts in SAID.values() for text in texts]
LABELS = [label for label, texts in SAID.items() for _ in texts]


@pytest.fixture(scope="module")
def classifier() -> ShortClassifier:
    return ShortClassifier(FOR_SHORT).fit(TEXTS, LABELS)


@pytest.mark.parametrize(("text", "label"), [("yess", "affirm"), ("no way", "deny"), ("delete all my data", "delete")])
def test_the_most_probable_label_comes_first(classifier: ShortClassifier, text: str, label: str) -> None:
    scored = classifier.read([text])[0]
    assert scored[0].id == label
    assert [one.probability for one in scored] == sorted((one.probability for one in scored), reverse=True)
    assert sum(one.probability for one in scored) == pytest.approx(1)
    assert {one.id for one in scored} == set(SAID)


def test_a_text_without_known_letters_is_nothing_certain(classifier: ShortClassifier) -> None:
    assert classifier.read(["\U0001f622"])[0][0].probability < 0.5


def test_written_down_and_read_back_it_says_the_same(classifier: ShortClassifier) -> None:
    again = ShortClassifier.from_arrays(FOR_SHORT, classifier.to_arrays())
    for before, after in zip(classifier.read(TEXTS), again.read(TEXTS), strict=True):
        assert [one.id for one in before] == [one.id for one in after]
        assert [one.probability for one in before] == pytest.approx([one.probability for one in after], abs=1e-6)


def test_learning_twice_gives_the_same_numbers(classifier: ShortClassifier) -> None:
    again = ShortClassifier(FOR_SHORT).fit(TEXTS, LABELS)
    assert again.read(TEXTS) == classifier.read(TEXTS)


def test_two_labels_are_told_apart() -> None:
    classifier = ShortClassifier(FOR_SHORT).fit(["yes", "yes please", "no", "no thanks"], ["a", "a", "b", "b"])
    for text, label in (("yes yes", "a"), ("no no", "b")):
        scored = classifier.read([text])[0]
        assert scored[0].id == label
        assert sum(one.probability for one in scored) == pytest.approx(1)


def test_a_single_label_is_certain() -> None:
    classifier = ShortClassifier(FOR_SHORT).fit(["yes", "yes please"], ["en", "en"])
    assert [(one.id, one.probability) for one in classifier.read(["no"])[0]] == [("en", 1.0)]

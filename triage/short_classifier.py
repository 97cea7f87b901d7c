"""One label for a short text: what is said to the bot, or in which language."""

from collections.abc import Sequence

import numpy as np
from scipy.special import softmax

from triage.linear_heads import LinearHeads, temperature
from triage.meaning import Scored
from triage.text_features import Arrays, Grams, TextFeatures, part_of


class ShortClassifier:
    """One logistic regression a label over n-grams; `read` gives the labels of each text with their share."""

    def __init__(self, grams: Sequence[Grams], strength: float = 10.0) -> None:
        self.grams = tuple(grams)
        self.strength = strength

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> "ShortClassifier":
        """Learns from texts with one label each."""
        self.features_ = TextFeatures(self.grams).fit(texts)
        rows = self.features_.transform(texts)
        self.labels_ = tuple(sorted(set(labels)))
        self.heads_, self.temperature_ = LinearHeads(self.labels_, self.strength), 1.0
        truth = np.array([[label == one for one in self.labels_] for label in labels])
        if len(self.labels_) > 1:
            self.temperature_ = temperature(self.heads_.out_of_fold(rows, truth), truth.argmax(axis=1))
        self.heads_.fit(rows, truth)
        return self

    def read(self, texts: Sequence[str]) -> list[tuple[Scored, ...]]:
        """All labels of each text, most probable first."""
        scores = self.heads_.scores(self.features_.transform(texts)) * self.temperature_
        return [
            tuple(Scored(self.labels_[place], float(row[place])) for place in np.argsort(-row, kind="stable"))
            for row in softmax(scores, axis=1)
        ]

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        return {
            **{f"features.{name}": array for name, array in self.features_.to_arrays().items()},
            "labels": np.frombuffer("\n".join(self.labels_).encode(), dtype=np.uint8),
            "weights": self.heads_.weights_,
            "offsets": self.heads_.offsets_,
            "temperature": np.array([self.temperature_]),
        }

    @classmethod
    def from_arrays(cls, grams: Sequence[Grams], arrays: Arrays) -> "ShortClassifier":
        """Back from what `to_arrays` gave."""
        classifier = cls(grams)
        classifier.features_ = TextFeatures.from_arrays(grams, part_of(arrays, "features"))
        classifier.labels_ = tuple(arrays["labels"].tobytes().decode().split("\n"))
        classifier.heads_ = LinearHeads(classifier.labels_, classifier.strength)
        classifier.heads_.weights_ = arrays["weights"]
        classifier.heads_.offsets_ = arrays["offsets"]
        classifier.temperature_ = float(arrays["temperature"][0])
        return classifier

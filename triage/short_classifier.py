"""One label for a short text: what is said to the bot, or in which language."""

from collections.abc import Sequence

import numpy as np
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from triage.meaning import Scored
from triage.text_features import Arrays, Grams, TextFeatures


class ShortClassifier:
    """Multinomial logistic regression over n-grams; `read` gives the most probable label of each text."""

    def __init__(self, grams: Sequence[Grams], strength: float = 10.0) -> None:
        self.grams = tuple(grams)
        self.strength = strength

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> "ShortClassifier":
        """Learns from texts with one label each."""
        self.features_ = TextFeatures(self.grams).fit(texts)
        rows = self.features_.transform(texts)
        self.labels_ = tuple(sorted(set(labels)))
        self.weights_ = np.zeros((rows.shape[1], len(self.labels_)), dtype=np.float32)
        self.offsets_ = np.zeros(len(self.labels_), dtype=np.float32)
        if len(self.labels_) > 1:  # of two labels scikit-learn scores only the second one
            fitted = LogisticRegression(C=self.strength, class_weight="balanced", max_iter=300).fit(rows, labels)
            scored = len(fitted.coef_)
            self.weights_[:, -scored:] = fitted.coef_.T
            self.offsets_[-scored:] = fitted.intercept_
        return self

    def read(self, texts: Sequence[str]) -> list[tuple[Scored, ...]]:
        """All labels of each text, most probable first."""
        scores = self.features_.transform(texts) @ self.weights_ + self.offsets_
        return [
            tuple(Scored(self.labels_[place], float(row[place])) for place in np.argsort(-row, kind="stable"))
            for row in softmax(np.asarray(scores, dtype=np.float64), axis=1)
        ]

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        return {
            **{f"features.{name}": array for name, array in self.features_.to_arrays().items()},
            "labels": np.frombuffer("\n".join(self.labels_).encode(), dtype=np.uint8),
            "weights": self.weights_,
            "offsets": self.offsets_,
        }

    @classmethod
    def from_arrays(cls, grams: Sequence[Grams], arrays: Arrays) -> "ShortClassifier":
        """Back from what `to_arrays` gave."""
        classifier = cls(grams)
        features = {name.removeprefix("features."): a for name, a in arrays.items() if name.startswith("features.")}
        classifier.features_ = TextFeatures.from_arrays(grams, features)
        classifier.labels_ = tuple(arrays["labels"].tobytes().decode().split("\n"))
        classifier.weights_ = arrays["weights"]
        classifier.offsets_ = arrays["offsets"]
        return classifier

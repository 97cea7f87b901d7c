"""Which legal problems a text tells of: one independent, calibrated classifier an area, and a ranking of issues."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from threadpoolctl import threadpool_limits

from triage.linear_heads import LinearHeads, Matrix, Weights, platt, temperature
from triage.meaning import Scored
from triage.static_vectors import VectorFeatures
from triage.text_features import FOR_PROBLEMS, Arrays, TextFeatures, part_of

_VECTOR_SHARE = 0.4  # of the log-odds; the rest is words and letter groups
_VECTOR_STRENGTH = 0.3
_LONG_FROM = 50  # words
_LONG_WEIGHS = 4.0


def row_weights(texts: Sequence[str], labels: Sequence[Sequence[str]]) -> Weights:
    """Every area, chatter and vague trouble weigh the same together, however many examples each has.

    Long texts weigh more: there are fewer of them, and people's posts are long.
    """
    kinds = [first[0].split(".", 1)[0] if first else "" for first in labels]
    common = {kind: kinds.count(kind) for kind in set(kinds)}
    long = [_LONG_WEIGHS if len(text.split()) >= _LONG_FROM else 1.0 for text in texts]
    weights = np.array([factor / common[kind] for factor, kind in zip(long, kinds, strict=True)])
    return np.asarray(weights / weights.mean())


class IssueClassifier:
    """`fit` on texts with their labels; `areas`, `issues` and `problem` give probabilities.

    Labels are issue ids; an empty set is a text without any legal problem, and `vague` one that tells of trouble
    without saying which.
    """

    def __init__(self, issues: Sequence[str]) -> None:
        self.issues = tuple(issues)
        self.areas = tuple(dict.fromkeys(issue.split(".", 1)[0] for issue in issues))

    def fit(self, texts: Sequence[str], labels: Sequence[Sequence[str]]) -> "IssueClassifier":
        """Learns words, heads and calibration."""
        # Threads of BLAS and OpenMP would only wait for each other on problems as small as these.
        with threadpool_limits(1):
            return self._fit(texts, labels)

    def _fit(self, texts: Sequence[str], labels: Sequence[Sequence[str]]) -> "IssueClassifier":
        truth, weights = self._truth(labels), row_weights(texts, labels)
        self.features_, self.vectors_ = TextFeatures(FOR_PROBLEMS).fit(texts), VectorFeatures().fit(texts)
        rows, dense = self.features_.transform(texts), self.vectors_.transform(texts)
        heads, vector_heads = self._heads()
        with ThreadPoolExecutor(1) as beside:  # both kinds at once, each on one core
            later = beside.submit(lambda: vector_heads.out_of_fold(dense, truth, weights))
            unseen, vector_unseen = heads.out_of_fold(rows, truth), later.result()
            later_heads = beside.submit(lambda: vector_heads.fit(dense, truth, weights))
            self.heads_, self.vector_heads_ = heads.fit(rows, truth), later_heads.result()
        both = _averaged(self.heads_.calibrate(unseen, truth), self.vector_heads_.calibrate(vector_unseen, truth))
        calibrated = len(self.areas) + 1
        # Areas share their weights; a problem is met as often as in the examples.
        weighing = [np.sqrt(weights)] * len(self.areas) + [np.ones(len(texts))]
        self.platt_ = np.array([platt(both[:, c], truth[:, c], weighing[c]) for c in range(calibrated)])
        first = np.array([self.issues.index(ls[0]) if ls and ls[0] in self.issues else -1 for ls in labels])
        self.temperature_ = temperature(both[first >= 0, calibrated:], first[first >= 0])
        self.unseen_ = both
        return self

    def _heads(self) -> tuple[LinearHeads, LinearHeads]:
        names = (*self.areas, "problem", *self.issues)
        return LinearHeads(names), LinearHeads(names, _VECTOR_STRENGTH)

    def _truth(self, labels: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        areas = [[any(x.startswith(f"{area}.") for x in ls) for area in self.areas] for ls in labels]
        issues = [[issue in ls for issue in self.issues] for ls in labels]
        return np.hstack([np.array(areas), np.array([[bool(ls)] for ls in labels]), np.array(issues)])

    def read(self, texts: Sequence[str]) -> list[tuple[float, tuple[Scored, ...], tuple[Scored, ...]]]:
        """For each text: the probability of a problem, all areas and all issues, most probable first."""
        words = self.heads_.scores(self.features_.transform(texts))
        return self._judge(_averaged(words, self.vector_heads_.scores(self.vectors_.transform(texts))))

    def _judge(self, scores: Matrix) -> list[tuple[float, tuple[Scored, ...], tuple[Scored, ...]]]:
        split = len(self.areas) + 1
        calibrated = expit(scores[:, :split] * self.platt_[:, 0] + self.platt_[:, 1])
        ranked = softmax(scores[:, split:] * self.temperature_, axis=1)
        return [
            (float(probabilities[-1]), _ordered(self.areas, probabilities[:-1]), _ordered(self.issues, issue_row))
            for probabilities, issue_row in zip(calibrated, ranked, strict=True)
        ]

    def read_unseen(self) -> list[tuple[float, tuple[Scored, ...], tuple[Scored, ...]]]:
        """Like `read`, for the training texts, each judged by heads that did not see it. Only right after `fit`."""
        return self._judge(self.unseen_)

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        return {
            **{f"features.{name}": array for name, array in self.features_.to_arrays().items()},
            **{f"vectors.{name}": array for name, array in self.vectors_.to_arrays().items()},
            "weights": self.heads_.weights_,
            "offsets": self.heads_.offsets_,
            "vector_weights": self.vector_heads_.weights_,
            "vector_offsets": self.vector_heads_.offsets_,
            "platt": self.platt_,
            "temperature": np.array([self.temperature_]),
        }

    @classmethod
    def from_arrays(cls, issues: Sequence[str], arrays: Arrays) -> "IssueClassifier":
        """Back from what `to_arrays` gave."""
        classifier = cls(issues)
        classifier.features_ = TextFeatures.from_arrays(FOR_PROBLEMS, part_of(arrays, "features"))
        classifier.vectors_ = VectorFeatures.from_arrays(part_of(arrays, "vectors"))
        classifier.heads_, classifier.vector_heads_ = classifier._heads()
        classifier.heads_.weights_ = arrays["weights"]
        classifier.heads_.offsets_ = arrays["offsets"]
        classifier.vector_heads_.weights_ = arrays["vector_weights"]
        classifier.vector_heads_.offsets_ = arrays["vector_offsets"]
        classifier.platt_ = arrays["platt"]
        classifier.temperature_ = float(arrays["temperature"][0])
        return classifier


def _averaged(words: Matrix, vectors: Matrix) -> Matrix:
    return (1 - _VECTOR_SHARE) * words + _VECTOR_SHARE * vectors


def _ordered(names: Sequence[str], probabilities: NDArray[np.float64]) -> tuple[Scored, ...]:
    order = np.argsort(-probabilities, kind="stable")
    return tuple(Scored(names[place], float(probabilities[place])) for place in order)

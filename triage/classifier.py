"""Which legal problems a text tells of: one independent, calibrated classifier an area, and a ranking of issues."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from triage.meaning import Scored
from triage.text_features import FOR_PROBLEMS, Arrays, TextFeatures

Matrix = NDArray[np.float64]
_FOLDS = 4
_SEED = 20261123


class LinearHeads:
    """Many logistic regressions over the same features, one a label, kept as one matrix."""

    def __init__(self, labels: Sequence[str], strength: float = 4.0) -> None:
        self.labels = tuple(labels)
        self.strength = strength

    def fit(self, rows: Any, truth: NDArray[np.bool_]) -> "LinearHeads":
        """`truth` has a column a label. Rare labels weigh as much as common ones."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # liblinear lets other threads run while it works
            heads = list(threads.map(lambda column: self._head(rows, truth[:, column]), range(len(self.labels))))
        self.weights_ = np.array([head.coef_[0] for head in heads], dtype=np.float32).T
        self.offsets_ = np.array([head.intercept_[0] for head in heads], dtype=np.float32)
        return self

    def _head(self, rows: Any, truth: NDArray[np.bool_]) -> LogisticRegression:
        return LogisticRegression(
            C=self.strength,
            class_weight="balanced",
            solver="liblinear",
            dual=True,
            tol=0.01,
            max_iter=1000,
            random_state=_SEED,
        ).fit(rows, truth)

    def scores(self, rows: Any) -> Matrix:
        """The raw score of each label for each row."""
        return np.asarray(rows @ self.weights_ + self.offsets_, dtype=np.float64)

    def out_of_fold(self, rows: Any, truth: NDArray[np.bool_]) -> Matrix:
        """Scores of rows by heads that never saw them: what calibration must be learnt on."""
        found = np.zeros(truth.shape)
        for seen, unseen in KFold(_FOLDS, shuffle=True, random_state=_SEED).split(rows):
            heads = LinearHeads(self.labels, self.strength).fit(rows[seen], truth[seen])
            found[unseen] = heads.scores(rows[unseen])
        return found


def platt(scores: Matrix, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that turn scores into probabilities (Platt 1999), both classes weighing the same."""
    fitted = LogisticRegression(C=1e3, class_weight="balanced").fit(scores.reshape(-1, 1), truth)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


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
        self.features_ = TextFeatures(FOR_PROBLEMS).fit(texts)
        rows = self.features_.transform(texts)
        area_truth = np.array([[any(x.startswith(f"{area}.") for x in ls) for area in self.areas] for ls in labels])
        problem_truth = np.array([[bool(ls)] for ls in labels])
        issue_truth = np.array([[issue in ls for issue in self.issues] for ls in labels])
        names = (*self.areas, "problem", *self.issues)
        truth = np.hstack([area_truth, problem_truth, issue_truth])
        heads = LinearHeads(names)
        unseen = heads.out_of_fold(rows, truth)
        self.heads_ = heads.fit(rows, truth)
        calibrated = len(self.areas) + 1
        self.platt_ = np.array([platt(unseen[:, c], truth[:, c]) for c in range(calibrated)])
        first = np.array([self.issues.index(ls[0]) if ls and ls[0] in self.issues else -1 for ls in labels])
        self.temperature_ = _temperature(unseen[first >= 0, calibrated:], first[first >= 0])
        self.unseen_ = unseen
        return self

    def read(self, texts: Sequence[str]) -> list[tuple[float, tuple[Scored, ...], tuple[Scored, ...]]]:
        """For each text: the probability of a problem, all areas and all issues, most probable first."""
        return self._judge(self.heads_.scores(self.features_.transform(texts)))

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
            "weights": self.heads_.weights_,
            "offsets": self.heads_.offsets_,
            "platt": self.platt_,
            "temperature": np.array([self.temperature_]),
        }

    @classmethod
    def from_arrays(cls, issues: Sequence[str], arrays: Arrays) -> "IssueClassifier":
        """Back from what `to_arrays` gave."""
        classifier = cls(issues)
        features = {name.removeprefix("features."): a for name, a in arrays.items() if name.startswith("features.")}
        classifier.features_ = TextFeatures.from_arrays(FOR_PROBLEMS, features)
        classifier.heads_ = LinearHeads((*classifier.areas, "problem", *classifier.issues))
        classifier.heads_.weights_ = arrays["weights"]
        classifier.heads_.offsets_ = arrays["offsets"]
        classifier.platt_ = arrays["platt"]
        classifier.temperature_ = float(arrays["temperature"][0])
        return classifier


def _ordered(names: Sequence[str], probabilities: NDArray[np.float64]) -> tuple[Scored, ...]:
    order = np.argsort(-probabilities, kind="stable")
    return tuple(Scored(names[place], float(probabilities[place])) for place in order)


def _temperature(scores: Matrix, truth: NDArray[np.int_]) -> float:
    """The factor on scores before the softmax that makes its probabilities fit best (Guo et al. 2017)."""
    rows = np.arange(len(truth))

    def loss(factor: float) -> float:
        return -float(log_softmax(scores * factor, axis=1)[rows, truth].mean())

    return float(minimize_scalar(loss, bounds=(0.05, 20.0), method="bounded").x)

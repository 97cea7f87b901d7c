"""Many logistic regressions over the same features, one a label, and what makes probabilities of their scores."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import log_softmax

from triage.text_features import Arrays

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

Matrix = NDArray[np.float64]
Weights = NDArray[np.float64]
SEED = 20261123
_FOLDS = 2
_ONE_SIDED = 4.0  # log-odds of a label that every example has


def logistic_regression(**settings: Any) -> "LogisticRegression":
    """One to be fitted. Only learning imports scikit-learn, which holds 70 MB: to read, nothing of it is needed."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(**settings)


class LinearHeads:
    """Many logistic regressions over the same features, one a label, kept as one matrix."""

    def __init__(self, labels: Sequence[str], strength: float = 4.0, seed: int = SEED) -> None:
        self.labels = tuple(labels)
        self.strength = strength
        self.seed = seed

    def fit(self, rows: Any, truth: NDArray[np.bool_], weights: Weights | None = None) -> "LinearHeads":
        """`truth` has a column a label. Rare labels weigh as much as common ones; `weights` weigh the rows."""
        # One after the other: liblinear's threads share their random numbers, see decision 0009.
        heads = [self._head(rows, column, weights) for column in truth.T]
        # In this order of memory a sparse product does not copy the whole matrix for each message.
        self.weights_ = np.ascontiguousarray(np.array([weights for weights, _ in heads], dtype=np.float32).T)
        self.offsets_ = np.array([offset for _, offset in heads], dtype=np.float32)
        return self

    def _head(self, rows: Any, truth: NDArray[np.bool_], weights: Weights | None) -> tuple[Matrix, float]:
        if truth.all() or not truth.any():  # nothing to tell apart, as in a fold of very few examples
            return np.zeros(rows.shape[1]), _ONE_SIDED if truth.all() else -_ONE_SIDED
        if sparse.issparse(rows):
            head = logistic_regression(C=self.strength, solver="liblinear", dual=True, tol=0.1, random_state=self.seed)
        else:
            head = logistic_regression(C=self.strength, tol=1e-3)
        head.set_params(max_iter=1000, class_weight="balanced" if weights is None else None)
        head.fit(rows, truth, sample_weight=None if weights is None else _even_out(truth, weights))
        return head.coef_[0], float(head.intercept_[0])

    def scores(self, rows: Any) -> Matrix:
        """The raw score of each label for each row."""
        return np.asarray(rows @ self.weights_ + self.offsets_, dtype=np.float64)

    def out_of_fold(self, rows: Any, truth: NDArray[np.bool_], weights: Weights | None = None) -> Matrix:
        """Scores of rows by heads that never saw them: what calibration must be learnt on."""
        from sklearn.model_selection import KFold

        found = np.zeros(truth.shape)
        for seen, unseen in KFold(_FOLDS, shuffle=True, random_state=self.seed).split(rows):
            heads = LinearHeads(self.labels, self.strength, self.seed)
            heads.fit(rows[seen], truth[seen], None if weights is None else weights[seen])
            found[unseen] = heads.scores(rows[unseen])
        return found

    def calibrate(self, unseen: Matrix, truth: NDArray[np.bool_]) -> Matrix:
        """Turns scores into log-odds, here and in `unseen`, so that heads over other features can be added."""
        scales = np.array([platt(unseen[:, column], truth[:, column]) for column in range(len(self.labels))])
        self.weights_ = np.ascontiguousarray(self.weights_ * scales[:, 0], dtype=np.float32)
        self.offsets_ = (self.offsets_ * scales[:, 0] + scales[:, 1]).astype(np.float32)
        return np.asarray(unseen * scales[:, 0] + scales[:, 1])

    def beside(self, others: "LinearHeads") -> "LinearHeads":
        """Both sets of heads as one, over the same features."""
        both = LinearHeads((*self.labels, *others.labels))
        both.weights_ = np.ascontiguousarray(np.hstack([self.weights_, others.weights_]))
        both.offsets_ = np.concatenate([self.offsets_, others.offsets_])
        return both

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        return {"weights": self.weights_, "offsets": self.offsets_}

    @classmethod
    def from_arrays(cls, labels: Sequence[str], arrays: Arrays) -> "LinearHeads":
        """Back from what `to_arrays` gave."""
        heads = cls(labels)
        heads.weights_, heads.offsets_ = arrays["weights"], arrays["offsets"]
        return heads


def _even_out(truth: NDArray[np.bool_], weights: Weights) -> Weights:
    """Weights under which rows with the label and rows without weigh half each."""
    even = np.where(truth, weights / max(weights[truth].sum(), 1e-12), weights / max(weights[~truth].sum(), 1e-12))
    return np.asarray(even * len(truth) / even.sum())


def platt(scores: Matrix, truth: NDArray[np.bool_], weights: Weights | None = None) -> tuple[float, float]:
    """Slope and offset that turn scores into probabilities (Platt 1999), both classes weighing the same.

    Where all are of one class there is nothing to learn, and scores stay as they are.
    """
    if truth.all() or not truth.any():
        return 1.0, 0.0
    even = _even_out(truth, np.ones(len(truth)) if weights is None else weights)
    fitted = logistic_regression(C=1e3).fit(scores.reshape(-1, 1), truth, sample_weight=even)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def temperature(scores: Matrix, truth: NDArray[np.int_]) -> float:
    """The factor on scores before the softmax that makes its probabilities fit best (Guo et al. 2017)."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(truth))

    def loss(factor: float) -> float:
        return -float(log_softmax(scores * factor, axis=1)[rows, truth].mean())

    return float(minimize_scalar(loss, bounds=(0.05, 20.0), method="bounded").x)

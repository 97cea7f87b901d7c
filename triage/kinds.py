"""Three kinds of text: nothing legal in it, trouble that does not say which, and a problem that is told."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from triage.linear_heads import Matrix, logistic_regression

NOTHING, VAGUE, TOLD = range(3)
# Chatter that is asked about annoys; trouble that is passed over is not helped. There are few vague examples.
_WEIGHS = {NOTHING: 3.0, VAGUE: 4.0, TOLD: 1.0}


class Kinds:
    """A multinomial logistic regression over the log-odds of `problem`, `vague` and the best issue, and the length."""

    def __init__(self, weights: NDArray[np.float64] | None = None) -> None:
        if weights is not None:
            self.weights_ = weights

    def fit(self, texts: Sequence[str], scores: Matrix, labels: Sequence[Sequence[str]]) -> "Kinds":
        """`scores` are of heads that did not see the texts: `problem`, `vague`, then issues.

        `labels` are empty for nothing, or name `vague`.
        """
        kinds = np.array([NOTHING if not ls else VAGUE if "vague" in ls else TOLD for ls in labels])
        weights = np.array([_WEIGHS[kind] for kind in kinds])
        columns = _columns(texts, scores)
        if len(set(kinds)) < len(_WEIGHS):  # content without chatter or vague trouble: everything is told
            self.weights_ = np.array([[0.0] * (columns.shape[1] + 1)] * TOLD + [[0.0] * columns.shape[1] + [9.0]])
            return self
        fitted = logistic_regression(C=10.0, max_iter=2000).fit(columns, kinds, sample_weight=weights)
        self.weights_ = np.column_stack([fitted.coef_, fitted.intercept_])
        return self

    def read(self, texts: Sequence[str], scores: Matrix) -> NDArray[np.float64]:
        """One row a text: the probabilities of the three kinds."""
        return np.asarray(softmax(_columns(texts, scores) @ self.weights_[:, :-1].T + self.weights_[:, -1], axis=1))


def _columns(texts: Sequence[str], scores: Matrix) -> Matrix:
    length = np.log1p([len(text.split()) for text in texts])
    problem, vague, best = scores[:, 0], scores[:, 1], scores[:, 2:].max(axis=1)
    # What a score is worth depends on how much was said.
    return np.column_stack([problem, vague, best, length, problem * length, vague * length])

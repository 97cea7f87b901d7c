"""Which legal problems a text tells of: one independent, calibrated classifier an area, and a ranking of issues."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from threadpoolctl import threadpool_limits

from triage.kinds import Kinds
from triage.linear_heads import SEED, LinearHeads, Matrix, Weights, platt, temperature
from triage.meaning import Reading, Scored
from triage.text_features import Arrays, part_of
from triage.tiers import TIERS, Features, View

_LONG_FROM = 50  # words
_LONG_WEIGHS = 4.0
_BESIDES = ("problem", "vague")  # labels that are neither area nor issue


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
    """`fit` on texts with their labels, then `read` others.

    Labels are issue ids; an empty set is a text without any legal problem, and `vague` one that tells of trouble
    without saying which. `tier` says through which views texts are seen: `light` or `encoder`.
    """

    def __init__(self, issues: Sequence[str], tier: str = "light", seed: int = SEED) -> None:
        self.issues = tuple(issues)
        self.areas = tuple(dict.fromkeys(issue.split(".", 1)[0] for issue in issues))
        self.views = TIERS[tier]
        self.seed = seed
        self.features_: list[Features] = []
        self.heads_: list[LinearHeads] = []

    @property
    def _labels(self) -> tuple[str, ...]:
        return (*self.areas, *_BESIDES, *self.issues)

    def fit(
        self, texts: Sequence[str], labels: Sequence[Sequence[str]], say: Callable[[str], None] = lambda step: None
    ) -> "IssueClassifier":
        """Learns words, heads and calibration, saying each step; raises EncoderMissing without an encoder."""
        self.features_, rows = [], []
        for view in self.views:
            say(f"Seeing {len(texts)} messages as {view.name}")
            self.features_.append(view.new().fit(texts))
            rows.append(self.features_[-1].transform(texts))
        say(f"Learning {len(self._labels)} labels")
        # Threads of BLAS and OpenMP would only wait for each other on problems as small as these.
        with threadpool_limits(1), ThreadPoolExecutor(1) as beside:
            return self._fit(texts, labels, rows, beside)

    def _fit(
        self, texts: Sequence[str], labels: Sequence[Sequence[str]], rows: Sequence[Any], beside: ThreadPoolExecutor
    ) -> "IssueClassifier":
        truth, weights = self._truth(labels), row_weights(texts, labels)
        # Dense views at once with the sparse one, each on one core. Only the sparse one draws from liblinear's chance.
        later = [beside.submit(self._learn, *one, truth, weights) for one in zip(self.views[1:], rows[1:], strict=True)]
        learnt = [self._learn(self.views[0], rows[0], truth, weights), *(one.result() for one in later)]
        self.heads_ = [heads for heads, _ in learnt]
        scores = self._mixed([unseen for _, unseen in learnt])
        split = len(self.areas)
        # Areas share their weights; long texts count a little more.
        self.platt_ = np.array([platt(scores[:, c], truth[:, c], np.sqrt(weights)) for c in range(split)])
        self.kinds_ = Kinds().fit(texts, scores[:, split:], labels)
        first = np.array([self.issues.index(ls[0]) if ls and ls[0] in self.issues else -1 for ls in labels])
        self.temperature_ = temperature(scores[first >= 0, split + 2 :], first[first >= 0])
        self.unseen_ = self._judge(texts, scores)
        return self

    def _learn(self, view: View, rows: Any, truth: NDArray[np.bool_], weights: Weights) -> tuple[LinearHeads, Matrix]:
        """The calibrated heads of one view, and their scores of texts they did not see."""
        split = len(self.areas)
        even = weights if view.even else None
        areas = LinearHeads(self._labels[:split], view.area_strength, self.seed)
        rest = LinearHeads(self._labels[split:], view.strength, self.seed)
        unseen = [areas.out_of_fold(rows, truth[:, :split], even), rest.out_of_fold(rows, truth[:, split:])]
        areas.fit(rows, truth[:, :split], even)
        rest.fit(rows, truth[:, split:])
        heads = areas.beside(rest)
        return heads, heads.calibrate(np.hstack(unseen), truth)

    def _truth(self, labels: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        areas = [[any(x.startswith(f"{area}.") for x in ls) for area in self.areas] for ls in labels]
        besides = [[bool(ls), "vague" in ls] for ls in labels]
        issues = [[issue in ls for issue in self.issues] for ls in labels]
        return np.hstack([np.array(areas), np.array(besides), np.array(issues)])

    def _mixed(self, scores: Sequence[Matrix]) -> Matrix:
        areas, others = len(self.areas), len(_BESIDES) + len(self.issues)
        shares = [[view.area_share] * areas + [view.share] * others for view in self.views]
        return np.asarray(sum(np.array(share) * one for share, one in zip(shares, scores, strict=True)))

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """What each text tells of."""
        seen = zip(self.features_, self.heads_, strict=True)
        return self._judge(texts, self._mixed([heads.scores(features.transform(texts)) for features, heads in seen]))

    def _judge(self, texts: Sequence[str], scores: Matrix) -> list[Reading]:
        split = len(self.areas)
        areas = expit(scores[:, :split] * self.platt_[:, 0] + self.platt_[:, 1])
        kinds = self.kinds_.read(texts, scores[:, split:])
        issues = softmax(scores[:, split + 2 :] * self.temperature_, axis=1)
        return [
            Reading(1 - float(kind[0]), float(kind[1]), _ordered(self.areas, area), _ordered(self.issues, issue))
            for kind, area, issue in zip(kinds, areas, issues, strict=True)
        ]

    def read_unseen(self) -> list[Reading]:
        """Like `read`, for the training texts, each judged by heads that did not see it. Only right after `fit`."""
        return self.unseen_

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        arrays: Arrays = {
            "platt": self.platt_,
            "kinds": self.kinds_.weights_,
            "temperature": np.array([self.temperature_]),
        }
        for view, features, heads in zip(self.views, self.features_, self.heads_, strict=True):
            for name, part in (("features", features.to_arrays()), ("heads", heads.to_arrays())):
                arrays |= {f"{view.name}.{name}.{key}": array for key, array in part.items()}
        return arrays

    @classmethod
    def from_arrays(cls, issues: Sequence[str], arrays: Arrays, tier: str = "light") -> "IssueClassifier":
        """Back from what `to_arrays` gave."""
        classifier = cls(issues, tier)
        classifier.features_, classifier.heads_ = [], []
        for view in classifier.views:
            part = part_of(arrays, view.name)
            classifier.features_.append(view.back(part_of(part, "features")))
            classifier.heads_.append(LinearHeads.from_arrays(classifier._labels, part_of(part, "heads")))
        classifier.platt_ = arrays["platt"]
        classifier.kinds_ = Kinds(arrays["kinds"])
        classifier.temperature_ = float(arrays["temperature"][0])
        return classifier


def _ordered(names: Sequence[str], probabilities: NDArray[np.float64]) -> tuple[Scored, ...]:
    order = np.argsort(-probabilities, kind="stable")
    return tuple(Scored(names[place], float(probabilities[place])) for place in order)

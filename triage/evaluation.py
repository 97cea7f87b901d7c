"""How good a model is on labelled text: per label, with bootstrap intervals, judging only what was judged."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from triage.errors import ContentError
from triage.meaning import Decision, Meaning

_RESAMPLES = 500
_SEED = 7


@dataclass(frozen=True, slots=True)
class LabelledText:
    """One row: labels that hold, and labels judged not to hold. A label in neither is unknown and is not counted."""

    text: str
    labels: frozenset[str]
    not_labels: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one label, each between 0 and 1; `interval` is the 95 % bootstrap interval of the balance."""

    label: str
    texts: int
    positives: int
    precision: float
    recall: float
    f1: float
    balanced_accuracy: float
    interval: tuple[float, float]


def read_labelled(path: Path) -> list[LabelledText]:
    """Reads a TSV with columns `text` and `labels` (joined by `|`), and `not_labels` where only some were judged."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except FileNotFoundError:
        raise ContentError(path, "file not found") from None
    except UnicodeDecodeError:
        raise ContentError(path, "not UTF-8 text") from None
    except csv.Error as mistake:
        raise ContentError(path, f"not a table of tab-separated lines: {mistake}") from None
    if not rows or not {"text", "labels"} <= rows[0].keys():
        raise ContentError(path, "needs tab-separated columns `text` and `labels`, and at least one row")
    return [
        LabelledText(
            text=(row["text"] or "").replace("\\n", "\n"),
            labels=_split(row["labels"]),
            not_labels=_split(row["not_labels"]) if "not_labels" in row else None,
        )
        for row in rows
    ]


def _split(cell: str | None) -> frozenset[str]:
    return frozenset(label.strip() for label in (cell or "").split("|") if label.strip())


def _probability(meaning: Meaning, label: str) -> float:
    scored = meaning.issues if "." in label else meaning.areas
    return next((one.probability for one in scored if one.id == label), 0.0)


def measure(texts: Sequence[LabelledText], meanings: Sequence[Meaning], *, threshold: float = 0.5) -> list[Figures]:
    """The figures of every label that occurs, in alphabetical order."""
    found = []
    for label in sorted(frozenset().union(*(text.labels for text in texts))):
        judged = judged_on(texts, meanings, label)
        truth = np.array([held for held, _ in judged], dtype=bool)
        said = np.array([probability >= threshold for _, probability in judged], dtype=bool)
        found.append(_figures(label, truth, said))
    return found


def judged_on(texts: Sequence[LabelledText], meanings: Sequence[Meaning], label: str) -> list[tuple[bool, float]]:
    """Whether the label holds, and its probability, for the texts where somebody judged that."""
    return [
        (label in text.labels, _probability(meaning, label))
        for text, meaning in zip(texts, meanings, strict=True)
        if text.not_labels is None or label in text.labels or label in text.not_labels
    ]


def _figures(label: str, truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> Figures:
    hits, positives = int((truth & said).sum()), int(truth.sum())
    precision = hits / int(said.sum()) if said.any() else 0.0
    recall = hits / positives if positives else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    balance = balanced_accuracy(truth, said)
    return Figures(label, len(truth), positives, precision, recall, f1, balance, _interval(truth, said))


def _interval(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> tuple[float, float]:
    generator = np.random.default_rng(_SEED)
    picks = [generator.integers(0, len(truth), len(truth)) for _ in range(_RESAMPLES)]
    balances = [balance for pick in picks if not np.isnan(balance := balanced_accuracy(truth[pick], said[pick]))]
    low, high = np.percentile(balances, [2.5, 97.5]) if balances else (np.nan, np.nan)
    return float(low), float(high)


def balanced_accuracy(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """The mean of recall on texts that have the label and on those that do not; NaN when one kind is missing."""
    if not truth.any() or truth.all():
        return float("nan")
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def decisions(meanings: Sequence[Meaning]) -> dict[str, int]:
    """How often each decision was taken."""
    return {str(decision): sum(meaning.decision is decision for meaning in meanings) for decision in Decision}

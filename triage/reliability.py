"""How far probabilities can be believed, how often `sure` is right, and which areas are taken for each other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from triage.evaluation import LabelledText, judged_on
from triage.meaning import Decision, Meaning

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose probability lies in one tenth: how many, what was said on average, and how often it held."""

    texts: int
    said: float
    held: float


@dataclass(frozen=True, slots=True)
class Sureness:
    """`coverage`: the share of texts with a label where the reading was sure; `precision`: how often rightly."""

    texts: int
    coverage: float
    precision: float


def reliability(texts: Sequence[LabelledText], meanings: Sequence[Meaning], label: str) -> list[Bin]:
    """The tenths of probability that occur, lowest first, over the texts judged on the label."""
    sorted_in: dict[int, list[tuple[bool, float]]] = {}
    for held, probability in judged_on(texts, meanings, label):
        sorted_in.setdefault(min(int(probability * _BINS), _BINS - 1), []).append((held, probability))
    return [
        Bin(len(pairs), sum(p for _, p in pairs) / len(pairs), sum(held for held, _ in pairs) / len(pairs))
        for _, pairs in sorted(sorted_in.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: how far what was said is from what held, on average over texts."""
    texts = sum(one.texts for one in bins)
    return sum(one.texts * abs(one.said - one.held) for one in bins) / texts if texts else float("nan")


def sureness(texts: Sequence[LabelledText], meanings: Sequence[Meaning]) -> Sureness:
    """Coverage and precision of `sure`; a text labelled with areas only is right when the area of the issue is."""
    labelled = [(text, meaning) for text, meaning in zip(texts, meanings, strict=True) if text.labels]
    sure = [(text, meaning) for text, meaning in labelled if meaning.decision is Decision.SURE and meaning.issues]
    right = [_top(text, meaning) in text.labels for text, meaning in sure if _known(text, meaning)]
    coverage = len(sure) / len(labelled) if labelled else float("nan")
    return Sureness(len(right), coverage, sum(right) / len(right) if right else float("nan"))


def _known(text: LabelledText, meaning: Meaning) -> bool:
    top = _top(text, meaning)
    return text.not_labels is None or top in text.labels or top in text.not_labels


def _top(text: LabelledText, meaning: Meaning) -> str:
    issue = meaning.issues[0].id
    return issue if any("." in label for label in text.labels) else issue.split(".", 1)[0]


def confusions(texts: Sequence[LabelledText], meanings: Sequence[Meaning]) -> Counter[tuple[str, str]]:
    """How often each area was told but another, judged not to hold, was the most probable."""
    found: Counter[tuple[str, str]] = Counter()
    for text, meaning in zip(texts, meanings, strict=True):
        told = {label.split(".", 1)[0] for label in text.labels}
        ruled_out = None if text.not_labels is None else {label.split(".", 1)[0] for label in text.not_labels}
        best = meaning.areas[0].id if meaning.areas else ""
        if best and best not in told and (ruled_out is None or best in ruled_out):
            found.update((area, best) for area in told)
    return found

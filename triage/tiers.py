"""The ways a text is seen as numbers: words and letters, static vectors, sentence vectors; each has its own heads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from triage.sentence_encoder import EncoderFeatures
from triage.static_vectors import VectorFeatures
from triage.text_features import FOR_PROBLEMS, Arrays, TextFeatures


class Features(Protocol):
    """Learns from texts how to turn texts into rows of numbers, sparse or dense."""

    def fit(self, texts: Sequence[str]) -> "Features":
        """Learns vocabulary or weights."""
        ...

    def transform(self, texts: Sequence[str]) -> Any:
        """One row a text."""
        ...

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        ...


@dataclass(frozen=True, slots=True)
class View:
    """One way of seeing: its share of the log-odds of areas and of issues, and how strongly its heads may learn each.

    `even`: heads of areas weigh every area, chatter and vague trouble alike, and long texts more. Dense rows gain by
    that, sparse ones lose (docs/decisions/0010).
    """

    name: str
    new: Callable[[], Features]
    back: Callable[[Arrays], Features]
    area_share: float
    area_strength: float
    share: float
    strength: float
    even: bool = True


def _words(area_share: float, share: float) -> View:
    def new() -> TextFeatures:
        return TextFeatures(FOR_PROBLEMS)

    def back(arrays: Arrays) -> TextFeatures:
        return TextFeatures.from_arrays(FOR_PROBLEMS, arrays)

    return View("words", new, back, area_share, 1.0, share, 4.0, even=False)


def _vectors(area_share: float, share: float) -> View:
    return View("vectors", VectorFeatures, VectorFeatures.from_arrays, area_share, 0.1, share, 0.3)


def _sentences(area_share: float, share: float) -> View:
    return View("sentences", EncoderFeatures, EncoderFeatures.from_arrays, area_share, 0.1, share, 1.0)


# Shares and strengths were chosen by measurement: docs/decisions/0010.
TIERS = {
    "light": (_words(0.5, 0.6), _vectors(0.5, 0.4)),
    "encoder": (_words(0.25, 0.4), _vectors(0.25, 0.2), _sentences(0.5, 0.4)),
}

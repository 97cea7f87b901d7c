"""The ways a text is seen as numbers: words and letters, static vectors, sentence vectors; each has its own heads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from triage.sentence_encoder import EncoderFeatures
from triage.static_vectors import VectorFeatures
from triage.text_features import FOR_PROBLEMS, Arrays, TextFeatures


class Features(Protocol):
    """Learns from texts how to turn texts into rows of numbers, sparse or dense."""

    def fit(self, texts: Sequence[str]) -> Self:
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
    """One way of seeing: `share` of the log-odds; how strongly heads of areas and of single issues may learn.

    `even`: heads of areas weigh every area, chatter and vague trouble alike, and long texts more. Dense rows gain by
    that, sparse ones lose (docs/decisions/0009).
    """

    name: str
    share: float
    area_strength: float
    strength: float
    even: bool
    new: Callable[[], Features]
    back: Callable[[Arrays], Features]


def _words(share: float) -> View:
    return View(
        "words",
        share,
        area_strength=4.0,
        strength=4.0,
        even=False,
        new=lambda: TextFeatures(FOR_PROBLEMS),
        back=lambda arrays: TextFeatures.from_arrays(FOR_PROBLEMS, arrays),
    )


def _vectors(share: float) -> View:
    return View("vectors", share, 0.3, 0.3, even=True, new=VectorFeatures, back=VectorFeatures.from_arrays)


def _sentences(share: float) -> View:
    return View("sentences", share, 0.1, 1.0, even=True, new=EncoderFeatures, back=EncoderFeatures.from_arrays)


# Shares chosen by measurement, see docs/decisions/0010.
TIERS = {
    "light": (_words(0.6), _vectors(0.4)),
    "encoder": (_words(0.35), _vectors(0.15), _sentences(0.5)),
}

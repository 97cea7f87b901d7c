"""Hears danger in short messages by what it resembles: a second ear for when no phrase is heard, less sure than one."""

import re
from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from triage.linear_heads import LinearHeads, Matrix
from triage.meaning import Flag
from triage.safety import FLAGS
from triage.static_vectors import VectorFeatures
from triage.text_features import Arrays, Grams, TextFeatures, part_of

GRAMS = (Grams("words", "word", 1, 2, 2, 30_000), Grams("letters", "char_wb", 3, 5, 3, 30_000))
SHORTEST = 3  # words; one or two resemble too much
LONGEST = 60  # words; in long posts it hears too much, and phrases alone hear enough
ANY_FROM = 3.0  # log-odds that there is any danger at all; see decision 0006
FLAG_FROM = 1.0  # log-odds of the danger it resembles most
ALSO_FROM = 3.0  # log-odds of further ones
_VECTOR_SHARE = 0.4  # of the log-odds; the rest is words and letter groups
_LABELS = (*FLAGS, "any")
_ENDS = re.compile(r"(?<=[.!?;\n])\s+")


class DangerHeads:
    """One logistic regression a danger, and one for any danger, over n-grams and static vectors."""

    def fit(self, texts: Sequence[str], flags: Sequence[Sequence[str]]) -> "DangerHeads":
        """Learns from messages with their dangers; those that resemble danger and are none matter most."""
        with threadpool_limits(1):
            truth = np.array([[flag in own for flag in FLAGS] + [bool(own)] for own in flags])
            self.features_, self.vectors_ = TextFeatures(GRAMS).fit(texts), VectorFeatures().fit(texts)
            rows, dense = self.features_.transform(texts), self.vectors_.transform(texts)
            self.heads_, self.vector_heads_ = LinearHeads(_LABELS, 10.0), LinearHeads(_LABELS, 1.0)
            for heads, features in ((self.heads_, rows), (self.vector_heads_, dense)):
                unseen = heads.out_of_fold(features, truth)
                heads.fit(features, truth).calibrate(unseen, truth)
        return self

    def scores(self, texts: Sequence[str]) -> Matrix:
        """The log-odds of each danger, and of any, for each text."""
        words = self.heads_.scores(self.features_.transform(texts))
        vectors = self.vector_heads_.scores(self.vectors_.transform(texts))
        return (1 - _VECTOR_SHARE) * words + _VECTOR_SHARE * vectors

    def hear(self, text: str) -> tuple[Flag, ...]:
        """The dangers a short message resembles, each with the sentence that does; none in a long one."""
        if not SHORTEST <= len(text.split()) <= LONGEST:
            return ()
        sentences = [sentence for sentence in _ENDS.split(text.strip()) if sentence.strip()]
        scores = self.scores([text, *sentences])
        whole, parts = scores[0], scores[1:]
        if whole[-1] < ANY_FROM:
            return ()
        most = whole[:-1].max()
        told = [column for column, score in enumerate(whole[:-1]) if score >= min(max(most, FLAG_FROM), ALSO_FROM)]
        return tuple(Flag(FLAGS[column], sentences[parts[:, column].argmax()], sure=False) for column in told)

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        parts = (
            ("features", self.features_),
            ("vectors", self.vectors_),
            ("heads", self.heads_),
            ("vector_heads", self.vector_heads_),
        )
        return {f"{name}.{key}": array for name, part in parts for key, array in part.to_arrays().items()}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "DangerHeads":
        """Back from what `to_arrays` gave."""
        heads = cls()
        heads.features_ = TextFeatures.from_arrays(GRAMS, part_of(arrays, "features"))
        heads.vectors_ = VectorFeatures.from_arrays(part_of(arrays, "vectors"))
        heads.heads_ = LinearHeads.from_arrays(_LABELS, part_of(arrays, "heads"))
        heads.vector_heads_ = LinearHeads.from_arrays(_LABELS, part_of(arrays, "vector_heads"))
        return heads

"""Words and letter groups of a text as numbers (TF-IDF), kept as plain arrays so that a model file holds no code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Grams:
    """One family of n-grams: of words, or of letters within words, which forgives typing errors."""

    name: str
    analyzer: str
    shortest: int
    longest: int
    min_documents: int
    most: int

    def vectorizer(self, vocabulary: dict[str, int] | None = None) -> TfidfVectorizer:
        """The scikit-learn transformer of this family."""
        return TfidfVectorizer(
            analyzer=self.analyzer,
            ngram_range=(self.shortest, self.longest),
            min_df=self.min_documents if vocabulary is None else 1,
            max_features=self.most if vocabulary is None else None,
            sublinear_tf=True,
            strip_accents="unicode",
            token_pattern=r"(?u)\b\w+\b" if self.analyzer == "word" else None,  # one-letter words count: "I", "u"
            vocabulary=vocabulary,
            dtype=np.float32,
        )


FOR_PROBLEMS = (Grams("words", "word", 1, 2, 2, 60_000), Grams("letters", "char_wb", 3, 5, 3, 60_000))
FOR_SHORT = (Grams("words", "word", 1, 2, 1, 20_000), Grams("letters", "char_wb", 2, 4, 2, 20_000))
FOR_LANGUAGE = (Grams("words", "word", 1, 1, 2, 10_000), Grams("letters", "char_wb", 1, 4, 3, 20_000))


class TextFeatures:
    """A text as a sparse row: one TF-IDF block for each family of n-grams."""

    def __init__(self, grams: Sequence[Grams]) -> None:
        self.grams = tuple(grams)

    def fit(self, texts: Sequence[str]) -> "TextFeatures":
        """Learns vocabulary and weights."""
        self.vectorizers_ = [grams.vectorizer().fit(texts) for grams in self.grams]
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """One row a text."""
        return sparse.hstack([vectorizer.transform(texts) for vectorizer in self.vectorizers_], format="csr")

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        arrays: Arrays = {}
        for grams, vectorizer in zip(self.grams, self.vectorizers_, strict=True):
            terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get)
            arrays[f"{grams.name}.terms"] = np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)
            arrays[f"{grams.name}.idf"] = vectorizer.idf_.astype(np.float32)
        return arrays

    @classmethod
    def from_arrays(cls, grams: Sequence[Grams], arrays: Arrays) -> "TextFeatures":
        """Back from what `to_arrays` gave."""
        features = cls(grams)
        features.vectorizers_ = []
        for family in features.grams:
            terms = arrays[f"{family.name}.terms"].tobytes().decode().split("\n")
            vectorizer = family.vectorizer({term: place for place, term in enumerate(terms)})
            vectorizer.idf_ = arrays[f"{family.name}.idf"]
            features.vectorizers_.append(vectorizer)
        return features

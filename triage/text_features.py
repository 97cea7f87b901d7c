"""Words and letter groups of a text as numbers (TF-IDF), kept as plain arrays so that a model file holds no code."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

_WORD = r"(?u)\b\w+\b"  # one-letter words count: "I", "u"
Arrays = dict[str, NDArray[Any]]


def part_of(arrays: Arrays, name: str) -> Arrays:
    """The arrays that were put down as `name.…`, without that name."""
    return {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}


@dataclass(frozen=True, slots=True)
class Grams:
    """One family of n-grams: of words, or of letters within words, which forgives typing errors."""

    name: str
    analyzer: str
    shortest: int
    longest: int
    min_documents: int
    most: int

    def vectorizer(self) -> "TfidfVectorizer":
        """The scikit-learn transformer that learns this family."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # to learn only: it holds 70 MB

        return TfidfVectorizer(
            analyzer=self.analyzer,
            ngram_range=(self.shortest, self.longest),
            min_df=self.min_documents,
            max_features=self.most,
            sublinear_tf=True,
            strip_accents="unicode",
            token_pattern=_WORD if self.analyzer == "word" else None,
            dtype=np.float32,
        )

    def terms(self, text: str) -> list[str]:
        """The n-grams of a `plain` text, as the transformer finds them."""
        lengths = range(self.shortest, self.longest + 1)
        if self.analyzer == "word":
            words = _FIND_WORDS(text)
            return [" ".join(words[at : at + n]) for n in lengths for at in range(len(words) - n + 1)]
        found = []
        for word in text.split():
            edged = f" {word} "
            for n in lengths:
                found += [edged[at : at + n] for at in range(max(1, len(edged) - n + 1))]
                if n >= len(edged):  # a short word counts once
                    break
        return found


FOR_PROBLEMS = (Grams("words", "word", 1, 2, 2, 45_000), Grams("letters", "char_wb", 3, 5, 3, 45_000))
FOR_SHORT = (Grams("words", "word", 1, 2, 1, 20_000), Grams("letters", "char_wb", 2, 4, 2, 20_000))
FOR_LANGUAGE = (Grams("words", "word", 1, 1, 2, 10_000), Grams("letters", "char_wb", 1, 4, 3, 20_000))


_WORDS_REMEMBERED = 20_000  # about 10 MB
_FIND_WORDS = re.compile(_WORD).findall


def plain(text: str) -> str:
    """Small letters without accents."""
    small = text.lower()
    if small.isascii():
        return small
    apart = unicodedata.normalize("NFKD", small)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).lower()  # "𝐇" has become "H"


class _Reader:
    """Reads one family like its vectorizer does, many times faster: the letter groups of a word are looked up once."""

    def __init__(self, grams: Grams, terms: dict[str, int], idf: NDArray[np.float32]) -> None:
        self.terms, self.idf = terms, idf
        self._grams = grams
        self._by_word = grams.analyzer == "char_wb"
        self._of_word = lru_cache(_WORDS_REMEMBERED)(self._found)

    def _found(self, text: str) -> tuple[int, ...]:
        return tuple(place for term in self._grams.terms(text) if (place := self.terms.get(term)) is not None)

    def row(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The columns that are not empty, and their weights, of length 1 together."""
        if self._by_word:
            found = [place for word in plain(text).split() for place in self._of_word(word)]
        else:
            found = list(self._found(plain(text)))
        columns, counts = np.unique(np.array(found, dtype=np.int64), return_counts=True)
        weights = ((1 + np.log(counts)) * self.idf[columns]).astype(np.float32)
        return columns, weights / max(float(np.linalg.norm(weights)), 1e-12)


class TextFeatures:
    """A text as a sparse row: one TF-IDF block for each family of n-grams."""

    def __init__(self, grams: Sequence[Grams]) -> None:
        self.grams = tuple(grams)

    def fit(self, texts: Sequence[str]) -> "TextFeatures":
        """Learns vocabulary and weights."""
        self.readers_ = []
        for grams in self.grams:
            fitted = grams.vectorizer().fit(texts)
            self.readers_.append(_Reader(grams, fitted.vocabulary_, np.asarray(fitted.idf_, dtype=np.float32)))
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """One row a text."""
        columns: list[NDArray[np.int64]] = []
        weights: list[NDArray[np.float32]] = []
        ends = [0]
        for text in texts:
            start = 0
            for reader in self.readers_:
                found, weighed = reader.row(text)
                columns.append(found + start)
                weights.append(weighed)
                start += len(reader.terms)
            ends.append(ends[-1] + sum(len(part) for part in columns[-len(self.readers_) :]))
        shape = (len(texts), sum(len(reader.terms) for reader in self.readers_))
        return sparse.csr_matrix((np.concatenate(weights), np.concatenate(columns), ends), shape=shape)

    def to_arrays(self) -> Arrays:
        """Everything learnt."""
        arrays: Arrays = {}
        for grams, reader in zip(self.grams, self.readers_, strict=True):
            terms = sorted(reader.terms, key=reader.terms.__getitem__)
            arrays[f"{grams.name}.terms"] = np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)
            arrays[f"{grams.name}.idf"] = reader.idf
        return arrays

    @classmethod
    def from_arrays(cls, grams: Sequence[Grams], arrays: Arrays) -> "TextFeatures":
        """Back from what `to_arrays` gave."""
        features = cls(grams)
        features.readers_ = []
        for family in features.grams:
            terms = arrays[f"{family.name}.terms"].tobytes().decode().split("\n")
            places = {term: place for place, term in enumerate(terms)}
            features.readers_.append(_Reader(family, places, arrays[f"{family.name}.idf"]))
        return features

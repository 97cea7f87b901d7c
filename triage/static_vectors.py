"""A text as the weighted mean of the static vectors of its tokens (WordLlama, bundled in its wheel)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.errors import ModelFileError
from triage.text_features import Arrays

_WEIGHTS = Path("weights/l2_supercat_256.safetensors")
_TOKENIZER = Path("tokenizers/l2_supercat_tokenizer_config.json")
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordVectors:
    """The vector of every token, half precision; `fingerprint` names the very weights a model was trained with."""

    table: NDArray[np.float16]
    tokenizer: Any
    fingerprint: str

    def tokens(self, text: str) -> list[int]:
        """The numbers of the tokens of a text."""
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)


@cache
def word_vectors() -> WordVectors:
    """The bundled vectors, read once a process; raises ModelFileError when the package is not there.

    The package itself is not imported: its import configures logging for the whole process.
    """
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    found = find_spec("wordllama")
    if found is None or found.origin is None:
        raise ModelFileError("the package wordllama is missing: install it as pyproject.toml has it")
    folder = Path(found.origin).parent
    try:
        weights, tokenizer = (folder / _WEIGHTS).read_bytes(), Tokenizer.from_file(str(folder / _TOKENIZER))
    except OSError:
        raise ModelFileError("the package wordllama lacks its vectors: install it again") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return WordVectors(load(weights)["embedding.weight"], tokenizer, hashlib.sha256(weights).hexdigest()[:16])


class VectorFeatures:
    """A text as one dense row of length 1: rare tokens weigh more, repeated ones less than each."""

    def fit(self, texts: Sequence[str]) -> "VectorFeatures":
        """Learns how rare each token is."""
        seen = np.zeros(len(word_vectors().table), dtype=np.int64)
        for text in texts:
            seen[np.unique(np.array(word_vectors().tokens(text), dtype=np.int64))] += 1
        self.idf_ = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
        return self

    def transform(self, texts: Sequence[str]) -> Vectors:
        """One row a text; a text without tokens is an empty row."""
        return np.vstack([self._row(text) for text in texts])

    def _row(self, text: str) -> Vectors:
        table = word_vectors().table
        tokens, counts = np.unique(np.array(word_vectors().tokens(text), dtype=np.int64), return_counts=True)
        weights = ((1 + np.log(counts)) * self.idf_[tokens]).astype(np.float32)
        total: Vectors = weights @ table[tokens].astype(np.float32)
        length = float(np.linalg.norm(total))
        return total / length if length else total

    def to_arrays(self) -> Arrays:
        """Everything learnt, and which vectors it was learnt with."""
        return {"idf": self.idf_, "of": np.frombuffer(word_vectors().fingerprint.encode(), dtype=np.uint8)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "VectorFeatures":
        """Back from what `to_arrays` gave; raises ValueError when the installed vectors are others."""
        if arrays["of"].tobytes().decode() != word_vectors().fingerprint:
            raise ValueError("trained with other vectors")
        features = cls()
        features.idf_ = arrays["idf"]
        return features

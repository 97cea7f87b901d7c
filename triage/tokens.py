"""Cuts a message into sentences of plain words, and mends typing mistakes towards a vocabulary."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"\d+(?=(?:yo|yrs?|hrs?|days?|wks?|am|pm)\b)|\d+(?:[.,:/-]\d+)*[^\W\d_]*|[^\W_]+(?:['’‘ʼ`´*]+[^\W_]+)*|(?P<end>[.!?;…\n\r])|(?P<comma>[,:()–—])",
)
_DROPPED = re.compile(r"['’‘ʼ`´]")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_LONGEST = 400
_MENDABLE = 6
_WORDS_REMEMBERED = 20_000  # about 10 MB
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The plain words of a sentence, where each stands in the message, and which have a comma before them.

    `forms` are the ways in which phrases may name each word: itself, and beginnings such as `evict*`. `line` is the
    sentence to search in, a space or comma before every word and a full stop at the end; `begins` is where words begin.
    """

    words: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...]
    places: tuple[tuple[int, int], ...]
    commas: frozenset[int]
    line: str
    begins: tuple[int, ...]

    def quote(self, text: str, first: int, last: int) -> str:
        """The words as they were written in the message `text`."""
        return text[self.places[first][0] : self.places[last - 1][1]]


def plain(text: str) -> str:
    """Small letters without accents and apostrophes."""
    text = _DROPPED.sub("", text)
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


class Speller:
    """Knows the words that matter and maps what people type to them: text-speak and single slips of the finger.

    `vocabulary` are all words of the phrases; slips are mended only towards `sought`, the longer words of dangers.
    """

    def __init__(
        self, vocabulary: Iterable[str], sought: Iterable[str], spellings: Mapping[str, str], ordinary: Iterable[str]
    ) -> None:
        vocabulary = set(vocabulary)
        self._starts: dict[str, list[str]] = {}
        for start in sorted(word for word in vocabulary if word.endswith("*")):
            self._starts.setdefault(start[:2], []).append(start)
        self._known = frozenset(word for word in vocabulary if not word.endswith("*"))
        self._spellings = dict(spellings)
        self._ordinary = frozenset(ordinary)
        self._sought = frozenset(word for word in sought if len(word) >= _MENDABLE and "*" not in word)
        self._shortened: dict[str, list[str]] = {}
        for word in sorted(self._sought):
            for short in _one_letter_less(word):
                self._shortened.setdefault(short, []).append(word)
        self.read = lru_cache(_WORDS_REMEMBERED)(self._read)

    def _read(self, typed: str) -> tuple[str, ...]:
        return self.forms(self.mend(plain(typed)))

    def forms(self, word: str) -> tuple[str, ...]:
        """The word itself and its beginnings as phrases write them."""
        starts = self._starts.get(word[:2], ())
        return (word, *(start for start in starts if word.startswith(start[:-1])))

    def mend(self, word: str) -> str:
        """The known word that was meant, or the word itself."""
        if word in self._spellings:
            return self._spellings[word]
        if word in self._known or word in self._ordinary or len(word) > 24:
            return word
        if "*" in word:
            return self._mend_slip(word.replace("*", ""))
        stretched = _STRETCHED.sub(r"\1\1", word)
        if stretched != word:
            short = _STRETCHED.sub(r"\1", word)
            return stretched if stretched in self._known else self._spellings.get(short, short)
        return self._mend_slip(word)

    def _mend_slip(self, word: str) -> str:
        if len(word) < _MENDABLE - 1 or word[0].isdigit():
            return word
        meant = [*self._shortened.get(word, ())]  # a letter left out
        if len(word) >= _MENDABLE:
            for short in _one_letter_less(word):
                if short in self._sought:
                    meant.append(short)  # a letter too many
                meant += (other for other in self._shortened.get(short, ()) if _is_slip(word, other))
        likely = (other for other in meant if other[0] == word[0] and not _is_ending(word, other))
        return min(likely, default=word)


def _one_letter_less(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(1, len(word))}


def _is_ending(one: str, other: str) -> bool:
    """Singular and plural, or `hurt` and `hurts`: not a slip, phrases name both where both are meant."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[:-1] == shorter and longer[-1] in "sdrny"


def _is_slip(typed: str, meant: str) -> bool:
    """Two letters swapped, a neighbouring key, or one vowel for another."""
    if len(typed) != len(meant):
        return False
    wrong = [at for at in range(len(typed)) if typed[at] != meant[at]]
    if len(wrong) == 2:
        return wrong[1] == wrong[0] + 1 and typed[wrong[0]] == meant[wrong[1]] and typed[wrong[1]] == meant[wrong[0]]
    if len(wrong) != 1:
        return False
    pair = {typed[wrong[0]], meant[wrong[0]]}
    return pair <= set("aeiouy") or any(
        "".join(two) in row for row in _ROWS for two in (sorted(pair), sorted(pair)[::-1])
    )


def cut(text: str, speller: Speller) -> list[Sentence]:
    """The sentences of a message, each word made plain and mended; no sentence is longer than a few hundred words."""
    sentences: list[Sentence] = []
    words: list[tuple[str, ...]] = []
    places: list[tuple[int, int]] = []
    commas: set[int] = set()
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "comma":
            commas.add(len(words))
            continue
        if words and (kind == "end" or len(words) >= _LONGEST):
            sentences.append(_sentence(words, places, commas))
            words, places, commas = [], [], set()
        if kind == "end":
            continue
        words.append(speller.read(match[0]))
        places.append(match.span())
    if words:
        sentences.append(_sentence(words, places, commas))
    return sentences


def _sentence(forms: list[tuple[str, ...]], places: list[tuple[int, int]], commas: set[int]) -> Sentence:
    words = tuple(each[0] for each in forms)
    marks = ("," if at in commas else " " for at in range(len(words)))
    begins = [0]
    for word in words:
        begins.append(begins[-1] + len(word) + 1)
    begins[-1] += 1  # the full stop belongs to the last word
    line = "".join(mark + word for mark, word in zip(marks, words, strict=True)) + "."
    return Sentence(words, tuple(forms), tuple(places), frozenset(commas), line, tuple(begins))

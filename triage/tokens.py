"""Cuts a message into sentences of plain words, and mends typing mistakes towards a vocabulary."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\d+(?=(?:yo|yrs?|hrs?|days?|wks?|am|pm)\b)|\d+(?:[.,:/-]\d+)*[^\W\d_]*|[^\W_]+(?:['’‘ʼ`´*]+[^\W_]+)*|(?P<end>[.!?;…\n\r])|(?P<comma>[,:()–—])",
)
_DROPPED = re.compile(r"['’‘ʼ`´]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_LONGEST = 400
_MENDABLE = 5
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The plain words of a sentence (a comma is a word too) and where each stands in the message."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

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
    """Knows the words that matter and maps what people type to them: text-speak and single slips of the finger."""

    def __init__(self, vocabulary: Iterable[str], spellings: Mapping[str, str], ordinary: Iterable[str]) -> None:
        self._known = frozenset(vocabulary)
        self._spellings = dict(spellings)
        self._ordinary = frozenset(ordinary)
        self._shortened: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= _MENDABLE:
                for short in _one_letter_less(word):
                    self._shortened.setdefault(short, []).append(word)

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
        for meant in self._shortened.get(word, ()):
            if meant[0] == word[0]:
                return meant
        if len(word) < _MENDABLE:
            return word
        for short in _one_letter_less(word):
            if len(short) >= _MENDABLE and short in self._known and short[0] == word[0]:
                return short
            for meant in self._shortened.get(short, ()):
                if len(meant) == len(word) and meant[0] == word[0] and _is_slip(word, meant):
                    return meant
        return word


def _one_letter_less(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(1, len(word))}


def _is_slip(typed: str, meant: str) -> bool:
    """Two letters swapped, a neighbouring key, or one vowel for another."""
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
    words: list[str] = []
    places: list[tuple[int, int]] = []
    mended: dict[str, str] = {}

    def close() -> None:
        if words:
            sentences.append(Sentence(tuple(words), tuple(places)))
            words.clear()
            places.clear()

    for match in _TOKEN.finditer(text):
        if match["end"] or len(words) >= _LONGEST:
            close()
        if match["end"]:
            continue
        raw = match[0]
        if raw not in mended:
            mended[raw] = "," if match["comma"] else speller.mend(plain(raw))
        words.append(mended[raw])
        places.append(match.span())
    close()
    return sentences

"""How easily a text is read: the Flesch-Kincaid grade, and the age at which a reader is usually that far.

The formula is of Kincaid and others (1975): 0.39 words a sentence + 11.8 syllables a word - 15.59; school
starts at five. A line is a sentence of its own, with or without a full stop.
"""

import re
from functools import cache

from pyphen import Pyphen

OLDEST_READER = 11.0  # years: what a card may ask for at most
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d.,:]*")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n")
_SILENT_E = re.compile(r"(?<=[^aeiouyl])e[sd]?$")


def reading_age(text: str) -> float:
    """The reading age of a text in years; 0 for a text without words."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(bool(_WORD.search(sentence)) for sentence in _SENTENCE_END.split(text))
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 + 5


@cache
def _syllables(word: str) -> int:
    """The greater of two counts, as each misses some: places to hyphenate, and groups of vowels."""
    if not word[0].isalpha():
        return 1
    vowels = len(re.findall(r"[aeiouy]+", _SILENT_E.sub("", word.lower())))
    return max(1, vowels, len(_hyphens().positions(word)) + 1)


@cache
def _hyphens() -> Pyphen:
    return Pyphen(lang="en_GB")

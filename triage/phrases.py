"""The small pattern language of phrase files: reads a phrase, and finds all phrases of a book in a sentence at once.

kill myself            these words, one after the other (capitals, accents, apostrophes do not count)
kick(s|ed|ing)? me     choices in the middle or at the end of a word, perhaps left out
(hit|beat up) me       one of several wordings
(really)? hungry       perhaps
evict*                 any ending
threw .. out           up to three words between; `..6` up to six; never across a comma
{child}                any wording of that list under `words:`
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from triage.tokens import Sentence, plain

_PIECES = re.compile(r"\s*(\.\.\d*|\{\w+\}\??|\(|\)\??|\||[^\s(){}|?]+\??)")
_GLUED = re.compile(r"([^\s(){}|]+)\(([^\s(){}]+)\)(\??)([^\s(){}|]*)")
_WORD = re.compile(r"[a-z0-9,]+\*?")
_COMMON_WORD = 50
_EXPANSIONS = 64


class PhraseMistake(ValueError):
    """A phrase cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase made ready: `needs` are words of which one must be in the sentence, `words` all it is made of."""

    regex: str
    needs: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of a book and what it stands for."""

    tag: str
    pattern: Pattern
    source: str


@dataclass(frozen=True, slots=True)
class Span:
    """Words `first` to `last` (not included) of a sentence, in which a phrase was found."""

    entry: Entry
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Part:
    regex: str
    cost: int
    needs: frozenset[str]
    words: frozenset[str]


def read_phrase(phrase: str, lists: Mapping[str, Sequence[str]], common: frozenset[str]) -> Pattern:
    """The pattern of one phrase. `lists` are the named word lists, `common` the words too frequent to search by."""
    pieces = _pieces(_unglued(phrase))
    part, rest = _choice(pieces, 0, lists, common)
    if rest != len(pieces):
        raise PhraseMistake("a `)` too many")
    if not part.needs:
        raise PhraseMistake("needs at least one word that is not optional")
    return Pattern(part.regex + r"(?= |$)", part.needs, part.words)


def _unglued(phrase: str) -> str:
    """`kick(s|ed)? me` as `(kick|kicks|kicked) me`."""

    def spread(match: re.Match[str]) -> str:
        stem, endings, optional, tail = match.groups()
        several = [*([""] if optional else []), *endings.split("|")]
        return "(" + "|".join(stem + ending + tail for ending in several) + ")"

    for _ in range(4):
        phrase = _GLUED.sub(spread, phrase)
    return phrase


def _pieces(phrase: str) -> list[str]:
    pieces, place = [], 0
    while place < len(phrase.rstrip()):
        match = _PIECES.match(phrase, place)
        if match is None:
            raise PhraseMistake(f"cannot read {phrase[place : place + 20]!r}")
        pieces.append(match[1])
        place = match.end()
    return pieces


def _choice(
    pieces: list[str], at: int, lists: Mapping[str, Sequence[str]], common: frozenset[str]
) -> tuple[_Part, int]:
    parts = []
    while True:
        part, at = _sequence(pieces, at, lists, common)
        parts.append(part)
        if at >= len(pieces) or pieces[at] != "|":
            return _any_of(parts), at
        at += 1


def _any_of(parts: Sequence[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    if not all(part.needs for part in parts):
        raise PhraseMistake("every choice between `|` needs a word")
    return _Part(
        "(?:" + "|".join(part.regex for part in parts) + ")",
        sum(part.cost for part in parts),
        frozenset().union(*(part.needs for part in parts)),
        frozenset().union(*(part.words for part in parts)),
    )


def _sequence(
    pieces: list[str], at: int, lists: Mapping[str, Sequence[str]], common: frozenset[str]
) -> tuple[_Part, int]:
    parts: list[_Part] = []
    while at < len(pieces) and pieces[at] != "|" and not pieces[at].startswith(")"):
        piece = pieces[at]
        if piece == "(":
            part, at = _choice(pieces, at + 1, lists, common)
            if at >= len(pieces) or not pieces[at].startswith(")"):
                raise PhraseMistake("a `(` is never closed")
            if pieces[at] == ")?":
                part = _perhaps(part)
        else:
            part = _one(piece.removesuffix("?"), lists, common)
            if piece.endswith("?"):
                part = _perhaps(part)
        parts.append(part)
        at += 1
    return _in_a_row(parts), at


def _in_a_row(parts: Sequence[_Part]) -> _Part:
    needed = min((part for part in parts if part.needs), key=lambda part: part.cost, default=None)
    return _Part(
        "".join(part.regex for part in parts),
        needed.cost if needed else 0,
        needed.needs if needed else frozenset(),
        frozenset().union(*(part.words for part in parts)),
    )


def _perhaps(part: _Part) -> _Part:
    return _Part(f"(?:{part.regex})?", 0, frozenset(), part.words)


def _one(piece: str, lists: Mapping[str, Sequence[str]], common: frozenset[str]) -> _Part:
    if piece.startswith(".."):
        return _Part(rf"(?: (?!,)\S+){{0,{int(piece[2:] or 3)}}}?", 0, frozenset(), frozenset())
    if piece.startswith("{"):
        name = piece[1:-1]
        if name not in lists:
            raise PhraseMistake(f"there is no list {name!r} under `words:`")
        others = {key: value for key, value in lists.items() if key != name}
        return _any_of([_whole(wording, others, common) for wording in lists[name]])
    word = plain(piece)
    if not _WORD.fullmatch(word):
        raise PhraseMistake(f"cannot read the word {piece!r}")
    cost = _COMMON_WORD if word in common else 1
    regex = rf"(?: ,)? {word[:-1]}\S*" if word.endswith("*") else f"(?: ,)? {word}"
    return _Part(regex, cost, frozenset({word}), frozenset({word}))


def _whole(wording: str, lists: Mapping[str, Sequence[str]], common: frozenset[str]) -> _Part:
    pieces = _pieces(_unglued(wording))
    part, rest = _choice(pieces, 0, lists, common)
    if rest != len(pieces):
        raise PhraseMistake("a `)` too many")
    return part


@cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)


class PhraseBook:
    """Many phrases, found together: only those of which a needed word is in the sentence are tried."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_word: dict[str, list[Entry]] = {}
        self._by_start: dict[str, list[Entry]] = {}
        self.words: set[str] = set()
        for entry in entries:
            self.words.update(word for word in entry.pattern.words if not word.endswith("*"))
            for word in entry.pattern.needs:
                home = self._by_start if word.endswith("*") else self._by_word
                home.setdefault(word.rstrip("*"), []).append(entry)
        self._starts = sorted({len(start) for start in self._by_start})

    def find(self, sentence: Sentence) -> list[Span]:
        """Every phrase found in a sentence, in order of appearance."""
        text = "".join(" " + word for word in sentence.words)
        begins, total = [], 0
        for word in sentence.words:
            begins.append(total)
            total += len(word) + 1
        found = []
        for entry in self._candidates(sentence.words):
            for match in _compiled(entry.pattern.regex).finditer(text):
                found.append(Span(entry, bisect_left(begins, match.start()), bisect_left(begins, match.end())))
        return sorted(found, key=lambda span: (span.first, span.last))

    def _candidates(self, words: Sequence[str]) -> list[Entry]:
        chosen: dict[int, Entry] = {}
        for word in set(words):
            for entry in self._by_word.get(word, ()):
                chosen[id(entry)] = entry
            for length in self._starts:
                if length > len(word):
                    break
                for entry in self._by_start.get(word[:length], ()):
                    chosen[id(entry)] = entry
        return list(chosen.values())

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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, product

from triage.tokens import Sentence, plain

_PIECES = re.compile(r"\s*(\.\.\d*|\{\w+\}\??|\(|\)\??|\||[^\s(){}|?]+\??)")
_UNIT = r"(?:[^\s(){}|?$]+|\([^\s(){}$]+\)\??)"
_GLUED = re.compile(rf"(?<![^\s(|]){_UNIT}{{2,}}(?![^\s)|?])")
_UNITS = re.compile(r"\(([^()]+)\)(\??)|([^()]+)")
_STILL_GLUED = re.compile(r"\)\??[\w(]|\w\(")
_WORD = re.compile(r"[a-z0-9]{2,}\*|[a-z0-9]+")
_GAP = "[ ,]"  # between words; a comma stands for itself
_COMMON_WORD = 50


class PhraseMistake(ValueError):
    """A phrase cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase made ready to be searched for.

    One word of `needs` must be there, at most `before` words after the beginning and `after` words before the end; so
    must one of each of the `parts`. `words` are all the words it is made of.
    """

    regex: str
    needs: frozenset[str]
    before: int
    after: int
    parts: tuple[frozenset[str], ...]
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
    """A piece of a phrase: `longest` is how many words it may take, the rest as in Pattern."""

    regex: str
    longest: int
    words: frozenset[str]
    needs: frozenset[str] = frozenset()
    cost: int = 0
    before: int = 0
    after: int = 0
    parts: tuple[frozenset[str], ...] = ()


def read_phrase(phrase: str, lists: Mapping[str, Sequence[str]], common: frozenset[str]) -> Pattern:
    """The pattern of one phrase. `lists` are the named word lists, `common` the words too frequent to search by."""
    unglued = _unglued(phrase.replace("-", " "))
    if _STILL_GLUED.search(unglued):
        raise PhraseMistake("choices inside a word cannot hold a space")
    pieces = _pieces(unglued)
    part, rest = _choice(pieces, 0, lists, common)
    if rest != len(pieces):
        raise PhraseMistake("a `)` too many")
    if not part.needs:
        raise PhraseMistake("needs at least one word that is not optional")
    return Pattern(part.regex, part.needs, part.before, part.after, part.parts, part.words)


def _unglued(phrase: str) -> str:
    """`kick(s|ed)? me` as `(kick|kicks|kicked) me`, `(u|ba)ngishaya` as `(ungishaya|bangishaya)`."""

    def spread(match: re.Match[str]) -> str:
        if "(" not in match[0]:
            return match[0]
        units = [
            [plain_text] if plain_text else [*([""] if optional else []), *choices.split("|")]
            for choices, optional, plain_text in _UNITS.findall(match[0])
        ]
        return "(" + "|".join("".join(parts) for parts in product(*units)) + ")"

    return _GLUED.sub(spread, phrase)


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
    if not all(part.regex for part in parts):
        raise PhraseMistake("nothing stands between two `|`")
    needs: frozenset[str] = frozenset().union(*(part.needs for part in parts))
    if not all(part.needs for part in parts):
        needs = frozenset()  # one of the choices is no word, so none is needed
    return _Part(
        regex=_either([part.regex for part in parts]),
        longest=max(part.longest for part in parts),
        words=frozenset().union(*(part.words for part in parts)),
        needs=needs,
        cost=sum(part.cost for part in parts),
        before=max(part.before for part in parts),
        after=max(part.after for part in parts),
        parts=(needs,) if needs else (),
    )


def _either(choices: Sequence[str]) -> str:
    """A pattern for any of the choices; what all begin with is written once, which makes the search much faster."""
    if all(choice.startswith(_GAP) for choice in choices):
        return f"{_GAP}(?:{'|'.join(choice[len(_GAP) :] for choice in choices)})"
    return f"(?:{'|'.join(choices)})"


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
    place = parts.index(needed) if needed else 0
    return _Part(
        regex="".join(part.regex for part in parts),
        longest=sum(part.longest for part in parts),
        words=frozenset().union(*(part.words for part in parts)),
        needs=needed.needs if needed else frozenset(),
        cost=needed.cost if needed else 0,
        before=(needed.before if needed else 0) + sum(part.longest for part in parts[:place]),
        after=(needed.after if needed else 0) + sum(part.longest for part in parts[place + 1 :]),
        parts=tuple(each for part in parts for each in part.parts),
    )


def _perhaps(part: _Part) -> _Part:
    return _Part(f"(?:{part.regex})?", part.longest, part.words)


def _one(piece: str, lists: Mapping[str, Sequence[str]], common: frozenset[str]) -> _Part:
    if piece.startswith(".."):
        most = int(piece[2:] or 3)
        return _Part(rf"(?: [^ ,.]+){{0,{most}}}?", most, frozenset())
    if piece == "$":
        return _Part("(?=[,.])", 0, frozenset())
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
    regex = _GAP + (word[:-1] + "[^ ,.]*" if word.endswith("*") else word + r"\b")
    only = frozenset({word})
    return _Part(regex, 1, only, needs=only, cost=cost, parts=(only,))


def _whole(wording: str, lists: Mapping[str, Sequence[str]], common: frozenset[str]) -> _Part:
    pieces = _pieces(_unglued(wording.replace("-", " ")))
    part, rest = _choice(pieces, 0, lists, common)
    if rest != len(pieces):
        raise PhraseMistake("a `)` too many")
    return part


@cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)


class PhraseBook:
    """Many phrases, found together: each is tried only around a word it needs, when its other words are there too."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_word: dict[str, list[Entry]] = {}
        self.words: set[str] = set()
        for entry in entries:
            self.words |= entry.pattern.words
            for word in entry.pattern.needs:
                self._by_word.setdefault(word, []).append(entry)

    def find(self, sentence: Sentence) -> list[Span]:
        """Every phrase found in a sentence, in order of appearance."""
        begins = sentence.begins
        found: dict[tuple[int, int, int], Span] = {}
        for at, entry in self._candidates(sentence):
            pattern = entry.pattern
            first = begins[max(0, at - pattern.before)]
            last = begins[min(len(begins) - 1, at + pattern.after + 2)]
            for match in _compiled(pattern.regex).finditer(sentence.line, first, last):
                begin, end = bisect_left(begins, match.start()), bisect_left(begins, match.end())
                found[id(entry), begin, end] = Span(entry, begin, end)
        return sorted(found.values(), key=lambda span: (span.first, span.last))

    def _candidates(self, sentence: Sentence) -> Iterator[tuple[int, Entry]]:
        """The phrases that may be there, with the place of the word they need."""
        by_word = self._by_word
        present: frozenset[str] | None = None
        for at, forms in enumerate(sentence.forms):
            for form in forms:
                for entry in by_word.get(form, ()):
                    if present is None:
                        present = frozenset(chain.from_iterable(sentence.forms))
                    if all(map(present.intersection, entry.pattern.parts)):
                        yield at, entry

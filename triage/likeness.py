"""Finds messages that say nearly the same, by the words and pairs of neighbouring words they share."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_APOSTROPHE = re.compile(r"['’‘`´]")
_ROUNDING = 1e-9  # .55 x 20 is a little more than 11


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two messages by their places in the list, the earlier first, and the share between 0 and 1 of what they share."""

    first: int
    second: int
    share: float


def words_of(text: str) -> list[str]:
    """The words in small letters, without punctuation; `dont` is the same as `don't`."""
    return _WORD.findall(_APOSTROPHE.sub("", text.casefold()))


def shingles(text: str) -> frozenset[str]:
    """The words of a message and its pairs of neighbouring words; the text itself where it has no words."""
    words = words_of(text)
    pairs = (f"{one} {other}" for one, other in zip(words, words[1:], strict=False))
    return frozenset((*words, *pairs)) or frozenset((text,))


def find_alike(texts: Sequence[str], *, least: float) -> Iterator[Likeness]:
    """Every pair whose shingles have a Jaccard index of at least `least`, which is above 0.

    Only messages that share one of their rarest shingles are compared, for others cannot reach `least`: the prefix
    filter of Bayardo, Ma and Srikant, "Scaling up all pairs similarity search" (2007). Nothing is missed.
    """
    sets = [shingles(text) for text in texts]
    common = Counter(shingle for each in sets for shingle in each)
    seen: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(sets)), key=lambda place: len(sets[place])):
        own = sets[place]
        rarest = sorted(own, key=lambda shingle: (common[shingle], shingle))
        prefix = rarest[: len(own) - math.ceil(least * len(own) - _ROUNDING) + 1]
        for other in sorted({other for shingle in prefix for other in seen[shingle]}):
            shared = len(own & sets[other])
            share = shared / (len(own) + len(sets[other]) - shared)
            if share >= least:
                yield Likeness(min(place, other), max(place, other), share)
        for shingle in prefix:
            seen[shingle].append(place)

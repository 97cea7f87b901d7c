"""How often the desk agrees with the model, and whether people come with other problems than before."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_Z = 1.959963984540054  # the normal quantile of a 95 % interval
_HALF = 0.5  # a case added to every category, so that an empty one has a share


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the `judged` cases of a kind, in how many the desk `agreed` with the model; the interval is Wilson's, 95 %."""

    kind: str
    judged: int
    agreed: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.agreed / self.judged

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies: E. B. Wilson, "Probable inference" (1927)."""
        return wilson(self.agreed, self.judged)


def wilson(held: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share of which `held` of `of` were seen; all there is when nothing was."""
    if of == 0:
        return 0.0, 1.0
    share, spread = held / of, _Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def agreements(judged: Iterable[tuple[str, bool]]) -> list[Agreement]:
    """One for each kind, in alphabetical order, from pairs of a kind and whether the desk agreed."""
    found: dict[str, list[bool]] = defaultdict(list)
    for kind, agreed in judged:
        found[kind].append(agreed)
    return [Agreement(kind, len(each), sum(each)) for kind, each in sorted(found.items())]


def stability(now: Mapping[str, int], before: Mapping[str, int]) -> float:
    """The population stability index of two countings of the same kinds: 0 when the shares are the same.

    The sum over kinds of (p - q) ln(p / q). By custom below .1 is no shift, above .25 a large one.
    """
    kinds = {*now, *before}
    total_now = sum(now.values()) + _HALF * len(kinds)
    total_before = sum(before.values()) + _HALF * len(kinds)
    index = 0.0
    for kind in kinds:
        p = (now.get(kind, 0) + _HALF) / total_now
        q = (before.get(kind, 0) + _HALF) / total_before
        index += (p - q) * math.log(p / q)
    return index


def by_area(issues: Iterable[str]) -> Counter[str]:
    """How many of each area."""
    return Counter(issue.split(".", 1)[0] for issue in issues)

"""How a model reads the held-out examples, which training never sees: what a new model is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.confidence import Thresholds, decide
from triage.examples import Example
from triage.meaning import Decision, Reading

_NO_PROBLEM, _VAGUE = "no_problem", "vague"
_CHANCE = 0.01  # of the examples: a few of them fall one way or the other with every change of the texts


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Shares between 0 and 1. `first`, `among_three`: problems whose issue was ranked so.

    `sure`: problems settled at once, `sure_right` how many of those rightly. `nothing`: texts without a problem that
    were read so. `asked`: vague trouble that was asked about. `missed`: problems read as none. `right`: all examples
    that were read as they should be.
    """

    first: float
    among_three: float
    sure: float
    sure_right: float
    nothing: float
    asked: float
    missed: float
    right: float

    def is_worse_than(self, other: "HeldOut") -> bool:
        """Whether fewer examples are read rightly, by more than chance."""
        return self.right < other.right - _CHANCE


def measure_held_out(examples: Sequence[Example], readings: Sequence[Reading], thresholds: Thresholds) -> HeldOut:
    """The figures of a model from its readings of the examples; a share of nothing is 0."""
    judged = [(e, r, decide(r, thresholds)) for e, r in zip(examples, readings, strict=True)]
    problems = [(e, r, d) for e, r, d in judged if e.intent not in (_NO_PROBLEM, _VAGUE)]
    ranks = [[issue.id for issue in r.issues].index(e.intent) for e, r, _ in problems]
    sure = [rank for rank, (_, _, decided) in zip(ranks, problems, strict=True) if decided is Decision.SURE]
    nothing = [decided for e, _, decided in judged if e.intent == _NO_PROBLEM]
    vague = [decided for e, _, decided in judged if e.intent == _VAGUE]
    first = [rank == 0 for rank in ranks]
    quiet = [decided is Decision.NONE for decided in nothing]
    asked = [decided in (Decision.ASK, Decision.HUMAN) for decided in vague]
    return HeldOut(
        first=_share(first),
        among_three=_share([rank < 3 for rank in ranks]),
        sure=len(sure) / max(len(problems), 1),
        sure_right=_share([rank == 0 for rank in sure]),
        nothing=_share(quiet),
        asked=_share(asked),
        missed=_share([decided is Decision.NONE for _, _, decided in problems]),
        right=_share([*first, *quiet, *asked]),
    )


def _share(held: Sequence[bool]) -> float:
    return sum(held) / max(len(held), 1)

"""Sure, ask, a human, or no problem at all: two named doubts decide."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triage.meaning import Decision, Reading

_VAGUE_FROM = 0.5
# One word such as "evicted" is little to tell a problem by, and yet resembles only one.
_ONE_ISSUE, _HARDLY_NOTHING = 0.95, 0.2


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`floor`: below it the best issue is too low to be sure. `margin`: a second issue nearer than that is too close.

    `problem`: below it there is no legal problem in the text. `offer`: three issues that reach it together are worth
    asking about; below it only a human can tell.
    """

    problem: float = 0.5
    floor: float = 0.6
    margin: float = 0.2
    offer: float = 0.35


def decide(reading: Reading, thresholds: Thresholds) -> Decision:
    """How to go on with one reading."""
    issues = reading.issues
    if reading.problem < thresholds.problem:
        resembles_one = issues[0].probability >= _ONE_ISSUE and reading.problem >= _HARDLY_NOTHING
        return Decision.ASK if resembles_one else Decision.NONE
    if reading.vague >= _VAGUE_FROM:
        return Decision.HUMAN
    too_low = issues[0].probability < thresholds.floor
    second = issues[1].probability if len(issues) > 1 else 0.0
    too_close = issues[0].probability - second < thresholds.margin
    if not too_low and not too_close:
        return Decision.SURE
    if sum(issue.probability for issue in issues[:3]) >= thresholds.offer:
        return Decision.ASK
    return Decision.HUMAN


def thresholds_for(readings: Sequence[Reading], truths: Sequence[Sequence[str]], *, precision: float) -> Thresholds:
    """The lowest floor at which `sure` is right in `precision` of the cases, on texts the model did not see."""
    base = Thresholds()
    tops = [
        (reading.issues[0], truth)
        for reading, truth in zip(readings, truths, strict=True)
        if reading.problem >= base.problem
    ]
    chosen = base.floor
    for floor in np.arange(0.3, 0.99, 0.01):
        right = [top.id in truth for top, truth in tops if top.probability >= floor]
        if right and sum(right) / len(right) >= precision:
            chosen = float(floor)
            break
    else:
        chosen = 0.95
    return Thresholds(floor=round(chosen, 2))

"""How soon somebody must act, and because of what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from triage.deadlines import Deadline
from triage.meaning import Flag

SOON_LIMIT = timedelta(days=14)

# Problems in which a legal deadline usually runs, even when nobody has said a date yet.
DEADLINE_RUNS = frozenset(
    {
        "housing.eviction",
        "housing.mortgage",
        "benefits.refused",
        "benefits.stopped",
        "benefits.reduced",
        "benefits.overpayment",
        "benefits.appeal",
        "benefits.disability",
        "benefits.fraud",
        "work.dismissal",
        "money.court_debt",
        "immigration.status",
        "crime.accused",
    }
)
_NOT_TODAY = frozenset({"court_soon"})
_SUPPLIERS = frozenset({"supplier", "council"})


class Urgency(StrEnum):
    """When to act: today, within 14 days, before a later deadline, or in turn."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True)
class Judged:
    """An urgency with its reasons, for the paralegal to read."""

    urgency: Urgency
    because: tuple[str, ...]


def judge_urgency(
    *, flags: Sequence[Flag], issues: Sequence[str], deadlines: Sequence[Deadline], respondent: str | None
) -> Judged:
    """The most urgent level that any flag, deadline or issue asks for.

    A supplier or council that cuts a service is `urgent`; a landlord who does is breaking the law today.
    """
    reasons = [f'Danger heard: {_in_words(flag.id)} ("{flag.trigger}")' for flag in flags]
    today = [
        flag
        for flag in flags
        if flag.id not in _NOT_TODAY and not (flag.id == "utilities_off" and respondent in _SUPPLIERS)
    ]
    own = [each for each in deadlines if each.binds == "person" and not each.assumed]  # the other side's can wait
    near = [deadline for deadline in own if 0 <= deadline.days_left <= SOON_LIMIT.days]
    later = [deadline for deadline in own if deadline.days_left > SOON_LIMIT.days]
    reasons += [f"{deadline.what} By {deadline.due.isoformat()}, {deadline.because}" for deadline in (*near, *later)]
    if today:
        return Judged(Urgency.EMERGENCY, tuple(reasons))
    if flags or near:
        return Judged(Urgency.URGENT, tuple(reasons))
    if later:
        return Judged(Urgency.SOON, tuple(reasons))
    if running := [issue for issue in issues if issue in DEADLINE_RUNS]:
        return Judged(Urgency.SOON, (*reasons, f"A legal deadline usually runs with {running[0]}"))
    return Judged(Urgency.ROUTINE, tuple(reasons))


def _in_words(flag: str) -> str:
    return flag.replace("_", " ")

"""Puts it together: danger, deadlines, urgency, guidance, and the reasons for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from triage.conditions import NOTHING_KNOWN, Facts
from triage.deadlines import Deadline, deadlines_for
from triage.meaning import Flag
from triage.pack import LawPack
from triage.urgency import Urgency, judge_urgency


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was decided about a problem and why. `guidance` names cards as `pack/issue`."""

    issues: tuple[str, ...]
    flags: tuple[Flag, ...]
    urgency: Urgency
    reasons: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    guidance: tuple[str, ...]

    @property
    def due(self) -> date | None:
        """The nearest deadline that is known and has not passed."""
        known = (deadline for deadline in self.deadlines if deadline.days_left >= 0 and not deadline.assumed)
        return min((deadline.due for deadline in known), default=None)


def assess(
    *,
    issues: Sequence[str],
    flags: Sequence[Flag],
    dates: Mapping[str, date],
    respondent: str | None,
    pack: LawPack,
    today: date,
    answers: Facts = NOTHING_KNOWN,
) -> Assessment:
    """Decides on facts alone. `dates` are days keyed by the question they answer, `answers` all that was answered."""
    each = (deadlines_for(issue, dates, pack, today=today, answers=answers) for issue in issues)
    found = {deadline.id: deadline for deadlines in each for deadline in deadlines}
    deadlines = tuple(sorted(found.values(), key=lambda deadline: deadline.due))
    judged = judge_urgency(flags=flags, issues=issues, deadlines=deadlines, respondent=respondent)
    return Assessment(
        issues=tuple(issues),
        flags=tuple(flags),
        urgency=judged.urgency,
        reasons=judged.because,
        deadlines=deadlines,
        guidance=tuple(f"{pack.id}/{issue if issue in pack.cards else 'general'}" for issue in issues),
    )

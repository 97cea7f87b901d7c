"""What the machine and the desk say a case is about, and what can be chosen."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from casestore.labels import Label
from desk.office import Desk
from desk.showing import issue_title, label, moment_words


@dataclass(frozen=True, slots=True)
class Labels:
    """The two labels in words; empty where there is none. `agreed` says whether they are the same."""

    machine: str
    judged: str
    at: str
    agreed: bool


def labels_of(desk: Desk, newest: tuple[Label | None, Label | None], zone: ZoneInfo) -> Labels:
    """The labels of a case in words."""
    machine, judged = newest
    return Labels(
        machine="" if machine is None else issue_title(desk, machine.issue),
        judged="" if judged is None else issue_title(desk, judged.issue),
        at="" if judged is None else moment_words(judged.at, zone),
        agreed=machine is not None and judged is not None and machine.issue == judged.issue,
    )


def problems(desk: Desk) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every issue as (id, title), by the title of its area, in the order of the taxonomy."""
    return [
        (
            label(desk, "area", area),
            [(issue.id, issue.title) for issue in desk.taxonomy.issues.values() if issue.area == area],
        )
        for area in desk.taxonomy.areas
    ]

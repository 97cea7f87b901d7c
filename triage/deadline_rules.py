"""The time limits of a place, as the law pack has them."""

from dataclasses import dataclass
from pathlib import Path

from triage.entries import Entry, listed_entries

COUNTS_FROM = {
    "event_date": "the day it happened",
    "letter_date": "the date on the letter",
    "court_date": "the court date",
    "moved_out": "the day you gave back the keys",
    "last_paid": "your last normal payment",
}
UNITS = {"days": "day", "business_days": "business day", "months": "month"}
_BINDS = frozenset({"person", "respondent"})


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One time limit in the law. `issues` are issue ids or areas; `binds` says whose limit it is."""

    id: str
    issues: tuple[str, ...]
    counts_from: str
    length: int
    unit: str
    what: str
    late: str
    source: str
    review: bool
    binds: str = "person"

    def applies_to(self, issue: str) -> bool:
        """Whether the limit runs for an issue."""
        return issue in self.issues or issue.split(".", 1)[0] in self.issues


def read_rules(path: Path) -> tuple[DeadlineRule, ...]:
    """The limits of a place, in the order of the file."""
    return tuple(_rule(entry) for entry in listed_entries(path, "deadline"))


def _rule(entry: Entry) -> DeadlineRule:
    rule = DeadlineRule(
        id=entry.text("id"),
        issues=entry.texts("issues"),
        counts_from=entry.choice("counts_from", frozenset(COUNTS_FROM)),
        length=entry.whole("length"),
        unit=entry.choice("unit", frozenset(UNITS)),
        what=entry.text("what"),
        late=entry.text("late"),
        source=entry.text("source"),
        review=entry.truth("review"),
        binds=entry.choice("binds", _BINDS) if "binds" in entry.fields else "person",
    )
    if not rule.issues:
        raise entry.wrong("needs `issues:`, the issues or areas it runs for")
    return rule

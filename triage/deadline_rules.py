"""The time limits of a place, as the law pack has them."""

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from triage.conditions import Condition, ConditionMistake, read_condition
from triage.entries import Entry, listed_entries

COUNTS_FROM = {
    "event_date": "the day it happened",
    "letter_date": "the date on the letter",
    "received_date": "the day you got the court papers",
    "court_date": "the court date",
    "moved_out": "the day you gave back the keys",
    "last_paid": "your last normal payment",
    "rent_starts": "the day the new rent starts",
}
UNITS = {"days": "day", "business_days": "business day", "court_days": "court day", "months": "month"}
_BINDS = frozenset({"person", "respondent"})
_CLOSED = frozenset({"stay", "before", "after"})
_FIELDS = frozenset(
    [
        "id",
        "issues",
        "counts_from",
        "since",
        "length",
        "unit",
        "less_days",
        "backwards",
        "closed",
        "recess",
        "when",
        "what",
        "late",
        "note",
        "source",
        "review",
        "binds",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """One time limit in the law. `issues` are issue ids or areas; `binds` says whose limit it is.

    `less_days` are taken off at the end ("three months less one day"); `backwards` counts back from the day.
    `closed` says where a last day goes on which nobody works; days in `recess` count as such.
    `since` says in words what it counts from, `note` what can move the day. `when` limits it to certain facts.
    """

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
    since: str = ""
    less_days: int = 0
    backwards: bool = False
    closed: str = "stay"
    recess: str = ""
    when: Condition | None = None
    note: str = ""
    line: int | None = None

    def applies_to(self, issue: str) -> bool:
        """Whether the limit runs for an issue."""
        return issue in self.issues or issue.split(".", 1)[0] in self.issues

    @property
    def period(self) -> str:
        """How long it is, in words: `3 months less 1 day`."""
        less = f" less {_many(self.less_days, 'day')}" if self.less_days else ""
        return _many(self.length, UNITS[self.unit]) + less

    @property
    def start_words(self) -> str:
        """What it counts from, in words."""
        return self.since or COUNTS_FROM[self.counts_from]


def read_rules(path: Path, sources: Container[str], recesses: Container[str] = ()) -> tuple[DeadlineRule, ...]:
    """The limits of a place, in the order of the file; raises ContentError for a mistake, naming its line."""
    return tuple(_rule(entry, sources, recesses) for entry in listed_entries(path, "deadline"))


def _rule(entry: Entry, sources: Container[str], recesses: Container[str]) -> DeadlineRule:
    if strange := sorted(entry.fields.keys() - _FIELDS):
        raise entry.wrong(f"`{strange[0]}` is not known; known are {', '.join(sorted(_FIELDS))}", strange[0])
    rule = DeadlineRule(
        id=entry.text("id"),
        issues=entry.texts("issues"),
        counts_from=entry.choice("counts_from", frozenset(COUNTS_FROM)),
        length=entry.whole("length"),
        unit=entry.choice("unit", frozenset(UNITS)),
        what=entry.text("what"),
        late=entry.text("late"),
        source=entry.reference("source", sources),
        review=entry.truth("review"),
        binds=entry.choice_or("binds", _BINDS, "person"),
        since=entry.text_or("since", ""),
        less_days=entry.whole("less_days") if "less_days" in entry.fields else 0,
        backwards=entry.truth("backwards") if "backwards" in entry.fields else False,
        closed=entry.choice_or("closed", _CLOSED, "stay"),
        recess=entry.reference("recess", recesses) if "recess" in entry.fields else "",
        when=_condition(entry),
        note=entry.text_or("note", ""),
        line=entry.line_of(),
    )
    if not rule.issues:
        raise entry.wrong("needs `issues:`, the issues or areas it runs for", "issues")
    return rule


def _condition(entry: Entry) -> Condition | None:
    if "when" not in entry.fields:
        return None
    try:
        return read_condition(entry.text("when"))
    except ConditionMistake as mistake:
        raise entry.wrong(str(mistake), "when") from None


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

"""Days the law gives: which run for a problem, and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from triage.calendars import Calendar, add_months
from triage.conditions import ASKED_IN_VAIN, NOTHING_KNOWN, Facts
from triage.deadline_rules import COUNTS_FROM, DeadlineRule
from triage.pack import LawPack

_DAYS_IN = {"days": 1.0, "business_days": 1.4, "court_days": 1.4, "months": 30.4}  # roughly, to find the shortest
_LONGEST_ASSUMED = 366


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit counted out for one person. `days_left` is negative once it has passed.

    `source` is the title of the law it rests on. `review` means that a lawyer has still to confirm it.
    `binds` is `respondent` for a day by which the other side must act: nothing is lost when it passes.
    `note` says what can move the day. `assumed` means that nobody knows the starting day: today is the safe day.
    """

    id: str
    due: date
    days_left: int
    what: str
    because: str
    late: str
    source: str
    review: bool = False
    binds: str = "person"
    note: str = ""
    assumed: bool = False


def count(rule: DeadlineRule, start: date, calendar: Calendar) -> date:
    """The last day of a limit that starts on `start`; that day itself is not counted.

    Business and court days leave out weekends and public holidays, and the recess where one is named. A month ends on
    the same day of the month, or on its last. A last day on which nobody works stays unless the rule says otherwise:
    the earlier day is the safe one.
    """
    step = -1 if rule.backwards else 1
    if rule.unit == "months":
        last = add_months(start, step * rule.length)
    elif rule.unit == "days":
        last = start + timedelta(days=step * rule.length)
    else:
        last = calendar.open_days(start, rule.length, step=step, recess=rule.recess)
    last -= timedelta(days=step * rule.less_days)
    if rule.closed == "stay":
        return last
    return calendar.nearest_open(last, step=1 if rule.closed == "after" else -1, recess=rule.recess)


def deadlines_for(
    issue: str, dates: Mapping[str, date], pack: LawPack, *, today: date, answers: Facts = NOTHING_KNOWN
) -> tuple[Deadline, ...]:
    """Every limit that runs for an issue and whose starting day is known, soonest first, passed ones included.

    Of two that end on one day the first of the file comes first: what is to be done before the other.
    `dates` are days by the question they answer. `answers` are all answers: a limit that they rule out is left out.
    A starting day that was asked for in vain gives the safe day, which is today.
    """
    facts = {**answers, **{fact: day.isoformat() for fact, day in dates.items()}}
    rules = [
        rule
        for rule in pack.deadlines
        if rule.applies_to(issue) and (rule.when is None or rule.when.holds(facts) is not False)
    ]
    found = [_counted(rule, dates, pack, today) for rule in rules]
    known = [deadline for deadline in found if deadline is not None]
    return tuple(sorted([*known, *_safe_days(rules, facts, pack, today)], key=lambda each: each.due))


def _counted(rule: DeadlineRule, dates: Mapping[str, date], pack: LawPack, today: date) -> Deadline | None:
    start = dates.get(rule.counts_from)
    if start is None:
        return None
    due = count(rule, start, pack.calendar)
    because = _because(rule, f"{rule.start_words}, {start.day} {start:%B %Y}")
    return _deadline(rule, pack, due=due, today=today, because=because)


def _safe_days(rules: Iterable[DeadlineRule], facts: Facts, pack: LawPack, today: date) -> list[Deadline]:
    """For each starting day asked for in vain: the first limit of the file and the shortest, due today.

    A limit of more than a year is left out: to be told that it may end today would only frighten.
    """
    found: dict[str, Deadline] = {}
    for fact in COUNTS_FROM:
        if facts.get(fact) not in ASKED_IN_VAIN:
            continue
        run = [r for r in rules if r.counts_from == fact and r.binds == "person" and 0 < _days(r) <= _LONGEST_ASSUMED]
        if run:
            for rule in (run[0], min(run, key=_days)):
                because = _because(rule, f"{rule.start_words}, which we do not know")
                found[rule.id] = _deadline(rule, pack, due=today, today=today, because=because, assumed=True)
    return list(found.values())


def _days(rule: DeadlineRule) -> float:
    return rule.length * _DAYS_IN[rule.unit]


def _deadline(
    rule: DeadlineRule, pack: LawPack, *, due: date, today: date, because: str, assumed: bool = False
) -> Deadline:
    return Deadline(
        id=rule.id,
        due=due,
        days_left=(due - today).days,
        what=rule.what,
        because=because,
        late=rule.late,
        source=pack.sources[rule.source].title,
        review=rule.review,
        binds=rule.binds,
        note=rule.note,
        assumed=assumed,
    )


def _because(rule: DeadlineRule, start: str) -> str:
    if rule.length == 0:
        return start
    return f"{rule.period} {'before' if rule.backwards else 'from'} {start}"

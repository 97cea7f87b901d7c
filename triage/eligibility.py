"""Which benefits might apply, from a few answers: three-valued, with reasons, and never a promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from triage.eligibility_rules import Benefit, Need, Question, Rules, Test, Ways
from triage.errors import NoFigureForDate
from triage.figures import Figures, figure_on

Answers = Mapping[str, str]

MOST_QUESTIONS = 6
SKIPPED, UNSURE = "skipped", "unsure"  # answers that say nothing


class Verdict(StrEnum):
    """What the answers so far say of a benefit. It is never a promise."""

    MAY = "may"
    PROBABLY_NOT = "probably_not"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words, `{figure:…}` still to be filled in, and the source behind it."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the answers say of one benefit; `amount` is the key of the figure that is paid."""

    benefit: Benefit
    verdict: Verdict
    reasons: tuple[Reason, ...]
    amount: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers so far, and the figures of the day they are held against."""

    answers: Answers
    figures: Figures
    today: date

    def holds(self, need: Need) -> bool | None:
        """Three-valued: None while it cannot be said, or where the answers do not settle it."""
        holds = self.any(need.ways)
        return None if holds is False and self.any(need.maybe) is not False else holds

    def any(self, ways: Ways) -> bool | None:
        """One way that holds is enough."""
        values = [self.all(way) for way in ways]
        if True in values:
            return True
        return None if None in values else False

    def all(self, way: Sequence[Test]) -> bool | None:
        """One test that fails is enough to fail."""
        values = [self.passes(test) for test in way]
        if False in values:
            return False
        return None if None in values else True

    def passes(self, test: Test) -> bool | None:
        """None for a question nobody answered, and for a figure that no period covers today."""
        answer = self.answers.get(test.question, SKIPPED)
        if answer in (SKIPPED, UNSURE):
            return None
        if test.how == "is":
            return answer in test.values
        try:
            limit = figure_on(self.figures, test.values[0], self.today).value
            return (Decimal(answer) <= limit) == (test.how == "up to")
        except (NoFigureForDate, InvalidOperation):
            return None

    def undecided(self, need: Need) -> set[str]:
        """The questions nobody was asked yet that could settle a need."""
        ways = need.ways if self.any(need.ways) is None else need.maybe
        open_ = [way for way in ways if self.all(way) is None]
        return {test.question for way in open_ for test in way if test.question not in self.answers}


def judge(rules: Rules, answers: Answers, figures: Figures, *, today: date) -> tuple[Result, ...]:
    """Every benefit, in the order of the file. More answers never turn `may` into `probably not`, nor back."""
    answered = Answered(answers, figures, today)
    return tuple(_judged(benefit, answered) for benefit in rules.benefits)


def next_question(rules: Rules, answers: Answers, figures: Figures, *, today: date) -> Question | None:
    """The first question whose answer can still settle something; None when there is none, or six were asked."""
    if len(answers) >= MOST_QUESTIONS:
        return None
    answered = Answered(answers, figures, today)
    open_: set[str] = set()
    for benefit in rules.benefits:
        holding = {need: answered.holds(need) for need in benefit.needs}
        if False not in holding.values():
            open_.update(*(answered.undecided(need) for need, holds in holding.items() if holds is None))
    return next((question for question in rules.questions if question.id in open_), None)


def _judged(benefit: Benefit, answered: Answered) -> Result:
    holding = [(need, answered.holds(need)) for need in benefit.needs]
    values = [holds for _, holds in holding]
    if False in values:
        reasons = [Reason(need.no, need.source) for need, holds in holding if holds is False]
        return Result(benefit, Verdict.PROBABLY_NOT, tuple(reasons), None)
    if None in values:
        reasons = [Reason(need.unsure, need.source) for need, holds in holding if holds is None]
        return Result(benefit, Verdict.CANNOT_SAY, tuple(reasons), _amount(benefit, answered))
    reasons = [Reason(need.yes, need.source) for need in benefit.needs]
    reasons += [Reason(also.text, also.source) for also in benefit.also]
    return Result(benefit, Verdict.MAY, tuple(reasons), _amount(benefit, answered))


def _amount(benefit: Benefit, answered: Answered) -> str | None:
    """The figure of the first amount that fits."""
    for amount in benefit.amounts:
        if not amount.ways or answered.any(amount.ways):
            return amount.figure
    return None

"""The figures by which a new model is judged."""

from dataclasses import replace

import pytest

from triage.confidence import Thresholds
from triage.examples import Example
from triage.held_out import HeldOut, measure_held_out
from triage.meaning import Reading, Scored


def read(first: str, probability: float = 0.9, *, problem: float = 0.9, vague: float = 0.0) -> Reading:
    others = [issue for issue in ("a.one", "a.two", "b.one", "b.two") if issue != first]
    issues = (Scored(first, probability), *(Scored(issue, (1 - probability) / 3) for issue in others))
    return Reading(problem, vague, (), issues)


def test_every_kind_of_example_counts_what_it_should() -> None:
    judged = [
        (Example("x", "a.one"), read("a.one")),  # sure, rightly
        (Example("x", "a.one"), read("a.two")),  # sure, wrongly; second of four
        (Example("x", "b.two"), read("a.one", 0.5)),  # asked; last of four
        (Example("x", "b.one"), read("b.one", problem=0.1)),  # passed over
        (Example("x", "no_problem"), read("a.one", problem=0.1)),
        (Example("x", "no_problem"), read("a.one", problem=0.9)),
        (Example("x", "vague"), read("a.one", vague=0.9)),
        (Example("x", "vague"), read("a.one", problem=0.1)),
    ]
    found = measure_held_out([e for e, _ in judged], [r for _, r in judged], Thresholds(floor=0.8))
    assert found == HeldOut(
        first=2 / 4,
        among_three=3 / 4,
        sure=2 / 4,
        sure_right=1 / 2,
        nothing=1 / 2,
        asked=1 / 2,
        missed=1 / 4,
        right=4 / 8,
    )


def test_nothing_to_judge_by_is_no_mistake() -> None:
    assert measure_held_out([], [], Thresholds()).right == 0.0


@pytest.mark.parametrize(("right", "worse"), [(0.90, False), (0.895, False), (0.88, True), (0.95, False)])
def test_a_model_is_worse_when_it_reads_fewer_rightly_by_more_than_chance(right: float, worse: bool) -> None:
    last = HeldOut(0.9, 0.9, 0.3, 0.9, 0.9, 0.9, 0.05, right=0.9)
    assert replace(last, right=right).is_worse_than(last) is worse

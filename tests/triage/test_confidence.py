"""The two doubts: the best issue is too low, or the second one is too close."""

import pytest

from triage.confidence import Thresholds, decide, thresholds_for
from triage.meaning import Decision, Reading, Scored

LIMITS = Thresholds(problem=0.3, floor=0.6, margin=0.2, offer=0.35)


def read(problem: float, *probabilities: float, vague: float = 0.0) -> Reading:
    issues = [Scored(f"area.{place}", probability) for place, probability in enumerate(probabilities)]
    return Reading(problem, vague, (), tuple(issues))


@pytest.mark.parametrize(
    ("problem", "probabilities", "decision"),
    [
        (0.29, (0.94, 0.01, 0.0), Decision.NONE),  # no problem in it, whatever it would be
        (0.19, (0.99, 0.01, 0.0), Decision.NONE),
        (0.29, (0.95, 0.01, 0.0), Decision.ASK),  # hardly told, but it resembles one problem alone
        (0.30, (0.99, 0.01, 0.0), Decision.SURE),
        (0.90, (0.60, 0.39, 0.0), Decision.SURE),  # both doubts settled
        (0.90, (0.59, 0.10, 0.1), Decision.ASK),  # too low
        (0.90, (0.60, 0.41, 0.0), Decision.ASK),  # too close
        (0.90, (0.20, 0.10, 0.05), Decision.ASK),  # the three best reach the offer together
        (0.90, (0.20, 0.10, 0.04), Decision.HUMAN),  # nothing worth offering
        (0.90, (0.90,), Decision.SURE),  # only one issue there is
        (0.90, (0.50,), Decision.ASK),
    ],
)
def test_doubts_decide(problem: float, probabilities: tuple[float, ...], decision: Decision) -> None:
    assert decide(read(problem, *probabilities), LIMITS) is decision


def test_trouble_that_does_not_say_which_needs_a_question_whatever_it_resembles() -> None:
    assert decide(read(0.9, 0.99, vague=0.6), LIMITS) is Decision.HUMAN
    assert decide(read(0.9, 0.99, vague=0.4), LIMITS) is Decision.SURE
    assert decide(read(0.1, 0.99, vague=0.6), LIMITS) is Decision.NONE


def reading(probability: float, *, problem: float = 0.9) -> Reading:
    return read(problem, probability, 1 - probability)


def test_the_floor_is_the_lowest_at_which_sure_is_right_often_enough() -> None:
    readings = [reading(p) for p in (0.405, 0.525, 0.70, 0.80, 0.90)]
    truths = [["other"], ["other"], ["area.0"], ["other", "area.0"], ["area.0"]]
    assert thresholds_for(readings, truths, precision=1.0).floor == 0.53
    assert thresholds_for(readings, truths, precision=0.75).floor == 0.41


def test_texts_in_which_no_problem_was_heard_do_not_count() -> None:
    readings = [reading(0.95, problem=0.1), reading(0.9)]
    assert thresholds_for(readings, [["other"], ["area.0"]], precision=1.0).floor == 0.3


def test_where_no_floor_is_right_often_enough_only_near_certainty_is_sure() -> None:
    assert thresholds_for([reading(0.99)], [["other"]], precision=0.95).floor == 0.95
    assert thresholds_for([], [], precision=0.95).floor == 0.95

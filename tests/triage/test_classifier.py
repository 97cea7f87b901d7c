"""The issue classifier, on a few made-up messages."""

import numpy as np
import pytest

from triage.classifier import IssueClassifier
from triage.linear_heads import LinearHeads, platt
from triage.meaning import Reading

ISSUES = ("housing.lockout", "housing.deposit", "work.pay")
WHO = ("he", "she", "they", "the boss", "the agent", "my aunt", "someone", "the man")
TOLD = {
    ("housing.lockout",): ("{} changed the locks", "{} locked me out of my room"),
    ("housing.deposit",): ("{} kept my deposit", "deposit not paid back by {}"),
    ("work.pay",): ("{} did not pay my wages", "no salary from {}"),
    ("work.pay", "housing.lockout"): ("{} did not pay my wages and changed the locks",),
    ("vague",): ("{} is bad please help",),
    (): ("{} told a joke", "{} likes football"),
}
PAIRS = [(pattern.format(who), labels) for labels, patterns in TOLD.items() for pattern in patterns for who in WHO]
TEXTS, LABELS = [text for text, _ in PAIRS], [labels for _, labels in PAIRS]
ASKED = ["the locks were changed", "where are my wages", "no wages, and the locks are changed", "a joke", ""]


@pytest.fixture(scope="module")
def classifier() -> IssueClassifier:
    return IssueClassifier(ISSUES).fit(TEXTS, LABELS)


def assert_same(some: list[Reading], others: list[Reading], *, within: float) -> None:
    for one, other in zip(some, others, strict=True):
        assert (one.problem, one.vague) == pytest.approx((other.problem, other.vague), abs=within)
        for scored, scored_2 in ((one.areas, other.areas), (one.issues, other.issues)):
            expected = {one.id: one.probability for one in scored_2}
            assert {one.id: one.probability for one in scored} == pytest.approx(expected, abs=within)


def test_the_issue_that_was_told_comes_first(classifier: IssueClassifier) -> None:
    readings = classifier.read(["the owner changed the locks", "she kept my deposit", "no salary, no wages"])
    assert [reading.issues[0].id for reading in readings] == list(ISSUES)


def test_issues_share_one_probability_and_come_most_probable_first(classifier: IssueClassifier) -> None:
    for reading in classifier.read(ASKED):
        issues = reading.issues
        assert {issue.id for issue in issues} == set(ISSUES)
        probabilities = [issue.probability for issue in issues]
        assert sum(probabilities) == pytest.approx(1)
        assert probabilities == sorted(probabilities, reverse=True)


def test_areas_are_independent_of_each_other(classifier: IssueClassifier) -> None:
    """Two areas can both be likely, and none has to be."""
    both, nothing = classifier.read(["they did not pay my wages and changed the locks", "he likes football"])
    assert all(area.probability > 0.5 for area in both.areas)
    assert all(area.probability < 0.5 for area in nothing.areas)


def test_trouble_of_no_known_kind_is_a_problem_in_no_area(classifier: IssueClassifier) -> None:
    reading = classifier.read(["she is bad please help"])[0]
    assert reading.problem > 0.5 > reading.areas[0].probability
    assert reading.vague > 0.5


def test_chatter_is_no_problem(classifier: IssueClassifier) -> None:
    told, chatter = classifier.read(["he changed the locks", "the man told a joke"])
    assert told.problem > 0.5 > chatter.problem


def test_learning_twice_gives_the_same_readings(classifier: IssueClassifier) -> None:
    """But for a hundredth: liblinear's threads share one source of chance."""
    again = IssueClassifier(ISSUES).fit(TEXTS, LABELS)
    assert_same(again.read(ASKED), classifier.read(ASKED), within=0.02)


def test_written_down_and_read_back_it_gives_the_same_probabilities(classifier: IssueClassifier) -> None:
    again = IssueClassifier.from_arrays(ISSUES, classifier.to_arrays())
    assert_same(again.read(ASKED), classifier.read(ASKED), within=1e-6)


def test_a_message_is_read_alone_as_among_others(classifier: IssueClassifier) -> None:
    together = classifier.read(ASKED)
    for text, expected in zip(ASKED, together, strict=True):
        alone = classifier.read([text])[0]
        assert alone.problem == pytest.approx(expected.problem)
        assert [issue.id for issue in alone.issues] == [issue.id for issue in expected.issues]


def test_unseen_readings_come_from_heads_that_did_not_see_the_text(classifier: IssueClassifier) -> None:
    seen = np.array([reading.problem for reading in classifier.read(TEXTS)])
    unseen = np.array([reading.problem for reading in classifier.read_unseen()])
    truth = np.array([bool(labels) for labels in LABELS])
    assert len(unseen) == len(TEXTS)
    assert np.abs(seen - truth).mean() < np.abs(unseen - truth).mean()


def test_platt_scaling_puts_the_boundary_between_the_classes() -> None:
    scores = np.array([-3.0, -2.0, -2.5, -4.0, 1.0, 2.0])  # twice as many without: both kinds weigh the same
    slope, offset = platt(scores, np.array([False, False, False, False, True, True]))
    assert slope > 0
    assert -2 < -offset / slope < 1


def test_a_rare_label_weighs_as_much_as_a_common_one() -> None:
    rows = np.array([[1.0, 0.0]] * 30 + [[0.0, 1.0]] * 2)
    truth = np.array([[False]] * 30 + [[True]] * 2)
    scores = LinearHeads(("rare",)).fit(rows, truth).scores(np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert scores[0, 0] < 0 < scores[1, 0]

"""Nothing legal, trouble unsaid, a problem told: three kinds from the scores of a text."""

import numpy as np
import pytest

from triage.kinds import NOTHING, TOLD, VAGUE, Kinds

LABELS = [()] * 20 + [("vague",)] * 20 + [("work.pay",)] * 20
TEXTS = ["a joke"] * 20 + ["please help"] * 20 + ["they did not pay my wages"] * 20
# problem, vague, and the scores of two issues
SCORES = np.array([[-3.0, -3.0, -3.0, -3.0]] * 20 + [[2.0, 3.0, -1.0, -1.0]] * 20 + [[3.0, -3.0, 2.0, -2.0]] * 20)
SCORES = SCORES + np.random.default_rng(1).normal(0, 0.5, SCORES.shape)


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds().fit(TEXTS, SCORES, LABELS)


def test_each_text_gets_its_kind(kinds: Kinds) -> None:
    found = kinds.read(TEXTS, SCORES)
    assert found.sum(axis=1) == pytest.approx(np.ones(len(TEXTS)))
    assert found.argmax(axis=1).tolist() == [NOTHING] * 20 + [VAGUE] * 20 + [TOLD] * 20


def test_one_clear_issue_speaks_for_a_problem_that_the_other_scores_missed(kinds: Kinds) -> None:
    doubtful = np.array([[-1.0, -3.0, -3.0, -3.0], [-1.0, -3.0, 4.0, -3.0]])
    without, with_issue = kinds.read(["dogs bark", "dogs bark"], doubtful)[:, NOTHING]
    assert with_issue < without


def test_the_weights_are_all_there_is_to_keep(kinds: Kinds) -> None:
    assert Kinds(kinds.weights_).read(TEXTS, SCORES) == pytest.approx(kinds.read(TEXTS, SCORES))


def test_examples_without_chatter_tell_of_problems_only() -> None:
    kinds = Kinds().fit(TEXTS[20:], SCORES[20:], LABELS[20:])
    assert kinds.read(TEXTS, SCORES).argmax(axis=1).tolist() == [TOLD] * len(TEXTS)

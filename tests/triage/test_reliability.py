"""Calibration, sureness and confusion, worked out by hand."""

import math

import pytest

from triage.evaluation import LabelledText
from triage.meaning import Decision, Meaning, Scored
from triage.reliability import Bin, calibration_error, confusions, reliability, sureness


def a_text(labels: str, not_labels: str | None = None) -> LabelledText:
    return LabelledText(
        "words", frozenset(labels.split()), None if not_labels is None else frozenset(not_labels.split())
    )


def a_meaning(area: str, probability: float = 0.9, *, decision: Decision = Decision.SURE) -> Meaning:
    issue = Scored(f"{area}.one", probability)
    return Meaning(decision=decision, areas=(Scored(area, probability),), issues=(issue,))


def test_probabilities_are_sorted_into_tenths() -> None:
    texts = [a_text("work"), a_text(""), a_text("work"), a_text("")]
    meanings = [a_meaning("work", p) for p in (0.92, 0.98, 1.0, 0.15)]
    low, high = reliability(texts, meanings, "work")
    assert (low.texts, low.said, low.held) == (1, pytest.approx(0.15), 0)
    assert (high.texts, high.said, high.held) == (3, pytest.approx(2.9 / 3), pytest.approx(2 / 3))


def test_the_calibration_error_weighs_tenths_by_their_texts() -> None:
    assert calibration_error([Bin(3, 0.9, 0.8), Bin(1, 0.1, 0.5)]) == pytest.approx((3 * 0.1 + 0.4) / 4)
    assert math.isnan(calibration_error([]))


def test_sure_is_right_about_the_area_where_only_areas_are_labelled() -> None:
    texts = [a_text("work"), a_text("work"), a_text("money.one"), a_text("money"), a_text("")]
    meanings = [a_meaning("work"), a_meaning("money"), a_meaning("money"), a_meaning("money", decision=Decision.ASK)]
    found = sureness(texts, [*meanings, a_meaning("work")])
    assert (found.texts, found.coverage, found.precision) == (3, 0.75, pytest.approx(2 / 3))


def test_what_nobody_judged_is_neither_right_nor_confused() -> None:
    texts, meanings = [a_text("work", "family")], [a_meaning("money")]
    assert sureness(texts, meanings).texts == 0
    assert not confusions(texts, meanings)


def test_an_area_that_came_first_wrongly_is_a_confusion() -> None:
    texts = [a_text("work", "money"), a_text("work.pay"), a_text("money")]
    assert confusions(texts, [a_meaning("money")] * 3) == {("work", "money"): 2}

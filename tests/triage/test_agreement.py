"""Shares with their intervals, and how far two countings are apart."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.agreement import Agreement, agreements, by_area, stability, wilson


@pytest.mark.parametrize(
    ("held", "of", "interval"),
    [
        (0, 10, (0.0, 0.2775)),
        (5, 10, (0.2366, 0.7634)),
        (10, 10, (0.7225, 1.0)),
        (81, 263, (0.2553, 0.3662)),
        (0, 0, (0, 1)),
    ],
)
def test_intervals_are_wilsons(held: int, of: int, interval: tuple[float, float]) -> None:
    assert wilson(held, of) == pytest.approx(interval, abs=5e-5)


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_the_share_and_lies_between_0_and_1(held: int, of: int) -> None:
    held = min(held, of)
    low, high = wilson(held, of)
    assert 0 <= low <= held / of + 1e-12
    assert held / of - 1e-12 <= high <= 1


def test_agreement_is_counted_by_kind() -> None:
    rows = agreements([("b", True), ("a", False), ("b", False), ("b", True)])
    assert rows == [Agreement("a", 1, 0), Agreement("b", 3, 2)]
    assert rows[1].share == pytest.approx(2 / 3)
    assert rows[1].interval == wilson(2, 3)


def test_equal_shares_are_stable_whatever_their_size() -> None:
    assert stability({"a": 10, "b": 30}, {"a": 10, "b": 30}) == 0
    assert stability({"a": 1000, "b": 3000}, {"a": 10_000, "b": 30_000}) == pytest.approx(0, abs=1e-6)


def test_a_shift_is_the_sum_over_kinds() -> None:
    """(1000.5/1501 - 500.5/1501) ln(1000.5/500.5), twice."""
    once = (1000.5 - 500.5) / 1501 * math.log(1000.5 / 500.5)
    assert stability({"a": 1000, "b": 500}, {"a": 500, "b": 1000}) == pytest.approx(2 * once)


def test_a_kind_that_was_not_there_before_is_a_finite_shift() -> None:
    assert 0.25 < stability({"a": 50, "new": 50}, {"a": 100}) < 10


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 99)),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 99)),
)
def test_a_shift_is_the_same_both_ways_and_never_negative(now: dict[str, int], before: dict[str, int]) -> None:
    assert stability(now, before) == pytest.approx(stability(before, now))
    assert stability(now, before) >= 0


def test_issues_are_counted_by_their_area() -> None:
    assert by_area(["housing.deposit", "housing.repairs", "work.pay"]) == {"housing": 2, "work": 1}

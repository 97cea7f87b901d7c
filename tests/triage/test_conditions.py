"""Conditions: true, false, or not to be said yet; a mistake says how to write one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.conditions import ConditionMistake, read_condition


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("home is landlord", {"home": "landlord"}, True),
        ("home is landlord", {"home": "social"}, False),
        ("home is landlord or social", {"home": "social"}, True),
        ("home is landlord", {}, None),
        ("home is landlord", {"home": "skipped"}, None),
        ("court is yes", {"court": "unsure"}, None),
        ("letter before 2026-05-01", {"letter": "2026-04-30"}, True),
        ("letter before 2026-05-01", {"letter": "2026-05-01"}, False),
        ("letter from 2026-05-01", {"letter": "2026-05-01"}, True),
        ("letter from 2026-05-01", {"letter": "2026-04-30"}, False),
        ("letter from 2026-05-01", {"letter": "skipped"}, None),
        ("letter from 2026-05-01", {"letter": "some day"}, None),
        ("home is landlord and letter from 2026-05-01", {"home": "landlord", "letter": "2026-06-01"}, True),
        ("home is landlord and letter from 2026-05-01", {"home": "landlord"}, None),
        ("home is landlord and letter from 2026-05-01", {"home": "social"}, False),
    ],
)
def test_a_condition_holds_does_not_or_cannot_be_said(text: str, facts: dict[str, str], holds: bool | None) -> None:
    assert read_condition(text).holds(facts) is holds


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is no condition; write `fact is one`"),
        ("home", "is no condition"),
        ("home was landlord", "is no condition"),
        ("home is land lord", "is no condition"),
        ("home is landlord or", "is no condition"),
        ("home is landlord and", "is no condition"),
        ("letter before May", "'May' is not a date"),
        ("letter before 2026-05-01 or 2026-06-01", "is no condition"),
    ],
)
def test_a_mistake_says_how_to_write_one(text: str, problem: str) -> None:
    with pytest.raises(ConditionMistake, match=problem):
        read_condition(text)


@given(st.dates())
def test_every_day_lies_before_a_day_or_from_it_on(day: object) -> None:
    facts = {"letter": str(day)}
    before, after = (read_condition(f"letter {how} 2026-05-01").holds(facts) for how in ("before", "from"))
    assert {before, after} == {True, False}

"""The terms: when an answer is due, when to warn, how long a silent claim lasts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestore.cases import URGENCIES
from casestore.terms import WARN_AT, Terms, plain_terms
from triage.calendars import Calendar
from triage.office_hours import OfficeHours

LONDON = ZoneInfo("Europe/London")
TERMS = Terms(hours=OfficeHours.read("Mon-Fri 09:00-17:00", calendar=Calendar("GB-ENG"), zone=LONDON))
HOUR = timedelta(hours=1)
urgencies = st.sampled_from(URGENCIES)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("urgency", "since", "due"),
    [
        ("emergency", "2026-03-02 10:00", "2026-03-02 14:00"),
        ("emergency", "2026-03-27 15:00", "2026-03-30 11:00"),  # over the weekend in which the clocks change
        ("emergency", "2026-04-02 16:00", "2026-04-07 12:00"),  # Thursday before Easter: the Tuesday after
        ("urgent", "2026-03-02 10:00", "2026-03-04 17:00"),
        ("routine", "2026-12-24 10:00", "2026-12-30 17:00"),  # Christmas and a substitute day on Monday
    ],
)
def test_an_answer_is_due_within_office_hours_or_working_days(urgency: str, since: str, due: str) -> None:
    assert TERMS.answer_due(urgency, at(since)) == at(due)


@given(urgencies, moments)
def test_warnings_come_in_their_order_before_the_breach(urgency: str, since: datetime) -> None:
    due = TERMS.answer_due(urgency, since)
    half, near, late = (TERMS.warn_at(since, due, percent) for percent in WARN_AT)
    assert since < half < near < late == due


@given(urgencies, moments)
def test_when_a_warning_is_due_its_share_of_the_open_time_has_passed(urgency: str, since: datetime) -> None:
    due = TERMS.answer_due(urgency, since)
    for percent in WARN_AT:
        assert abs(TERMS.passed(since, due, TERMS.warn_at(since, due, percent)) - percent) <= 1


@given(urgencies, moments, st.timedeltas(timedelta(), timedelta(days=9)))
def test_nothing_passes_while_the_office_is_closed_and_nothing_comes_back(
    urgency: str, since: datetime, later: timedelta
) -> None:
    due = TERMS.answer_due(urgency, since)
    now, then = TERMS.passed(since, due, since + later), TERMS.passed(since, due, since + later + HOUR)
    assert 0 <= now <= then <= 100
    assert (now == 100) == (since + later >= due)


@given(urgencies, moments)
def test_a_lease_ends_soon_at_its_end_and_not_at_its_beginning(urgency: str, since: datetime) -> None:
    until = TERMS.lease_until(urgency, since)
    assert not TERMS.lease_ends_soon(urgency, until, since)
    assert TERMS.lease_ends_soon(urgency, until, until - timedelta(minutes=5))
    assert TERMS.lease_ends_soon(urgency, until, until + HOUR)


@given(urgencies, moments, st.timedeltas(timedelta(days=-9), timedelta(days=9)))
def test_a_warning_is_never_later_than_an_answer_that_another_office_promised(
    urgency: str, since: datetime, sooner_or_later: timedelta
) -> None:
    due = max(since, TERMS.answer_due(urgency, since) + sooner_or_later)
    assert all(TERMS.warn_at(since, due, percent) <= due for percent in WARN_AT)


def test_a_claimed_emergency_may_rest_two_office_hours_and_another_case_two_working_days() -> None:
    assert TERMS.lease_until("emergency", at("2026-03-02 16:00")) == at("2026-03-03 10:00")
    assert TERMS.lease_until("soon", at("2026-03-02 16:00")) == at("2026-03-04 17:00")


def test_without_settings_the_promise_is_the_one_people_are_told() -> None:
    assert (plain_terms().wait_hours_emergency, plain_terms().wait_days) == (4, 2)

"""The place in the queue: danger, deadline, waiting time, and that everybody's turn comes."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casestore.cases import URGENCIES
from casestore.ranking import HORIZON, Place, place_in_queue
from tests.builders import NOW

DAY = timedelta(days=1)
urgencies = st.sampled_from(URGENCIES)
days = st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))
moments = st.datetimes(datetime(2026, 2, 1), datetime(2026, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001


def a_place(*, urgency: str = "routine", danger: bool = False, due: date | None = None, since: datetime = NOW) -> Place:
    return place_in_queue(urgency=urgency, danger=danger, due=due, since=since)


def test_every_urgency_has_a_horizon_and_the_higher_one_the_nearer() -> None:
    assert tuple(HORIZON) == URGENCIES
    assert sorted(HORIZON.values()) == list(HORIZON.values())


@given(urgencies, st.booleans(), days, moments, moments)
def test_who_waits_longer_never_stands_behind_an_otherwise_equal_case(
    urgency: str, danger: bool, due: date | None, one: datetime, other: datetime
) -> None:
    early, late = sorted((one, other))
    first = a_place(urgency=urgency, danger=danger, due=due, since=early)
    second = a_place(urgency=urgency, danger=danger, due=due, since=late)
    assert first <= second
    assert first < second or late - early < timedelta(seconds=1)


@given(urgencies, st.booleans(), moments, days, days)
def test_a_nearer_deadline_never_stands_behind_an_otherwise_equal_case(
    urgency: str, danger: bool, since: datetime, one: date | None, other: date | None
) -> None:
    near, far = sorted((one, other), key=lambda due: due or date.max)
    first = a_place(urgency=urgency, danger=danger, since=since, due=near)
    second = a_place(urgency=urgency, danger=danger, since=since, due=far)
    assert first <= second
    ahead = near is not None and near > since.date()
    assert first < second or near == far or urgency == "emergency" or not ahead


@given(st.booleans(), days, moments, urgencies, urgencies)
def test_a_higher_urgency_never_stands_behind_an_otherwise_equal_case(
    danger: bool, due: date | None, since: datetime, one: str, other: str
) -> None:
    high, low = sorted((one, other), key=URGENCIES.index)
    assert a_place(urgency=high, danger=danger, due=due, since=since) <= a_place(
        urgency=low, danger=danger, due=due, since=since
    )


@given(urgencies, urgencies.filter(lambda urgency: urgency != "emergency"), days, days, moments, moments)
def test_danger_always_stands_before_no_danger(
    in_danger: str, safe: str, one: date | None, other: date | None, since: datetime, before: datetime
) -> None:
    assert a_place(urgency=in_danger, danger=True, due=one, since=since) < a_place(
        urgency=safe, danger=False, due=other, since=before
    )


@given(st.booleans(), urgencies, urgencies, days, days, moments)
def test_nobody_is_overtaken_by_those_who_come_two_weeks_later(
    danger: bool, waiting: str, newer: str, due: date | None, other: date | None, since: datetime
) -> None:
    """Whatever their urgency and deadline: so nobody in a band waits for ever."""
    if (waiting == "emergency") == (newer == "emergency"):
        assert a_place(urgency=waiting, danger=danger, due=due, since=since) <= a_place(
            urgency=newer, danger=danger, due=other, since=since + 14 * DAY
        )


def test_a_deadline_tomorrow_overtakes_an_urgent_case_without_one() -> None:
    tomorrow = a_place(due=NOW.date() + DAY)
    assert a_place(due=NOW.date() + 2 * DAY) > tomorrow
    assert tomorrow < a_place(urgency="urgent") < a_place(due=NOW.date() + 20 * DAY)


def test_of_two_far_deadlines_the_nearer_one_still_counts() -> None:
    in_a_month, in_two = (a_place(urgency="soon", due=NOW.date() + days * DAY) for days in (30, 60))
    assert in_a_month < in_two < a_place(urgency="soon")


def test_a_missed_deadline_counts_as_one_today() -> None:
    assert a_place(due=NOW.date() - 30 * DAY) == a_place(due=NOW.date()) == Place(2, NOW)

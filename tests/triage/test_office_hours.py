"""Time as an office works: across nights, weekends, public holidays and the changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triage.calendars import Calendar
from triage.office_hours import OfficeHours

CAPE = ZoneInfo("Africa/Johannesburg")
LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)

CAPE_OFFICE = OfficeHours.read("Mon-Fri 08:00-16:00", calendar=Calendar("ZA"), zone=CAPE)
OFFICES = {
    "week": CAPE_OFFICE,
    "saturday": OfficeHours.read("Mon-Fri 08:00-16:00; Sat 09:00-12:00", calendar=Calendar("ZA"), zone=CAPE),
    "lunch": OfficeHours.read("Mon-Thu 09:00-12:30; Mon-Thu 13:15-17:00", calendar=Calendar("GB-ENG"), zone=LONDON),
    "night": OfficeHours.read("Sat-Sun 22:00-06:00", calendar=Calendar("GB-ENG"), zone=LONDON),
    "always": OfficeHours.read("day and night", calendar=Calendar("GB-ENG"), zone=LONDON),
    "overlap": OfficeHours.read("Mon 08:00-14:00; Mon 12:00-16:00", calendar=Calendar("GB-ENG"), zone=LONDON),
}
offices = st.sampled_from(list(OFFICES.values()))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.timedeltas(timedelta(), timedelta(hours=60))


def at(words: str, zone: ZoneInfo = CAPE) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-20 07:59", "2026-03-20 08:00"),
        ("2026-03-20 08:00", None),
        ("2026-03-20 15:59", None),
        ("2026-03-20 16:00", "2026-03-23 08:00"),  # Friday: it has just closed, for the weekend
        ("2026-09-23 17:00", "2026-09-25 08:00"),  # over Heritage Day
    ],
)
def test_a_closed_office_says_when_it_opens_next(now: str, opens: str | None) -> None:
    assert CAPE_OFFICE.opens(at(now)) == (None if opens is None else at(opens))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 09:00", 4, "2026-11-23 13:00"),  # a Monday
        ("2026-11-23 14:00", 4, "2026-11-24 10:00"),
        ("2026-11-27 15:00", 4, "2026-11-30 11:00"),  # over the weekend
        ("2026-11-28 11:00", 4, "2026-11-30 12:00"),  # on a Saturday: from Monday morning
        ("2026-12-15 15:00", 2, "2026-12-17 09:00"),  # the 16th is Reconciliation Day
        ("2026-12-24 15:00", 4, "2026-12-28 11:00"),  # Christmas, the Day of Goodwill on a Saturday, a Sunday
        ("2026-11-23 03:00", 0, "2026-11-23 08:00"),  # nothing: when it opens
    ],
)
def test_office_hours_pass_only_while_the_office_is_open(start: str, hours: int, end: str) -> None:
    assert CAPE_OFFICE.after(at(start), hours * HOUR) == at(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23 09:00", 2, "2026-11-25 16:00"),
        ("2026-11-23 23:00", 2, "2026-11-25 16:00"),
        ("2026-11-26 09:00", 2, "2026-11-30 16:00"),  # Thursday: Friday and Monday
        ("2026-11-28 09:00", 2, "2026-12-01 16:00"),  # Saturday: Monday and Tuesday
        ("2026-12-14 09:00", 2, "2026-12-17 16:00"),  # Reconciliation Day does not count
    ],
)
def test_working_days_are_counted_without_the_first_and_end_with_the_office(start: str, days: int, end: str) -> None:
    assert CAPE_OFFICE.days_after(at(start), days) == at(end)


def test_the_night_in_which_the_clock_goes_back_has_an_hour_more() -> None:
    always = OFFICES["always"]
    assert always.between(at("2026-10-25 00:00", LONDON), at("2026-10-26 00:00", LONDON)) == 25 * HOUR
    assert always.between(at("2026-03-29 00:00", LONDON), at("2026-03-30 00:00", LONDON)) == 23 * HOUR
    night = OFFICES["night"]
    assert night.after(at("2026-10-24 21:00", LONDON), 9 * HOUR) == at("2026-10-25 06:00", LONDON)
    assert night.after(at("2026-03-28 21:00", LONDON), 7 * HOUR) == at("2026-03-29 06:00", LONDON)


def test_hours_that_overlap_are_counted_once() -> None:
    monday = at("2026-11-23 00:00", LONDON)
    assert OFFICES["overlap"].between(monday, monday + timedelta(days=1)) == 8 * HOUR


def test_an_office_day_keeps_its_clock_when_the_clocks_change() -> None:
    before, after = at("2026-03-26 17:00", LONDON), at("2026-03-30 10:00", LONDON)  # Thursday evening; Monday
    assert OFFICES["lunch"].after(before, HOUR) == after


@pytest.mark.parametrize("words", ["", " ; ", "sometimes", "Mon-Fri"])
def test_hours_nobody_can_count_in_are_refused_with_what_to_write(words: str) -> None:
    with pytest.raises(ValueError, match="Mon-Fri 08:00-16:00"):
        OfficeHours.read(words, calendar=Calendar("ZA"), zone=CAPE)


@given(offices, moments, lengths)
@example(OFFICES["night"], at("2026-03-28 23:30", LONDON), 3 * HOUR)
def test_as_much_open_time_lies_between_as_was_added(office: OfficeHours, start: datetime, length: timedelta) -> None:
    assert office.between(start, office.after(start, length)) == length


@given(offices, moments, lengths, lengths)
def test_lengths_may_be_added_one_after_the_other(
    office: OfficeHours, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert office.between(start, office.after(office.after(start, first), second)) == first + second


@given(offices, moments, moments, lengths)
def test_who_begins_later_is_never_due_earlier(
    office: OfficeHours, one: datetime, other: datetime, length: timedelta
) -> None:
    early, late = sorted((one, other))
    assert office.after(early, length) <= office.after(late, length)
    assert office.days_after(early, 2) <= office.days_after(late, 2)


@given(offices, moments, st.integers(1, 10))
def test_a_working_day_ends_after_its_start_and_within_opening_hours(
    office: OfficeHours, start: datetime, days: int
) -> None:
    end = office.days_after(start, days)
    assert end > start
    assert office.between(end - timedelta(minutes=1), end) == timedelta(minutes=1)
    if days > 1:
        assert office.days_after(start, days - 1) < end


@given(offices, moments, lengths, lengths)
def test_open_time_adds_up(office: OfficeHours, start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    assert office.between(start, middle) + office.between(middle, end) == office.between(start, end)

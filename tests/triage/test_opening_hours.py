"""Opening hours: open now, open next, public holidays, the night, and words that are read and written."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.calendars import Calendar
from triage.hsds import Schedule, record_id
from triage.opening_hours import Opening, hours_in_words, opening, read_hours

CAPE = ZoneInfo("Africa/Johannesburg")
LONDON = ZoneInfo("Europe/London")
OFFICE = "Mon-Fri 08:00-16:00; Sat 09:00-12:00"


def at(text: str, zone: ZoneInfo = CAPE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "kind", "then"),
    [
        ("2026-11-23 09:30", "open", "2026-11-23 16:00"),  # a Monday
        ("2026-11-23 08:00", "open", "2026-11-23 16:00"),
        ("2026-11-23 07:59", "opens", "2026-11-23 08:00"),
        ("2026-11-23 16:00", "opens", "2026-11-24 08:00"),
        ("2026-11-27 17:00", "opens", "2026-11-28 09:00"),  # Friday evening: Saturday
        ("2026-11-28 12:00", "opens", "2026-11-30 08:00"),  # Saturday noon: Monday
        ("2026-12-16 10:00", "holiday", "2026-12-17 08:00"),  # Day of Reconciliation
        ("2026-12-24 17:00", "opens", "2026-12-28 08:00"),  # Christmas, the day after, and a Sunday
    ],
)
def test_open_now_or_when_next(now: str, kind: str, then: str) -> None:
    assert opening(read_hours(OFFICE), at(now), calendar=Calendar("ZA")) == Opening(kind, at(then))


def test_day_and_night_is_always_also_on_a_holiday() -> None:
    assert opening(read_hours("day and night"), at("2026-12-25 03:00"), calendar=Calendar("ZA")) == Opening("always")


def test_nothing_is_said_of_hours_nobody_knows() -> None:
    monthly = Schedule(id=record_id("a"), freq="MONTHLY", byday="MO", opens_at=time(9), closes_at=time(10))
    every_second = Schedule(
        id=record_id("b"), freq="WEEKLY", interval=2, byday="MO", opens_at=time(9), closes_at=time(10)
    )
    words = Schedule(id=record_id("c"), description="Monday to Friday")
    for schedules in ((), (monthly,), (every_second,), (words,)):
        assert opening(schedules, at("2026-11-23 09:30"), calendar=Calendar("ZA")) == Opening("unknown")


def test_hours_that_have_ended_say_nothing() -> None:
    old = read_hours("Mon-Fri 08:00-16:00")[0].model_copy(update={"valid_to": date(2026, 10, 31)})
    assert opening((old,), at("2026-11-23 09:30"), calendar=Calendar("ZA")) == Opening("unknown")
    new = old.model_copy(update={"valid_from": date(2026, 11, 25), "valid_to": None})
    assert opening((new,), at("2026-11-23 09:30"), calendar=Calendar("ZA")) == Opening("opens", at("2026-11-25 08:00"))


def test_a_night_shelter_that_closes_after_midnight_is_open_until_the_morning() -> None:
    night = read_hours("Mon 20:00-07:00")
    assert opening(night, at("2026-11-24 06:30"), calendar=Calendar("ZA")) == Opening("open", at("2026-11-24 07:00"))
    assert opening(night, at("2026-11-24 07:00"), calendar=Calendar("ZA")) == Opening("opens", at("2026-11-30 20:00"))


def test_a_time_with_a_zone_is_told_in_the_time_of_the_place() -> None:
    summer = Schedule.model_validate(
        {"id": record_id("d"), "freq": "WEEKLY", "byday": "WE", "opens_at": "08:00Z", "closes_at": "16:00Z"}
    )
    assert opening((summer,), at("2026-07-01 09:30", LONDON), calendar=Calendar("GB-ENG")) == Opening(
        "open", at("2026-07-01 17:00", LONDON)
    )


@pytest.mark.parametrize(
    ("words", "again"),
    [
        (OFFICE, OFFICE),
        ("monday - thursday 8:30-16:00", "Mon-Thu 08:30-16:00"),
        ("Tue 09h00-12h30", "Tue 09:00-12:30"),
        ("24/7", "day and night"),
        ("", ""),
    ],
)
def test_hours_are_read_and_written(words: str, again: str) -> None:
    assert hours_in_words(read_hours(words)) == again


@pytest.mark.parametrize("words", ["8 to 4", "Fri-Mon 08:00-16:00", "Mon 08:00-25:00", "Xyz 08:00-16:00", "Mon-Fri"])
def test_hours_that_cannot_be_read_say_how_to_write_them(words: str) -> None:
    with pytest.raises(ValueError, match="write them as Mon-Fri 08:00-16:00"):
        read_hours(words)


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_what_is_next_is_never_past_and_at_most_ten_days_away(minutes: int) -> None:
    now = at("2026-01-01 00:00") + timedelta(minutes=minutes)
    found = opening(read_hours(OFFICE), now, calendar=Calendar("ZA"))
    assert found.at is not None
    assert 0 < (found.at - now).total_seconds() < 10 * 24 * 3600
    assert (found.kind == "open") == (found.at.time() in (time(16), time(12)))

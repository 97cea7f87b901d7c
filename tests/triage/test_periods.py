"""How long something lasts: since when, until when, and what is no such thing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.dates import find_dates
from triage.periods import Period, find_periods

TODAY = date(2026, 11, 23)


def periods(text: str) -> list[tuple[date, date | None]]:
    found = find_periods(text, find_dates(text, today=TODAY), today=TODAY)
    return [(each.since, each.until) for each in found]


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("no water for three months", date(2026, 8, 23)),
        ("without power for 2 weeks now", date(2026, 11, 9)),
        ("waiting 6 months already", date(2026, 5, 23)),
        ("it has been almost a year", date(2025, 11, 23)),
        ("over two months now", date(2026, 9, 23)),
        ("for the past 3 weeks", date(2026, 11, 2)),
        ("for a couple of days", date(2026, 11, 21)),
        ("al drie maande nie betaal nie", date(2026, 8, 23)),
        ("vir twee weke", date(2026, 11, 9)),
        ("izinyanga ezintathu angikholwa", date(2026, 8, 23)),
        ("kwiinyanga ezimbini", date(2026, 9, 23)),
        ("dikgwedi tse tharo ha ke eso lefe", date(2026, 8, 23)),
        ("I did not get paid since March", date(2026, 3, 1)),
        ("since the 3rd we sleep outside", date(2026, 11, 3)),
        ("since yesterday", date(2026, 11, 22)),
        ("sedert Maandag", date(2026, 11, 16)),
    ],
)
def test_what_still_lasts_has_a_beginning(text: str, since: date) -> None:
    assert periods(text) == [(since, None)]


@pytest.mark.parametrize(
    "text", ["from 1 March to 30 April I paid nothing", "1 March - 30 April", "between 1 March and 30 April"]
)
def test_two_days_are_beginning_and_end(text: str) -> None:
    assert periods(text) == [(date(2026, 3, 1), date(2026, 4, 30))]


@pytest.mark.parametrize(
    "text",
    ["3 months' notice", "12 month lease", "he is 5 years old", "3 weeks ago", "for 999 years", "a week or two", "",
     "for 2 months rent", "izinyanga ezintathu ezedlule", "on 3 March and 5 March"],
)  # fmt: skip
def test_lengths_and_days_alone_are_no_periods(text: str) -> None:
    assert periods(text) == []


def test_the_words_are_kept_and_each_is_told_once() -> None:
    text = "no pay since March and no light for two weeks now"
    found = find_periods(text, find_dates(text, today=TODAY), today=TODAY)
    assert found == (
        Period(date(2026, 3, 1), None, "since March"),
        Period(date(2026, 11, 9), None, "for two weeks"),
    )


def test_what_is_still_to_come_is_known_to_be_read_as_past() -> None:
    assert periods("they will be away for two months") == [(date(2026, 9, 23), None)]


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    periods(text)

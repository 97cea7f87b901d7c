"""Deadlines: counted as the law counts, soonest first, with the reason."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.deadline_rules import DeadlineRule, read_rules
from triage.deadlines import count, deadlines_for
from triage.errors import ContentError
from triage.pack import LawPack, load_pack, packs_folder

TODAY = date(2026, 11, 23)


def a_rule(length: int = 90, unit: str = "days", **changes: object) -> DeadlineRule:
    rule = DeadlineRule("r", ("benefits.refused",), "letter_date", length, unit, "Appeal.", "Ask.", "SAA18", False)
    return replace(rule, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pack() -> LawPack:
    return load_pack(packs_folder() / "za")


# Worked out by hand with a calendar on paper.
@pytest.mark.parametrize(
    ("start", "length", "unit", "due"),
    [
        (date(2026, 11, 3), 90, "days", date(2027, 2, 1)),  # 27 left in November + 31 + 31 = 89
        (date(2024, 2, 1), 30, "days", date(2024, 3, 2)),  # a leap year: February has 29
        (date(2026, 2, 1), 30, "days", date(2026, 3, 3)),
        (date(2026, 11, 23), 0, "days", date(2026, 11, 23)),
        (date(2026, 1, 31), 1, "months", date(2026, 2, 28)),
        (date(2024, 1, 31), 1, "months", date(2024, 2, 29)),
        (date(2026, 8, 31), 3, "months", date(2026, 11, 30)),
        (date(2024, 2, 29), 12, "months", date(2025, 2, 28)),
        (date(2026, 12, 15), 1, "months", date(2027, 1, 15)),
        (date(2026, 5, 20), 36, "months", date(2029, 5, 20)),
        (date(2026, 11, 20), 1, "business_days", date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 12, 15), 1, "business_days", date(2026, 12, 17)),  # over the Day of Reconciliation
        (date(2026, 12, 24), 1, "business_days", date(2026, 12, 28)),  # Christmas, a Saturday, a Sunday
        (date(2026, 4, 2), 1, "business_days", date(2026, 4, 7)),  # Thursday before Easter to Tuesday after
        (date(2026, 11, 30), 20, "business_days", date(2026, 12, 30)),  # without 16 and 25 December
        (date(2022, 4, 29), 1, "business_days", date(2022, 5, 3)),  # 1 May 2022 was a Sunday: Monday was free
    ],
)
def test_south_african_dates_counted_by_hand(start: date, length: int, unit: str, due: date) -> None:
    assert count(a_rule(length, unit), start, "ZA") == due


def test_england_has_its_own_public_holidays() -> None:
    """26 December 2026 is a Saturday, so Monday the 28th is free in England."""
    assert count(a_rule(1, "business_days"), date(2026, 12, 24), "GB-ENG") == date(2026, 12, 29)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_days_are_never_moved(start: date, length: int) -> None:
    assert (count(a_rule(length), start, "ZA") - start).days == length


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(1, 40))
def test_business_days_end_on_a_working_day_and_count_each_one(start: date, length: int) -> None:
    due = count(a_rule(length, "business_days"), start, "ZA")
    closed = holidays.country_holidays("ZA")
    days = [start + timedelta(days=step) for step in range(1, (due - start).days + 1)]
    working = [day for day in days if day.weekday() < 5 and day not in closed]
    assert len(working) == length
    assert working[-1] == due


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 48))
def test_months_keep_the_day_or_end_with_the_month(start: date, months: int) -> None:
    due = count(a_rule(months, "months"), start, "ZA")
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months
    assert due.day == start.day or (due.day < start.day and (due + timedelta(days=1)).day == 1)


def test_a_grant_refusal_runs_to_three_dates_soonest_first(pack: LawPack) -> None:
    found = deadlines_for("benefits.refused", {"letter_date": date(2026, 11, 3)}, pack, today=TODAY)
    assert [(deadline.id, deadline.due, deadline.days_left) for deadline in found] == [
        ("srd-appeal-safe", date(2026, 12, 3), 10),
        ("grant-appeal", date(2027, 2, 1), 70),
        ("srd-appeal-last", date(2027, 2, 1), 70),
    ]
    appeal = found[1]
    assert appeal.because == "90 days from the date on the letter, 3 November 2026"
    assert appeal.source == "Social Assistance Act 13 of 2004, section 18: appeal within 90 days"
    assert (appeal.review, found[0].review) == (False, True)


def test_a_deadline_that_has_passed_is_kept_with_what_is_still_possible(pack: LawPack) -> None:
    (passed,) = deadlines_for("work.dismissal", {"event_date": date(2026, 10, 1)}, pack, today=TODAY)[:1]
    assert (passed.id, passed.days_left) == ("ccma-dismissal", -23)
    assert "late" in passed.late


def test_a_court_date_is_its_own_deadline_in_every_area(pack: LawPack) -> None:
    for issue in ("housing.eviction", "money.debt", "family.children", "crime.accused"):
        found = deadlines_for(issue, {"court_date": date(2026, 11, 30)}, pack, today=TODAY)
        assert [(deadline.id, deadline.days_left) for deadline in found] == [("court-date", 7)]
        assert found[0].because == "the court date, 30 November 2026"


def test_nothing_runs_without_its_starting_day_or_for_another_issue(pack: LawPack) -> None:
    assert deadlines_for("benefits.refused", {"moved_out": TODAY}, pack, today=TODAY) == ()
    assert deadlines_for("housing.neighbours", {"letter_date": TODAY}, pack, today=TODAY) == ()


def test_what_the_landlord_must_do_is_marked_as_not_the_persons_limit(pack: LawPack) -> None:
    found = deadlines_for("housing.deposit", {"moved_out": date(2026, 11, 20)}, pack, today=TODAY)
    assert [deadline.binds for deadline in found] == ["respondent", "respondent", "respondent", "person"]
    assert [deadline.due.day for deadline in found[:3]] == [27, 4, 11]


def test_one_unit_is_said_in_the_singular(pack: LawPack) -> None:
    rules = (a_rule(1, "business_days"),)
    (found,) = deadlines_for("benefits.refused", {"letter_date": TODAY}, replace(pack, deadlines=rules), today=TODAY)
    assert found.because == "1 business day from the date on the letter, 23 November 2026"


RULE = "id: a, issues: [x.y], counts_from: {}, length: {}, unit: {}, what: w, late: l, source: s, review: {}"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (("birthday", 1, "days", "true"), "is not one of court_date"),
        (("event_date", -1, "days", "true"), "whole number"),
        (("event_date", 1, "weeks", "true"), "is not one of business_days"),
        (("event_date", 1, "days", "maybe"), "must be true or false"),
        (("event_date", 1, "days", "true, binds: nobody"), "is not one of person"),
    ],
)
def test_a_mistake_names_the_rule(tmp_path: Path, fields: tuple[object, ...], problem: str) -> None:
    path = tmp_path / "deadlines.yml"
    path.write_text("- {" + RULE.format(*fields) + "}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=rf"deadline 'a': .*{problem}"):
        read_rules(path)


def test_a_rule_for_no_issue_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "deadlines.yml"
    rule = RULE.format("event_date", 1, "days", "true").replace("[x.y]", "[]")
    path.write_text("- {" + rule + "}\n", encoding="utf-8")
    with pytest.raises(ContentError, match="deadline 'a': .*needs `issues:`"):
        read_rules(path)

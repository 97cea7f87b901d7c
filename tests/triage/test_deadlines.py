"""Deadlines: counted as the law counts, soonest first, with the reason."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.calendars import Calendar, Recess
from triage.deadline_rules import DeadlineRule, read_rules
from triage.deadlines import count, deadlines_for
from triage.errors import ContentError
from triage.pack import LawPack, load_pack, packs_folder

TODAY = date(2026, 11, 23)
SOUTH_AFRICA = Calendar("ZA", {"december": Recess((12, 16), (1, 15))})
ENGLAND = Calendar("GB-ENG")


def a_rule(length: int = 90, unit: str = "days", **changes: object) -> DeadlineRule:
    rule = DeadlineRule(
        id="r",
        issues=("benefits.refused",),
        counts_from="letter_date",
        length=length,
        unit=unit,
        what="Appeal.",
        late="Ask.",
        source="SAA18",
        review=False,
    )
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
        (date(2026, 12, 11), 5, "court_days", date(2026, 12, 21)),  # without the 16th
    ],
)
def test_south_african_dates_counted_by_hand(start: date, length: int, unit: str, due: date) -> None:
    assert count(a_rule(length, unit), start, SOUTH_AFRICA) == due


def test_england_has_its_own_public_holidays() -> None:
    """26 December 2026 is a Saturday, so Monday the 28th is free in England."""
    assert count(a_rule(1, "business_days"), date(2026, 12, 24), ENGLAND) == date(2026, 12, 29)


# A court that rests from 16 December to 15 January, worked out by hand.
@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        (date(2026, 12, 11), 3, date(2027, 1, 18)),  # 14 and 15 December, then Monday 18 January
        (date(2026, 12, 16), 1, date(2027, 1, 18)),  # from within the recess
        (date(2027, 1, 15), 1, date(2027, 1, 18)),
        (date(2026, 11, 30), 10, date(2026, 12, 14)),  # over before it starts
        (date(2026, 11, 30), 12, date(2027, 1, 18)),  # eleven days to 15 December, then 18 January
        (date(2027, 12, 14), 2, date(2028, 1, 17)),  # 15 December, then Monday 17 January
    ],
)
def test_days_of_a_recess_do_not_count(start: date, length: int, due: date) -> None:
    assert count(a_rule(length, "court_days", recess="december"), start, SOUTH_AFRICA) == due


@pytest.mark.parametrize(
    ("start", "changes", "due"),
    [
        # 30 days from 20 November 2026 are a Sunday
        (date(2026, 11, 20), {"length": 30, "closed": "stay"}, date(2026, 12, 20)),
        (date(2026, 11, 20), {"length": 30, "closed": "before"}, date(2026, 12, 18)),
        (date(2026, 11, 20), {"length": 30, "closed": "after"}, date(2026, 12, 21)),
        (date(2026, 11, 20), {"length": 30, "closed": "after", "recess": "december"}, date(2027, 1, 18)),
        # Good Friday 2027 is 26 March, Family Day Monday 29
        (date(2027, 3, 12), {"length": 14, "closed": "after"}, date(2027, 3, 30)),
        (date(2027, 3, 12), {"length": 14, "closed": "before"}, date(2027, 3, 25)),
        # backwards: 14 days before Monday 4 January 2027 are Monday 21 December
        (date(2027, 1, 4), {"length": 14, "backwards": True}, date(2026, 12, 21)),
        (date(2027, 1, 30), {"length": 14, "backwards": True, "closed": "before"}, date(2027, 1, 15)),
        (date(2027, 3, 31), {"length": 1, "unit": "months", "backwards": True}, date(2027, 2, 28)),
        (date(2028, 3, 31), {"length": 1, "unit": "months", "backwards": True}, date(2028, 2, 29)),
        (date(2026, 12, 28), {"length": 2, "unit": "business_days", "backwards": True}, date(2026, 12, 23)),
        (date(2027, 3, 1), {"length": 3, "unit": "months", "less_days": 1}, date(2027, 5, 31)),
        (date(2027, 3, 1), {"length": 1, "unit": "months", "less_days": 1, "backwards": True}, date(2027, 2, 2)),
    ],
)
def test_last_days_move_and_limits_count_back_as_the_rule_says(
    start: date, changes: dict[str, object], due: date
) -> None:
    assert count(a_rule(**changes), start, SOUTH_AFRICA) == due  # type: ignore[arg-type]


STARTS = st.dates(date(2015, 1, 1), date(2035, 1, 1))
UNIT = st.sampled_from(["days", "business_days", "court_days", "months"])


@given(STARTS, st.integers(1, 40), UNIT, st.booleans())
def test_a_longer_limit_never_ends_sooner_and_a_later_start_never_gives_an_earlier_day(
    start: date, length: int, unit: str, recess: bool
) -> None:
    rule = a_rule(length, unit, recess="december" if recess else "")
    due = count(rule, start, SOUTH_AFRICA)
    assert due > start
    assert count(replace(rule, length=length + 1), start, SOUTH_AFRICA) >= due
    assert count(rule, start + timedelta(days=1), SOUTH_AFRICA) >= due


@given(STARTS, st.integers(1, 40), UNIT)
def test_a_day_less_is_a_day_sooner_and_a_recess_only_gives_time(start: date, length: int, unit: str) -> None:
    rule = a_rule(length, unit)
    due = count(rule, start, SOUTH_AFRICA)
    assert due - count(replace(rule, less_days=1), start, SOUTH_AFRICA) == timedelta(days=1)
    assert count(replace(rule, recess="december"), start, SOUTH_AFRICA) >= due


@given(STARTS, st.integers(1, 40), st.sampled_from(["days", "business_days", "court_days"]))
def test_counting_back_mirrors_counting_on(start: date, length: int, unit: str) -> None:
    """From an open day, so many days back and as many on is the same day again."""
    open_day = SOUTH_AFRICA.nearest_open(start, step=1)
    back = count(a_rule(length, unit, backwards=True), open_day, SOUTH_AFRICA)
    assert back < open_day
    assert count(a_rule(length, unit), back, SOUTH_AFRICA) == open_day


@given(STARTS, st.integers(1, 40), UNIT, st.sampled_from(["before", "after"]))
def test_a_last_day_that_moves_lands_on_the_nearest_working_day(
    start: date, length: int, unit: str, closed: str
) -> None:
    stays = count(a_rule(length, unit), start, SOUTH_AFRICA)
    moved = count(a_rule(length, unit, closed=closed), start, SOUTH_AFRICA)
    assert SOUTH_AFRICA.open(moved)
    between = sorted((stays, moved))
    passed = [between[0] + timedelta(days=day) for day in range((between[1] - between[0]).days + 1)]
    assert [day for day in passed if SOUTH_AFRICA.open(day)] == [moved]
    assert (moved >= stays) == (closed == "after") or moved == stays


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_days_are_never_moved(start: date, length: int) -> None:
    assert (count(a_rule(length), start, SOUTH_AFRICA) - start).days == length


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(1, 40))
def test_business_days_end_on_a_working_day_and_count_each_one(start: date, length: int) -> None:
    due = count(a_rule(length, "business_days"), start, SOUTH_AFRICA)
    closed = holidays.country_holidays("ZA")
    days = [start + timedelta(days=step) for step in range(1, (due - start).days + 1)]
    working = [day for day in days if day.weekday() < 5 and day not in closed]
    assert len(working) == length
    assert working[-1] == due


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 48))
def test_months_keep_the_day_or_end_with_the_month(start: date, months: int) -> None:
    due = count(a_rule(months, "months"), start, SOUTH_AFRICA)
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
    for issue in ("housing.arrears", "money.debt", "family.children", "crime.accused"):
        found = deadlines_for(issue, {"court_date": date(2026, 11, 30)}, pack, today=TODAY)
        assert [(deadline.id, deadline.days_left) for deadline in found] == [("court-date", 7)]
        assert found[0].because == "the court date, 30 November 2026"


def test_a_limit_that_the_facts_rule_out_is_left_out_and_an_unknown_fact_rules_nothing_out(pack: LawPack) -> None:
    letter = {"letter_date": date(2026, 11, 3)}
    for benefit, limits in (
        ("srd", ["srd-appeal-safe", "srd-appeal-last"]),
        ("child", ["grant-appeal"]),
        ("skipped", ["srd-appeal-safe", "grant-appeal", "srd-appeal-last"]),
    ):
        answers = {"respondent_benefit": benefit}
        found = deadlines_for("benefits.refused", letter, pack, today=TODAY, answers=answers)
        assert [deadline.id for deadline in found] == limits


def test_a_limit_can_depend_on_the_day_it_counts_from() -> None:
    england = load_pack(packs_folder() / "gb-eng")
    answers = {"respondent_home": "landlord"}
    for given_on, runs in ((date(2026, 4, 30), False), (date(2026, 5, 1), True)):
        found = deadlines_for("housing.eviction", {"letter_date": given_on}, england, today=TODAY, answers=answers)
        assert ("notice-sale" in {deadline.id for deadline in found}) == runs


def test_an_answer_to_court_papers_counts_from_the_day_they_came() -> None:
    england = load_pack(packs_folder() / "gb-eng")
    days = {"letter_date": date(2026, 9, 1), "received_date": date(2026, 11, 14)}
    found = {each.id: each for each in deadlines_for("housing.eviction", days, england, today=TODAY)}
    assert found["possession-defence"].due == date(2026, 11, 28)
    assert found["possession-defence"].because == "14 days from the day you got the court papers, 14 November 2026"


def test_a_day_asked_for_in_vain_makes_today_the_safe_day(pack: LawPack) -> None:
    found = deadlines_for("benefits.refused", {}, pack, today=TODAY, answers={"letter_date": "skipped"})
    assert [(deadline.id, deadline.due, deadline.assumed) for deadline in found] == [
        ("grant-appeal", TODAY, True),
        ("srd-appeal-safe", TODAY, True),
    ]
    assert found[0].because == "90 days from the date on the letter, which we do not know"
    assert deadlines_for("benefits.refused", {}, pack, today=TODAY) == ()
    found = deadlines_for("housing.eviction", {}, pack, today=TODAY, answers={"received_date": "unsure"})
    assert [(deadline.id, deadline.due) for deadline in found] == [("court-papers-safe", TODAY)]
    court = deadlines_for("housing.eviction", {}, pack, today=TODAY, answers={"court_date": "skipped"})
    assert court == (), "a court date cannot be assumed"


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
        (("event_date", 1, "days", "true, closed: sometimes"), "is not one of after, before, stay"),
        (("event_date", 1, "days", "true, recess: easter"), "unknown recess 'easter'"),
        (("event_date", 1, "days", "true, backwards: back"), "must be true or false"),
        (("event_date", 1, "days", "true, when: soon"), "'soon' is no condition; write `fact is one`"),
        (("event_date", 1, "days", "true, wen: court is yes"), "`wen` is not known"),
        (("event_date", 1, "days", "true, less_days: one"), "whole number"),
    ],
)
def test_a_mistake_names_the_rule(tmp_path: Path, fields: tuple[object, ...], problem: str) -> None:
    path = tmp_path / "deadlines.yml"
    path.write_text("- {" + RULE.format(*fields) + "}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=rf"deadlines.yml:1: deadline 'a': .*{problem}"):
        read_rules(path, {"s"})


def test_a_rule_for_no_issue_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "deadlines.yml"
    rule = RULE.format("event_date", 1, "days", "true").replace("[x.y]", "[]")
    path.write_text("- {" + rule + "}\n", encoding="utf-8")
    with pytest.raises(ContentError, match="deadline 'a': .*needs `issues:`"):
        read_rules(path, {"s"})

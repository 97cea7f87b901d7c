"""Time limits in England for benefits, work and money: worked out by hand with a calendar on paper."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.deadline_rules import DeadlineRule
from triage.deadlines import count, deadlines_for
from triage.pack import load_pack, packs_folder

TODAY = date(2026, 11, 23)
ENGLAND = load_pack(packs_folder() / "gb-eng")
ISSUES = (
    "benefits.apply",
    "benefits.refused",
    "benefits.stopped",
    "benefits.delay",
    "benefits.reduced",
    "benefits.deductions",
    "benefits.overpayment",
    "benefits.disability",
    "benefits.access",
    "benefits.fraud",
    "benefits.appeal",
    "benefits.unemployment",
    "work.dismissal",
    "work.pay",
    "money.debt",
    "money.court_debt",
    "money.credit",
    "family.violence",
    "family.maintenance",
    "documents.identity",
    "crime.victim",
    "immigration.status",
)


def rule(id_: str) -> DeadlineRule:
    return next(rule for rule in ENGLAND.deadlines if rule.id == id_)


@pytest.mark.parametrize(
    ("id_", "start", "due"),
    [
        ("mandatory-reconsideration", date(2026, 11, 3), date(2026, 12, 3)),
        ("mandatory-reconsideration", date(2027, 1, 31), date(2027, 2, 28)),  # no 31 February
        ("mandatory-reconsideration", date(2028, 1, 31), date(2028, 2, 29)),  # a leap year
        (
            "mandatory-reconsideration",
            date(2026, 11, 25),
            date(2026, 12, 25),
        ),  # Christmas is not moved: earlier is safe
        ("benefit-appeal", date(2026, 10, 31), date(2026, 11, 30)),
        ("benefit-appeal", date(2026, 12, 15), date(2027, 1, 15)),  # over the year's end
        ("benefit-challenge-latest", date(2026, 11, 3), date(2027, 12, 3)),
        ("benefit-challenge-latest", date(2027, 1, 29), date(2028, 2, 29)),
        ("benefit-challenge-latest", date(2026, 1, 30), date(2027, 2, 28)),
        ("tribunal-reasons", date(2027, 3, 31), date(2027, 4, 30)),
        ("council-tax-reduction-appeal", date(2026, 12, 31), date(2027, 2, 28)),
        ("advance-first-month", date(2026, 11, 23), date(2026, 12, 23)),
        ("health-form", date(2026, 11, 23), date(2026, 12, 21)),  # 7 left in November, 21 in December
        ("pip-form", date(2026, 8, 31), date(2026, 9, 30)),
        ("tribunal-work", date(2026, 11, 20), date(2027, 2, 16)),  # 10 + 31 + 31 + 16; the law: 19 February
        ("tribunal-work", date(2027, 2, 1), date(2027, 4, 30)),  # 27 + 31 + 30; the law: the same day
        ("interim-relief", date(2026, 11, 27), date(2026, 12, 4)),
        ("money-claim-answer", date(2026, 12, 20), date(2027, 1, 3)),  # a Sunday: not moved, earlier is safe
        ("money-claim-answer-longer", date(2027, 2, 10), date(2027, 3, 10)),
        ("judgment-paid", date(2026, 12, 31), date(2027, 1, 31)),
        ("statutory-demand", date(2026, 12, 20), date(2027, 1, 7)),
        ("court-date", date(2026, 12, 1), date(2026, 12, 1)),
    ],
)
def test_english_dates_counted_by_hand(id_: str, start: date, due: date) -> None:
    assert count(rule(id_), start, ENGLAND.holidays_country) == due


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_the_safe_work_limit_is_never_later_than_three_months_less_one_day(ended: date) -> None:
    safe = count(rule("tribunal-work"), ended, "GB-ENG")
    three_months = DeadlineRule("r", ("work.pay",), "event_date", 3, "months", "Act.", "Ask.", "WF-EC", False)
    lawful = count(three_months, ended, "GB-ENG") - timedelta(days=1)
    assert timedelta(0) <= lawful - safe <= timedelta(days=3)


def test_a_refusal_gives_the_month_first_and_the_very_last_day_after() -> None:
    found = deadlines_for("benefits.refused", {"letter_date": date(2026, 11, 3)}, ENGLAND, today=TODAY)
    assert [(deadline.id, deadline.due, deadline.days_left) for deadline in found] == [
        ("benefit-appeal", date(2026, 12, 3), 10),
        ("mandatory-reconsideration", date(2026, 12, 3), 10),
        ("council-tax-reduction-appeal", date(2027, 1, 3), 41),
        ("benefit-challenge-latest", date(2027, 12, 3), 375),
    ]
    assert found[1].because == "1 month from the date on the letter, 3 November 2026"


def test_a_late_request_keeps_saying_that_it_is_still_possible() -> None:
    found = deadlines_for("benefits.overpayment", {"letter_date": date(2026, 9, 1)}, ENGLAND, today=TODAY)
    (request,) = [deadline for deadline in found if deadline.id == "mandatory-reconsideration"]
    assert request.days_left == -53
    assert "13 months" in request.late


@pytest.mark.parametrize("issue", ["immigration.status", "documents.identity", "crime.victim", "family.violence"])
def test_no_limit_is_worked_out_where_only_an_adviser_may(issue: str) -> None:
    facts = {"event_date": TODAY, "letter_date": TODAY}
    assert deadlines_for(issue, facts, ENGLAND, today=TODAY) == ()


@pytest.mark.parametrize("issue", ISSUES)
def test_every_one_of_these_issues_has_a_card_that_lists_its_own_limits(issue: str) -> None:
    card = ENGLAND.card_for(issue)
    running = {rule.id for rule in ENGLAND.deadlines if rule.applies_to(issue)} - {"court-date"}
    assert card.issue == issue
    assert set(card.deadlines) - {"court-date"} <= running


def test_benefit_amounts_run_out_when_the_rates_change() -> None:
    for key, periods in ENGLAND.figures.items():
        if key.startswith(("uc_", "pip_", "jsa_", "cap_", "pension_credit", "carers_", "attendance_")):
            assert periods[-1].ends == date(2027, 4, 5), key

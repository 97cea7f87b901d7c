"""Time limits in England for benefits, work and money: which run for a problem, and what they say."""

from datetime import date

import pytest

from triage.deadlines import deadlines_for
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


def test_a_refusal_gives_the_second_look_before_the_appeal_and_the_very_last_day_after() -> None:
    found = deadlines_for("benefits.refused", {"letter_date": date(2026, 11, 3)}, ENGLAND, today=TODAY)
    assert [(deadline.id, deadline.due, deadline.days_left) for deadline in found] == [
        ("mandatory-reconsideration", date(2026, 12, 3), 10),
        ("benefit-appeal", date(2026, 12, 3), 10),
        ("council-tax-reduction-appeal", date(2027, 1, 3), 41),
        ("benefit-challenge-latest", date(2027, 12, 3), 375),
    ]
    assert found[0].because == "1 month from the date on the letter, 3 November 2026"


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

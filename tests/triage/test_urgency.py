"""Urgency: emergency today, urgent within 14 days, soon while a legal deadline runs, routine the rest."""

from datetime import date, timedelta
from typing import Any

import pytest

from triage.danger import FLAGS
from triage.deadlines import Deadline
from triage.meaning import Flag
from triage.urgency import DEADLINE_RUNS, Judged, Urgency, judge_urgency

TODAY = date(2026, 11, 23)


def a_deadline(days_left: int, **changes: Any) -> Deadline:
    known = {
        "id": "d",
        "due": TODAY + timedelta(days=days_left),
        "days_left": days_left,
        "what": "Appeal.",
        "because": "90 days from the letter",
        "late": "Ask.",
        "source": "The Act",
    }
    return Deadline(**{**known, **changes})


def judged(*flags: str, issues: tuple[str, ...] = (), **changes: Any) -> Judged:
    known: dict[str, Any] = {"deadlines": (), "respondent": None, **changes}
    return judge_urgency(flags=[Flag(flag, f"words of {flag}") for flag in flags], issues=issues, **known)


@pytest.mark.parametrize("flag", [flag for flag in FLAGS if flag != "court_soon"])
def test_a_danger_is_an_emergency(flag: str) -> None:
    assert judged(flag).urgency is Urgency.EMERGENCY


def test_a_court_date_within_14_days_is_urgent() -> None:
    assert judged("court_soon").urgency is Urgency.URGENT


@pytest.mark.parametrize("respondent", ["supplier", "council"])
def test_a_suppliers_cut_is_urgent(respondent: str) -> None:
    assert judged("utilities_off", respondent=respondent).urgency is Urgency.URGENT


@pytest.mark.parametrize("respondent", ["landlord", "family", None])
def test_a_landlords_or_unknown_cut_is_an_emergency(respondent: str | None) -> None:
    assert judged("utilities_off", respondent=respondent).urgency is Urgency.EMERGENCY


def test_another_danger_beside_a_suppliers_cut_is_an_emergency() -> None:
    assert judged("utilities_off", "no_food", respondent="supplier").urgency is Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("days_left", "urgency"),
    [
        (0, Urgency.URGENT),
        (14, Urgency.URGENT),
        (15, Urgency.SOON),
        (400, Urgency.SOON),
        (-1, Urgency.ROUTINE),  # passed: nothing more can be missed
    ],
)
def test_a_deadline_counts_by_the_days_left(days_left: int, urgency: Urgency) -> None:
    assert judged(deadlines=(a_deadline(days_left),)).urgency is urgency


def test_a_day_by_which_the_other_side_must_act_does_not_count() -> None:
    assert judged(deadlines=(a_deadline(3, binds="respondent"),)) == Judged(Urgency.ROUTINE, ())


@pytest.mark.parametrize("issue", sorted(DEADLINE_RUNS))
def test_a_problem_in_which_a_deadline_usually_runs_is_soon(issue: str) -> None:
    assert judged(issues=("housing.repairs", issue)).urgency is Urgency.SOON


@pytest.mark.parametrize("issue", ["benefits.refused", "benefits.overpayment", "work.dismissal", "housing.eviction"])
def test_refusals_overpayments_dismissals_and_notices_are_soon(issue: str) -> None:
    assert judged(issues=(issue,)).urgency is Urgency.SOON


def test_the_rest_is_routine() -> None:
    assert judged(issues=("housing.repairs", "housing.deposit")) == Judged(Urgency.ROUTINE, ())


def test_the_most_urgent_level_wins() -> None:
    deadlines = (a_deadline(3), a_deadline(30))
    assert judged("violence", issues=("benefits.refused",), deadlines=deadlines).urgency is Urgency.EMERGENCY
    assert judged(issues=("benefits.refused",), deadlines=deadlines).urgency is Urgency.URGENT


def test_every_reason_is_given_dangers_first_with_their_words() -> None:
    deadlines = (a_deadline(30, what="Later."), a_deadline(3, what="Near."), a_deadline(1, binds="respondent"))
    assert judged("violence", "court_soon", deadlines=deadlines).because == (
        'Danger heard: violence ("words of violence")',
        'Danger heard: court soon ("words of court_soon")',
        "Near. By 2026-11-26, 90 days from the letter",
        "Later. By 2026-12-23, 90 days from the letter",
    )


def test_the_issue_that_makes_it_soon_is_named() -> None:
    assert judged(issues=("work.pay", "work.dismissal")).because == (
        "A legal deadline usually runs with work.dismissal",
    )

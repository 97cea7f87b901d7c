"""Time limits in South Africa: which run for a problem, and what they say."""

from datetime import date

import pytest

from triage.deadlines import deadlines_for
from triage.pack import LawPack, load_pack, packs_folder

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def za() -> LawPack:
    return load_pack(packs_folder() / "za")


@pytest.mark.parametrize(
    ("issue", "fact", "limits"),
    [
        ("housing.rent_increase", "letter_date", {"rent-increase-notice"}),
        ("housing.tenure", "letter_date", {"esta-notice"}),
        ("benefits.appeal", "event_date", {"appeal-answer"}),
        ("money.credit", "last_paid", {"debt-age"}),
        ("family.maintenance", "event_date", {"maintenance-unpaid"}),
    ],
)
def test_a_day_on_which_nothing_is_lost_is_not_the_persons_limit(
    za: LawPack, issue: str, fact: str, limits: set[str]
) -> None:
    found = deadlines_for(issue, {fact: TODAY}, za, today=TODAY)
    assert {deadline.id for deadline in found if deadline.binds == "respondent"} == limits


def test_an_old_debt_is_told_not_to_be_paid_before_advice(za: LawPack) -> None:
    (found,) = deadlines_for("money.debt", {"last_paid": date(2020, 1, 15)}, za, today=TODAY)
    assert (found.due, found.review) == (date(2023, 1, 15), True)
    assert "Do not pay or admit" in found.late


def test_money_taken_again_and_again_has_a_new_count_each_time(za: LawPack) -> None:
    """A grandmother tells when it began, three months ago: what was taken this month can still be asked back."""
    (first,) = deadlines_for("benefits.deductions", {"event_date": date(2026, 8, 3)}, za, today=TODAY)
    assert (first.due, first.days_left) == (date(2026, 9, 12), -72)
    assert "taken again since" in first.late
    assert "a new count" in first.note
    (last,) = deadlines_for("benefits.deductions", {"event_date": date(2026, 11, 3)}, za, today=TODAY)
    assert (last.due, last.days_left) == (date(2026, 12, 13), 20)
    assert last.because == "40 days from the day that money was taken, 3 November 2026"

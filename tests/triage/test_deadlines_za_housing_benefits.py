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

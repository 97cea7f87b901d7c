"""South African limits for homes, grants, work, money and papers, each worked out by hand with a calendar on paper."""

from datetime import date

import pytest

from triage.deadlines import deadlines_for
from triage.pack import LawPack, load_pack, packs_folder

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def za() -> LawPack:
    return load_pack(packs_folder() / "za")


# Public holidays met on the way are named behind the line.
@pytest.mark.parametrize(
    ("issue", "fact", "start", "limit", "due"),
    [
        (
            "housing.arrears",
            "letter_date",
            date(2026, 4, 24),
            "lease-breach-notice",
            date(2026, 5, 26),
        ),  # 27 Apr, 1 May
        ("housing.rent_increase", "letter_date", date(2026, 10, 31), "rent-increase-notice", date(2026, 11, 30)),
        ("housing.rent_increase", "letter_date", date(2027, 1, 31), "rent-increase-notice", date(2027, 2, 28)),
        ("housing.tenancy", "letter_date", date(2026, 11, 23), "lease-cancel-notice", date(2026, 12, 22)),  # 16 Dec
        (
            "housing.tenancy",
            "letter_date",
            date(2026, 12, 15),
            "lease-cancel-notice",
            date(2027, 1, 15),
        ),  # 16, 25, 1 Jan
        ("housing.tenancy", "letter_date", date(2026, 12, 31), "lease-month-notice", date(2027, 1, 31)),  # a Sunday
        ("housing.tenure", "letter_date", date(2026, 12, 30), "esta-notice", date(2027, 2, 28)),
        ("housing.tenure", "letter_date", date(2026, 11, 23), "esta-notice", date(2027, 1, 23)),  # a Saturday
        ("housing.tenure", "event_date", date(2026, 11, 23), "farm-job-ccma", date(2026, 12, 23)),
        ("housing.mortgage", "letter_date", date(2026, 12, 10), "credit-letter", date(2026, 12, 28)),  # 16, 25 Dec
        ("benefits.overpayment", "letter_date", date(2026, 11, 3), "overpayment-appeal", date(2027, 2, 1)),
        ("benefits.fraud", "letter_date", date(2027, 12, 1), "overpayment-appeal", date(2028, 2, 29)),  # a leap year
        ("benefits.disability", "letter_date", date(2027, 1, 30), "grant-review-notice", date(2027, 3, 1)),
        ("benefits.appeal", "event_date", date(2026, 9, 15), "appeal-answer", date(2026, 12, 14)),
        ("benefits.appeal", "letter_date", date(2026, 11, 20), "grant-court-review", date(2027, 5, 19)),
        ("benefits.unemployment", "letter_date", date(2026, 11, 30), "uif-appeal", date(2027, 2, 28)),
        ("work.pay", "event_date", date(2026, 10, 10), "unfair-practice", date(2027, 1, 8)),
        ("work.pay", "event_date", date(2024, 2, 29), "wage-claim", date(2027, 2, 28)),
        ("money.debt", "letter_date", date(2027, 3, 18), "debt-review-refused", date(2027, 4, 20)),  # 22, 26, 29 March
        ("money.debt", "last_paid", date(2023, 11, 30), "debt-age", date(2026, 11, 30)),
        ("money.credit", "last_paid", date(2024, 2, 29), "debt-age", date(2027, 2, 28)),
        ("family.maintenance", "event_date", date(2026, 12, 25), "maintenance-unpaid", date(2027, 1, 4)),
        (
            "documents.identity",
            "event_date",
            date(2026, 12, 2),
            "birth-registration",
            date(2027, 1, 1),
        ),  # a holiday stays
    ],
)
def test_limits_counted_by_hand(za: LawPack, issue: str, fact: str, start: date, limit: str, due: date) -> None:
    found = {deadline.id: deadline.due for deadline in deadlines_for(issue, {fact: start}, za, today=TODAY)}
    assert found[limit] == due


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

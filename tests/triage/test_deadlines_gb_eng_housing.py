"""English housing deadlines, worked out by hand: month ends, leap years, bank holidays, weekends."""

from datetime import date

import pytest

from triage.deadlines import Deadline, deadlines_for
from triage.pack import load_pack, packs_folder

TODAY = date(2026, 11, 23)
PACK = load_pack(packs_folder() / "gb-eng")


def found(rule: str, issue: str, fact: str, start: date, today: date = TODAY) -> Deadline:
    every = {deadline.id: deadline for deadline in deadlines_for(issue, {fact: start}, PACK, today=today)}
    return every[rule]


@pytest.mark.parametrize(
    ("rule", "issue", "fact", "start", "due"),
    [
        # 7 days left in November, then 7 of December
        ("possession-defence", "housing.eviction", "letter_date", date(2026, 11, 23), date(2026, 12, 7)),
        # over Christmas: 14 plain days from the 18th; bank holidays do not stop the clock
        ("possession-defence", "housing.eviction", "letter_date", date(2026, 12, 18), date(2027, 1, 1)),
        ("possession-defence", "housing.arrears", "letter_date", date(2028, 2, 20), date(2028, 3, 5)),  # leap: 9 + 5
        # 21 days from the order is Tuesday 15 December; our safe day is the Monday
        ("possession-appeal", "housing.eviction", "letter_date", date(2026, 11, 24), date(2026, 12, 14)),
        # there is no 31 February
        ("notice-sale", "housing.eviction", "letter_date", date(2026, 10, 31), date(2027, 2, 28)),
        ("notice-sale", "housing.eviction", "letter_date", date(2026, 5, 1), date(2026, 9, 1)),
        ("notice-arrears", "housing.arrears", "letter_date", date(2026, 11, 2), date(2026, 11, 30)),  # 28 left exactly
        # two months from 31 December end on 28 February; a week before that is 21 February
        ("rent-increase-tribunal", "housing.rent_increase", "letter_date", date(2026, 12, 31), date(2027, 2, 21)),
        ("deposit-scheme", "housing.deposit", "moved_out", date(2026, 11, 30), date(2027, 2, 28)),
        ("deposit-court", "housing.deposit", "moved_out", date(2024, 2, 29), date(2030, 2, 28)),
        ("rent-repayment-safe", "housing.lockout", "event_date", date(2026, 4, 30), date(2027, 4, 30)),
        ("rent-repayment-last", "housing.harassment", "event_date", date(2026, 5, 1), date(2028, 5, 1)),
        # 10 working days from Friday 18 December 2026: not 25 or 28 December (26 is a Saturday), nor 1 January
        ("hazard-investigate", "housing.repairs", "event_date", date(2026, 12, 18), date(2027, 1, 6)),
        # 15 working days from Monday 22 March 2027: not Good Friday 26 or Easter Monday 29 March
        ("complaint-stage1", "housing.social", "event_date", date(2027, 3, 22), date(2027, 4, 14)),
        # 15 working days from Wednesday 21 April 2027: not the bank holiday on Monday 3 May
        ("complaint-stage1", "housing.neighbours", "event_date", date(2027, 4, 21), date(2027, 5, 13)),
        ("ombudsman", "housing.repairs", "letter_date", date(2026, 11, 23), date(2027, 11, 23)),
        ("repairs-claim", "housing.repairs", "event_date", date(2024, 2, 29), date(2027, 2, 28)),
        ("tenant-notice", "housing.tenancy", "letter_date", date(2026, 12, 31), date(2027, 2, 28)),
        ("allocation-review", "housing.social", "letter_date", date(2026, 11, 10), date(2026, 12, 1)),
        ("judicial-review", "housing.social", "letter_date", date(2026, 11, 30), date(2027, 2, 28)),
        ("homeless-review", "housing.homeless", "letter_date", date(2026, 12, 15), date(2027, 1, 5)),
        ("homeless-appeal", "housing.homeless", "letter_date", date(2028, 2, 15), date(2028, 3, 7)),  # leap: 14 + 7
        # the law gives until 14 February 2027 (six months less one day); the safe day is a month earlier
        ("discrimination-court", "housing.discrimination", "event_date", date(2026, 8, 15), date(2027, 1, 15)),
    ],
)
def test_english_housing_dates_counted_by_hand(rule: str, issue: str, fact: str, start: date, due: date) -> None:
    assert found(rule, issue, fact, start).due == due


@pytest.mark.parametrize("start", [date(2026, 7, 1), date(2026, 12, 31), date(2027, 12, 31), date(2027, 1, 1)])
def test_the_safe_day_for_a_rent_increase_is_a_week_before_two_months_at_least(start: date) -> None:
    """Two months are never under 59 days: 52 leaves a week before the earliest day a new rent can start."""
    safe = found("rent-increase-tribunal", "housing.rent_increase", "letter_date", start).due
    notice_end = found("tenant-notice", "housing.tenancy", "letter_date", start).due
    assert (notice_end - safe).days >= 7


def test_what_a_landlord_must_wait_for_or_answer_is_not_the_persons_limit() -> None:
    respondents = {rule.id for rule in PACK.deadlines if rule.binds == "respondent"}
    assert {"notice-sale", "notice-arrears", "hazard-investigate", "complaint-stage1"} <= respondents


def test_a_passed_defence_day_says_what_is_still_possible() -> None:
    passed = found("possession-defence", "housing.eviction", "letter_date", date(2026, 11, 1))
    assert passed.days_left == -8
    assert "go to the hearing" in passed.late


def test_every_housing_card_lists_every_deadline_of_its_issue_that_can_be_told() -> None:
    rules = {rule.id: rule for rule in PACK.deadlines}
    for issue, card in PACK.cards.items():
        if issue.startswith("housing."):
            assert all(rules[id_].applies_to(issue) for id_ in card.deadlines), issue
            own = {rule.id for rule in PACK.deadlines if issue in rule.issues}
            assert own <= set(card.deadlines), issue


def test_there_is_a_card_for_each_housing_issue() -> None:
    assert len([issue for issue in PACK.cards if issue.startswith("housing.")]) == 15


def test_cards_whose_answer_depends_on_the_first_of_may_2026_say_so() -> None:
    for issue in ("eviction", "arrears", "rent_increase", "deposit", "tenancy", "discrimination", "lockout"):
        text = " ".join(PACK.cards[f"housing.{issue}"].sections.values())
        assert "1 May 2026" in text
        assert "before" in text.lower()

"""Time limits in England for homes: which run for a problem, and what they say."""

from datetime import date

import pytest

from triage.deadlines import Deadline, deadlines_for
from triage.guidance import render
from triage.pack import load_pack, packs_folder

TODAY = date(2026, 11, 23)
PACK = load_pack(packs_folder() / "gb-eng")


def found(rule: str, issue: str, fact: str, start: date, today: date = TODAY) -> Deadline:
    every = {deadline.id: deadline for deadline in deadlines_for(issue, {fact: start}, PACK, today=today)}
    return every[rule]


@pytest.mark.parametrize("start", [date(2026, 7, 1), date(2026, 12, 31), date(2027, 12, 31), date(2027, 1, 1)])
def test_the_safe_day_for_a_rent_increase_is_a_week_before_two_months_at_least(start: date) -> None:
    """Two months are never under 59 days: 52 leaves a week before the earliest day a new rent can start."""
    safe = found("rent-increase-tribunal", "housing.rent_increase", "letter_date", start).due
    notice_end = found("tenant-notice", "housing.tenancy", "letter_date", start).due
    assert (notice_end - safe).days >= 7


def test_what_a_landlord_must_wait_for_or_answer_is_not_the_persons_limit() -> None:
    respondents = {rule.id for rule in PACK.deadlines if rule.binds == "respondent"}
    assert {"notice-sale", "notice-arrears", "hazard-investigate", "complaint-stage1"} <= respondents


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        # 28 days after 3 November; 3 March is four months later
        (date(2026, 11, 3), [("notice-arrears", date(2026, 12, 1)), ("notice-sale", date(2027, 3, 3))]),
        (date(2026, 5, 1), [("notice-arrears", date(2026, 5, 29)), ("notice-sale", date(2026, 9, 1))]),
        (date(2026, 4, 30), []),  # the old rules: no such notice
    ],
)
def test_a_notice_of_the_new_law_says_from_when_it_can_end(given: date, limits: list[tuple[str, date]]) -> None:
    answers = {"respondent_home": "landlord"}
    every = deadlines_for("housing.eviction", {"letter_date": given}, PACK, today=TODAY, answers=answers)
    assert [(each.id, each.due) for each in every if each.binds == "respondent"] == limits


@pytest.mark.parametrize(
    ("facts", "said", "never"),
    [
        ({"respondent_home": "landlord", "letter_date": "2026-11-03"}, "It can fine a landlord", "Tell us the date"),
        ({"respondent_home": "landlord", "letter_date": "2026-04-20"}, "No court papers by now?", "It can fine"),
        ({"respondent_home": "live_in_landlord", "court": "no"}, "little time", "there is time"),
        ({"respondent_home": "landlord", "court": "no"}, "there is time", "little time"),
        ({"court": "no"}, "Tell us the date", "there is time"),
    ],
)
def test_the_next_step_after_a_notice_fits_the_home_and_its_day(facts: dict[str, str], said: str, never: str) -> None:
    text = "\n".join(render(PACK.cards["housing.eviction"], PACK, today=TODAY, facts=facts))
    assert said in text
    assert never not in text


def test_the_date_on_a_notice_is_not_said_to_be_the_day_a_judge_decided() -> None:
    """The day is that of the only letter we know of; it may be a notice."""
    appeal = found("possession-appeal", "housing.eviction", "letter_date", date(2026, 11, 3))
    assert appeal.because == "21 days less 1 day from the date on the letter, 3 November 2026"
    assert appeal.what.startswith("Only if this letter is a court order")
    assert "fewer days" in appeal.note


def test_a_passed_defence_day_says_what_is_still_possible() -> None:
    passed = found("possession-defence", "housing.eviction", "received_date", date(2026, 11, 1))
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
        text = " ".join(line.text for part in PACK.cards[f"housing.{issue}"].sections.values() for line in part.lines)
        assert "1 May 2026" in text
        assert "before" in text.lower()

"""The assessment: danger, deadlines, urgency and guidance put together from facts alone."""

from datetime import date
from typing import Any

import pytest

from triage.assessment import Assessment, assess
from triage.meaning import Flag
from triage.pack import LawPack, load_pack, packs_folder
from triage.urgency import Urgency

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def pack() -> LawPack:
    return load_pack(packs_folder() / "za")


def assessed(pack: LawPack, *issues: str, **changes: Any) -> Assessment:
    known: dict[str, Any] = {"flags": (), "dates": {}, "respondent": None, "today": TODAY, **changes}
    return assess(issues=issues, pack=pack, **known)


def test_a_refusal_with_the_date_of_its_letter_has_its_appeal_date(pack: LawPack) -> None:
    assessment = assessed(pack, "benefits.refused", dates={"letter_date": date(2026, 11, 3)})
    due = {deadline.id: deadline.due for deadline in assessment.deadlines}
    assert due["grant-appeal"] == date(2027, 2, 1)  # 90 days
    assert due["srd-appeal-safe"] == date(2026, 12, 3)  # 30 days, a safe date
    assert assessment.due == date(2026, 12, 3)
    assert assessment.urgency is Urgency.URGENT
    assert any("2026-12-03" in reason for reason in assessment.reasons)


def test_deadlines_come_soonest_first_and_each_once(pack: LawPack) -> None:
    dates = {"letter_date": date(2026, 11, 3), "court_date": date(2026, 12, 20)}
    deadlines = assessed(pack, "benefits.refused", "benefits.appeal", dates=dates).deadlines
    assert [deadline.due for deadline in deadlines] == sorted(deadline.due for deadline in deadlines)
    assert len({deadline.id for deadline in deadlines}) == len(deadlines) > 2


def test_a_passed_deadline_is_told_but_is_not_the_next_one(pack: LawPack) -> None:
    assessment = assessed(pack, "benefits.refused", dates={"letter_date": date(2025, 1, 6)})
    assert assessment.deadlines
    assert all(deadline.days_left < 0 for deadline in assessment.deadlines)
    assert assessment.due is None


def test_dangers_make_it_an_emergency_and_are_kept(pack: LawPack) -> None:
    flags = (Flag("lockout", "changed the locks"),)
    assessment = assessed(pack, "housing.lockout", flags=flags)
    assert (assessment.urgency, assessment.flags) == (Urgency.EMERGENCY, flags)
    assert assessment.reasons == ('Danger heard: lockout ("changed the locks")',)


def test_who_cuts_a_service_decides_how_urgent_it_is(pack: LawPack) -> None:
    flags = (Flag("utilities_off", "no water"),)
    assert assessed(pack, "housing.utilities", flags=flags, respondent="supplier").urgency is Urgency.URGENT
    assert assessed(pack, "housing.utilities", flags=flags, respondent="landlord").urgency is Urgency.EMERGENCY


def test_guidance_names_the_card_of_each_issue_or_the_general_one(pack: LawPack) -> None:
    assert "housing.lockout" in pack.cards
    assert "traffic.car" not in pack.cards
    assert assessed(pack, "housing.lockout", "traffic.car").guidance == ("za/housing.lockout", "za/general")


def test_without_issues_there_is_nothing_but_the_dangers(pack: LawPack) -> None:
    assessment = assessed(pack, dates={"letter_date": TODAY})
    assert (assessment.issues, assessment.deadlines, assessment.guidance) == ((), (), ())
    assert assessment.urgency is Urgency.ROUTINE


def test_the_same_facts_give_the_same_assessment(pack: LawPack) -> None:
    facts = {"dates": {"letter_date": date(2026, 11, 3)}, "flags": (Flag("no_food", "no food"),)}
    assert assessed(pack, "benefits.stopped", **facts) == assessed(pack, "benefits.stopped", **facts)

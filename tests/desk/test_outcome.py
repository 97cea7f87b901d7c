"""Closing a case, completing its outcome, and asking again later."""

import re

import pytest

from casestore.cases import Case
from casestore.work.follow_ups import FollowUp
from casestore.work.outcomes import Outcome
from tests.desk.browser import Desk

KNOWN = {
    "how": "agreement",
    "mechanism": "lawyer",
    "mechanisms_used": ["police", "court"],
    "service_level": "letter",
    "benefit": "home_back",
    "recovered_lump": "R1 200,50",
    "recovered_monthly": "",
    "confirmed_by": "client",
}


def outcomes(desk: Desk, case: Case) -> list[Outcome]:
    with desk.store.reading() as look:
        return [closing.outcome for closing in look.outcomes.of(case.id)]


def follow_ups(desk: Desk, case: Case) -> list[FollowUp]:
    with desk.store.reading() as look:
        return look.follow_ups.of(case.id)


def closed(desk: Desk) -> Case:
    case = desk.case(claimed_by="thandi")
    desk.browser("thandi").post(f"/cases/{case.reference}/close", outcome="resolved")
    return case


def test_the_page_asks_for_one_thing_and_offers_the_rest(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    page = desk.browser("thandi").get(f"/cases/{case.reference}/close").text
    assert set(re.findall(r'name="(\w+)"[^>]* required', page)) == {"outcome"}
    assert {"how", "mechanism", "mechanisms_used", "benefit", "confirmed_by"} <= set(re.findall(r'name="(\w+)"', page))


def test_all_that_was_filled_in_is_kept_and_shown(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/close", outcome="resolved", **KNOWN)
    assert answer.headers["location"].endswith("?notice=closed")
    [outcome] = outcomes(desk, case)
    assert (outcome.how, outcome.mechanisms_used, outcome.currency) == ("agreement", ("police", "court"), "ZAR")
    assert (outcome.recovered_lump, outcome.recovered_monthly) == (120_050, None)
    page = browser.get(f"/cases/{case.reference}").text
    assert "Let back into their home" in page
    assert "Money back, once: ZAR 1,200.50" in page


def test_what_is_learnt_later_is_added(desk: Desk) -> None:
    case, browser = closed(desk), desk.browser("thandi")
    assert 'value="resolved" required checked' in browser.get(f"/cases/{case.reference}/outcome").text
    browser.post(f"/cases/{case.reference}/outcome", outcome="partly_resolved", **KNOWN)
    assert [(each.code, each.benefit) for each in outcomes(desk, case)] == [("partly_resolved", "home_back")]
    page = browser.get(f"/cases/{case.reference}/outcome").text
    assert 'value="1200.50"' in page
    assert 'value="police" checked' in page
    assert desk.look(case).outcome == "partly_resolved"


@pytest.mark.parametrize("wrong", [{"outcome": "splendid"}, {"recovered_lump": "a lot"}, {"benefit": "moon"}])
@pytest.mark.parametrize("later", [False, True])
def test_a_form_that_is_refused_keeps_what_was_typed(desk: Desk, wrong: dict[str, str], later: bool) -> None:
    case = closed(desk) if later else desk.case(claimed_by="thandi")
    before = outcomes(desk, case)
    typed = {"outcome": "resolved", "note": "Keys <back>", **KNOWN, **wrong}
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/{'outcome' if later else 'close'}", **typed)
    assert answer.status_code == 400
    assert 'value="agreement" selected' in answer.text
    assert 'value="court" checked' in answer.text
    assert ("Keys &lt;back&gt;</textarea>" in answer.text) is not later
    assert outcomes(desk, case) == before


def test_an_open_case_has_no_outcome_to_complete_and_a_closed_one_is_not_closed_twice(desk: Desk) -> None:
    open_, ended, browser = desk.case(claimed_by="thandi"), closed(desk), desk.browser("thandi")
    assert browser.get(f"/cases/{open_.reference}/outcome").status_code == 409
    assert browser.post(f"/cases/{open_.reference}/outcome", outcome="resolved").status_code == 409
    assert browser.get(f"/cases/{ended.reference}/close").status_code == 409


def test_a_case_that_is_opened_again_shows_how_it_ended_before(desk: Desk) -> None:
    case, browser = closed(desk), desk.browser("thandi")
    with desk.store.unit_of_work() as uow:
        uow.cases.person_wrote(case, now=desk.now)
        uow.cases.claim(case.id, staff_id=desk.ids["thandi"], now=desk.now)
    page = browser.get(f"/cases/{case.reference}").text
    assert "Earlier outcomes" in page
    assert "Complete the outcome" not in page


def test_the_person_is_asked_again_when_the_day_comes(desk: Desk) -> None:
    case = closed(desk)
    first = follow_ups(desk, case)[0]
    address = f"/cases/{case.reference}/follow-ups/{first.id}"
    assert address not in desk.browser("thandi").get("/").text
    desk.later(days=30)
    browser = desk.browser("thandi")
    assert address in browser.get("/").text
    assert "Would you have managed without our help?" in browser.get(address).text
    assert browser.post(address).status_code == 400
    assert browser.post(address, alone="never").status_code == 400
    browser.post(address, still_holds="yes", fair="partly", alone="no")
    found = follow_ups(desk, case)[0]
    assert (found.state, found.answers.fair, found.answers.alone) == ("answered", "partly", "no")
    assert address not in browser.get("/").text
    assert "Would you have managed without our help? No" in browser.get(f"/cases/{case.reference}").text


def test_somebody_who_cannot_be_reached_is_not_asked_for_ever(desk: Desk) -> None:
    case = closed(desk)
    first = follow_ups(desk, case)[0]
    browser = desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/follow-ups/{first.id}", reached="no")
    assert "Noted that they could not be reached." in browser.get(answer.headers["location"].removeprefix("/desk")).text
    assert [each.state for each in follow_ups(desk, case)] == ["unreached", "due"]
    assert browser.get(f"/cases/{case.reference}/follow-ups/999").status_code == 404
    assert browser.post(f"/cases/{case.reference}/follow-ups/999", alone="never").status_code == 404


def test_a_supervisor_finishes_what_a_colleague_who_has_left_closed(desk: Desk) -> None:
    """The outcome and what the person says later, under their own name; a colleague cannot, and nothing else opens."""
    case = closed(desk)
    boss, [first, *_] = desk.browser("ada"), follow_ups(desk, case)
    page = boss.get(f"/cases/{case.reference}").text
    assert "Complete the outcome" in page
    assert f"/follow-ups/{first.id}" in page
    assert boss.get(f"/cases/{case.reference}/outcome").status_code == 200
    assert boss.post(f"/cases/{case.reference}/outcome", outcome="resolved", **KNOWN).status_code == 303
    assert outcomes(desk, case)[-1].benefit == "home_back"
    assert boss.get(f"/cases/{case.reference}/follow-ups/{first.id}").status_code == 200
    assert boss.post(f"/cases/{case.reference}/follow-ups/{first.id}", fair="yes").status_code == 303
    assert follow_ups(desk, case)[0].answers.fair == "yes"
    page = boss.get(f"/cases/{case.reference}").text
    assert "Ada, 23 Nov" in page[page.index("Followed up</b>") :][:150]
    sipho = desk.browser("sipho")
    for path in ("outcome", f"follow-ups/{first.id}"):
        assert sipho.get(f"/cases/{case.reference}/{path}").status_code == 404
        assert sipho.post(f"/cases/{case.reference}/{path}", outcome="resolved", fair="yes").status_code == 404
    assert "Complete the outcome" not in sipho.get(f"/cases/{case.reference}").text


def test_a_supervisor_does_not_close_the_case_of_a_colleague_or_complete_an_open_one(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    boss = desk.browser("ada")
    assert boss.post(f"/cases/{case.reference}/close", outcome="resolved").status_code == 404
    assert boss.get(f"/cases/{case.reference}/outcome").status_code == 409
    assert boss.post(f"/cases/{case.reference}/outcome", outcome="resolved").status_code in (404, 409)

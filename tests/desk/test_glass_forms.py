"""Breaking the glass: a case that is not one's own opens for an hour, with a reason that others see."""

import pytest

from casestore.privacy.consent import STATISTICS, Consent
from tests.desk.browser import Browser, Desk

WHY = "Her son rang: she is not safe <b>tonight</b>"
SHOWN = "Her son rang: she is not safe &lt;b&gt;tonight&lt;/b&gt;"


def break_glass(browser: Browser, reference: str, **changes: str) -> int:
    return browser.post(f"/cases/{reference}/glass", **{"reason": "danger", "words": WHY, **changes}).status_code


def reads(browser: Browser, reference: str) -> bool:
    return "They changed my locks" in browser.get(f"/cases/{reference}").text


def test_the_case_opens_for_an_hour_and_closes_again(desk: Desk) -> None:
    """The script's look at new messages too."""
    case, browser = desk.case(claimed_by="thandi"), desk.browser("sipho")
    assert not reads(browser, case.reference)
    assert break_glass(browser, case.reference) == 303
    assert reads(browser, case.reference)
    assert browser.get(f"/cases/{case.reference}/messages").status_code == 200
    desk.later(minutes=59)
    assert reads(browser, case.reference)
    desk.later(minutes=2)
    assert not reads(browser, case.reference)
    assert browser.get(f"/cases/{case.reference}/messages").status_code == 404


def test_of_a_case_joined_from_two_chats_both_can_be_read(desk: Desk) -> None:
    """As by whoever holds it."""
    kept, other = desk.case(claimed_by="thandi"), desk.case(said="It is me again, from my other phone")
    desk.browser("thandi").post(f"/cases/{kept.reference}/join", other=other.reference, one_person="yes")
    browser = desk.browser("sipho")
    break_glass(browser, kept.reference)
    page = browser.get(f"/cases/{kept.reference}")
    assert page.status_code == 200
    assert "It is me again, from my other phone" in page.text


def test_it_is_in_the_log_and_so_is_what_was_read(desk: Desk) -> None:
    """The code of the reason, not the words."""
    case, browser = desk.case(claimed_by="thandi"), desk.browser("sipho")
    break_glass(browser, case.reference)
    reads(browser, case.reference)
    with desk.store.reading() as look:
        lines = [(entry.kind.id, entry.by, entry.detail) for entry in look.log.of(case.id)]
    assert lines[2:] == [("glass_broken", "Sipho", {"glass": "danger"}), ("viewed", "Sipho", {})]


def test_it_opens_that_case_to_that_person_and_nothing_else(desk: Desk) -> None:
    """Reading is not working on it."""
    case, other = desk.case(claimed_by="thandi"), desk.case(claimed_by="thandi")
    browser = desk.browser("sipho")
    break_glass(browser, case.reference)
    assert not reads(browser, other.reference)
    for step in ("reply", "release", "close"):
        given = {"text": "hello", "outcome": "resolved"}
        assert browser.post(f"/cases/{case.reference}/{step}", **given).status_code == 404


def test_its_paralegal_and_supervisors_see_who_it_was_and_why(desk: Desk) -> None:
    """On the page of the case, and supervisors on one of their own."""
    case = desk.case(claimed_by="thandi")
    break_glass(desk.browser("sipho"), case.reference)
    for name in ("thandi", "ada"):
        page = desk.browser(name).get(f"/cases/{case.reference}").text
        assert "Sipho opened this case, which was not theirs" in page
        assert SHOWN in page
        assert "Opened by somebody whose case it is not</b>: Somebody may be in danger" in page
    assert SHOWN in desk.browser("ada").get("/glass").text


def test_the_list_of_all_is_for_supervisors(desk: Desk) -> None:
    """Nobody else is shown the way to it."""
    assert "Nobody has opened a case that was not theirs" in desk.browser("ada").get("/glass").text
    browser = desk.browser("thandi")
    assert browser.get("/glass").status_code == 404
    assert "Opened by others" not in browser.get("/").text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": ""}, "choose a reason and write why"),
        ({"reason": "nosy"}, "choose a reason and write why"),
        ({"words": " \n "}, "choose a reason and write why"),
        ({"words": "x" * 1_001}, "at most 1,000 characters"),
    ],
)
def test_without_a_reason_it_stays_closed_and_what_was_typed_stays(
    desk: Desk, changes: dict[str, str], told: str
) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("sipho")
    answer = browser.post(f"/cases/{case.reference}/glass", **{"reason": "danger", "words": WHY, **changes})
    assert answer.status_code == 400
    assert told in answer.text
    assert changes.get("words", "Her son rang").strip() in answer.text
    assert not reads(browser, case.reference)
    assert "glass_broken" not in desk.events(case)


@pytest.mark.parametrize("name", ["thandi", "ada"])
def test_who_may_read_it_anyway_is_not_offered_it(desk: Desk, name: str) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser(name)
    assert "I must read this case now" not in browser.get(f"/cases/{case.reference}").text
    assert break_glass(browser, case.reference) == 404


def test_the_reason_is_sealed_and_goes_with_the_person(desk: Desk) -> None:
    """The line of the log stays."""
    case = desk.case(claimed_by="thandi")
    break_glass(desk.browser("sipho"), case.reference)
    with desk.store.unit_of_work() as uow:
        person_id = desk.talk(case).person_id
        uow.consents.note(person_id, Consent(STATISTICS, True, "consent@1", "en", desk.now))
        uow.erasure.erase(person_id, now=desk.now)
    assert not reads(desk.browser("sipho"), case.reference)
    assert "Sipho opened this case" not in desk.browser("ada").get(f"/cases/{case.reference}").text
    assert desk.events(case)[-3:] == ["erased", "summary_viewed", "summary_viewed"]
    assert "glass_broken" in desk.events(case)

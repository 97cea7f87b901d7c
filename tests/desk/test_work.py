"""Deadlines, tasks, time and referrals at the desk."""

import re
from datetime import date, timedelta

import pytest

from casestore.cases import Case
from casestore.work.agenda import NewDeadline
from casestore.work.referrals import NO_ANSWER_AFTER, Referral
from tests.desk.browser import Browser, Desk

COURT = NewDeadline(
    code="appeal", due=date(2026, 11, 27), what="Apply to the court.", because="5 days from the event", source="PIE-8"
)


def entries(desk: Desk, case: Case) -> list[tuple[str, str, str]]:
    with desk.store.reading() as look:
        return [(entry.kind, entry.what, str(entry.state)) for entry in look.agenda.of(case.id)]


def referral(desk: Desk, case: Case) -> Referral:
    with desk.store.reading() as look:
        return look.referrals.of(case.id)[-1]


def section(html: str, id_: str) -> str:
    """One part of the page, from its heading to the end of its section."""
    found = re.search(rf'<h2 id="{id_}">.*?</section>', html, re.DOTALL)
    return found[0] if found else ""


def begun(desk: Desk, case: Case, browser: Browser) -> str:
    """A referral with details that was begun; its address."""
    page = browser.get(f"/cases/{case.reference}/referrals").text
    [service, *_] = re.findall(r'name="to" value="([^"]+)" required>', page)
    answer = browser.post(f"/cases/{case.reference}/referrals", to=service, shared="Her name <b>and</b> number")
    assert answer.status_code == 303
    return answer.headers["location"].removeprefix("/desk")


def test_a_deadline_of_the_assessment_stands_on_the_agenda_and_no_longer_beside_it(desk: Desk) -> None:
    known = {"deadlines": [{"id": "appeal", "due": "2026-11-27", "what": "Apply to the court."}]}
    case = desk.case(claimed_by="thandi", deadlines=(COURT,), assessment=known)
    page = desk.browser("thandi").get(f"/cases/{case.reference}").text
    assert "Apply to the court." in section(page, "agenda")
    assert "5 days from the event (PIE-8)" in section(page, "agenda")
    assert page.count("Apply to the court.</span>") == 1


def test_a_task_is_added_done_and_opened_again(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/agenda", kind="task", what="Call the <clinic>", due="2026-11-25")
    assert entries(desk, case) == [("task", "Call the <clinic>", "open")]
    page = section(browser.get(f"/cases/{case.reference}").text, "agenda")
    assert "Call the &lt;clinic&gt;" in page
    [address] = set(re.findall(r'action="/desk(/cases/[^"]+/agenda/\d+)"', page))
    browser.post(address, to="met")
    assert entries(desk, case) == [("task", "Call the <clinic>", "met")]
    assert "1 settled" in browser.get(f"/cases/{case.reference}").text
    browser.post(address, to="open")
    assert entries(desk, case)[0][2] == "open"
    assert browser.post(address, to="gone").status_code == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "task", "what": "Call <her>", "due": ""},
        {"kind": "task", "what": "Call <her>" + "x" * 300, "due": "2026-11-25"},
        {"kind": "errand", "what": "Call <her>", "due": "2026-11-25"},
    ],
)
def test_a_task_that_cannot_be_is_refused_and_what_was_typed_stays(desk: Desk, fields: dict[str, str]) -> None:
    case = desk.case(claimed_by="thandi")
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/agenda", **fields)
    assert answer.status_code == 400
    assert 'value="Call &lt;her&gt;' in answer.text
    assert entries(desk, case) == []


def test_the_queue_reminds_of_what_is_due_in_ones_own_cases(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", deadlines=(COURT,))
    todo = section(desk.browser("thandi").get("/").text, "todo")
    assert f"/cases/{case.reference}#agenda" in todo
    assert "Apply to the court." in todo
    assert section(desk.browser("sipho").get("/").text, "todo") == ""
    desk.later(days=5)
    assert "passed yesterday" in section(desk.browser("thandi").get("/").text, "todo")


def test_time_is_noted_in_one_press_and_added_up(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/time", activity="call", minutes="60")
    browser.post(f"/cases/{case.reference}/time", activity="visit", minutes="15", travel_cost="R25,50")
    page = section(browser.get(f"/cases/{case.reference}").text, "time")
    assert "1 h 15 min (paralegal), travel ZAR 25.50" in page
    assert "15 min, visit or travel, travel ZAR 25.50" in page
    [newest, _] = re.findall(r'action="/desk(/cases/[^"]+/remove)"', page)
    browser.post(newest)
    assert "<p>1 h (paralegal)</p>" in browser.get(f"/cases/{case.reference}").text


@pytest.mark.parametrize("minutes", ["", "0", "-5", "ten", "99999", "½"])
def test_minutes_that_cannot_be_are_refused_with_what_can(desk: Desk, minutes: str) -> None:
    case = desk.case(claimed_by="thandi")
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/time", activity="call", minutes=minutes)
    assert answer.status_code == 400
    assert "whole number up to 1,440" in answer.text


def test_details_go_out_after_the_question_and_the_yes(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    address = begun(desk, case, browser)
    assert "I have sent it" not in browser.get(address).text
    assert browser.post(f"{address}/move", to="sent").status_code == 400
    for _ in range(2):
        browser.post(f"{address}/ask")
    [question] = [letter for letter in desk.letters(case) if "May we give your details to" in letter]
    assert "Her name <b>and</b> number" in question
    browser.post(f"{address}/consent", said="yes")
    browser.post(f"{address}/move", to="sent")
    sent = referral(desk, case)
    assert (str(sent.state), sent.consent) == ("sent", True)
    assert "Consent" in browser.get(address).text
    with desk.store.reading() as look:
        [consent] = look.consents.of(desk.talk(case).person_id)
    assert re.fullmatch(r"case\.share@\w+", consent.wording)


def test_a_no_is_the_end_of_it_whatever_was_noted_before(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    address = begun(desk, case, browser)
    assert "There is no time to ask" in browser.get(address).text
    browser.post(f"{address}/consent", said="danger_to_life")
    assert "Goes without consent" in browser.get(address).text
    assert "I have sent it" in browser.get(address).text
    browser.post(f"{address}/consent", said="no")
    page = browser.get(address).text
    assert "The person said no" in page
    for offer in ("Goes without consent", "There is no time to ask", "I have sent it", "Ask in the chat"):
        assert offer not in page
    assert "Has the person changed their mind?" in page
    assert "It cannot be sent: the person said no." in page
    assert "danger_to_life" not in page
    assert browser.post(f"{address}/consent", said="danger_to_life").status_code == 409
    assert "Their details go nowhere without it" in browser.post(f"{address}/move", to="sent").text
    assert str(referral(desk, case).state) == "draft"


def test_after_a_no_a_child_in_danger_can_still_be_reported(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    address = begun(desk, case, browser)
    browser.post(f"{address}/consent", said="no")
    assert "Details must go without a yes" in browser.get(address).text
    assert browser.post(f"{address}/consent", said="child_in_danger").status_code == 303
    page = browser.get(address).text
    assert "Goes without consent: A child is in danger" in page
    assert "I have sent it" in page
    assert browser.post(f"{address}/move", to="sent").status_code == 303


def test_without_an_answer_only_danger_to_life_lets_it_go(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    address = begun(desk, case, browser)
    assert "Ask the person first" in browser.post(f"{address}/move", to="sent").text
    assert browser.post(f"{address}/consent", said="hurry").status_code == 400
    browser.post(f"{address}/consent", said="danger_to_life")
    assert browser.post(f"{address}/move", to="sent").status_code == 303
    assert "Details go out without consent" in browser.get(f"/cases/{case.reference}").text
    assert "referral_override" in desk.events(case)


def test_a_referral_is_followed_to_its_end(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    address = begun(desk, case, browser)
    browser.post(f"{address}/consent", said="yes")
    browser.post(f"{address}/move", to="sent")
    assert "Choose why the service declined" in browser.post(f"{address}/move", to="declined").text
    browser.post(f"{address}/move", to="accepted")
    browser.post(f"{address}/move", to="done", result="helped")
    assert "The service helped" in browser.get(address).text
    assert browser.post(f"{address}/move", to="sent").status_code == 409
    page = section(browser.get(f"/cases/{case.reference}").text, "referrals")
    assert "<b>Done</b>, the service helped" in page


def test_a_service_that_does_not_answer_is_on_the_queue_page(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    address = begun(desk, case, browser)
    browser.post(f"{address}/consent", said="yes")
    browser.post(f"{address}/move", to="sent")
    with desk.store.unit_of_work() as uow:
        uow.referrals.note_silence(now=desk.now + NO_ANSWER_AFTER + timedelta(seconds=1))
    assert f"{address}" in section(browser.get("/").text, "todo")
    assert "does not answer" in browser.get("/").text


def test_a_referral_without_a_service_or_words_is_refused_and_what_was_typed_stays(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/referrals", to="nobody", shared="Her <name>")
    assert (answer.status_code, "Her &lt;name&gt;</textarea>" in answer.text) == (400, True)


def test_the_work_on_a_case_is_closed_to_colleagues(desk: Desk) -> None:
    case, mine = desk.case(claimed_by="thandi", deadlines=(COURT,)), desk.browser("thandi")
    address, others = begun(desk, case, mine), desk.browser("sipho")
    page = others.get(f"/cases/{case.reference}").text
    assert section(page, "agenda") == section(page, "time") == section(page, "referrals") == ""
    for path in (address, f"/cases/{case.reference}/referrals", f"/cases/{case.reference}/close"):
        assert others.get(path).status_code == 404
    for path in ("agenda", "agenda/1", "time", "referrals", "close", "outcome"):
        fields = {"kind": "task", "what": "x", "due": "2026-11-25", "activity": "call", "minutes": "5"}
        assert others.post(f"/cases/{case.reference}/{path}", **fields).status_code == 404, path


@pytest.mark.parametrize("due", ["0001-01-01", "9999-12-31", "soon", ""])
def test_a_day_that_nobody_will_see_is_refused_and_the_task_is_kept(desk: Desk, due: str) -> None:
    case = desk.case(claimed_by="thandi")
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/agenda", kind="task", what="Call them", due=due)
    assert answer.status_code == 400
    assert "the day by which it must be done" in answer.text
    assert "Call them" in answer.text
    assert entries(desk, case) == []


def test_the_log_says_days_as_the_rest_of_the_page_does(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/agenda", kind="task", what="Call them", due="2026-11-25")
    assert "Task noted</b>: by 25 Nov 2026" in browser.get(f"/cases/{case.reference}").text

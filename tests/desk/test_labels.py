"""The problem of a case is confirmed or corrected at the desk; the machine's guess stays beside it."""

import re

from casestore.labels import Label
from tests.desk.browser import Desk

LOCKOUT, DEPOSIT = "housing.lockout", "housing.deposit"


def labels(desk: Desk, reference: str) -> tuple[Label | None, Label | None]:
    with desk.store.reading() as uow:
        return uow.labels.newest(uow.cases.by_reference(reference).id)


def test_a_corrected_problem_shows_in_the_queue_and_the_log_and_is_not_told(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", understood=LOCKOUT, versions={"model": "abc"})
    browser = desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/problem", issue=DEPOSIT)
    assert answer.headers["location"] == f"/desk/cases/{case.reference}?notice=judged"
    assert desk.look(case).issues == (DEPOSIT,)
    machine, judged = labels(desk, case.reference)
    assert (machine, judged) == (
        Label(LOCKOUT, "bot", "abc", desk.now),
        Label(DEPOSIT, f"staff:{desk.ids['thandi']}", "abc", desk.now),
    )
    page = browser.get(f"/cases/{case.reference}").text
    assert "Problem corrected" in page
    assert "It was put right on" in page
    assert "Deposit" in browser.get("/").text
    assert desk.letters(case) == []


def test_the_first_problem_of_the_case_is_already_chosen(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", issues=(DEPOSIT, LOCKOUT), understood=LOCKOUT)
    page = desk.browser("thandi").get(f"/cases/{case.reference}").text
    [select] = re.findall(r'<select id="issue".*?</select>', page, re.DOTALL)
    assert re.findall(r'value="([^"]*)" selected>', select) == [DEPOSIT]
    assert "The program took it for “Locked out" in page


def test_to_confirm_is_one_press(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", understood=LOCKOUT)
    browser = desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/problem", issue=LOCKOUT)
    assert "confirmed" in desk.events(case)
    assert "You said so too" in browser.get(f"/cases/{case.reference}").text


def test_a_problem_that_is_not_in_the_list_is_refused(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    for issue in ("", "housing.nonsense", "<script>"):
        answer = desk.browser("thandi").post(f"/cases/{case.reference}/problem", issue=issue)
        assert answer.status_code == 400
        assert "Choose a problem from the list" in answer.text
    assert desk.look(case).issues == (LOCKOUT,)


def test_only_who_holds_the_case_judges_it(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", understood=LOCKOUT)
    for name in ("sipho", "ada"):
        browser = desk.browser(name)
        assert "Which problem is it?" not in browser.get(f"/cases/{case.reference}").text
        assert browser.post(f"/cases/{case.reference}/problem", issue=DEPOSIT).status_code == 404
    assert labels(desk, case.reference)[1] is None


def test_a_closed_case_can_still_be_judged(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", understood=LOCKOUT)
    browser = desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/close", outcome="resolved")
    assert "Which problem is it?" in browser.get(f"/cases/{case.reference}").text
    assert browser.post(f"/cases/{case.reference}/problem", issue=DEPOSIT).status_code == 303


def test_a_case_of_which_nothing_was_understood_can_be_given_a_problem(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", issues=())
    browser = desk.browser("thandi")
    page = browser.get(f"/cases/{case.reference}").text
    assert '<option value="">Choose</option>' in page
    assert "The program took it" not in page
    browser.post(f"/cases/{case.reference}/problem", issue=DEPOSIT)
    assert desk.look(case).issues == (DEPOSIT,)

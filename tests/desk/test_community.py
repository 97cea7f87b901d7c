"""Problems of many at the desk: opened, described, linked, watched and resolved."""

from datetime import timedelta

from casestore.access import Role
from casestore.community_problems import CommunityProblem
from tests.desk.browser import Browser, Desk

FORM = {"issue": "benefits.deductions", "place": "za-lp", "respondent": "Net1", "people_affected": "120"}


def opened(desk: Desk, browser: Browser, **changes: str) -> CommunityProblem:
    answer = browser.post("/problems", **{**FORM, "description": "Money goes from grants", **changes})
    assert answer.status_code == 303
    reference = answer.headers["location"].split("/")[-1].split("?")[0]
    return found(desk, reference)


def found(desk: Desk, reference: str) -> CommunityProblem:
    with desk.store.reading() as look:
        return look.community_problems.by_reference(reference)


def test_a_problem_is_opened_and_stands_in_the_list(desk: Desk) -> None:
    browser = desk.browser("thandi")
    assert "None yet." in browser.get("/problems").text
    problem = opened(desk, browser)
    assert (problem.facts.issue, problem.facts.place, problem.status) == ("benefits.deductions", "za-lp", "open")
    page = browser.get("/problems").text
    assert problem.reference in page
    assert "Limpopo · Net1 · 0 cases · touches 120" in page
    assert "Money goes from grants" in browser.get(f"/problems/{problem.reference}").text


def test_a_mistake_keeps_what_was_typed(desk: Desk) -> None:
    browser = desk.browser("thandi")
    for wrong, says in (
        ({"issue": ""}, "Choose what the problem is about"),
        ({"place": "moon"}, "Choose where it is"),
        ({"people_affected": "many"}, "People it touches: write a whole number"),
        ({"respondent": "..."}, "needs a letter"),
    ):
        answer = browser.post("/problems", **{**FORM, "description": "Money goes from grants", **wrong})
        assert answer.status_code == 400
        assert says in answer.text
        assert "Money goes from grants" in answer.text
    with desk.store.reading() as look:
        assert look.community_problems.all() == []


def test_it_is_described_better(desk: Desk) -> None:
    browser = desk.browser("thandi")
    problem = opened(desk, browser)
    better = {**FORM, "place": "za", "respondent": "", "people_affected": "", "description": "Better"}
    assert browser.post(f"/problems/{problem.reference}", **better).status_code == 303
    facts = found(desk, problem.reference).facts
    assert (facts.place, facts.respondent_id, facts.people_affected, facts.description) == (None, None, None, "Better")
    wrong = browser.post(f"/problems/{problem.reference}", **{**better, "issue": "moon", "description": "Typed"})
    assert wrong.status_code == 400
    assert "Typed" in wrong.text


def test_it_is_watched_before_it_is_resolved(desk: Desk) -> None:
    browser = desk.browser("thandi")
    path = f"/problems/{opened(desk, browser).reference}"
    early = browser.post(f"{path}/status", status="resolved")
    assert early.status_code == 409
    assert "Watch it first" in early.text
    until = (desk.now + timedelta(days=30)).date()
    assert browser.post(f"{path}/status", status="monitoring", watched_until="soon").status_code == 409
    assert browser.post(f"{path}/status", status="monitoring", watched_until=until.isoformat()).status_code == 303
    assert "until 23 Dec 2026" in browser.get(path).text
    assert "resolve it after that day" in browser.post(f"{path}/status", status="resolved").text
    assert browser.post(f"{path}/status", status="moon").status_code == 400
    desk.later(days=31)
    browser = desk.browser("thandi")
    assert browser.post(f"{path}/status", status="resolved").status_code == 303
    assert found(desk, path.split("/")[-1]).status == "resolved"


def test_cases_are_linked_from_both_sides_and_taken_off(desk: Desk) -> None:
    browser, case = desk.browser("thandi"), desk.case(claimed_by="thandi")
    problem = opened(desk, browser)
    unlinked = browser.get(f"/cases/{case.reference}").text
    assert f'<option value="{problem.reference}">' in unlinked
    assert browser.post(f"/cases/{case.reference}/record/many", problem=problem.reference).status_code == 303
    page = browser.get(f"/cases/{case.reference}").text
    assert f"/problems/{problem.reference}" in page
    assert f'<option value="{problem.reference}">' not in page
    assert case.reference in browser.get(f"/problems/{problem.reference}").text
    browser.post(f"/problems/{problem.reference}/unlink", case=case.reference)
    assert found(desk, problem.reference).cases == 0
    browser.post(f"/problems/{problem.reference}/link", case=case.reference.lower())
    assert found(desk, problem.reference).cases == 1
    browser.post(f"/cases/{case.reference}/record/many/off", problem=problem.reference)
    assert found(desk, problem.reference).cases == 0
    assert [kind for kind in desk.events(case) if "link" in kind] == ["linked", "unlinked", "linked", "unlinked"]


def test_a_reference_that_is_no_case_is_said_and_kept(desk: Desk) -> None:
    browser = desk.browser("thandi")
    problem = opened(desk, browser)
    answer = browser.post(f"/problems/{problem.reference}/link", case="K4M7-0000")
    assert answer.status_code == 400
    assert "no case with that reference" in answer.text
    assert 'value="K4M7-0000"' in answer.text


def test_who_works_no_cases_does_not_see_them(desk: Desk) -> None:
    problem = opened(desk, desk.browser("thandi"))
    with desk.store.unit_of_work() as uow:
        uow.staff.add(username="ana", name="Ana", password="a long enough password", role=Role.ANALYST, now=desk.now)
    ana = desk.browser("ana")
    assert "Problems of many" not in ana.get("/").text
    for path in ("/problems", f"/problems/{problem.reference}"):
        assert ana.get(path).status_code == 404
    assert ana.post("/problems", **FORM).status_code == 404


def test_a_problem_that_is_not_there_is_not_there(desk: Desk) -> None:
    assert desk.browser("thandi").get("/problems/2222-2222").status_code == 404

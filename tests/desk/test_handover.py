"""A case in other hands: take over, hand over, split, join; full hands and conflicts of interest."""

import re
from typing import Any

import pytest

from casestore.access import Role
from casestore.cases import Case
from casestore.skills import Skills
from tests.desk.browser import Desk


def test_a_supervisor_takes_a_case_over_and_the_person_hears_the_new_name(desk: Desk) -> None:
    """With a reason, which the log keeps."""
    case = desk.case(claimed_by="thandi")
    desk.add("boss", Role.SUPERVISOR)
    browser = desk.browser("boss")
    assert "Take the case over" in browser.get(f"/cases/{case.reference}").text
    answer = browser.post(f"/cases/{case.reference}/take-over", reason="away")
    assert answer.headers["location"].endswith("?notice=taken-over")
    assert desk.look(case).claimed_by_name == "Boss"
    assert f"Boss looks after your case {case.reference}" in desk.letters(case)[-1]
    log = browser.get(f"/cases/{case.reference}").text
    assert "Taken over</b>: The colleague is ill or away, held by Thandi" in log


def test_a_colleague_is_not_offered_to_take_over_before_the_lease_ends_soon(desk: Desk) -> None:
    """And whoever tries is told what to do."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("sipho")
    assert "Take the case over" not in browser.get(f"/cases/{case.reference}").text
    answer = browser.post(f"/cases/{case.reference}/take-over", reason="silent")
    assert answer.status_code == 409
    assert "ask them or a supervisor" in answer.text
    desk.later(hours=1, minutes=45)
    assert "Take the case over" in browser.get(f"/cases/{case.reference}").text
    assert browser.post(f"/cases/{case.reference}/take-over", reason="silent").status_code == 303


def test_a_case_is_handed_to_a_colleague_in_neutral_words(desk: Desk) -> None:
    """The person hears a name and nothing of why; the chat is closed to who held it."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    assert "Sipho (holds 0 of 25)" in browser.get(f"/cases/{case.reference}").text
    assert browser.post(f"/cases/{case.reference}/give", to=str(desk.ids["sipho"])).status_code == 303
    assert desk.look(case).claimed_by_name == "Sipho"
    assert "Sipho looks after your case" in desk.letters(case)[-1]
    assert "They changed my locks" not in browser.get(f"/cases/{case.reference}").text
    assert "They changed my locks" in desk.browser("sipho").get(f"/cases/{case.reference}").text


def test_a_refused_step_tells_the_person_nothing(desk: Desk) -> None:
    """The sentence and the step are one transaction."""
    case = desk.case(claimed_by="thandi")
    with desk.store.unit_of_work() as uow:
        uow.skills.save(desk.ids["sipho"], Skills(), capacity=0)
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/give", to=str(desk.ids["sipho"]))
    assert answer.status_code == 409
    assert "choose another, or ask a supervisor" in answer.text
    assert desk.letters(case) == []


def test_a_form_without_a_choice_or_with_nonsense_changes_nothing(desk: Desk) -> None:
    """Every form, with words that say what to choose."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    for step, fields in (
        ("take-over", {"reason": "because"}),
        ("give", {"to": "x"}),
        ("give", {"to": "99999999999999999999"}),
        ("move", {"to": "7"}),
        ("split", {"issue": "housing.lockout"}),
        ("join", {"other": "nonsense"}),
        ("join", {"other": case.reference}),
    ):
        answer = browser.post(f"/cases/{case.reference}/{step}", **fields)
        assert answer.status_code == 409, step
        assert "Not done." in answer.text
    assert desk.look(case).claimed_by_name == "Thandi"


def test_a_case_goes_to_another_office_and_the_person_hears_which(desk: Desk) -> None:
    """From then on it is not there for the first one."""
    with desk.store.unit_of_work() as uow:
        elsewhere = uow.offices.add("Cape Flats office", now=desk.now).id
    case = desk.case(claimed_by="thandi")
    desk.add("zoe", Role.PARALEGAL, office_id=elsewhere)
    browser = desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/move", to=str(elsewhere))
    assert answer.headers["location"] == "/desk/?notice=moved"
    assert "The case is with the other office now" in browser.get("/?notice=moved").text
    assert browser.get(f"/cases/{case.reference}").status_code == 404
    assert "now with Cape Flats office" in desk.letters(case)[-1]
    assert case.reference in desk.browser("zoe").get("/").text


def test_only_offices_with_somebody_to_work_cases_are_offered(desk: Desk) -> None:
    """To hand a case to a partner organisation's office would be to lose it from everybody."""
    with desk.store.unit_of_work() as uow:
        clinic = uow.offices.add("Masizakhe Clinic", now=desk.now).id
        elsewhere = uow.offices.add("Cape Flats office", now=desk.now).id
    desk.add("pat", Role.PARTNER, office_id=clinic)
    desk.add("zoe", Role.PARALEGAL, office_id=elsewhere)
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    page = browser.get(f"/cases/{case.reference}").text
    offices = page.split('<select id="hands-move-to"')[1].split("</select>")[0]
    assert "Cape Flats office" in offices
    assert "Masizakhe Clinic" not in offices
    answer = browser.post(f"/cases/{case.reference}/move", to=str(clinic))
    assert "Nobody there works cases yet" in answer.text
    assert desk.look(case).claimed_by_name == "Thandi"
    assert desk.letters(case) == []


def test_two_problems_become_two_cases(desk: Desk) -> None:
    """And the new one is opened."""
    case = desk.case(claimed_by="thandi", issues=("housing.lockout", "benefits.refused"))
    browser = desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/split", issue="benefits.refused")
    page = browser.get(answer.headers["location"].removeprefix("/desk")).text
    assert "This is the new case." in page
    assert desk.look(case).issues == ("housing.lockout",)


def test_two_chats_of_one_person_are_joined_and_both_can_be_read(desk: Desk) -> None:
    """Only with the tick; what was typed is still there when it was refused."""
    kept = desk.case(claimed_by="thandi")
    other = desk.case(said="It is me again, from my other phone")
    browser = desk.browser("thandi")
    refused = browser.post(f"/cases/{kept.reference}/join", other=other.reference.lower())
    assert "confirm that it is one person" in refused.text
    assert f'value="{other.reference.lower()}"' in refused.text
    assert browser.post(f"/cases/{kept.reference}/join", other=other.reference, one_person="yes").status_code == 303
    page = browser.get(f"/cases/{other.reference}").text
    assert f"<h1>{kept.reference}</h1>" in page
    assert "It is me again, from my other phone" in page
    assert "changed my locks" in page


def test_a_message_that_needs_no_answer_is_settled(desk: Desk) -> None:
    """Nobody waits then, and nothing is sent."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    assert "No answer needed" in browser.get(f"/cases/{case.reference}").text
    assert browser.post(f"/cases/{case.reference}/settled").status_code == 303
    assert desk.look(case).waiting_since is None
    assert desk.letters(case) == []


def test_full_hands_are_asked_before_one_case_more(desk: Desk) -> None:
    """Claiming a case, and taking the next one."""
    with desk.store.unit_of_work() as uow:
        uow.skills.save(desk.ids["thandi"], Skills(), capacity=0)
    named, following = desk.case(urgency="routine", flags=()), desk.case(urgency="routine", flags=())
    browser = desk.browser("thandi")
    answer = browser.post(f"/cases/{named.reference}/claim")
    assert answer.status_code == 409
    assert "Your hands are full" in answer.text
    assert browser.post(f"/cases/{named.reference}/claim", all_the_same="yes").status_code == 303
    answer = browser.post("/next")
    assert answer.status_code == 409
    assert "Take one more all the same" in answer.text
    answer = browser.post("/next", all_the_same="yes")
    assert answer.headers["location"] == f"/desk/cases/{following.reference}?notice=claimed"


def with_a_conflict(desk: Desk, **changes: Any) -> tuple[Case, Case]:
    """A case whose other side has the name of somebody whom Sipho helps, and the case of that one."""
    case, other = desk.case(**changes), desk.case(claimed_by="sipho", urgency="routine", flags=())
    with desk.store.unit_of_work() as uow:
        id_ = uow.respondents.person(case.office_id, "Jabu Khumalo", kind="landlord", now=desk.now)
        uow.respondents.put(case.id, kind="landlord", relationship=None, respondent_id=id_, now=desk.now)
        uow.conflicts.note_name(other.id, "Jabu Khumalo")
    return case, other


def test_a_conflict_that_shows_only_later_is_told_to_whoever_holds_the_case(desk: Desk) -> None:
    """Without saying who, and until it is closed."""
    (case, other), browser = with_a_conflict(desk, claimed_by="thandi"), desk.browser("thandi")
    page = browser.get(f"/cases/{case.reference}").text
    assert page.count("may be helped by this office") == 1
    assert other.reference not in page
    browser.post(f"/cases/{case.reference}/close", outcome="not_ours")
    assert "may be helped by this office" not in browser.get(f"/cases/{case.reference}").text


@pytest.mark.parametrize(("step", "fields"), [("take-over", {"reason": "away"}), ("give", {"to": "sipho"})])
def test_a_case_with_a_conflict_is_taken_over_or_handed_on_only_after_a_look(
    desk: Desk, step: str, fields: dict[str, str]
) -> None:
    """As it is claimed: the tick is asked for, and the log keeps who was warned."""
    (case, _), browser = with_a_conflict(desk, claimed_by="thandi"), desk.browser("ada")
    fields = {name: str(desk.ids.get(value, value)) for name, value in fields.items()}
    assert 'name="checked"' in browser.get(f"/cases/{case.reference}").text
    answer = browser.post(f"/cases/{case.reference}/{step}", **fields)
    assert answer.status_code == 409
    assert "tick that you have checked it" in answer.text
    assert (desk.look(case).claimed_by_name, desk.letters(case)) == ("Thandi", [])
    assert browser.post(f"/cases/{case.reference}/{step}", checked="yes", **fields).status_code == 303
    assert desk.look(case).claimed_by_name in ("Ada", "Sipho")
    assert "conflict_warned" in desk.events(case)


def test_a_conflict_of_interest_is_told_before_the_claim_without_saying_who(desk: Desk) -> None:
    """The next case is another one; a claim needs the tick, and the log keeps that."""
    conflicted = desk.case()
    free = desk.case(urgency="routine", flags=())
    other = desk.case(claimed_by="sipho", urgency="routine", flags=())
    with desk.store.unit_of_work() as uow:
        id_ = uow.respondents.person(conflicted.office_id, "Jabu Khumalo", kind="landlord", now=desk.now)
        uow.respondents.put(conflicted.id, kind="landlord", relationship=None, respondent_id=id_, now=desk.now)
    assert desk.browser("sipho").post(f"/cases/{other.reference}/name", name="Jabu Khumalo").status_code == 303
    browser = desk.browser("thandi")
    page = browser.get(f"/cases/{conflicted.reference}").text
    assert "may be helped by this office" in page
    assert other.reference not in page
    assert "Khumalo" not in page
    assert browser.post("/next").headers["location"] == f"/desk/cases/{free.reference}?notice=claimed"
    assert browser.post(f"/cases/{conflicted.reference}/claim").status_code == 409
    assert browser.post(f"/cases/{conflicted.reference}/claim", checked="yes").status_code == 303
    assert desk.events(conflicted)[-2:] == ["conflict_warned", "claimed"]


def test_a_name_without_a_letter_is_refused_kindly(desk: Desk) -> None:
    """With what to write."""
    case = desk.case(claimed_by="thandi")
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/name", name="?!")
    assert answer.status_code == 400
    assert "at least one letter" in answer.text


def test_a_supervisor_routes_a_waiting_case_to_somebody(desk: Desk) -> None:
    """Before anybody has claimed it."""
    case = desk.case()
    desk.add("boss", Role.SUPERVISOR)
    assert desk.browser("boss").post(f"/cases/{case.reference}/give", to=str(desk.ids["sipho"])).status_code == 303
    assert desk.look(case).claimed_by_name == "Sipho"


def test_whoever_only_looks_at_a_case_is_offered_no_step(desk: Desk) -> None:
    """Somebody who works no cases; a colleague can only break the glass, which is written down."""
    case = desk.case(claimed_by="thandi")
    desk.add("ana", Role.ANALYST)
    for name, offered in (("sipho", ["glass"]), ("ana", [])):
        page = desk.browser(name).get(f"/cases/{case.reference}").text
        assert re.findall(r'action="/desk/cases/[\w-]+/(\w[\w-]*)"', page) == offered


def test_a_colleague_who_sends_the_form_by_hand_is_told_whose_case_it_is(desk: Desk) -> None:
    """And the person hears nothing."""
    with desk.store.unit_of_work() as uow:
        elsewhere = uow.offices.add("Cape Flats office", now=desk.now).id
    desk.add("zola", Role.PARALEGAL, elsewhere)
    case = desk.case(claimed_by="thandi")
    for step, to in (("give", desk.ids["sipho"]), ("move", elsewhere)):
        answer = desk.browser("sipho").post(f"/cases/{case.reference}/{step}", to=str(to))
        assert answer.status_code == 409
        assert "Only the paralegal who holds the case, or a supervisor" in answer.text
    assert desk.letters(case) == []

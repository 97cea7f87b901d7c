"""Sharing a case with a partner organisation, and what its member then sees."""

import re

import pytest
from httpx2 import Response

from casestore.access import Role
from casestore.cases import Case
from casestore.privacy.consent import PARTNER, Consent
from tests.casestore.planted import WORD, plant_in_record, plant_work
from tests.desk.browser import HELLO, PASSWORD, Browser, Desk

SECRETS = ("changed my locks", "Locked out this morning", "Landlord or agent", WORD, "Thandi", "Stateless", "stateless")


@pytest.fixture
def partner(desk: Desk) -> int:
    """A partner organisation with one member, `lerato`; the number of its office."""
    with desk.store.unit_of_work() as uow:
        office = uow.offices.add("Legal Aid", now=desk.now).id
        lerato = uow.staff.add(
            username="lerato", name="Lerato", password=PASSWORD, now=desk.now, role=Role.PARTNER, office_id=office
        )
        desk.ids["lerato"] = lerato.id
    return office


def share(desk: Desk, case: Case, partner: int, *, said: str = "yes", by: str = "thandi") -> None:
    answer = desk.browser(by).post(f"/cases/{case.reference}/partners/{partner}/answer", said=said)
    assert answer.status_code == 303


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_without_a_partner_organisation_the_page_says_nothing_of_one(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    assert "Partner organisations" not in desk.browser("thandi").get(f"/cases/{case.reference}").text


def test_the_person_is_asked_in_the_chat_and_nothing_is_shared_before_their_yes(desk: Desk, partner: int) -> None:
    """The question names the organisation, says what it would see, and that a no costs nothing."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    assert "Share with a partner organisation" in browser.get(f"/cases/{case.reference}").text
    page = browser.get(f"/cases/{case.reference}/partners/{partner}").text
    assert "What they would see" in page
    assert "Nothing is shared with them." in page
    for _ in range(2):
        answer = browser.post(f"/cases/{case.reference}/partners/{partner}/ask")
        assert answer.headers["location"].endswith("?notice=asked")
    [question] = desk.letters(case)
    assert question.startswith(f"May Legal Aid see what kind of case your case {case.reference} is")
    assert "You can say no" in question
    assert desk.browser("lerato").get(f"/cases/{case.reference}").status_code == 404


def test_a_yes_opens_the_codes_to_the_partner_and_the_page_of_the_case_says_so(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner)
    page = desk.browser("thandi").get(f"/cases/{case.reference}?notice=shared").text
    assert "<b>Legal Aid</b> sees what kind of case it is, since 23 Nov 2026, 11:00" in page
    assert "Shared with a partner organisation</b>: Legal Aid" in page
    assert "They see what kind of case it is from now on" in page
    with desk.store.reading() as uow:
        consent = uow.consents.of(desk.talk(case).person_id)[-1]
    assert (consent.purpose, consent.given, consent.office_id) == (PARTNER, True, partner)
    assert consent.wording.startswith("case.partner@")
    theirs = text_of(desk.browser("lerato").get("/").text)
    assert case.reference in theirs
    assert "A paralegal of First office works on it." in theirs


def test_a_no_shares_nothing_and_stands_beside_the_name(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner, said="no")
    page = desk.browser("thandi").get(f"/cases/{case.reference}?notice=not-shared").text
    assert "Nothing is shared." in page
    assert "the person said no, 23 Nov 2026, 11:00" in page
    assert "Not shared with a partner organisation: the person said no</b>: Legal Aid" in page
    assert desk.browser("lerato").get(f"/cases/{case.reference}").status_code == 404


def test_an_answer_must_be_chosen(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/partners/{partner}/answer", said="perhaps")
    assert answer.status_code == 400
    assert "Choose what the person said" in answer.text
    assert desk.browser("lerato").get(f"/cases/{case.reference}").status_code == 404


def test_who_cannot_be_reached_in_the_chat_is_asked_another_way(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    with desk.store.unit_of_work() as uow:
        uow.conversations.mark_reachable(desk.talk(case).id, reachable=False)
    browser = desk.browser("thandi")
    page = browser.get(f"/cases/{case.reference}/partners/{partner}").text
    assert "on the phone or in person" in page
    assert "Ask in the chat" not in page
    answer = browser.post(f"/cases/{case.reference}/partners/{partner}/ask")
    assert answer.status_code == 409
    assert "Ask them another way" in answer.text
    share(desk, case, partner)
    assert desk.browser("lerato").get(f"/cases/{case.reference}").status_code == 200


@pytest.mark.parametrize("by", ["thandi", "ada"])
def test_its_paralegal_or_a_supervisor_takes_it_back_and_the_partner_sees_it_no_more(
    desk: Desk, partner: int, by: str
) -> None:
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner)
    browser = desk.browser(by)
    assert "Take it back from Legal Aid" in browser.get(f"/cases/{case.reference}/partners/{partner}").text
    assert browser.post(f"/cases/{case.reference}/partners/{partner}/take-back").status_code == 303
    page = browser.get(f"/cases/{case.reference}?notice=unshared").text
    assert "They do not see the case any more." in page
    assert "No longer shared with a partner organisation</b>: Legal Aid" in page
    theirs = desk.browser("lerato")
    assert theirs.get(f"/cases/{case.reference}").status_code == 404
    assert "Nothing is shared with you just now" in theirs.get("/").text


def test_a_closed_case_can_still_be_taken_back_and_nobody_is_asked_about_it(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner)
    with desk.store.unit_of_work() as uow:
        uow.cases.close(case.id, staff_id=desk.ids["thandi"], outcome="resolved", note="", now=desk.now)
    assert "It is closed." in desk.browser("lerato").get(f"/cases/{case.reference}").text
    browser = desk.browser("thandi")
    assert "What did the person say?" not in browser.get(f"/cases/{case.reference}/partners/{partner}").text
    assert browser.post(f"/cases/{case.reference}/partners/{partner}/take-back").status_code == 303


def test_a_colleague_sees_who_sees_the_case_and_changes_nothing(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner)
    browser = desk.browser("sipho")
    page = browser.get(f"/cases/{case.reference}").text
    assert "<b>Legal Aid</b> sees what kind of case it is" in page
    assert f"/partners/{partner}" not in page
    for path in ("answer", "ask", "take-back"):
        assert browser.post(f"/cases/{case.reference}/partners/{partner}/{path}", said="no").status_code == 404
    assert desk.browser("lerato").get(f"/cases/{case.reference}").status_code == 200


@pytest.mark.parametrize("number", ["1", "999", "9" * 30])
def test_an_office_that_is_no_partner_has_no_page(desk: Desk, partner: int, number: str) -> None:
    case = desk.case(claimed_by="thandi")
    assert desk.browser("thandi").get(f"/cases/{case.reference}/partners/{number}").status_code == 404


def test_a_consent_that_is_taken_back_at_the_desk_ends_the_share(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner)
    browser = desk.browser("thandi")
    assert "Agreed: Show a partner organisation what kind of case it is" in browser.get(f"/cases/{case.reference}").text
    browser.post(f"/cases/{case.reference}/consent", purpose=PARTNER)
    assert desk.events(case)[-2:] == ["unshared", "consent_withdrawn"]
    assert desk.browser("lerato").get(f"/cases/{case.reference}").status_code == 404


def test_the_partners_page_has_codes_and_nothing_of_the_person(desk: Desk, partner: int) -> None:
    """With everything there could be in a case: a record, a right to stay, referrals, a closing note."""
    case = desk.case(claimed_by="thandi")
    with desk.store.unit_of_work() as uow:
        plant_in_record(uow, case, desk.ids["thandi"])
    share(desk, case, partner)
    with desk.store.unit_of_work() as uow:
        plant_work(uow, case, desk.ids["thandi"], WORD)
    browser = desk.browser("lerato")
    page = text_of(browser.get(f"/cases/{case.reference}").text)
    for words in ("Locked out", "Emergency", "Deadline", "Western Cape", "English", "First office has this case"):
        assert words in page
    assert "The person has said yes that Legal Aid sees this" in page
    for path in ("/", f"/cases/{case.reference}", "/queue", "/law", "/account", f"/find?reference={case.reference}"):
        html = browser.get(path).text
        for secret in SECRETS:
            assert secret not in html, (path, secret)
    assert "Take the next case" not in browser.get("/").text


def test_the_partners_look_is_written_down_once_a_sitting(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner)
    browser = desk.browser("lerato")
    for _ in range(2):
        browser.get(f"/cases/{case.reference}")
    assert desk.events(case)[-2:] == ["shared", "summary_viewed"]
    log = desk.browser("thandi").get(f"/cases/{case.reference}").text
    assert "Looked at without the person&#39;s words</b> <small>Lerato" in log


def test_a_reference_that_is_not_shared_is_not_found(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    answer = desk.browser("lerato").get(f"/find?reference={case.reference}")
    assert answer.status_code == 404
    assert "Only cases that are shared with you are found." in answer.text


def test_no_step_at_the_desk_is_open_to_a_partner(desk: Desk, partner: int) -> None:
    """Every form there is, sent by hand: nothing changes, and no answer has a word of the person in it."""
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner)
    browser = desk.browser("lerato")
    browser.get(f"/cases/{case.reference}")
    before, events = desk.look(case), desk.events(case)
    tried = 0
    for path, methods in desk.inner.openapi()["paths"].items():
        filled = re.sub(r"{\w+}", lambda name: {"{reference}": case.reference}.get(name[0], "1"), path)
        for method in set(methods) - {"head"}:
            if not path.startswith("/cases/"):
                continue
            tried += 1
            answer = send(browser, method, filled, partner)
            assert answer.status_code < 500, path
            assert not any(secret in answer.text for secret in SECRETS), path
            if path != "/cases/{reference}":
                assert answer.status_code in (400, 404, 409), (path, answer.status_code)
    assert tried > 30
    assert desk.look(case) == before
    assert desk.events(case) == events
    assert desk.said(case) == [HELLO]


def send(browser: Browser, method: str, path: str, partner: int) -> Response:
    if method == "get":
        return browser.get(path)
    fields = {"said": "no", "reason": "danger", "words": "let me see", "to": "1", "text": "hello", "purpose": "case"}
    return browser.post(path, **fields, when="any", office=str(partner))


def test_the_persons_copy_says_who_sees_what(desk: Desk, partner: int) -> None:
    case = desk.case(claimed_by="thandi")
    share(desk, case, partner)
    copy = desk.browser("thandi").get(f"/cases/{case.reference}/copy").text
    assert "Legal Aid sees what kind of case it is, since 23 November 2026" in copy
    assert "yes – let another organisation see what kind of case it is" in copy
    with desk.store.unit_of_work() as uow:
        no = Consent(PARTNER, False, "consent.take_back_partner@1", "en", desk.now)
        uow.consents.note(desk.talk(case).person_id, no)
    copy = desk.browser("thandi").get(f"/cases/{case.reference}/copy").text
    assert "Legal Aid sees" not in copy
    assert "taken back – let another organisation see" in copy

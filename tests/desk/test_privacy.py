"""Safe contact, consents taken back and the copy of everything, at the desk."""

import json

import pytest

from casestore.privacy.consent import CASE, STATISTICS, Consent
from casestore.privacy.residences import Residence
from tests.desk.browser import Desk


def agree(desk: Desk, address_of: object, *purposes: str) -> None:
    with desk.store.unit_of_work() as uow:
        for purpose in purposes:
            uow.consents.note(
                desk.talk(address_of).person_id,  # type: ignore[arg-type]
                Consent(purpose, True, "case.statistics@1", "en", desk.now),
            )


def test_what_the_paralegal_notes_holds_what_is_written_from_then_on(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/contact", when="written")
    assert answer.headers["location"].endswith("?notice=contact")
    browser.post(f"/cases/{case.reference}/reply", text="I can help.", **browser.reply_form(case.reference))
    assert desk.letters(case) == []
    assert "Waits until it is safe to send" in browser.get(f"/cases/{case.reference}").text
    page = browser.get(f"/cases/{case.reference}").text
    assert "Only right after they have written." in page
    assert "contact_chosen" in desk.events(case)


def test_a_neutral_notice_is_in_the_persons_language(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    with desk.store.unit_of_work() as uow:
        uow.people.choose_language(desk.talk(case).person_id, "af")
    browser = desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/contact", when="any", neutral="yes")
    browser.post(f"/cases/{case.reference}/reply", text="The court order.", **browser.reply_form(case.reference))
    assert desk.letters(case) == ["Jy het 'n boodskap. Maak hierdie klets oop wanneer jy kan."]


def test_hours_are_those_of_the_place(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    desk.browser("thandi").post(f"/cases/{case.reference}/contact", when="hours", begin="8", end="12")
    with desk.store.reading() as look:
        standing = look.safe_contact.of(case.conversation_id)
    assert standing is not None
    assert (standing.rule.hours, standing.rule.zone) == ((8, 12), "Africa/Johannesburg")


def test_two_hours_that_are_the_same_are_refused_with_what_to_do(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/contact", when="hours", begin="9", end="9")
    assert answer.status_code == 400
    assert "The two hours must differ" in answer.text
    assert 'value="hours" checked' in answer.text
    for field in ("begin", "end"):
        assert '<option selected value="9">' in answer.text.split(f'id="{field}"')[1].split("</select>")[0]


@pytest.mark.parametrize("step", ["contact", "consent"])
def test_only_who_holds_the_case_may_note_it(desk: Desk, step: str) -> None:
    case = desk.case(claimed_by="thandi")
    assert desk.browser("sipho").post(f"/cases/{case.reference}/{step}", purpose=CASE).status_code == 404
    assert "contact_chosen" not in desk.events(case)


def test_a_consent_that_was_taken_back_is_noted_with_who_noted_it(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    agree(desk, case, CASE, STATISTICS)
    browser = desk.browser("thandi")
    assert "Agreed: Count the problem in statistics" in browser.get(f"/cases/{case.reference}").text
    browser.post(f"/cases/{case.reference}/consent", purpose=STATISTICS)
    with desk.store.reading() as look:
        person_id = desk.talk(case).person_id
        assert look.consents.in_force(person_id) == {CASE}
        newest = look.consents.of(person_id)[-1]
    assert (newest.status, newest.by) == ("withdrawn", f"staff:{desk.ids['thandi']}")
    assert "Agreed: Count the problem in statistics" not in browser.get(f"/cases/{case.reference}").text
    assert desk.look(case).claimed_by_name == "Thandi"


@pytest.mark.parametrize("wrote", [False, True])
def test_what_is_noted_at_the_desk_counts_for_every_chat_that_was_joined(desk: Desk, wrote: bool) -> None:
    """The paralegal has checked that it is one person."""
    kept, other = (desk.case(claimed_by="thandi", address=each) for each in ("A", "B"))
    people = [desk.talk(each).person_id for each in (kept, other)]
    agree(desk, kept, CASE)
    agree(desk, other, CASE)
    with desk.store.unit_of_work() as uow:
        thandi = next(each for each in uow.staff.all() if each.id == desk.ids["thandi"])
        uow.handover.merge(kept.id, other.id, thandi, one_person=True, now=desk.now)
        [case] = uow.cases.current(other.conversation_id or 0)
        if wrote:
            uow.cases.person_wrote(case, now=desk.now, conversation_id=other.conversation_id)
    answer = desk.browser("thandi").post(f"/cases/{kept.reference}/consent", purpose=CASE)
    assert answer.status_code == 303
    with desk.store.reading() as look:
        assert [look.consents.in_force(each) for each in people] == [frozenset()] * 2
        for case in (kept, other):
            found = look.cases.by_reference(case.reference)
            assert (found.id, found.status, found.conversation_id) == (case.id, "closed", None)


def test_without_consent_to_a_case_nobody_at_the_desk_reads_a_word(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", said="my secret words")
    talk = desk.talk(case)
    agree(desk, case, CASE)
    browser = desk.browser("thandi")
    assert "All cases of this chat are closed" in browser.get(f"/cases/{case.reference}").text
    answer = browser.post(f"/cases/{case.reference}/consent", purpose=CASE)
    assert answer.headers["location"] == "/desk/?notice=withdrawn"
    assert "Noted that the person took it back" in browser.get("/?notice=withdrawn").text
    for name in ("thandi", "ada"):
        page = desk.browser(name).get(f"/cases/{case.reference}").text
        assert "The person took back that we work on this" in page
        assert "had everything erased" not in page
        assert "my secret words" not in page
        assert "quoted" not in page
    assert (desk.look(case).status, desk.look(case).outcome) == ("closed", "withdrawn")
    with desk.store.reading() as look:
        assert [message.text for message in look.messages.transcript(talk)] == ["my secret words"]
        assert look.cases.assessment(desk.look(case)) == {}


def test_whoever_takes_a_consent_back_and_is_erased_then_is_shown_as_erased(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    person_id = desk.talk(case).person_id
    agree(desk, case, CASE, STATISTICS)
    desk.browser("thandi").post(f"/cases/{case.reference}/consent", purpose=CASE)
    with desk.store.unit_of_work() as uow:
        uow.erasure.erase(person_id, now=desk.now)
    page = desk.browser("thandi").get(f"/cases/{case.reference}").text
    assert "had everything erased" in page
    assert "took back that we work on this" not in page


def test_a_notice_of_the_queue_is_one_of_ours(desk: Desk) -> None:
    """Nothing else can be put there by an address."""
    page = desk.browser("thandi").get("/?notice=Call+0800+000+000").text
    assert "0800" not in page
    assert "Done." not in page


def test_an_unknown_purpose_is_refused(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    assert desk.browser("thandi").post(f"/cases/{case.reference}/consent", purpose="money").status_code == 400


def test_the_copy_is_the_one_of_the_chat_and_the_log_says_who_made_it(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", said="my roof leaks")
    agree(desk, case, STATISTICS)
    answer = desk.browser("thandi").get(f"/cases/{case.reference}/copy")
    assert "attachment" in answer.headers["content-disposition"]
    for part in ("Everything Doorstep holds about you", f"Case {case.reference}: claimed", "You: my roof leaks"):
        assert part in answer.text
    assert "copy_given" in desk.events(case)


def test_the_consents_are_a_record_another_program_can_read(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    agree(desk, case, STATISTICS)
    browser = desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/consent", purpose=STATISTICS)
    record = json.loads(browser.get(f"/cases/{case.reference}/consents.json").text)
    [purpose] = record["purposes"]
    assert (purpose["purpose"], purpose["lawful_basis"]) == ("statistics", "consent")
    assert [event["event_state"] for event in purpose["events"]] == ["given", "withdrawn"]
    assert record["pii_principal_id"] == desk.talk(case).person_id


def test_the_record_of_consents_has_a_line_of_its_own_in_the_log(desk: Desk) -> None:
    """It is no copy of everything."""
    case = desk.case(claimed_by="thandi")
    desk.browser("thandi").get(f"/cases/{case.reference}/consents.json")
    assert "consents_copied" in desk.events(case)
    assert "copy_given" not in desk.events(case)


def test_a_copy_with_the_right_to_stay_in_it_is_a_look_at_it(desk: Desk) -> None:
    """And the log claims nothing about whom the copy went to."""
    case, supervisor = desk.case(claimed_by="thandi"), desk.browser("ada")
    supervisor.get(f"/cases/{case.reference}/copy")
    assert "residence_viewed" not in desk.events(case)
    with desk.store.unit_of_work() as uow:
        uow.residences.keep(case.id, Residence("stateless"), staff_id=desk.ids["thandi"], now=desk.now)
    assert "Stateless" in supervisor.get(f"/cases/{case.reference}/copy").text
    assert "residence_viewed" in desk.events(case)
    assert "A copy of everything held was made</b> <small>Ada" in supervisor.get(f"/cases/{case.reference}").text


@pytest.mark.parametrize("page", ["copy", "consents.json"])
def test_breaking_the_glass_is_to_read_a_case_and_not_to_take_everything_out(desk: Desk, page: str) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("sipho")
    browser.post(f"/cases/{case.reference}/glass", reason="danger", words="Her son rang: she is not safe")
    shown = browser.get(f"/cases/{case.reference}").text
    assert "They changed my locks" in shown
    assert f"/cases/{case.reference}/{page}" not in shown
    assert browser.get(f"/cases/{case.reference}/{page}").status_code == 404
    assert f"/cases/{case.reference}/{page}" in desk.browser("ada").get(f"/cases/{case.reference}").text


@pytest.mark.parametrize("page", ["copy", "consents.json"])
def test_who_may_not_read_the_words_gets_no_copy(desk: Desk, page: str) -> None:
    case = desk.case(claimed_by="thandi")
    assert desk.browser("sipho").get(f"/cases/{case.reference}/{page}").status_code == 404
    assert "copy_given" not in desk.events(case)

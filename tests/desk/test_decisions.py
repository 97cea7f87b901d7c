"""What a paralegal does with a case."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from casestore.lifecycle import Status
from tests.desk.browser import Desk


def test_claiming_opens_the_case_and_tells_the_person(desk: Desk) -> None:
    """By the paralegal's name."""
    case = desk.case()
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/claim")
    assert answer.headers["location"] == f"/desk/cases/{case.reference}?notice=claimed"
    assert desk.look(case).claimed_by_name == "Thandi"
    assert desk.letters(case) == ["Thandi has taken your case and is reading it now."]


def test_claiming_twice_tells_the_person_once(desk: Desk) -> None:
    """A double click is one claim."""
    case = desk.case()
    browser = desk.browser("thandi")
    for _ in range(2):
        assert browser.post(f"/cases/{case.reference}/claim").status_code == 303
    assert len(desk.letters(case)) == 1


def test_of_two_who_claim_at_once_exactly_one_gets_it(desk: Desk) -> None:
    """The other is told so, and nothing else happens."""
    for _ in range(5):
        case = desk.case()
        browsers = [desk.browser("thandi"), desk.browser("sipho")]
        tokens = [browser.form_token() for browser in browsers]
        with ThreadPoolExecutor(2) as both:
            answers = list(
                both.map(
                    lambda pair, to=f"/cases/{case.reference}/claim": pair[0].post(to, form_token=pair[1]),
                    zip(browsers, tokens, strict=True),
                )
            )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        assert "Somebody else claimed this case" in next(a.text for a in answers if a.status_code == 409)
        assert desk.events(case).count("claimed") == 1
        assert len(desk.letters(case)) == 1


def test_an_answer_goes_into_the_chat_and_the_transcript(desk: Desk) -> None:
    """Under the paralegal's name; the person does not wait any more."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    form = browser.reply_form(case.reference)
    browser.post(f"/cases/{case.reference}/reply", text="Are you safe?\r\nTell me.", **form)
    assert desk.said(case)[-1] == "Are you safe?\nTell me."
    assert desk.letters(case) == ["Thandi:\nAre you safe?\nTell me."]
    assert desk.look(case).waiting_since is None


def test_a_form_that_is_sent_twice_sends_once(desk: Desk) -> None:
    """One after the other, and both at the same time."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    form = browser.reply_form(case.reference)

    def send(_: int) -> int:
        return browser.post(f"/cases/{case.reference}/reply", text="Hello", **form).status_code

    assert [send(0), send(1)] == [303, 303]
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(send, range(2))) == [303, 303]
    assert len(desk.letters(case)) == 1
    assert desk.events(case).count("answered") == 1


def test_the_same_words_can_be_sent_again_from_a_new_page(desk: Desk) -> None:
    """A second "Hello" is meant."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    for _ in range(2):
        form = browser.reply_form(case.reference)
        browser.post(f"/cases/{case.reference}/reply", text="Hello", **form)
    assert len(desk.letters(case)) == 2


def test_other_words_from_an_old_page_are_a_new_answer(desk: Desk) -> None:
    """Somebody went back, changed the words and sent: that must not be lost."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    form = browser.reply_form(case.reference)
    for text in ("Hello", "Hello again"):
        browser.post(f"/cases/{case.reference}/reply", text=text, **form)
    assert len(desk.letters(case)) == 2


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4_001])
def test_an_answer_that_is_empty_or_too_long_is_not_sent(desk: Desk, text: str) -> None:
    """What was typed is still there."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/reply", text=text, **browser.reply_form(case.reference))
    assert answer.status_code == 400
    assert text.strip() in answer.text
    assert desk.letters(case) == []


def test_the_longest_answer_is_sent_in_any_script(desk: Desk) -> None:
    """Four thousand signs that need most room on the way."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    form = browser.reply_form(case.reference)
    assert browser.post(f"/cases/{case.reference}/reply", text="𞤀" * 4_000, **form).status_code == 303


def test_nothing_is_sent_to_somebody_who_cannot_be_reached(desk: Desk) -> None:
    """The page says so, and keeps the words."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    form = browser.reply_form(case.reference)
    with desk.store.unit_of_work() as uow:
        uow.conversations.mark_reachable(desk.talk(case).id, reachable=False)
    answer = browser.post(f"/cases/{case.reference}/reply", text="Hello", **form)
    assert answer.status_code == 409
    assert "Nothing was sent" in answer.text
    assert desk.letters(case) == []


def test_nobody_answers_in_a_case_they_do_not_hold(desk: Desk) -> None:
    """Not even an administrator."""
    case = desk.case(claimed_by="thandi")
    for name in ("sipho", "ada"):
        browser = desk.browser(name)
        assert browser.post(f"/cases/{case.reference}/reply", text="Hello").status_code == 404
    assert desk.letters(case) == []


def test_a_case_given_back_waits_again_and_closes_to_its_paralegal(desk: Desk) -> None:
    """The conversation belongs to whoever claims it next."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    assert browser.post(f"/cases/{case.reference}/release").headers["location"] == "/desk/?notice=released"
    assert "The case is back in the queue" in browser.get("/?notice=released").text
    assert desk.look(case).status == Status.WAITING
    assert "They changed my locks" not in browser.get(f"/cases/{case.reference}").text


def test_who_was_told_a_name_hears_that_somebody_else_will_answer(desk: Desk) -> None:
    """As when a claim ends by itself; who never heard a name is not told of colleagues."""
    told, not_told = desk.case(), desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    browser.post(f"/cases/{told.reference}/claim")
    for case in (told, not_told):
        assert browser.post(f"/cases/{case.reference}/release").status_code == 303
    assert f"Thandi could not go on with your case {told.reference} just now" in desk.letters(told)[-1]
    assert desk.letters(not_told) == []
    assert browser.post(f"/cases/{told.reference}/release").status_code == 404
    assert len(desk.letters(told)) == 2


def test_a_referral_names_a_service_that_is_published(desk: Desk) -> None:
    """With its number, and the case stays with the paralegal."""
    case = desk.case(claimed_by="thandi")
    desk.browser("thandi").post(f"/cases/{case.reference}/refer", to="police")
    assert desk.look(case).status == Status.REFERRED
    assert "10111" in desk.letters(case)[0]
    assert "Police" in desk.browser("thandi").get(f"/cases/{case.reference}").text


def test_the_person_can_be_told_of_one_more_service_and_of_each_once(desk: Desk) -> None:
    """A form that is sent twice tells them once."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    assert browser.post(f"/cases/{case.reference}/refer", to="police").status_code == 303
    assert "Refer to another service" in browser.get(f"/cases/{case.reference}").text
    again = browser.post(f"/cases/{case.reference}/refer", to="police")
    assert again.status_code == 400
    assert "was told of this service already" in again.text
    other = next(each.id for each in desk.inner.state.desk.packs["za"].contacts if each.publish and each.id != "police")
    assert browser.post(f"/cases/{case.reference}/refer", to=other).status_code == 303
    assert len(desk.letters(case)) == 2
    assert desk.events(case).count("referred") == 2
    with desk.store.reading() as uow:
        assert [each.service for each in uow.referrals.of(case.id)] == ["police", other]


def test_a_referral_to_anything_else_is_refused(desk: Desk) -> None:
    """Unknown services and those that are not published."""
    case = desk.case(claimed_by="thandi")
    hidden = [contact.id for contact in desk.inner.state.desk.packs["za"].contacts if not contact.publish]
    for to in ("", "nobody", *hidden[:1]):
        assert desk.browser("thandi").post(f"/cases/{case.reference}/refer", to=to).status_code == 400
    assert desk.look(case).status == Status.CLAIMED


def test_closing_keeps_outcome_and_note_and_tells_the_person(desk: Desk) -> None:
    """The note is never sent."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/close", outcome="resolved", note="Keys given back", tell="yes")
    assert desk.look(case).outcome == "resolved"
    assert len(desk.letters(case)) == 1
    assert "Keys given back" not in desk.letters(case)[0]
    assert "Keys given back" in browser.get(f"/cases/{case.reference}").text


def test_closing_can_be_silent(desk: Desk) -> None:
    """For a duplicate, say."""
    case = desk.case(claimed_by="thandi")
    desk.browser("thandi").post(f"/cases/{case.reference}/close", outcome="duplicate")
    assert desk.letters(case) == []


@pytest.mark.parametrize("fields", [{}, {"outcome": "won"}, {"outcome": "resolved", "note": "x" * 2_001}])
def test_closing_needs_an_outcome_we_know(desk: Desk, fields: dict[str, str]) -> None:
    """And a note of reasonable length."""
    case = desk.case(claimed_by="thandi")
    assert desk.browser("thandi").post(f"/cases/{case.reference}/close", **fields).status_code == 400
    assert desk.look(case).status == Status.CLAIMED


def test_a_step_that_is_no_longer_possible_says_so(desk: Desk) -> None:
    """The case was closed in another tab."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/close", outcome="resolved")
    answer = browser.post(f"/cases/{case.reference}/refer", to="police")
    assert answer.status_code == 409
    assert "has moved on" in answer.text

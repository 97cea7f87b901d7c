"""The page of one case, and who sees how much of it."""

from casestore.access import Role
from casestore.log.case_log import OPERATOR
from casestore.privacy.consent import Consent
from desk.summary import summary_of
from tests.desk.browser import START, Desk


def test_everybody_sees_the_summary_with_its_reasons(desk: Desk) -> None:
    """Enough to decide whether to claim."""
    case = desk.case()
    text = desk.browser("sipho").get(f"/cases/{case.reference}").text
    for words in (
        "Locked out this morning",
        "Danger heard: lockout",
        "Landlord or agent",
        "Apply to the court.",
        "12 days from the event",
        "PIE-8",
        "12 days left",
        "93%",
        "Claim this case",
    ):
        assert words in text


def test_nobody_reads_the_conversation_before_claiming(desk: Desk) -> None:
    """Nor can the script fetch it."""
    case = desk.case()
    browser = desk.browser("sipho")
    assert "They changed my locks" not in browser.get(f"/cases/{case.reference}").text
    assert browser.get(f"/cases/{case.reference}/messages").status_code == 404


def test_a_case_of_somebody_else_is_a_summary_only(desk: Desk) -> None:
    """With the name of who holds it, and nothing to press."""
    case = desk.case(claimed_by="thandi")
    text = desk.browser("sipho").get(f"/cases/{case.reference}").text
    assert "Thandi holds this case" in text
    assert "They changed my locks" not in text
    assert "Claim this case" not in text
    assert "Send answer" not in text


def test_the_summary_quotes_the_person_to_who_may_read_them_alone(desk: Desk) -> None:
    """Before the claim it says what kind of case it is; the model that judged is named once."""
    case, browser = desk.case(), desk.browser("thandi")
    before = browser.get(f"/cases/{case.reference}").text
    assert "Locked out this morning" in before
    assert "In their words" not in before
    assert before.count("Model ") == 1
    held = desk.case(claimed_by="thandi")
    assert "In their words: <q" in browser.get(f"/cases/{held.reference}").text


def test_an_analyst_is_told_what_they_see_and_nothing_that_they_do_not(desk: Desk) -> None:
    """Codes and the log: no summary, none of its sentences, nothing to claim."""
    case = desk.case(claimed_by="thandi")
    desk.add("anna", Role.ANALYST)
    page = desk.browser("anna").get(f"/cases/{case.reference}").text
    assert "Thandi holds this case. You see its codes; its words are for its paralegal." in page
    for untrue in ("You see the summary", "There is no summary", ">Summary<", "I must read this case", "Claim this"):
        assert untrue not in page, untrue
    assert "Looked at without the person&#39;s words</b> <small>Anna" in page
    assert "Telegram" not in desk.browser("anna").get("/account").text
    assert "Telegram" in desk.browser("thandi").get("/account").text


def test_a_missing_case_and_a_forbidden_one_are_answered_alike(desk: Desk) -> None:
    """Word for word."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("sipho")
    forbidden = browser.get(f"/cases/{case.reference}/messages")
    missing = browser.get("/cases/K4M7-2QXC/messages")
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.text == missing.text
    steps = ("reply", "release", "refer", "close")
    assert {browser.post(f"/cases/{case.reference}/{step}", **FILLED).status_code for step in steps} == {404}


FILLED = {"text": "hello", "to": "police", "outcome": "resolved"}


def test_the_paralegal_reads_it_all_and_the_log_says_so(desk: Desk) -> None:
    """Once for a sitting, not at every reload."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    for _ in range(3):
        assert "They changed my locks" in browser.get(f"/cases/{case.reference}").text
    assert desk.events(case).count("viewed") == 1
    desk.later(hours=1)
    browser.get(f"/cases/{case.reference}")
    assert desk.events(case).count("viewed") == 2


def test_an_administrator_may_read_and_that_is_logged(desk: Desk) -> None:
    """Also in a case of somebody else."""
    case = desk.case(claimed_by="thandi")
    assert "They changed my locks" in desk.browser("ada").get(f"/cases/{case.reference}").text
    with desk.store.reading() as uow:
        assert [entry.by for entry in uow.log.of(case.id) if entry.kind.id == "viewed"] == ["Ada"]


def test_a_look_at_the_summary_alone_is_logged_as_such(desk: Desk) -> None:
    """Once for a sitting too."""
    case, browser = desk.case(), desk.browser("sipho")
    for _ in range(2):
        browser.get(f"/cases/{case.reference}")
    assert desk.events(case) == ["opened", "summary_viewed"]


def test_reading_on_while_the_page_stays_open_is_another_sitting(desk: Desk) -> None:
    """Only when there is something new to read."""
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    browser.get(f"/cases/{case.reference}")
    desk.later(hours=1)
    browser.get(f"/cases/{case.reference}/messages", params={"after": 10**9})
    assert desk.events(case).count("viewed") == 1
    browser.get(f"/cases/{case.reference}/messages")
    assert desk.events(case).count("viewed") == 2


def test_what_a_person_wrote_is_shown_as_text(desk: Desk) -> None:
    """A script in a message stays words, on the page and in the part that refreshes."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    page = browser.get(f"/cases/{case.reference}").text
    part = browser.get(f"/cases/{case.reference}/messages").json()["html"]
    for html in (page, part):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_a_new_message_comes_with_the_next_look(desk: Desk) -> None:
    """Only what is new, and how far our own messages have come."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    first = browser.get(f"/cases/{case.reference}/messages").json()
    with desk.store.unit_of_work() as uow:
        uow.messages.add(desk.talk(case), "person", "Are you there?", now=desk.now)
    fresh = browser.get(f"/cases/{case.reference}/messages?after={first['last']}").json()
    assert "Are you there?" in fresh["html"]
    assert "They changed my locks" not in fresh["html"]
    assert browser.get(f"/cases/{case.reference}/messages?after={fresh['last']}").json()["html"] == ""


def test_how_far_an_answer_has_come_is_shown(desk: Desk) -> None:
    """Waiting, sent or failed, in words."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/reply", text="Hello", **browser.reply_form(case.reference))
    assert "On its way" in browser.get(f"/cases/{case.reference}").text
    with desk.store.unit_of_work() as uow:
        letter = uow.outbox.waiting_for("web", desk.talk(case).address, now=desk.now)[0]
        uow.outbox.mark_failed(letter.id, failure="gone")
    assert "Could not be delivered" in browser.get(f"/cases/{case.reference}").text
    states = browser.get(f"/cases/{case.reference}/messages?after=99").json()["states"]
    assert [state["state"] for state in states.values()] == ["failed"]


def test_a_person_who_cannot_be_reached_is_marked(desk: Desk) -> None:
    """There is no box to write into."""
    case = desk.case(claimed_by="thandi")
    with desk.store.unit_of_work() as uow:
        uow.conversations.mark_reachable(desk.talk(case).id, reachable=False)
    text = desk.browser("thandi").get(f"/cases/{case.reference}").text
    assert "This person cannot be reached." in text
    assert "they have none, blocked it, or asked us to stop" in text
    assert "Send answer" not in text


def test_an_erased_person_leaves_a_page_of_codes(desk: Desk) -> None:
    """Nothing breaks when words, files and conversation are gone."""
    case = desk.case(claimed_by="thandi")
    with desk.store.unit_of_work() as uow:
        person = uow.conversations.get(desk.talk(case).id).person_id
        uow.consents.note(person, _agreed(desk))
        uow.erasure.erase(person, now=START)
    answer = desk.browser("thandi").get(f"/cases/{case.reference}")
    assert answer.status_code == 200
    assert "had everything erased" in answer.text
    assert "Send answer" not in answer.text


def _agreed(desk: Desk) -> Consent:
    return Consent("statistics", True, "case.statistics", "en", desk.now)


def test_a_line_of_the_log_that_tells_nothing_is_shown_by_its_title(desk: Desk) -> None:
    """Lines are never changed: one that was written with an empty detail stays so for good."""
    case = desk.case()
    with desk.store.unit_of_work() as uow:
        uow.log.note(case.id, "imported", actor=OPERATOR, now=desk.now, outcome=None, urgency=None)
    page = desk.browser("thandi").get(f"/cases/{case.reference}")
    assert "<b>Taken over from earlier records</b> <small>" in page.text


def test_an_assessment_of_any_age_can_be_shown(desk: Desk) -> None:
    """Keys may be missing, or of another form."""
    for strange in ({}, {"reasons": None, "facts": [], "deadlines": ["x", {"due": "soon"}], "understanding": 3}):
        case = desk.case(assessment=strange)
        assert desk.browser("sipho").get(f"/cases/{case.reference}").status_code == 200
    state = desk.inner.state.desk
    assert summary_of(state, {"summary": "one line"}, desk.now.date()).told == ("one line",)


def test_which_model_judged_is_said_once(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", versions={"model": "local-1", "taxonomy": "7"})
    page = desk.browser("thandi").get(f"/cases/{case.reference}").text
    assert page.count("Model local-1") == 1
    assert "Taxonomy 7" in page

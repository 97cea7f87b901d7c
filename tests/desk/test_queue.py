"""The queue."""

import re
from datetime import date

from casestore.access import Role
from tests.desk.browser import Browser, Desk


def references(browser: Browser, section: str, path: str = "/") -> list[str]:
    """The cases of one list, in their order."""
    parts = re.split(r'<h2 id="(\w+)">', browser.get(path).text)
    lists = dict(zip(parts[1::2], parts[2::2], strict=True))
    return re.findall(r'data-case="([\w-]+)"', lists[section])


def test_waiting_cases_come_by_urgency_then_deadline_then_waiting_time(desk: Desk) -> None:
    """Whoever needs somebody first stands first."""
    long_wait = desk.case(urgency="routine", due=None)
    desk.later(hours=1)
    short_wait = desk.case(urgency="routine", due=None)
    far = desk.case(urgency="soon", due=date(2027, 1, 30))
    near = desk.case(urgency="soon", due=date(2026, 12, 30))
    emergency = desk.case(urgency="emergency", due=None)
    expected = [case.reference for case in (emergency, near, far, long_wait, short_wait)]
    assert references(desk.browser("thandi"), "waiting") == expected


def test_a_deadline_that_runs_from_an_unknown_day_is_not_said_to_be_none(desk: Desk) -> None:
    """Beside "A deadline is running" stands that its day is not known."""
    desk.case(urgency="soon", due=None)
    text = desk.browser("thandi").get("/").text
    assert "A deadline is running" in text
    assert "not known" in text
    assert "1 with a deadline" in text


def test_claimed_cases_stand_under_mine_and_with_others(desk: Desk) -> None:
    """Everybody sees who holds what."""
    case = desk.case(claimed_by="thandi")
    assert references(desk.browser("thandi"), "mine") == [case.reference]
    assert references(desk.browser("sipho"), "others") == [case.reference]
    assert "Thandi" in desk.browser("sipho").get("/").text


def test_my_cases_that_wait_for_an_answer_come_first(desk: Desk) -> None:
    """Also before a more urgent one that was answered."""
    answered = desk.case(claimed_by="thandi", urgency="emergency")
    with desk.store.unit_of_work() as uow:
        uow.cases.answered(answered.id, staff_id=desk.ids["thandi"], now=desk.now)
    waits = desk.case(claimed_by="thandi", urgency="routine")
    assert references(desk.browser("thandi"), "mine") == [waits.reference, answered.reference]


def test_a_row_says_in_words_what_matters(desk: Desk) -> None:
    """Urgency, flags, issue, place, deadline with days left, waiting time, language."""
    desk.case(language="zu")
    desk.later(hours=3)
    text = desk.browser("thandi").get("/").text
    for words in (
        "Emergency: today",
        "Locked out",
        "Locked out or thrown out without a court order",
        "Western Cape",
        "5 Dec 2026",
        "12 days left",
        "3 h",
        "isiZulu",
    ):
        assert words in text


def test_the_queue_never_shows_what_a_person_wrote(desk: Desk) -> None:
    """Neither the page nor the part that refreshes."""
    desk.case()
    browser = desk.browser("thandi")
    assert "changed my locks" not in browser.get("/").text + browser.get("/queue").text


def test_the_part_that_refreshes_shows_a_new_case(desk: Desk) -> None:
    """Without the rest of the page."""
    browser = desk.browser("thandi")
    case = desk.case()
    part = browser.get("/queue").text
    assert case.reference in part
    assert "<html" not in part


def test_the_filter_leaves_the_rest_out_and_says_so(desk: Desk) -> None:
    """By area, place and language together."""
    shown = desk.case(issues=("benefits.refused",), language="xh", place="za-gp")
    hidden = desk.case()
    path = "/?area=benefits&place=za-gp&language=xh"
    browser = desk.browser("thandi")
    assert references(browser, "waiting", path) == [shown.reference]
    assert "1 more case is" in browser.get(path).text
    assert hidden.reference not in browser.get("/queue?area=benefits").text


def test_a_reference_is_found_however_it_was_written(desk: Desk) -> None:
    """Somebody reads it out over the phone."""
    case = desk.case()
    written = case.reference.lower().replace("-", " ")
    answer = desk.browser("thandi").get("/find", params={"reference": written}, follow_redirects=False)
    assert answer.headers["location"] == f"/desk/cases/{case.reference}"


def test_a_wrong_reference_is_answered_with_help(desk: Desk) -> None:
    """And not echoed."""
    answer = desk.browser("thandi").get("/find", params={"reference": "<b>nothing</b>"})
    assert answer.status_code == 404
    assert "no case with that reference" in answer.text
    assert "nothing" not in answer.text


def test_an_empty_queue_says_so(desk: Desk) -> None:
    """In words, not as an empty table."""
    assert "Nobody is waiting." in desk.browser("thandi").get("/").text


def test_a_search_by_reference_is_in_the_log_whether_it_finds_something_or_not(desk: Desk) -> None:
    """What was typed is not: it may be a name."""
    case, browser = desk.case(), desk.browser("sipho")
    browser.get("/find", params={"reference": case.reference})
    browser.get("/find", params={"reference": "K4M7-2QXC"})
    assert "searched" in desk.events(case)
    with desk.store.reading() as look:
        missed = [entry for entry in look.log.of_office() if entry.kind.id == "search_missed"]
    assert [(entry.by, entry.detail) for entry in missed] == [("Sipho", {})]


def test_one_press_takes_the_next_case_and_opens_it(desk: Desk) -> None:
    """The person hears who has it; then the queue is empty, and the page says so instead of failing."""
    first, second = desk.case(urgency="routine", flags=()), desk.case()
    browser = desk.browser("thandi")
    for case in (second, first):
        assert browser.post("/next").headers["location"] == f"/desk/cases/{case.reference}?notice=claimed"
        assert "Thandi has taken your case" in desk.letters(case)[-1]
    answer = browser.post("/next")
    assert answer.status_code == 409
    assert "No case that suits you waits just now." in answer.text


def test_the_next_case_keeps_to_the_filter(desk: Desk) -> None:
    """Somebody has asked for housing."""
    desk.case(issues=("benefits.refused",))
    housing = desk.case(urgency="routine", flags=())
    answer = desk.browser("thandi").post("/next", area="housing")
    assert housing.reference in answer.headers["location"]


def test_a_line_says_by_when_an_answer_is_promised(desk: Desk) -> None:
    """In hours on the same day, with the day when it is later, and how late it is."""
    desk.case()
    desk.case(urgency="routine", flags=())
    browser = desk.browser("thandi")
    assert "answer within 4 h" in browser.get("/").text
    assert "answer by Wed 25 Nov, 16:00" in browser.get("/").text  # when the office closes, on its own clock
    desk.later(hours=3, minutes=20)
    assert '<small class="promise near">answer within 40 min</small>' in browser.get("/").text
    desk.later(hours=2)
    assert '<small class="promise late">answer late by 1 h of office time</small>' in browser.get("/").text


def test_what_suits_comes_first_with_the_reason_and_the_rest_is_not_hidden(desk: Desk) -> None:
    """Ticked by the administrator on the staff page."""
    desk.browser("ada").post(
        f"/staff/{desk.ids['thandi']}/skills", areas="benefits", languages="xh", places="za-wc", capacity="3"
    )
    other = desk.case(urgency="urgent", flags=())
    suits = desk.case(urgency="routine", flags=(), issues=("benefits.refused",), language="xh")
    browser = desk.browser("thandi")
    assert references(browser, "waiting") == [suits.reference, other.reference]
    text = browser.get("/").text
    assert "your area: Grants and benefits; your language: isiXhosa; your place: Western Cape" in text
    assert "These suit others better; everybody can claim them" in text
    assert "You hold 0 of the 3 cases you take on." in text


def test_a_case_that_went_back_is_pointed_out_to_who_held_it(desk: Desk) -> None:
    """And to nobody else but supervisors and administrators."""
    case = desk.case(claimed_by="thandi")
    desk.later(hours=2)
    with desk.store.unit_of_work() as uow:
        uow.queue.end_leases(now=desk.now)
    words = "1 case went back to the queue"
    assert words in desk.browser("thandi").get("/").text
    assert words in desk.browser("ada").get("/").text
    assert words not in desk.browser("sipho").get("/").text
    assert case.reference in references(desk.browser("sipho"), "waiting")


def test_whoever_works_no_cases_is_not_told_to_claim_one(desk: Desk) -> None:
    """What waits and what is held, on the page and in the part that refreshes; no list of theirs that stays empty."""
    waiting, held = desk.case(urgency="routine", flags=()), desk.case(claimed_by="thandi")
    desk.add("anna", Role.ANALYST)
    browser = desk.browser("anna")
    assert references(browser, "waiting") == [waiting.reference]
    assert references(browser, "others") == [held.reference]
    for path in ("/", "/queue"):
        page = browser.get(path).text
        for untrue in ("Mine", "You hold", "claim it", "claim them", "suits", "With others", "To do in my cases"):
            assert untrue not in page, untrue


def test_supervisors_see_how_promises_are_kept(desk: Desk) -> None:
    """Paralegals are not counted against each other."""
    case = desk.case(claimed_by="thandi")
    with desk.store.unit_of_work() as uow:
        uow.cases.answered(case.id, staff_id=desk.ids["thandi"], now=desk.now)
    assert "1 of 1 in time" in desk.browser("ada").get("/").text
    assert "Promises kept" not in desk.browser("thandi").get("/").text

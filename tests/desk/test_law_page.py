"""Law at the desk: who reviewed the cards, and which are overdue."""

from datetime import timedelta

from tests.desk.browser import START, Desk
from triage.pack import load_pack, packs_folder

CARDS = load_pack(packs_folder() / "za").cards


def test_every_card_is_listed_with_its_review_and_its_open_questions(desk: Desk) -> None:
    html = desk.browser("thandi").get("/law").text
    assert html.count('<th scope="row">') == len(CARDS)
    assert html.count("No lawyer has reviewed this card.") == len(CARDS)
    assert "Did the 2026 bill to change the eviction law" in html
    assert "past the review date" not in html


def test_an_overdue_review_is_announced_above_the_queue_and_on_the_page(desk: Desk) -> None:
    due = max(card.review_due for card in CARDS.values())
    browser = desk.browser("thandi")
    assert "past the review date" not in browser.get("/").text
    desk.later(days=(due - START.date()).days)
    browser = desk.browser("thandi")
    assert "past the review date" not in browser.get("/").text
    desk.now += timedelta(days=1)
    browser = desk.browser("thandi")
    assert f"{len(CARDS)} guidance cards are past the review date." in browser.get("/").text
    assert f"{len(CARDS)} cards are past the review date." in browser.get("/law").text


def test_the_paralegal_reads_beside_the_case_that_no_lawyer_has_reviewed_the_card(desk: Desk) -> None:
    case = desk.case()
    html = desk.browser("thandi").get(f"/cases/{case.reference}").text
    assert "Guidance the person was shown" in html
    assert "No lawyer has reviewed this card." in html

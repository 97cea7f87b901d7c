"""Offices: what each is called, where and when it works."""

import re
from html import escape, unescape

import pytest

from casestore.access import Role
from casestore.offices import HOME
from tests.builders import a_paralegal
from tests.casestore.test_office_terms import TERMS
from tests.desk.browser import PASSWORD, Browser, Desk


@pytest.fixture
def network(desk: Desk) -> Desk:
    """A desk of two offices, which may be in South Africa, as it is set for all, or in England; and one beside them."""
    desk.store.terms = TERMS
    with desk.store.unit_of_work() as uow:
        uow.offices.add("London", now=desk.now, part_of=HOME)
        uow.offices.add("Elsewhere", now=desk.now)
        a_paralegal(uow, "grace", role=Role.ADMINISTRATOR, office_id=2, password=PASSWORD)
    return desk


def card(browser: Browser, office: str) -> str:
    """What the page says of an office, without its marks."""
    [found] = re.findall(rf"<section[^>]*><h2[^>]*>{office}</h2>(.*?)</section>", browser.get("/offices").text, re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split())


def test_an_administrator_gives_an_office_its_own_place_and_hours(network: Desk) -> None:
    browser = network.browser("ada")
    assert "Mon-Fri 08:00-16:00, on the clock of Africa/Johannesburg It is 23 Nov 2026, 11:00 there: open." in card(
        browser, "London"
    )
    answer = browser.post("/offices/2/hours", place="gb-eng", hours="mon-fri 9h30-17:00")
    assert answer.headers["location"] == "/desk/offices?notice=hours"
    assert "The hours have been changed." in browser.get("/offices?notice=hours").text
    assert (
        "Mon-Fri 09:30-17:00, on the clock of Europe/London It is 23 Nov 2026, 09:00 there: closed until 23 Nov 2026, "
        "09:30." in card(browser, "London")
    )
    assert "Mon-Fri 08:00-16:00, on the clock of Africa/Johannesburg" in card(browser, "First office")
    with network.store.reading() as look:
        [line] = [entry for entry in look.log.of_office(2) if entry.kind.id == "hours_changed"]
        assert (line.by, line.detail) == ("Ada", {"place": "gb-eng", "hours": "Mon-Fri 09:30-17:00"})


def test_the_next_case_is_promised_an_answer_in_the_new_hours_on_the_offices_clock(network: Desk) -> None:
    browser = network.browser("ada")
    browser.post("/offices/2/hours", place="gb-eng", hours="Mon-Fri 09:30-17:00")
    network.case(office_id=2, urgency="routine", flags=())
    network.case(urgency="routine", flags=())
    found = re.findall(r"answer by ([\w ]+, [\d:]+)", browser.get("/").text)
    assert sorted(found) == ["Wed 25 Nov, 16:00", "Wed 25 Nov, 17:00"]


def test_a_claim_ends_on_the_offices_clock(network: Desk) -> None:
    browser = network.browser("ada")
    browser.post("/offices/2/hours", place="gb-eng", hours="Mon-Fri 09:30-17:00")
    case = network.case(office_id=2, urgency="routine", flags=(), claimed_by="ada")
    assert "25 Nov 2026, 17:00" in browser.get(f"/cases/{case.reference}").text


@pytest.mark.parametrize(
    ("place", "hours", "reason"),
    [
        ("gb-eng", "9 to <5>", "Hours '9 to <5>' cannot be read; write them as Mon-Fri 08:00-16:00; Sat 09:00-12:00."),
        ("fr", "Mon-Fri 09:00-17:00", "There is no law pack for the place 'fr' here: choose one of gb-eng, za."),
        ("", "Mon 08:00-09:00; " * 20, "The hours are too long"),
    ],
)
def test_hours_that_cannot_be_read_are_explained_and_kept_in_the_form(
    network: Desk, place: str, hours: str, reason: str
) -> None:
    answer = network.browser("ada").post("/offices/2/hours", place=place, hours=hours)
    assert answer.status_code == 400
    words = unescape(answer.text)
    assert "Nothing was changed" in words
    assert reason in words
    assert f'value="{hours}"' in words
    assert len(re.findall(r' aria-invalid="true"', words)) == 1
    with network.store.reading() as look:
        assert (look.offices.get(2).place, look.offices.get(2).hours) == ("", "")


def test_empty_is_what_is_set_for_all_again(network: Desk) -> None:
    browser = network.browser("ada")
    browser.post("/offices/2/hours", place="gb-eng", hours="day and night")
    browser.post("/offices/2/hours", place="", hours=" ")
    assert "Mon-Fri 08:00-16:00, on the clock of Africa/Johannesburg" in card(browser, "London")


def test_an_administrator_renames_an_office(network: Desk) -> None:
    """Its card says so, and so does whatever else names it; only the log of that office has a line."""
    browser = network.browser("ada")
    answer = browser.post("/offices/2/name", name=" Camden  & Town ")
    assert answer.headers["location"] == "/desk/offices?notice=name"
    page = browser.get("/offices?notice=name").text
    assert "The name has been changed." in page
    assert 'name="name" value="Camden &amp; Town"' in page
    assert card(browser, "Camden &amp; Town")
    with network.store.reading() as look:
        logs = {id_: [line for line in look.log.of_office(id_) if line.kind.id == "office_renamed"] for id_ in (1, 2)}
    assert ([line.by for line in logs[2]], logs[1]) == (["Ada"], [])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("  ", "An office needs a name."),
        ("<b>" * 41, "The name is too long: write it in 120 letters or fewer."),
        ("Elsewhere", "There is already an office called Elsewhere: choose another name."),
    ],
)
def test_a_name_that_cannot_be_is_explained_and_kept_in_the_form(network: Desk, name: str, reason: str) -> None:
    answer = network.browser("ada").post("/offices/2/name", name=name)
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text
    words = answer.text[answer.text.index('id="office-2"') :]
    assert f'name="name" value="{escape(name)}"' in words
    assert re.findall(r'aria-describedby="([\w-]+)" aria-invalid="true"', answer.text) == ["name-hint-2"]
    assert f'<p class="problem" id="name-hint-2">{reason}</p>' in words
    with network.store.reading() as look:
        assert look.offices.get(2).name == "London"


def test_an_administrator_changes_only_offices_they_reach(network: Desk) -> None:
    """Neither the network's own from one that belongs to it, nor one beside."""
    for username, own, others in (("ada", "London", (3, 99)), ("grace", "London", (1, 3))):
        browser = network.browser(username)
        assert card(browser, own)
        for other in others:
            assert browser.post(f"/offices/{other}/hours", hours="Mon 08:00-12:00").status_code == 404
            assert browser.post(f"/offices/{other}/name", name="Taken over").status_code == 404
    assert "First office" not in network.browser("grace").get("/offices").text


def test_for_everybody_else_the_page_is_not_there(network: Desk) -> None:
    browser = network.browser("thandi")
    assert browser.get("/offices").status_code == 404
    assert browser.post("/offices/1/hours", hours="Mon 08:00-12:00").status_code == 404
    assert browser.post("/offices/1/name", name="Mine").status_code == 404
    assert 'href="/desk/offices"' not in browser.get("/").text

"""Staff."""

import re

from casestore.access import Role
from casestore.offices import HOME
from tests.desk.browser import PASSWORD, Desk


def test_where_everybody_works_is_shown_once_there_are_several_offices(desk: Desk) -> None:
    """Also the organisation of a partner, by the name it has now."""
    browser = desk.browser("ada")
    assert '<th scope="col">Role</th>' in browser.get("/staff").text
    with desk.store.unit_of_work() as uow:
        clinic = uow.offices.add("Law clinic", now=desk.now)
    desk.add("lerato", Role.PARTNER, clinic.id)
    browser.post(f"/offices/{HOME}/name", name="Orange <Farm>")
    page = browser.get("/staff").text
    rows = dict(re.findall(r'<tr><th scope="row">(\w+)</th>.*?<span class="quiet">([^<]*)</span></td>', page))
    assert '<th scope="col">Role, and where</th>' in page
    assert (rows["Lerato"], rows["Thandi"]) == ("Law clinic", "Orange &lt;Farm&gt;")


def test_whoever_works_at_another_office_is_not_on_the_page(desk: Desk) -> None:
    """The accounts of partners are: cases of this office may be shared with them."""
    with desk.store.unit_of_work() as uow:
        elsewhere, clinic = (uow.offices.add(name, now=desk.now).id for name in ("Leeds", "Law clinic"))
    desk.add("wendy", Role.PARALEGAL, elsewhere)
    desk.add("lerato", Role.PARTNER, clinic)
    page = desk.browser("ada").get("/staff").text
    assert ("Wendy" in page, "Lerato" in page, "Thandi" in page) == (False, True, True)


def test_an_administrator_adds_a_paralegal_who_can_sign_in(desk: Desk) -> None:
    """At once, with the first password."""
    browser = desk.browser("ada")
    answer = browser.post("/staff", username="Nomsa", name="Nomsa M.", password=PASSWORD, role="paralegal")
    assert "Nomsa M. can sign in now" in answer.text
    assert desk.browser().sign_in("nomsa").status_code == 303


def test_for_a_paralegal_the_page_is_not_there(desk: Desk) -> None:
    """Neither to see nor to use."""
    browser = desk.browser("thandi")
    assert browser.get("/staff").status_code == 404
    answer = browser.post("/staff", username="x", name="X", password=PASSWORD, role="administrator")
    assert answer.status_code == 404
    assert 'href="/desk/staff"' not in browser.get("/").text


def test_a_mistake_is_explained_and_nobody_is_added(desk: Desk) -> None:
    """A taken name, a short password, no name, a role that does not exist."""
    browser = desk.browser("ada")
    good = {"username": "nomsa", "name": "Nomsa", "password": PASSWORD, "role": "paralegal"}
    for wrong in ({"username": "thandi"}, {"password": "short"}, {"name": " "}, {"role": "owner"}, {"role": "partner"}):
        answer = browser.post("/staff", **{**good, **wrong})
        assert answer.status_code == 400
        assert "Nobody was added" in answer.text
    answer = browser.post("/staff", **{**good, "username": "thandi", "role": "analyst"})
    assert '<option value="analyst" selected>' in answer.text
    with desk.store.reading() as uow:
        assert uow.staff.count() == 3


def test_what_was_typed_and_chosen_stays_after_a_mistake(desk: Desk) -> None:
    """But the password."""
    page = desk.browser("ada").post("/staff", username="nomsa", name="", password=PASSWORD, role="analyst").text
    assert 'value="nomsa"' in page
    assert '<option value="analyst" selected>' in page
    assert PASSWORD not in page


def test_what_somebody_takes_on_is_ticked_and_shown(desk: Desk) -> None:
    """Only what is offered; nothing ticked is everything again."""
    browser, thandi = desk.browser("ada"), desk.ids["thandi"]
    answer = browser.post(f"/staff/{thandi}/skills", areas=["housing", "nonsense"], capacity="12")
    assert "What Thandi takes on has been changed." in answer.text
    assert "Thandi: holds 0 of 12; Housing" in answer.text
    answer = browser.post(f"/staff/{thandi}/skills")
    assert "Thandi: holds 0 of 25<" in answer.text


def test_an_odd_capacity_or_person_is_refused(desk: Desk) -> None:
    """With what to write; and nobody else may tick at all."""
    browser, thandi = desk.browser("ada"), desk.ids["thandi"]
    for capacity in ("-1", "1000", "many", "٣"):
        answer = browser.post(f"/staff/{thandi}/skills", areas=["housing"], capacity=capacity)
        assert answer.status_code == 400
        assert "a number from 0 to 999" in answer.text
        typed = answer.text[answer.text.index("<details open><summary>Thandi") :].split("</form>")[0]
        assert 'value="housing" checked' in typed
        assert f'value="{capacity}"' in typed
    assert browser.post("/staff/999999/skills", capacity="3").status_code == 404
    assert desk.browser("sipho").post(f"/staff/{thandi}/skills", capacity="3").status_code == 404

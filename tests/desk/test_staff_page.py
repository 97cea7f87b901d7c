"""Staff."""

from tests.desk.browser import PASSWORD, Desk


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
    for wrong in ({"username": "thandi"}, {"password": "short"}, {"name": " "}, {"role": "owner"}):
        answer = browser.post("/staff", **{**good, **wrong})
        assert answer.status_code == 400
        assert "Nobody was added" in answer.text
    with desk.store.reading() as uow:
        assert uow.staff.count() == 3

"""Signing in and out."""

import pytest

from desk.sign_in import safe_path
from tests.desk.browser import PASSWORD, Desk


def test_the_right_password_opens_the_queue(desk: Desk) -> None:
    """And the cookie is one that no script and no other site can use."""
    browser = desk.browser()
    answer = browser.sign_in("thandi")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" in cookie
    assert browser.get("/").status_code == 200


def test_signing_in_changes_the_token(desk: Desk) -> None:
    """Whoever planted a cookie beforehand gains nothing."""
    browser = desk.browser()
    browser.get("/sign-in")
    planted = browser.client.cookies["doorstep_desk"]
    browser.sign_in("thandi")
    assert browser.client.cookies["doorstep_desk"] != planted


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(desk: Desk) -> None:
    """Nobody learns who works here."""
    browser = desk.browser()
    wrong, unknown = browser.sign_in("thandi", "not the password"), browser.sign_in("nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    problem = "do not fit together"
    assert problem in wrong.text
    assert problem in unknown.text


def test_five_wrong_passwords_lock_the_account_for_five_minutes(desk: Desk) -> None:
    """Even the right password is refused until then."""
    browser = desk.browser()
    for _ in range(5):
        browser.sign_in("thandi", "not the password")
    assert browser.sign_in("thandi").status_code == 401
    desk.later(minutes=6)
    assert browser.sign_in("thandi").status_code == 303


def test_signing_out_ends_the_session_for_good(desk: Desk) -> None:
    """A copy of the cookie does not work any more either."""
    browser = desk.browser("thandi")
    token = browser.client.cookies["doorstep_desk"]
    assert browser.post("/sign-out").status_code == 303
    thief = desk.browser()
    thief.client.cookies.set("doorstep_desk", token)
    assert thief.get("/", follow_redirects=False).status_code == 303


def test_after_signing_in_the_page_asked_for_opens(desk: Desk) -> None:
    """Somebody who followed a link to a case arrives there."""
    case = desk.case()
    browser = desk.browser()
    address = browser.get(f"/cases/{case.reference}", follow_redirects=False).headers["location"]
    assert address == f"/desk/sign-in?next=%2Fcases%2F{case.reference}"
    answer = browser.sign_in("thandi", next=f"/cases/{case.reference}")
    assert answer.headers["location"] == f"/desk/cases/{case.reference}"


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "", "/a\nb"])
def test_signing_in_never_leads_to_another_site(path: str) -> None:
    """Whatever stands in the address."""
    assert safe_path(path) == "/"


def test_what_was_typed_is_shown_escaped(desk: Desk) -> None:
    """A name is only ever text."""
    answer = desk.browser().sign_in('"><script>x</script>', PASSWORD)
    assert "<script>x" not in answer.text

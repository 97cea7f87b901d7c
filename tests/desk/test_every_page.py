"""Every page: needs sign-in, needs its own form, carries safe headers."""

import re

import pytest

from tests.desk.browser import Desk


def pages(desk: Desk) -> list[tuple[str, str]]:
    """Every method and path of the desk, with something filled in where a path wants it."""
    reference = desk.case(claimed_by="thandi").reference
    filled = {"{reference}": reference, "{letter_id}": "repairs"}
    return [
        (method.upper(), re.sub(r"{\w+}", lambda name: filled.get(name[0], "1"), path))
        for path, methods in desk.inner.openapi()["paths"].items()
        for method in methods
    ]


def test_the_list_of_pages_is_the_real_one(desk: Desk) -> None:
    """A walk over an empty list would prove nothing."""
    found = {path for _, path in pages(desk)}
    assert len(found) >= 15
    assert {"/", "/queue", "/account", "/staff", "/sign-in"} <= found


def test_every_page_but_sign_in_refuses_the_signed_out(desk: Desk) -> None:
    """A page sends the browser to sign in, anything else is refused."""
    for method, path in pages(desk):
        if path == "/sign-in":
            continue
        browser = desk.browser()
        answer = browser.client.request(method, f"/desk{path}", follow_redirects=False)
        refused = answer.status_code == 401
        sent_to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/desk/sign-in")
        assert refused or sent_to_sign_in, (method, path, answer.status_code)
        assert "changed my locks" not in answer.text


def test_a_session_that_has_ended_opens_nothing(desk: Desk) -> None:
    """After twelve hours the browser must sign in again."""
    browser = desk.browser("thandi")
    desk.later(hours=13)
    answer = browser.get("/", follow_redirects=False)
    assert answer.headers["location"] == "/desk/sign-in"


def test_every_form_is_refused_without_its_token(desk: Desk) -> None:
    """Another site can make a browser send a form, but not the token in it."""
    posts = [path for method, path in pages(desk) if method == "POST"]
    assert len(posts) >= 8
    browser = desk.browser("thandi")
    for path in posts:
        for token in ("", "0" * 64):
            assert browser.post(path, form_token=token).status_code == 403, path


def test_every_form_is_refused_from_another_site(desk: Desk) -> None:
    """Even with the right token."""
    browser = desk.browser("ada")
    for method, path in pages(desk):
        for origin in ("https://evil.example", "null"):
            if method == "POST":
                assert browser.post(path, origin=origin).status_code == 403, path


def test_a_form_of_one_browser_does_not_work_in_another(desk: Desk) -> None:
    """The token belongs to the session."""
    token = desk.browser("thandi").form_token()
    assert desk.browser("sipho").post("/account/link", form_token=token).status_code == 403


@pytest.mark.parametrize("path", ["/", "/account", "/sign-in", "/nothing-here", "/static/desk.css"])
def test_every_answer_carries_the_safe_headers(desk: Desk, path: str) -> None:
    """Pages, errors and files alike."""
    headers = desk.browser("thandi").get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_a_number_that_no_row_can_have_is_a_page_that_is_not_there(desk: Desk) -> None:
    """Not an error of ours, on whichever page."""
    reference = desk.case(claimed_by="ada").reference
    browser, tried = desk.browser("ada"), 0
    for path, methods in desk.inner.openapi()["paths"].items():
        if "_id}" not in path:
            continue
        huge = re.sub(r"{\w+_id}", "9" * 30, path.replace("{letter_id}", "repairs")).replace("{reference}", reference)
        for method in methods:
            if "9" * 30 in huge:
                tried += 1
                answer = browser.get(huge) if method == "get" else browser.post(huge)
                assert answer.status_code == 404, (method, path)
    assert tried >= 10


def test_no_page_has_a_script_or_style_in_it(desk: Desk) -> None:
    """The policy would not run it."""
    case = desk.case(claimed_by="thandi")
    browser = desk.browser("thandi")
    for path in ("/", "/account", f"/cases/{case.reference}"):
        html = browser.get(path).text
        assert "<script>" not in html
        assert " style=" not in html
        assert " onclick=" not in html


@pytest.mark.parametrize("path", ["/", "/account", "/staff", "/problems", "/organisations", "/law", "/glass", "case"])
def test_every_field_has_a_label_and_no_name_stands_twice(desk: Desk, path: str) -> None:
    """A screen reader reads the label that names the field, and two of one name would be read as one."""
    case = desk.case(claimed_by="ada")
    page = desk.browser("ada").get(f"/cases/{case.reference}" if path == "case" else path)
    assert page.status_code == 200
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r' for="([^"]+)"', page.text)) <= set(ids)


def test_the_pages_are_not_described_to_the_world(desk: Desk) -> None:
    """No schema and no documentation pages are served."""
    for path in ("/openapi.json", "/docs", "/redoc"):
        assert desk.browser("ada").get(path).status_code == 404

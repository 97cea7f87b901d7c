"""My account."""

import re

from tests.desk.browser import PASSWORD, Desk

NEW = "another long password"


def test_a_changed_password_works_and_other_browsers_are_signed_out(desk: Desk) -> None:
    """The browser it was changed in stays signed in."""
    here, elsewhere = desk.browser("thandi"), desk.browser("thandi")
    answer = here.post("/account/password", old=PASSWORD, new=NEW)
    assert answer.headers["location"] == "/desk/account?notice=password"
    assert "has been changed" in here.get("/account?notice=password").text
    assert elsewhere.get("/", follow_redirects=False).status_code == 303
    assert desk.browser().sign_in("thandi").status_code == 401
    assert desk.browser().sign_in("thandi", NEW).status_code == 303


def test_the_old_password_is_needed_and_the_new_one_long_enough(desk: Desk) -> None:
    """Otherwise nothing changes."""
    browser = desk.browser("thandi")
    for old, new in ((NEW, NEW), (PASSWORD, "short")):
        answer = browser.post("/account/password", old=old, new=new)
        assert answer.status_code == 400
        assert "Nothing was changed" in answer.text
    assert browser.get("/", follow_redirects=False).status_code == 200


def test_a_link_code_joins_a_telegram_account(desk: Desk) -> None:
    """It is shown once, ready to be sent to the bot."""
    browser = desk.browser("thandi")
    code = re.search(r"<code>/link (\w+)</code>", browser.post("/account/link").text)
    assert code is not None
    with desk.store.unit_of_work() as uow:
        joined = uow.staff.link_telegram(code.group(1), "99", now=desk.now)
    assert joined is not None
    assert joined.username == "thandi"
    assert code.group(1) not in browser.get("/account").text

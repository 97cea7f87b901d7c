"""When something goes wrong."""

import logging
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from casestore.errors import StoreUnavailable
from casestore.unit_of_work import Store
from tests.desk.browser import Desk

FORM = "application/x-www-form-urlencoded"


def test_a_store_that_does_not_answer_is_a_kind_503(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was lost, and the page says so."""
    browser = desk.browser("thandi")

    def broken(self: Store) -> None:
        raise StoreUnavailable("disk full at /secret/path")

    monkeypatch.setattr(Store, "reading", broken)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert "Nothing was lost" in answer.text
    assert "/secret/path" not in answer.text


def test_a_bug_shows_no_trace_and_logs_no_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Only its kind and place go into the log."""
    browser = desk.browser("thandi")

    def broken(self: Store) -> None:
        raise KeyError("They changed my locks")

    monkeypatch.setattr(Store, "reading", broken)
    with caplog.at_level(logging.DEBUG):
        answer = browser.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert "changed my locks" not in answer.text + caplog.text
    assert [record.__dict__["error"] for record in caplog.records if "error" in record.__dict__] == ["KeyError"]


def test_a_form_that_is_too_large_is_refused(desk: Desk) -> None:
    """Before it is read, or while it comes in pieces."""
    browser = desk.browser("thandi")
    assert browser.post("/account/link", more="x" * 200_000).status_code == 413

    def pieces() -> Iterator[bytes]:
        yield from (b"x" * 10_000 for _ in range(20))

    answer = browser.client.post("/desk/account/link", content=pieces(), headers={"Content-Type": FORM})
    assert answer.status_code == 413


def test_a_form_that_makes_no_sense_is_not_echoed(desk: Desk) -> None:
    """A wrong type in a field."""
    case = desk.case(claimed_by="thandi")
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/reply", text="Hello", seen="<b>no</b>")
    assert answer.status_code == 400
    assert "<b>no" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/cases/xx", "/cases/%00", "/static/../web.py", "/static/nothing.css"])
def test_an_unknown_address_is_a_page(desk: Desk, path: str) -> None:
    """With a way back."""
    answer = desk.browser("thandi").get(path)
    assert answer.status_code == 404
    assert "Back to the desk" in answer.text


def test_the_script_is_told_that_the_session_is_over(desk: Desk) -> None:
    """A refresh in the background is not sent to the sign-in page."""
    case = desk.case(claimed_by="thandi")
    client = TestClient(desk.app)
    answer = client.get(f"/desk/cases/{case.reference}/messages", headers={"Accept": "application/json"})
    assert answer.status_code == 401

"""Attachments."""

import pytest

from casestore.cases import Case
from desk.files import is_image
from tests.desk.browser import Desk

PNG = b"\x89PNG\r\n\x1a\n rest of a picture"


def with_file(desk: Desk, name: str, media_type: str, content: bytes) -> tuple[Case, str]:
    """A case with one file, and the file's address."""
    case = desk.case(claimed_by="thandi")
    talk = desk.talk(case)
    with desk.store.unit_of_work() as uow:
        message = uow.messages.add(talk, "person", "", now=desk.now)
        uow.attachments.keep(talk, message_id=message, content=content, name=name, media_type=media_type, now=desk.now)
        file_id = uow.attachments.of(talk)[0].id
    return case, f"/cases/{case.reference}/files/{file_id}"


def test_a_picture_is_shown_in_the_page(desk: Desk) -> None:
    """Decrypted on the way, kept nowhere, and written into the log."""
    case, path = with_file(desk, "lock.png", "image/png", PNG)
    browser = desk.browser("thandi")
    assert f'<img src="/desk{path}"' in browser.get(f"/cases/{case.reference}").text
    answer = browser.get(path)
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["cache-control"] == "no-store"
    assert desk.events(case)[-1] == "file_viewed"


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/pdf", b"%PDF-1.7"),
        ("text/html", b"<script>alert(1)</script>"),
        ("image/svg+xml", b"<svg onload='x'/>"),
        ("image/png", b"<html>not a picture"),
        ("", b"anything"),
    ],
)
def test_anything_else_is_only_downloaded(desk: Desk, media_type: str, content: bytes) -> None:
    """A browser must never run what a stranger sent."""
    _, path = with_file(desk, "thing", media_type, content)
    headers = desk.browser("thandi").get(path).headers
    assert headers["content-disposition"].startswith("attachment")
    assert headers["content-type"] == "application/octet-stream"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


def test_a_file_name_cannot_break_out_of_its_header(desk: Desk) -> None:
    """Quotes, line ends and other scripts are encoded."""
    case, path = with_file(desk, 'a"\r\nSet-Cookie: x=1; ключ <b>.pdf', "application/pdf", b"%PDF")
    browser = desk.browser("thandi")
    headers = browser.get(path).headers
    assert "set-cookie" not in headers
    assert headers["content-disposition"].isascii()
    assert "<b>.pdf" not in browser.get(f"/cases/{case.reference}").text


def test_nobody_else_opens_a_file(desk: Desk) -> None:
    """Not another paralegal, nor through another case."""
    _, path = with_file(desk, "lock.png", "image/png", PNG)
    other = desk.case(claimed_by="sipho")
    browser = desk.browser("sipho")
    assert browser.get(path).status_code == 404
    assert browser.get(f"/cases/{other.reference}/files/{path.rsplit('/', 1)[1]}").status_code == 404
    assert browser.get(f"/cases/{other.reference}/files/999").status_code == 404


def test_a_file_that_is_not_here_yet_is_named_without_a_link(desk: Desk) -> None:
    """The channel still holds it."""
    case = desk.case(claimed_by="thandi")
    talk = desk.talk(case)
    with desk.store.unit_of_work() as uow:
        message = uow.messages.add(talk, "person", "", now=desk.now)
        uow.attachments.want(
            talk, message_id=message, remote="r", name="late.pdf", media_type="application/pdf", now=desk.now
        )
    text = desk.browser("thandi").get(f"/cases/{case.reference}").text
    assert "still being fetched" in text
    assert "/files/" not in text


def test_a_picture_is_known_by_name_and_first_bytes() -> None:
    """Both must agree."""
    assert is_image("image/jpeg", b"\xff\xd8\xff\xe0")
    assert not is_image("image/jpeg", PNG)
    assert not is_image("image/svg+xml", b"<svg")

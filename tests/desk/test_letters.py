"""Letters at the desk: filled in from the case, looked at, saved, sent into the chat."""

import io
from concurrent.futures import ThreadPoolExecutor

import docx
import pytest
from pypdf import PdfReader

from casestore.cases import Case
from tests.desk.browser import ASSESSMENT, Browser, Desk
from triage.pack import load_pack, packs_folder

SECRET = "Quagmirella Dlamini"
REPAIRS = load_pack(packs_folder() / "za").letters["repairs"]
FILLED = {f"field_{field.id}": field.example for field in REPAIRS.fields} | {"field_my_name": SECRET}


@pytest.fixture
def case(desk: Desk) -> Case:
    """A case of Thandi's in which somebody told when it began."""
    answers = {"answers": {"event_date": "2026-10-01"}}
    return desk.case(claimed_by="thandi", issues=("housing.repairs",), assessment=ASSESSMENT | answers)


@pytest.fixture
def thandi(desk: Desk) -> Browser:
    """Her browser."""
    return desk.browser("thandi")


def path(case: Case, letter: str = "repairs") -> str:
    return f"/cases/{case.reference}/letters/{letter}"


def test_the_letters_for_the_problem_come_first(case: Case, thandi: Browser) -> None:
    page = thandi.get(f"/cases/{case.reference}/letters").text
    assert f'href="/desk{path(case)}"' in page.split("Other letters")[0]
    assert "grant-appeal" in page.split("Other letters")[1]
    assert f"/desk/cases/{case.reference}/letters" in thandi.get(f"/cases/{case.reference}").text


def test_the_form_knows_what_the_person_has_told(case: Case, thandi: Browser) -> None:
    page = thandi.get(path(case)).text
    assert 'name="field_since" value="2026-10-01"' in page
    assert "nobody yet" in page
    assert "not yet: check the law before you use it" in page
    assert "REVIEW 9" in page


def test_the_letter_is_shown_before_anything_is_made(case: Case, thandi: Browser, desk: Desk) -> None:
    answer = thandi.post(path(case), do="preview", **FILLED | {"field_faults": "<script>alert(1)</script>"})
    assert answer.status_code == 200
    assert SECRET in answer.text
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "Send PDF into the chat" in answer.text
    assert "letter_made" not in desk.events(case)


def test_what_is_missing_is_named_and_what_was_typed_stays(case: Case, thandi: Browser) -> None:
    answer = thandi.post(path(case), do="pdf", **FILLED | {"field_home": "", "field_answer_by": "some day"})
    assert answer.status_code == 400
    assert "Not yet: Address of the home, Day to answer by." in answer.text
    assert SECRET in answer.text


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_file_is_saved_and_the_log_names_the_letter_only(case: Case, thandi: Browser, desk: Desk, kind: str) -> None:
    answer = thandi.post(path(case), do=kind, **FILLED)
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''repairs-2026-11-23.{kind}"
    file = io.BytesIO(answer.content)
    said = PdfReader(file).pages[0].extract_text() if kind == "pdf" else docx.Document(file).paragraphs[0].text
    assert SECRET in said
    with desk.store.reading() as look:
        entry = look.log.of(case.id)[-1]
    assert (entry.kind.id, entry.by) == ("letter_made", "Thandi")
    assert entry.detail == {"letter": "repairs", "version": REPAIRS.version, "format": kind}
    page = thandi.get(f"/cases/{case.reference}").text
    assert f"Letter made</b>: {REPAIRS.title}, version {REPAIRS.version}" in page
    assert desk.letters(case) == []


def test_a_letter_is_sent_into_the_chat_once(case: Case, thandi: Browser, desk: Desk) -> None:
    form = {**FILLED, "do": "send_pdf", "token": "same", "form_token": thandi.form_token()}
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: thandi.post(path(case), **form), range(2)))
    assert {answer.headers["location"] for answer in answers} == {f"/desk/cases/{case.reference}?notice=letter-sent"}
    talk = desk.talk(case)
    with desk.store.reading() as look:
        [letter] = look.outbox.waiting_for("web", talk.address, now=desk.now)
        assert letter.file is not None
        opened = look.attachments.content(talk, letter.file)
        assert len(look.attachments.of(talk)) == 1
    assert opened is not None
    assert (letter.document, letter.text) == ("repairs-2026-11-23.pdf", "")
    assert SECRET in PdfReader(io.BytesIO(opened[1])).pages[0].extract_text()
    assert desk.said(case)[-1] == "[repairs-2026-11-23.pdf]"
    assert desk.events(case).count("letter_made") == 1
    assert desk.look(case).waiting_since is None


def test_nothing_is_sent_to_somebody_who_cannot_be_reached(case: Case, thandi: Browser, desk: Desk) -> None:
    with desk.store.unit_of_work() as uow:
        uow.conversations.mark_reachable(desk.talk(case).id, reachable=False)
    answer = thandi.post(path(case), do="send_docx", **FILLED)
    assert answer.status_code == 409
    assert "cannot be reached" in answer.text
    assert "letter_made" not in desk.events(case)


def test_only_the_paralegal_of_the_case_writes_letters(case: Case, desk: Desk) -> None:
    for name in ("sipho", "ada"):
        browser = desk.browser(name)
        for answer in (
            browser.get(f"/cases/{case.reference}/letters"),
            browser.get(path(case)),
            browser.post(path(case), do="pdf", **FILLED),
        ):
            assert answer.status_code == 404


def test_a_letter_that_is_not_there_or_too_old_is_not_found(case: Case, thandi: Browser, desk: Desk) -> None:
    assert thandi.get(path(case, "love")).status_code == 404
    desk.later(days=3 * 365)
    assert desk.browser("thandi").get(path(case)).status_code == 404

"""A real browser: a person on the web chat and a paralegal at the desk, in two contexts, against `doorstep run`."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pypdf import PdfReader

from tests.needs import need
from tests.trained import ROOT, model_path

pytestmark = pytest.mark.browser
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
_SOON = 15_000  # milliseconds
STORY = "the landlord changed the locks on our room in Soweto and we are standing outside"
LETTER = (
    ("full name", "Nomsa Dlamini"),
    ("your address", "c/o Grace Dlamini, 4 Zola Street, Soweto"),
    ("phone number", "skip"),
    ("name of the landlord", "Mr P. Botha"),
    ("landlord's address", "skip"),
    ("address of the home", "Room 3, 12 Vilakazi Street, Orlando West"),
    ("which day", "today"),
    ("How were you put out", "The locks were changed while I was at work. My things are inside."),
    ("Who lives there", "two children of 4 and 7"),
)
AT_THE_DESK = {
    "Your name": "Nomsa Dlamini",
    "Your address": "4 Zola Street, Soweto",
    "Address of the home": "Room 3, 12 Vilakazi Street",
    "What happened": "The locks were changed.",
    "What should be done": "Let me back in.",
}
PASSWORD = "a long enough password"
ANSWER = "Good evening. I am phoning your landlord now. Can you send me a photo of a receipt?"


class Office:
    """`doorstep run` as a process of its own."""

    def __init__(self, data: Path) -> None:
        data.mkdir()
        shutil.copy(model_path(), data / "model.npz")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        outside = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        settings = {"DATA": str(data), "PORT": str(self.port), "SETTLE_SECONDS": "0.2"}
        self.environment = {**outside, **{f"DOORSTEP_{name}": value for name, value in settings.items()}}
        self.log = data / "process.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "doorstep", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 60
        while "Stop with Ctrl-C" not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def command(self, *words: str, typed: str = "") -> None:
        """Runs a command beside the office; `typed` is a password, asked for twice."""
        given = f"{typed}\n{typed}\n" if typed else ""
        run = [sys.executable, "-m", "doorstep", *words]
        subprocess.run(run, cwd=ROOT, env=self.environment, input=given, text=True, check=True, capture_output=True)

    @property
    def output(self) -> str:
        """All that it ever printed."""
        return self.log.read_text(encoding="utf-8")

    @property
    def first_password(self) -> str:
        """The password of the first sign-in, printed once."""
        found = re.search(r"password: (\S+)", self.output)
        assert found is not None, self.output
        return found.group(1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running office."""
    running = Office(tmp_path_factory.mktemp("office") / "data")
    yield running
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        need("Chromium", "on Debian or Ubuntu: apt install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield running
        running.close()


def on_a_phone(browser: Browser, office: Office) -> Page:
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(office.address)
    return page


def at_the_desk(
    browser: Browser, office: Office, username: str = "admin", password: str = "", heading: str = "Queue"
) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{office.address}/desk/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password or office.first_password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=_SOON)
    return page


def says(page: Page, words: str) -> None:
    page.fill("#text", words)
    page.keyboard.press("Enter")


def test_from_the_first_message_to_the_paralegals_answer_and_back(office: Office, browser: Browser) -> None:
    person, paralegal = on_a_phone(browser, office), at_the_desk(browser, office)
    says(person, STORY)
    expect(person.get_by_text("Locked out or thrown out of my home")).to_be_visible(timeout=_SOON)
    person.get_by_role("button", name="Yes, open a case").click()
    opened = person.get_by_text(re.compile(r"Your reference is \w{4}-\w{4}"))
    expect(opened).to_be_visible(timeout=_SOON)
    found = re.search(r"\w{4}-\w{4}", opened.inner_text())
    assert found is not None

    paralegal.get_by_role("link", name=found.group(0)).first.click(timeout=_SOON)
    paralegal.get_by_role("button", name=re.compile("^Claim")).first.click()
    expect(paralegal.get_by_text(STORY).first).to_be_visible(timeout=_SOON)
    paralegal.locator("textarea").first.fill(ANSWER)
    paralegal.get_by_role("button", name=re.compile("^Send")).first.click()
    expect(person.get_by_text(ANSWER)).to_be_visible(timeout=_SOON)

    says(person, "yes I have the receipt of October here")
    expect(paralegal.get_by_text("receipt of October")).to_be_visible(timeout=_SOON)  # without a reload
    person.reload()
    expect(person.get_by_text(ANSWER)).to_be_visible(timeout=_SOON)
    assert STORY not in office.output
    assert "receipt of October" not in office.output


def test_a_file_reaches_the_desk(office: Office, browser: Browser, tmp_path: Path) -> None:
    person, paralegal = on_a_phone(browser, office), at_the_desk(browser, office)
    says(person, "I want to talk to a person")
    person.get_by_role("button", name="Yes, open a case").click(timeout=_SOON)
    expect(person.get_by_text(re.compile("Your reference is"))).to_be_visible(timeout=_SOON)
    found = re.search(r"\w{4}-\w{4}", person.get_by_text(re.compile("Your reference is")).inner_text())
    assert found is not None
    letter = tmp_path / "letter from the landlord.txt"
    letter.write_text("You must leave.")
    person.set_input_files("input[type=file]", letter)
    expect(person.get_by_text(re.compile("added your file"))).to_be_visible(timeout=_SOON)
    paralegal.get_by_role("link", name=found.group(0)).first.click(timeout=_SOON)
    paralegal.get_by_role("button", name=re.compile("^Claim")).first.click()
    link = paralegal.get_by_role("link", name=re.compile("letter from the landlord")).first
    expect(link).to_be_visible(timeout=_SOON)
    with paralegal.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_text() == "You must leave."


def test_a_case_is_shared_with_a_partner_organisation_until_the_person_takes_it_back(
    office: Office, browser: Browser
) -> None:
    office.command("office", "add", "Legal Aid")
    office.command("staff", "add", "lerato", "--name", "Lerato", "--role", "partner", "--office", "2", typed=PASSWORD)
    person, paralegal = on_a_phone(browser, office), at_the_desk(browser, office)
    partner = at_the_desk(browser, office, "lerato", PASSWORD, heading="Shared with Legal Aid")
    says(person, STORY)
    person.get_by_role("button", name="Yes, open a case").click(timeout=_SOON)
    opened = person.get_by_text(re.compile(r"Your reference is \w{4}-\w{4}"))
    found = re.search(r"\w{4}-\w{4}", opened.inner_text(timeout=_SOON))
    assert found is not None
    person.get_by_role("button", name="No, do not count it").click(timeout=_SOON)
    expect(partner.get_by_text("Nothing is shared with you just now")).to_be_visible()

    paralegal.goto(f"{office.address}/desk/cases/{found.group(0)}")
    paralegal.get_by_role("button", name=re.compile("^Claim")).first.click()
    paralegal.get_by_text("Share with a partner organisation").click()
    paralegal.get_by_role("link", name="Legal Aid").click()
    paralegal.get_by_role("button", name="Ask in the chat").click()
    expect(person.get_by_text("May Legal Aid see what kind of case")).to_be_visible(timeout=_SOON)
    paralegal.get_by_label("Yes, Legal Aid may see it").check()
    paralegal.get_by_role("button", name="Note it").click()
    expect(paralegal.get_by_text("Legal Aid sees what kind of case it is, since")).to_be_visible()

    partner.reload()
    partner.get_by_role("link", name=found.group(0)).click()
    expect(partner.get_by_text("First office has this case")).to_be_visible()
    assert "changed the locks" not in partner.content()
    says(person, "my data")
    person.get_by_role("button", name="Do not show my case to other organisations").click(timeout=_SOON)
    expect(person.get_by_text("I have noted that you took it back")).to_be_visible(timeout=_SOON)
    partner.reload()
    expect(partner.get_by_role("heading", name="Not here")).to_be_visible()


def a_letter_is_written(person: Page) -> None:
    """From the lock-out to the whole letter, without a case."""
    says(person, STORY)
    person.get_by_role("button", name="Write a letter for me").click(timeout=_SOON)
    person.get_by_role("button", name="Let me back into my home").click(timeout=_SOON)
    for question, answer in LETTER:
        expect(person.locator("#log li.bot").last).to_contain_text(question, timeout=_SOON)
        says(person, answer)
    expect(person.get_by_text("Is everything right and true?")).to_be_visible(timeout=_SOON)


def test_a_letter_can_be_saved_from_the_chat_and_made_at_the_desk(office: Office, browser: Browser) -> None:
    person, paralegal = on_a_phone(browser, office), at_the_desk(browser, office)
    a_letter_is_written(person)
    person.get_by_role("button", name="Send me the PDF").click()
    link = person.get_by_role("link", name=re.compile("^Save restore-access-"))
    expect(link).to_be_visible(timeout=_SOON)
    person.reload()
    with person.expect_download() as download:
        link.click()
    assert "Nomsa Dlamini" in PdfReader(download.value.path()).pages[0].extract_text()
    person.get_by_role("button", name="Finished").click(timeout=_SOON)
    person.get_by_role("button", name="Yes, open a case").click(timeout=_SOON)
    opened = person.get_by_text(re.compile(r"Your reference is \w{4}-\w{4}"))
    found = re.search(r"\w{4}-\w{4}", opened.inner_text(timeout=_SOON))
    assert found is not None

    paralegal.goto(f"{office.address}/desk/cases/{found.group(0)}")
    paralegal.get_by_role("button", name=re.compile("^Claim")).first.click()
    paralegal.get_by_role("link", name="Write a letter").click()
    paralegal.get_by_role("link", name="Complain to the Rental Housing Tribunal").click()
    for label, words in AT_THE_DESK.items():
        paralegal.get_by_label(label).fill(words)
    paralegal.get_by_label("What it is about").select_option("lockout")
    paralegal.get_by_role("button", name="Show the letter").click()
    expect(paralegal.locator(".letter")).to_contain_text("Complaint about being locked out of my home")
    with paralegal.expect_download() as download:
        paralegal.get_by_role("button", name="Save Word").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    paralegal.get_by_role("button", name="Send PDF into the chat").click()
    expect(paralegal.get_by_text("The letter is on its way.")).to_be_visible()
    expect(person.get_by_role("link", name=re.compile("^Save tribunal-complaint-"))).to_be_visible(timeout=_SOON)
    assert "Nomsa Dlamini" not in office.output


def test_nothing_is_wider_than_a_small_phone(office: Office, browser: Browser) -> None:
    page = on_a_phone(browser, office)
    desk = at_the_desk(browser, office)
    desk.set_viewport_size({"width": 360, "height": 740})
    for shown in (page, desk):
        # Looked at more than once: a page is laid out anew a moment after its window has changed. The pages' own policy
        # forbids the polling that Playwright would do for us inside the page.
        deadline = time.monotonic() + _SOON / 1000
        while shown.evaluate("document.documentElement.scrollWidth") > 360 and time.monotonic() < deadline:
            shown.wait_for_timeout(50)
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_page_says_who_we_are_without_any_script(office: Office, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(office.address)
    expect(page.get_by_text("not a lawyer")).to_be_visible()
    expect(page.get_by_text("10111")).to_be_visible()

"""Takes the pictures of the README: a person's phone and the desk, from a running office with a few made-up cases.

Usage: python bench/screenshots.py [FOLDER]   (needs Chromium)
"""

import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import sync_playwright

from tests.test_browser import Office, at_the_desk, on_a_phone, says

STORIES = (
    "SASSA refused my mother's grant in Mthatha, the letter is from the 3rd",
    "every month R99 airtime is taken from my child grant, I live in Soweto",
    "my deposit was not paid back, I moved out 3 weeks ago in Durban",
    "I have a court date on Friday, they want to evict us in Cape Town",
    "the landlord changed the locks on our room in Soweto and my kids are outside",
)
ANSWER = "Good evening. I am phoning your landlord now. Can you send me a photo of a receipt?"


def open_case(page, story: str) -> str:
    """Tells a story, skips every question, and opens a case; returns its reference."""
    says(page, story)
    for _ in range(12):
        time.sleep(1.2)
        for name in ("Yes, open a case", "Skip", "No"):
            buttons = page.get_by_role("button", name=name, exact=True)
            if buttons.count() and buttons.last.is_visible() and buttons.last.is_enabled():
                buttons.last.click()
                break
        else:
            which = page.locator("button").filter(has_text=re.compile(r"deposit|taken|refused|eviction|Locked"))
            if which.count():
                which.last.click()
        found = re.findall(r"Your reference is (\w{4}-\w{4})", page.inner_text("body"))
        if found:
            return found[-1]
    raise SystemExit(f"no case came of: {story}")


def main(folder: Path) -> None:
    """Starts an office, lets five people write, and photographs what they and the paralegal see."""
    folder.mkdir(parents=True, exist_ok=True)
    office = Office(Path(tempfile.mkdtemp()) / "data")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        for story in STORIES:
            person = on_a_phone(browser, office)
            reference = open_case(person, story)
        desk = at_the_desk(browser, office)
        desk.screenshot(path=folder / "queue-1280.png")
        desk.get_by_role("link", name=reference).first.click()
        desk.get_by_role("button", name=re.compile("^Claim")).first.click()
        desk.locator("textarea").first.fill(ANSWER)
        desk.get_by_role("button", name=re.compile("^Send")).first.click()
        person.get_by_text(ANSWER).wait_for(timeout=15_000)
        says(person, "yes here it is, the receipt of October")
        time.sleep(6)
        person.screenshot(path=folder / "chat-360.png")
        desk.screenshot(path=folder / "desk-1280.png")
        desk.set_viewport_size({"width": 360, "height": 740})
        desk.screenshot(path=folder / "desk-360.png")
        browser.close()
    office.process.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "docs" / "images")

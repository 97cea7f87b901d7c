"""Every column says what it holds and why; the page is the one the program prints."""

from pathlib import Path

from casestore.privacy.inventory import gaps, inventory_page, read_inventory

PAGE = Path(__file__).parents[3] / "docs" / "privacy.md"


def test_every_column_has_an_entry() -> None:
    assert "\n".join(gaps(read_inventory())) == ""


def test_the_page_is_the_one_the_program_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == inventory_page(), "run: doorstep inventory > docs/privacy.md"


def test_a_gap_says_what_to_add() -> None:
    inventory = read_inventory()
    del inventory["tables"]["supporters"]
    people = inventory["tables"]["people"]
    people["code"].remove("language")
    people["operational"].append("shoe_size")
    people["sealed"].append("created_at")
    inventory["tables"]["cases"]["ground"] = "none"
    inventory["tables"]["inbox"]["retention"] = "for ever"
    inventory["tables"]["unicorns"] = {}
    found = "\n".join(gaps(inventory))
    for part in (
        "add under tables: supporters, with what, purpose, ground, retention, and a class for id, case_id, relation",
        "people: add language to one of sealed, pseudonymous, clear, code, operational",
        "people: take shoe_size away: no such column",
        "people: created_at stands in two classes",
        "cases: ground is one of asked, case",
        "inbox: retention is one of account, attachments",
        "take unicorns away: there is no such table",
    ):
        assert part in found

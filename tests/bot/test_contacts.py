"""Whom to call: in the person's language as far as it is translated, and the number always as it is."""

from dataclasses import replace

import pytest

from bot.contacts import contact_line
from tests.real_content import real_book

POLICE, GBV = (real_book().pack.contact(id_) for id_ in ("police", "gbv-centre"))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", POLICE.line), ("af", "• Polisie: 10111"), ("zu", "• Amaphoyisa: 10111"), ("st", "• Mapolesa: 10111")],
)
def test_a_contact_has_a_name_in_each_language(language: str, said: str) -> None:
    assert contact_line(POLICE, real_book().wording, language) == said


def test_hours_are_translated_too() -> None:
    line = contact_line(GBV, real_book().wording, "st")
    assert line.endswith("(motsheare le bosiu)")
    assert "0800 428 428 / " in line


def test_what_is_not_translated_stays_as_it_is() -> None:
    """A new contact is never left out."""
    new = replace(POLICE, id="new-line", name="New line", hours="Sundays")
    assert contact_line(new, real_book().wording, "zu") == "• New line: 10111 (Sundays)"

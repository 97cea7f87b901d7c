"""A card in the person's language: what is urgent, whom to call, and what has not been reviewed."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.draft import Draft
from bot.events import SaidInEnglish
from bot.messages import Inbound, Kind
from bot.session import Session
from bot.translated_cards import show
from tests.real_content import real_book
from triage.meaning import Meaning

NOW = datetime(2026, 11, 23, 19, 40, tzinfo=ZoneInfo("Africa/Johannesburg"))
TODAY = NOW.date()
ISSUE = "housing.lockout"


def draft_in(language: str, *, today: date = TODAY, **changes: object) -> Draft:
    """A turn in a language; `changes` are made to the book."""
    session = Session(language=language)
    return Draft(session, Inbound(Kind.TEXT), Meaning(), replace(real_book(), **changes), None, NOW, today)  # type: ignore[arg-type]


def said(draft: Draft) -> str:
    return "\n".join(reply.text for reply in draft.replies)


def test_the_urgent_parts_come_with_translated_headings_and_numbers() -> None:
    draft = draft_in("st")
    assert show(draft, ISSUE)
    for part in ("Ka bokgutshwane\n• ", "Etsa sena hona jwale\n• ", "Ke mang ya ka thusang\n• Mapolesa: 10111"):
        assert part in said(draft)
    assert draft.events == []


def test_what_nobody_has_reviewed_is_said_so_until_somebody_signs() -> None:
    """A lawyer for the card, a speaker for the translation: two different things."""
    words = real_book().wording
    lawyer, speaker = words.say("card.not_reviewed", "zu"), words.say("card.unchecked", "zu")
    draft = draft_in("zu")
    show(draft, ISSUE)
    assert lawyer in said(draft)
    assert speaker in said(draft)
    version = replace(real_book().card_versions["zu"][ISSUE], speaker="Nomsa Dube", signed=date(2026, 12, 1))
    draft = draft_in("zu", card_versions={"zu": {ISSUE: version}})
    show(draft, ISSUE)
    assert lawyer in said(draft)
    assert speaker not in said(draft)


def test_a_version_of_an_older_card_is_not_shown() -> None:
    """English, with a word about it, rather than what the law may no longer say."""
    version = replace(real_book().card_versions["zu"][ISSUE], translates=date(2026, 1, 1))
    draft = draft_in("zu", card_versions={"zu": {ISSUE: version}})
    assert not show(draft, ISSUE)
    assert said(draft) == real_book().wording.say("guidance.only_english", "zu")
    assert draft.events == [SaidInEnglish(f"card:za/{ISSUE}", "zu")]


def test_a_card_past_its_last_day_leaves_only_whom_to_call() -> None:
    draft = draft_in("af", today=date(2030, 1, 1))
    assert show(draft, ISSUE)
    assert said(draft).startswith(real_book().wording.say("card.too_old", "af"))
    assert "• Polisie: 10111" in said(draft)
    assert "hofbevel" not in said(draft)


def test_english_needs_no_word_about_it() -> None:
    draft = draft_in("en")
    assert not show(draft, ISSUE)
    assert (draft.replies, draft.events) == ([], [])

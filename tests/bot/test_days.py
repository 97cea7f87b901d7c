"""Days are said in words, with their distance, in every language."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.days import say_date, say_day
from bot.draft import Draft
from bot.messages import Inbound, Kind
from bot.session import Session
from tests.real_content import real_book
from triage.meaning import Meaning

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Africa/Johannesburg"))
DRAFT = Draft(Session(), Inbound(Kind.TEXT), Meaning(), real_book(), None, NOW, TODAY)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (TODAY - timedelta(3), "Friday 20 November (3 days ago)"),
        (TODAY + timedelta(1), "tomorrow, Tuesday 24 November"),
        (TODAY, "today, Monday 23 November"),
        (TODAY - timedelta(1), "yesterday, Sunday 22 November"),
        (TODAY + timedelta(14), "Monday 7 December (in 14 days)"),
        (date(2027, 1, 7), "Thursday 7 January 2027 (in 45 days)"),
    ],
)
def test_a_day_is_said_with_its_distance(day: date, said: str) -> None:
    assert DRAFT.day(day) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("af", "Vrydag 20 November (3 dae gelede)"),
        ("zu", "ULwesihlanu 20 Novemba (sekudlule izinsuku ezingu-3)"),
        ("xh", "Lwesihlanu 20 Novemba (kudlule iintsuku ezi-3)"),
        ("st", "Labohlano 20 Pudungwana (ho fetile matsatsi a 3)"),
    ],
)
def test_a_day_is_said_in_the_persons_language(language: str, said: str) -> None:
    draft = Draft(replace(DRAFT.session, language=language), DRAFT.inbound, Meaning(), real_book(), None, NOW, TODAY)
    assert draft.day(TODAY - timedelta(3)) == said


def test_a_document_has_the_year() -> None:
    assert say_date(TODAY, "en") == "23 November 2026"
    assert say_day(TODAY, "en", today=TODAY) == "Monday 23 November"

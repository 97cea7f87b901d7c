"""Offices near the person: when they are named, asked for, and what is told of each."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.draft import OpenCase
from bot.engine import Turn, take_turn
from bot.messages import Inbound, Kind
from bot.session import Session
from tests.real_content import real_book
from triage.directory import merged
from triage.hsds import ISSUES, Service, record_id
from triage.meaning import Meaning
from triage.opening_hours import read_hours

CAPE = ZoneInfo("Africa/Johannesburg")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=CAPE)


def an_office(hours: str, **more: Any) -> Service:
    """Our own advice office in Upington, for everything."""
    term = {"id": record_id("t"), "code": "any", "name": "any", "description": "any", "taxonomy": ISSUES}
    point = {"latitude": -28.45, "longitude": 21.26}
    known: dict[str, Any] = {
        "id": record_id("ours"),
        "name": "Our office",
        "status": "active",
        "evidence": "office",
        "eligibility_description": "Everybody.",
        "phones": [{"id": record_id("p"), "number": "054 000 0000", "evidence": "office"}],
        "attributes": [{"id": record_id("a"), "taxonomy_term": term}],
        "service_at_locations": [
            {
                "id": record_id("s"),
                "location": {"id": record_id("l"), "location_type": "physical", "name": "Upington", **point},
            }
        ],
    }
    return Service.model_validate(known | more).model_copy(update={"schedules": read_hours(hours)})


def asks(
    words: str = "office near me", *own: Service, session: Session | None = None, now: datetime = MONDAY, **answers: str
) -> Turn:
    """Somebody asks, from a place that is known."""
    pack = replace(real_book().pack, services=merged(real_book().pack.services, own))
    session = session or Session(greeted=True, last_at=now.isoformat(), answers=answers)
    inbound = Inbound(Kind.TEXT, text=words)
    return take_turn(session, inbound, Meaning(), replace(real_book(), pack=pack), now=now, today=now.date())


def told(turn: Turn) -> str:
    return "\n".join(reply.text for reply in turn.replies)


@pytest.mark.parametrize(
    ("hours", "now", "words"),
    [
        ("Mon-Fri 08:00-16:00", "2026-11-23 10:00", "Open now, until 16:00."),
        ("Mon-Fri 08:00-16:00", "2026-11-23 19:00", "Closed now. Open next: tomorrow, Tuesday 24 November, at 08:00."),
        (
            "Mon-Fri 08:00-16:00",
            "2026-12-16 10:00",
            "Today is a public holiday, so call first. Usually open next: tomorrow",
        ),
        ("day and night", "2026-12-16 03:00", "Open day and night."),
    ],
)
def test_the_hours_are_told_in_words(hours: str, now: str, words: str) -> None:
    turn = asks(
        "office near me", an_office(hours), now=datetime.fromisoformat(now).replace(tzinfo=CAPE), place="upington"
    )
    assert words in told(turn)


def test_an_office_is_told_with_number_and_for_whom() -> None:
    words = told(asks("office near me", an_office(""), place="upington"))
    assert "Who can help near Upington, Northern Cape:" in words
    assert "• Our office, Upington\n054 000 0000\nFor: Everybody." in words
    assert "km away" not in words


def test_the_way_is_told_from_ten_kilometres() -> None:
    """Seventy-two, and to the nearest ten: it is a straight line between two rough points."""
    assert "• Our office, Upington (about 70 km away)" in told(asks("office near me", an_office(""), place="kakamas"))


def test_an_office_that_takes_nobody_now_is_not_told() -> None:
    words = told(asks("office near me", an_office("", taking_people=False), place="upington"))
    assert "Our office" not in words
    assert "I know of no office near Upington" in words


def test_the_town_is_asked_once_and_then_known() -> None:
    first = asks("office near me", an_office(""), place="za-nc")
    assert first.session.asked == "town"
    second = asks("Upington", an_office(""), session=first.session)
    assert second.session.answers["place"] == "upington"
    assert "Our office" in told(second)
    third = asks("nearest office", an_office(""), session=second.session)
    assert (third.session.asked, "Our office" in told(third)) == ("", True)


def test_a_place_in_the_question_is_looked_at_but_not_kept_as_home() -> None:
    turn = asks("is there an office near George", place="upington")
    assert "near George, Western Cape" in told(turn)
    assert turn.session.answers["place"] == "upington"


def test_a_town_nobody_knows_is_asked_again_once_and_then_everybody_is_helped() -> None:
    first = asks("office near me")
    second = asks("Hogwarts", session=first.session)
    assert (second.session.asked, "I do not know that place" in told(second)) == ("town", True)
    third = asks("Hogwarts", session=second.session)
    assert third.session.asked == ""
    assert "Legal Aid SA\n0800 110 110" in told(third)
    assert [choice.id for choice in third.replies[-1].choices] == ["g:human"]


def test_a_story_instead_of_a_town_is_heard_as_a_story() -> None:
    first = asks("office near me")
    story = "the thing is that my landlord took all the money I had and he laughs"
    second = asks(story, session=first.session)
    assert second.session.asked != "town"
    assert "Legal Aid SA\n" not in told(second)


def test_to_a_paralegal_who_is_there_the_same_words_are_a_message() -> None:
    case = OpenCase("K4M7-2QXC", "claimed", "Thandi", None, active=True)
    session = Session(greeted=True, last_at=MONDAY.isoformat())
    inbound = Inbound(Kind.TEXT, text="is there an office near me")
    turn = take_turn(session, inbound, Meaning(), real_book(), case=case, now=MONDAY, today=MONDAY.date())
    assert turn.session.asked == ""

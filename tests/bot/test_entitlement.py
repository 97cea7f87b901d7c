"""What can I get: answers by button and in words, and how the helper is left."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.draft import OpenCase
from bot.engine import Turn, take_turn
from bot.messages import Inbound, Kind
from bot.session import Session
from tests.real_content import real_book
from triage.meaning import Decision, Flag, Meaning, Scored

NOW = datetime(2026, 11, 23, 19, 40, tzinfo=ZoneInfo("Africa/Johannesburg"))
GREETED = Session(greeted=True, last_at=NOW.isoformat())


def said(
    session: Session,
    text: str,
    meaning: Meaning | None = None,
    *,
    place: str = "za",
    case: OpenCase | None = None,
    now: datetime = NOW,
) -> Turn:
    inbound = Inbound(Kind.TEXT, text=text)
    return take_turn(session, inbound, meaning or Meaning(), real_book(place), case=case, now=now, today=now.date())


def asked(question: str, **answers: str) -> Session:
    return Session(greeted=True, last_at=NOW.isoformat(), asked=f"can_get.{question}", ask_number=3, can_get=answers)


def kept(question: str, words: str, meaning: Meaning | None = None, *, place: str = "za", **answers: str) -> str | None:
    """What is kept as the answer to a question."""
    return said(asked(question, **answers), words, meaning, place=place).session.can_get.get(question)


@pytest.mark.parametrize(
    ("words", "band"),
    [
        ("I am 17", "under_18"),
        ("18", "from_18"),
        ("my mother is 59", "from_18"),
        ("60", "from_60"),
        ("80 years", "from_75"),
    ],
)
def test_an_age_in_years_is_the_band_it_falls_into(words: str, band: str) -> None:
    assert kept("age", words) == band


@pytest.mark.parametrize(("words", "band"), [("15", "under_16"), ("16", "from_16"), ("66", "at_66"), ("67", "from_67")])
def test_the_bands_of_england_are_other_ones(words: str, band: str) -> None:
    assert kept("age", words, place="gb-eng") == band


@pytest.mark.parametrize(
    ("question", "words", "intent", "answer"),
    [
        ("status", "refugee status", "", "refugee"),
        ("status", "2", "", "no_id"),
        ("status", "something else", "", "other_status"),
        ("child", "no", "deny", "no_child"),
        ("child", "yes i do", "affirm", "own_child"),
        ("child", "not sure", "unsure", "unsure"),
        ("child", "skip", "skip", "unsure"),
        ("status", "yes", "affirm", None),
        ("status", "purple", "", None),
    ],
)
def test_words_choose_as_buttons_do(question: str, words: str, intent: str, answer: str | None) -> None:
    assert kept(question, words, Meaning(intent=intent, intent_probability=0.9), age="from_18") == answer


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("R1 800", "1800.00"),
        ("1800", "1800.00"),
        ("about 2k", "2000.00"),
        ("R120 a week", "520.00"),
        ("24000 per year", "2000.00"),
        ("R500 monthly", "500.00"),
        ("nothing", "0"),
        ("niks", "0"),
    ],
)
def test_an_amount_is_counted_up_to_the_month(words: str, amount: str) -> None:
    assert kept("income", words, age="from_60", status="citizen") == amount


def test_an_amount_of_savings_has_no_month() -> None:
    answers = {"age": "from_18", "residence": "settled", "health": "health_fine", "low_income": "low_yes"}
    assert kept("savings", "£15,000 since last year", place="gb-eng", **answers) == "15000.00"


def test_what_is_not_understood_twice_counts_as_not_known() -> None:
    first = said(asked("status", age="from_18"), "purple")
    assert (first.session.asked, first.session.can_get) == ("can_get.status", {"age": "from_18"})
    second = said(first.session, "purple")
    assert second.session.can_get["status"] == "unsure"


def test_the_question_that_was_open_before_is_put_again_at_the_end() -> None:
    before = Session(greeted=True, last_at=NOW.isoformat(), asked="open_case", ask_number=1, guided=("benefits.apply",))
    started = said(before, "what can i get?")
    assert (started.session.asked, started.session.resume) == ("can_get.age", "open_case")
    status = said(started.session, "30")
    ended = said(status.session, "something else")
    assert (ended.session.asked, ended.session.resume) == ("open_case", "")
    assert "open a case" in ended.replies[-1].text


def test_a_problem_told_in_the_middle_leaves_the_helper() -> None:
    told = Meaning(
        problem=1.0,
        decision=Decision.SURE,
        issues=(Scored("housing.lockout", 0.99),),
        flags=(Flag("lockout", "locked me out"),),
    )
    turn = said(asked("status", age="from_18"), "my landlord locked me out today", told)
    assert turn.session.issues == ("housing.lockout",)
    assert not turn.session.asked.startswith("can_get.")


def test_a_question_that_is_no_longer_in_the_file_stops_nobody() -> None:
    turn = said(asked("shoe_size"), "43")
    assert turn.replies
    assert turn.session.can_get == {}


def test_to_a_paralegal_who_is_there_the_same_words_are_a_message() -> None:
    case = OpenCase("K4M7-2QXC", "claimed", "Thandi", None, active=True)
    assert said(GREETED, "what can i get", case=case).session.asked == ""
    waiting = OpenCase("K4M7-2QXC", "waiting", None, NOW, active=False)
    assert said(GREETED, "what can i get", case=waiting).session.asked == "can_get.age"


def test_without_figures_for_the_day_no_amount_and_no_limit_is_named() -> None:
    after = datetime(2027, 5, 1, 10, 0, tzinfo=ZoneInfo("Africa/Johannesburg"))
    foster = asked("health", age="from_18", status="citizen", child="court_child")
    foster = Session(**{**_fields(foster), "last_at": after.isoformat()})
    turn = said(foster, "no", Meaning(intent="deny", intent_probability=0.9), now=after)
    while turn.session.asked.startswith("can_get."):
        turn = said(turn.session, "skip", Meaning(intent="skip", intent_probability=0.9), now=after)
    words = "\n".join(reply.text for reply in turn.replies)
    assert "Foster child grant (please check the current amount)" in words
    assert "R1 295" not in words
    assert "(please check the current amount)" in words.split("I cannot say:")[1]


def _fields(session: Session) -> dict[str, object]:
    return {name: getattr(session, name) for name in Session.__dataclass_fields__}

"""The pure step: whatever arrives, in whatever state, gets an answer."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import IN_WORDS
from bot.draft import OpenCase
from bot.engine import Turn, story_with, take_turn
from bot.events import CaseAgreed, ErasureConfirmed, PersonLeft, PersonWrote
from bot.messages import Inbound, Kind
from bot.session import STORY_LIMIT, Session
from tests.real_content import real_book
from triage.danger import FLAGS
from triage.meaning import Decision, Flag, Meaning, Scored

NOW = datetime(2026, 11, 23, 19, 40, tzinfo=ZoneInfo("Africa/Johannesburg"))
ISSUES = ("housing.lockout", "housing.repairs", "benefits.stopped", "work.pay", "other.problem")
INTENTS = (
    *sorted(IN_WORDS),
    "affirm",
    "deny",
    "unsure",
    "skip",
    "back",
    "something_else",
    "greet",
    "thanks",
    "goodbye",
)
INTENTS += ("tell", "vague", "no_problem")
WORDS = (
    "yes",
    "no",
    "1",
    "9",
    "²",
    "the second one",
    "soweto",
    "last Friday",
    "the 3rd",
    "{reference}",
    "/",
    "/start",
    "/status",
    "/nothing",
)
BUTTONS = (
    "yes",
    "no",
    "skip",
    "human",
    "something_else",
    "not_that",
    "more",
    "sources",
    "za-gp",
    "landlord",
    "zu",
    "delete",
)


def turn_of(
    session: Session,
    inbound: Inbound,
    meaning: Meaning | None = None,
    *,
    now: datetime = NOW,
    case: OpenCase | None = None,
) -> Turn:
    """One turn on that day."""
    return take_turn(session, inbound, meaning or Meaning(), real_book(), case=case, now=now, today=now.date())


def texts_of(turn: Turn) -> str:
    """All that is said in a turn."""
    return "\n".join(reply.text for reply in turn.replies)


def an_open_case(**changes: object) -> OpenCase:
    """A case that waits."""
    known = {"reference": "ABCD-EFGH", "status": "waiting", "paralegal": None, "waiting_since": NOW, "active": False}
    return OpenCase(**{**known, **changes})  # type: ignore[arg-type]


probabilities = st.sampled_from([0.01, 0.3, 0.55, 0.7, 0.99])
scored = st.builds(Scored, st.sampled_from(ISSUES), probabilities)


def sensible(meaning: Meaning) -> Meaning:
    """What is sure, or worth asking about, names at least one problem."""
    named = meaning.issues or meaning.decision in (Decision.NONE, Decision.HUMAN)
    return meaning if named else replace(meaning, decision=Decision.HUMAN)


meanings = st.builds(
    Meaning,
    language=st.sampled_from(["en", "zu", "other", "mixed"]),
    decision=st.sampled_from(Decision),
    issues=st.lists(scored, max_size=3, unique_by=lambda one: one.id).map(tuple),
    also=st.lists(st.sampled_from(ISSUES), max_size=2, unique=True).map(tuple),
    flags=st.lists(st.builds(Flag, st.sampled_from(FLAGS), st.just("words")), max_size=2).map(tuple),
    intent=st.sampled_from(INTENTS),
    intent_probability=probabilities,
).map(sensible)
anything = st.one_of(
    st.builds(Inbound, st.just(Kind.TEXT), text=st.sampled_from(WORDS) | st.text(max_size=60)),
    st.builds(Inbound, st.sampled_from(Kind), text=st.sampled_from(("", "words"))),
    st.builds(
        lambda number, answer: Inbound(Kind.CHOICE, choice=f"{number}:{answer}"),
        st.sampled_from(["g", "1", "2", "3", "4", "x"]),
        st.sampled_from(BUTTONS) | st.text(max_size=5),
    ),
)
# Half of all buttons are real ones: the newest of those shown, by place.
pressed = st.integers(0, 9)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(anything | pressed, meanings, st.sampled_from([0, 0, 1, 30])), min_size=1, max_size=14))
def test_whatever_arrives_in_whatever_order_is_answered(steps: list[tuple[Inbound | int, Meaning, int]]) -> None:
    """Any sequence of anything: at least one reply, no error, no unfilled brace, and the session survives the store."""
    session, case, now, shown = Session(), None, NOW, ["g:human"]
    for arrived, meaning, days in steps:
        now += timedelta(days=days, minutes=1)
        inbound = (
            arrived if isinstance(arrived, Inbound) else Inbound(Kind.CHOICE, choice=shown[-1 - arrived % len(shown)])
        )
        turn = turn_of(session, inbound, meaning, now=now, case=case)
        if inbound.kind is Kind.BLOCKED:
            assert turn.replies == ()
            assert turn.events == (PersonLeft(),)
        else:
            assert turn.replies
        for reply in turn.replies:
            assert reply.text.strip()
            assert "{" not in reply.text.replace("{reference}", "")
            shown += [choice.id for choice in reply.choices]
        assert Session.from_json(turn.session.to_json()) == turn.session
        session = turn.session
        if any(isinstance(event, CaseAgreed) for event in turn.events):
            case = an_open_case()
        if any(isinstance(event, ErasureConfirmed) for event in turn.events):
            session, case = Session(), None
        if case is not None and days:
            case = an_open_case(status="closed" if case.status == "claimed" else "claimed", paralegal="Thandi")


@pytest.mark.parametrize(
    "asked", [*sorted(real_book().script.questions), "which_issue", "open_case", "statistics", "delete", ""]
)
@pytest.mark.parametrize("flag", FLAGS)
def test_danger_is_answered_first_whatever_was_asked(asked: str, flag: str) -> None:
    """The danger message with its numbers stands before everything else, the greeting too."""
    session = Session(asked=asked, issues=("housing.repairs",), current="housing.repairs", ask_number=3)
    turn = turn_of(session, Inbound(Kind.TEXT, text="danger"), Meaning(flags=(Flag(flag, "danger"),)))
    first = turn.replies[0].text
    assert real_book().wording.say(f"danger.{flag}") in first
    assert any(contact.line in first for contact in real_book().pack.contacts_for(flag))
    assert flag in turn.session.flags


def test_a_danger_is_not_repeated_within_the_hour() -> None:
    """Numbers shown a moment ago are not shown at every sentence."""
    heard = Meaning(decision=Decision.ASK, flags=(Flag("lockout", "locked out"),))
    first = turn_of(Session(greeted=True), Inbound(Kind.TEXT, text="locked out"), heard)
    again = turn_of(first.session, Inbound(Kind.TEXT, text="locked out"), heard, now=NOW + timedelta(hours=1))
    later = turn_of(first.session, Inbound(Kind.TEXT, text="locked out"), heard, now=NOW + timedelta(hours=7))
    assert ["10111" in texts_of(turn) for turn in (first, again, later)] == [True, False, True]


def test_whoever_does_not_want_to_live_is_answered_every_time() -> None:
    """Self-harm is the one danger whose numbers come as often as it is said, and no list of legal problems with it."""
    heard = Meaning(
        decision=Decision.ASK, issues=(Scored("housing.tenancy", 0.3),), flags=(Flag("self_harm", "kill myself"),)
    )
    session = Session(greeted=True)
    for _ in range(3):
        turn = turn_of(session, Inbound(Kind.TEXT, text="i want to kill myself"), heard)
        assert "0800 567 567" in turn.replies[0].text
        assert turn.session.asked == ""
        session = turn.session


def test_a_button_of_an_earlier_question_says_so_and_asks_again() -> None:
    """Old buttons stay on the screen; pressing one loses nothing."""
    session = Session(greeted=True, asked="place", ask_number=4, issues=("work.pay",), current="work.pay")
    turn = turn_of(session, Inbound(Kind.CHOICE, choice="3:yes"))
    assert real_book().wording.say("question.old_button") == turn.replies[0].text
    assert (turn.session.asked, turn.session.answers) == ("place", {})


def test_after_a_month_without_a_case_it_starts_fresh() -> None:
    """What was told a month ago is not mixed with today's words; the province is remembered."""
    old = Session(
        greeted=True,
        last_at=(NOW - timedelta(days=31)).isoformat(),
        story="old story",
        issues=("work.pay",),
        answers={"place": "za-gp", "written": "yes"},
    )
    session = turn_of(old, Inbound(Kind.TEXT, text="hello"), Meaning(intent="greet", intent_probability=0.9)).session
    assert (session.story, session.issues, session.answers) == ("", (), {"place": "za-gp"})


def test_words_to_an_open_case_reach_the_paralegal() -> None:
    """With a case at the office and no question open, what the person writes is for the paralegal."""
    session = Session(greeted=True, last_at=NOW.isoformat(), issues=("work.pay",), guided=("work.pay",))
    turn = turn_of(session, Inbound(Kind.TEXT, text="he still has not paid"), case=an_open_case())
    assert turn.events == (PersonWrote(),)
    assert "ABCD-EFGH" in texts_of(turn)


WORKED = Session(greeted=True, last_at=NOW.isoformat(), issues=("work.pay",), guided=("work.pay",))
_short_lines = st.lists(st.text(st.characters(exclude_characters="\n"), max_size=59), min_size=1, max_size=4)


def sure_of(issue: str, **more: object) -> Meaning:
    """A reading without doubt."""
    return Meaning(decision=Decision.SURE, issues=(Scored(issue, 0.99),), intent="tell", intent_probability=0.9, **more)  # type: ignore[arg-type]


@given(_short_lines, meanings.map(lambda meaning: replace(meaning, flags=())), st.sampled_from(["", "statistics"]))
def test_few_words_to_an_open_case_are_no_new_problem(lines: list[str], meaning: Meaning, asked: str) -> None:
    """Whatever they resemble, alone or several after one another."""
    session = replace(WORKED, asked=asked)
    turn = turn_of(session, Inbound(Kind.TEXT, text="\n".join(lines)), meaning, case=an_open_case())
    assert turn.session.asked != "new_problem"


@given(st.integers(60, 400), st.sampled_from(["housing.repairs", "benefits.stopped", "family.maintenance"]))
def test_a_problem_of_another_area_told_at_some_length_is_offered_until_they_say_no(length: int, issue: str) -> None:
    told = Inbound(Kind.TEXT, text="x" * length)
    turn = turn_of(WORKED, told, sure_of(issue), case=an_open_case())
    assert (turn.session.asked, turn.session.pending_issue) == ("new_problem", issue)
    assert PersonWrote() in turn.events  # the office reads it, whatever they answer
    no = turn_of(turn.session, Inbound(Kind.CHOICE, choice=f"{turn.session.ask_number}:no"), case=an_open_case())
    assert turn_of(no.session, told, sure_of(issue), case=an_open_case()).session.asked == ""


@pytest.mark.parametrize(
    ("issue", "length", "flags", "asked"),
    [
        ("work.dismissal", 119, (), ""),  # more of the same, between the same people
        ("work.dismissal", 120, (), "new_problem"),
        ("work.pay", 400, (), ""),
        ("housing.lockout", 24, (Flag("lockout", "locked out"),), "new_problem"),
        ("housing.lockout", 24, (Flag("lockout", "locked out", sure=False),), ""),
    ],
)
def test_what_counts_as_a_new_problem(issue: str, length: int, flags: tuple[Flag, ...], asked: str) -> None:
    turn = turn_of(WORKED, Inbound(Kind.TEXT, text="x" * length), sure_of(issue, flags=flags), case=an_open_case())
    assert turn.session.asked == asked


def test_the_story_grows_while_somebody_is_telling_and_is_bounded() -> None:
    """Messages before the problem is settled are read together, at most so much of them."""
    telling = Session(story="a" * STORY_LIMIT)
    assert story_with(telling, "more") == "a" * (STORY_LIMIT - 5) + "\nmore"
    assert story_with(Session(story="told", issues=("work.pay",)), "more") == "more"


@pytest.mark.parametrize(
    ("said", "issue"),
    [
        ("2", "housing.repairs"),
        ("the second one", "housing.repairs"),
        ("first", "housing.lockout"),
        ("Die derde", "work.pay"),
        ("ya pele", "housing.lockout"),
        ("²", ""),
        ("the first or the second", ""),
        ("the first of the month was when my boss told me to go", ""),
        ("0825550123", ""),
    ],
)
def test_one_of_the_offered_problems_is_chosen_by_its_place(said: str, issue: str) -> None:
    session = Session(asked="which_issue", candidates=("housing.lockout", "housing.repairs", "work.pay"))
    turn = turn_of(session, Inbound(Kind.TEXT, text=said), Meaning(intent="tell", decision=Decision.NONE))
    assert turn.session.current == issue
    assert turn.replies

"""Letters written in the chat: nothing is kept for longer than needed, nobody is left without an answer."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.conversation import LETTER_KEPT, forget_letters
from bot.draft import OpenCase
from bot.engine import Turn, take_turn
from bot.events import CaseAgreed
from bot.letter_answers import AFTER, CHANGE, CHECK, FIELD, QUESTIONS, WHICH
from bot.messages import Inbound, Kind
from bot.session import Session
from bot.worker import Worker
from casestore.unit_of_work import Store
from tests.casestore.raw import attachment_files, bytes_on_disk, count, rows_in_clear
from tests.emulator import wait_until
from tests.needs import ON_SQLITE
from tests.real_content import real_book
from tests.talk import Person, an_office
from triage.meaning import Decision, Flag, Meaning, Scored

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BOOKS = {place: real_book(place) for place in ("za", "gb-eng")}
GUIDED = Session(greeted=True, issues=("housing.repairs",), guided=("housing.repairs",), last_at=NOW.isoformat())
SECRET = "Quetzalfeder"
ANSWERS = (
    "Nomsa Dlamini",
    "12 Vilakazi Street, Soweto",
    "skip",
    f"Mr {SECRET}",
    "skip",
    "the same address",
    "The roof leaks.",
    "skip",
    "skip",
    "skip",
    "7 december",
)


def turn(
    session: Session, text: str = "", *, choice: str = "", place: str = "za", meaning: Meaning | None = None
) -> Turn:
    inbound = Inbound(Kind.CHOICE if choice else Kind.TEXT, text=text, choice=choice)
    return take_turn(session, inbound, meaning or Meaning(), BOOKS[place], now=NOW, today=NOW.date())


def begun(letter: str = "repairs", **more: str) -> Session:
    """A letter that was just begun; its first question is open."""
    which = turn(GUIDED, choice="g:letter").session
    return turn(which, choice=f"{which.ask_number}:{letter}", **more).session


def a_whole_letter(store: Store) -> Person:
    """Somebody without a case who has just got their letter as PDF and as Word."""
    office, clock = an_office(store, NOW)
    person = Person(office, clock)
    person.writes("my landlord never fixed the leaking roof in our flat in durban, i told him many times")
    for _ in range(4):
        person.presses("Skip")
    person.presses("Write a letter for me")
    person.presses("Ask the landlord to repair the home")
    for answer in ANSWERS:
        person.writes(answer)
    return person


@ON_SQLITE
def test_both_files_say_what_was_shown_and_are_sealed(store: Store) -> None:
    person = a_whole_letter(store)
    pdf = next(letter for letter in person.presses("Send me the PDF") if letter.document)
    word = next(letter for letter in person.presses("Send me Word") if letter.document)
    assert person.conversation is not None
    contents = []
    with store.reading() as look:
        for letter in (pdf, word):
            opened = look.attachments.content(person.conversation, letter.file or 0)
            assert opened is not None
            contents.append(io.BytesIO(opened[1]))
    assert f"Mr {SECRET}" in PdfReader(contents[0]).pages[0].extract_text()
    assert f"Mr {SECRET}" in docx.Document(contents[1]).paragraphs[2].text
    assert SECRET.encode() not in bytes_on_disk(store)
    assert SECRET not in rows_in_clear(store)
    assert person.case is None


@ON_SQLITE
def test_a_finished_letter_is_forgotten_by_the_session_at_once_and_as_a_file_after_a_week(store: Store) -> None:
    person = a_whole_letter(store)
    person.presses("Send me the PDF")
    person.presses("Finished")
    assert SECRET not in person.session.to_json()
    person.clock.move(LETTER_KEPT - timedelta(hours=1))
    assert forget_letters(person.office) == 0
    person.clock.move(timedelta(hours=2))
    assert forget_letters(person.office) == 1
    assert attachment_files(store) == []


@ON_SQLITE
def test_the_copy_of_everything_names_the_letter_and_erasing_takes_it_away(store: Store) -> None:
    person = a_whole_letter(store)
    copy = next(letter for letter in person.writes("/mydata") if letter.document.endswith(".txt"))
    assert f"landlord: Mr {SECRET}" in copy.text
    person.presses("Send me the PDF")
    copy = next(letter for letter in person.writes("/mydata") if letter.document.endswith(".txt"))
    assert "Letters made for you:\n  repairs-2026-11-23.pdf (application/pdf" in copy.text
    person.writes("/delete")
    person.presses("Yes, erase everything")
    assert attachment_files(store) == []
    assert count(store, "attachments") == 0
    assert SECRET.encode() not in bytes_on_disk(store)


def test_danger_is_heard_first_and_is_no_answer() -> None:
    heard = turn(begun(), "he is hitting me", meaning=Meaning(flags=(Flag("violence", "hitting me"),)))
    assert heard.replies[0].text.startswith("First, your safety")
    assert heard.session.asked == FIELD
    assert heard.session.letter_values == {}


def test_what_happened_goes_into_the_letter_when_it_is_said_again() -> None:
    session = begun()
    for answer in ANSWERS[:6]:
        session = turn(session, answer).session
    beaten = Meaning(flags=(Flag("violence", "hit me"),))
    session = turn(session, "He hit me when I asked.", meaning=beaten).session
    assert "faults" not in session.letter_values
    session = turn(session, "He hit me when I asked.", meaning=beaten).session
    assert session.letter_values["faults"] == "He hit me when I asked."


def test_what_is_known_is_not_asked_again() -> None:
    guided = Session(**{**_fields(GUIDED), "guided": ("housing.deposit",), "story": "he keeps my R4 500 deposit"})
    guided = Session(**{**_fields(guided), "answers": {"moved_out": "2026-10-31", "place": "za-gp"}})
    which = turn(guided, choice="g:letter").session
    started = turn(which, choice=f"{which.ask_number}:deposit-refund")
    assert started.session.letter_values == {"deposit": "4500", "left_on": "2026-10-31"}
    assert "How much the deposit was: R4 500; Day you moved out: 31 October 2026" in started.replies[1].text
    assert not {"deposit", "left_on"} & set(started.session.letter_ask)


@pytest.mark.parametrize(
    ("words", "intent", "kept"),
    [
        ("John Stop", "stop", {"my_name": "John Stop"}),
        ("Status Dlamini", "status", {"my_name": "Status Dlamini"}),
        ("i dont know", "unsure", {}),
        ("what now?", "tell", {}),
    ],
)
def test_a_name_may_sound_like_a_command(words: str, intent: str, kept: dict[str, str]) -> None:
    said = turn(begun(), words, meaning=Meaning(intent=intent, intent_probability=0.97))
    assert said.session.letter_values == kept
    assert said.session.asked == FIELD


@pytest.mark.parametrize("words", ["stop", "Stop.", "cancel", "stop the letter"])
def test_stop_ends_the_letter_and_not_the_conversation(words: str) -> None:
    stopped = turn(begun(), words, meaning=Meaning(intent="stop", intent_probability=0.99))
    assert (stopped.session.letter, stopped.session.letter_values, stopped.session.stopped) == ("", {}, False)


def test_the_letter_goes_on_where_it_was_after_a_person_was_asked_for() -> None:
    session = turn(begun(), "Nomsa Dlamini").session
    asked = turn(session, "/human")
    assert asked.session.asked == "human"
    back = turn(asked.session, choice="g:letter")
    assert back.session.asked == FIELD
    assert back.session.letter_values == {"my_name": "Nomsa Dlamini"}
    assert back.session.letter_before == "human"


def test_a_letter_that_is_gone_from_the_pack_ends_kindly() -> None:
    session = Session(**{**_fields(begun()), "letter": "gone"})
    ended = turn(session, "Nomsa Dlamini")
    assert ended.session.letter == ""
    assert ended.session.asked not in QUESTIONS
    assert ended.replies


def test_without_a_letter_for_the_problem_a_person_is_offered() -> None:
    offered = turn(Session(greeted=True), choice="g:letter")
    assert offered.session.letter == ""
    assert [choice.id for choice in offered.replies[-1].choices] == ["g:human"]


def test_somebody_with_a_case_who_comes_back_after_a_month_is_not_asked_for_the_rest() -> None:
    case = OpenCase("AAAA-BBBB", "waiting", None, NOW, active=False)
    later = NOW + timedelta(days=40)
    back = take_turn(
        begun(), Inbound(Kind.TEXT, text="hello"), Meaning(), BOOKS["za"], case=case, now=later, today=later.date()
    )
    assert (back.session.letter, back.session.letter_values) == ("", {})


def _fields(session: Session) -> dict[str, object]:
    return {name: getattr(session, name) for name in session.__dataclass_fields__}


WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from([*ANSWERS, "stop", "change", "pdf", "word", "yes", "no", "1", "99", "my name", "/letter", "/more"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([(place, letter) for place, book in BOOKS.items() for letter in book.pack.letters.values()]),
    st.lists(st.one_of(WORDS, st.integers(0, 8)), max_size=25),
)
def test_whatever_is_said_or_pressed_there_is_an_answer_and_nothing_raises(
    which: tuple[str, object], said: list[str | int]
) -> None:
    """A number presses one of the buttons shown last."""
    place, letter = which
    session = Session(**{**_fields(GUIDED), "guided": letter.issues})  # type: ignore[attr-defined, arg-type]
    step = turn(session, choice="g:letter", place=place)
    for each in said:
        buttons = step.replies[-1].choices
        choice = buttons[each % len(buttons)].id if isinstance(each, int) and buttons else ""
        step = turn(step.session, "" if choice else str(each), choice=choice, place=place)
        assert step.replies
        assert all(reply.text.strip() or reply.letter for reply in step.replies)
        assert step.session.asked not in (FIELD, CHECK, AFTER, CHANGE) or step.session.letter
        assert Session.from_json(step.session.to_json()) == step.session


def test_what_was_understood_wrongly_needs_no_letter() -> None:
    session = turn(begun(), "Nomsa Dlamini").session
    undone = turn(session, choice="g:not_that").session
    assert (undone.letter, undone.letter_values, undone.asked) == ("", {}, "")


@ON_SQLITE
def test_the_worker_takes_old_letters_away(store: Store) -> None:
    person = a_whole_letter(store)
    person.presses("Send me the PDF")
    person.clock.move(LETTER_KEPT + timedelta(hours=1))
    worker = Worker(person.office)
    worker.start()
    try:
        wait_until(lambda: not attachment_files(store), saying="the file is gone", seconds=10)
    finally:
        worker.stop()


def finished(letter: str = "repairs") -> Session:
    """A letter that waits to be approved."""
    session = begun(letter)
    for answer in ANSWERS:
        session = turn(
            session, answer, meaning=Meaning(intent="skip" if answer == "skip" else "", intent_probability=0.9)
        ).session
    assert session.asked == CHECK
    return session


def meant(intent: str) -> Meaning:
    return Meaning(intent=intent, intent_probability=0.9)


@pytest.mark.parametrize(
    ("words", "intent", "asked", "document"),
    [
        ("yes", "affirm", AFTER, "repairs-2026-11-23.pdf"),
        ("the word one, please", "", AFTER, "repairs-2026-11-23.docx"),
        ("PDF", "", AFTER, "repairs-2026-11-23.pdf"),
        ("no", "deny", CHANGE, ""),
        ("there is something wrong", "", CHANGE, ""),
        ("that is not what i meant", "back", CHANGE, ""),
        ("stop please", "stop", "", ""),
        ("what does it cost?", "", CHECK, ""),
    ],
)
def test_a_letter_is_approved_in_words_too(words: str, intent: str, asked: str, document: str) -> None:
    said = turn(finished(), words, meaning=meant(intent))
    assert said.session.asked == asked
    assert [reply.document for reply in said.replies if reply.document] == ([document] if document else [])


@pytest.mark.parametrize(
    ("words", "intent", "asked"),
    [("yes", "affirm", AFTER), ("no thanks", "deny", "open_case"), ("thank you", "thanks", "open_case")],
)
def test_after_a_letter_yes_opens_no_case(words: str, intent: str, asked: str) -> None:
    """The question about the case that was open before is put again, and not answered by these words."""
    session = Session(**{**_fields(finished()), "letter_before": "open_case"})
    sent = turn(session, choice=f"{session.ask_number}:pdf").session
    said = turn(sent, words, meaning=meant(intent))
    assert said.session.asked == asked
    assert said.events == ()


def test_after_a_letter_other_words_are_heard() -> None:
    sent = turn(finished(), "pdf").session
    told = turn(sent, "also the lights are off since monday", meaning=Meaning(problem=0.9, decision=Decision.ASK))
    assert (told.session.letter, told.session.asked) == ("", "open_case")
    assert "the lights are off" in told.session.story


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("1", "my_name"),
        ("my name", "my_name"),
        ("the landlord's phone", ""),
        ("phone", "my_phone"),
        ("address", ""),
        ("99", ""),
    ],
)
def test_what_is_to_be_changed_is_named_in_many_ways(words: str, changes: str) -> None:
    session = turn(finished(), "change").session
    asked = turn(session, words).session
    assert asked.letter_ask == ((changes,) if changes else ())
    assert asked.asked == (FIELD if changes else CHANGE)


def test_a_changed_answer_is_shown_at_once_and_nothing_may_be_changed() -> None:
    session = turn(finished(), "change").session
    shown = turn(session, choice=f"{session.ask_number}:nothing")
    assert shown.session.asked == CHECK
    session = turn(turn(finished(), "change").session, "my name").session
    shown = turn(session, "Nomsa P. Dlamini")
    assert shown.session.asked == CHECK
    assert any(reply.text.startswith("Nomsa P. Dlamini\n") for reply in shown.replies)


def test_choices_take_a_button_a_number_or_words() -> None:
    session = begun("tribunal-complaint")
    for answer in (*ANSWERS[:2], "073 000 0000", "Mr Botha", "4 Main Road"):
        session = turn(session, answer).session
    same = turn(session, choice=f"{session.ask_number}:same").session
    assert same.letter_values["home"] == same.letter_values["my_address"]
    for said in ({"choice": f"{same.ask_number}:lockout"}, {"text": "2"}, {"text": "Locked out"}):
        assert turn(same, **said).session.letter_values["about"] == "lockout"  # type: ignore[arg-type]
    missed = turn(same, "love")
    assert missed.session.asked == FIELD
    assert "about" not in missed.session.letter_values


def test_what_a_letter_needs_cannot_be_skipped() -> None:
    said = turn(begun(), "i do not know", meaning=meant("unsure"))
    assert said.replies[0].text == "The letter does not work without this."
    assert said.session.asked == FIELD


def test_a_long_story_instead_of_a_name_is_kept_as_a_story() -> None:
    story = "he came again last night with three men and they carried my bed out into the street while we slept"
    sure = Meaning(problem=0.9, decision=Decision.SURE, issues=(Scored("housing.lockout", 0.9),))
    told = turn(begun(), story, meaning=sure)
    assert told.session.letter_values == {}
    assert story in told.session.story
    assert told.session.asked == FIELD


@pytest.mark.parametrize("said", ["2", "complain to the rental housing tribunal"])
def test_a_letter_is_chosen_by_number_or_title(said: str) -> None:
    which = turn(GUIDED, "/letter").session
    assert turn(which, said).session.letter == "tribunal-complaint"
    assert turn(which, "²").session.letter == ""


def asked_which(before: str = "") -> Session:
    """Somebody who was asked which letter to write while `before` was open."""
    return turn(replace(GUIDED, asked=before), "/letter").session


@pytest.mark.parametrize("words", ["yes", "the roof one", "blah"])
def test_who_chooses_no_letter_is_asked_once_more_and_then_left_with_a_way_to_a_human(words: str) -> None:
    again = turn(asked_which(), words, meaning=meant("affirm"))
    assert again.session.asked == WHICH
    left = turn(again.session, words, meaning=meant("affirm"))
    assert left.session.asked == ""
    assert "g:human" in [choice.id for reply in left.replies for choice in reply.choices]


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("yes he hit me", Meaning(flags=(Flag("violence", "hit me"),), intent="affirm", intent_probability=0.99)),
        ("yes", Meaning(intent="affirm", intent_probability=0.99)),
    ],
)
def test_a_yes_to_which_letter_is_no_yes_to_the_case_that_was_offered(words: str, meaning: Meaning) -> None:
    session = asked_which("open_case")
    for _ in range(2):
        told = turn(session, words, meaning=meaning)
        assert not any(isinstance(event, CaseAgreed) for event in told.events)
        session = told.session
        if session.asked != WHICH:
            break
    assert session.asked == "open_case"


def test_a_plain_request_for_the_case_leaves_the_letter() -> None:
    agreed = turn(asked_which("open_case"), "Yes, open a case.")
    assert any(isinstance(event, CaseAgreed) for event in agreed.events)


def test_no_letter_at_all_is_wanted() -> None:
    assert turn(asked_which("open_case"), "no", meaning=meant("deny")).session.asked == "open_case"

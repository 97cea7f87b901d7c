"""The language is heard where it is clear, kept where it is not, asked for once, and changed for whoever asks."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.engine import Turn, take_turn
from bot.events import LanguageChosen, SaidInEnglish
from bot.messages import Inbound, Kind
from bot.session import Session
from tests.real_content import real_book
from triage.meaning import Decision, Flag, Meaning, Scored

NOW = datetime(2026, 11, 23, 19, 40, tzinfo=ZoneInfo("Africa/Johannesburg"))
LONG = "one two three four five six seven eight"
SHORT = "one two three"


def read(*languages: tuple[str, float], mixed: bool = False, flag: str = "") -> Meaning:
    """Words in these languages, with a problem in them."""
    return Meaning(
        language="mixed" if mixed else languages[0][0],
        languages=tuple(Scored(*one) for one in languages),
        decision=Decision.SURE,
        issues=(Scored("housing.repairs", 0.9),),
        flags=(Flag(flag, "trigger"),) if flag else (),
    )


def turn(session: Session, text: str, meaning: Meaning, *, language: str = "") -> Turn:
    """One message; `language` is what the channel tells."""
    inbound = Inbound(Kind.TEXT, text=text, language=language)
    return take_turn(session, inbound, meaning, real_book(), now=NOW, today=NOW.date())


def written(*turns: tuple[str, Meaning]) -> Session:
    """A person who wrote all that."""
    session = Session()
    for text, meaning in turns:
        session = turn(session, text, meaning).session
    return session


@pytest.mark.parametrize("language", ["af", "zu", "xh", "st"])
def test_the_first_clear_sentence_settles_the_language(language: str) -> None:
    """And everything is said in it, the greeting too; the person is told once that no speaker has checked it."""
    first = turn(Session(), SHORT, read((language, 0.9)))
    assert (first.session.language, first.session.language_from) == (language, "read")
    assert LanguageChosen(language) in first.events
    assert first.replies[0].text == real_book().wording.say("greeting.hello", language)
    both = (*first.replies, *turn(first.session, LONG, read((language, 0.9))).replies)
    assert sum('"English"' in reply.text for reply in both) == 1


@pytest.mark.parametrize(("page", "greeted"), [("", True), ("zu", False)])
def test_who_read_the_page_in_another_language_is_greeted_in_theirs(page: str, greeted: bool) -> None:
    """The page has said who we are and what is kept; nobody agrees to what they could not read."""
    inbound = Inbound(Kind.TEXT, text=LONG, language=page)
    first = take_turn(Session(), inbound, read(("zu", 0.9)), real_book(), channel="web", now=NOW, today=NOW.date())
    assert (real_book().wording.say("greeting.privacy", "zu") in [reply.text for reply in first.replies]) is greeted


def test_danger_is_said_first_and_in_their_language() -> None:
    """Before the greeting, and before any question about the language."""
    first = turn(Session(), SHORT, read(("zu", 0.6), ("xh", 0.4), mixed=True, flag="violence"))
    assert first.replies[0].text.startswith(real_book().wording.say("danger.first", "zu"))
    assert "Amaphoyisa: 10111" in first.replies[0].text
    assert first.session.asked != "language"


def test_a_greeting_is_answered_in_its_language_until_they_say_more() -> None:
    session = written(("molo", read(("xh", 0.99))))
    assert (session.language, session.language_from) == ("xh", "")
    assert written(("molo", read(("xh", 0.99))), ("ok", read(("en", 0.99)))).language == "xh"
    assert written(("molo", read(("xh", 0.99))), (SHORT, read(("en", 0.99)))).language == "en"
    assert written(("hm", read(("xh", 0.5)))).language == "en"


def test_what_the_channel_tells_is_a_guess() -> None:
    """A phone in isiZulu is greeted in isiZulu; whoever writes Sesotho is answered in Sesotho."""
    session = turn(Session(), "/start", Meaning(), language="zu").session
    assert (session.language, session.language_from) == ("zu", "")
    assert turn(session, SHORT, read(("st", 0.9))).session.language == "st"
    assert turn(Session(), "/start", Meaning(), language="fr").session.language == "en"


def test_short_words_do_not_change_the_language_a_long_sentence_or_two_do() -> None:
    zulu = (LONG, read(("zu", 0.99)))
    other = (SHORT, read(("en", 0.99)))
    assert written(zulu, other).language == "zu"
    assert written(zulu, other, other).language == "en"
    assert written(zulu, other, zulu, other).language == "zu"
    assert written(zulu, ("ok", read(("en", 0.99))), ("no", read(("en", 0.99)))).language == "zu"
    assert written(zulu, (LONG, read(("en", 0.99)))).language == "en"
    assert written(zulu, (LONG, read(("en", 0.7), ("zu", 0.3)))).language == "zu"


@pytest.mark.parametrize(
    "meaning",
    [read(("zu", 0.6), ("xh", 0.35)), read(("en", 0.97), ("xh", 0.03), mixed=True), read(("en", 0.7), ("af", 0.2))],
)
def test_who_may_want_another_language_is_asked_once(meaning: Meaning) -> None:
    """In place of the question that was put: it is put again, in the language they chose."""
    first = turn(Session(), LONG, meaning)
    assert first.session.asked == "language"
    assert [choice.label for choice in first.replies[-1].choices] == [
        "English", "Afrikaans", "Sesotho", "isiXhosa", "isiZulu"
    ]  # fmt: skip
    assert sum(bool(reply.choices) and reply.choices[0].id[0].isdigit() for reply in first.replies) == 1
    chosen = turn(first.session, "isizulu", Meaning())
    assert chosen.session.asked == "place"
    assert chosen.replies[-1].text == real_book().wording.say("question.place", "zu")
    assert turn(chosen.session, LONG, meaning).session.asked != "language"
    assert turn(first.session, LONG, meaning).session.asked != "language"


@pytest.mark.parametrize("meaning", [read(("en", 0.95)), read(("other", 0.7), ("en", 0.3)), read(("zu", 0.85))])
def test_who_writes_clearly_is_not_asked(meaning: Meaning) -> None:
    assert turn(Session(), LONG, meaning).session.asked != "language"


def test_a_chosen_language_stays_whatever_they_write() -> None:
    session = turn(written((LONG, read(("zu", 0.99)))), "English", Meaning()).session
    assert (session.language, session.language_from) == ("en", "chosen")
    for _ in range(3):
        session = turn(session, LONG, read(("zu", 0.99))).session
    assert session.language == "en"


@pytest.mark.parametrize(
    ("words", "language"),
    [("English", "en"), ("isiNgisi!", "en"), ("engels", "en"), ("zulu", "zu"), ("sotho", "st"), ("seqhotsa", "xh")],
)
def test_a_language_may_be_named_in_any_language(words: str, language: str) -> None:
    """Alone it is enough; the open question is put again."""
    asked = written((LONG, read(("af", 0.99))))
    assert asked.asked == "place"
    changed = turn(asked, words, Meaning())
    assert (changed.session.language, changed.session.asked) == (language, "place")
    assert changed.replies[-1].text == real_book().wording.say("question.place", language)


def test_a_language_in_the_middle_of_a_story_changes_nothing() -> None:
    assert written((LONG, read(("af", 0.99))), ("my zulu neighbour shouts", read(("af", 0.99)))).language == "af"


def test_what_is_told_for_a_letter_is_in_no_language() -> None:
    """A name and an address may look like anything."""
    session = replace(written((LONG, read(("zu", 0.99)))), letter="deposit")
    assert turn(session, LONG, read(("af", 0.99))).session.language == "zu"


def test_a_return_after_a_month_keeps_the_language() -> None:
    session = turn(written((LONG, read(("zu", 0.99)))), "English", Meaning()).session
    later = NOW + timedelta(days=40)
    back = take_turn(
        session, Inbound(Kind.TEXT, text=LONG), read(("zu", 0.99)), real_book(), now=later, today=later.date()
    )
    assert back.session.language == "en"


def test_a_card_that_is_only_english_is_given_in_short_with_a_kind_word_and_counted() -> None:
    """Never silently, never nothing."""
    session = turn(Session(), LONG, read(("zu", 0.99))).session
    while session.asked in real_book().script.questions:
        inbound = Inbound(Kind.CHOICE, choice=f"{session.ask_number}:skip")
        last = take_turn(session, inbound, Meaning(), real_book(), now=NOW, today=NOW.date())
        session = last.session
    texts = [reply.text for reply in last.replies]
    at = texts.index(real_book().wording.say("guidance.only_english", "zu"))
    assert "In short" in texts[at + 1]
    assert "Your rights" not in "\n".join(texts)
    assert SaidInEnglish("card:za/housing.repairs", "zu") in last.events
    assert [choice.label for choice in last.replies[at].choices] == [real_book().wording.say("choice.human", "zu")]

"""The pure step: a session and a message in, the next session, replies and events out."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot import (
    casework,
    commands,
    dangers,
    entitlement,
    interview,
    letter_answers,
    nearby,
    safe_contact,
    speaking,
    telling,
    writing,
)
from bot.draft import GLOBAL, Book, Draft, OpenCase
from bot.events import Event, PersonLeft, PersonWrote
from bot.messages import Inbound, Kind, Reply
from bot.session import STORY_LIMIT, Session
from triage.meaning import Decision, Meaning

GREETED_BY_PAGE = frozenset({"web"})  # the page itself says who we are, before anybody has written
RETURN_AFTER = timedelta(days=21)
_OPEN_WHILE_WRITING = casework.WITH_A_CASE | safe_contact.QUESTIONS  # other words go to the office meanwhile


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to. Nothing was sent, nothing saved: the caller does both."""

    session: Session
    replies: tuple[Reply, ...]
    events: tuple[Event, ...]


def story_with(session: Session, text: str) -> str:
    """The words to understand when `text` arrives: the whole story while the person is still telling, else the text."""
    if session.asked in telling.STILL_TELLING and session.story and not session.issues:
        return f"{session.story}\n{text}"[-STORY_LIMIT:]
    return text


def take_turn(
    session: Session,
    inbound: Inbound,
    meaning: Meaning,
    book: Book,
    *,
    case: OpenCase | None = None,
    channel: str = "",
    now: datetime,
    today: date,
    agreed: frozenset[str] = frozenset(),
    opens: datetime | None = None,
) -> Turn:
    """Answers one message. `today` is the day where the person lives, `agreed` what they have consented to.

    `opens` is when the office opens next; None while it is open.

    Danger is heard first in whatever state the conversation is; every message gets an answer.
    """
    draft = Draft(session, inbound, meaning, book, case, now, today, agreed, opens)
    if inbound.kind is Kind.BLOCKED:
        draft.set(stopped=True)
        draft.report(PersonLeft())
        return Turn(draft.session, (), tuple(draft.events))
    speaking.hear_language(draft)
    _welcome(draft, channel)
    speaking.say_unchecked(draft)
    dangers.hear(draft)
    _answer(draft)
    _what_follows(draft)
    if speaking.is_unsure(draft):
        commands.ask_language(draft)
    if not draft.replies:  # whatever happens, nobody is left without an answer
        draft.say("arrivals.other", choices=(draft.human_button,))
    return Turn(replace(draft.session, last_at=now.isoformat()), tuple(draft.replies), tuple(draft.events))


def _what_follows(draft: Draft) -> None:
    """What a step left for the engine to do."""
    if draft.confirm_next:
        telling.confirm(draft, draft.confirm_next)
    if draft.not_that:
        telling.not_that(draft)
    if draft.go_on:
        _go_on(draft)
    if draft.ask_again:
        _ask_again(draft)
    if draft.session.letter and not draft.session.asked and draft.replies:
        draft.offer(draft.letter_button)
    safe_contact.ask_if_needed(draft)


def _go_on(draft: Draft) -> None:
    """Help that was interrupted goes on where it was: refusing a case, or having one, never means less help."""
    session = draft.session
    if session.current and session.current not in session.guided:
        interview.next_question(draft)
    elif session.candidates and not session.issues:
        telling.offer(draft, "understood.not_sure")


def _welcome(draft: Draft, channel: str) -> None:
    session = draft.session
    draft.set(stopped=False)
    if not session.greeted:
        page_is_in = draft.inbound.language or "en"
        if channel not in GREETED_BY_PAGE or draft.session.language != page_is_in:
            draft.say("greeting.hello")
            draft.say("greeting.privacy", choices=(draft.human_button,))
            draft.welcomed = True
        if draft.book.wording.has(f"greeting.{channel}"):
            draft.say(f"greeting.{channel}")
        draft.set(greeted=True)
    elif session.last_seen is not None and draft.now - session.last_seen > RETURN_AFTER:
        if draft.case is not None and draft.has_open_case:
            draft.say("greeting.back_case", reference=draft.case.reference)
            draft.set(
                asked="", to_ask=(), **writing.NO_LETTER
            )  # whatever was asked a month ago, these words are for the paralegal
        else:
            draft.say("greeting.back")
            draft.session = Session(
                greeted=True,
                language=session.language,
                language_from=session.language_from,
                language_asked=session.language_asked,
                unchecked_told=session.unchecked_told,
                ask_number=session.ask_number,
                answers={name: value for name, value in session.answers.items() if name == "place"},
                consent_asked=session.consent_asked,
                safe_asked=session.safe_asked,
            )
    elif session.stopped and draft.inbound.kind is not Kind.CHOICE:
        draft.say("greeting.again")
        draft.back_again = draft.meaning.decision is Decision.NONE and not draft.meaning.flags


def _answer(draft: Draft) -> None:
    kind = draft.inbound.kind
    if kind is Kind.CHOICE:
        _button(draft)
    elif kind is Kind.TEXT and draft.inbound.text.strip():
        _text(draft)
    elif kind is Kind.EDITED and draft.inbound.text.strip():
        _edited(draft)
    else:
        _arrival(draft)


def _button(draft: Draft) -> None:
    number, _, answer = draft.inbound.choice.partition(":")
    session = draft.session
    if number == GLOBAL:
        if answer == "not_that":
            telling.not_that(draft)
        elif not commands.run(draft, answer):
            _stale(draft)
    elif number == str(session.ask_number) and session.asked:
        _reply_to_question(draft, answer, is_button=True)
    else:
        _stale(draft)


def _stale(draft: Draft) -> None:
    draft.say("question.old_button")
    draft.ask_again = True


def _ask_again(draft: Draft) -> None:
    """Puts the open question once more, or says how to go on where none is open."""
    asked = draft.session.asked
    if asked in casework.QUESTIONS:
        casework.ask(draft, asked, again=True)
    elif asked in commands.QUESTIONS:
        commands.ask(draft, asked)
    elif asked in letter_answers.QUESTIONS:
        writing.ask(draft, asked)
    elif asked in nearby.QUESTIONS:
        nearby.ask(draft)
    elif entitlement.is_question(draft, asked):
        entitlement.ask(draft, asked)
    elif asked == telling.WHICH:
        telling.offer(draft, "understood.not_sure")
    elif asked in draft.book.script.questions:
        interview.ask(draft, asked)
    elif draft.case is not None:
        commands.run(draft, "status")
    else:
        draft.say("greeting.tell_short", choices=(draft.human_button,))


def _text(draft: Draft) -> None:
    named = speaking.named_in(draft, draft.inbound.text, alone=True)
    if named:
        commands.speak(draft, named)
        return
    command = commands.command_in(draft)
    if command is not None and commands.run(draft, command):
        return
    if draft.back_again and draft.session.asked in draft.book.script.questions:
        draft.ask_again = True
        return
    _reply_to_question(draft, draft.inbound.text.strip(), is_button=False)


def _reply_to_question(draft: Draft, answer: str, *, is_button: bool) -> None:
    asked = draft.session.asked
    if _answers(draft, asked, answer, is_button=is_button):
        return
    if is_button:
        _stale(draft)
    elif draft.session.asked != asked:  # the question is off the table: these words may answer the one before
        _reply_to_question(draft, answer, is_button=False)
    elif draft.case is not None and (asked == "" or asked in _OPEN_WHILE_WRITING):
        _wrote_to_the_office(draft)
    else:
        telling.told(draft)


def _answers(draft: Draft, asked: str, answer: str, *, is_button: bool) -> bool:
    """Whether the open question took this as its answer."""
    if asked in casework.QUESTIONS:
        return casework.answered(draft, asked, answer, is_button=is_button)
    if asked in commands.QUESTIONS:
        return commands.answered(draft, asked, answer, is_button=is_button)
    if asked in letter_answers.QUESTIONS:
        return writing.answered(draft, asked, answer, is_button=is_button)
    if asked in nearby.QUESTIONS:
        return nearby.answered(draft, answer, is_button=is_button)
    if entitlement.is_question(draft, asked):
        return entitlement.answered(draft, asked, answer, is_button=is_button)
    if asked == telling.WHICH:
        return telling.which_answered(draft, answer, is_button=is_button)
    if asked in draft.book.script.questions:
        return interview.answered(draft, asked, answer, is_button=is_button)
    return False


def _wrote_to_the_office(draft: Draft) -> None:
    waits = draft.case is not None and draft.has_open_case and not draft.case.active
    if waits and draft.meaning.intent == "greet" and draft.meaning.decision is Decision.NONE:
        draft.report(PersonWrote())
        commands.run(draft, "status")  # "hello? anybody there?"
    else:
        casework.wrote(draft)


def _edited(draft: Draft) -> None:
    if draft.session.asked in telling.STILL_TELLING and draft.case is None:
        telling.told(draft)
        return
    draft.say("arrivals.edited")
    if draft.case is not None:
        draft.report(PersonWrote())


def _arrival(draft: Draft) -> None:
    kind = draft.inbound.kind
    has_case = draft.has_open_case
    if has_case and kind in (Kind.FILE, Kind.VOICE, Kind.LOCATION, Kind.CONTACT):
        draft.report(PersonWrote())
    if kind is Kind.FILE:
        if has_case and draft.case is not None:
            draft.say("arrivals.photo_case", reference=draft.case.reference)
        elif draft.session.story:
            draft.say("arrivals.photo")
        else:
            draft.say("arrivals.photo_no_case")
    elif kind is Kind.TOO_BIG:
        draft.say("arrivals.too_big", limit="20")
    elif kind in (Kind.TEXT, Kind.EDITED, Kind.EMPTY):
        draft.say("arrivals.empty", choices=(draft.human_button,))
    else:
        draft.say(f"arrivals.{kind}", choices=(draft.human_button,))
    draft.ask_again = bool(draft.session.asked)

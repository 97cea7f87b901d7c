"""What a person can ask for at any time, by /command, button or plain words."""

from collections.abc import Callable
from functools import partial

from bot import agreements, casework, entitlement, guiding, letter_answers, nearby, safe_contact, speaking, writing
from bot.dangers import contacts_for
from bot.days import say_date
from bot.draft import Draft
from bot.events import CopyAsked, ErasureConfirmed, PersonWrote, StopAsked
from bot.messages import Reply
from bot.session import Session
from triage.meaning import Decision

DELETE, LANGUAGE = "delete", "language"
QUESTIONS = frozenset({DELETE, LANGUAGE}) | safe_contact.QUESTIONS | agreements.QUESTIONS

# Said in plain words these are commands; said with many more words around them they are something to be read.
IN_WORDS = frozenset({"human", "status", "language", "mydata", "delete", "stop", "help", "restart"})
_SURE_INTENT = 0.75
_MOST_WORDS = 10


def command_in(draft: Draft) -> str | None:
    """The command that a text is, if it is one."""
    text = draft.inbound.text.strip()
    if text.startswith("/"):
        return text[1:].split(maxsplit=1)[0].split("@")[0].casefold() if len(text) > 1 else "help"
    if command := _own_word(draft, text):
        return command
    if entitlement.asked_for(draft):
        return "benefits"
    if nearby.asked_for(draft):
        return "near"
    if agreements.asked_for(draft):
        return "withdraw"
    if _is_answer(draft):
        return None
    if draft.session.issues and casework.asks_to_open(draft):
        return "human"
    meaning = draft.meaning
    if meaning.intent not in IN_WORDS or meaning.intent_probability < _SURE_INTENT or meaning.flags:
        return None
    if len(text.split()) > _MOST_WORDS or meaning.decision is Decision.SURE:
        return None
    return meaning.intent


def _is_answer(draft: Draft) -> bool:
    """Whether words that may sound like a command answer the open question: "zulu please", "yes, delete it"."""
    asked, intent = draft.session.asked, draft.meaning.intent
    if intent == asked or (intent == "human" and asked == casework.OPEN) or letter_answers.takes_as_answer(draft):
        return True
    return casework.is_offered(letter_answers.before_letter(draft)) and casework.asks_to_open(draft)


def _own_word(draft: Draft, text: str) -> str:
    """The command that stands there alone in another language; in English it is read like all that is said to us."""
    wording, language = draft.book.wording, draft.session.language
    said = text.casefold().strip(" .!?\"'")
    words = {command: f"word.{command}" for command in IN_WORDS if wording.has(f"word.{command}")}
    own = {wording.say(key, language).casefold(): command for command, key in words.items()}
    return own.get(said, "") if language != "en" else ""


def run(draft: Draft, command: str) -> bool:
    """Does what a command asks for; False when there is no such command."""
    action = _ACTIONS.get(command)
    if action is None:
        if draft.inbound.text.startswith("/"):
            _help(draft)
            return True
        return False
    action(draft)
    return True


def ask(draft: Draft, which: str) -> None:
    """Puts one of this module's questions."""
    if which == DELETE:
        draft.ask(DELETE, "delete.ask", (("yes", draft.words("delete.yes")), ("no", draft.words("delete.no"))))
    elif which in safe_contact.QUESTIONS:
        safe_contact.ask(draft)
    elif which in agreements.QUESTIONS:
        agreements.ask(draft)
    else:
        wording = draft.book.wording  # each language under its own name, whatever we speak now
        draft.ask(
            LANGUAGE,
            "language.ask",
            tuple((code, wording.say(f"languages.{code}", code)) for code in wording.languages),
        )


def answered(draft: Draft, which: str, answer: str, *, is_button: bool) -> bool:
    """Takes the answer to a question of this module; the question that was open before is put again."""
    if which == DELETE:
        return _delete_answered(draft, answer, is_button=is_button)
    if which in safe_contact.QUESTIONS:
        return safe_contact.answered(draft, answer, is_button=is_button)
    if which in agreements.QUESTIONS:
        return agreements.answered(draft, answer, is_button=is_button)
    chosen = answer if is_button else speaking.named_in(draft, answer)
    if chosen not in draft.book.wording.languages:
        draft.set(asked=draft.session.resume, resume="")
        return False
    speak(draft, chosen)
    return True


def speak(draft: Draft, language: str) -> None:
    """Changes the language for good; the open question is put again in it."""
    if draft.session.asked != LANGUAGE:
        draft.set(resume=draft.session.asked)
    speaking.choose(draft, language)
    _resume(draft)
    draft.ask_again = draft.ask_again or (not draft.session.issues and draft.case is None)


def ask_language(draft: Draft) -> None:
    """Asks which language to speak, in place of a question that was just put: it is put again afterwards."""
    draft.set(language_asked=True)
    draft.put_instead()
    ask(draft, LANGUAGE)


def _delete_answered(draft: Draft, answer: str, *, is_button: bool) -> bool:
    sure = draft.meaning.intent_probability >= _SURE_INTENT and len(answer.split()) <= _MOST_WORDS
    yes = answer == "yes" if is_button else sure and draft.meaning.intent in ("affirm", "delete")
    if yes:
        draft.report(ErasureConfirmed())
        draft.session = Session(language=draft.session.language)
        draft.say("delete.done")
        return True
    draft.say("delete.kept")
    no = answer == "no" if is_button else sure and draft.meaning.intent in ("deny", "skip", "unsure", "back")
    if no:
        _resume(draft)
        return True
    draft.set(asked=draft.session.resume, resume="")
    return False


def _interrupt(draft: Draft, which: str) -> None:
    draft.put_aside()
    ask(draft, which)


def _resume(draft: Draft) -> None:
    """Back to the question that was open before, or to how to begin."""
    draft.take_up()
    draft.ask_again = draft.ask_again or (not draft.session.story and draft.case is None)


def _start(draft: Draft) -> None:
    if draft.case is not None and draft.case.status != "closed":
        _status(draft)
        return
    _fresh(draft)
    draft.say("greeting.tell")


def _restart(draft: Draft) -> None:
    _fresh(draft)
    draft.say("greeting.tell_short", choices=(draft.human_button,))


def _fresh(draft: Draft) -> None:
    old = draft.session
    draft.session = Session(
        greeted=old.greeted,
        language=old.language,
        language_from=old.language_from,
        language_asked=old.language_asked,
        unchecked_told=old.unchecked_told,
        last_at=old.last_at,
        ask_number=old.ask_number,
        flags=old.flags,
        consent_asked=old.consent_asked,
        safe_asked=old.safe_asked,
    )


def _status(draft: Draft) -> None:
    case = draft.case
    if case is None:
        if casework.is_offered(draft.session.asked):
            casework.say_wait(draft)  # "how long will it take?"
        else:
            draft.say("status.none", choices=(draft.human_button,))
        draft.ask_again = bool(draft.session.asked)
        return
    for each in (case, *case.others):
        since = each.waiting_since or draft.now
        draft.say(
            f"status.{each.status}",
            reference=each.reference,
            name=each.paralegal or "",
            since=say_date(since.date(), draft.session.language),
        )


def _human(draft: Draft) -> None:
    if draft.case is not None and draft.case.status != "closed":
        draft.report(PersonWrote())
        draft.set(asked="")
        draft.say("human.on_case", reference=draft.case.reference)
    else:
        if draft.session.asked in draft.book.script.questions:
            draft.set(to_ask=(draft.session.asked, *draft.session.to_ask))
        casework.ask(draft, casework.HUMAN)
    contacts = contacts_for(draft, ["human"])
    if contacts:
        lines = [draft.words("human.numbers"), *(draft.contact_line(contact) for contact in contacts)]
        question = draft.replies.pop()
        draft.replies += [Reply("\n".join(lines)), question]


def _language(draft: Draft) -> None:
    named = speaking.named_in(draft, draft.inbound.text)
    if named:
        speak(draft, named)
    else:
        _interrupt(draft, LANGUAGE)


def _mydata(draft: Draft) -> None:
    draft.report(CopyAsked())
    draft.say("mydata.intro", choices=(*agreements.buttons(draft), safe_contact.button(draft)))
    draft.ask_again = bool(draft.session.asked)


def _stop(draft: Draft) -> None:
    draft.report(StopAsked())
    draft.set(stopped=True)
    if draft.case is not None and draft.case.status != "closed":
        draft.say("stop.done_case", reference=draft.case.reference)
    else:
        draft.say("stop.done")


def _help(draft: Draft) -> None:
    draft.say("help.text", country=draft.book.pack.name)
    draft.say("help.commands", choices=(draft.human_button,))
    draft.ask_again = bool(draft.session.asked)


_ACTIONS: dict[str, Callable[[Draft], None]] = {
    "start": _start,
    "restart": _restart,
    "new": _restart,
    "status": _status,
    "human": _human,
    "mydata": _mydata,
    "delete": lambda draft: _interrupt(draft, DELETE),
    "forget": lambda draft: _interrupt(draft, DELETE),
    "language": _language,
    "stop": _stop,
    "help": _help,
    "near": nearby.find,
    "benefits": entitlement.begin,
    "apply": entitlement.apply,
    "more": guiding.more,
    "sources": guiding.sources,
    "letter": writing.begin,
    "safe": safe_contact.change,
    "show": safe_contact.show,
    "withdraw": agreements.withdraw_in_words,
    "withdraw_statistics": partial(agreements.withdraw, purpose="statistics"),
    "withdraw_improve": partial(agreements.withdraw, purpose="improve"),
    "withdraw_partner": partial(agreements.withdraw, purpose="partner"),
    "withdraw_case": partial(agreements.withdraw, purpose="case"),
}

"""What is said while a letter is written: an answer for it, a wish about it, or something else."""

from bot.draft import Draft
from bot.events import DangerHeard
from triage.letter_fields import Field, FieldKind
from triage.letter_files import Format
from triage.letter_templates import Template

WHICH, FIELD, CHECK, AFTER, CHANGE = "letter_which", "letter_field", "letter_check", "letter_after", "letter_change"
QUESTIONS = frozenset({WHICH, FIELD, CHECK, AFTER, CHANGE})

_SURE_INTENT, _CERTAIN = 0.6, 0.95
_SHORT = 4  # words: "i do not know" is no answer, more than that may be one
_NO_QUESTION = frozenset({FieldKind.NAME, FieldKind.ADDRESS})
_CRIES = frozenset({"violence", "self_harm", "child_risk"})  # said in the middle of a letter, they are not for it
_ALWAYS = frozenset({"human", "status", "help", "language", "my data", "delete"})
_SAME = frozenset({"same", "the same", "same address", "the same address", "as before"})
_STOPS = frozenset({"stop", "cancel", "stop the letter", "stop letter", "please stop", "i want to stop"})
_NO_LETTER = frozenset({"deny", "skip", "something_else"})
_FINISHED = frozenset({"thanks", "goodbye", "deny", "skip"})


def takes_as_answer(draft: Draft) -> bool:
    """Whether plain words are an answer for the letter, even where elsewhere they would be a command."""
    asked, meaning = draft.session.asked, draft.meaning
    if asked == FIELD:  # a name, or what somebody wrote about a debt, may sound like anything
        asks_for_a_person = meaning.intent == "human" and meaning.intent_probability >= _CERTAIN
        return not asks_for_a_person and draft.inbound.text.casefold().strip(" .!") not in _ALWAYS
    return asked in QUESTIONS and meaning.intent == "stop"


def wants_to_stop(draft: Draft, said: str) -> bool:
    """Whether they want no letter any more; a name may sound like that too."""
    sure = draft.meaning.intent == "stop" and draft.meaning.intent_probability >= _SURE_INTENT
    return said in _STOPS or (draft.session.asked != FIELD and sure and len(said.split()) <= _SHORT)


def declines(draft: Draft) -> bool:
    """Whether they say that it is none of the letters."""
    meaning, few = draft.meaning, len(draft.inbound.text.split()) <= _SHORT
    return few and meaning.intent in _NO_LETTER and meaning.intent_probability >= _SURE_INTENT


def before_letter(draft: Draft) -> str:
    """The question that words answer which choose no letter: the one before "which letter?", or the open one."""
    return draft.session.letter_before if draft.session.asked == WHICH else draft.session.asked


def passes(draft: Draft, field: Field) -> bool:
    """Whether they say that they do not know, do not want to say, or that there is nothing to say."""
    meaning, words = draft.meaning, draft.inbound.text
    if len(words.split()) > _SHORT or any(sign.isdigit() for sign in words) or field.choices:
        return False
    said = ("skip", "unsure", "deny") if field.optional else ("skip", "unsure")
    return meaning.intent in said and meaning.intent_probability >= _SURE_INTENT


def cries_for_help(draft: Draft, field: Field) -> bool:
    """Whether these words were a cry for help and no answer. Said again, they may be what happened."""
    heard = {flag for event in draft.events if isinstance(event, DangerHeard) for flag in event.flags}
    return bool(heard & _CRIES if field.kind is FieldKind.TEXT else heard - {"court_soon"})


def pressed(draft: Draft, field: Field, answer: str) -> str:
    """What a button of a field stands for; empty for a button of something else."""
    if answer == "same":
        return draft.session.letter_values.get(field.same_as, "")
    return answer if any(choice.id == answer for choice in field.choices) else ""


def written(draft: Draft, field: Field, words: str) -> str:
    """The answer in somebody's words, as it is kept; empty when there is none in them."""
    if field.kind in _NO_QUESTION and "?" in words:
        return ""  # it is asked of us, and is no name
    for number, choice in enumerate(field.choices, start=1):
        if words.strip(" .") == str(number):
            return choice.id
    if field.same_as and words.casefold().strip(" .!") in _SAME:
        return pressed(draft, field, "same")
    pack = draft.book.pack
    return field.read(words, today=draft.today, order=pack.date_order, currency=pack.currency)


def wanted(draft: Draft, said: str) -> str:
    """What they want done with a letter they have read: a format, `change`, `stop`, `again` to be asked; or empty."""
    words = set(said.replace(",", " ").split())
    sure = draft.meaning.intent_probability >= _SURE_INTENT and len(words) <= 2 * _SHORT
    intent = draft.meaning.intent if sure else ""
    if "pdf" in words:
        return str(Format.PDF)
    if words & {"word", "docx"}:
        return str(Format.WORD)
    if words & {"change", "wrong", "correct"} or intent == "back":
        return "change"
    if draft.session.asked == AFTER:
        return "stop" if intent in _FINISHED else "again" if intent == "affirm" else ""
    return {"affirm": str(Format.PDF), "deny": "change"}.get(intent, "")


def field_meant(template: Template, said: str) -> str:
    """The field that they name, by its number or by its label or a part of it; empty where it could be several."""
    meant = said.replace("my ", "your ").removeprefix("the ")
    named = {field.id: field.label.casefold() for field in template.fields}
    exact = [
        id_
        for number, (id_, label) in enumerate(named.items(), start=1)
        if said in (id_, str(number)) or meant == label
    ]
    chosen = exact or [id_ for id_, label in named.items() if meant and meant in label]
    return chosen[0] if len(chosen) == 1 else ""

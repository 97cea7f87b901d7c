"""A letter written together: one missing thing at a time, the whole of it to read, then as a file."""

from collections.abc import Mapping
from typing import Any

from bot.draft import Draft
from bot.events import DangerHeard, LetterTaken
from bot.messages import Reply
from triage.amounts import find_amounts
from triage.letter_fields import Field, FieldKind
from triage.letter_files import Format
from triage.letter_templates import Template
from triage.letters import AMOUNT, Letter, fill, known
from triage.meaning import Decision

WHICH, FIELD, CHECK, AFTER, CHANGE = "letter_which", "letter_field", "letter_check", "letter_after", "letter_change"
QUESTIONS = frozenset({WHICH, FIELD, CHECK, AFTER, CHANGE})
NO_LETTER: Mapping[str, Any] = {"letter": "", "letter_values": {}, "letter_ask": (), "letter_before": ""}

_SURE_INTENT, _CERTAIN = 0.6, 0.95
_SHORT = 4  # words: "i do not know" is no answer, more than that may be one
_STORY = 12  # words: longer ones that fit no field and tell a problem are more of the story
_NO_QUESTION = frozenset({FieldKind.NAME, FieldKind.ADDRESS})
_CRIES = frozenset({"violence", "self_harm", "child_risk"})  # said in the middle of a letter, they are not for it
_ALWAYS = frozenset({"human", "status", "help", "language", "my data", "delete"})
_SAME = frozenset({"same", "the same", "same address", "the same address", "as before"})
_STOPS = frozenset({"stop", "cancel", "stop the letter", "stop letter", "please stop", "i want to stop"})
_FINISHED = frozenset({"thanks", "goodbye", "deny", "skip"})


def takes_as_answer(draft: Draft) -> bool:
    """Whether plain words are an answer for the letter, even where elsewhere they would be a command."""
    asked, meaning = draft.session.asked, draft.meaning
    if asked == FIELD:  # a name, or what somebody wrote about a debt, may sound like anything
        asks_for_a_person = meaning.intent == "human" and meaning.intent_probability >= _CERTAIN
        return not asks_for_a_person and draft.inbound.text.casefold().strip(" .!") not in _ALWAYS
    return asked in QUESTIONS and meaning.intent == "stop"


def begin(draft: Draft) -> None:
    """Begins a letter for what they were guided on, or goes on with the one that was begun."""
    session = draft.session
    if session.asked not in QUESTIONS:
        draft.set(letter_before=session.asked)
    if session.letter in draft.book.pack.letters:
        _go_on(draft)
        return
    letters = draft.letters
    if not letters:
        draft.say("letter.none", choices=(draft.human_button,))
        draft.ask_again = bool(session.asked)
    elif len(letters) == 1:
        _start(draft, letters[0])
    else:
        ask(draft, WHICH)


def ask(draft: Draft, which: str) -> None:
    """Puts one of this module's questions, as far as the letter has come."""
    if which == WHICH:
        options = tuple((each.id, each.title) for each in draft.letters)
        draft.ask(WHICH, "letter.which", (*options, ("stop", draft.words("letter.stop"))))
    elif _template(draft) is None:
        _stop(draft)
    elif which == FIELD:
        _ask_field(draft)
    elif which == CHANGE:
        _ask_change(draft)
    else:
        _ask_check(draft, which)


def answered(draft: Draft, which: str, answer: str, *, is_button: bool) -> bool:
    """Takes an answer by button or words; False when it was something else."""
    said = answer.casefold().strip(" .!")
    if (answer == "stop" and is_button) or (not is_button and _wants_to_stop(draft, said)):
        _stop(draft)
        return True
    if which == WHICH:
        return _which_answered(draft, answer if is_button else said)
    template = _template(draft)
    if template is None:
        _stop(draft)
        return True
    if which == FIELD:
        return _field_answered(draft, template, answer, is_button=is_button)
    if which == CHANGE:
        return _change_answered(draft, template, answer if is_button else said)
    return _check_answered(draft, which, answer if is_button else _checked_in_words(draft, said))


def _template(draft: Draft) -> Template | None:
    return draft.book.pack.letters.get(draft.session.letter)


def _wants_to_stop(draft: Draft, said: str) -> bool:
    sure = draft.meaning.intent == "stop" and draft.meaning.intent_probability >= _SURE_INTENT
    return said in _STOPS or (draft.session.asked != FIELD and sure and len(said.split()) <= _SHORT)


def _which_answered(draft: Draft, said: str) -> bool:
    letters = draft.letters
    if said.isdigit() and 1 <= int(said) <= len(letters):
        said = letters[int(said) - 1].id
    chosen = [each for each in letters if said in (each.id, each.title.casefold())]
    if chosen:
        _start(draft, chosen[0])
    return bool(chosen)


def _start(draft: Draft, template: Template) -> None:
    """What is known already is not asked for again, but said."""
    amounts = find_amounts(draft.session.story, currency=draft.book.pack.currency)
    amount = str(amounts[0].value) if len(amounts) == 1 else ""
    values = known(template, {**draft.session.answers, AMOUNT: amount})
    left = tuple(field.id for field in template.fields if field.id not in values)
    draft.set(letter=template.id, letter_values=values, letter_ask=left)
    draft.say("letter.begin", title=template.title, to=template.to)
    if values:
        facts = [f"{template.field(id_).label}: {_said(draft, template, id_)}" for id_ in values]
        draft.say("letter.known", facts="; ".join(facts))
    _go_on(draft)


def _said(draft: Draft, template: Template, id_: str) -> str:
    return template.field(id_).say(draft.session.letter_values[id_], draft.book.pack.currency)


def _go_on(draft: Draft) -> None:
    """The next thing that is missing, or the whole letter when nothing is."""
    if draft.session.letter_ask:
        ask(draft, FIELD)
    else:
        _show(draft)


def _ask_field(draft: Draft) -> None:
    template, left = _template(draft), draft.session.letter_ask
    if template is None or not left:
        _show(draft)
        return
    field = template.field(left[0])
    options = [(choice.id, choice.label) for choice in field.choices]
    if field.same_as in draft.session.letter_values:
        options.append(("same", draft.words("letter.same")))
    question = field.ask
    if field.optional:
        options.append(("skip", draft.words("question.skip")))
        question = f"{question} {draft.words('letter.optional')}"
    options.append(("stop", draft.words("letter.stop")))
    key = "letter.ask" if len(left) > 1 else "letter.ask_last"
    draft.ask(FIELD, key, tuple(options), left=str(len(left)), question=question)


def _field_answered(draft: Draft, template: Template, answer: str, *, is_button: bool) -> bool:
    if not draft.session.letter_ask:
        _show(draft)
        return True
    field = template.field(draft.session.letter_ask[0])
    if (is_button and answer == "skip") or (not is_button and _passes(draft, field)):
        _skip(draft, field)
        return True
    if not is_button and _danger_told(draft, field):
        draft.say("letter.later")
        _ask_field(draft)
        return True
    value = _pressed(draft, field, answer) if is_button else _read(draft, field, answer)
    if not value:
        return not is_button and _missed(draft, field)
    draft.set(letter_values={**draft.session.letter_values, field.id: value}, letter_ask=draft.session.letter_ask[1:])
    _go_on(draft)
    return True


def _danger_told(draft: Draft, field: Field) -> bool:
    """Whether these words were a cry for help and no answer. Said again, they may be what happened."""
    heard = {flag for event in draft.events if isinstance(event, DangerHeard) for flag in event.flags}
    return bool(heard & _CRIES if field.kind is FieldKind.TEXT else heard - {"court_soon"})


def _pressed(draft: Draft, field: Field, answer: str) -> str:
    if answer == "same":
        return draft.session.letter_values.get(field.same_as, "")
    return answer if any(choice.id == answer for choice in field.choices) else ""


def _passes(draft: Draft, field: Field) -> bool:
    """Whether they say that they do not know, do not want to say, or that there is nothing to say."""
    meaning, words = draft.meaning, draft.inbound.text
    if len(words.split()) > _SHORT or any(sign.isdigit() for sign in words) or field.choices:
        return False
    said = ("skip", "unsure", "deny") if field.optional else ("skip", "unsure")
    return meaning.intent in said and meaning.intent_probability >= _SURE_INTENT


def _skip(draft: Draft, field: Field) -> None:
    if not field.optional:
        draft.say("letter.needed")
        _ask_field(draft)
        return
    values = {id_: value for id_, value in draft.session.letter_values.items() if id_ != field.id}
    draft.set(letter_values=values, letter_ask=draft.session.letter_ask[1:])
    _go_on(draft)


def _read(draft: Draft, field: Field, words: str) -> str:
    if field.kind in _NO_QUESTION and "?" in words:
        return ""  # it is asked of us, and is no name
    if words.strip().isdigit() and field.choices:
        place = int(words) - 1
        return field.choices[place].id if 0 <= place < len(field.choices) else ""
    if field.same_as and words.casefold().strip(" .!") in _SAME:
        return _pressed(draft, field, "same")
    pack = draft.book.pack
    return field.read(words, today=draft.today, order=pack.date_order, currency=pack.currency)


def _missed(draft: Draft, field: Field) -> bool:
    """Says what is wanted and asks again; False when the words tell a problem instead."""
    if (
        draft.meaning.decision is Decision.SURE
        and len(draft.inbound.text.split()) > _STORY
        and field.kind is not FieldKind.TEXT
    ):
        return False
    draft.say(f"not_taken.{field.kind}")
    _ask_field(draft)
    return True


def _letter(draft: Draft, template: Template) -> Letter:
    return fill(template, draft.session.letter_values, currency=draft.book.pack.currency, today=draft.today)


def _show(draft: Draft) -> None:
    template = _template(draft)
    if template is None:
        _stop(draft)
        return
    draft.say("letter.here")
    draft.replies.append(Reply(_letter(draft, template).text))
    if template.note:
        draft.say("letter.note", note=template.note)
    if template.reviewed_by is None:
        draft.say("letter.unreviewed")
    _ask_check(draft, CHECK)


def _ask_check(draft: Draft, which: str) -> None:
    options = [(str(Format.PDF), draft.words("letter.pdf")), (str(Format.WORD), draft.words("letter.word"))]
    options.append(("change", draft.words("letter.change")))
    options.append(("stop", draft.words("letter.finished" if which == AFTER else "letter.stop")))
    draft.ask(which, "letter.after" if which == AFTER else "letter.check", tuple(options))


def _checked_in_words(draft: Draft, said: str) -> str:
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
        return "stop" if intent in _FINISHED else ""
    return {"affirm": str(Format.PDF), "deny": "change"}.get(intent, "")


def _check_answered(draft: Draft, which: str, said: str) -> bool:
    template = _template(draft)
    if template is not None and said in list(Format):
        letter = _letter(draft, template)
        draft.report(LetterTaken(letter.id, letter.version, said))
        draft.say("letter.sent")
        draft.replies.append(Reply.of_letter(letter, Format(said)))
        _ask_check(draft, AFTER)
    elif said == "change":
        _ask_change(draft)
    elif said == "stop":
        _stop(draft)
    elif which == AFTER and draft.inbound.text:
        draft.set(asked=draft.session.letter_before, **NO_LETTER)  # the letter is done: they talk of something else
        return False
    else:
        return False
    return True


def _ask_change(draft: Draft) -> None:
    template = _template(draft)
    if template is None:
        _stop(draft)
        return
    options = tuple((field.id, field.label) for field in template.fields)
    draft.ask(CHANGE, "letter.what_to_change", (*options, ("nothing", draft.words("letter.change_nothing"))))


def _change_answered(draft: Draft, template: Template, said: str) -> bool:
    if said in ("nothing", "none"):
        _show(draft)
        return True
    meant = said.replace("my ", "your ").removeprefix("the ")
    chosen = [field.id for field in template.fields if said == field.id or meant in field.label.casefold()]
    exact = [field.id for field in template.fields if meant == field.label.casefold()]
    chosen = exact or (chosen if len(chosen) == 1 else [])
    if said.isdigit() and 1 <= int(said) <= len(template.fields):
        chosen = [template.fields[int(said) - 1].id]
    if chosen:
        draft.set(letter_ask=(chosen[0],))
        ask(draft, FIELD)
    return bool(chosen)


def _stop(draft: Draft) -> None:
    """The letter ends, its values are forgotten, and the question that was open before is put again."""
    before = draft.session.letter_before
    draft.say("letter.closed" if draft.session.asked == AFTER else "letter.stopped")
    draft.set(asked=before, **NO_LETTER)
    draft.ask_again = bool(before)

"""A letter written together: one missing thing at a time, the whole of it to read, then as a file."""

from collections.abc import Mapping
from typing import Any

from bot import casework
from bot.draft import Draft
from bot.events import LetterTaken
from bot.letter_answers import (
    AFTER,
    CHANGE,
    CHECK,
    FIELD,
    QUESTIONS,
    WHICH,
    before_letter,
    cries_for_help,
    declines,
    field_meant,
    passes,
    pressed,
    wanted,
    wants_to_stop,
    written,
)
from bot.messages import Reply
from triage.amounts import find_amounts
from triage.letter_fields import Field, FieldKind
from triage.letter_files import Format
from triage.letter_templates import Template
from triage.letters import AMOUNT, Letter, fill, known
from triage.meaning import Decision

NO_LETTER: Mapping[str, Any] = {"letter": "", "letter_values": {}, "letter_ask": (), "letter_before": ""}

_STORY = 12  # words: longer ones that fit no field and tell a problem are more of the story


def begin(draft: Draft) -> None:
    """Begins a letter for what they were guided on, or goes on with the one that was begun."""
    session = draft.session
    if session.asked not in QUESTIONS:
        draft.set(letter_before=session.asked)
    if template := _template(draft):
        _go_on(draft, template)
        return
    letters = draft.letters
    if not letters:
        draft.say("letter.none", choices=(draft.human_button,))
        draft.ask_again = bool(session.asked)
    elif len(letters) == 1:
        _start(draft, letters[0])
    else:
        draft.set(misses=0)
        ask(draft, WHICH)


def ask(draft: Draft, which: str) -> None:
    """Puts one of this module's questions, as far as the letter has come."""
    if which == WHICH:
        options = tuple((each.id, each.title) for each in draft.letters)
        draft.ask(WHICH, "letter.which", (*options, ("stop", draft.words("letter.stop"))))
        return
    template = _template(draft)
    if template is None:
        _stop(draft)
    elif which == FIELD:
        _ask_field(draft, template)
    elif which == CHANGE:
        _ask_change(draft, template)
    else:
        _ask_check(draft, which)


def answered(draft: Draft, which: str, answer: str, *, is_button: bool) -> bool:
    """Takes an answer by button or words; False when it was something else."""
    said = answer.casefold().strip(" .!")
    if (answer == "stop" and is_button) or (not is_button and wants_to_stop(draft, said)):
        _stop(draft)
        return True
    if which == WHICH:
        return _which_answered(draft, answer if is_button else said, is_button=is_button)
    template = _template(draft)
    if template is None:
        _stop(draft)
        return True
    if which == FIELD:
        return _field_answered(draft, template, answer, is_button=is_button)
    if which == CHANGE:
        return _change_answered(draft, template, answer if is_button else said)
    return _check_answered(draft, template, answer if is_button else wanted(draft, said))


def _template(draft: Draft) -> Template | None:
    """The letter that is being written; None when there is none, or the pack has it no more."""
    return draft.book.pack.letters.get(draft.session.letter)


def _which_answered(draft: Draft, said: str, *, is_button: bool) -> bool:
    letters = draft.letters
    numbers = [str(number) for number, _ in enumerate(letters, start=1)]
    chosen = [
        each for number, each in zip(numbers, letters, strict=True) if said in (number, each.id, each.title.casefold())
    ]
    if chosen:
        _start(draft, chosen[0])
        return True
    return not is_button and _which_missed(draft)


def _which_missed(draft: Draft) -> bool:
    """Asks once more, then leaves the letter; False when the words are something else, to be heard without it."""
    before = draft.session.letter_before
    if casework.is_offered(before_letter(draft)) and casework.asks_to_open(draft):
        draft.set(asked=before, **NO_LETTER)
        return False
    if draft.meaning.flags or _tells_a_problem(draft):  # and no yes to the case that was offered before
        draft.set(asked="" if casework.is_offered(before) else before, **NO_LETTER)
        return False
    if declines(draft):
        _stop(draft)
    elif draft.session.misses:
        draft.say("letter.left", choices=(draft.human_button, *draft.letter_button))
        draft.set(asked=before, misses=0, **NO_LETTER)
        draft.ask_again = bool(before)
    else:
        draft.set(misses=1)
        draft.say("not_taken.choice")
        ask(draft, WHICH)
    return True


def _tells_a_problem(draft: Draft) -> bool:
    return draft.meaning.decision is Decision.SURE and len(draft.inbound.text.split()) > _STORY


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
    _go_on(draft, template)


def _said(draft: Draft, template: Template, id_: str) -> str:
    return template.field(id_).say(draft.session.letter_values[id_], draft.book.pack.currency)


def _go_on(draft: Draft, template: Template) -> None:
    """The next thing that is missing, or the whole letter when nothing is."""
    if draft.session.letter_ask:
        _ask_field(draft, template)
    else:
        _show(draft, template)


def _ask_field(draft: Draft, template: Template) -> None:
    left = draft.session.letter_ask
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
    field = template.field(draft.session.letter_ask[0])
    if (is_button and answer == "skip") or (not is_button and passes(draft, field)):
        _skip(draft, template, field)
        return True
    if not is_button and cries_for_help(draft, field):
        draft.say("letter.later")
        _ask_field(draft, template)
        return True
    value = pressed(draft, field, answer) if is_button else written(draft, field, answer)
    if not value:
        return not is_button and _missed(draft, template, field)
    draft.set(letter_values={**draft.session.letter_values, field.id: value}, letter_ask=draft.session.letter_ask[1:])
    _go_on(draft, template)
    return True


def _skip(draft: Draft, template: Template, field: Field) -> None:
    if not field.optional:
        draft.say("letter.needed")
        _ask_field(draft, template)
        return
    values = {id_: value for id_, value in draft.session.letter_values.items() if id_ != field.id}
    draft.set(letter_values=values, letter_ask=draft.session.letter_ask[1:])
    _go_on(draft, template)


def _missed(draft: Draft, template: Template, field: Field) -> bool:
    """Says what is wanted and asks again; False when the words tell a problem instead."""
    if _tells_a_problem(draft) and field.kind is not FieldKind.TEXT:
        return False
    draft.say(f"not_taken.{field.kind}")
    _ask_field(draft, template)
    return True


def _letter(draft: Draft, template: Template) -> Letter:
    return fill(template, draft.session.letter_values, currency=draft.book.pack.currency, today=draft.today)


def _show(draft: Draft, template: Template) -> None:
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


def _check_answered(draft: Draft, template: Template, said: str) -> bool:
    if said in list(Format):
        letter = _letter(draft, template)
        draft.report(LetterTaken(letter.id, letter.version, said))
        draft.say("letter.sent")
        draft.replies.append(Reply.of_letter(letter, Format(said)))
        _ask_check(draft, AFTER)
    elif said == "change":
        _ask_change(draft, template)
    elif said == "stop":
        _stop(draft)
    elif said == "again":  # "yes" to "do you need anything else?"
        _ask_check(draft, AFTER)
    else:
        if draft.session.asked == AFTER:  # the letter is done: they talk of something else
            draft.set(asked=draft.session.letter_before, **NO_LETTER)
        return False
    return True


def _ask_change(draft: Draft, template: Template) -> None:
    options = tuple((field.id, field.label) for field in template.fields)
    draft.ask(CHANGE, "letter.what_to_change", (*options, ("nothing", draft.words("letter.change_nothing"))))


def _change_answered(draft: Draft, template: Template, said: str) -> bool:
    if said in ("nothing", "none"):
        _show(draft, template)
        return True
    chosen = field_meant(template, said)
    if not chosen:
        return False
    draft.set(letter_ask=(chosen,))
    _ask_field(draft, template)
    return True


def _stop(draft: Draft) -> None:
    """The letter ends, its values are forgotten, and the question that was open before is put again."""
    before = draft.session.letter_before
    draft.say("letter.closed" if draft.session.asked == AFTER else "letter.stopped")
    draft.set(asked=before, **NO_LETTER)
    draft.ask_again = bool(before)

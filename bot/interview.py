"""A few questions that matter for the issue: each can be skipped, each takes a button or words."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import dropwhile

from bot import guiding
from bot.draft import Draft
from bot.script import Question, QuestionKind
from triage.dates import find_dates
from triage.meaning import FoundDate

SKIPPED = "skipped"
_MOST_MISSES = 2
_LONG_ANSWER = 12  # words; a longer answer that fits no choice is more of the story
_SURE_INTENT = 0.6
_RECENT = timedelta(days=400)
_EMERGENCY_FLAGS_EXCEPT = frozenset({"court_soon"})


def begin(draft: Draft, issue: str) -> None:
    """Asks what is not known yet; in an emergency help comes first and most questions are left out."""
    script, session = draft.book.script, draft.session
    emergency = bool(set(session.flags) - _EMERGENCY_FLAGS_EXCEPT)
    wanted = script.emergency if emergency else script.interview(issue)
    _note_from_story(draft, wanted)
    draft.set(to_ask=tuple(id_ for id_ in wanted if id_ not in draft.session.answers))
    next_question(draft)


def _note_from_story(draft: Draft, wanted: tuple[str, ...]) -> None:
    """Facts the person has told already are not asked for again, but said back."""
    story = draft.session.story
    if "place" in wanted and "place" not in draft.session.answers:
        gazetteer = draft.book.pack.gazetteer
        if place := gazetteer.find_one(story):
            draft.set(answers={**draft.session.answers, "place": place.id})
            draft.say("understood.noted", facts=gazetteer.in_full(place.id))
    for question in (draft.book.script.questions[id_] for id_ in wanted if id_ not in draft.session.answers):
        if (choice := question.chosen_in(story)) in question.told:
            draft.set(answers={**draft.session.answers, question.id: choice})
            draft.say("understood.noted", facts=draft.words(f"choice.{choice}"))
    found = find_dates(story, today=draft.today, order=draft.book.pack.date_order)
    exact = [one.day for one in found if one.precision == "day" and abs(draft.today - one.day) < _RECENT]
    if len(exact) == 1:
        _note_day_from_story(draft, wanted, exact[0])


def _note_day_from_story(draft: Draft, wanted: tuple[str, ...], day: date) -> None:
    """The only day in the story answers the only question about a day: the one to come, or one that has been."""
    if day > draft.today:
        if "court" in wanted and "court" not in draft.session.answers and "court_soon" in draft.session.flags:
            draft.set(answers={**draft.session.answers, "court": "yes"})
            _note_day(draft, "court_date", day)
        return
    questions = [draft.book.script.questions[id_] for id_ in wanted if id_ not in draft.session.answers]
    dates = [question.id for question in questions if question.kind is QuestionKind.DATE]
    if len(dates) == 1:
        _note_day(draft, dates[0], day)


def place_told(draft: Draft) -> bool:
    """Notes where the person lives when they say so after the question about it; False when they say nothing of it."""
    session, gazetteer = draft.session, draft.book.pack.gazetteer
    place = gazetteer.find_one(draft.inbound.text)
    if place is None or not session.issues or session.answers.get("place", SKIPPED) != SKIPPED:
        return False
    draft.set(answers={**session.answers, "place": place.id})
    draft.say("understood.noted", facts=gazetteer.in_full(place.id))
    return True


def next_question(draft: Draft) -> None:
    """The next open question, or the guidance when none is left."""
    questions = draft.book.script.questions
    to_ask = tuple(dropwhile(lambda id_: not questions[id_].fits(draft.session.answers), draft.session.to_ask))
    if not to_ask:
        draft.set(asked="")
        guiding.guide(draft)
        return
    draft.set(to_ask=to_ask[1:], misses=0)
    ask(draft, to_ask[0])


def ask(draft: Draft, id_: str) -> None:
    """Puts a question, with its choices and a way round it."""
    question = draft.book.script.questions[id_]
    local = f"question.{id_}_{draft.book.pack.id}"
    draft.ask(id_, local if draft.book.wording.has(local) else f"question.{id_}", _options(draft, question))


def _options(draft: Draft, question: Question) -> tuple[tuple[str, str], ...]:
    skip = ("skip", draft.words("question.skip"))
    if question.kind is QuestionKind.PLACE:
        return (*((region.id, region.name) for region in draft.book.pack.gazetteer.regions), skip)
    return (*((choice, draft.words(f"choice.{choice}")) for choice in question.choices), skip)


def answered(draft: Draft, id_: str, answer: str, *, is_button: bool) -> bool:
    """Takes an answer by button or words; False when it is more of the story instead."""
    question = draft.book.script.questions[id_]
    if is_button:
        return _button(draft, question, answer)
    short = len(answer.split()) <= _LONG_ANSWER
    intent = draft.meaning.intent if draft.meaning.intent_probability >= _SURE_INTENT and short else ""
    if intent == "skip":
        return _skip(draft, question)
    if intent == "back" and _back(draft):
        return True
    if _not_about_that(question, answer, intent):
        draft.not_that = True
        return True
    if value := _read(draft, question, answer, intent):
        _keep(draft, question, value)
        return True
    if intent == "unsure" or (intent == "deny" and question.kind is not QuestionKind.CHOICE):
        return _skip(draft, question)
    if _emergency_told(draft):
        return False
    if short and _corrected(draft):
        ask(draft, id_)
        return True
    return _missed(draft, question) if short else False


def _button(draft: Draft, question: Question, answer: str) -> bool:
    if answer == "skip":
        return _skip(draft, question)
    if answer not in _ids(draft, question):
        return False
    _keep(draft, question, answer)
    return True


def _skip(draft: Draft, question: Question) -> bool:
    draft.say("question.skipped")
    _keep(draft, question, SKIPPED)
    return True


def _not_about_that(question: Question, words: str, intent: str) -> bool:
    """Somebody asked where they live answers "no, that is not it": they mean what we understood."""
    if question.kind is not QuestionKind.PLACE:
        return False
    return intent in ("something_else", "back") or (intent == "deny" and len(words.split()) > 1)


def _emergency_told(draft: Draft) -> bool:
    return bool({flag.id for flag in draft.meaning.flags} - _EMERGENCY_FLAGS_EXCEPT)


def hurry(draft: Draft) -> bool:
    """Danger was told in the middle of the questions: help comes now, and most of the questions are left out."""
    if not _emergency_told(draft):
        return False
    needed = draft.book.script.emergency
    draft.set(to_ask=tuple(id_ for id_ in (draft.session.asked, *draft.session.to_ask) if id_ in needed))
    next_question(draft)
    return True


def _missed(draft: Draft, question: Question) -> bool:
    misses = draft.session.misses + 1
    if misses >= _MOST_MISSES:
        return _skip(draft, question)
    draft.set(misses=misses)
    draft.say("question.date_not_found" if question.kind is QuestionKind.DATE else "question.not_understood")
    ask(draft, question.id)
    return True


def _ids(draft: Draft, question: Question) -> set[str]:
    return {id_ for id_, _ in _options(draft, question)}


def _read(draft: Draft, question: Question, words: str, intent: str) -> str:
    """The answer in the words, as it is kept; empty when there is none."""
    if question.kind is QuestionKind.DATE:
        found = find_dates(words, today=draft.today, order=draft.book.pack.date_order, looking=question.looking)
        return _first_day(draft, question.id, found)
    if question.kind is QuestionKind.PLACE:
        place = draft.book.pack.gazetteer.find_one(words)
        return place.id if place else _numbered(draft, question, words)
    if question.then and (day := _day_instead(draft, question, words)):
        return day
    yes_no = {"affirm": "yes", "deny": "no", "unsure": "unsure"}.get(intent, "")
    if yes_no in question.choices:
        return yes_no
    said = words.casefold().strip(" .!?")
    labels = {choice: draft.words(f"choice.{choice}").casefold() for choice in question.choices}
    exact = [choice for choice, label in labels.items() if said == label or f" {said} " in f" {label} "]
    if len(exact) == 1:
        return exact[0]
    if chosen := question.chosen_in(words):
        return chosen
    if respondent := draft.book.respondents.find(words, among=question.choices):
        return respondent
    if intent == "deny" and "nobody" in question.choices:
        return "nobody"
    if intent == "something_else":
        return next((choice for choice in question.choices if choice.startswith("other_")), "")
    return _numbered(draft, question, words)


def _first_day(draft: Draft, id_: str, found: Sequence[FoundDate]) -> str:
    """The first day of those, as it is kept, and how exactly it was said beside it; empty when there is none."""
    if not found:
        return ""
    rest = {other: precision for other, precision in draft.session.inexact.items() if other != id_}
    precision = found[0].precision
    draft.set(inexact=rest if precision == "day" else {**rest, id_: precision})
    return found[0].day.isoformat()


def _numbered(draft: Draft, question: Question, words: str) -> str:
    """Where buttons are numbers, the number is the answer."""
    ids = [id_ for id_, _ in _options(draft, question)]
    said = words.strip(" .")
    return ids[int(said) - 1] if said.isdecimal() and len(said) <= 2 and 1 <= int(said) < len(ids) else ""


def _day_instead(draft: Draft, question: Question, words: str) -> str:
    """Somebody asked whether there is a date answers with the date itself: that is a yes, and the date is kept."""
    follow = question.then.get("yes", "")
    if not follow:
        return ""
    looking = draft.book.script.questions[follow].looking
    found = find_dates(words, today=draft.today, order=draft.book.pack.date_order, looking=looking)
    if not _first_day(draft, follow, found):
        return ""
    _note_day(draft, follow, found[0].day)
    return "yes"


def _keep(draft: Draft, question: Question, value: str) -> None:
    if question.kind is QuestionKind.DATE and value != SKIPPED:
        _note_day(draft, question.id, date.fromisoformat(value))
    else:
        draft.set(answers={**draft.session.answers, question.id: value})
    follow = question.then.get(value, "")
    if follow and follow not in draft.session.answers:
        draft.set(to_ask=(follow, *draft.session.to_ask))
    next_question(draft)


def _note_day(draft: Draft, id_: str, day: date) -> None:
    """Keeps a day and says it back, with what it is the day of."""
    draft.set(answers={**draft.session.answers, id_: day.isoformat()})
    draft.say("question.date_noted", what=draft.words(f"fact.{id_}"), date=draft.day(day))


def _corrected(draft: Draft) -> bool:
    """A day that answers nothing asked now puts right the last one that was said back, past or to come like itself."""
    found = find_dates(draft.inbound.text, today=draft.today, order=draft.book.pack.date_order)
    if not found:
        return False
    ways = ("either", "future" if found[0].day > draft.today else "past")
    questions = draft.book.script.questions
    noted = [id_ for id_, value in draft.session.answers.items() if id_ in questions and value != SKIPPED]
    days = [id_ for id_ in noted if questions[id_].kind is QuestionKind.DATE and questions[id_].looking in ways]
    if days:
        _first_day(draft, days[-1], found)
        _note_day(draft, days[-1], found[0].day)
    return bool(days)


def _back(draft: Draft) -> bool:
    """The last answer was wrong: takes the right day from the same sentence, or asks for the answer again."""
    if draft.book.script.questions[draft.session.asked].kind is not QuestionKind.DATE and _corrected(draft):
        ask(draft, draft.session.asked)
        return True
    answered_before = [id_ for id_ in draft.session.answers if id_ in draft.book.script.questions]
    if not answered_before:
        return False
    last = answered_before[-1]
    waiting = (draft.session.asked, *draft.session.to_ask)
    rest = {id_: value for id_, value in draft.session.answers.items() if id_ != last}
    draft.set(answers=rest, to_ask=waiting)
    draft.say("question.back_one")
    ask(draft, last)
    return True

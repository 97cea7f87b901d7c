"""A few questions that matter for the issue: each can be skipped, each takes a button or words."""

from datetime import date, timedelta

from bot import guiding
from bot.draft import Draft
from bot.script import Question, QuestionKind
from triage.dates import find_dates, say_date
from triage.pack import find_place

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
        place = find_place(story, draft.book.pack)
        if place is not None:
            draft.set(answers={**draft.session.answers, "place": place.id})
            draft.say("understood.noted", facts=place.name)
    open_dates = [draft.book.script.questions[id_] for id_ in wanted if id_ not in draft.session.answers]
    open_dates = [question for question in open_dates if question.kind is QuestionKind.DATE]
    if len(open_dates) != 1:
        return
    question = open_dates[0]
    found = find_dates(story, today=draft.today, order=draft.book.pack.date_order, looking=question.looking)
    exact = [one for one in found if one.precision == "day" and abs(draft.today - one.day) < _RECENT]
    if len(exact) == 1:
        draft.set(answers={**draft.session.answers, question.id: exact[0].day.isoformat()})
        _say_back(draft, exact[0].day)


def next_question(draft: Draft) -> None:
    """The next open question, or the guidance when none is left."""
    to_ask = draft.session.to_ask
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
        return (*((place.id, place.name) for place in draft.book.pack.places), skip)
    return (*((choice, draft.words(f"choice.{choice}")) for choice in question.choices), skip)


def answered(draft: Draft, id_: str, answer: str, *, is_button: bool) -> bool:
    """Takes an answer by button or words; False when it is more of the story instead."""
    question = draft.book.script.questions[id_]
    intent = draft.meaning.intent if draft.meaning.intent_probability >= _SURE_INTENT and not is_button else ""
    if answer == "skip" or (intent == "skip" and len(answer.split()) <= _LONG_ANSWER):
        draft.say("question.skipped")
        _keep(draft, question, SKIPPED)
        return True
    if intent == "back" and len(answer.split()) <= _LONG_ANSWER and _back(draft):
        return True
    value = answer if is_button and answer in _ids(draft, question) else _read(draft, question, answer, intent)
    if value:
        _keep(draft, question, value)
        return True
    if intent == "unsure" and len(answer.split()) <= _LONG_ANSWER:
        draft.say("question.skipped")
        _keep(draft, question, SKIPPED)
        return True
    if is_button or len(answer.split()) > _LONG_ANSWER:
        return False
    return _missed(draft, question)


def _missed(draft: Draft, question: Question) -> bool:
    misses = draft.session.misses + 1
    if misses >= _MOST_MISSES:
        draft.say("question.skipped")
        _keep(draft, question, SKIPPED)
        return True
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
        return found[0].day.isoformat() if found else ""
    if question.kind is QuestionKind.PLACE:
        place = find_place(words, draft.book.pack)
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
    respondent = draft.book.respondents.find(words)
    if respondent in question.choices:
        return respondent
    if intent == "deny" and "nobody" in question.choices:
        return "nobody"
    return _numbered(draft, question, words)


def _numbered(draft: Draft, question: Question, words: str) -> str:
    """Where buttons are numbers, the number is the answer."""
    ids = [id_ for id_, _ in _options(draft, question)]
    said = words.strip(" .")
    return ids[int(said) - 1] if said.isdigit() and len(said) <= 2 and 1 <= int(said) < len(ids) else ""


def _day_instead(draft: Draft, question: Question, words: str) -> str:
    """Somebody asked whether there is a date answers with the date itself: that is a yes, and the date is kept."""
    follow = question.then.get("yes", "")
    if not follow:
        return ""
    looking = draft.book.script.questions[follow].looking
    found = find_dates(words, today=draft.today, order=draft.book.pack.date_order, looking=looking)
    if not found:
        return ""
    draft.set(answers={**draft.session.answers, follow: found[0].day.isoformat()})
    _say_back(draft, found[0].day)
    return "yes"


def _keep(draft: Draft, question: Question, value: str) -> None:
    answers = {**draft.session.answers, question.id: value}
    draft.set(answers=answers)
    if question.kind is QuestionKind.DATE and value != SKIPPED:
        _say_back(draft, date.fromisoformat(value))
    follow = question.then.get(value, "")
    if follow and follow not in answers:
        draft.set(to_ask=(follow, *draft.session.to_ask))
    next_question(draft)


def _say_back(draft: Draft, day: date) -> None:
    draft.say("question.date_past", date=say_date(day, today=draft.today))


def _back(draft: Draft) -> bool:
    """The last answer was wrong: asks for it again, or takes the right day from the same sentence."""
    answered_before = [id_ for id_ in draft.session.answers if id_ in draft.book.script.questions]
    if not answered_before:
        return False
    last = answered_before[-1]
    question = draft.book.script.questions[last]
    found = find_dates(
        draft.inbound.text, today=draft.today, order=draft.book.pack.date_order, looking=question.looking
    )
    waiting = (draft.session.asked, *draft.session.to_ask)
    if question.kind is QuestionKind.DATE and found:
        draft.set(answers={**draft.session.answers, last: found[0].day.isoformat()})
        _say_back(draft, found[0].day)
        ask(draft, draft.session.asked)
        return True
    rest = {id_: value for id_, value in draft.session.answers.items() if id_ != last}
    draft.set(answers=rest, to_ask=waiting)
    draft.say("question.back_one")
    ask(draft, last)
    return True

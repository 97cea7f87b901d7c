"""What a person might be able to get: at most six questions, one at a time, then what they point to."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from bot.days import say_date
from bot.draft import GLOBAL, Draft
from bot.messages import Choice, Reply
from triage.amounts import find_amounts
from triage.eligibility import UNSURE, Reason, Result, Verdict, judge, next_question
from triage.eligibility_rules import Kind, Question
from triage.errors import NoFigureForDate
from triage.figures import Figure, figure_on
from triage.guidance import fill_figures, in_messages
from triage.meaning import Decision
from triage.sections import FIGURE

PREFIX = "can_get."
_FEW_WORDS = 8
_MOST_MISSES = 2
_SOURCES_SHOWN = 4
_APPLY = "benefits.apply"
_SIGNS = {"ZAR": "R", "GBP": "£"}
_NOTHING = frozenset({"0", "nothing", "none", "no income", "no money", "zero", "nil", "niks", "lutho", "akukho"})
_A_YEAR = {"week": Decimal(52), "month": Decimal(12), "year": Decimal(1)}
_PERIOD = re.compile(r"(?:a|per|each|every|/)\s?(week|month|year)|(week|month|year)ly")


def is_question(draft: Draft, asked: str) -> bool:
    """Whether a question is one of the helper, and still in its file."""
    return asked in {f"{PREFIX}{question.id}" for question in draft.book.pack.eligibility.questions}


def asked_for(draft: Draft) -> bool:
    """Whether somebody asks in few words what they can get, and not their paralegal."""
    text = draft.inbound.text
    few = len(text.split()) <= _FEW_WORDS and not (draft.case is not None and draft.case.active)
    return few and draft.book.pack.eligibility.asks_for(text)


def offer(draft: Draft, issue: str) -> None:
    """After guidance on benefits: a button that starts the helper."""
    if issue.startswith("benefits."):
        draft.offer((Choice(f"{GLOBAL}:benefits", draft.words("can_get.button")),))


def begin(draft: Draft) -> None:
    """The first question, with what will come of it."""
    draft.put_aside()
    draft.set(can_get={}, misses=0)
    draft.say("can_get.intro")
    _go_on(draft)


def ask(draft: Draft, asked: str) -> None:
    """Puts one question, with "I do not know" always among the answers."""
    question = draft.book.pack.eligibility.question(asked.removeprefix(PREFIX))
    draft.ask(asked, _local(draft, f"can_get.ask.{question.id}"), tuple(_options(draft, question)))


def answered(draft: Draft, asked: str, answer: str, *, is_button: bool) -> bool:
    """Takes an answer; False, and the helper is left, for what is no answer but more of the story."""
    question = draft.book.pack.eligibility.question(asked.removeprefix(PREFIX))
    value = answer if is_button else _read(draft, question, answer)
    if value not in (*question.choices, UNSURE) and not (question.kind is Kind.AMOUNT and value):
        if draft.meaning.flags or len(answer.split()) > _FEW_WORDS or draft.meaning.decision is Decision.SURE:
            draft.set(asked=draft.session.resume, resume="")
            return False
        draft.set(misses=draft.session.misses + 1)
        if draft.session.misses < _MOST_MISSES:
            draft.say("understood.not_got")
            ask(draft, asked)
            return True
        value = UNSURE
    draft.set(can_get={**draft.session.can_get, question.id: value}, misses=0)
    _go_on(draft)
    return True


def _go_on(draft: Draft) -> None:
    pack = draft.book.pack
    question = next_question(pack.eligibility, draft.session.can_get, pack.figures, today=draft.today)
    if question is not None:
        ask(draft, f"{PREFIX}{question.id}")
        return
    _tell(draft, judge(pack.eligibility, draft.session.can_get, pack.figures, today=draft.today))
    draft.take_up()


def _tell(draft: Draft, results: Sequence[Result]) -> None:
    """What the answers point to: what may be, what nobody can say, what is unlikely; then where it comes from."""
    may = [result for result in results if result.verdict is Verdict.MAY]
    draft.say("can_get.may" if may else "can_get.nothing_sure")
    blocks = [_may(draft, result) for result in may]
    for verdict in (Verdict.CANNOT_SAY, Verdict.PROBABLY_NOT):
        lines = [f"• {_short(draft, result)}" for result in results if result.verdict is verdict]
        if lines:
            blocks.append("\n".join([draft.words(f"can_get.{verdict}"), *lines]))
    blocks.append(_origin(draft, may or list(results)))
    draft.replies += [Reply(text) for text in in_messages(blocks)]
    hopeful = any(result.verdict is not Verdict.PROBABLY_NOT for result in results)
    how = (Choice(f"{GLOBAL}:apply", draft.words("can_get.how")),)
    draft.say(
        "can_get.end", choices=(*(how if hopeful and _APPLY not in draft.session.guided else ()), draft.human_button)
    )


def apply(draft: Draft) -> None:
    """How to apply: the guidance card for it."""
    draft.confirm_next = _APPLY


def _may(draft: Draft, result: Result) -> str:
    lines = [_named(draft, result), *(f"• {_reason(draft, reason)}" for reason in result.reasons)]
    return "\n".join([*lines, draft.words("can_get.apply", how=result.benefit.apply)])


def _short(draft: Draft, result: Result) -> str:
    said = fill_figures(result.reasons[0].text, draft.book.pack.figures, draft.today)
    return f"{result.benefit.name}: {said}"


def _named(draft: Draft, result: Result) -> str:
    """The benefit with what it pays, or "please check" on a day that no figure is known for."""
    if result.amount is None:
        return result.benefit.name
    try:
        amount = str(figure_on(draft.book.pack.figures, result.amount, draft.today))
    except NoFigureForDate:
        return draft.words("can_get.name_check", name=result.benefit.name)
    return draft.words("can_get.name", name=result.benefit.name, amount=amount, per=result.benefit.per)


def _reason(draft: Draft, reason: Reason) -> str:
    """A reason; one that rests on no page that was read asks to be checked."""
    pack = draft.book.pack
    said = fill_figures(reason.text, pack.figures, draft.today)
    return said if pack.sources[reason.source].evidence == "page" else f"{said} {draft.words('can_get.check')}"


def _origin(draft: Draft, results: Sequence[Result]) -> str:
    """The day of the figures, since when they hold, and the pages the reasons rest on."""
    pack = draft.book.pack
    lines = [draft.words("can_get.origin", day=_day(draft, draft.today))]
    if since := [figure.starts for figure in _figures(draft, results)]:
        lines = [draft.words("can_get.origin_since", day=_day(draft, draft.today), since=_day(draft, max(since)))]
    sources = [pack.sources[reason.source] for result in results for reason in result.reasons]
    titles = dict.fromkeys(source.title for source in sources if source.evidence == "page")
    return "\n".join([*lines, *(f"• {title}" for title in list(titles)[:_SOURCES_SHOWN])])


def _figures(draft: Draft, results: Sequence[Result]) -> list[Figure]:
    """The figures that were used and hold today."""
    named = FIGURE.findall(" ".join(reason.text for result in results for reason in result.reasons))
    named += [result.amount for result in results if result.amount]
    found = []
    for key in dict.fromkeys(named):
        with suppress(NoFigureForDate):
            found.append(figure_on(draft.book.pack.figures, key, draft.today))
    return found


def _day(draft: Draft, day: date) -> str:
    return say_date(day, draft.session.language)


def _local(draft: Draft, key: str) -> str:
    """The key of a sentence as it is in this country, where it has one of its own."""
    local = f"{key}_{draft.book.pack.id}"
    return local if draft.book.wording.has(local) else key


def _options(draft: Draft, question: Question) -> list[tuple[str, str]]:
    if question.kind is Kind.AMOUNT:
        choices = [("0", draft.words("can_get.choice.nothing"))]
    else:
        choices = [(each, draft.words(_local(draft, f"can_get.choice.{each}"))) for each in question.choices]
    return [*choices, (UNSURE, draft.words("choice.unsure"))]


def _read(draft: Draft, question: Question, words: str) -> str:
    """The answer in the words; empty when there is none."""
    said = words.casefold().strip(" .!?")
    if question.kind is Kind.AMOUNT:
        return _money(draft, question, said)
    if draft.meaning.intent in ("unsure", "skip"):
        return UNSURE
    if question.id == "age" and (years := re.search(r"\b(\d{1,3})\b", said)) and int(years[1]) > len(question.choices):
        return _band(question, int(years[1]))
    options = _options(draft, question)
    if said.isdecimal() and 1 <= int(said) <= len(options):
        return options[int(said) - 1][0]
    labels = {value: label.casefold() for value, label in options}
    near = [value for value, label in labels.items() if said == label or f" {said} " in f" {label} "]
    if len(near) == 1:
        return near[0]
    return {"affirm": question.affirm, "deny": question.deny}.get(draft.meaning.intent, "")


def _band(question: Question, years: int) -> str:
    """The choice, such as `from_60` or `at_66`, that an age falls into."""
    found = question.choices[0]
    for choice in question.choices:
        how, _, first = choice.partition("_")
        if how in ("from", "at") and years >= int(first):
            found = choice
    return found


def _money(draft: Draft, question: Question, said: str) -> str:
    """An amount as a number for each period the question asks for; `R500 a week` is counted up to the month."""
    if said in _NOTHING or draft.meaning.intent == "deny":
        return "0"
    currency = draft.book.pack.currency
    bare = re.search(r"\d[\d ,.]*", said)
    found = find_amounts(said, currency=currency)
    found = found or (find_amounts(f"{_SIGNS[currency]}{bare[0].strip(' .,')}", currency=currency) if bare else ())
    if not found:
        return UNSURE if draft.meaning.intent in ("unsure", "skip") else ""
    period = _PERIOD.search(said)
    given = (period[1] or period[2]) if period and question.per else question.per
    times = _A_YEAR[given] / _A_YEAR[question.per] if given else Decimal(1)
    return str((found[0].value * times).quantize(Decimal("0.01")))

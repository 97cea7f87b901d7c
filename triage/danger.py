"""Hears danger in a message: ten flags, each with the words that raised it."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

from triage.dates import find_dates
from triage.meaning import Flag
from triage.phrases import Span
from triage.safety import FLAGS, Context, Safety, load_safety
from triage.tokens import Sentence, cut

__all__ = ["FLAGS", "Safety", "hear", "load_safety"]

COURT_SOON_DAYS = 14
_BEFORE = 4  # words between a negation and what it negates
_AFTER = 2  # as in Afrikaans "hy slaan my nie"
_AROUND = 25  # how far words elsewhere in a sentence count, for those who write without full stops
_SHORT_ANSWER = 14
_DAY_ALONE = re.compile(r"(?:on |by )?(?:the )?\d{1,2}(?:st|nd|rd|th)")  # whoever names no month means a near one
_CLOSE_BY = 10  # words between a court and its date
_NEAR = 2  # sentences between a danger and a child
_NO_CUE = ("idiom", "negated")  # "child support", "no kids"


class _Heard:
    """One sentence with what was found in it, by tag; each book is searched only when it is asked for."""

    __slots__ = ("_found", "_safety", "sentence")

    def __init__(self, sentence: Sentence, safety: Safety) -> None:
        self.sentence = sentence
        self._safety = safety
        self._found: dict[str, dict[str, list[Span]]] = {}

    def of(self, tag: str) -> list[Span]:
        """The spans of one tag, such as `flag:violence` or `context:past`."""
        shelf = self._safety.shelf_of.get(tag)
        if shelf is None:
            return []
        if shelf not in self._found:
            self._found[shelf] = _by_tag(self._safety.books[shelf].find(self.sentence))
        return self._found[shelf].get(tag, [])


def hear(text: str, safety: Safety, *, asked: str | None = None, today: date | None = None) -> tuple[Flag, ...]:
    """The dangers in a message, each at most once, in the order of `FLAGS`.

    `asked` is the id of the question just asked, so that a short answer can be read. Without `today` a date is not
    known to be soon, and `court_soon` needs words such as "tomorrow".
    """
    heard = [_Heard(sentence, safety) for sentence in cut(text, safety.speller)]
    triggers: dict[str, str] = {}
    where: dict[str, list[int]] = {}
    followed = {flag for rule in safety.also for flag in rule.when}
    for at, each in enumerate(heard):
        for flag in FLAGS:
            if (flag not in triggers or flag in followed) and (span := _danger(flag, each, heard, safety)):
                triggers.setdefault(flag, each.sentence.quote(text, span.first, span.last))
                where.setdefault(flag, []).append(at)
    if asked:
        _add_answers(triggers, text, heard, safety, asked)
    if today and "court_soon" not in triggers:
        _add_court_date(triggers, text, heard, today)
    _add_what_follows(triggers, where, text, heard, safety)
    return tuple(Flag(flag, triggers[flag]) for flag in FLAGS if flag in triggers)


def _by_tag(spans: Iterable[Span]) -> dict[str, list[Span]]:
    grouped: dict[str, list[Span]] = {}
    for span in spans:
        grouped.setdefault(span.entry.tag, []).append(span)
    return grouped


def _danger(flag: str, here: _Heard, heard: Sequence[_Heard], safety: Safety) -> Span | None:
    """The first phrase of a flag in a sentence that nothing around it takes back."""
    for span in here.of(f"flag:{flag}"):
        if any(_near(span, other) for other in here.of(f"unless:{flag}")):
            continue
        if not any(_takes_back(name, span, here, heard, safety) for name in safety.heeds.get(flag, ())):
            return span
    return None


def _takes_back(name: str, span: Span, here: _Heard, heard: Sequence[_Heard], safety: Safety) -> bool:
    context = safety.contexts[name]
    tag = f"context:{name}"
    if context.where == "message":
        return any(each.of(tag) for each in heard)
    around = here.of(tag)
    if not around:
        return False
    if context.where == "overlap":
        return any(other.first < span.last and span.first < other.last for other in around)
    if context.where in {"before", "after"}:
        return any(_stands_close(context, other, span, here.sentence, safety) for other in around)
    first, last = _clause(span, here.sentence, safety.breaks.get("strong", frozenset()), commas=False)
    if context.back and any(
        first <= other.first and other.last <= last for other in here.of(f"context:{context.back}")
    ):
        return False
    return any(first <= other.first and other.last <= last and _near(span, other) for other in around)


def _near(span: Span, other: Span) -> bool:
    return other.first - span.last <= _AROUND and span.first - other.last <= _AROUND


def _stands_close(context: Context, other: Span, span: Span, sentence: Sentence, safety: Safety) -> bool:
    """Whether `other` stands just before (or after) the phrase, or in its gaps, in the same clause."""
    said = chain.from_iterable(sentence.forms[span.first : span.last])
    own = (span.entry.pattern.words & other.entry.pattern.words).intersection(said)
    if own and (context.negative or other.first >= span.first):
        return False
    stops = safety.breaks.get("weak", frozenset()) | safety.breaks.get("strong", frozenset())
    first, last = _clause(span, sentence, stops, commas=True)
    if context.where == "after":
        return span.last <= other.first and other.last <= min(last, span.last + _AFTER)
    return max(first, span.first - _BEFORE) <= other.first and other.last <= span.last


def _clause(span: Span, sentence: Sentence, stops: frozenset[str], *, commas: bool) -> tuple[int, int]:
    """The words around a phrase up to the nearest stop, or comma, on either side."""
    ends = sentence.commas if commas else frozenset()
    first, last = span.first, span.last
    while first > 0 and first not in ends and sentence.words[first - 1] not in stops:
        first -= 1
    while last < len(sentence.words) and last not in ends and sentence.words[last] not in stops:
        last += 1
    return first, last


def _add_answers(triggers: dict[str, str], text: str, heard: Sequence[_Heard], safety: Safety, asked: str) -> None:
    if sum(len(each.sentence.words) for each in heard) > _SHORT_ANSWER:
        return
    for flag in FLAGS:
        if (asked, flag) in safety.answers and flag not in triggers:
            spans = [(each, span) for each in heard for span in each.of(f"answer:{asked}:{flag}")]
            if spans:
                each, span = spans[0]
                triggers[flag] = each.sentence.quote(text, span.first, span.last)


def _add_court_date(triggers: dict[str, str], text: str, heard: Sequence[_Heard], today: date) -> None:
    """A day within two weeks, written near a court, a sale or an eviction, or in the sentence after it."""
    for at, each in enumerate(heard):
        cues = each.of("cue:court")
        if not cues or each.of("unless:court_soon") or each.of("context:went"):
            continue
        reach = (cues[0].first - _CLOSE_BY, cues[-1].last + _CLOSE_BY)
        found = _soon(each, text, today, reach)
        if not found and at + 1 < len(heard) and heard[at + 1].of("cue:refers_back"):
            found = _soon(heard[at + 1], text, today, (0, _CLOSE_BY))
        if found:
            triggers["court_soon"] = found
            return


def _soon(here: _Heard, text: str, today: date, reach: tuple[int, int]) -> str:
    """The words of the first day named within two weeks, between two places in a sentence."""
    places = here.sentence.places[max(0, reach[0]) : reach[1]]
    for found in find_dates(text[places[0][0] : places[-1][1]], today=today, looking="future") if places else ():
        away = (found.day - today).days
        near = 0 < away <= COURT_SOON_DAYS or (
            away > 0 and _DAY_ALONE.fullmatch(found.words) and here.of("cue:hearing")
        )
        if found.precision != "month" and near:
            return found.words
    return ""


def _add_what_follows(
    triggers: dict[str, str], where: dict[str, list[int]], text: str, heard: Sequence[_Heard], safety: Safety
) -> None:
    """A danger that follows from another and a cue near it: children beside someone who is put out."""
    for rule in safety.also:
        if rule.flag in triggers:
            continue
        reach = len(heard) if rule.anywhere else _NEAR
        places = [at for flag in rule.when for at in where.get(flag, ())]
        for at, each in enumerate(heard):
            if rule.flag in triggers or not any(abs(at - place) <= reach for place in places):
                continue
            for span in each.of(f"cue:{rule.cue}"):
                if not any(_takes_back(name, span, each, heard, safety) for name in _NO_CUE):
                    triggers.setdefault(rule.flag, each.sentence.quote(text, span.first, span.last))

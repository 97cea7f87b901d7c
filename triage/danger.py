"""Hears danger in a message: ten flags, each with the words that raised it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from triage.dates import find_dates
from triage.meaning import Flag
from triage.phrases import Span
from triage.safety import FLAGS, Safety, load_safety
from triage.tokens import Sentence, cut

__all__ = ["FLAGS", "Safety", "hear", "load_safety"]

COURT_SOON_DAYS = 14
_BEFORE = 4  # words between a negation and what it negates
_AROUND = 25  # how far words elsewhere in a sentence count, for those who write without full stops
_SHORT_ANSWER = 14


@dataclass(frozen=True, slots=True)
class _Heard:
    """One sentence with everything that was found in it, by tag."""

    sentence: Sentence
    spans: Mapping[str, Sequence[Span]]

    def of(self, tag: str) -> Sequence[Span]:
        return self.spans.get(tag, ())


def hear(text: str, safety: Safety, *, asked: str | None = None, today: date | None = None) -> tuple[Flag, ...]:
    """The dangers in a message, each at most once, in the order of `FLAGS`.

    `asked` is the id of the question just asked, so that a short answer can be read. Without `today` a date is not
    known to be soon, and `court_soon` needs words such as "tomorrow".
    """
    heard = [_Heard(sentence, _by_tag(safety.book.find(sentence))) for sentence in cut(text, safety.speller)]
    triggers: dict[str, str] = {}
    for each in heard:
        for flag in FLAGS:
            if flag not in triggers and (span := _danger(flag, each, heard, safety)):
                triggers[flag] = each.sentence.quote(text, span.first, span.last)
    if asked:
        _add_answers(triggers, text, heard, safety, asked)
    if today and "court_soon" not in triggers:
        _add_court_date(triggers, text, heard, safety, today)
    _add_what_follows(triggers, text, heard, safety)
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
    if context.where == "before":
        return any(_stands_before(other, span, here.sentence, safety) for other in around)
    first, last = _clause(span, here.sentence, safety.breaks.get("strong", frozenset()))
    if context.back and any(
        first <= other.first and other.last <= last for other in here.of(f"context:{context.back}")
    ):
        return False
    return any(first <= other.first and other.last <= last and _near(span, other) for other in around)


def _near(span: Span, other: Span) -> bool:
    return other.first - span.last <= _AROUND and span.first - other.last <= _AROUND


def _stands_before(other: Span, span: Span, sentence: Sentence, safety: Safety) -> bool:
    """Whether `other` stands just before the phrase or in its gaps, in the same clause."""
    if span.entry.pattern.words & other.entry.pattern.words:
        return False  # the phrase itself is a negative one: "no food"
    stops = safety.breaks.get("weak", frozenset()) | safety.breaks.get("strong", frozenset())
    first, _ = _clause(span, sentence, stops)
    return max(first, span.first - _BEFORE) <= other.first and other.last <= span.last


def _clause(span: Span, sentence: Sentence, stops: frozenset[str]) -> tuple[int, int]:
    first, last = span.first, span.last
    while first > 0 and sentence.words[first - 1] not in stops:
        first -= 1
    while last < len(sentence.words) and sentence.words[last] not in stops:
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


def _add_court_date(triggers: dict[str, str], text: str, heard: Sequence[_Heard], safety: Safety, today: date) -> None:
    """A date within two weeks, written in the same sentence as a court, a sale or an eviction, or just after it."""
    for at, each in enumerate(heard):
        if not each.of("cue:court") or each.of("unless:court_soon"):
            continue
        for near in heard[at : at + 2]:
            if near is not each and not near.of("cue:refers_back"):
                continue
            start, end = near.sentence.places[0][0], near.sentence.places[-1][1]
            for found in find_dates(text[start:end], today=today, looking="future"):
                if 0 <= (found.day - today).days <= COURT_SOON_DAYS:
                    triggers["court_soon"] = found.words
                    return


def _add_what_follows(triggers: dict[str, str], text: str, heard: Sequence[_Heard], safety: Safety) -> None:
    for rule in safety.also:
        if rule.flag in triggers or not rule.when & triggers.keys():
            continue
        cues = [(each, span) for each in heard for span in each.of(f"cue:{rule.cue}")]
        if cues:
            each, span = cues[0]
            triggers[rule.flag] = each.sentence.quote(text, span.first, span.last)

"""Hides what names a person in a text that may become an example: names, numbers, addresses, places; amounts stay.

It errs to hiding: a word with a capital letter that our own examples never write small is taken for a name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from triage.amounts import find_amounts
from triage.content import read_mapping
from triage.dates import find_dates
from triage.errors import ContentError
from triage.identifiers import Kind, find_identifiers
from triage.pack import LawPack

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_PREFIX = re.compile(r"^(?:u|no|ku|ka|kwa|ngo|ngu|na|wa|ba|le|lo)-?")  # isiZulu and isiXhosa put them before a name
_SHOWN = {
    Kind.PHONE: "[phone]",
    Kind.EMAIL: "[e-mail]",
    Kind.SA_ID: "[identity number]",
    Kind.NI_NUMBER: "[insurance number]",
    Kind.ACCOUNT: "[account]",
    Kind.REFERENCE: "[reference]",
}
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.])@\w{2,}")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
_STREETS = (
    "street|str|st|road|rd|avenue|ave|drive|dr|lane|close|crescent|way|court|place|gardens|terrace|square|mews|grove"
    "|hill|park|straat|weg|laan|singel|rylaan"
)
_ADDRESSES = (
    re.compile(rf"\b\d{{1,5}} ?[A-Za-z]?,? (?:[^\W\d_][\w'’-]*\.? ){{1,3}}?(?:{_STREETS})\b\.?", re.IGNORECASE),
    re.compile(r"\b[A-Z][\w'’-]+ (?:Street|Road|Avenue|Drive|Lane|Close|Crescent|Court|Gardens|Straat|Weg|Laan)\b"),
    re.compile(r"\b\d{1,3} [A-Za-z]+(?:straat|weg|laan)\b", re.IGNORECASE),
    re.compile(r"\b[A-Z][a-z]+(?:straat|weg|laan) \d+\b"),
    re.compile(
        r"\b(?:flat|unit|room|apartment|apt|block|erf|stand|plot|house|huis|woonstel|kamer|zone|section|extension|ext|shack"
        r"|building|bldg|p\.? ?o\.? box|posbus)(?: |\. ?|(?=\d))(?:(?:no|number|nr)\.? ?|# ?)?"
        r"(?:\d+(?: ?(?-i:[A-Za-z])\b)?|(?-i:[A-Z]))\b(?!\s*(?:days?|weeks?|months?|people))",
        re.IGNORECASE,
    ),
)
_BORN = re.compile(
    r"\b(?:born|dob|d\.o\.b|date of birth|gebore|birthday|wazalwa|ngazalwa|tswetswe)\b\W*"
    r"(?:(?:on|is|in|ka|ngo|op)\W+)?$",
    re.IGNORECASE,
)
_LONG_AGO = timedelta(days=3 * 365)  # an exact day before that is rather somebody's birth than part of the story
_LONG_NUMBER = re.compile(r"(?<![\w£$€])\d(?:[ .-]?\d){5,}")
_TITLED = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|prof|adv|advocate|rev|pastor|sgt|sergeant|constable|const|capt|captain|inspector|mnr|mev|mej)\b"
    r"\.? (?P<name>[^\W\d_][\w'’-]*(?: (?-i:[A-Z])[\w'’-]*)?)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:name is|names are|named|called|name's|naam is|igama lami (?:ngu|ngingu|lingu)-?|igama lam ngu-?|ndingu"
    r"|nginguy?-?|lebitso la ka ke) ?(?P<name>[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*)?)",
    re.IGNORECASE,
)
# A word with a capital letter that does not begin a sentence.
_NAMES_BEFORE = re.compile(r"(?<=[\w,] )(?P<names>(?:[A-Z][a-z][\w'’-]* (?:(?:van|der|de|du|den) )*){1,2})$")
_NAMES_AFTER = re.compile(r"(?: (?:van|der|de|du|von|le) )?(?: ?[A-Z][a-z][\w'’-]*){1,2}")
_TWICE = re.compile(r"(\[[a-z -]+\])(?:[ ,]*\1)+")
_ORDINARY = frozenset({"i", "i'm", "i've", "i'll", "i'd", "ok", "sms", "whatsapp", "pdf", "pm", "am"})


Span = tuple[int, int]
Hidden = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What tells names from other words: words that are none, and names that are names however they are written."""

    words: frozenset[str]
    names: frozenset[str]

    def lists(self, word: str) -> bool:
        """Whether it is a name of the list, with or without what isiZulu and isiXhosa put before it."""
        small = _POSSESSIVE.sub("", word).casefold()
        return any(form in self.names for form in (small, _PREFIX.sub("", small), *small.split("-")))

    def is_name(self, word: str) -> bool:
        """Whether a word must be hidden."""
        bare = _POSSESSIVE.sub("", word)
        return self.lists(word) or (bare != bare.casefold() and bare.casefold() not in self.words)

    def knows(self, word: str) -> bool:
        """Whether it is an ordinary word."""
        return word.casefold() in self.words and word.casefold() not in self.names


def load_vocabulary(path: Path, examples: Iterable[str]) -> Vocabulary:
    """The names of a file; ordinary words are those that the examples write in small letters, or all in capitals."""
    names = read_mapping(path).get("names")
    if not isinstance(names, list) or not all(isinstance(name, str) and name == name.lower() for name in names):
        raise ContentError(path, "needs `names:`, a list of names in small letters")
    written = {word for text in examples for word in _WORD.findall(text)}
    words = {word.casefold() for word in written if word == word.casefold() or (word.isupper() and len(word) > 1)}
    return Vocabulary(frozenset(words | _ORDINARY) - frozenset(names), frozenset(names))


def mask(text: str, vocabulary: Vocabulary, packs: Sequence[LawPack], *, today: date) -> str:
    """The text with `[name]`, `[phone]`, `[address]`, … in place of what names somebody.

    Amounts of money and days stay, but not a day of birth. Nothing is promised: somebody must read it.
    """
    kept = _places(text, [amount.words for pack in packs for amount in find_amounts(text, currency=pack.currency)])
    births: list[Span] = []
    dates = find_dates(text, today=today)
    for found, span in zip(dates, _places(text, [found.words for found in dates]), strict=True):
        exact_and_old = found.precision == "day" and today - found.day > _LONG_AGO
        (births if exact_and_old or _BORN.search(text[: span[0]]) else kept).append(span)
    hidden: list[Hidden] = [(start, end, "[day]") for start, end in births]
    for start, end, shown in _found(text, vocabulary, packs):
        doubtful = shown == "[number]" or (shown == "[name]" and not vocabulary.lists(text[start:end]))
        taken = [(one, other) for one, other, _ in hidden] + (kept if doubtful else [])
        if _free(start, end, taken):
            hidden.append((start, end, shown))
    for start, end, shown in sorted(_with_neighbours(text, hidden), reverse=True):
        text = text[:start] + shown + text[end:]
    return _TWICE.sub(r"\1", text)


def _free(start: int, end: int, spans: Iterable[Span]) -> bool:
    return all(end <= one or other <= start for one, other in spans)


def _with_neighbours(text: str, hidden: Sequence[Hidden]) -> Iterator[Hidden]:
    """Names often stand together: words with a capital letter beside one are hidden with it."""
    taken = 0
    for start, end, shown in sorted(hidden):
        if shown == "[name]":
            if (before := _NAMES_BEFORE.search(text, taken, start)) and before.end() == start:
                start = before.start("names")
            if after := _NAMES_AFTER.match(text, end):
                end = after.end()
        if start >= taken:
            yield start, end, shown
            taken = end


def _found(text: str, vocabulary: Vocabulary, packs: Sequence[LawPack]) -> Iterator[Hidden]:
    """What to hide, the most certain first: where two overlap the first one stands."""
    for pattern, shown in ((_LINK, "[link]"), *((address, "[address]") for address in _ADDRESSES)):
        yield from ((*match.span(), shown) for match in pattern.finditer(text))
    for region in dict.fromkeys(pack.region for pack in packs):
        for each in find_identifiers(text, region=region):
            yield each.start, each.end, _SHOWN[each.kind]
    yield from ((*match.span(), "[address]") for match in _POSTCODE.finditer(text))
    yield from ((*match.span(), "[name]") for match in _HANDLE.finditer(text))
    yield from ((start, end, "[place]") for pack in packs for start, end in pack.gazetteer.spans(text))
    for pattern in (_TITLED, _CALLED):
        for match in pattern.finditer(text):
            yield from _unknown(text, *match.span("name"), vocabulary)
    yield from ((*match.span(), "[name]") for match in _WORD.finditer(text) if vocabulary.is_name(match[0]))
    yield from ((*match.span(), "[number]") for match in _LONG_NUMBER.finditer(text))


def _unknown(text: str, start: int, end: int, vocabulary: Vocabulary) -> Iterator[Hidden]:
    for match in _WORD.finditer(text, start, end):
        if not vocabulary.knows(match[0]):
            yield *match.span(), "[name]"


def _places(text: str, pieces: Iterable[str]) -> list[Span]:
    """Where each of the pieces stands, one after the other."""
    found, at = [], 0
    for piece in pieces:
        start = text.find(piece, at)
        at = start if start >= 0 else text.find(piece)
        found.append((at, at + len(piece)))
        at += len(piece)
    return found

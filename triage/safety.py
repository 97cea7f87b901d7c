"""Reads the danger phrases of every language (`nlu_data/safety/*.yml`) into one phrase book."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triage.content import read_mapping
from triage.errors import ContentError
from triage.phrases import Entry, PhraseBook, PhraseMistake, read_phrase
from triage.tokens import Speller, plain

FLAGS = (
    "violence",
    "self_harm",
    "child_risk",
    "homeless_tonight",
    "lockout",
    "utilities_off",
    "no_food",
    "no_medicine",
    "court_soon",
    "detention",
)
PLACES = ("before", "after", "overlap", "sentence", "message")
_TOP = {
    "version",
    "language",
    "review",
    "mend",
    "words",
    "spellings",
    "ordinary",
    "common",
    "breaks",
    "contexts",
    "cues",
}
_TOP |= {"flags", "also", "answers"}


@dataclass(frozen=True, slots=True)
class Context:
    """Words around a phrase that take the danger out of it: where they must stand, and what brings it back.

    A `negative` one leaves phrases alone that hold one of its words: "no food" is not negated by its own "no".
    """

    where: str
    back: str | None
    negative: bool


@dataclass(frozen=True, slots=True)
class Also:
    """One danger that follows from others when a cue stands near them, or `anywhere` in the message."""

    flag: str
    when: frozenset[str]
    cue: str
    anywhere: bool


@dataclass(frozen=True, slots=True)
class Safety:
    """Everything `hear` needs: made once from the files, never changed."""

    books: Mapping[str, PhraseBook]
    shelf_of: Mapping[str, str]  # in which book the phrases of a tag are
    speller: Speller
    contexts: Mapping[str, Context]
    heeds: Mapping[str, tuple[str, ...]]
    breaks: Mapping[str, frozenset[str]]
    also: tuple[Also, ...]
    answers: frozenset[tuple[str, str]]


@dataclass(slots=True)
class _Gathered:
    entries: list[Entry] = field(default_factory=list)
    sought: set[str] = field(default_factory=set)
    spellings: dict[str, str] = field(default_factory=dict)
    ordinary: set[str] = field(default_factory=set)
    contexts: dict[str, Context] = field(default_factory=dict)
    heeds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    breaks: dict[str, set[str]] = field(default_factory=dict)
    also: list[Also] = field(default_factory=list)
    answers: set[tuple[str, str]] = field(default_factory=set)


def load_safety(folder: Path) -> Safety:
    """The danger phrases of every file in `folder`; whatever language is set, all are heard.

    Raises ContentError naming the file and the entry that has a mistake.
    """
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise ContentError(folder, "no danger phrases here (*.yml); without them no danger would be heard")
    files = [(path, read_mapping(path)) for path in paths]
    common = frozenset(plain(str(word)) for _, content in files for word in content.get("common") or ())
    gathered = _Gathered()
    for path, content in files:
        _File(path, content, common).gather(gathered)
    _check(gathered, folder)
    shelves: dict[str, list[Entry]] = {}
    for entry in gathered.entries:
        shelves.setdefault(_shelf(entry.tag, gathered.contexts), []).append(entry)
    books = {shelf: PhraseBook(entries) for shelf, entries in shelves.items()}
    vocabulary = {word for book in books.values() for word in book.words}
    return Safety(
        books=books,
        shelf_of={entry.tag: _shelf(entry.tag, gathered.contexts) for entry in gathered.entries},
        speller=Speller(vocabulary, gathered.sought, gathered.spellings, gathered.ordinary),
        contexts=gathered.contexts,
        heeds=gathered.heeds,
        breaks={strength: frozenset(words) for strength, words in gathered.breaks.items()},
        also=tuple(gathered.also),
        answers=frozenset(gathered.answers),
    )


def _shelf(tag: str, contexts: Mapping[str, Context]) -> str:
    """Phrases that every sentence is searched for stand apart from those that matter only once a danger is heard."""
    kind, _, name = tag.partition(":")
    if kind == "flag" or tag == "cue:court":
        return "always"
    if kind == "context" and contexts[name].where == "message":
        return "message"
    return "around" if kind in {"context", "unless"} else kind


def _check(gathered: _Gathered, folder: Path) -> None:
    cues = {entry.tag for entry in gathered.entries}
    for flag in FLAGS:
        if f"flag:{flag}" not in cues:
            raise ContentError(folder, f"flags.{flag}: no file has a phrase for it")
        for name in gathered.heeds.get(flag, ()):
            if name not in gathered.contexts:
                raise ContentError(folder, f"flags.{flag}.heed: there is no context {name!r}")
    for tag in sorted(cues):
        if tag.startswith("context:") and tag.partition(":")[2] not in gathered.contexts:
            raise ContentError(folder, f"{tag.replace(':', 's.')}: no file says `where:` it must stand")
    for rule in gathered.also:
        if f"cue:{rule.cue}" not in cues:
            raise ContentError(folder, f"also: there is no cue {rule.cue!r}")


class _File:
    """One file being read."""

    def __init__(self, path: Path, content: Mapping[str, Any], common: frozenset[str]) -> None:
        self._path = path
        self._content = content
        self._common = common
        self._lists = {name: self._strings(words, f"words.{name}") for name, words in self._part("words").items()}

    def gather(self, gathered: _Gathered) -> None:
        for key in self._content:
            if key not in _TOP:
                raise self._mistake(str(key), f"not known; known are {', '.join(sorted(_TOP))}")
        spellings = self._part("spellings").items()
        gathered.spellings.update({plain(str(typed)): plain(str(meant)) for typed, meant in spellings})
        gathered.ordinary.update(plain(word) for word in self._strings(self._content.get("ordinary"), "ordinary"))
        for strength, words in self._part("breaks").items():
            gathered.breaks.setdefault(strength, set()).update(map(plain, self._strings(words, f"breaks.{strength}")))
        for name, phrases in self._part("cues").items():
            gathered.entries.extend(self._entries(f"cue:{name}", phrases, f"cues.{name}"))
        self._gather_contexts(gathered)
        self._gather_flags(gathered)
        self._gather_rules(gathered)

    def _gather_contexts(self, gathered: _Gathered) -> None:
        for name, context in self._part("contexts").items():
            place = f"contexts.{name}"
            if not isinstance(context, dict):
                raise self._mistake(place, "expected `where:` and `phrases:`")
            if where := context.get("where"):
                if where not in PLACES:
                    raise self._mistake(place, f"where must be one of {', '.join(PLACES)}")
                gathered.contexts[name] = Context(where, context.get("back"), bool(context.get("negative")))
            gathered.entries.extend(self._entries(f"context:{name}", context.get("phrases"), place))

    def _gather_flags(self, gathered: _Gathered) -> None:
        for flag, content in self._part("flags").items():
            place = f"flags.{flag}"
            if flag not in FLAGS or not isinstance(content, dict):
                raise self._mistake(place, f"expected `phrases:` under one of {', '.join(FLAGS)}")
            if "heed" in content:
                gathered.heeds[flag] = tuple(self._strings(content["heed"], f"{place}.heed"))
            phrases = list(self._entries(f"flag:{flag}", content.get("phrases"), f"{place}.phrases"))
            gathered.entries.extend(phrases)
            if self._content.get("mend"):
                gathered.sought.update(word for entry in phrases for word in entry.pattern.words)
            gathered.entries.extend(self._entries(f"unless:{flag}", content.get("unless"), f"{place}.unless"))

    def _gather_rules(self, gathered: _Gathered) -> None:
        for rule in self._content.get("also") or ():
            known = isinstance(rule, dict) and set(rule) - {"anywhere"} == {"flag", "when", "cue"}
            if not known or rule["flag"] not in FLAGS:
                raise self._mistake("also", f"expected `flag`, `when`, `cue` and perhaps `anywhere`, not {rule!r}")
            when = frozenset(self._strings(rule["when"], "also"))
            gathered.also.append(Also(rule["flag"], when, str(rule["cue"]), bool(rule.get("anywhere"))))
        for question, flags in self._part("answers").items():
            place = f"answers.{question}"
            if not isinstance(flags, dict) or not set(flags) <= set(FLAGS):
                raise self._mistake(place, "expected a flag with the short answers that raise it")
            for flag, phrases in flags.items():
                gathered.answers.add((question, flag))
                gathered.entries.extend(self._entries(f"answer:{question}:{flag}", phrases, f"{place}.{flag}"))

    def _entries(self, tag: str, phrases: object, place: str) -> Iterator[Entry]:
        for phrase in self._strings(phrases, place):
            try:
                yield Entry(tag, read_phrase(phrase, self._lists, self._common), phrase)
            except PhraseMistake as mistake:
                raise self._mistake(place, f"phrase {phrase[:80]!r}: {mistake}") from None

    def _strings(self, words: object, place: str) -> list[str]:
        if words is None:
            return []
        if not isinstance(words, list):
            raise self._mistake(place, "expected a list, one entry a line with `- ` before it")
        for word in words:
            if not isinstance(word, str):
                raise self._mistake(place, f"{word!r} is not text; put it in quotes")
        return words

    def _part(self, key: str) -> dict[str, Any]:
        part = self._content.get(key) or {}
        if not isinstance(part, dict):
            raise self._mistake(key, "expected `name: ...` lines")
        return part

    def _mistake(self, place: str, problem: str) -> ContentError:
        return ContentError(self._path, f"{place}: {problem}")

"""Plays a conversation that is written down in YAML (tests/conversations/README.md), and compares what was said."""

import re
import string
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.messages import Kind
from bot.translations import counted
from bot.wording import Wording
from casestore.outbox import Letter
from casestore.unit_of_work import Store
from tests.talk import Paralegal, Person, an_office, texts, transcript

MOST_CHARACTERS = 4096  # Telegram takes no longer message, and other channels no better reader
_GROUPS = ("greeting", "understood", "question", "guidance", "case", "status", "help", "human", "language")
_GROUPS += (
    "mydata",
    "delete",
    "stop",
    "arrivals",
    "danger",
    "letter",
    "not_taken",
    "nearby",
    "can_get",
    "safe",
    "consent",
)
_SIGNED = "\n\nYours faithfully\n\n"  # every letter ends so
_KINDS = {"photo": Kind.FILE} | {str(kind): kind for kind in Kind if kind not in (Kind.TEXT, Kind.CHOICE, Kind.FILE)}
_DESK = {"claims": "claim", "answers": "reply", "releases": "release", "refers": "refer", "closes": "close"}
_EXPECTED = frozenset({"says", "danger", "asks", "contains", "lacks", "buttons"})
_BOT_STEP = re.compile(r"^- bot:.*(?:\n[ \t]+\S.*)*", re.MULTILINE)


class _Loader(yaml.SafeLoader):
    """YAML in which yes and no are words that people say, and a day is text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


class Mistake(Exception):
    """The conversation is written down wrongly, or went differently."""


class Keys:
    """Finds the wording key of a reply: conversations name sentences, so that words can change freely."""

    def __init__(self, wording: Wording) -> None:
        sentences = [(key, text) for said in wording.sentences.values() for key, text in said.items()]
        spoken = [(key, text) for key, text in sentences if key.split(".", 1)[0] in _GROUPS]
        spoken.sort(key=lambda sentence: -len(re.sub(r"\{.*?\}", "", sentence[1])))
        english = wording.sentences["en"]
        self._patterns = [(counted(key, english) or key, re.compile(_pattern(text), re.DOTALL)) for key, text in spoken]
        self._dangers = {text for key, text in sentences if key.startswith("danger.")}
        around = ("card.sources", "card.too_old")
        self._headings = {text for key, text in sentences if key.startswith("card.") and key not in around}
        self._around = [re.compile(_pattern(text)) for key, text in sentences if key in around]

    def of(self, letter: Letter, guided: str) -> str:
        """`danger`, `card <issue>`, `letter`, `file <name>`, `paralegal`, or the key of a sentence."""
        if letter.document:
            return "mydata.copy" if letter.file is None else f"file {letter.document}"
        if _SIGNED in letter.text:
            return "letter"
        first = letter.text.split("\n", 1)[0]
        if first in self._dangers:
            return "danger"
        if first in self._headings or any(pattern.fullmatch(first) for pattern in self._around):
            return f"card {guided}"
        for text in (letter.text, first):
            for key, pattern in self._patterns:
                if pattern.fullmatch(text):
                    return key
        return "paralegal" if re.fullmatch(r"\w+:", first) else f"? {first[:60]}"


def _pattern(sentence: str) -> str:
    parts = (re.escape(text) + (".*?" if name is not None else "") for text, name, _, _ in _parsed(sentence))
    return "".join(parts)


def _parsed(sentence: str) -> Iterator[tuple[str, str | None, Any, Any]]:
    return iter(string.Formatter().parse(sentence))


@dataclass
class Play:
    """One conversation under way."""

    person: Person
    keys: Keys
    rewriting: bool
    number: int = 0
    paralegal: Paralegal | None = None
    said: list[Letter] = field(default_factory=list)
    flags_before: dict[str, str] = field(default_factory=dict)
    happened: list[dict[str, Any]] = field(default_factory=list)

    def step(self, step: Mapping[str, Any]) -> None:
        """Does one step; raises Mistake when something else came of it than is written down."""
        if len(step) != 1:
            raise Mistake(f"a step is one of person, bot, later, paralegal: {step}")
        [(who, what)] = step.items()
        if who == "bot":
            self._compare(what)
            return
        self._nothing_unexpected()
        steps: dict[str, Callable[[Any], None]] = {
            "person": self._person,
            "later": self._later,
            "paralegal": self._paralegal,
        }
        if who not in steps:
            raise Mistake(f"{who!r} is no kind of step")
        self.flags_before = dict(self.person.session.flags)
        steps[who](what)
        self._well_said()

    def end(self) -> None:
        """Nothing may be left that nobody wrote down."""
        self._nothing_unexpected()

    def _person(self, what: Any) -> None:
        if isinstance(what, str):
            self.said += self.person.writes(what)
        elif isinstance(what, list):
            self.said += self.person.writes(*what)
        else:
            self.said += self._does(dict(what))
        silent = isinstance(what, dict) and what.get("sends") == "blocked"
        if not self.said and not silent:
            raise Mistake(f"no answer at all to {what!r}")

    def _does(self, what: dict[str, Any]) -> list[Letter]:
        match what:
            case {"writes": text, **more}:
                length = more.pop("until_it_has", 0)
                text = (text * (length // len(text) + 1))[:length] if length else text
                return self.person.writes(text, twice=more.get("twice", False))
            case {"presses": label, **more}:
                return self.person.presses(label, first=more.get("first", False))
            case {"sends": kind, **more} if kind in _KINDS:
                return self.person.sends(_KINDS[kind], text=more.get("text", ""), twice=more.get("twice", False))
        raise Mistake(f"a person cannot do {what}")

    def _later(self, what: str) -> None:
        number, unit = what.split()
        self.person.clock.move(timedelta(**{unit.rstrip("s") + "s": float(number)}))
        self.said += self.person.letters()  # what was held until it is safe

    def _paralegal(self, what: dict[str, Any]) -> None:
        self.paralegal = self.paralegal or Paralegal(self.person)
        [verb] = what.keys() & _DESK.keys()
        field_of = {"answers": "text", "refers": "to", "closes": "outcome"}
        form = {field_of[verb]: str(what[verb])} if verb in field_of else {}
        if verb == "closes":
            form["tell"] = "yes"
        self.paralegal.does(_DESK[verb], status=409 if what.get("refused") else 303, **form)
        self.said += self.person.letters()

    def _compare(self, expected: Any) -> None:
        actual = self._actual()
        expected = dict(expected or {})
        if unknown := expected.keys() - _EXPECTED:
            raise Mistake(f"a bot step has no {sorted(unknown)[0]!r}")
        said, self.said = self.said, []
        if self.rewriting:
            kept = {name: value for name, value in expected.items() if name in ("contains", "lacks")}
            shown = expected.keys() | ({"says"} | {name for name in ("danger", "asks") if actual[name]})
            self.happened.append({name: actual[name] for name in actual if name in shown} | kept)
        else:
            for name in ("says", "danger", "asks", "buttons"):
                if name in expected and expected[name] != actual[name]:
                    raise Mistake(f"{name}: expected {expected[name]}\n      but it was {actual[name]}")
            if "danger" not in expected and actual["danger"]:
                raise Mistake(f"danger was heard that is not written down: {actual['danger']}")
        _compare_words(expected, texts(said))

    def _actual(self) -> dict[str, Any]:
        session = self.person.session
        says: list[str] = []
        for letter in self.said:
            key = self.keys.of(letter, session.guided[-1] if session.guided else "")
            if not (says and says[-1] == key and key.startswith("card")):
                says.append(key)
        heard = [flag for flag, at in session.flags.items() if self.flags_before.get(flag) != at]
        buttons = [label for letter in self.said for _, label in letter.choices]
        return {"says": says, "danger": heard, "asks": session.asked, "buttons": buttons}

    def _well_said(self) -> None:
        for letter in self.said:
            if re.search(r"[{}]", letter.text):
                raise Mistake(f"a brace was left in: {letter.text}")
            if not (letter.text.strip() or letter.file) or (len(letter.text) > MOST_CHARACTERS and not letter.document):
                raise Mistake(f"a message has {len(letter.text)} characters: {letter.text[:80]}")

    def _nothing_unexpected(self) -> None:
        if self.said:
            raise Mistake(f"the bot said what no step expects:\n{texts(self.said)}")


def _compare_words(expected: Mapping[str, Any], said: str) -> None:
    for name, wanted in (("contains", True), ("lacks", False)):
        listed = expected.get(name, [])
        said = " ".join(said.split())
        for words in [listed] if isinstance(listed, str) else listed:
            if (" ".join(words.split()) in said) is not wanted:
                raise Mistake(f"{name}: {words!r}, in\n{textwrap.indent(said, '      ')}")


def compare_case(person: Person, expected: Mapping[str, Any]) -> None:
    """Compares what is stored at the end; raises Mistake."""
    for name, wanted in expected.items():
        actual = _stored(person, name, wanted)
        if actual != wanted:
            raise Mistake(f"{name}: expected {wanted}\n      but it was {actual}")


def _stored(person: Person, name: str, wanted: Any) -> Any:
    conversation, case = person.conversation, person.case
    if name == "case":
        if case is None:
            return "none"
        keys = wanted if isinstance(wanted, dict) else ("issues",)
        found = {key: getattr(case, key) for key in keys}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}
    if conversation is None:
        return "nobody"
    if name == "answers":
        return {key: person.session.answers.get(key) for key in wanted}
    with person.office.store.reading() as look:
        if name == "files":
            return len(look.attachments.of(conversation))
        if name == "consents":
            return {consent.purpose: consent.given for consent in look.consents.of(conversation.person_id)}
        if name == "log" and case is not None:
            return [entry.kind.id for entry in look.log.of(case.id)]
    raise Mistake(f"{name!r} is nothing that can be compared at the end")


def play(path: Path, store: Store, *, rewriting: bool = False) -> Person:
    """Plays the conversation in a file; raises Mistake with the transcript so far."""
    script = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - it is a safe loader
    place, talk = script.pop("place", "za"), script.pop("talk")
    about, start = script.pop("about"), datetime.fromisoformat(script.pop("now", "2026-11-23 19:40"))
    office, clock = an_office(store, start, place=place)
    clock.now = start.replace(tzinfo=ZoneInfo(office.book.pack.timezone))
    played = Play(Person(office, clock), Keys(office.book.wording), rewriting)
    try:
        for played.number, step in enumerate(talk, start=1):
            played.step(step)
        played.end()
        if not rewriting:
            compare_case(played.person, script)
    except (Mistake, LookupError, AssertionError) as mistake:
        lines = "\n".join(transcript(played.person))
        at = f"step {played.number} of {len(talk)}: {talk[played.number - 1]}" if played.number else "the start"
        pytest.fail(f"{path.name} ({about})\n{at}\n\n{mistake}\n\nThe conversation so far:\n{lines}", pytrace=False)
    if rewriting:
        rewrite(path, played.happened)
    return played.person


def rewrite(path: Path, happened: list[dict[str, Any]]) -> None:
    """Writes what happened into the `bot:` steps; everything else, comments too, stays as it is."""
    steps = iter(happened)

    def rendered(_: re.Match[str]) -> str:
        step = yaml.safe_dump(next(steps), default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False)
        line = f"- bot: {step.strip()}"
        return textwrap.fill(line, 118, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False)

    path.write_text(_BOT_STEP.sub(rendered, path.read_text(encoding="utf-8")), encoding="utf-8")

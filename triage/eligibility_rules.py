"""The rules of the eligibility helper as a pack writes them in `eligibility.yml`: questions, benefits, conditions."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from triage.content import read_mapping
from triage.entries import Entry, entries_in
from triage.sections import FIGURE

_PERIODS = frozenset({"week", "month", "year"})
_IS = re.compile(r"(\w+) is (\w+(?: or \w+)*)")
_UP_TO = re.compile(r"(\w+) (up to|over) (\w+)")
_HOW = "write `question is choice`, `question is one or another`, `question up to figure` or `question over figure`"


class Kind(StrEnum):
    """What sort of answer a question takes: one of its choices, or an amount of money."""

    CHOICE = "choice"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; it is asked in the order of the file, and only while its answer can still settle something.

    A plain yes or no in words stands for the choice `affirm` or `deny`. An amount may be one `per` week, month or year.
    """

    id: str
    kind: Kind
    choices: tuple[str, ...] = ()
    affirm: str = ""
    deny: str = ""
    per: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of an answer: with choices (`is`), or with a figure of the day (`up to`, `over`)."""

    question: str
    how: str
    values: tuple[str, ...]


Ways = tuple[tuple[Test, ...], ...]  # one way is enough; all tests of it must hold


@dataclass(frozen=True, slots=True)
class Need:
    """What must hold: one of `ways`. Where all fail but one of `maybe` holds, the answers cannot settle it.

    `yes`, `no` and `unsure` are the reasons told when it holds, fails, or cannot be said; `source` is behind it.
    """

    ways: Ways
    maybe: Ways
    yes: str
    no: str
    unsure: str
    source: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """What is paid: a figure, where one of `ways` holds, or always when there are none."""

    figure: str
    ways: Ways


@dataclass(frozen=True, slots=True)
class Also:
    """What else is looked at that we do not ask."""

    text: str
    source: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit. The first of `amounts` that fits is paid, for each `per`; `apply` says how to ask for it."""

    id: str
    name: str
    amounts: tuple[Amount, ...]
    per: str
    needs: tuple[Need, ...]
    also: tuple[Also, ...]
    apply: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The helper of one pack; `words` are what people say to ask for it, in small letters."""

    words: tuple[str, ...]
    questions: tuple[Question, ...]
    benefits: tuple[Benefit, ...]

    def question(self, id_: str) -> Question:
        """The question with an id; raises KeyError when there is none."""
        for question in self.questions:
            if question.id == id_:
                return question
        raise KeyError(id_)

    def asks_for(self, text: str) -> bool:
        """Whether somebody asks what they can get."""
        said = " ".join(re.findall(r"\w+", text.casefold()))
        return any(f" {words} " in f" {said} " for words in self.words)


@dataclass(frozen=True, slots=True)
class _Names:
    """What a benefit may name."""

    questions: Mapping[str, Question]
    figures: Container[str]
    sources: Container[str]

    def text(self, entry: Entry, key: str) -> str:
        """A text in which every figure is one of the pack."""
        text = entry.text(key)
        for figure in FIGURE.findall(text):
            self.figure(entry, figure)
        return text

    def figure(self, entry: Entry, figure: str) -> str:
        """A figure of the pack."""
        if figure not in self.figures:
            raise entry.wrong(f"unknown figure {figure!r}; correct it, or add it to figures.yml")
        return figure

    def source(self, entry: Entry) -> str:
        """The source of an entry, one of the pack."""
        source = entry.text("source")
        if source not in self.sources:
            raise entry.wrong(f"unknown source {source!r}; correct it, or add it to sources.yml")
        return source


def read_eligibility(path: Path, *, figures: Container[str], sources: Container[str]) -> Rules:
    """The helper of a pack; raises ContentError for a missing reason, and for any name that stands for nothing."""
    top = Entry(path, "eligibility", read_mapping(path))
    questions = {
        entry.text("id"): _question(entry) for entry in entries_in(path, top.fields.get("questions"), "question")
    }
    names = _Names(questions, figures, sources)
    benefits = [_benefit(entry, names) for entry in entries_in(path, top.fields.get("benefits"), "benefit")]
    asked = {test.question for benefit in benefits for test in _tests(benefit)}
    if idle := [id_ for id_ in questions if id_ not in asked]:
        raise top.wrong(f"question {idle[0]!r} decides nothing; remove it, or use it in a need")
    words = top.texts("words")
    if not words or any(word != word.casefold() for word in words):
        raise top.wrong("needs `words:` that people ask with, in small letters")
    return Rules(words, tuple(questions.values()), tuple(benefits))


def _tests(benefit: Benefit) -> Iterator[Test]:
    needs = [ways for need in benefit.needs for ways in (need.ways, need.maybe)]
    for ways in (*needs, *(amount.ways for amount in benefit.amounts)):
        for way in ways:
            yield from way


def _question(entry: Entry) -> Question:
    kind = Kind(entry.choice("kind", frozenset(Kind)))
    choices = entry.texts("choices")
    if (kind is Kind.CHOICE) != bool(choices):
        raise entry.wrong("a choice needs `choices`, an amount takes none")
    affirm, deny = entry.text_or("affirm", ""), entry.text_or("deny", "")
    if strange := {affirm, deny} - {"", *choices}:
        raise entry.wrong(f"{min(strange)!r} is no choice of it")
    per = entry.choice("per", _PERIODS) if "per" in entry.fields else ""
    return Question(entry.text("id"), kind, choices, affirm, deny, per)


def _benefit(entry: Entry, names: _Names) -> Benefit:
    needs = tuple(_need(part, names) for part in _parts(entry, "needs"))
    if not needs:
        raise entry.wrong("must have `needs:`, at least one")
    return Benefit(
        id=entry.text("id"),
        name=entry.text("name"),
        amounts=tuple(_amount(part, names) for part in _parts(entry, "amounts")),
        per=entry.text_or("per", ""),
        needs=needs,
        also=tuple(
            Also(names.text(part, "text"), names.source(part), part.line_of()) for part in _parts(entry, "also")
        ),
        apply=entry.text("apply"),
    )


def _amount(entry: Entry, names: _Names) -> Amount:
    return Amount(names.figure(entry, entry.text("figure")), _ways(entry, "if", names))


def _parts(entry: Entry, key: str) -> list[Entry]:
    listed = entry.fields.get(key) or []
    if not isinstance(listed, list) or not all(isinstance(fields, dict) for fields in listed):
        raise entry.wrong(f"`{key}` must be a list of `key: value` lines")
    return [Entry(entry.path, f"{entry.name}, {key} {number}", fields) for number, fields in enumerate(listed, 1)]


def _need(entry: Entry, names: _Names) -> Need:
    ways = _ways(entry, "if", names)
    if not ways:
        raise entry.wrong(f"needs `if:`; {_HOW}, joined by `and`")
    return Need(
        ways=ways,
        maybe=_ways(entry, "maybe", names),
        yes=names.text(entry, "yes"),
        no=names.text(entry, "no"),
        unsure=names.text(entry, "unsure"),
        source=names.source(entry),
        line=entry.line_of(),
    )


def _ways(entry: Entry, key: str, names: _Names) -> Ways:
    """One text, or a list of them of which one must hold; `and` joins tests that must all hold. None when left out."""
    if key not in entry.fields:
        return ()
    texts = entry.texts(key) if isinstance(entry.fields[key], list) else (entry.text(key),)
    return tuple(tuple(_test(entry, part, names) for part in text.split(" and ")) for text in texts)


def _test(entry: Entry, text: str, names: _Names) -> Test:
    words = " ".join(text.split())
    if found := _IS.fullmatch(words):
        test = Test(found[1], "is", tuple(found[2].split(" or ")))
    elif found := _UP_TO.fullmatch(words):
        test = Test(found[1], found[2], (names.figure(entry, found[3]),))
    else:
        raise entry.wrong(f"{words!r} is no test; {_HOW}")
    question = names.questions.get(test.question)
    if question is None:
        raise entry.wrong(f"unknown question {test.question!r}; add it to `questions:`")
    if (question.kind is Kind.AMOUNT) != (test.how != "is"):
        raise entry.wrong(f"{words!r} does not fit the question {question.id!r}; {_HOW}")
    if strange := [value for value in test.values if test.how == "is" and value not in question.choices]:
        raise entry.wrong(f"{strange[0]!r} is no choice of the question {question.id!r}")
    return test

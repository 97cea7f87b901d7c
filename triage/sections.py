"""The sections of a card: lines that always hold, and variants that hold for certain facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.conditions import Condition, ConditionMistake, Facts, read_condition
from triage.errors import ContentError

FOOTNOTE = re.compile(r"\[\^([^\]]+)\]")
FIGURE = re.compile(r"\{figure:([^}]*)\}")
SECTION_LIMIT = 600  # characters that one person is shown
_SECTION = re.compile(r"## +(.*?) *")
_VARIANT = re.compile(r"### +(When|Otherwise|Always)(?: +(.*?))? *")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card, and where it stands in the file."""

    number: int
    text: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The marks of the sources it rests on."""
        return tuple(FOOTNOTE.findall(self.text))

    @property
    def figures(self) -> tuple[str, ...]:
        """The keys of the figures it names."""
        return tuple(FIGURE.findall(self.text))


@dataclass(frozen=True, slots=True)
class Variant:
    """Lines for certain facts; without `when` they hold for everybody. `number` is the line of its heading."""

    number: int
    when: Condition | None
    lines: tuple[Line, ...]

    @property
    def length(self) -> int:
        """Characters that a person is shown."""
        return sum(len(FOOTNOTE.sub("", line.text)) + 1 for line in self.lines)


@dataclass(frozen=True, slots=True)
class Part:
    """Variants of which one is said. What always holds is a part with a single one, without `when`."""

    variants: tuple[Variant, ...]

    def said(self, facts: Facts) -> Variant:
        """The first variant that holds; while a fact it needs is not known, the last, which is true for everybody."""
        for variant in self.variants:
            holds = True if variant.when is None else variant.when.holds(facts)
            if holds:
                return variant
            if holds is None:
                break
        return self.variants[-1]


@dataclass(frozen=True, slots=True)
class Section:
    """Everything under one heading. `number` is the line of the heading."""

    heading: str
    number: int
    parts: tuple[Part, ...]

    def said(self, facts: Facts) -> str:
        """The text for somebody with these facts."""
        return "\n".join(line.text for part in self.parts for line in part.said(facts).lines)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Every variant that depends on facts."""
        return tuple(variant for part in self.parts for variant in part.variants if variant.when is not None)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of every variant, in the order of the file."""
        return tuple(line for part in self.parts for variant in part.variants for line in variant.lines)


def read_sections(path: Path, body: str, first_line: int, wanted: tuple[str, ...]) -> dict[str, Section]:
    """The sections of a card by heading; raises ContentError with the line of the first mistake."""
    sections: dict[str, Section] = {}
    for number, heading, rows in _headed(path, body, first_line):
        expected = wanted[len(sections)] if len(sections) < len(wanted) else ""
        if heading != expected:
            missing = f"section `## {expected}` is missing; add it. " if expected else ""
            raise ContentError(
                path,
                f"{missing}The sections must be, each once and in this order: {', '.join(wanted)}",
                line=number,
            )
        sections[heading] = _section(path, number, heading, rows)
    if len(sections) < len(wanted):
        raise ContentError(path, f"section `## {wanted[len(sections)]}` is missing; add it", line=first_line)
    return sections


def _headed(path: Path, body: str, first_line: int) -> Iterator[tuple[int, str, list[Line]]]:
    """Each `## ` heading with its line and the lines below it."""
    open_: tuple[int, str, list[Line]] | None = None
    for number, text in enumerate(body.split("\n"), start=first_line):
        if found := _SECTION.fullmatch(text):
            if open_:
                yield open_
            open_ = (number, found.group(1), [])
        elif text.strip():
            if open_ is None:
                raise ContentError(path, "text before the first section; put it under a `## ` heading", line=number)
            open_[2].append(Line(number, text.rstrip()))
    if open_:
        yield open_


def _section(path: Path, number: int, heading: str, rows: list[Line]) -> Section:
    parts: list[Part] = []
    choice: list[Variant] = []
    for word, variant in _blocks(path, number, rows):
        if word == "When":
            choice.append(variant)
        elif word == "Otherwise":
            if not choice:
                raise ContentError(path, "`### Otherwise` needs a `### When …` before it", line=variant.number)
            parts.append(Part((*choice, variant)))
            choice = []
        elif choice:
            break
        elif variant.lines:
            parts.append(Part((variant,)))
    if choice:
        problem = "`### When …` needs an `### Otherwise` after it: what is true while the fact is not known"
        raise ContentError(path, problem, line=choice[0].number)
    if not parts:
        raise ContentError(path, f"section `## {heading}` is empty; write it", line=number)
    length = sum(max(variant.length for variant in part.variants) for part in parts)
    if length > SECTION_LIMIT:
        problem = f"section `## {heading}` has {length} characters; shorten to {SECTION_LIMIT}"
        raise ContentError(path, problem, line=number)
    return Section(heading, number, tuple(parts))


def _blocks(path: Path, number: int, rows: list[Line]) -> Iterator[tuple[str, Variant]]:
    """The lines under each `### ` heading, with its first word; what stands before the first one is `Always`."""
    word, when, lines = "Always", None, list[Line]()
    for row in rows:
        if not row.text.startswith("#"):
            lines.append(row)
            continue
        yield word, _variant(path, number, word, when, lines)
        found = _VARIANT.fullmatch(row.text)
        if found is None or (found.group(1) == "When") != bool(found.group(2)):
            problem = "a section may only hold `### When …`, `### Otherwise` and `### Always`"
            raise ContentError(path, problem, line=row.number)
        number, word, lines = row.number, found.group(1), []
        try:
            when = read_condition(found.group(2)) if found.group(2) else None
        except ConditionMistake as mistake:
            raise ContentError(path, str(mistake), line=number) from None
    yield word, _variant(path, number, word, when, lines)


def _variant(path: Path, number: int, word: str, when: Condition | None, lines: list[Line]) -> Variant:
    if word != "Always" and not lines:
        raise ContentError(path, f"nothing is said under `### {word}`; write it", line=number)
    return Variant(number, when, tuple(lines))

"""Fills a letter template with what a person told: facts in, a letter of paragraphs out. Nothing here does I/O."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from triage.letter_fields import FieldKind, say_day
from triage.letter_templates import MARK, TODAY, Template

AMOUNT = "amount"  # what `known_from` calls the one amount that somebody has told


class Style(StrEnum):
    """How a paragraph is set: running text, a block of short lines, the subject line, one point of a list."""

    TEXT = "text"
    LINES = "lines"
    SUBJECT = "subject"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; a line break in `text` is one in the letter."""

    style: Style
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be read, printed and sent. `day` is the day it bears; `version` is that of its template."""

    id: str
    title: str
    version: str
    day: date
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        """As a chat message."""
        said = ""
        for before, each in zip((None, *self.paragraphs), self.paragraphs, strict=False):
            point = each.style is Style.POINT
            gap = "\n" if point and before is not None and before.style is Style.POINT else "\n\n"
            said += f"{gap}{'• ' if point else ''}{each.text}"
        return said.strip()


class FieldsMissing(ValueError):
    """The letter cannot be written yet: these fields have no answer, or one that does not fit."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__(", ".join(ids))
        self.ids = ids


def missing(template: Template, values: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that must still be answered: not optional and empty, or answered with what does not fit."""
    return tuple(
        field.id
        for field in template.fields
        if not (field.fits(values[field.id]) if values.get(field.id) else field.optional)
    )


def known(template: Template, answers: Mapping[str, str]) -> dict[str, str]:
    """What the answers given so far (by question id) already say about the fields."""
    found = {field.id: answers.get(field.known_from, "") for field in template.fields if field.known_from}
    return {id_: value for id_, value in found.items() if value and template.field(id_).fits(value)}


def fill(template: Template, values: Mapping[str, str], *, currency: str, today: date) -> Letter:
    """The letter with its values put in, each exactly as it is said and nothing else: a value is never read as a mark.

    `values` are as `Field.read` gave them. Raises FieldsMissing when one that is needed is not there or does not fit.
    """
    if lacking := missing(template, values):
        raise FieldsMissing(lacking)
    given = {id_: value for id_, value in values.items() if value}
    said = {field.id: field.say(given[field.id], currency) for field in template.fields if field.id in given}
    said[TODAY] = say_day(today)
    inline = dict(said)
    for field in template.fields:
        if field.kind is FieldKind.ADDRESS and field.id in said:
            inline[field.id] = said[field.id].replace("\n", ", ")
    paragraphs = []
    for style, text in _blocks(_chosen(template.body, given)):
        text = _put_in(text, said if style is Style.LINES else inline)
        if style is Style.LINES:
            text = "\n".join(line for line in text.split("\n") if line)
        if text:
            paragraphs.append(Paragraph(style, text))
    return Letter(template.id, template.title, template.version, today, tuple(paragraphs))


def _put_in(text: str, said: Mapping[str, str]) -> str:
    """In one pass, so that a brace in what is put in stays a brace."""
    return MARK.sub(lambda mark: said[mark["name"]], text)


def _chosen(body: str, given: Mapping[str, str]) -> str:
    """The text without the parts that do not hold; what is left has only plain `{name}` marks."""
    kept: list[str] = []
    holding = [True]
    end = 0
    for mark in MARK.finditer(body):
        if holding[-1]:
            kept.append(body[end : mark.start()] if mark["sign"] else body[end : mark.end()])
        end = mark.end()
        if mark["sign"] == "/":
            holding.pop()
        elif mark["sign"]:
            holding.append(holding[-1] and _holds(mark, given))
    return "".join([*kept, body[end:]])


def _holds(mark: re.Match[str], given: Mapping[str, str]) -> bool:
    value = given.get(mark["name"], "")
    if mark["sign"] == "!":
        return not value
    return value == mark["choice"] if mark["choice"] else bool(value)


def _blocks(text: str) -> Iterator[tuple[Style, str]]:
    """The paragraphs: apart by an empty line; `|` begins a line of its own, `- ` a point, `# ` the subject."""
    for block in re.split(r"\n\s*\n", text):
        lines = [" ".join(line.split()) for line in block.strip().split("\n")]
        if lines[0].startswith("|"):
            yield Style.LINES, "\n".join(line.removeprefix("|").strip() for line in lines)
        elif lines[0].startswith("- "):
            points = re.split(r"(?:^|\n)- ", "\n".join(lines))[1:]
            yield from ((Style.POINT, " ".join(point.split())) for point in points)
        elif lines[0].startswith("# "):
            yield Style.SUBJECT, " ".join(lines).removeprefix("# ")
        else:
            yield Style.TEXT, " ".join(line for line in lines if line)

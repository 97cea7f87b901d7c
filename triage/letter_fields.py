"""What a letter asks for: each field with its question, the answers it takes and how they read in the letter."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from triage.amounts import find_amounts, say_amount
from triage.dates import find_dates
from triage.entries import Entry, entries_in, keyed_content
from triage.errors import ContentError

NAME = re.compile(r"[a-z][a-z0-9_]*")
_LABEL_LIMIT = 40  # characters: it becomes a button


class FieldKind(StrEnum):
    """What sort of answer a field takes."""

    NAME = "name"
    ADDRESS = "address"
    DATE = "date"
    AMOUNT = "amount"
    TEXT = "text"
    CHOICE = "choice"


LIMITS = {FieldKind.NAME: 80, FieldKind.ADDRESS: 200, FieldKind.TEXT: 600}  # characters
_MOST_LINES = {FieldKind.NAME: 1, FieldKind.ADDRESS: 5, FieldKind.TEXT: 10}
_HIDDEN = frozenset({"Cc", "Cs", "Cf", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # letters of some scripts are written wrongly without them


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One of the answers to choose from: `label` is on the button, `words` stand in the letter."""

    id: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a letter needs to know.

    `known_from` is the interview question whose answer it can take over, `same_as` a field that may be answered alike.
    """

    id: str
    kind: FieldKind
    label: str
    ask: str
    optional: bool
    known_from: str
    example: str
    same_as: str = ""
    choices: tuple[FieldChoice, ...] = ()

    def read(self, words: str, *, today: date, order: str, currency: str) -> str:
        """The answer in somebody's words, as it is kept; empty when there is none in them.

        Days are kept as ISO dates, amounts as plain numbers, choices by id, everything else as written.
        """
        if self.kind is FieldKind.DATE:
            found = find_dates(words, today=today, order=order)
            return found[0].day.isoformat() if found else ""
        if self.kind is FieldKind.AMOUNT:
            return _amount_in(words, currency)
        if self.kind is FieldKind.CHOICE:
            said = words.casefold().strip(" .!")
            return next((c.id for c in self.choices if said in (c.id, c.label.casefold(), c.words.casefold())), "")
        return self._written(words)

    def _written(self, words: str) -> str:
        """Words as they were written, without what cannot be seen or printed; empty when they are too long."""
        lines = [" ".join(clean(line).split()) for line in words.splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > _MOST_LINES[self.kind]:
            return ""
        text = "\n".join(lines)
        return text if len(text) <= LIMITS[self.kind] and any(sign.isalnum() for sign in text) else ""

    def fits(self, value: str) -> bool:
        """Whether a kept value is one that `read` may have given."""
        if self.kind is FieldKind.DATE:
            return _day_or_none(value) is not None
        if self.kind is FieldKind.AMOUNT:
            return _amount_or_none(value) is not None
        if self.kind is FieldKind.CHOICE:
            return any(choice.id == value for choice in self.choices)
        return bool(value) and self._written(value) == value

    def say(self, value: str, currency: str) -> str:
        """How a kept value reads in the letter: `23 November 2026`, `R2 400`, the words of a choice."""
        if self.kind is FieldKind.DATE and (day := _day_or_none(value)):
            return say_day(day)
        if self.kind is FieldKind.AMOUNT and (amount := _amount_or_none(value)) is not None:
            return say_amount(amount, currency)
        return next((choice.words for choice in self.choices if choice.id == value), value)


def say_day(day: date) -> str:
    """A day as a letter has it, the same on every machine: `23 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def clean(text: str) -> str:
    """Text without control characters, halves of characters, and marks that turn the reading direction."""
    kept = (" " if sign in "\t\n\r\x0b\x0c\x85\u2028\u2029" else sign for sign in text)
    return "".join(sign for sign in kept if sign in _JOINERS or unicodedata.category(sign) not in _HIDDEN)


def _amount_in(words: str, currency: str) -> str:
    found = find_amounts(words, currency=currency)
    if found:
        return str(found[0].value) if found[0].currency == currency else ""
    bare = re.fullmatch(r"\s*(\d[\d ]{0,8}(?:[.,]\d{1,2})?)\s*", words)
    return bare[1].replace(" ", "").replace(",", ".") if bare else ""


def _day_or_none(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _amount_or_none(value: str) -> Decimal | None:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**12 else None


def read_shared_fields(path: Path) -> dict[str, Field]:
    """The fields that several letters of a place ask for, by id; none where there is no such file."""
    if not path.exists():
        return {}
    return {id_: _field(path, id_, fields) for id_, fields in keyed_content(path).items()}


def read_fields(entry: Entry, shared: Mapping[str, Field]) -> tuple[Field, ...]:
    """The fields in a letter's front matter: `- my_name` takes a shared one, `- id: …` tells a new one."""
    listed = entry.fields.get("fields")
    if not isinstance(listed, list) or not listed:
        raise entry.wrong("needs `fields:`, the list of what is filled in")
    told = {each.name: each for each in entries_in(entry.path, [f for f in listed if isinstance(f, dict)], "field")}
    own = {str(each.fields["id"]): _field(entry.path, str(each.fields["id"]), each.fields) for each in told.values()}
    found: dict[str, Field] = {}
    for item in listed:
        id_ = str(item["id"]) if isinstance(item, dict) else str(item)
        if id_ not in own and id_ not in shared:
            raise entry.wrong(f"unknown field {id_!r}; write it out with `- id:`, or add it to fields.yml")
        if id_ in found:
            raise entry.wrong(f"field {id_!r} is there twice; remove one")
        found[id_] = own.get(id_) or shared[id_]
        if (same := found[id_].same_as) and same not in found:
            raise entry.wrong(f"field {id_!r} is `same_as: {same}`, which is not asked for before it; put it above")
    return tuple(found.values())


def _field(path: Path, id_: str, fields: object) -> Field:
    if not NAME.fullmatch(id_):
        raise ContentError(path, f"field {id_!r}: an id is small letters, digits and _, such as my_name")
    entry = Entry(path, f"field {id_!r}", fields if isinstance(fields, dict) else {})
    field = Field(
        id=id_,
        kind=FieldKind(entry.choice("kind", frozenset(FieldKind))),
        label=entry.text("label"),
        ask=entry.text("ask"),
        optional=entry.truth("optional") if "optional" in entry.fields else False,
        known_from=entry.text_or("known_from", ""),
        example=entry.text("example"),
        same_as=entry.text_or("same_as", ""),
    )
    if len(field.label) > _LABEL_LIMIT:
        raise entry.wrong(f"`label` has {len(field.label)} characters; shorten to {_LABEL_LIMIT}")
    if field.kind is FieldKind.CHOICE:
        field = replace(
            field, choices=tuple(_choice(each) for each in entries_in(path, entry.fields.get("choices"), "choice"))
        )
        if not field.choices:
            raise entry.wrong("needs `choices:`, each with id, label and words")
    if not field.fits(field.example):
        raise entry.wrong(
            f'`example: {field.example}` is no {field.kind}; write a day as "2026-11-20", an amount as "2400"'
        )
    return field


def _choice(entry: Entry) -> FieldChoice:
    return FieldChoice(entry.text("id"), entry.text("label"), entry.text("words"))

"""Reads the fields of one entry in a content file; every mistake names the file, the entry and what to do."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from triage.content import Fields, read_mapping, read_yaml
from triage.errors import ContentError


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry and where it stands; `name` is how a mistake speaks of it, such as `contact 'police'`."""

    path: Path
    name: str
    fields: Mapping[str, Any]

    def wrong(self, problem: str, key: str = "") -> ContentError:
        """The error for a mistake in this entry, with the line of the key or of the entry."""
        return ContentError(self.path, f"{self.name}: {problem}", line=self.line_of(key))

    def line_of(self, key: str = "") -> int | None:
        """The line of a key in the file, or of the entry when the key is not there."""
        return self.fields.lines.get(key, self.fields.line) if isinstance(self.fields, Fields) else None

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.fields.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"needs `{key}:` with some text", key)
        return value.strip()

    def text_or(self, key: str, otherwise: str) -> str:
        """A text that may be left out."""
        return otherwise if self.fields.get(key) is None else self.text(key)

    def choice(self, key: str, allowed: frozenset[str]) -> str:
        """A text out of a fixed list."""
        value = self.text(key)
        if value not in allowed:
            raise self.wrong(f"`{key}: {value}` is not one of {', '.join(sorted(allowed))}", key)
        return value

    def choice_or(self, key: str, allowed: frozenset[str], otherwise: str) -> str:
        """A text out of a fixed list that may be left out."""
        return self.choice(key, allowed) if key in self.fields else otherwise

    def reference(self, key: str, known: Container[str]) -> str:
        """The name of something that stands elsewhere in the pack."""
        name = self.text(key)
        if name not in known:
            raise self.wrong(f"unknown {key} {name!r}; correct the name or add the {key}", key)
        return name

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; none when left out."""
        value = self.fields.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(f"`{key}` must be a list of texts, such as [one, two]", key)
        return tuple(value)

    def day(self, key: str) -> date:
        """A day that must be there."""
        value = self.fields.get(key)
        if type(value) is not date:
            raise self.wrong(f"`{key}: {value}` is not a date; write it as 2026-11-23", key)
        return value

    def day_or_none(self, key: str) -> date | None:
        """A day, or None when it is left open."""
        return None if self.fields.get(key) is None else self.day(key)

    def whole(self, key: str) -> int:
        """A whole number, zero or more."""
        value = self.fields.get(key)
        if type(value) is not int or value < 0:
            raise self.wrong(f"`{key}: {value}` must be a whole number, zero or more", key)
        return value

    def number(self, key: str) -> Decimal:
        """A number, kept exactly as written."""
        try:
            return Decimal(str(self.fields.get(key)))
        except InvalidOperation:
            raise self.wrong(f"`{key}` must be a number without spaces or currency", key) from None

    def truth(self, key: str) -> bool:
        """A `true` or `false` that must be there."""
        value = self.fields.get(key)
        if not isinstance(value, bool):
            raise self.wrong(f"`{key}` must be true or false", key)
        return value


def listed_entries(path: Path, kind: str) -> Iterator[Entry]:
    """The entries of a file that is one list; each has an `id` of its own."""
    yield from entries_in(path, read_yaml(path), kind)


def entries_in(path: Path, listed: object, kind: str) -> Iterator[Entry]:
    """The entries of a list inside a file; each has an `id` of its own."""
    if not isinstance(listed, list | None):
        raise ContentError(path, f"expected a list of {kind} entries, each starting with `- id:`")
    seen: set[str] = set()
    for fields in listed or []:
        if not isinstance(fields, dict) or not isinstance(fields.get("id"), str):
            line = fields.line if isinstance(fields, Fields) else None
            raise ContentError(path, f"a {kind} has no `id:`; give every {kind} one", line=line)
        id_ = fields["id"]
        entry = Entry(path, f"{kind} {id_!r}", fields)
        if id_ in seen:
            raise ContentError(path, f"{entry.name} is there twice; remove or rename one", line=entry.line_of("id"))
        seen.add(id_)
        yield entry


def keyed_content(path: Path) -> Fields:
    """A file of `key:` blocks; an empty file has none."""
    return Fields() if read_yaml(path) is None else read_mapping(path)


def keyed_entries(path: Path, kind: str) -> Iterator[tuple[str, Entry]]:
    """The entries of a file of `key:` blocks, by their key."""
    blocks = keyed_content(path)
    for key, fields in blocks.items():
        if not isinstance(fields, Fields):
            raise ContentError(path, f"{kind} {key!r} needs `name: …` pairs", line=blocks.lines.get(key))
        yield key, Entry(path, f"{kind} {key!r}", fields)

"""Organisations people name as the other side, by the names they use (`nlu_data/organisations.yml`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from triage.content import read_mapping
from triage.entries import Entry, entries_in

KINDS = frozenset({"agency", "supplier", "bank", "company", "landlord", "employer", "customary", "other"})


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation: the name it is recorded under, what it is, and other names in small letters."""

    id: str
    name: str
    kind: str
    names: tuple[str, ...] = ()


class Organisations:
    """All organisations that are known by name."""

    def __init__(self, listed: Iterable[Organisation] = ()) -> None:
        self.listed = tuple(listed)
        self._named = {name: each for each in self.listed for name in (each.name.casefold(), *each.names)}
        longest_first = "|".join(map(re.escape, sorted(self._named, key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<![\w-])(?:{longest_first or '(?!)'})(?![\w-])", re.IGNORECASE)

    def find(self, text: str) -> tuple[Organisation, ...]:
        """Those that a text names, each once, in the order they are named."""
        found = (self._named.get(match[0].casefold()) for match in self._pattern.finditer(text))
        return tuple(dict.fromkeys(each for each in found if each is not None))


def load_organisations(path: Path) -> Organisations:
    """Reads the list; raises ContentError for a kind there is not, or a name of two organisations."""
    named: dict[str, str] = {}
    return Organisations(
        _organisation(entry, named)
        for entry in entries_in(path, read_mapping(path).get("organisations"), "organisation")
    )


def _organisation(entry: Entry, named: dict[str, str]) -> Organisation:
    """The organisation, once each of its names is known to be its own; `named` holds the names so far."""
    made = Organisation(entry.fields["id"], entry.text("name"), entry.choice("kind", KINDS), entry.texts("names"))
    for name in (made.name.casefold(), *made.names):
        if name != name.casefold():
            raise entry.wrong(f"write {name!r} in small letters", "names")
        if named.setdefault(name, made.id) != made.id:
            raise entry.wrong(f"{name!r} names {named[name]!r} too; leave it with one", "names")
    return made

"""The mapping of a spreadsheet: which column goes into which part of a case, and what its words mean."""

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from casestore.codes.code_lists import LISTS
from casestore.lifecycle import OUTCOMES
from doorstep.spreadsheet import How
from triage.content import Fields, read_words
from triage.errors import ContentError

# Parts of a case that hold a code, by the list of codes where there is one in the code book.
CODED = {
    "record_type": "record_type",
    "first_contact": "first_contact",
    "event_precision": "date_precision",
    "amount_period": "amount_period",
    "settlement": "settlement",
    "tried": "mechanism",
    "reason_none": "reason_none",
    "gender": "gender",
    "age_band": "age_band",
    "disability": "disability",
    "respondent_kind": "respondent_kind",
    "relationship": "relationship",
    "supporter_relation": "supporter_relation",
    "supporter_knows": "yes_no_unsure",
}
DAYS = ("opened_on", "closed_on", "event_on", "reported_on", "due")
NUMBERS = ("adults", "children", "people_affected")
WORDS = ("name", "contact", "story", "supporter", "respondent")
OWN = (
    "id",
    "person",
    "chat",
    "amount",
    "amount_currency",
    "language",
    "urgency",
    "issue",
    "place",
    "outcome",
    "statistics",
)
FIELDS = (*OWN, *DAYS, *NUMBERS, *WORDS, *CODED)
NEEDED = ("id", "opened_on", "issue")
_TOP = (
    "source",
    "sheet",
    "header",
    "encoding",
    "delimiter",
    "dates",
    "jurisdiction",
    "office",
    "chat_channel",
    "fields",
    "notes",
)
_FIELD = ("column", "values", "otherwise", "fixed")
_DATES = ("%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class Source:
    """Where one part of a case comes from: a column, translated by `values`, else `otherwise`; or always `fixed`."""

    column: str = ""
    values: dict[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """All of it. `source` names the register: with the id of a row it says whether the row was taken before."""

    source: str
    how: How
    dates: tuple[str, ...]
    jurisdiction: str
    office: int
    chat_channel: str
    fields: dict[str, Source]
    notes: tuple[str, ...]

    @property
    def columns(self) -> set[str]:
        """All columns that are read."""
        return {source.column for source in self.fields.values() if source.column} | set(self.notes)


def read_mapping(path: Path, *, jurisdiction: str, office: int, codes: dict[str, Collection[str]]) -> Mapping:
    """The mapping of a YAML file. `codes` are those of parts whose list is not in the code book, such as the issues.

    Raises ContentError with the line and what to do.
    """
    top = read_words(path)
    if not isinstance(top, Fields):
        raise ContentError(path, "must have `source:`, `fields:` and so on at its beginning")
    _known(path, top, _TOP)
    fields = top.get("fields")
    if not isinstance(fields, Fields):
        raise ContentError(path, "`fields:` is missing: which column goes where")
    _known(path, fields, FIELDS)
    if missing := [name for name in NEEDED if name not in fields]:
        raise ContentError(path, f"`{missing[0]}` is missing: every row needs it", line=fields.line)
    allowed = {name: set(LISTS[list_].titles) for name, list_ in CODED.items()} | codes | {"outcome": OUTCOMES}
    sources = {name: _source(path, fields, name, allowed.get(name)) for name in fields}
    if "chat" in sources and not top.get("chat_channel"):
        raise ContentError(path, "`chat` needs `chat_channel:`, such as telegram", line=fields.lines["chat"])
    return Mapping(
        source=_word(path, top, "source"),
        how=How(
            header=_number(path, top, "header", 1),
            sheet=str(top.get("sheet", "")),
            encoding=str(top.get("encoding", "")),
            delimiter=str(top.get("delimiter", "")),
        ),
        dates=tuple(map(str, _list(path, top, "dates"))) or _DATES,
        jurisdiction=str(top.get("jurisdiction", jurisdiction)),
        office=_number(path, top, "office", office),
        chat_channel=str(top.get("chat_channel", "")),
        fields=sources,
        notes=tuple(map(str, _list(path, top, "notes"))),
    )


def _source(path: Path, fields: Fields, name: str, allowed: Collection[str] | None) -> Source:
    given, line = fields[name], fields.lines[name]
    if isinstance(given, str):
        return Source(column=given)
    if not isinstance(given, Fields):
        raise ContentError(path, f"`{name}` must be the name of a column, or have `column:` or `fixed:`", line=line)
    _known(path, given, _FIELD)
    values = given.get("values", {})
    if not isinstance(values, dict) or ("column" in given) == ("fixed" in given):
        raise ContentError(path, f"`{name}` needs either `column:`, with `values:` if need be, or `fixed:`", line=line)
    source = Source(
        column=str(given.get("column", "")),
        values={folded_cell(str(said)): str(code) for said, code in values.items()},
        otherwise=str(given["otherwise"]) if "otherwise" in given else None,
        fixed=str(given.get("fixed", "")),
    )
    for code in (*source.values.values(), source.otherwise, source.fixed):
        if code and allowed is not None and code not in allowed:
            like = get_close_matches(code, allowed, n=1)
            hint = f"did you mean {like[0]!r}?" if like else f"such as {', '.join(sorted(allowed)[:4])}"
            raise ContentError(path, f"`{name}`: {code!r} is no code: {hint}", line=line)
    return source


def folded_cell(text: str) -> str:
    """A cell as it is looked up: without case and outer spaces."""
    return " ".join(text.split()).casefold()


def _known(path: Path, given: Fields, names: Collection[str]) -> None:
    for name in given:
        if name not in names:
            like = get_close_matches(str(name), names, n=1)
            hint = f"did you mean `{like[0]}`?" if like else f"there are {', '.join(names)}"
            raise ContentError(path, f"`{name}` is not known: {hint}", line=given.lines.get(str(name)))


def _word(path: Path, top: Fields, name: str) -> str:
    value = str(top.get(name, "")).strip()
    if not value:
        raise ContentError(path, f"`{name}:` is missing: a short name of the register, such as blue-book")
    return value


def _number(path: Path, top: Fields, name: str, default: int) -> int:
    value = str(top.get(name, default))
    if not value.isdecimal() or int(value) < 1:
        raise ContentError(path, f"`{name}` must be a number from 1 on", line=top.lines.get(name))
    return int(value)


def _list(path: Path, top: Fields, name: str) -> list[Any]:
    value = top.get(name, [])
    if not isinstance(value, list):
        raise ContentError(path, f"`{name}` must be a list: [one, two]", line=top.lines.get(name))
    return value

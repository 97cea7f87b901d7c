"""The code book: every column of the record, what it holds and means, made from the tables and the code lists."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary
from sqlalchemy import Column as TableColumn
from sqlalchemy.types import TypeEngine

from casestore.code_lists import LISTS, CodeList
from casestore.coded import Coded, CodedList
from casestore.tables import Base, UtcDateTime


@dataclass(frozen=True, slots=True)
class Described:
    """What a table is about and what each column means.

    `lists` names the code list of columns whose type does not say it: lists of the content, such as the issues.
    """

    title: str
    columns: dict[str, str]
    lists: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind` is what it holds, in words; `codes` the id of its code list, or empty."""

    name: str
    kind: str
    meaning: str
    codes: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the record."""

    id: str
    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class CodeBook:
    """All tables of the record, and all code lists that they use."""

    tables: tuple[Table, ...]
    lists: tuple[CodeList, ...]


RECORD: dict[str, Described] = {
    "cases": Described(
        "A case: one problem of one person, or several that belong together",
        {
            "id": "number in this database, never shown",
            "reference": "what the person and the office call it",
            "person_id": "random id of the person, the same in all their cases; empty once they are erased",
            "conversation_id": "where it was told; empty once the person is erased",
            "office_id": "the office whose case it is",
            "status": "where it stands",
            "jurisdiction": "whose law holds: the id of a law pack",
            "place": "province or region",
            "language": "the language it was told in (ISO 639-1)",
            "issue": "primary issue: what the person asks about first",
            "issues": "primary and secondary issues, the primary one first",
            "flags": "dangers that were heard",
            "urgency": "how soon somebody must act",
            "urgency_rank": "the same as a number, 0 emergency to 3 routine",
            "due": "the nearest deadline",
            "versions": "script, model, taxonomy and law pack that judged",
            "assessment_sealed": "the assessment with reasons, which quotes the person",
            "opened_at": "when it was opened",
            "waiting_since": "since when the person waits for the office; empty while nobody waits",
            "claimed_by": "the paralegal who holds it",
            "claimed_at": "since when",
            "answered_at": "when a paralegal last answered",
            "closed_at": "when it ended",
            "outcome": "how it ended",
            "note_sealed": "the paralegal's closing note",
        },
        {"status": "status", "place": "place", "issue": "issue", "issues": "issue", "flags": "flag"}
        | {"urgency": "urgency", "outcome": "outcome"},
    ),
    "case_shares": Described(
        "A case that a partner organisation may see",
        {"case_id": "the case", "office_id": "the partner organisation", "at": "since when"},
    ),
    "labels": Described(
        "Which issue a case is about, as the machine and the desk said, one after the other",
        {
            "id": "number, later ones are newer",
            "case_id": "the case",
            "issue": "the issue that was said",
            "actor": "who said so: `bot`, or `staff:` with a number",
            "model": "the fingerprint of the model that judged",
            "at": "when",
        },
        {"issue": "issue"},
    ),
    "case_log": Described(
        "What happened to a case, line by line",
        {
            "id": "number, later ones are newer",
            "case_id": "the case",
            "kind": "what happened",
            "actor": "who did it: `person`, `bot`, or `staff:` with a number",
            "detail": "codes that belong to it",
            "at": "when",
        },
    ),
    "consents": Described(
        "What a person agreed to, or did not",
        {
            "id": "number, later ones count",
            "person_id": "the person",
            "purpose": "for what",
            "given": "whether they agreed",
            "wording": "the sentence they answered, with its version",
            "language": "the language it was asked in (ISO 639-1)",
            "at": "when",
        },
        {"purpose": "consent_purpose"},
    ),
}

# What a column of that type holds, in words; the first that fits counts.
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Coded, "code"),
    (CodedList, "codes"),
    (UtcDateTime, "time (UTC)"),
    (Date, "day"),
    (Boolean, "yes or no"),
    (Integer, "number"),
    (Float, "share, 0 to 1"),
    (JSON, "JSON"),
    (LargeBinary, "bytes"),
)


def code_book(content: Iterable[CodeList] = ()) -> CodeBook:
    """The code book of this version; `content` are the lists that come with the content: issues and places.

    Only lists that a column uses are in it.
    """
    tables = tuple(
        Table(id_, about.title, tuple(_column(about, column) for column in Base.metadata.tables[id_].columns))
        for id_, about in RECORD.items()
    )
    used = {column.codes for table in tables for column in table.columns}
    every = {**LISTS, **{each.id: each for each in content}}
    return CodeBook(tables, tuple(each for id_, each in every.items() if id_ in used))


def _column(about: Described, column: "TableColumn[object]") -> Column:
    list_id = column.type.list_id if isinstance(column.type, Coded | CodedList) else about.lists.get(column.name, "")
    meaning = about.columns.get(column.name, "")
    return Column(column.name, _kind(column, list_id), meaning, list_id, optional=bool(column.nullable))


def _kind(column: "TableColumn[object]", list_id: str) -> str:
    if column.name.endswith("_sealed"):
        return "sealed"
    kind = next((words for type_, words in _KINDS if isinstance(column.type, type_)), "text")
    return {"text": "code", "JSON": "codes"}.get(kind, kind) if list_id else kind

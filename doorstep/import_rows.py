"""One row of a spreadsheet becomes a case, or the list of everything that is wrong with it."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from casestore.case_issues import IssueSource
from casestore.cases import URGENCIES, NewCase
from casestore.imports import EarlierCase, OtherPerson
from casestore.records import Record, in_order
from casestore.respondents import Heard
from doorstep.import_mapping import CODED, NUMBERS, Mapping, Source, folded_cell
from doorstep.spreadsheet import Row, Value
from triage.places import Gazetteer

_LONGEST = 50_000  # characters of a cell that goes into the transcript
_EARLIEST = date(1950, 1, 1)
_ORGANISATIONS = frozenset({"agency", "bank", "supplier", "company", "employer"})
_SAID = {"yes": True, "no": False}
_TITLE = "From the office's earlier records"


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a row is not taken. What stands in its cells is never repeated: it may be about a person."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Office:
    """What rows are checked against: the codes of parts that have no list of their own, the places, and today."""

    codes: dict[str, Collection[str]]
    gazetteer: Gazetteer
    language: str
    now: datetime


class RowReader:
    """Reads one row, and collects everything that is wrong with it."""

    def __init__(self, row: Row, mapping: Mapping, office: Office, seen: set[bytes]) -> None:
        self._row, self._mapping, self._office, self._seen = row, mapping, office, seen
        self._faults: list[NotTaken] = []

    def read(self) -> EarlierCase | list[NotTaken]:
        """The case, or why not."""
        for column, fault in self._row.faults.items():
            if column in self._mapping.columns or column == next(iter(self._row.cells), ""):
                self._faults.append(NotTaken(self._row.line, column, fault))
        case = self._case()
        return case if case is not None and not self._faults else self._faults

    def _case(self) -> EarlierCase | None:
        key, opened = self._key(), self._needed_day("opened_on")
        closed, outcome = self._day("closed_on"), self._code("outcome", self._office.codes["outcome"])
        if (closed is None) != (outcome is None):
            missing = "closed_on" if closed is None else "outcome"
            self._wrong(missing, "is empty: a closed case needs a day and an outcome")
        if opened and closed and closed < opened:
            self._wrong("closed_on", "is before the day the case was opened")
        new = self._new_case(opened)
        side, new = self._other_side(new)
        if self._faults or opened is None:
            return None
        return EarlierCase(
            key=key,
            person=f"{self._mapping.source}\0{self._text('person') or f'row {key}'}",
            told=self._told(),
            new=new,
            opened_at=self._noon(opened),
            closed_at=None if closed is None else self._noon(closed),
            outcome=outcome,
            chat=self._chat(is_open=closed is None),
            statistics=_SAID.get(self._code("statistics", _SAID) or ""),
            other_side=side,
            supporter=self._supporter(),
        )

    def _key(self) -> str:
        id_ = self._text("id")
        if not id_:
            self._wrong("id", "is empty: without it the row would be taken again each time")
        digest = hashlib.blake2b(id_.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        if id_ and digest in self._seen:
            self._wrong("id", "is the same as in an earlier row")
        self._seen.add(digest)
        return f"{self._mapping.source}\0{id_}"

    def _new_case(self, opened: date | None) -> NewCase:
        office = self._office
        issues = self._codes("issue", office.codes["issue"])
        if not issues:
            self._wrong("issue", "is empty")
        record = self._record(opened)
        return NewCase(
            jurisdiction=self._mapping.jurisdiction,
            place=self._place(),
            language=self._code("language", office.codes["language"]) or office.language,
            issues=issues,
            flags=(),
            urgency=self._code("urgency", URGENCIES) or URGENCIES[-1],
            due=self._day("due", future=True),
            versions={},
            assessment={},
            office_id=self._mapping.office,
            record=record,
            said={issue: IssueSource("worker") for issue in issues},
        )

    def _record(self, opened: date | None) -> Record:
        tried = self._codes("tried", None) if "tried" in self._mapping.fields else None
        values: dict[str, Any] = {"first_contact": "imported"} | {name: self._number(name) for name in NUMBERS}
        for name in CODED:
            if name in Record.__slots__ and name != "tried" and (code := self._code(name, None)) is not None:
                values[name] = code
        amount = self._amount()
        currency = self._text("amount_currency").upper()
        if amount is not None and not re.fullmatch("[A-Z]{3}", currency):
            self._wrong("amount_currency", "is needed with an amount: three letters, such as ZAR")
            amount = None
        record = Record(
            **values,
            reported_on=self._day("reported_on") or opened,
            event_on=self._day("event_on"),
            amount_minor=amount,
            amount_currency=currency or None,
            tried=tried or None,
        )
        try:
            return in_order(record)
        except ValueError:
            self._wrong("amount", "is not a number that can be")
            return Record()

    def _other_side(self, new: NewCase) -> tuple[OtherPerson | None, NewCase]:
        """An organisation is heard in clear; a natural person's name is sealed."""
        kind, name = self._code("respondent_kind", None), self._text("respondent")
        relationship = self._code("relationship", None)
        if name and kind is None:
            self._wrong("respondent_kind", "is needed with the name of the other side")
        if kind is None:
            return None, new
        if name and kind not in _ORGANISATIONS:
            return OtherPerson(kind, relationship, name), new
        return None, replace(new, heard=(Heard(kind, relationship, name),))

    def _supporter(self) -> OtherPerson | None:
        name, relation = self._text("supporter"), self._code("supporter_relation", None)
        if not name and relation is None:
            return None
        return OtherPerson(relation or "other", self._code("supporter_knows", None), name)

    def _chat(self, *, is_open: bool) -> tuple[str, str] | None:
        address = self._text("chat")
        return (self._mapping.chat_channel, address) if address and is_open else None

    def _told(self) -> str:
        named = {"Name": "name", "Contact": "contact", "What happened": "story"}
        lines = [f"{title}: {self._text(field)}" for title, field in named.items() if self._text(field)]
        notes = [(column, _as_text(self._row.cells.get(column, ""))) for column in self._mapping.notes]
        return "\n".join([f"{_TITLE}:", *lines, *(f"{column}: {text}" for column, text in notes if text)])

    def _place(self) -> str | None:
        text = self._text("place")
        if not text:
            return None
        place = self._office.gazetteer.get(text) or self._office.gazetteer.find_one(text)
        if place is None:
            self._wrong("place", "is no place that the law pack knows, or several")
            return None
        return place.region

    def _amount(self) -> int | None:
        source = self._mapping.fields.get("amount")
        value = self._row.cells.get(source.column, "") if source else ""
        if value == "" or isinstance(value, str) and not value.strip():
            return None
        number = float(value) if isinstance(value, int | float) else read_amount(str(value))
        if number is None or not 0 <= number < 10**12:
            self._wrong("amount", "is not an amount")
            return None
        return round(number * 100)

    def _number(self, name: str) -> int | None:
        text = self._text(name)
        if not text:
            return None
        if not re.fullmatch(r"\d{1,7}", text, re.ASCII):
            self._wrong(name, "is not a whole number")
            return None
        return int(text)

    def _needed_day(self, name: str) -> date | None:
        day = self._day(name)
        if day is None:
            self._wrong(name, "is empty")
        return day

    def _day(self, name: str, *, future: bool = False) -> date | None:
        source = self._mapping.fields.get(name)
        if source is None:
            return None
        value = source.fixed or self._row.cells.get(source.column, "")
        if value == "" or isinstance(value, str) and not value.strip():
            return None
        day = self._read_day(value)
        if day is None:
            self._wrong(name, f"is not a day in one of the forms {', '.join(self._mapping.dates)}")
        elif day < _EARLIEST or (not future and day > self._office.now.date()):
            self._wrong(name, "is a day that cannot be: too early, or in the future")
        return day

    def _read_day(self, value: Value) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        for form in self._mapping.dates if isinstance(value, str) else ():
            try:
                return datetime.strptime(str(value).strip(), form).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        return None

    def _code(self, name: str, allowed: Collection[str] | None) -> str | None:
        codes = self._codes(name, allowed, several=False)
        return codes[0] if codes else None

    def _codes(self, name: str, allowed: Collection[str] | None, *, several: bool = True) -> tuple[str, ...]:
        """The codes that a cell stands for: as a whole, or each of its parts between semicolons."""
        source = self._mapping.fields.get(name)
        if source is None:
            return ()
        if source.fixed:
            return (source.fixed,)
        text = self._text(name)
        known = self._office.codes[name] if allowed is None else allowed
        whole = _translated(source, text, known)
        parts = [text] if whole or not several else re.split("[;|]", text)
        found = []
        for part in filter(None, (part.strip() for part in parts)):
            code = _translated(source, part, known) or source.otherwise
            if code is None:
                self._wrong(name, "has no code: add it to `values` of the mapping")
                return ()
            found.append(code)
        return tuple(dict.fromkeys(found))

    def _text(self, name: str) -> str:
        source = self._mapping.fields.get(name)
        if source is None:
            return ""
        text = source.fixed or _as_text(self._row.cells.get(source.column, ""))
        if len(text) > _LONGEST:
            self._wrong(name, f"has more than {_LONGEST:,} characters")
        return text

    def _noon(self, day: date) -> datetime:
        return min(datetime.combine(day, time(12), tzinfo=UTC), self._office.now)

    def _wrong(self, name: str, reason: str) -> None:
        """One fault a column is enough."""
        source = self._mapping.fields.get(name)
        column = (source.column if source else "") or name
        if not any(fault.column == column for fault in self._faults):
            self._faults.append(NotTaken(self._row.line, column, reason))


def _translated(source: Source, text: str, known: Collection[str]) -> str | None:
    return source.values.get(folded_cell(text)) or (text if text in known else None)


def _as_text(value: Value) -> str:
    """A cell as text: a number without its empty decimals, a day as 2026-11-23."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()


def read_amount(text: str) -> float | None:
    """The number of an amount such as `R1 250,50`, `1,250.50` or `£300`; None when it is none.

    A comma or point with exactly three figures behind it, and no other sign, is taken for thousands.
    """
    bare = re.sub(r"^[^\d-]{0,4}|[\s\u00a0']|[^\d]{0,4}$", "", text.strip())
    if not re.fullmatch(r"\d{1,12}(?:[.,]\d{1,3})*", bare, re.ASCII):
        return None
    last = max(bare.rfind("."), bare.rfind(","))
    if last == -1 or (len(bare) - last == 4 and len({*bare} & {".", ","}) == 1):
        return float(re.sub("[.,]", "", bare))
    return float(re.sub("[.,]", "", bare[:last]) + "." + bare[last + 1 :])

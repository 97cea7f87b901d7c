"""The rows of a spreadsheet are taken over as cases, or named with line, column and reason."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from casestore.errors import NotAllowedNow
from casestore.imports import EarlierCase, Taken
from casestore.unit_of_work import Store
from doorstep.import_mapping import Mapping
from doorstep.import_rows import NotTaken, Office, RowReader
from doorstep.spreadsheet import Row, read_rows
from triage.errors import ContentError

_AT_ONCE = 200


@dataclass(slots=True)
class Done:
    """How many rows were taken, were there before, and were not taken."""

    taken: int = 0
    before: int = 0
    refused: int = 0


def run_import(store: Store, sheet: Path, mapping: Mapping, office: Office, *, apply: bool, report: "Report") -> Done:
    """Reads all rows and takes them over, or with `apply` False only says what would be.

    Raises ContentError when the sheet lacks a column of the mapping, or cannot be read.
    """
    done, seen = Done(), set[bytes]()
    rows = read_rows(sheet, mapping.how)
    first = True
    while some := list(islice(rows, _AT_ONCE)):
        if first:
            _check_columns(sheet, mapping, some[0])
            first = False
        read = [RowReader(row, mapping, office, seen).read() for row in some]
        good = [(row, case) for row, case in zip(some, read, strict=True) if isinstance(case, EarlierCase)]
        for faults in read:
            if not isinstance(faults, EarlierCase):
                done.refused += 1
                report.add(*faults)
        _take(store, good, office, apply=apply, done=done, report=report, column=mapping.fields["id"].column)
    return done


def _check_columns(sheet: Path, mapping: Mapping, row: Row) -> None:
    if missing := sorted(mapping.columns - row.cells.keys()):
        there = ", ".join(row.cells)
        raise ContentError(
            sheet, f"has no column {missing[0]!r}; it has {there}. Put the mapping right", line=mapping.how.header
        )


def _take(
    store: Store,
    good: list[tuple[Row, EarlierCase]],
    office: Office,
    *,
    apply: bool,
    done: Done,
    report: "Report",
    column: str,
) -> None:
    if not apply:
        with store.reading() as look:
            known = look.imports.known([case.key for _, case in good])
        done.before += len(known)
        done.taken += len(good) - len(known)
        return
    counted, faults = Done(), []
    with store.unit_of_work() as uow:
        for row, case in good:
            try:
                taken = uow.imports.take(case, now=office.now)
            except (NotAllowedNow, ValueError) as fault:
                counted.refused += 1
                faults.append(NotTaken(row.line, column, _without_words(fault)))
                continue
            counted.taken += taken is Taken.NOW
            counted.before += taken is Taken.BEFORE
    done.taken, done.before = done.taken + counted.taken, done.before + counted.before
    done.refused += counted.refused
    report.add(*faults)


def _without_words(fault: Exception) -> str:
    return str(fault) if isinstance(fault, NotAllowedNow) else "the store does not take a name or number of this row"


class Report:
    """A CSV file of the rows that were not taken, and the first of them to be shown."""

    SHOWN = 20

    def __init__(self, path: Path) -> None:
        self.path = path
        self.first: list[NotTaken] = []
        self._file = path.open("w", encoding="utf-8", newline="")
        self._write("line", "column", "reason")

    def add(self, *faults: NotTaken) -> None:
        """More of them."""
        for fault in faults:
            if len(self.first) < self.SHOWN:
                self.first.append(fault)
            self._write(str(fault.line), fault.column, fault.reason)

    def close(self) -> None:
        """All is written."""
        self._file.close()

    def _write(self, *cells: str) -> None:
        quoted = ('"' + harmless(cell).replace('"', '""') + '"' for cell in cells)
        self._file.write(",".join(quoted) + "\r\n")


def harmless(cell: str) -> str:
    """The text so that no spreadsheet runs it as a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell

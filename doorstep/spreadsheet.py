"""Reads a spreadsheet row by row, CSV or XLSX, however the office's program wrote it, without holding it in memory."""

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from triage.errors import ContentError

Value = str | float | date | datetime | bool
_LONGEST_CELL = 1_000_000
_MOST_BYTES = 4 << 30  # of what is inside an XLSX file: a small file can hold a disk full of nothing
_MOST_MERGED = 10_000
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins at, its cells by column, and what is wrong with a cell that holds no plain value."""

    line: int
    cells: dict[str, Value]
    faults: dict[str, str]


@dataclass(frozen=True, slots=True)
class How:
    """How a table is written, where it does not say so itself. `header` is the line of the column names."""

    header: int = 1
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""


def read_rows(path: Path, how: How) -> Iterator[Row]:
    """Every row below the column names that is not empty.

    Raises ContentError, before the first row, when the file is no table, and with the line when one cannot be read.
    """
    kind = path.suffix.casefold()
    if kind == ".csv":
        rows = _csv_rows(path, how)
    elif kind == ".xlsx":
        rows = _xlsx_rows(path, how)
    else:
        raise ContentError(path, "must be a .csv or an .xlsx file; save it as one of these")
    yield from rows


def _csv_rows(path: Path, how: How) -> Iterator[Row]:
    encoding = how.encoding or _encoding(path)
    usual = csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            delimiter = how.delimiter or _delimiter(file, how.header)
            file.seek(0)
            for _ in range(how.header - 1):
                file.readline()
            reader = csv.reader(file, delimiter=delimiter)
            names = _names(path, next(reader, []), how.header)
            line = how.header + reader.line_num
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield _row(line, names, list(cells), {})
                line = how.header + reader.line_num
    except LookupError:
        raise ContentError(path, f"{encoding!r} is no encoding: try utf-8 or windows-1252") from None
    except UnicodeError:
        raise ContentError(path, f"is not written in {encoding}: say `encoding:` in the mapping") from None
    except csv.Error as fault:
        raise ContentError(path, f"cannot be read as a table ({fault})", line=line) from None
    finally:
        csv.field_size_limit(usual)


def _encoding(path: Path) -> str:
    """What the first bytes say; else UTF-8 where all of it is that, and Windows-1252 where not."""
    with path.open("rb") as file:
        start = file.read(4)
        for bom, encoding in _BOMS:
            if start.startswith(bom):
                return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "windows-1252"
    return "utf-8"


def _delimiter(file: Any, header: int) -> str:
    """The sign that stands most often between the column names."""
    for _ in range(header - 1):
        file.readline()
    names = re.sub(r'"[^"]*"', "", file.readline())
    return max(_DELIMITERS, key=names.count)


def _xlsx_rows(path: Path, how: How) -> Iterator[Row]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_archive(path)
    try:
        book = load_workbook(path, read_only=True)  # formulas as such: what they came to may be of another day
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile):
        raise ContentError(path, "cannot be read as XLSX: save it again, or as CSV") from None
    with closing(book):
        if how.sheet and how.sheet not in book.sheetnames:
            raise ContentError(path, f"has no sheet {how.sheet!r}; its sheets are {', '.join(book.sheetnames)}")
        sheet = book[how.sheet] if how.sheet else book[book.sheetnames[0]]
        sheet.reset_dimensions()  # some programs write wrong ones
        merged = _merged_lines(path, sheet)
        names: list[str] = []
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            if line == how.header:
                names = _names(path, [_plain(cell) for cell in cells], line)
            elif line > how.header and any(cell.value not in (None, "") for cell in cells):
                faults = {} if line not in merged else {names[0]: "is in a row with merged cells: unmerge them"}
                faults |= {name: fault for name, cell in zip(names, cells, strict=False) if (fault := _fault(cell))}
                yield _row(line, names, [_plain(cell) for cell in cells], faults)
        if not names:
            raise ContentError(path, f"has no line {how.header}: say with `header:` where the column names are")


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise ContentError(path, "is no XLSX file, or has a password: save it without one, or as CSV") from None
    if size > _MOST_BYTES:
        raise ContentError(path, "is too large inside: save the sheet as CSV")


def _merged_lines(path: Path, sheet: Any) -> set[int]:
    """Lines that a merged cell covers from above: what stands there belongs to several rows, nobody knows to which."""
    lines: set[int] = set()
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as xml:
        before = b""
        while chunk := xml.read(1 << 20):
            text = before + chunk
            for top, bottom in re.findall(rb'<(?:\w+:)?mergeCell ref="[A-Z]+(\d+):[A-Z]+(\d+)"', text):
                if len(lines) < _MOST_MERGED and int(bottom) - int(top) < _MOST_MERGED:
                    lines |= set(range(int(top), int(bottom) + 1)) if top != bottom else set()
            before = text[-80:]
    return lines


def _plain(cell: Any) -> Any:
    return "" if cell.value is None else cell.value


def _fault(cell: Any) -> str:
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        return "holds a formula: copy the column and paste its values"
    return "holds an error of the spreadsheet: put it right there" if cell.data_type == "e" else ""


def _names(path: Path, cells: list[Any], line: int) -> list[str]:
    names = [" ".join(str(cell).split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise ContentError(path, "has no column names: say with `header:` which line they are on", line=line)
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise ContentError(path, f"has two columns called {twice[0]!r}: give each a name of its own", line=line)
    return names


def _row(line: int, names: list[str], cells: list[Any], faults: dict[str, str]) -> Row:
    known = {name: cell for name, cell in zip_longest(names, cells[: len(names)], fillvalue="") if name}
    if any(str(cell).strip() for cell in cells[len(names) :]):
        faults = {**faults, names[-1]: "is followed by a cell without a column name: a delimiter too many?"}
    return Row(line, known, faults)

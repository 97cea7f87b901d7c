"""`doorstep import`: what is taken, what is not and why, and that nothing personal is repeated or left in clear."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestore.imports import QUIET
from casestore.lifecycle import Status
from casestore.unit_of_work import Store
from doorstep.case_import import harmless
from doorstep.import_rows import read_amount
from doorstep.settings import Settings
from doorstep.spreadsheet import How, Row, read_rows
from doorstep.wiring import open_store
from tests.builders import open_cases
from tests.casestore.raw import count, rows_in_clear, sql
from tests.desk import browser
from tests.doorstep.test_cli import Shell, shell  # noqa: F401

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "how-to" / "import"
HOW_TO = EXAMPLES.parent / "import-a-spreadsheet.md"
SMALL = """
source: test
fields:
  id: No
  opened_on: Date
  issue: {column: Problem, values: {Evicted: housing.eviction}}
  name: Client
notes: [Remarks]
"""
HEAD = ["No", "Date", "Problem", "Client", "Remarks"]
GOOD = ["1", "2026-01-12", "Evicted", "Nomsa", "locks changed"]


@pytest.fixture
def office(shell: Shell) -> Store:  # noqa: F811
    """An empty office in the folder of the shell."""
    return open_store(Settings(data=shell.data), create=True)


class Desk:
    """Somebody who imports sheets into an office."""

    def __init__(self, shell: Shell, store: Store, folder: Path) -> None:  # noqa: F811
        self.shell, self.store, self.folder = shell, store, folder
        self.mapping = folder / "mapping.yml"
        self.mapping.write_text(SMALL, encoding="utf-8")

    def sheet(self, *rows: list[str], encoding: str = "utf-8", delimiter: str = ",", name: str = "sheet.csv") -> Path:
        path = self.folder / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([HEAD, *rows])
        return path

    def imports(self, sheet: Path, *more: str) -> str:
        return self.shell.succeeds("import", str(sheet), "--mapping", str(self.mapping), *more)

    def refuses(self, sheet: Path, *more: str) -> str:
        return self.shell.fails("import", str(sheet), "--mapping", str(self.mapping), *more)

    def faults(self, sheet: Path) -> list[tuple[int, str, str]]:
        self.imports(sheet)
        with sheet.with_name(f"{sheet.stem}.not-taken.csv").open(encoding="utf-8", newline="") as file:
            return [(int(line), column, reason) for line, column, reason in list(csv.reader(file))[1:]]


@pytest.fixture
def desk(shell: Shell, office: Store, tmp_path: Path) -> Desk:  # noqa: F811
    return Desk(shell, office, tmp_path)


@pytest.fixture
def example(desk: Desk) -> Path:
    """The sheet and the mapping of the how-to page."""
    desk.mapping.write_bytes((EXAMPLES / "register.yml").read_bytes())
    sheet = desk.folder / "register.csv"
    sheet.write_bytes((EXAMPLES / "register.csv").read_bytes())
    return sheet


def test_the_example_of_the_page_prints_what_the_page_shows(desk: Desk, example: Path) -> None:
    shown = HOW_TO.read_text(encoding="utf-8").split("--mapping register.yml\n")[1].split("```")[0]
    assert desk.imports(example).replace(f"{desk.folder}/", "") == shown


def test_looking_changes_nothing(desk: Desk, example: Path) -> None:
    desk.imports(example)
    assert count(desk.store, "people") == count(desk.store, "cases") == count(desk.store, "imports") == 0


def test_the_example_becomes_cases(desk: Desk, example: Path) -> None:
    assert "3 rows were taken, 0 were there before." in desk.imports(example, "--apply")
    assert count(desk.store, "people") == 2
    with desk.store.reading() as look:
        (deposit,) = [case for case in open_cases(look) if case.issues == ("housing.deposit",)]
        assert (deposit.issues, deposit.place, deposit.status) == (("housing.deposit",), "za-gp", Status.WAITING)
        assert deposit.opened_at.date() == date(2026, 1, 14)
        record = look.records.of(deposit.id)
        assert (record.amount_minor, record.amount_currency, record.first_contact) == (120000, "ZAR", "walk_in")
        assert record.reported_on == date(2026, 1, 14)
        (side,) = look.respondents.of_case(deposit.id)
        assert side.respondent is not None
        assert (side.kind, side.respondent.name, side.respondent.is_person) == ("landlord", "Mr Khumalo", True)
        conversation = look.conversations.get(deposit.conversation_id or 0)
        assert (conversation.channel, conversation.reachable) == (QUIET, False)
        told = "\n".join(message.text for message in look.messages.transcript(conversation))
        assert "Name: Nomsa Dlamini" in told
        assert "Contact: 082 000 0001" in told
        assert "What happened: Locks changed while she was at work" in told
        assert "Worker's remarks: Spoke to landlord twice" in told
        assert [entry.kind.id for entry in look.log.of(deposit.id)][:2] == ["opened", "imported"]
        assert {organisation.name for organisation in look.respondents.organisations()} == {"SASSA"}
    closed = sql(desk.store, "SELECT status, outcome, waiting_since FROM cases WHERE outcome IS NOT NULL")
    assert closed == [("closed", "resolved", None)]
    given = sql(desk.store, "SELECT purpose, given FROM consents ORDER BY id")
    assert [(purpose, bool(yes)) for purpose, yes in given] == [
        ("statistics", True), ("statistics", False), ("statistics", True)
    ]  # fmt: skip


def test_every_imported_case_opens_at_the_desk_the_open_and_the_closed(desk: Desk, example: Path) -> None:
    desk.imports(example, "--apply")
    browser.add_accounts(desk.store)
    supervisor = browser.Desk(desk.store).browser("ada")
    references = [reference for (reference,) in sql(desk.store, "SELECT reference FROM cases")]
    assert len(references) == 3
    for reference in references:
        page = supervisor.get(f"/cases/{reference}")
        assert page.status_code == 200
        assert "Taken over from earlier records" in page.text


def test_nothing_personal_is_left_in_clear(desk: Desk, example: Path) -> None:
    desk.imports(example, "--apply")
    clear = rows_in_clear(desk.store)
    for word in ("Nomsa", "082 000", "8001015009087", "Locks changed", "Khumalo", "Spoke to", "101/26"):
        assert word not in clear, word
    assert "SASSA" in clear


def test_nothing_of_a_cell_is_repeated(desk: Desk, example: Path) -> None:
    said = desk.imports(example) + example.with_name("register.not-taken.csv").read_text(encoding="utf-8")
    for word in ("Nomsa", "Sipho", "Thandeka", "Witchcraft", "31/02", "Nowhere", "106/26"):
        assert word not in said, word


def test_importing_twice_adds_nothing(desk: Desk, example: Path) -> None:
    desk.imports(example, "--apply")
    assert "0 rows would be taken, 3 were there before." in desk.imports(example)
    assert "0 rows were taken, 3 were there before." in desk.imports(example, "--apply")
    assert (count(desk.store, "people"), count(desk.store, "cases")) == (2, 3)


def test_who_was_erased_is_not_brought_back(desk: Desk) -> None:
    sheet = desk.sheet(GOOD)
    desk.mapping.write_text(SMALL.replace("  name:", "  person: Client\n  name:"), encoding="utf-8")
    desk.imports(sheet, "--apply")
    with desk.store.unit_of_work() as uow:
        ((person,),) = sql(desk.store, "SELECT id FROM people")
        uow.erasure.erase(person, now=datetime.now(UTC))
    assert "0 rows were taken, 1 were there before" in desk.imports(sheet, "--apply")
    desk.sheet(GOOD, ["2", *GOOD[1:]])
    assert "the person was erased since" in desk.imports(sheet, "--apply")
    assert (count(desk.store, "people"), count(desk.store, "cases")) == (0, 0)


def test_a_chat_that_goes_on_is_the_persons_own(desk: Desk) -> None:
    desk.mapping.write_text(
        SMALL.replace("fields:", "chat_channel: telegram\nfields:\n  chat: Remarks"), encoding="utf-8"
    )
    with desk.store.unit_of_work() as uow:
        known = uow.conversations.find_or_start("telegram", "4711", now=datetime.now(UTC))
    sheet = desk.sheet([*GOOD[:4], "4711"], ["2", *GOOD[1:4], "4711"])
    said = desk.imports(sheet, "--apply")
    assert "line 3, No: this chat has an open case already" in said
    with desk.store.reading() as look:
        (case,) = open_cases(look)
        assert case.conversation_id == known.id
        assert look.conversations.get(known.id).reachable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_however_a_program_wrote_the_csv_it_is_read(desk: Desk, encoding: str, delimiter: str) -> None:
    sheet = desk.sheet(
        [*GOOD[:3], "Zoë, née O'Brien; €5", 'two\nlines, "quoted"'], encoding=encoding, delimiter=delimiter
    )
    (row,) = read_rows(sheet, How())
    assert row.cells["Client"] == "Zoë, née O'Brien; €5"
    assert row.cells["Remarks"] == 'two\nlines, "quoted"'


def test_lines_are_counted_as_an_editor_counts_them(desk: Desk) -> None:
    sheet = desk.sheet(GOOD, ["", "", "", "", ""], ["2", *GOOD[1:4], "one\ntwo\nthree"], ["3", "nonsense", *GOOD[2:]])
    assert [fault[0] for fault in desk.faults(sheet)] == [7]


WRONG: dict[str, tuple[list[str], str, str]] = {
    "no id": (["", *GOOD[1:]], "No", "is empty: without it"),
    "no day": (["1", "", *GOOD[2:]], "Date", "is empty"),
    "no issue": (["1", GOOD[1], "", *GOOD[3:]], "Problem", "is empty"),
    "a day that is not": (["1", "2026-02-30", *GOOD[2:]], "Date", "is not a day"),
    "a day to come": (["1", "2999-01-01", *GOOD[2:]], "Date", "in the future"),
    "another problem": (["1", GOOD[1], "Flooded", *GOOD[3:]], "Problem", "has no code"),
    "a cell too many": ([*GOOD, "Nomsa"], "Remarks", "is followed by a cell without a column name"),
    "a novel": ([*GOOD[:3], "x" * 60_000, ""], "Client", "characters"),
}


@pytest.mark.parametrize("which", WRONG)
def test_what_is_wrong_with_a_row_is_said_by_line_and_column(desk: Desk, which: str) -> None:
    cells, column, reason = WRONG[which]
    ((line, where, why),) = desk.faults(desk.sheet(["9", *GOOD[1:]], cells))
    assert (line, where) == (3, column)
    assert reason in why


def xlsx(path: Path, *rows: list[Any], change: Callable[[Any], None] = lambda sheet: None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (HEAD, *rows):
        sheet.append(row)
    change(sheet)
    book.save(path)
    return path


def test_a_workbook_is_read_with_its_days_and_numbers(desk: Desk) -> None:
    row = [17.0, date(2026, 1, 12), "Evicted", "Nomsa", 27820000001]
    sheet = xlsx(desk.folder / "sheet.xlsx", row)
    assert "1 rows were taken" in desk.imports(sheet, "--apply")
    with desk.store.reading() as look:
        (case,) = open_cases(look)
        assert case.opened_at.date() == date(2026, 1, 12)
        (message,) = look.messages.transcript(look.conversations.get(case.conversation_id or 0))
        assert "Remarks: 27820000001" in message.text
        assert look.imports.known(["test\x0017"]) == {"test\x0017"}


def test_formulas_errors_and_merged_cells_are_named(desk: Desk) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("D5:D6")

    good = [1, date(2026, 1, 12), "Evicted", "Nomsa", ""]
    rows = [[2, "=TODAY()", *good[2:]], [3, *good[1:3], "#REF!", ""], [4, *good[1:]], [5, *good[1:]], [6, *good[1:]]]
    sheet = xlsx(desk.folder / "sheet.xlsx", *rows, change=merge)
    found = {(line, column): reason for line, column, reason in desk.faults(sheet)}
    assert "formula" in found[2, "Date"]
    assert "error of the spreadsheet" in found[3, "Client"]
    assert "merged" in found[5, "No"]
    assert "merged" in found[6, "No"]
    assert {line for line, _ in found} == {2, 3, 5, 6} - {4}


NO_TABLE: dict[str, tuple[str, bytes, str]] = {
    "old workbook": ("sheet.xls", b"\xd0\xcf\x11\xe0", "save it as one of these"),
    "with a password": ("sheet.xlsx", b"\xd0\xcf\x11\xe0" * 99, "has a password"),
    "not a workbook": ("sheet.xlsx", b"PK\x05\x06" + b"\0" * 18, "cannot be read as XLSX"),
    "empty": ("sheet.csv", b"", "no column names"),
    "two of a name": ("sheet.csv", b"No,No\n1,2\n", "two columns called 'No'"),
    "other columns": ("sheet.csv", b"Number,Date\n1,2\n", "has no column 'Client'; it has Number, Date"),
}


@pytest.mark.parametrize("which", NO_TABLE)
def test_what_is_no_table_is_told_in_one_line(desk: Desk, which: str) -> None:
    name, content, said = NO_TABLE[which]
    (desk.folder / name).write_bytes(content)
    assert said in desk.refuses(desk.folder / name)


MISTAKES = {
    "issues: {column: Problem}": "mapping.yml:8: `issues` is not known: did you mean `issue`?",
    "place: [a]": "mapping.yml:8: `place` must be the name of a column",
    "gender: {column: Client, values: {F: womn}}": "mapping.yml:8: `gender`: 'womn' is no code: did you mean 'woman'",
    "outcome: {values: {x: resolved}}": "mapping.yml:8: `outcome` needs either `column:`",
    "chat: Client": "mapping.yml:8: `chat` needs `chat_channel:`",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_in_the_mapping_is_named_by_line(desk: Desk, line: str) -> None:
    desk.mapping.write_text(SMALL.replace("notes:", f"  {line}\nnotes:"), encoding="utf-8")
    assert MISTAKES[line] in desk.refuses(desk.sheet(GOOD))


def test_no_cell_of_a_report_is_run_as_a_formula(desk: Desk) -> None:
    desk.mapping.write_text(SMALL.replace("issue: {column: Problem", "issue: {column: =Problem"), encoding="utf-8")
    sheet = desk.folder / "sheet.csv"
    sheet.write_text("No,Date,=Problem,Client,Remarks\n1,2026-01-12,,x,y\n", encoding="utf-8")
    assert desk.faults(sheet)[0][1] == "'=Problem"


@given(st.text(min_size=1))
def test_harmless_cells_never_begin_like_a_formula(text: str) -> None:
    assert harmless(text)[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("R2 500,00", 2500.0), ("2,500.00", 2500.0), ("£300", 300.0), ("1.200", 1200.0), ("1,5", 1.5), ("R1 200", 1200),
        ("12,345,678", 12345678.0), ("300 ZAR", 300.0), ("about 300", None), ("300-400", None), ("", None), ("R", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, amount: float | None) -> None:
    assert read_amount(text) == amount


def test_a_long_sheet_is_read_row_by_row(tmp_path: Path) -> None:
    """Without holding it: the first rows are there before the last was written."""
    sheet = tmp_path / "long.csv"
    with sheet.open("w", encoding="utf-8") as file:
        file.write("No,Date\n")
        file.writelines(f"{number},2026-01-12\n" for number in range(50_000))
    rows = read_rows(sheet, How())
    assert next(rows) == Row(2, {"No": "0", "Date": "2026-01-12"}, {})
    assert sum(1 for _ in rows) == 49_999

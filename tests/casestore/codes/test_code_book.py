"""The code book: it cannot drift from the tables."""

import pytest

from casestore.codes.code_book import RECORD, code_book
from casestore.codes.code_lists import LISTS, Code, CodeList
from casestore.codes.coded import Coded, CodedList
from casestore.tables import Base

ABOUT_A_CASE = {
    table.name
    for table in Base.metadata.sorted_tables
    if {key.column.table.name for key in table.foreign_keys} & {"cases"}
}


def test_every_table_that_belongs_to_a_case_is_in_it() -> None:
    assert {"cases", *ABOUT_A_CASE} <= RECORD.keys() <= Base.metadata.tables.keys()


@pytest.mark.parametrize("table", RECORD)
def test_every_column_is_described_and_no_other(table: str) -> None:
    columns = Base.metadata.tables[table].columns
    assert set(RECORD[table].columns) == {column.name for column in columns}
    assert all(RECORD[table].columns.values())
    assert RECORD[table].lists.keys() <= set(columns.keys())


def test_every_list_that_a_column_names_is_in_it_and_no_other() -> None:
    content = [CodeList(id_, id_, (Code("a", "A"),)) for id_ in ("issue", "place", "nowhere")]
    book = code_book(content)
    named = {column.codes for table in book.tables for column in table.columns} - {""}
    assert named == {each.id for each in book.lists}
    assert "nowhere" not in named


def test_every_coded_column_of_any_table_names_a_list_there_is() -> None:
    types = [column.type for table in Base.metadata.sorted_tables for column in table.columns]
    assert {type_.list_id for type_ in types if isinstance(type_, Coded | CodedList)} <= LISTS.keys()


def test_what_a_column_holds_is_said_in_words() -> None:
    [cases] = [table for table in code_book().tables if table.id == "cases"]
    kinds = {column.name: (column.kind, column.codes, column.optional) for column in cases.columns}
    assert kinds["status"] == ("code", "status", False)
    assert kinds["flags"] == ("codes", "flag", False)
    assert kinds["note_sealed"] == ("sealed", "", True)
    assert kinds["due"] == ("day", "", True)
    assert kinds["opened_at"] == ("time (UTC)", "", False)
    assert kinds["id"] == ("number", "", False)

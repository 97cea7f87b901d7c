"""The code book as it is published: one page, and the same for programs."""

import csv
import io
import json
from pathlib import Path

from click.testing import CliRunner

from casestore.codes.code_book import RECORD
from casestore.codes.code_lists import LISTS
from doorstep.cli import main
from doorstep.codebook_page import as_csv, as_json, as_page, book_of
from doorstep.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "codebook.md"
BOOK = book_of(Settings())


def test_the_page_in_the_documentation_is_the_one_the_command_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_page(BOOK), "run: doorstep codebook > docs/codebook.md"


def test_every_list_that_is_linked_has_its_heading() -> None:
    page = as_page(BOOK)
    assert all(f"](#{each.id})" in page and f"\n### {each.id}\n" in page for each in BOOK.lists)


def test_json_and_csv_have_every_column_and_code_of_the_page() -> None:
    columns = {(table.id, column.name) for table in BOOK.tables for column in table.columns}
    codes = {(each.id, code.id) for each in BOOK.lists for code in each.codes}
    told = json.loads(as_json(BOOK))
    assert {(t["id"], c["name"]) for t in told["tables"] for c in t["columns"]} == columns
    assert {(each["id"], code["id"]) for each in told["lists"] for code in each["codes"]} == codes
    rows = list(csv.DictReader(io.StringIO(as_csv(BOOK))))
    assert {(row["of"], row["id"]) for row in rows if row["part"] == "column"} == columns
    assert {(row["of"], row["id"]) for row in rows if row["part"] == "code"} == codes


def test_issues_count_as_their_parent_in_list_and_provinces_as_their_official_code() -> None:
    lists = {each.id: {code.id: code.counts_as for code in each.codes} for each in BOOK.lists}
    assert lists["issue"]["housing.lockout"] == "HO-02"
    assert (lists["place"]["za-gp"], lists["place"]["gb-eng-ldn"]) == ("ZA7", "E12000007")
    assert all(lists["issue"].values())
    assert all(lists["place"].values())


def test_the_command_prints_each_form() -> None:
    for form, begins in (("text", "# Code book"), ("json", "{"), ("csv", "part,of,id")):
        printed = CliRunner().invoke(main, ["codebook", "--format", form])
        assert printed.exit_code == 0
        assert printed.output.startswith(begins)
    assert CliRunner().invoke(main, ["codebook", "--format", "pdf"]).exit_code == 2


def test_tables_and_lists_do_not_share_a_name() -> None:
    """Both are headings of one page, and links lead to the first."""
    assert not RECORD.keys() & LISTS.keys()

"""The code book of the record as a page, as JSON and as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from casestore.codes.code_book import CodeBook, Column, code_book
from casestore.codes.code_lists import Code, CodeList
from doorstep.settings import Settings
from triage.pack import packs_in
from triage.places import Gazetteer, read_places
from triage.taxonomy import Taxonomy, load_taxonomy

_CSV = ("part", "of", "id", "title", "kind", "codes", "source")


def book_of(settings: Settings) -> CodeBook:
    """The code book with the issues and places of the content in force."""
    places = [read_places(folder / "places.yml") for folder in packs_in(settings.packs).values()]
    return code_book([issue_list(load_taxonomy(settings.content / "taxonomy.yml")), place_list(places)])


def issue_list(taxonomy: Taxonomy) -> CodeList:
    """The issues as a code list; each counts as its parent in LIST."""
    issues = (Code(issue.id, issue.title, issue.scope, issue.list_parent) for issue in taxonomy.issues.values())
    return CodeList("issue", "Problem", tuple(issues), "LIST, the Legal Issues Taxonomy")


def place_list(gazetteers: Iterable[Gazetteer]) -> CodeList:
    """The provinces and regions of all law packs as a code list; each counts as its official code."""
    regions = (Code(each.id, each.name, "", each.code) for gazetteer in gazetteers for each in gazetteer.regions)
    return CodeList("place", "Province or region", tuple(regions), "P-codes of OCHA; codes of the ONS in England")


def as_page(book: CodeBook) -> str:
    """The page of documentation."""
    lines = [
        "# Code book",
        "",
        "Every column and code of the case record. This page is printed by `doorstep codebook`;",
        "`--format json` and `--format csv` give the same to programs. What is sealed is encrypted and in no export.",
        "",
        "## Tables",
    ]
    for table in book.tables:
        lines += ["", f"### {table.id}", "", f"{table.title}.", "", "| column | holds | meaning |", "|---|---|---|"]
        lines += [f"| `{column.name}` | {_holds(column)} | {column.meaning} |" for column in table.columns]
    lines += ["", "## Code lists"]
    for each in book.lists:
        lines += ["", f"### {each.id}", "", f"{each.title}.{f' Source: {each.source}.' if each.source else ''}", ""]
        lines += list(_code_rows(each))
    return "\n".join(lines) + "\n"


def _holds(column: Column) -> str:
    kind = f"{column.kind} of [{column.codes}](#{column.codes})" if column.codes else column.kind
    return f"{kind}, optional" if column.optional else kind


def _code_rows(each: CodeList) -> Iterator[str]:
    """The table of a list, without columns that are empty throughout."""
    columns = {
        "code": [f"`{code.id}`" for code in each.codes],
        "title": [code.title for code in each.codes],
        "meaning": [code.meaning for code in each.codes],
        "counts as": [code.counts_as for code in each.codes],
    }
    shown = {name: values for name, values in columns.items() if any(values)}
    yield f"| {' | '.join(shown)} |"
    yield "|" + "---|" * len(shown)
    for row in zip(*shown.values(), strict=True):
        yield f"| {' | '.join(row)} |"


def as_json(book: CodeBook) -> str:
    """All of it as one object."""
    return json.dumps(asdict(book), ensure_ascii=False, indent=1)


def as_csv(book: CodeBook) -> str:
    """One row for each table, column, list and code."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_CSV)
    for table in book.tables:
        rows.writerow(["table", "", table.id, table.title, "", "", ""])
        rows.writerows(["column", table.id, c.name, c.meaning, c.kind, c.codes, ""] for c in table.columns)
    for each in book.lists:
        rows.writerow(["list", "", each.id, each.title, "", "", each.source])
        rows.writerows(["code", each.id, c.id, _in_full(c), "", "", c.counts_as] for c in each.codes)
    return out.getvalue()


def _in_full(code: Code) -> str:
    return f"{code.title}: {code.meaning}" if code.meaning else code.title

"""A directory as a table: read from a spreadsheet, written again, and mistakes with line and name."""

from pathlib import Path

import pytest

from triage.directory import Match, places_of, topics_of
from triage.errors import ContentError
from triage.hsds import Service
from triage.pack import load_pack, packs_folder
from triage.service_table import COLUMNS, read_table, table_of

ZA = load_pack(packs_folder() / "za")
ISSUES = frozenset({"housing", "housing.eviction", "benefits"})
ROW = {
    "organisation": "Orange Farm Advice Office",
    "issues": "benefits; housing",
    "places": "Gauteng",
    "address": "12 Link Road",
    "town": "Orange Farm",
    "phones": "011 850 0000 (office); 082 000 0000 ?",
    "hours": "Mon-Fri 08:00-16:00",
    "taking_people": "yes",
    "checked": "2026-11-01",
}


def read(folder: Path, *rows: dict[str, str], delimiter: str = ",") -> tuple[Service, ...]:
    columns = [name for name in COLUMNS if any(name in row for row in rows)]
    lines = [delimiter.join(columns)]
    lines += [delimiter.join(f'"{row.get(name, "")}"' for name in columns) for row in rows]
    path = folder / "offices.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return read_table(path, gazetteer=ZA.gazetteer, issues=ISSUES, country="ZA")


def test_a_row_is_a_service_with_a_place_on_the_map(tmp_path: Path) -> None:
    [service] = read(tmp_path, ROW | {"evidence": "office"})
    assert (service.name, service.evidence, service.taking_people) == ("Orange Farm Advice Office", "office", True)
    assert (topics_of(service), places_of(service)) == ({"housing", "benefits"}, ("za-gp",))
    [site] = service.service_at_locations
    match = Match(service, site)
    assert (match.numbers, match.address) == (("011 850 0000",), "12 Link Road, Orange Farm")
    assert site.location is not None
    assert (site.location.latitude, site.location.longitude) == (-26.48, 27.87)
    assert match.schedules


def test_rows_of_one_service_are_its_sites(tmp_path: Path) -> None:
    [service] = read(tmp_path, ROW, ROW | {"address": "3 Church Street", "town": "Soweto"})
    assert [site.location.name for site in service.service_at_locations if site.location] == ["Orange Farm", "Soweto"]
    assert len({site.id for site in service.service_at_locations}) == 2


def test_the_same_row_is_the_same_record_every_time(tmp_path: Path) -> None:
    assert read(tmp_path, ROW) == read(tmp_path, ROW)
    assert read(tmp_path, ROW, delimiter=";") == read(tmp_path, ROW)


def test_a_service_without_a_place_keeps_its_numbers(tmp_path: Path) -> None:
    [service] = read(tmp_path, ROW | {"address": "", "town": ""})
    assert [phone.evidence for phone in service.phones] == [None, "knowledge-low"]
    assert service.schedules


def test_what_is_written_is_read_as_the_same(tmp_path: Path) -> None:
    path = tmp_path / "again.csv"
    services = read(tmp_path, ROW, ROW | {"organisation": "Second", "hours": "day and night", "taking_people": "no"})
    path.write_text(table_of(services, ZA.gazetteer), encoding="utf-8")
    assert read_table(path, gazetteer=ZA.gazetteer, issues=ISSUES, country="ZA") == services


def test_the_directory_of_a_pack_survives_the_table(tmp_path: Path) -> None:
    path = tmp_path / "pack.csv"
    path.write_text(table_of(ZA.services, ZA.gazetteer), encoding="utf-8")
    issues = {topic for service in ZA.services for topic in topics_of(service)}
    again = {each.id: each for each in read_table(path, gazetteer=ZA.gazetteer, issues=issues, country="ZA")}
    assert again.keys() == {service.id for service in ZA.services}
    for service in ZA.services:
        twin = again[service.id]
        assert (topics_of(twin), places_of(twin), twin.evidence) == (
            topics_of(service),
            places_of(service),
            service.evidence,
        )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"organisation": ""}, r"offices\.csv:2: row: `organisation` is empty"),
        ({"issues": ""}, r"offices\.csv:2: Orange Farm Advice Office: `issues` is empty"),
        ({"issues": "housing.evicton"}, r"unknown issue 'housing.evicton'; did you mean 'housing.eviction'\?"),
        ({"places": "Narnia"}, r"unknown place 'Narnia'"),
        ({"town": "Narnia"}, r"unknown place 'Narnia'"),
        ({"taking_people": "maybe"}, r"`taking_people` is 'maybe'; write yes or no"),
        ({"checked": "yesterday"}, r"`checked` is 'yesterday'; write the day"),
        ({"hours": "always open"}, r"hours 'always open' cannot be read"),
        ({"phones": "ask Thabo"}, r"'ask Thabo' is no phone number"),
        ({"website": "www.example.org"}, r"`url`: must be an address"),
        ({"evidence": "rumour"}, r"offices\.csv:2: .*`evidence` is 'rumour'; write one of page, office"),
    ],
)
def test_a_mistake_says_where_and_what_to_do(tmp_path: Path, changes: dict[str, str], problem: str) -> None:
    with pytest.raises(ContentError, match=problem):
        read(tmp_path, ROW | changes)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("organisation,checked\n", r":1: column 'issues' is missing"),
        ("organisation,issues,checked,phone\n", r":1: column 'phone' is not known; did you mean 'phones'\?"),
        ("organisation,issues,checked\nA,housing,2026-11-01,extra\n", r":2: A: more cells than columns"),
    ],
)
def test_a_table_of_the_wrong_shape_is_told(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "offices.csv"
    path.write_text(text)
    with pytest.raises(ContentError, match=problem):
        read_table(path, gazetteer=ZA.gazetteer, issues=ISSUES, country="ZA")


def test_a_file_of_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "offices.csv"
    path.write_bytes("organisation,issues,checked\nCaf\u00e9,housing,2026-11-01\n".encode("latin-1"))
    with pytest.raises(ContentError, match="not UTF-8 text"):
        read_table(path, gazetteer=ZA.gazetteer, issues=ISSUES, country="ZA")

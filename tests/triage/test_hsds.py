"""Directories in HSDS 3.0: what is read, what is kept, and how a mistake is told."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from triage.errors import ContentError
from triage.hsds import read_services, record_id, written
from triage.pack import packs_folder

ID = str(record_id("an office"))


def a_service(**changes: Any) -> dict[str, Any]:
    return {"id": ID, "name": "Advice office", "status": "active"} | changes


def a_file(folder: Path, content: Any) -> Path:
    path = folder / "services.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_an_id_is_the_same_for_the_same_name_however_it_is_written() -> None:
    assert record_id("Advice Office", "Soweto ") == record_id("advice office", "soweto")
    assert record_id("a", "b") != record_id("ab")
    assert record_id("a").version == 5
    assert isinstance(record_id("a"), UUID)


@pytest.mark.parametrize("place", ["za", "gb-eng"])
def test_the_directory_of_a_pack_is_written_as_it_is_read(place: str) -> None:
    path = packs_folder() / place / "services.json"
    assert written(read_services(path)) == path.read_text(encoding="utf-8")


def test_a_field_of_the_specification_that_we_do_not_use_is_kept(tmp_path: Path) -> None:
    given = [a_service(accreditations="ISO", phones=[{"id": ID, "number": "112", "extension": 7}])]
    assert json.loads(written(read_services(a_file(tmp_path, given)))) == given


def test_a_page_of_an_hsds_interface_is_read_too(tmp_path: Path) -> None:
    page = {"total_items": 1, "contents": [a_service()]}
    assert [service.name for service in read_services(a_file(tmp_path, page))] == ["Advice office"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": "7"}, r"service 1 'Advice office': `id` must be a UUID such as"),
        ({"status": "open"}, r"`status`: Input should be 'active', 'inactive', 'defunct' or 'temporarily closed'"),
        ({"url": "www.example.org"}, r"`url`: must be an address that starts with https://"),
        ({"email": "at home"}, r"`email`: must be an e-mail address"),
        ({"phones": [{"id": ID, "number": ""}]}, r"`phones.1.number`"),
        ({"phones": [{"id": ID}]}, r"`phones.1.number` is missing; HSDS 3.0 requires it, add it"),
        ({"phones": [{"id": ID, "number": "1", "evidence": "rumour"}]}, r"`phones.1.evidence`: Input should be 'page'"),
        ({"schedules": [{"id": ID, "byday": "MONDAY"}]}, r"`schedules.1.byday`: must be days such as MO,TU,FR"),
        ({"schedules": [{"id": ID, "opens_at": 8}]}, r"`schedules.1.opens_at`: must be text"),
        ({"assured_date": "last week"}, r"`assured_date`"),
        (
            {"service_at_locations": [{"id": ID, "location": {"id": ID, "location_type": "physical", "latitude": 91}}]},
            r"`service_at_locations.1.location.latitude`",
        ),
    ],
)
def test_a_mistake_names_the_record_and_the_field(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ContentError, match=problem):
        read_services(a_file(tmp_path, [a_service(**changes)]))


def test_a_mistake_names_the_line_on_which_the_record_starts(tmp_path: Path) -> None:
    good = json.dumps(a_service(description='a "quoted" { brace'))
    text = f'[\n{good},\n\n{{"id": "{record_id("other")}", "name": "B"}}\n]'
    with pytest.raises(ContentError, match=r"services\.json:4: service 2 'B': `status` is missing"):
        read_services(a_file(tmp_path, text))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[{]", r"services\.json:1: not valid JSON"),
        ({"name": "x"}, r"expected a list of services"),
        ([a_service(), a_service()], r"service 2 'Advice office': its id is there twice"),
        ([3], r"service 1: ``: "),
    ],
)
def test_what_is_no_directory_is_told(tmp_path: Path, content: Any, problem: str) -> None:
    with pytest.raises(ContentError, match=problem):
        read_services(a_file(tmp_path, content))


def test_a_file_that_is_missing_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="file not found"):
        read_services(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    with pytest.raises(ContentError, match="not UTF-8"):
        read_services(tmp_path / "bytes.json")

"""The office's own directory: read in, written out, checked, laid over the one of the law pack."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from doorstep.cli import main
from doorstep.directory import own_services, pack_with_own, read_in, set_taking, write_out
from doorstep.settings import Settings
from triage.directory import is_shown, matching, offered
from triage.errors import ContentError
from triage.hsds import read_services
from triage.pack import load_pack, packs_folder

TABLE = """organisation,issues,places,town,phones,hours,checked
Orange Farm Advice Office,housing; benefits,Gauteng,Orange Farm,011 850 0000,Mon-Fri 08:00-16:00,2026-11-01
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def a_table(folder: Path, text: str = TABLE) -> Path:
    path = folder / "ours.csv"
    path.write_text(text, encoding="utf-8")
    return path


def run(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(main, ["services", *words], env={"DOORSTEP_DATA": str(settings.data)})


def test_without_a_directory_of_its_own_the_office_has_that_of_the_pack(settings: Settings) -> None:
    assert own_services(settings) == ()
    assert pack_with_own(settings).services == load_pack(packs_folder() / "za").services


def test_an_office_that_was_read_in_is_the_nearest_that_people_are_sent_to(settings: Settings, tmp_path: Path) -> None:
    read_in(settings, a_table(tmp_path), checked=True)
    pack = pack_with_own(settings)
    matches = offered(matching(pack.services, "housing.eviction", pack.gazetteer["orange-farm"], pack.gazetteer))
    assert (matches[0].name, matches[0].numbers) == ("Orange Farm Advice Office, Orange Farm", ("011 850 0000",))


def test_what_is_not_checked_is_at_the_desk_only(settings: Settings, tmp_path: Path) -> None:
    [service] = read_in(settings, a_table(tmp_path), checked=False)
    assert not is_shown(service)
    assert [phone.evidence for site in service.service_at_locations for phone in site.phones] == ["weak"]


def test_a_directory_with_a_mistake_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    read_in(settings, a_table(tmp_path), checked=True)
    before = settings.services_path.read_text(encoding="utf-8")
    with pytest.raises(ContentError, match="unknown issue 'castles'"):
        read_in(settings, a_table(tmp_path, TABLE.replace("housing", "castles")), checked=True)
    assert settings.services_path.read_text(encoding="utf-8") == before


def test_hsds_from_elsewhere_is_vouched_for_where_nothing_is_said(settings: Settings, tmp_path: Path) -> None:
    read_in(settings, a_table(tmp_path), checked=True)
    records = json.loads(settings.services_path.read_text(encoding="utf-8"))
    del records[0]["evidence"], records[0]["service_at_locations"][0]["phones"][0]["evidence"]
    records[0]["phones"] = [{"id": records[0]["id"], "number": "011 111 1111", "evidence": "weak"}]
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    [service] = read_in(settings, path, checked=True)
    assert service.evidence == service.service_at_locations[0].phones[0].evidence == "office"
    assert service.phones[0].evidence == "weak"


def test_an_issue_the_taxonomy_does_not_know_is_told_in_hsds_too(settings: Settings, tmp_path: Path) -> None:
    read_in(settings, a_table(tmp_path), checked=True)
    path = tmp_path / "theirs.json"
    path.write_text(settings.services_path.read_text(encoding="utf-8").replace('"benefits"', '"castles"'))
    with pytest.raises(ContentError, match="unknown issue 'castles'"):
        read_in(settings, path, checked=True)


@pytest.mark.parametrize("name", ["all.json", "all.csv"])
def test_what_is_written_out_can_be_read_in(settings: Settings, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert write_out(settings, path, own=False) == len(pack_with_own(settings).services)
    read_in(settings, path, checked=True)
    pack = load_pack(packs_folder() / "za")
    shown = {service.id for service in pack.services if is_shown(service)}
    assert {service.id for service in own_services(settings) if is_shown(service)} == shown


def test_only_csv_and_json_are_read_and_written(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "ours.xlsx").write_bytes(b"PK")
    with pytest.raises(ContentError, match=r"must be a \.csv or a \.json file"):
        read_in(settings, tmp_path / "ours.xlsx", checked=True)
    with pytest.raises(ContentError, match=r"must end in \.csv or \.json"):
        write_out(settings, tmp_path / "ours.xlsx", own=True)


def test_a_service_of_the_pack_that_takes_nobody_now_is_not_offered(settings: Settings) -> None:
    assert set_taking(settings, "probono.org", taking=False).taking_people is False
    pack = pack_with_own(settings)
    place = pack.gazetteer["soweto"]
    names = [match.service.name for match in offered(matching(pack.services, "work.pay", place, pack.gazetteer))]
    assert names
    assert "ProBono.Org" not in names
    set_taking(settings, "ProBono.Org", taking=True)
    assert [service.taking_people for service in own_services(settings)] == [True]


def test_the_commands_do_it_and_say_so(settings: Settings, tmp_path: Path) -> None:
    done = run(settings, "import", str(a_table(tmp_path)))
    assert (done.exit_code, "1 services are now the office's own directory" in done.output) == (0, True)
    out = tmp_path / "own.json"
    assert "1 services written" in run(settings, "export", "--own", str(out)).output
    assert [service.name for service in read_services(out)] == ["Orange Farm Advice Office"]
    checked = run(settings, "check").output
    assert "law pack za: " in checked
    assert "1 services, 1 places, 1 that a person may be told of" in checked
    assert "not checked, so never told to a person: Rental Housing Tribunal, Gauteng: 011 355 4000" in checked
    taking = run(settings, "taking", "Orange Farm Advice Office", "no")
    assert "does not take people now" in taking.output


def test_a_mistake_is_one_clear_line(settings: Settings, tmp_path: Path) -> None:
    wrong = run(settings, "import", str(a_table(tmp_path, TABLE.replace("Orange Farm,011", "Narnia,011"))))
    assert wrong.exit_code == 1
    assert "ours.csv:2: Orange Farm Advice Office: unknown place 'Narnia'" in wrong.output
    unknown = run(settings, "taking", "Nobody", "no")
    assert unknown.exit_code == 1
    assert "'Nobody' is not in the directory" in unknown.output


def test_a_setting_that_names_no_file_is_told(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, services=tmp_path / "none.json")
    with pytest.raises(ContentError, match="file not found"):
        own_services(settings)

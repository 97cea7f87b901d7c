"""`doorstep staff` and `doorstep office`: who works where, what an office is called and when it works."""

from pathlib import Path

import pytest

from casestore.errors import StoreError
from casestore.log.case_log import OPERATOR
from casestore.unit_of_work import Store
from doorstep.settings import Settings
from doorstep.wiring import open_store
from tests.builders import NOW, PASSWORD
from tests.doorstep.test_cli import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command with a folder of its own."""
    return Shell(tmp_path)


def the_store(shell: Shell, **changes: object) -> Store:
    return open_store(Settings(data=shell.data, **changes), create=False)  # type: ignore[arg-type]


def test_an_office_is_added_with_its_place_and_hours(shell: Shell) -> None:
    added = shell.succeeds(
        "office", "add", "London", "--part-of", "1", "--place", "gb-eng", "--hours", "Mon-Fri 9:00-17:00"
    )
    assert added == "London is office 2.\n"
    assert shell.succeeds("office", "list") == "1\tFirst office\t-\t-\t-\n2\tLondon\t1\tgb-eng\tMon-Fri 09:00-17:00\n"
    with the_store(shell).reading() as look:
        assert str(look.terms.of(2).hours.zone) == "Europe/London"
        assert str(look.terms.of(1).hours.zone) == "Africa/Johannesburg"


def test_hours_are_changed_one_thing_at_a_time_and_taken_back(shell: Shell) -> None:
    shell.succeeds("office", "add", "London", "--place", "gb-eng")
    said = shell.succeeds("office", "hours", "2", "--hours", "day and night")
    assert said == "London: gb-eng, day and night.\n"
    assert shell.succeeds("office", "hours", "2", "--place", "") == "London: as set for all, day and night.\n"
    with the_store(shell).reading() as look:
        log = [(line.kind.id, line.by) for line in look.log.of_office(2)]
    assert log == [("hours_changed", "the command line")] * 3


def test_an_office_is_renamed(shell: Shell) -> None:
    shell.succeeds("migrate")
    assert shell.succeeds("office", "rename", "1", " Orange Farm") == "Office 1 is now called Orange Farm.\n"
    assert shell.succeeds("office", "list") == "1\tOrange Farm\t-\t-\t-\n"
    assert "\tName of the office changed\tthe command line\n" in shell.succeeds("office", "log")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("add", "London", "--hours", "nine to five"), "hours 'nine to five' cannot be read; write them as Mon-Fri"),
        (("add", "London", "--place", "uk"), "no law pack for the place 'uk' here: choose one of gb-eng, za"),
        (("hours", "1", "--hours", "Mon 08:00"), "hours 'Mon 08:00' cannot be read"),
        (("rename", "1", " "), "an office needs a name"),
        (("rename", "1", "N" * 121), "the name is too long: write it in 120 letters or fewer"),
        (("add", "First office"), "there is already an office called First office: choose another name"),
        (("rename", "7", "London"), "there is no office 7"),
        (("hours", "7", "--hours", "Mon 08:00-12:00"), "there is no office 7"),
    ],
)
def test_a_mistake_is_explained_and_changes_nothing(shell: Shell, arguments: tuple[str, ...], reason: str) -> None:
    shell.succeeds("migrate")
    assert reason in shell.fails("office", *arguments)
    assert shell.succeeds("office", "list") == "1\tFirst office\t-\t-\t-\n"


def test_nothing_starts_where_the_law_pack_of_an_offices_place_is_missing(shell: Shell, tmp_path: Path) -> None:
    shell.succeeds("office", "add", "London")
    store = the_store(shell)
    with store.unit_of_work() as uow:
        uow.terms.change(2, place="gb-eng", hours="", actor=OPERATOR, now=NOW)
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "za").symlink_to(Settings(data=shell.data).packs / "za")
    with pytest.raises(StoreError, match=r"the place of office 2 \(London\): .*'gb-eng' here: choose one of za"):
        the_store(shell, packs=packs)


def test_a_partner_is_added_to_an_organisation_of_their_own(shell: Shell) -> None:
    """In the office whose cases they should be shown they would never be shown one."""
    shell.succeeds("office", "add", "Legal Aid")
    lerato = ("staff", "add", "lerato", "--name", "Lerato", "--role", "partner", "--password", PASSWORD)
    assert "a partner needs --office" in shell.fails(*lerato)
    assert shell.succeeds(*lerato, "--office", "2") == "Lerato can sign in as lerato.\n"
    assert shell.succeeds("staff", "list") == "lerato\tLerato\tpartner\t2\n"

"""`doorstep backup`, `restore` and `move`, as somebody types them."""

from pathlib import Path

import pytest

from casestore.backup.backup_folder import PEOPLE
from casestore.backup.snapshot import digests
from casestore.backup.table_rows import Digest
from casestore.unit_of_work import Store
from doorstep.settings import Settings
from doorstep.wiring import open_store
from tests.casestore.planted import plant
from tests.doorstep.test_cli import Shell, shell  # noqa: F401
from tests.needs import postgres_url


@pytest.fixture
def office(shell: Shell) -> Store:  # noqa: F811
    """An office at work, in the folder of the shell."""
    store = open_store(Settings(data=shell.data), create=True)
    plant(store)
    return store


def digests_but_the_log(store: Store) -> dict[str, Digest]:
    return {table: digest for table, digest in digests(store.engine).items() if table != "case_log"}


def test_a_backup_is_written_checked_and_restored(shell: Shell, office: Store, tmp_path: Path) -> None:  # noqa: F811
    folder = tmp_path / "backups"
    said = shell.succeeds("backup", str(folder))
    (data,) = folder.glob("*.backup")
    assert said.startswith(f"{data}: ")
    assert "1 attachment files" in said
    assert "replace every copy of it too" in said
    new = tmp_path / "new"
    new.mkdir()
    environment = {"DOORSTEP_DATA": str(new), "DOORSTEP_KEY_FILE": str(shell.data / "keys.json")}
    checked = shell.succeeds("restore", "--check", str(data), **environment)
    assert f"{data.name} is whole" in checked
    assert "people                             1\n" in checked
    assert list(new.iterdir()) == []
    assert "Restored. 0 people were erased since" in shell.succeeds("restore", str(data), **environment)
    copy = open_store(Settings(data=new, key_file=shell.data / "keys.json"), create=False)
    assert digests_but_the_log(copy) == digests_but_the_log(office)
    with copy.reading() as look:
        assert [line.kind.id for line in look.log.of_office()][-1:] == ["restored"]
    with office.reading() as look:
        assert [line.kind.id for line in look.log.of_office()][-1:] == ["backed_up"]
    assert "in use already" in shell.fails("restore", str(data), **environment)


def test_old_data_files_go_when_asked(shell: Shell, office: Store, tmp_path: Path) -> None:  # noqa: F811
    for _ in range(2):
        said = shell.succeeds("backup", str(tmp_path / "backups"), "--keep", "1")
    assert said.count("was removed") == 1
    assert len(list((tmp_path / "backups").glob("*.backup"))) == 1


def test_a_place_that_protects_nothing_is_warned_of(shell: Shell, office: Store) -> None:  # noqa: F811
    result = shell.run("backup", str(shell.data))
    assert result.exit_code == 0
    assert "Warning: the key file lies in" in result.stderr
    assert "Warning: " in result.stderr
    assert "is inside the data folder" in result.stderr


def test_a_backup_without_keys_or_key_file_says_what_is_missing(
    shell: Shell,  # noqa: F811
    office: Store,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "backups"
    shell.succeeds("backup", str(folder))
    (data,) = folder.glob("*.backup")
    assert "key file" in shell.fails("restore", str(data), DOORSTEP_DATA=str(tmp_path / "new"))
    assert not (tmp_path / "new" / "keys.json").exists()
    (folder / "letter.txt").write_text("Dear Sir")
    assert "is no backup of Doorstep" in shell.fails("restore", "--check", str(folder / "letter.txt"))
    (folder / PEOPLE).unlink()
    assert "people.keys is missing" in shell.fails("restore", "--check", str(data))


@pytest.mark.postgres
def test_an_office_moves_to_postgresql(shell: Shell, office: Store, empty_postgres: object) -> None:  # noqa: F811
    postgres_url()
    before = digests(office.engine)
    office.engine.dispose()
    url = empty_postgres.url.set(drivername="postgresql").render_as_string(hide_password=False)
    said = shell.succeeds("move", url)
    assert f"people                             1  {before['people'].sha256[:16]}  the same there" in said
    assert "DOORSTEP_DATABASE_URL=postgresql://" in said
    moved = open_store(Settings(data=shell.data, database_url=url), create=False)
    assert digests(moved.engine) == before == digests(office.engine)
    moved.engine.dispose()


def test_the_password_of_the_new_database_is_not_shown(shell: Shell, office: Store) -> None:  # noqa: F811
    assert "s3cret" not in shell.fails("move", "postgresql://doorstep:s3cret@127.0.0.1:1/doorstep")

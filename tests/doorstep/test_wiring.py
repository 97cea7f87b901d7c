"""Wiring: a new office sets itself up, an old one is checked before anything runs."""

import os
import stat
from pathlib import Path

import pytest

from casestore.errors import KeyFileError, StoreBehind, StoreError
from casestore.keys.encryption import create_keyring
from doorstep.settings import Settings
from doorstep.wiring import bring_database, ensure_first_account, ensure_model, load_book, make_office, open_store
from tests.builders import NOW, a_case
from tests.rasa_stand_in import TOKEN, RasaStandIn
from tests.small_content import write_examples, write_small_content
from tests.trained import model_path, trained_understanding
from triage.errors import ModelFileError


def settings_in(folder: Path, **changes: object) -> Settings:
    return Settings(data=folder / "data", **changes)  # type: ignore[arg-type]


def test_a_new_office_makes_folder_database_and_key_file(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    store = open_store(settings, create=True)
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.keys_path.stat().st_mode) == 0o600
    with store.unit_of_work() as uow:
        a_case(uow)


def test_what_was_stored_is_readable_after_the_next_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with open_store(settings, create=True).unit_of_work() as uow:
        reference = a_case(uow).reference
    with open_store(settings, create=False).reading() as look:
        assert look.cases.by_reference(reference).issues == ("housing.lockout",)


def test_an_office_that_is_not_to_be_made_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(StoreBehind, match="run `doorstep migrate`"):
        open_store(settings_in(tmp_path), create=False)
    assert not settings_in(tmp_path).keys_path.exists()


def test_a_database_brought_to_its_revision_first_can_be_opened(tmp_path: Path) -> None:
    """`doorstep migrate` on an empty PostgreSQL comes before everything else: it makes the key file too."""
    settings = settings_in(tmp_path)
    assert bring_database(settings, "head") is not None
    with open_store(settings, create=True).unit_of_work() as uow:
        a_case(uow)
    keys = settings.keys_path.read_bytes()
    bring_database(settings, "head")
    assert settings.keys_path.read_bytes() == keys


def test_a_database_goes_one_step_back_and_is_behind_then(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    bring_database(settings, "head")
    bring_database(settings, "-1")
    for create in (True, False):
        with pytest.raises(StoreBehind, match="run `doorstep migrate`"):
            open_store(settings, create=create)


@pytest.mark.parametrize("revision", ["9999", "nonsense", "-1"])
def test_a_revision_that_does_not_exist_is_refused(tmp_path: Path, revision: str) -> None:
    with pytest.raises(StoreError, match=f"cannot be brought to '{revision}'"):
        bring_database(settings_in(tmp_path), revision)


def test_a_lost_key_file_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with open_store(settings, create=True).unit_of_work() as uow:
        a_case(uow)
    settings.keys_path.unlink()
    for create in (True, False):
        with pytest.raises(KeyFileError, match="is missing: restore it from your backup"):
            open_store(settings, create=create)
    bring_database(settings, "head")
    assert not settings.keys_path.exists()


def test_the_key_file_of_another_office_is_refused(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with open_store(settings, create=True).unit_of_work() as uow:
        a_case(uow)
    settings.keys_path.unlink()
    create_keyring(settings.keys_path)
    with pytest.raises(KeyFileError, match="does not belong to this database"):
        open_store(settings, create=True)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError, match=r"the data folder .*data cannot be made .*; set DOORSTEP_DATA"):
        open_store(settings_in(tmp_path), create=True)


def test_a_data_folder_that_may_not_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the system: root, who may run this test, may write anywhere."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StoreError, match=r"the data folder .*data cannot be written to; check its owner"):
        open_store(settings_in(tmp_path), create=True)


def test_the_model_is_trained_when_there_is_none_and_when_the_examples_change(tmp_path: Path) -> None:
    content, said = write_small_content(tmp_path / "content"), list[str]()
    settings = settings_in(tmp_path, content=content)
    ensure_model(settings, said.append)
    first = settings.model_path.read_bytes()
    assert len(said) == 1
    ensure_model(settings, said.append)
    assert (len(said), settings.model_path.read_bytes()) == (1, first)
    write_examples(content / "issues" / "more.yml", "work.pay", ["my overtime was not paid"])
    ensure_model(settings, said.append)
    assert len(said) == 2
    assert settings.model_path.read_bytes() != first


def test_a_broken_model_file_is_not_silently_replaced(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, content=write_small_content(tmp_path / "content"))
    settings.data.mkdir()
    settings.model_path.write_bytes(b"broken")
    with pytest.raises(ModelFileError, match="run `doorstep train`"):
        ensure_model(settings, print)


def test_an_office_knows_its_versions_and_waits(tmp_path: Path) -> None:
    settings = settings_in(
        tmp_path, jurisdiction="gb-eng", settle_seconds=2, wait_days=5, wait_hours_emergency=1, telegram_group="-100"
    )
    office = make_office(settings, open_store(settings, create=True), trained_understanding())
    assert office.versions["model"] == trained_understanding().model.fingerprint
    assert office.versions["pack"].startswith("gb-eng@")
    assert all(office.versions[name] for name in ("taxonomy", "script", "wording"))
    assert (office.settle.total_seconds(), office.longest.total_seconds()) == (2, 8)
    assert (office.book.wait_days, office.book.wait_hours_emergency, office.staff_group) == (5, 1, "-100")
    assert office.clock().tzinfo is not None


@pytest.mark.parametrize("jurisdiction", ["za", "gb-eng"])
def test_the_book_of_every_place_can_be_read(jurisdiction: str, tmp_path: Path) -> None:
    assert load_book(settings_in(tmp_path, jurisdiction=jurisdiction)).pack.id == jurisdiction


def test_the_first_account_is_made_once_and_signs_in(tmp_path: Path) -> None:
    store = open_store(settings_in(tmp_path), create=True)
    first = ensure_first_account(store)
    assert first is not None
    assert ensure_first_account(store) is None
    with store.unit_of_work() as uow:
        assert uow.staff.sign_in(*first, now=NOW) is not None
        (member,) = uow.staff.all()
    assert (member.username, member.role) == ("admin", "administrator")


def test_an_office_whose_understanding_is_rasas_asks_its_server(tmp_path: Path) -> None:
    with RasaStandIn() as rasa:
        rasa.says({"intent_ranking": [{"name": "work.pay", "confidence": 0.9}, {"name": "vague", "confidence": 0.1}]})
        settings = settings_in(
            tmp_path, model_file=model_path(), understanding="rasa", rasa_url=rasa.url, rasa_token=TOKEN
        )
        office = make_office(settings, open_store(settings, create=True))
        meaning = office.understanding.read("they changed the locks", story="", asked="", now=NOW)
        office.understanding.close()  # type: ignore[attr-defined]
    assert meaning.issues[0].id == "work.pay"
    assert rasa.texts == ["they changed the locks"]
    assert office.versions["model"].startswith("rasa beside ")

"""A desk on a fresh store, with one administrator and two paralegals."""

import shutil
from pathlib import Path

import pytest

from casestore.attachments import AttachmentFiles
from casestore.database import migrate, open_engine
from casestore.keys.encryption import create_keyring, load_keyring
from casestore.unit_of_work import Store
from tests.desk.browser import Desk, add_accounts


@pytest.fixture(scope="session")
def empty_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with accounts, and a key file; every test gets copies."""
    folder = tmp_path_factory.mktemp("office")
    engine = open_engine(f"sqlite:///{folder / 'doorstep.db'}")
    migrate(engine)
    add_accounts(Store(engine, create_keyring(folder / "keys.json"), AttachmentFiles(folder / "attachments")))
    engine.dispose()
    return folder


@pytest.fixture
def desk(empty_office: Path, tmp_path: Path) -> Desk:
    """The desk."""
    folder = tmp_path / "office"
    shutil.copytree(empty_office, folder)
    engine = open_engine(f"sqlite:///{folder / 'doorstep.db'}")
    store = Store(engine, load_keyring(folder / "keys.json"), AttachmentFiles(folder / "attachments"))
    return Desk(store)

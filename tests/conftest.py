"""Fixtures: a fresh, migrated database of each kind, and a store on it."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from casestore.attachments import AttachmentFiles
from casestore.database import Pool, migrate, open_engine
from casestore.unit_of_work import Store
from tests.builders import a_keyring
from tests.emptied import empty
from tests.needs import need, postgres_url
from triage.errors import EncoderMissing
from triage.sentence_encoder import sentence_encoder


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite-conversations` writes what really happened into tests/conversations/*.yml, to be read as a diff."""
    parser.addoption("--rewrite-conversations", action="store_true", help="rewrite the bot steps of conversations")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; tests take copies of it."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@contextmanager
def _postgres_schema() -> Iterator[Engine]:
    url, schema = make_url(postgres_url()), f"doorstep_{uuid.uuid4().hex[:12]}"
    outside = open_engine(url.render_as_string(hide_password=False))
    with outside.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    inside = url.update_query_dict({"options": f"-csearch_path={schema}"})
    engine = open_engine(inside.render_as_string(hide_password=False), Pool(connections=32))
    yield engine
    engine.dispose()
    with outside.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    outside.dispose()


@pytest.fixture(scope="session")
def postgres_schema() -> Iterator[Engine]:
    """An engine whose connections see one empty schema, which goes at the end."""
    with _postgres_schema() as engine:
        yield engine


@pytest.fixture
def empty_postgres() -> Iterator[Engine]:
    """An empty schema for one test alone."""
    with _postgres_schema() as engine:
        yield engine


@pytest.fixture
def empty_postgres_too() -> Iterator[Engine]:
    """Another one."""
    with _postgres_schema() as engine:
        yield engine


@pytest.fixture(scope="session")
def migrated_postgres(postgres_schema: Engine) -> Engine:
    """That schema, migrated once."""
    migrate(postgres_schema)
    return postgres_schema


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated database without rows, of each kind in turn."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "doorstep.db")
        engine = open_engine(f"sqlite:///{path}")
        yield engine
        engine.dispose()
        return
    engine = request.getfixturevalue("migrated_postgres")
    empty(engine)
    yield engine


@pytest.fixture
def store(database: Engine, tmp_path: Path) -> Store:
    """An office that has just been set up, on each kind of database in turn."""
    return Store(database, a_keyring(), AttachmentFiles(tmp_path / "attachments"))


@pytest.fixture(scope="session")
def encoder() -> None:
    """The weights of the sentence encoder are installed."""
    try:
        sentence_encoder()
    except EncoderMissing:
        need("the sentence encoder", "run `make encoder`")

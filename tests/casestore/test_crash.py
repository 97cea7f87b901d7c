"""Processes of one store are killed at random instants: nothing acknowledged is lost, and nothing is done twice."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from casestore.database import open_engine
from tests.needs import postgres_url
from tests.store_crash import Outcome, crash


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind, which other processes can open too."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'doorstep.db'}"
        return
    server, schema = make_url(postgres_url()), f"doorstep_{uuid.uuid4().hex[:12]}"
    outside = open_engine(server.render_as_string(hide_password=False))
    with outside.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield server.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    with outside.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    outside.dispose()


def assert_whole(outcome: Outcome) -> None:
    assert (outcome.lost, outcome.doubled, outcome.broken) == (set(), set(), set())


def test_killed_a_dozen_times_nothing_is_lost_and_nothing_doubled(url: str, tmp_path: Path) -> None:
    outcome = crash(url, tmp_path, kills=12, seed=1, first=10)
    assert_whole(outcome)
    assert outcome.processes >= outcome.kills == 12
    assert outcome.letters > outcome.arrivals > 10
    assert outcome.steps > 0


def test_two_channels_two_workers_and_two_paralegals_work_every_message_once_and_in_order(
    url: str, tmp_path: Path
) -> None:
    outcome = crash(url, tmp_path, kills=0, seed=1, first=40)
    assert_whole(outcome)
    assert (outcome.kills, outcome.again) == (0, 0)
    assert outcome.letters > outcome.arrivals >= 40

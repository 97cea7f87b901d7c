"""Connections to PostgreSQL: shared by a process, replaced when they are cut, never a bare error of the driver."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from casestore import database
from casestore.attachments import AttachmentFiles
from casestore.cases import Case
from casestore.database import Pool, open_engine
from casestore.errors import CaseNotFound, StoreUnavailable
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import NOW, a_case, a_keyring
from tests.humble import humble

pytestmark = pytest.mark.postgres
Open = Callable[[Pool], Store]


@pytest.fixture
def opened(migrated_postgres: Engine, tmp_path: Path) -> Iterator[Open]:
    """Opens a store with a pool of its own on the migrated schema."""
    url, engines = migrated_postgres.url.render_as_string(hide_password=False), []

    def opened(pool: Pool) -> Store:
        engines.append(open_engine(url, pool))
        return Store(engines[-1], a_keyring(), AttachmentFiles(tmp_path))

    yield opened
    for engine in engines:
        engine.dispose()


def backend(uow: UnitOfWork) -> int:
    """The server's process behind this transaction."""
    return uow.session.scalar(text("SELECT pg_backend_pid()")) or 0


def cut(outside: Engine, pid: int) -> None:
    """What a restart of the server does to a connection."""
    with outside.begin() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_connection_that_was_cut_while_nobody_used_it_breaks_nothing(opened: Open, migrated_postgres: Engine) -> None:
    store = opened(Pool(connections=1))
    with store.unit_of_work() as uow:
        before = backend(uow)
    cut(migrated_postgres, before)
    with store.unit_of_work() as uow:
        case = a_case(uow)
        assert backend(uow) != before
    with store.reading() as look:
        assert look.cases.by_reference(case.reference).id == case.id


def test_a_connection_that_is_cut_within_a_transaction_undoes_it_and_says_so(
    opened: Open, migrated_postgres: Engine
) -> None:
    store = opened(Pool(connections=1))
    opened_cases: list[Case] = []

    def open_two(cut_between: bool) -> None:
        with store.unit_of_work() as uow:
            opened_cases.append(a_case(uow))
            if cut_between:
                cut(migrated_postgres, backend(uow))
            opened_cases.append(a_case(uow))

    with pytest.raises(StoreUnavailable):
        open_two(cut_between=True)
    open_two(cut_between=False)
    lost, *kept = opened_cases
    with store.reading() as look:
        assert [look.cases.by_reference(case.reference).id for case in kept] == [case.id for case in kept]
        with pytest.raises(CaseNotFound):
            look.cases.by_reference(lost.reference)


def test_when_all_connections_are_in_use_the_store_is_unavailable_until_one_is_free(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_FOR_CONNECTION", 0.05)
    store = opened(Pool(connections=2))
    with store.reading() as one, store.reading() as other:
        assert backend(one) != backend(other)
        with pytest.raises(StoreUnavailable, match="all connections to it are in use"), store.reading() as third:
            backend(third)
    with store.reading() as look:
        assert backend(look)


@pytest.mark.parametrize("through_pooler", [True, False])
def test_through_a_pooler_nothing_is_prepared_on_a_connection(opened: Open, through_pooler: bool) -> None:
    store = opened(Pool(connections=1, through_pooler=through_pooler))
    for _ in range(10):  # the driver prepares a statement when it comes the sixth time
        with store.unit_of_work() as uow:
            assert uow.conversations.find("telegram", "4711") is None
            assert not uow.outbox.any_due("telegram", now=NOW)
    with store.reading() as look:
        prepared = look.session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    assert bool(prepared) is not through_pooler


@pytest.mark.parametrize("through_pooler", [True, False])
def test_through_a_pooler_each_transaction_says_anew_which_offices_count(opened: Open, through_pooler: bool) -> None:
    """The pooler's next connection has heard nothing of what was said on the last one; `RESET` is just like that."""
    with humble(opened(Pool(connections=1)), Pool(connections=1, through_pooler=through_pooler)) as store:
        with store.unit_of_work() as uow:
            case = a_case(uow)
        with store.unit_of_work() as uow:
            uow.session.execute(text("RESET ALL"))
        with store.reading() as look:
            there = look.cases.of_conversation(case.conversation_id or 0)
    assert (there is not None) is through_pooler

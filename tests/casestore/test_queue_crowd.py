"""Two hundred paralegals at once: every case is claimed exactly once."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, select, text

from casestore.attachments import AttachmentFiles
from casestore.cases import Case
from casestore.errors import AlreadyClaimed
from casestore.lifecycle import Status
from casestore.staff import StaffMember
from casestore.tables import CaseRow, LogRow
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_keyring, a_paralegal
from tests.needs import ON_POSTGRES, ROOT, need

CROWD = 200
SPARE = 50  # connections for other tests and for the server itself
PROCESSES = 4
pytestmark = ON_POSTGRES


@pytest.fixture
def crowded(database: Engine, tmp_path: Path) -> Iterator[Store]:
    """A store with a connection for everybody: nobody waits in line before the database."""
    with database.connect() as connection:
        if int(connection.scalar(text("SHOW max_connections")) or 0) < CROWD + SPARE:
            need("a PostgreSQL for many", f"set its max_connections to {CROWD + SPARE} or more")
    engine = create_engine(database.url, pool_size=CROWD, max_overflow=0)
    yield Store(engine, a_keyring(), AttachmentFiles(tmp_path / "attachments"))
    engine.dispose()


def fill(store: Store, cases: int) -> tuple[list[StaffMember], list[Case]]:
    """Two hundred paralegals, and so many cases in the queue."""
    with store.unit_of_work() as uow:
        staff = [a_paralegal(uow, f"p{number}") for number in range(CROWD)]
        talk = a_conversation(uow)
        return staff, [a_case(uow, talk, issues=("housing.lockout",)) for _ in range(cases)]


def all_at_once(store: Store, staff: list[StaffMember], case_id: int | None = None) -> list[int | None]:
    """What each of them has claimed: that case, or the next one; everybody is connected before anybody begins."""
    start = Barrier(len(staff))

    def claim(member: StaffMember) -> int | None:
        with store.unit_of_work() as uow:
            uow.session.connection()
            start.wait(timeout=60)
            if case_id is None:
                case = uow.queue.claim_next(member, now=NOW)
                return None if case is None else case.id
            try:
                return uow.cases.claim(case_id, staff_id=member.id, now=NOW).id
            except AlreadyClaimed:
                return None

    with ThreadPoolExecutor(len(staff)) as pool:
        return list(pool.map(claim, staff))


def holders(store: Store) -> dict[int, int | None]:
    with store.reading() as look:
        rows = look.session.execute(select(CaseRow.id, CaseRow.claimed_by).where(CaseRow.status == Status.CLAIMED))
        return dict(rows.all())


def claims_logged(store: Store) -> Counter[int]:
    with store.reading() as look:
        return Counter(look.session.scalars(select(LogRow.case_id).where(LogRow.kind == "claimed")))


def test_two_hundred_who_take_the_next_case_get_two_hundred_different_ones(crowded: Store) -> None:
    staff, cases = fill(crowded, CROWD)
    claimed = all_at_once(crowded, staff)
    assert sorted(id_ or 0 for id_ in claimed) == [case.id for case in cases]
    assert holders(crowded) == {id_: member.id for id_, member in zip(claimed, staff, strict=True)}
    assert set(claims_logged(crowded).values()) == {1}


def test_when_there_are_fewer_cases_than_paralegals_each_case_goes_once_and_the_rest_go_without(crowded: Store) -> None:
    staff, cases = fill(crowded, 50)
    claimed = Counter(all_at_once(crowded, staff))
    assert claimed == {**{case.id: 1 for case in cases}, None: CROWD - 50}


def test_of_two_hundred_who_claim_one_case_one_gets_it(crowded: Store) -> None:
    staff, [case] = fill(crowded, 1)
    claimed = all_at_once(crowded, staff, case.id)
    [winner] = [member for member, got in zip(staff, claimed, strict=True) if got is not None]
    assert holders(crowded) == {case.id: winner.id}
    assert claims_logged(crowded) == {case.id: 1}


def test_several_processes_together_claim_every_case_once(crowded: Store) -> None:
    staff, cases = fill(crowded, CROWD)
    url = crowded.engine.url.render_as_string(hide_password=False)
    parts = [staff[number::PROCESSES] for number in range(PROCESSES)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.casestore.claiming", url, *(member.username for member in part)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for part in parts
    ]
    claimed = [int(line) for process in running for line in process.communicate(timeout=60)[0].splitlines()]
    assert [process.returncode for process in running] == [0] * PROCESSES
    assert sorted(claimed) == [case.id for case in cases]
    assert set(claims_logged(crowded).values()) == {1}
    assert len(set(holders(crowded).values())) == CROWD

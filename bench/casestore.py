"""Times the case store at growing sizes: python bench/casestore.py [--database URL] [--sizes 10000,100000,1000000].

Without a URL a SQLite file in a temporary folder; a PostgreSQL database must be empty, and its user a superuser.
Every operation goes through the store's own doors, as the desk, the worker and the channels do; the table gives the
median and the 99th percentile in milliseconds, and the median against the one at the first size.
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.partitioned import partition
from casestore.attachments import AttachmentFiles
from casestore.database import Pool, migrate, open_engine
from casestore.encryption import Keyring
from casestore.tables import Base
from casestore.unit_of_work import Store
from tests.humble import humble
from tests.store_day import OfficeDay, Times
from tests.store_fill import fill


def measure(store: Store, *, rounds: int, seed: int) -> Times:
    """Times of each operation; the first tenth warms up and does not count."""
    office = OfficeDay(store, seed)
    for turn in range(rounds // 10):
        office.round(-turn - 1)
    office.times.clear()
    gc.disable()
    for turn in range(rounds):
        office.round(turn)
    gc.enable()
    return office.times


def settle(engine: Engine) -> None:
    """What the database's own upkeep would have done by the time so many cases have come."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))


def bytes_of(engine: Engine) -> dict[str, int]:
    """How large each table is with its indexes; for SQLite only the file."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            return {"file": Path(engine.url.database or "").stat().st_size}
        names = [table.name for table in Base.metadata.sorted_tables]
        sizes = {name: _size(connection, "pg_total_relation_size", name) for name in names}
        indexes = {f"{name}, indexes": _size(connection, "pg_indexes_size", name) for name in names}
    return {name: size for name, size in (sizes | indexes).items() if size > 2**20}


def _size(connection: Connection, measure: str, name: str) -> int:
    """Of a table with all its partitions."""
    parts = f"(SELECT sum({measure}(relid)) FROM pg_partition_tree('{name}'))"  # noqa: S608
    return int(connection.scalar(text(f"SELECT coalesce({parts}, {measure}('{name}'))")) or 0)


def table(by_size: dict[int, Times]) -> str:
    """One line an operation."""
    sizes = list(by_size)
    head = ["p50 / p99 in ms", *(f"{size:,} cases" for size in sizes), *(f"× at {size:,}" for size in sizes[1:])]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for name in by_size[sizes[0]]:
        p50 = [statistics.median(times[name]) * 1000 for times in by_size.values()]
        p99 = [sorted(times[name])[int(len(times[name]) * 0.99)] * 1000 for times in by_size.values()]
        cells = [f"{middle:.2f} / {worst:.1f}" for middle, worst in zip(p50, p99, strict=True)]
        lines.append(f"| {' | '.join([name, *cells, *(f'{each / p50[0]:.2f}' for each in p50[1:])])} |")
    return "\n".join(lines)


def run(store: Store, used: Store, sizes: list[int], *, open_cases: int, rounds: int, seed: int) -> None:
    """Fills as the owner of the database, times as those who use it, prints; and again at the next size."""
    kind = store.engine.dialect.name
    by_size: dict[int, Times] = {}
    for size in sizes:
        start = time.monotonic()
        fill(store, cases=size, open_cases=open_cases, seed=seed)
        settle(store.engine)
        filled = time.monotonic() - start
        by_size[size] = measure(used, rounds=rounds, seed=seed)
        whole = sum(amount for name, amount in bytes_of(store.engine).items() if "indexes" not in name) / 2**20
        load = os.getloadavg()[0]
        print(f"{kind}: filled to {size:,} cases in {filled:.0f} s, {whole:,.0f} MB, load {load:.1f}", flush=True)
    print(table(by_size))
    for name, amount in bytes_of(store.engine).items():
        print(f"{name}: {amount / 2**20:,.0f} MB, {amount / sizes[-1]:,.0f} bytes a case")


def main() -> None:
    """Runs it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--database", default="")
    arguments.add_argument("--pooler", action="store_true", help="PgBouncer, pooling transactions, stands between")
    arguments.add_argument("--partitions", type=int, default=0, help="cut transcript and log into as many, by hash")
    arguments.add_argument("--sizes", default="10000,100000,1000000")
    arguments.add_argument("--open", type=int, default=3_000, help="cases not closed, at every size")
    arguments.add_argument("--rounds", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    keyring = Keyring(current="k1", keys={"k1": os.urandom(32)}, index_key=os.urandom(32))
    with tempfile.TemporaryDirectory() as folder:
        pool = Pool(through_pooler=asked.pooler)
        engine = open_engine(asked.database or f"sqlite:///{folder}/doorstep.db", pool)
        migrate(engine)
        if asked.partitions:
            partition(engine, asked.partitions)
        store = Store(engine, keyring, AttachmentFiles(Path(folder)))
        sizes = [int(size) for size in asked.sizes.split(",")]
        with humble(store, pool) if asked.database else nullcontext(store) as used:
            run(store, used, sizes, open_cases=asked.open, rounds=asked.rounds, seed=asked.seed)
        engine.dispose()


if __name__ == "__main__":
    main()

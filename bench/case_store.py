"""Times the case store at growing sizes: python bench/case_store.py [--database URL] [--sizes 10000,100000,1000000].

Without a URL SQLite files in a temporary folder; else databases of our own on that PostgreSQL server, as its superuser,
which are dropped at the end. Every operation goes through the store's own doors, as the desk, the worker and the
channels do. The stores of all sizes take turns, so that what else the machine does at the time troubles all alike. The
table gives the median and the 99th percentile in milliseconds, and the median against the one at the first size.
On PostgreSQL a size such as 100000/16 has transcripts, files and labels cut into sixteen partitions.
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.partitioned import partition
from casestore.attachments import AttachmentFiles
from casestore.database import Pool, migrate, open_engine
from casestore.tables import Base
from casestore.unit_of_work import Store
from tests.builders import a_keyring
from tests.humble import humble
from tests.store_day import OfficeDay, Times
from tests.store_fill import fill


def measure(stores: dict[str, Store], *, rounds: int, seed: int) -> dict[str, Times]:
    """Times of each operation at each size; the first tenth of the rounds warms up and does not count."""
    days = {size: OfficeDay(store, seed) for size, store in stores.items()}
    gc.disable()
    for turn in range(-(rounds // 10), rounds):
        for day in days.values():
            if turn == 0:
                day.times.clear()
            day.round(turn)
    gc.enable()
    return {size: day.times for size, day in days.items()}


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


def table(by_size: dict[str, Times]) -> str:
    """One line an operation."""
    sizes = list(by_size)
    head = ["p50 / p99 in ms", *(f"{size} cases" for size in sizes), *(f"× at {size}" for size in sizes[1:])]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for name in by_size[sizes[0]]:
        p50 = [statistics.median(times[name]) * 1000 for times in by_size.values()]
        p99 = [sorted(times[name])[int(len(times[name]) * 0.99)] * 1000 for times in by_size.values()]
        cells = [f"{middle:.2f} / {worst:.1f}" for middle, worst in zip(p50, p99, strict=True)]
        lines.append(f"| {' | '.join([name, *cells, *(f'{each / p50[0]:.2f}' for each in p50[1:])])} |")
    return "\n".join(lines)


def run(stores: dict[str, Store], asked: argparse.Namespace, pool: Pool) -> None:
    """Fills as the owner of the database, times as those who use it, prints."""
    for size, store in stores.items():
        start = time.monotonic()
        migrate(store.engine)
        cases, parts = size_of(size)
        if parts:
            partition(store.engine, parts)
        fill(store, cases=cases, open_cases=asked.open, seed=asked.seed)
        settle(store.engine)
        whole = sum(amount for name, amount in bytes_of(store.engine).items() if "indexes" not in name)
        seconds = time.monotonic() - start
        print(f"filled to {size} cases in {seconds:.0f} s: {whole / 2**20:,.0f} MB", flush=True)
    with ExitStack() as roles:
        used = {
            size: roles.enter_context(humble(store, pool)) if asked.database else store
            for size, store in stores.items()
        }
        print(table(measure(used, rounds=asked.rounds, seed=asked.seed)))
    load, largest = os.getloadavg(), list(stores)[-1]
    print(f"load {load[0]:.1f}, {load[2]:.1f} before")
    for name, amount in bytes_of(stores[largest].engine).items():
        print(f"{name}: {amount / 2**20:,.0f} MB, {amount / size_of(largest)[0]:,.0f} bytes a case")


def size_of(size: str) -> tuple[int, int]:
    """How many cases, and into how many partitions they are cut: `100000/16`."""
    cases, _, parts = size.partition("/")
    return int(cases), int(parts or 0)


@contextmanager
def databases(asked: argparse.Namespace, pool: Pool, folder: Path) -> Iterator[dict[str, Store]]:
    """A new store for each size."""
    keyring, files = a_keyring(), AttachmentFiles(folder)
    sizes = asked.sizes.split(",")
    if not asked.database:
        yield {size: Store(open_engine(f"sqlite:///{folder}/{size}.db"), keyring, files) for size in sizes}
        return
    server = make_url(asked.database)
    names = {size: f"doorstep_bench_{size}".replace("/", "_") for size in sizes}
    outside = open_engine(asked.database, pool).execution_options(isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        for name in names.values():
            connection.execute(text(f"CREATE DATABASE {name}"))
    urls = {size: server.set(database=name).render_as_string(hide_password=False) for size, name in names.items()}
    stores = {size: Store(open_engine(url, pool), keyring, files) for size, url in urls.items()}
    try:
        yield stores
    finally:
        with outside.connect() as connection:
            for size, name in names.items():
                stores[size].engine.dispose()
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def main() -> None:
    """Runs it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--database", default="")
    arguments.add_argument("--pooler", action="store_true", help="PgBouncer, pooling transactions, stands between")
    arguments.add_argument("--sizes", default="10000,100000,1000000")
    arguments.add_argument("--open", type=int, default=3_000, help="cases not closed, at every size")
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    pool = Pool(through_pooler=asked.pooler)
    with tempfile.TemporaryDirectory() as folder, databases(asked, pool, Path(folder)) as stores:
        run(stores, asked, pool)


if __name__ == "__main__":
    main()

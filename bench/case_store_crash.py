"""Kills those who work a store: python bench/case_store_crash.py [--kills 500] [--seed 1] [--kind sqlite|postgresql].

On PostgreSQL a server of our own, with fsync on, is stopped at once now and then as well (`pg_ctl stop -m immediate`).
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.own_postgres import own_postgres
from tests.store_crash import Outcome, crash

HEAD = "store       kills  processes  servers  messages  steps  letters  lost  doubled  broken  again  seconds"


def killed(kind: str, *, kills: int, seed: int) -> Outcome:
    """What came of that many kills on one kind of store."""
    with tempfile.TemporaryDirectory() as name:
        if kind == "sqlite":
            return crash(f"sqlite:///{name}/doorstep.db", Path(name), kills=kills, seed=seed)
        with own_postgres() as server:
            return crash(server.url, Path(name), kills=kills, seed=seed, crash_server=server.crash)


def main() -> None:
    """Prints one line a kind; exit code 1 when anything was lost, doubled or broken."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--kind", choices=["sqlite", "postgresql"], action="append")
    asked = arguments.parse_args()
    print(HEAD)
    wrong = False
    for kind in asked.kind or ["sqlite", "postgresql"]:
        done = killed(kind, kills=asked.kills, seed=asked.seed)
        print(
            f"{kind:10} {done.kills:6} {done.processes:10} {done.servers:8} {done.arrivals:9} {done.steps:6} "
            f"{done.letters:8} {len(done.lost):5} {len(done.doubled):8} {len(done.broken):7} {done.again:6} "
            f"{done.seconds:8.0f}",
            flush=True,
        )
        for each in sorted(done.lost | done.doubled | done.broken):
            print(f"  {each}")
            wrong = True
    sys.exit(int(wrong))


if __name__ == "__main__":
    main()

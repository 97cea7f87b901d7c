"""Stores a hundred thousand hostile strings and reads them again: python bench/hostile_strings.py [--count 100000]."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from casestore.attachments import AttachmentFiles
from casestore.database import migrate, open_engine
from casestore.unit_of_work import Store
from tests.builders import a_keyring
from tests.casestore.test_hostile_strings import store_and_return
from tests.hostile import hostile_strings


def main() -> None:
    """Prints how many came back unchanged; stops at the first that does not. Give a database address for PostgreSQL."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--database", default="", help="an empty PostgreSQL database; without it a new SQLite file")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(asked.database or f"sqlite:///{folder}/doorstep.db")
        migrate(engine)
        strings = list(hostile_strings(asked.count))
        begun = time.monotonic()
        store_and_return(Store(engine, a_keyring(), AttachmentFiles(Path(folder) / "attachments")), strings)
        took = time.monotonic() - begun
        print(f"{engine.dialect.name}: {len(strings):,} strings ({len(set(strings)):,} different), each stored as an ")
        print(f"update, a message, a button and a letter, came back unchanged in {took:.0f} s.")
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())

"""Kills the Telegram bot while people write: python bench/telegram_crash.py [--kills 10] [--chats 12] [--seed 1]."""

import argparse
import tempfile
from pathlib import Path

from tests.crash import crash
from tests.trained import model_path


def main() -> None:
    """Prints one line for each way of getting updates."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=10)
    arguments.add_argument("--chats", type=int, default=12)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    print("mode      kills  chats  updates  answers  lost  wrong  doubled  seconds")
    for webhook in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            done = crash(
                model_path(),
                Path(folder) / "data",
                kills=asked.kills,
                chats=asked.chats,
                webhook=webhook,
                seed=asked.seed,
            )
        print(
            f"{'webhook' if webhook else 'polling':8} {done.kills:6} {done.chats:6} {done.updates:8} {done.answers:8} "
            f"{done.lost:5} {done.wrong:6} {done.doubled:8} {done.seconds:8.1f}"
        )


if __name__ == "__main__":
    main()

"""The folder of backups: data files by date, and the one file of person keys that each backup replaces."""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from casestore.errors import BackupRefused

DATA, PEOPLE = "data", "people.keys"
_DATA = re.compile(r"doorstep-\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z-[0-9a-f]{8}\.backup")
_UNFINISHED = ".unfinished"


class BackupFolder:
    """One folder, for the backups of one store."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def people(self) -> Path:
        """The file of person keys."""
        return self.path / PEOPLE

    def data_file(self, backup_id: str, made_at: datetime) -> Path:
        """Where the data of a new backup goes."""
        return self.path / f"doorstep-{made_at:%Y-%m-%dT%H%M%S.%fZ}-{backup_id[:8]}.backup"

    def data_files(self) -> list[Path]:
        """The data files there are, oldest first."""
        return sorted(path for path in self.path.iterdir() if _DATA.fullmatch(path.name))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Makes the folder, and lets nobody else back up into it meanwhile. What a killed backup left is removed.

        Raises BackupRefused, with what to do, when the folder cannot be written to, or has no room left.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(self.path / ".lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for leftover in self.path.glob(f".*{_UNFINISHED}"):
                    leftover.unlink()
                yield
        except BlockingIOError:
            raise BackupRefused(f"another backup into {self.path} is under way: wait for its end") from None
        except OSError as error:
            raise BackupRefused(
                f"the backup cannot be written to {self.path} ({error.strerror}); the backups there are as they were"
            ) from None

    @contextmanager
    def new_file(self, path: Path) -> Iterator[BinaryIO]:
        """A file that nobody else may read, under another name until `put_in_place`; gone after any error."""
        draft = _draft(path)
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(draft.unlink, missing_ok=True)
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                yield file
            on_failure.pop_all()

    def put_in_place(self, *paths: Path) -> None:
        """Gives finished files their names, in that order."""
        for path in paths:
            _draft(path).replace(path)
            self._sync()

    def discard(self, *paths: Path) -> None:
        """Takes unfinished files away."""
        for path in paths:
            _draft(path).unlink(missing_ok=True)

    def keep_newest(self, count: int) -> list[Path]:
        """Removes all data files but the newest; returns those that went."""
        gone = self.data_files()[:-count]
        for path in gone:
            path.unlink()
        self._sync()
        return gone

    def _sync(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}{_UNFINISHED}")

"""A small file that knows what a channel has just confirmed, for the instant until the database knows it too."""

import os
from datetime import datetime
from pathlib import Path

from casestore.outbox import Letter


class SentJournal:
    """One line a confirmed letter. A process that is killed before its note in the database reads it at its next start.

    A letter is named by number and time, so that a journal beside another database marks nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, letter: Letter) -> None:
        """The channel confirmed this letter. One short append: it is whole, or it is not there."""
        line = f"{letter.id} {letter.created_at.isoformat()}\n".encode()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def confirmed(self) -> list[tuple[int, datetime]]:
        """What was noted since the journal was last cleared, by number and time."""
        try:
            lines = self._path.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            number, _, time = line.partition(" ")
            try:
                found.append((int(number), datetime.fromisoformat(time)))
            except ValueError:  # the disk was full, or the machine lost power in the middle of a line
                continue
        return found

    def clear(self) -> None:
        """The database knows all of it."""
        if self._path.exists():
            os.truncate(self._path, 0)

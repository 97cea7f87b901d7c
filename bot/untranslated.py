"""Counts, by language and key, how often English had to stand in: numbers that say what to translate next."""

import contextlib
import os
from collections import Counter
from pathlib import Path


class Untranslated:
    """One short line a time in a file; nothing about anybody is in it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, language: str, key: str) -> None:
        """English stood in for a sentence or a card. A disk that is full must not silence anybody."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, f"{language} {key}\n".encode())
            finally:
                os.close(descriptor)

    def counts(self) -> Counter[tuple[str, str]]:
        """How often, by (language, key)."""
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return Counter()
        return Counter((language, key) for language, _, key in (line.partition(" ") for line in lines) if key)

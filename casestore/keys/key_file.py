"""The key file of an office at work: read again when it has changed, and changed while everything runs."""

import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from casestore.errors import KeyFileError, KeyInUse
from casestore.keys.encryption import (
    Keyring,
    create_keyring,
    encoded,
    key_file_content,
    load_keyring,
    new_key,
    read_key_file,
    write_new,
)
from casestore.keys.key_command import KeyCommand

log = logging.getLogger(__name__)

_NUMBERED = re.compile(r"k(\d+)")
_Stamp = tuple[int, int, int]


class KeyFile:
    """Gives the ring as the file has it now. With a `command` the file holds wrapped keys only.

    A file that goes missing or breaks under a running office is logged, and the keys in memory serve on.
    """

    def __init__(self, path: Path, command: KeyCommand | None = None) -> None:
        self.path = path
        self._command = command
        self._lock = Lock()
        self._stamp: _Stamp | None = None
        self._ring: Keyring | None = None
        self._unwrapped: dict[tuple[str, bytes], bytes] = {}

    def create(self) -> None:
        """Makes the file of a new office; raises FileExistsError."""
        create_keyring(self.path, self._command.wrap if self._command else None)

    def latest(self) -> Keyring:
        """The ring, read again when the file is not the one read last; raises KeyFileError at the first reading."""
        return replace(self._current(), reread=self._current)

    def rotate(self, *, prepare: bool = False) -> str:
        """Adds an office key and makes it current; returns its name.

        To `prepare` is only to add it, so that the file can be copied to other machines first; the next rotation
        then takes that key.
        """
        with self._changing() as content:
            names: list[str] = list(content["keys"])
            last = names[-1]
            if last == content["current"]:
                last = _next_name(names)
                content["keys"][last] = encoded(self._wrapped(last, new_key()))
            if not prepare:
                content["current"] = last
        return last

    def retire(self, name: str) -> None:
        """Takes an office key out of the file for good. The caller has made sure that nothing needs it."""
        with self._changing() as content:
            if name not in content["keys"]:
                raise KeyFileError(f"there is no key {name!r}; there are {', '.join(content['keys'])}")
            if name == content["current"]:
                raise KeyInUse(f"{name!r} is the current key: run `doorstep keys rotate` first")
            del content["keys"][name]

    def wrap(self) -> None:
        """From now on the file holds only what the key command has wrapped; raises KeyFileError without one."""
        if self._command is None:
            raise KeyFileError("set DOORSTEP_KEY_COMMAND to the program that wraps and unwraps keys")
        ring = load_keyring(self.path)
        with self._changing() as content:
            content.update(key_file_content(ring, self._command.wrap))

    def _current(self) -> Keyring:
        with self._lock:
            try:
                stamp = _stamp_of(self.path)
                if self._ring is None or stamp != self._stamp:
                    self._ring = load_keyring(self.path, self._unwrap if self._command else None)
                    self._stamp = stamp
            except KeyFileError as fault:
                if self._ring is None:
                    raise
                log.error("key file not read, the keys in memory serve on", extra={"reason": str(fault)})
            return self._ring

    def _unwrap(self, name: str, wrapped: bytes) -> bytes:
        """Each key is asked for once: a rotation costs one call."""
        assert self._command is not None  # noqa: S101 - for the type checker; only called with one
        if (name, wrapped) not in self._unwrapped:
            self._unwrapped[name, wrapped] = self._command.unwrap(name, wrapped)
        return self._unwrapped[name, wrapped]

    def _wrapped(self, name: str, key: bytes) -> bytes:
        return self._command.wrap(name, key) if self._command else key

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """The file's content, written back whole or not at all; two who change it at once would lose a key."""
        draft = self.path.with_name(f".{self.path.name}.part")
        try:
            write_new(draft, {})
        except FileExistsError:
            raise KeyFileError(f"the key file is being changed by somebody else; if not, remove {draft}") from None
        try:
            content = read_key_file(self.path)
            load_keyring(self.path, self._unwrap if self._command and content.get("wrapped") else None)
            yield content
            with open(draft, "w", encoding="utf-8") as file:
                json.dump(content, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)


def _stamp_of(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise KeyFileError(f"key file {path} is missing: restore it from your backup ({reason})") from None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _next_name(names: list[str]) -> str:
    numbers = [int(found[1]) for name in names if (found := _NUMBERED.fullmatch(name))]
    return f"k{max(numbers, default=0) + 1}"

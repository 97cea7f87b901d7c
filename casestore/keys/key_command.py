"""Asks a program, such as the command line of a cloud's key service, to wrap and unwrap the office's keys."""

import base64
import binascii
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from casestore.errors import KeyFileError

_NAME = "DOORSTEP_KEY_COMMAND"


@dataclass(frozen=True, slots=True)
class KeyCommand:
    """The program, called with one more word, `wrap` or `unwrap`.

    It reads two lines, the key's name and bytes in base64, and prints the other bytes in base64. What it prints is
    never logged, on either of its outputs.
    """

    words: tuple[str, ...]
    environment: Mapping[str, str]
    seconds: float = 10.0

    def wrap(self, name: str, key: bytes) -> bytes:
        """The key as it may lie on a disk; raises KeyFileError."""
        return self._ask("wrap", name, key)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """The key itself; raises KeyFileError."""
        return self._ask("unwrap", name, wrapped)

    def _ask(self, verb: str, name: str, given: bytes) -> bytes:
        asked = f"{name}\n{base64.b64encode(given).decode()}\n".encode()
        try:
            program = subprocess.Popen(  # noqa: S603 - the office's own setting
                [*self.words, verb],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=dict(self.environment),
                start_new_session=True,
            )
        except OSError as fault:
            raise KeyFileError(f"{_NAME} cannot be started ({fault.strerror}): {self.words[0]}") from None
        try:
            answer, _ = program.communicate(asked, timeout=self.seconds)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)  # with whatever it has started itself
            program.communicate()
            raise KeyFileError(f"{_NAME} did not {verb} {name!r} within {self.seconds:g} seconds") from None
        if program.returncode:
            raise KeyFileError(f"{_NAME} could not {verb} {name!r} (code {program.returncode}): run it yourself")
        try:
            return base64.b64decode(b"".join(answer.split()), validate=True)
        except binascii.Error:
            raise KeyFileError(f"{_NAME} printed no base64 when asked to {verb} {name!r}") from None

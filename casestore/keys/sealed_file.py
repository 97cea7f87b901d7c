"""A file sealed chunk by chunk, so that a change, a swapped chunk and a missing end are all noticed.

The chunks follow the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, 2015): a key of the file's own, and as nonce the chunk's number and a mark on the last.
The file's key stands in its head, sealed with the office's key; the head is bound to every chunk.
"""

import base64
import hashlib
import json
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casestore.errors import BackupBroken, KeyFileError, SealBroken
from casestore.keys.encryption import Keyring

_MAGIC = b"DOORSTEP SEALED FILE 1\n"
_CHUNK = 256 * 1024
_TAG = 16
_BIGGEST_HEAD = 64 * 1024
_CONTEXT = "sealed file"


class SealedWriter:
    """Writes one sealed file; it is whole only after `close`."""

    def __init__(self, file: BinaryIO, keyring: Keyring, head: dict[str, str]) -> None:
        key = os.urandom(32)
        sealed_key = base64.b64encode(keyring.office_box().seal(key, _CONTEXT)).decode()
        raw = json.dumps({**head, "office_key": keyring.current, "sealed_key": sealed_key}).encode()
        file.write(_MAGIC + len(raw).to_bytes(4, "big") + raw)
        self._file, self._cipher, self._bound = file, AESGCM(key), hashlib.sha256(raw).digest()
        self._number, self._waiting = 0, bytearray()

    def write(self, data: bytes) -> None:
        """More bytes."""
        self._waiting += data
        while len(self._waiting) > _CHUNK:  # never all of it: the last chunk must be known as such
            self._put(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]

    def close(self) -> None:
        """Writes the last chunk and makes sure that all of it is on the disk."""
        self._put(bytes(self._waiting), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, self._bound))
        self._number += 1


class SealedReader:
    """Reads one sealed file from its beginning. `head` is what the writer put in clear.

    `key` is the file's own key, where it is known from elsewhere; else the office's keys must open it.
    Raises BackupBroken when the file is no sealed file, damaged or cut short, KeyFileError when the keys at hand do
    not open it.
    """

    def __init__(self, file: BinaryIO, keyring: Keyring, name: str, key: bytes | None = None) -> None:
        self._file, self._name = file, name
        raw = _raw_head(file, name)
        self.head = _parsed(raw, name)
        key = key or file_key(self.head, keyring, name)
        self._cipher, self._bound = AESGCM(key), hashlib.sha256(raw).digest()
        self._number, self._open, self._at, self._ended = 0, b"", 0, False
        self._ahead = file.read(_CHUNK + _TAG)

    def read(self, size: int) -> bytes:
        """Exactly that many bytes; raises BackupBroken when the file has fewer."""
        found = bytearray()
        while len(found) < size:
            if self._at == len(self._open):
                self._next()
            part = self._open[self._at : self._at + size - len(found)]
            found += part
            self._at += len(part)
        return bytes(found)

    def at_end(self) -> bool:
        """Whether all bytes have been read."""
        while self._at == len(self._open) and not self._ended:
            self._next()
        return self._at == len(self._open)

    def _next(self) -> None:
        if self._ended:
            raise BackupBroken(f"{self._name} ends too early: take another copy of it, or another backup")
        sealed, self._ahead = self._ahead, self._file.read(_CHUNK + _TAG)
        self._ended = not self._ahead
        try:
            self._open = self._cipher.decrypt(_nonce(self._number, last=self._ended), sealed, self._bound)
        except (InvalidTag, ValueError):
            raise BackupBroken(
                f"{self._name} is damaged or cut short: take another copy of it, or another backup"
            ) from None
        self._number, self._at = self._number + 1, 0


def read_head(file: BinaryIO, name: str) -> dict[str, str]:
    """What stands in clear at the beginning of a sealed file; nobody has vouched for it yet."""
    return _parsed(_raw_head(file, name), name)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _raw_head(file: BinaryIO, name: str) -> bytes:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise BackupBroken(f"{name} is no backup of Doorstep, or its beginning is damaged")
    size = int.from_bytes(file.read(4), "big")
    raw = file.read(size) if size <= _BIGGEST_HEAD else b""
    if len(raw) != size or not raw:
        raise BackupBroken(f"{name} is damaged at its beginning: take another copy of it, or another backup")
    return raw


def _parsed(raw: bytes, name: str) -> dict[str, str]:
    try:
        head = json.loads(raw)
        return {str(key): str(value) for key, value in head.items()}
    except (ValueError, AttributeError, RecursionError):
        raise BackupBroken(f"{name} is damaged at its beginning: take another copy of it, or another backup") from None


def file_key(head: dict[str, str], keyring: Keyring, name: str) -> bytes:
    """The file's own key; raises KeyFileError when no office key at hand opens it, BackupBroken when it is damaged."""
    try:
        return keyring.open_office(base64.b64decode(head["sealed_key"], validate=True), _CONTEXT)
    except (KeyError, ValueError):
        raise BackupBroken(f"{name} is damaged at its beginning: take another copy of it, or another backup") from None
    except SealBroken:
        raise KeyFileError(
            f"no key of the key file opens {name}, which was sealed with the office key {head.get('office_key')!r}: "
            "restore the key file of that time, or the file is damaged at its beginning"
        ) from None

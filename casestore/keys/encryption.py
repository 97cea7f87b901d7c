"""Seals what people wrote: one key a person, wrapped by the office's key, AES-256-GCM throughout.

Erasing a person's wrapped key makes every copy of their words unreadable, wherever it lies.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casestore.errors import KeyFileError, NotYours, SealBroken

_KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, repr=False)
class Box:
    """One key that seals and opens bytes; `context` says what they are and must be the same both times."""

    key: bytes

    def seal(self, plain: str | bytes, context: str) -> bytes:
        """The sealed bytes: nonce, then ciphertext with its tag."""
        raw = plain.encode("utf-8", "surrogatepass") if isinstance(plain, str) else plain
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, raw, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """The plain bytes; raises SealBroken when key, context or bytes are not those of the sealing."""
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(f"sealed bytes of {context!r} do not open: wrong key, or they were changed") from None

    def open_text(self, sealed: bytes, context: str) -> str:
        """Like `open`, for sealed text."""
        return self.open(sealed, context).decode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, repr=False)
class SealOnly(Box):
    """What seals and opens nothing: for a partner organisation, whose looks are noted in logs that it cannot read."""

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises NotYours."""
        raise NotYours("a partner organisation sees codes, and nothing that is sealed")


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """The office's keys: `current` wraps new person keys, the others open older ones; `index_key` makes look-ups.

    `reread` gives the ring as its file has it now: another process may have added a key a moment ago.
    """

    current: str
    keys: dict[str, bytes]
    index_key: bytes
    reread: "Callable[[], Keyring] | None" = field(default=None, compare=False)

    def latest(self) -> "Keyring":
        """This ring: there is no file behind it that could change."""
        return self

    def office_box(self) -> Box:
        """The box for what belongs to the office and not to one person, such as messages under way."""
        return Box(self.keys[self.current])

    def new_person_key(self, person_id: str) -> bytes:
        """A fresh key for one person, wrapped by the current office key and marked with its name."""
        wrapped = self.office_box().seal(os.urandom(_KEY_BYTES), f"person:{person_id}")
        return self.current.encode() + b":" + wrapped

    def person_box(self, person_id: str, wrapped: bytes) -> Box:
        """The box of one person; raises SealBroken when the wrapping key is not on the ring."""
        name, _, sealed = wrapped.partition(b":")
        key = self.keys.get(name.decode("ascii", "replace"))
        if key is None and self.reread is not None:
            return self.reread().person_box(person_id, wrapped)
        if key is None:
            raise SealBroken(f"the office key {name!r} is not in the key file")
        return Box(Box(key).open(sealed, f"person:{person_id}"))

    def rewrap(self, person_id: str, wrapped: bytes) -> bytes:
        """The same person's key under the current office key; what it sealed stays as it is."""
        sealed = self.office_box().seal(self.person_box(person_id, wrapped).key, f"person:{person_id}")
        return self.current.encode() + b":" + sealed

    def open_office(self, sealed: bytes, context: str) -> bytes:
        """Opens what any of the office's keys sealed, so that rotation needs no pause."""
        for key in self.keys.values():
            try:
                return Box(key).open(sealed, context)
            except SealBroken:
                continue
        if self.reread is not None:
            return self.reread().open_office(sealed, context)
        raise SealBroken(f"sealed bytes of {context!r} do not open with any key in the key file")

    def blind_index(self, kind: str, value: str) -> str:
        """A keyed digest under which `value` can be found again without being stored (HMAC-SHA-256)."""
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self.index_key, message, hashlib.sha256).hexdigest()

    @property
    def log_key(self) -> bytes:
        """The key of the log's chains: made of the index key, so that it stays when the office key is rotated."""
        return hmac.new(self.index_key, b"doorstep case log", hashlib.sha256).digest()


class Keys(Protocol):
    """Where the keys come from: a ring, or a file that may change while the office works."""

    def latest(self) -> Keyring:
        """The ring as it is now."""
        ...


Cipher = Callable[[str, bytes], bytes]  # name of a key, its bytes: wrapped or unwrapped by somebody else
INDEX = "index"


def create_keyring(path: Path, wrap: Cipher | None = None) -> Keyring:
    """Makes a new key file that only its owner may read; never overwrites one. With `wrap` no plain key lies in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ring = Keyring(current="k1", keys={"k1": new_key()}, index_key=new_key())
    write_new(path, key_file_content(ring, wrap))
    return ring


def load_keyring(path: Path, unwrap: Cipher | None = None) -> Keyring:
    """Reads the key file; raises KeyFileError with what to do when it is missing or broken."""
    content = read_key_file(path)
    wrapped = bool(content.get("wrapped"))
    if wrapped and unwrap is None:
        raise KeyFileError(f"the keys in {path} are wrapped: set DOORSTEP_KEY_COMMAND to the program that unwraps them")
    if unwrap is not None and not wrapped:
        raise KeyFileError(
            f"the keys in {path} are not wrapped: run `doorstep keys wrap`, or unset DOORSTEP_KEY_COMMAND"
        )
    stored = {name: _decoded(key) for name, key in content["keys"].items()}
    index = _decoded(content[INDEX])
    if unwrap is not None:
        stored = {name: unwrap(name, key) for name, key in stored.items()}
        index = unwrap(INDEX, index)
    if any(len(key) != _KEY_BYTES for key in (*stored.values(), index)):
        raise KeyFileError(f"key file {path} is broken: a key is of the wrong length; restore your backup")
    return Keyring(content["current"], stored, index)


def new_key() -> bytes:
    """A fresh random key."""
    return os.urandom(_KEY_BYTES)


def key_file_content(ring: Keyring, wrap: Cipher | None) -> dict[str, Any]:
    """A ring as the key file has it."""
    sealed: Cipher = wrap or (lambda _, key: key)
    return {
        "current": ring.current,
        "keys": {name: encoded(sealed(name, key)) for name, key in ring.keys.items()},
        INDEX: encoded(sealed(INDEX, ring.index_key)),
        "wrapped": wrap is not None,
    }


def read_key_file(path: Path) -> dict[str, Any]:
    """What the key file says, its keys not yet unwrapped; raises KeyFileError."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        keys = [*content["keys"].values(), content[INDEX]]
        whole = content["current"] in content["keys"] and all(_decoded(key) for key in keys)
    except FileNotFoundError:
        raise KeyFileError(
            f"key file {path} is missing: restore it from your backup; without it nothing stored can be read"
        ) from None
    except OSError as error:
        raise KeyFileError(f"key file {path} cannot be read ({error.strerror}); check its owner and mode") from None
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        whole = False
    if not whole:
        raise KeyFileError(f"key file {path} is broken: restore it from your backup")
    return content


def write_new(path: Path, content: dict[str, Any]) -> None:
    """Writes a file that is not there yet, for its owner's eyes only; raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())


def encoded(key: bytes) -> str:
    """As it stands in the key file."""
    return base64.b64encode(key).decode()


def _decoded(key: str) -> bytes:
    return base64.b64decode(key, validate=True)

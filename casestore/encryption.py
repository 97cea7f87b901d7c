"""Seals what people wrote: one key a person, wrapped by the office's key, AES-256-GCM throughout.

Erasing a person's wrapped key makes every copy of their words unreadable, wherever it lies.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casestore.errors import KeyFileError, SealBroken

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
class Keyring:
    """The office's keys: `current` wraps new person keys, the others open older ones; `index_key` makes look-ups."""

    current: str
    keys: dict[str, bytes]
    index_key: bytes

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
        if key is None:
            raise SealBroken(f"the office key {name!r} is not in the key file")
        return Box(Box(key).open(sealed, f"person:{person_id}"))

    def open_office(self, sealed: bytes, context: str) -> bytes:
        """Opens what any of the office's keys sealed, so that rotation needs no pause."""
        for key in self.keys.values():
            try:
                return Box(key).open(sealed, context)
            except SealBroken:
                continue
        raise SealBroken(f"sealed bytes of {context!r} do not open with any key in the key file")

    def blind_index(self, kind: str, value: str) -> str:
        """A keyed digest under which `value` can be found again without being stored (HMAC-SHA-256)."""
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self.index_key, message, hashlib.sha256).hexdigest()

    @property
    def log_key(self) -> bytes:
        """The key of the log's chains: made of the index key, so that it stays when the office key is rotated."""
        return hmac.new(self.index_key, b"doorstep case log", hashlib.sha256).digest()


def create_keyring(path: Path) -> Keyring:
    """Makes a new key file that only its owner may read; never overwrites one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ring = Keyring(current="k1", keys={"k1": os.urandom(_KEY_BYTES)}, index_key=os.urandom(_KEY_BYTES))
    content = {
        "current": ring.current,
        "keys": {name: base64.b64encode(key).decode() for name, key in ring.keys.items()},
        "index": base64.b64encode(ring.index_key).decode(),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return ring


def load_keyring(path: Path) -> Keyring:
    """Reads the key file; raises KeyFileError with what to do when it is missing or broken."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        keys = {name: base64.b64decode(key, validate=True) for name, key in content["keys"].items()}
        ring = Keyring(content["current"], keys, base64.b64decode(content["index"], validate=True))
    except FileNotFoundError:
        raise KeyFileError(
            f"key file {path} is missing: restore it from your backup; without it nothing stored can be read"
        ) from None
    except OSError as error:
        raise KeyFileError(f"key file {path} cannot be read ({error.strerror}); check its owner and mode") from None
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise KeyFileError(f"key file {path} is broken: restore it from your backup") from None
    if ring.current not in list(keys) or any(len(key) != _KEY_BYTES for key in (*keys.values(), ring.index_key)):
        raise KeyFileError(f"key file {path} is broken: a key is missing or of the wrong length; restore your backup")
    return ring

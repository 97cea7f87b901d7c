"""Saves and loads the trained model: plain arrays with a hash, no code in it, written whole or not at all."""

import hashlib
import json
import os
import secrets
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from triage.errors import ModelFileError
from triage.text_features import Arrays

FORMAT = 4
_HEADER = "header"
# Whatever a reader of archives makes of bytes that are none.
_BROKEN = (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, RuntimeError, MemoryError)


def save_model(path: Path, header: dict[str, Any], arrays: Arrays) -> None:
    """Writes header and arrays; a reader sees the old file or the whole new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    full = {**header, "format": FORMAT}
    full["sha256"] = _hash(full, arrays)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")  # a name of its own: others may train too
    try:
        with open(draft, "wb") as file:
            named: dict[str, Any] = {_HEADER: np.frombuffer(json.dumps(full).encode(), dtype=np.uint8), **arrays}
            np.savez(file, **named)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def load_model(path: Path) -> tuple[dict[str, Any], Arrays]:
    """Header and arrays; raises ModelFileError, saying what to do, when the file is missing, broken or too old."""
    remedy = "run `doorstep train` to make a new one"
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
            header: dict[str, Any] = json.loads(stored[_HEADER].tobytes())
            arrays = {name: stored[name] for name in stored.files if name != _HEADER}
    except FileNotFoundError:
        raise ModelFileError(f"the model file {path} is missing: {remedy}") from None
    except (*_BROKEN, zipfile.BadZipFile, zlib.error):
        raise ModelFileError(f"the model file {path} is broken: {remedy}") from None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ModelFileError(f"the model file {path} has another format: {remedy}")
    if header.pop("sha256", None) != _hash(header, arrays):
        raise ModelFileError(f"the model file {path} was changed after training: {remedy}")
    return header, arrays


def _hash(header: dict[str, Any], arrays: Arrays) -> str:
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name}|{array.dtype}|{array.shape}|".encode())
        digest.update(array.data)
    return digest.hexdigest()

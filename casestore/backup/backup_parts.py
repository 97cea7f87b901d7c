"""What is inside a backup file: tables line by line, attachment files block by block, and a manifest at the end."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from casestore.backup.table_rows import Column, Digest, Shape, Tally
from casestore.errors import BackupBroken
from casestore.keys.sealed_file import SealedReader, SealedWriter

_PART, _LINE, _MANIFEST = b"P", b"L", b"M"
TABLE, FILE = "table", "file"
_BIGGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class Part:
    """A table or a file of the backup. `shape` and `last_number` are those of a table; `lines` must be read in turn."""

    kind: str
    name: str
    lines: Iterator[bytes]
    shape: Shape
    last_number: int


class PartsWriter:
    """Puts one part after the other, counts and hashes them."""

    def __init__(self, sealed: SealedWriter) -> None:
        self._sealed = sealed
        self._done: list[dict[str, Any]] = []

    def table(self, shape: Shape, lines: Iterable[bytes], *, last_number: int = 0) -> Digest:
        """All rows of a table."""
        about = {"columns": [[column.name, column.kind] for column in shape.columns], "key": shape.key}
        return self._part(TABLE, shape.name, lines, {**about, "last_number": last_number})

    def file(self, name: str, blocks: Iterable[bytes]) -> Digest:
        """All bytes of a file."""
        return self._part(FILE, name, blocks, {})

    def close(self, **also: Any) -> None:
        """Ends with the manifest: name, count and SHA-256 of every part, and `also` this."""
        self._put(_MANIFEST, json.dumps({"parts": self._done, **also}).encode())
        self._sealed.close()

    def _part(self, kind: str, name: str, lines: Iterable[bytes], about: dict[str, Any]) -> Digest:
        self._put(_PART, json.dumps({"kind": kind, "name": name, **about}).encode())
        tally = Tally()
        for line in tally.passing(lines):
            self._put(_LINE, line)
        done = tally.digest()
        self._done.append(_entry(kind, name, done))
        return done

    def _put(self, mark: bytes, data: bytes) -> None:
        self._sealed.write(mark + len(data).to_bytes(4, "big") + data)


class PartsReader:
    """Gives one part after the other; `manifest` is there when all have been read."""

    def __init__(self, sealed: SealedReader, name: str) -> None:
        self.head = sealed.head
        self.manifest: dict[str, Any] = {}
        self._sealed, self._name = sealed, name
        self._mark, self._data = self._take()
        self._done: list[dict[str, Any]] = []

    def parts(self) -> Iterator[Part]:
        """Every part. Raises BackupBroken when they are not those of the manifest."""
        while self._mark == _PART:
            about = json.loads(self._data)
            tally = Tally()
            lines = tally.passing(self._lines())
            yield Part(about["kind"], about["name"], lines, _shape(about), about.get("last_number", 0))
            for _ in lines:  # what nobody wanted to read is counted all the same
                pass
            self._done.append(_entry(about["kind"], about["name"], tally.digest()))
        self.manifest = json.loads(self._data) if self._mark == _MANIFEST else {}
        if self.manifest.get("parts") != self._done or not self._sealed.at_end():
            raise BackupBroken(f"{self._name} does not hold what its manifest says: take another backup")

    def _lines(self) -> Iterator[bytes]:
        self._mark, self._data = self._take()
        while self._mark == _LINE:
            yield self._data
            self._mark, self._data = self._take()

    def _take(self) -> tuple[bytes, bytes]:
        head = self._sealed.read(5)
        size = int.from_bytes(head[1:], "big")
        if size > _BIGGEST:
            raise BackupBroken(f"{self._name} does not hold what a backup holds: take another backup")
        return head[:1], self._sealed.read(size)


def _shape(about: dict[str, Any]) -> Shape:
    columns = tuple(Column(name, kind) for name, kind in about.get("columns", ()))
    return Shape(about["name"], columns, tuple(about.get("key", ())))


def _entry(kind: str, name: str, digest: Digest) -> dict[str, Any]:
    return {"kind": kind, "name": name, "count": digest.rows, "sha256": digest.sha256}

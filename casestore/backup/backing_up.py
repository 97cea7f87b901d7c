"""Writes a backup of a store at work: its data, and apart from them the keys of its people."""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from casestore.backup.backup_folder import DATA, PEOPLE, BackupFolder
from casestore.backup.backup_parts import Part, PartsReader, PartsWriter
from casestore.backup.snapshot import last_number, snapshot
from casestore.backup.table_rows import AT_ONCE, Column, Shape, packed, rows, shapes, unpacked
from casestore.database import current_revision
from casestore.errors import BackupRefused, StoreError
from casestore.keys.sealed_file import SealedReader, SealedWriter, file_key, read_head
from casestore.unit_of_work import Store

# What an erasure must reach in older backups too, and what the office's key alone opens. These columns lie in the file
# that every backup replaces; a row that has none there any more is not brought back.
APART = {"people": ("key_wrapped",), "outbox": ("body_sealed",), "respondent_names": ("name_sealed",)}
# Besides, it has the keys of all data files there: an old one opens also when the office key that sealed it is retired.
FILE_KEYS = Shape("file_keys", (Column("id", "text"), Column("key", "bytes")), ("id",))
_KNOWN = "backups"
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written. `lost` are attachment files that should be there and are not."""

    path: Path
    size: int
    rows: dict[str, int]
    files: int
    lost: int
    removed: list[Path]


@dataclass(slots=True)
class _Files:
    """The attachment files of a snapshot: how many were copied, and the names of those that were not there."""

    copied: int = 0
    gone: list[str] = field(default_factory=list)


def back_up(store: Store, folder: BackupFolder, *, now: datetime, keep: int | None = None) -> Made:
    """Writes a backup while others go on working, and removes all data files but the `keep` newest.

    Raises BackupRefused when the folder takes no file, or belongs to another store; then nothing there has changed.
    """
    with folder.alone():
        _refuse_foreign(store, folder)
        backup_id = uuid.uuid4().hex
        with store.unit_of_work() as uow:
            uow.backups.note(backup_id, now=now)
        data = folder.data_file(backup_id, now)
        head = {"id": backup_id, "made_at": now.isoformat(), "revision": current_revision(store.engine) or ""}
        try:
            with snapshot(store.engine) as look:
                _write_people(look, store, folder, head)
                counts, files = _write_data(look, store, folder, data, head)
            # The keys first: between the two steps there are at most keys without data, never data without keys.
            folder.put_in_place(folder.people, data)
        except BaseException:
            folder.discard(folder.people, data)
            raise
        lost = _still_wanted(store, files.gone)
        removed = folder.keep_newest(keep) if keep else []
        return Made(data, data.stat().st_size, counts, files.copied, lost, removed)


def _refuse_foreign(store: Store, folder: BackupFolder) -> None:
    """Replacing the keys of another store would make all its backups unreadable."""
    if not folder.people.exists():
        return
    with folder.people.open("rb") as file:
        last = SealedReader(file, store.keyring, str(folder.people)).head.get("id", "")
    with store.reading() as look:
        known = look.backups.has(last)
    if not known:
        raise BackupRefused(
            f"{folder.path} holds backups that this store did not make, and a backup would make them unreadable: "
            "name a new, empty folder"
        )


def _file_keys(store: Store, folder: BackupFolder) -> dict[str, bytes]:
    """The keys of the data files that are there, by backup; those that cannot be opened any more are left out."""
    found, before = {}, _file_keys_before(store, folder)
    for path in folder.data_files():
        with suppress(StoreError), path.open("rb") as file:
            head = read_head(file, path.name)
            found[head["id"]] = before.get(head["id"]) or file_key(head, store.keyring, path.name)
    return found


def _file_keys_before(store: Store, folder: BackupFolder) -> dict[str, bytes]:
    if not folder.people.exists():
        return {}
    with folder.people.open("rb") as file:
        parts = PartsReader(SealedReader(file, store.keyring, str(folder.people)), str(folder.people))
        return read_file_keys(next(parts.parts()))


def read_file_keys(part: Part) -> dict[str, bytes]:
    """What `people.keys` has of them; empty for another part."""
    if part.name != FILE_KEYS.name:
        return {}
    values = (unpacked(FILE_KEYS, line, "") for line in part.lines)
    return {value["id"]: value["key"] for value in values}


def _write_people(look: Connection, store: Store, folder: BackupFolder, head: dict[str, str]) -> None:
    with folder.new_file(folder.people) as file:
        parts = PartsWriter(SealedWriter(file, store.keyring, {"kind": PEOPLE, **head}))
        parts.table(FILE_KEYS, (packed(FILE_KEYS, pair) for pair in _file_keys(store, folder).items()))
        for shape in shapes(look):
            if shape.name == _KNOWN:
                parts.table(shape, rows(look, shape))
            elif columns := APART.get(shape.name):
                kept_apart = shape.only([*shape.key, *columns])
                parts.table(kept_apart, rows(look, kept_apart, where=columns[0]))
        parts.close()


def _write_data(
    look: Connection, store: Store, folder: BackupFolder, path: Path, head: dict[str, str]
) -> tuple[dict[str, int], _Files]:
    counts, files = {}, _Files()
    with folder.new_file(path) as file:
        parts = PartsWriter(SealedWriter(file, store.keyring, {"kind": DATA, **head}))
        for whole in shapes(look):
            shape = whole.without(APART.get(whole.name, ()))
            number = last_number(look, whole)
            counts[shape.name] = parts.table(shape, rows(look, shape), last_number=number).rows
        _copy_files(look, store, parts, files)
        parts.close(gone=files.gone)
    return counts, files


def _copy_files(look: Connection, store: Store, parts: PartsWriter, files: _Files) -> None:
    for name in _file_names(look):
        try:
            file = (store.files.folder / name).open("rb")
        except FileNotFoundError:
            files.gone.append(name)
            continue
        with file:
            parts.file(name, iter(lambda: file.read(_BLOCK), b""))  # noqa: B023 - read before the next one is opened
        files.copied += 1


def _file_names(look: Connection) -> Iterator[str]:
    """The files that the snapshot knows. A row is written after its file, so what is missing went meanwhile."""
    kept = text("SELECT file_name FROM attachments WHERE status = 'kept' ORDER BY id")
    yield from look.execute(kept, execution_options={"yield_per": AT_ONCE}).scalars()


def _still_wanted(store: Store, names: list[str]) -> int:
    """How many of these files should be there still: nobody took them away on purpose."""
    return sum(_is_kept(store, name) for name in names)


def _is_kept(store: Store, name: str) -> bool:
    with store.reading() as look:
        return look.attachments.is_kept(name)

"""Reads a backup back: checked as a whole first, then into an empty database, then without those erased since."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Engine, func, select

from casestore.attachments import AttachmentFiles
from casestore.backup.backing_up import APART, FILE_KEYS, read_file_keys
from casestore.backup.backup_folder import DATA, PEOPLE
from casestore.backup.backup_parts import FILE, TABLE, PartsReader
from casestore.backup.loading import Loading, loading, prepare
from casestore.database import migrate, refuse_unknown
from casestore.errors import BackupBroken
from casestore.keys.encryption import Keyring
from casestore.keys.sealed_file import SealedReader, read_head
from casestore.log.case_log import OPERATOR
from casestore.privacy.consent import STATISTICS, Consent
from casestore.tables import PersonRow
from casestore.unit_of_work import Store

_ERASED_SINCE = "the person was erased after this backup"


@dataclass(slots=True)
class Held:
    """What a backup holds: rows of each table, attachment files, and how many people have a key in `people.keys`."""

    made_at: datetime
    revision: str
    keys_of: datetime
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    gone: list[str] = field(default_factory=list)
    keys: int = 0
    file_keys: dict[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and how many people did not because they were erased since."""

    held: Held
    erased: int


def check_backup(path: Path, keyring: Keyring) -> Held:
    """Opens every chunk of a backup and of the person keys beside it, and counts; nothing is written.

    Raises BackupBroken or KeyFileError with what to do.
    """
    people = path.parent / PEOPLE
    with _parts(people, keyring, PEOPLE) as parts:
        known, keys, file_keys = _read_people(parts)
        keys_of = datetime.fromisoformat(parts.head["made_at"])
    with _parts(path, keyring, DATA, file_keys) as parts:
        if parts.head["id"] not in known:
            raise BackupBroken(
                f"{people} was not written with or after {path.name}: put the one beside it that was, "
                "or everybody who came since would be lost"
            )
        made_at = datetime.fromisoformat(parts.head["made_at"])
        held = Held(made_at, parts.head["revision"], keys_of, keys=keys, file_keys=file_keys)
        for part in parts.parts():
            if part.kind == FILE:
                held.files += 1
                continue
            held.rows[part.name] = sum(1 for _ in part.lines)
        held.gone = list(parts.manifest.get("gone", ()))
    return held


def restore(path: Path, engine: Engine, keyring: Keyring, files: AttachmentFiles, *, now: datetime) -> Restored:
    """Fills an empty database and the attachments folder from a backup, and brings it to the revision of this code.

    Raises BackupBroken or KeyFileError before anything is touched, NotEmpty when the database is in use, StoreError
    when it does not take the rows; then database and folder are empty again.
    """
    held = check_backup(path, keyring)
    refuse_unknown(held.revision, path.name)
    prepare(engine, held.revision)
    written: list[str] = []
    with ExitStack() as on_failure:
        on_failure.callback(_undo, engine, files, written)
        with loading(engine) as load:
            _load_data(path, keyring, held, load, files, written)
            _load_people(path.parent / PEOPLE, keyring, load)
            _settle(load, held)
        migrate(engine)
        erased = _erase_the_keyless(Store(engine, keyring, files), now=now)
        on_failure.pop_all()
    return Restored(held, erased)


def _read_people(parts: PartsReader) -> tuple[set[str], int, dict[str, bytes]]:
    """Which backups the keys go with, of how many people they are, and the keys of the data files."""
    known, keys, file_keys = set(), 0, {}
    for part in parts.parts():
        if part.name == FILE_KEYS.name:
            file_keys = read_file_keys(part)
        elif part.name == "backups":
            known = {json.loads(line)[0] for line in part.lines}
        elif part.name == "people":
            keys = sum(1 for _ in part.lines)
    return known, keys, file_keys


@contextmanager
def _parts(
    path: Path, keyring: Keyring, kind: str, file_keys: Mapping[str, bytes] = MappingProxyType({})
) -> Iterator[PartsReader]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        what = ": it is written with every backup, and without it nobody's words can be read" if kind == PEOPLE else ""
        raise BackupBroken(f"{path} is missing{what}") from None
    with file:
        key = file_keys.get(read_head(file, str(path)).get("id", ""))
        file.seek(0)
        reader = PartsReader(SealedReader(file, keyring, str(path), key), str(path))
        if reader.head.get("kind") != kind:
            raise BackupBroken(f"{path} holds something else: name a file that ends in .backup")
        yield reader


def _load_data(
    path: Path, keyring: Keyring, held: Held, load: Loading, files: AttachmentFiles, written: list[str]
) -> None:
    with _parts(path, keyring, DATA, held.file_keys) as parts:
        for part in parts.parts():
            if part.kind == TABLE:
                missing = {name: b"" for name in APART.get(part.name, ()) if part.name == "people"}
                load.table(part.shape, part.lines, last_number=part.last_number, **missing)
            else:
                files.write(part.name, b"".join(part.lines))
                written.append(part.name)


def _load_people(path: Path, keyring: Keyring, load: Loading) -> None:
    with _parts(path, keyring, PEOPLE) as parts:
        for part in parts.parts():
            if part.name in APART:
                load.fill_in(part.shape, part.lines)


def _settle(load: Loading, held: Held) -> None:
    """What was under way and cannot be gone on with is marked as such."""
    load.run(
        "UPDATE outbox SET status = 'failed', failure = :why "
        "WHERE status IN ('waiting', 'held') AND body_sealed IS NULL",
        why="it waited in an older backup",
    )
    for name in held.gone:
        load.run("UPDATE attachments SET status = 'failed' WHERE file_name = :name", name=name)


def _erase_the_keyless(store: Store, *, now: datetime) -> int:
    """Forgets those who were erased after the backup was made, by the same rules as then."""
    with store.reading() as look:
        keyless = list(look.session.scalars(select(PersonRow.id).where(func.length(PersonRow.key_wrapped) == 0)))
    for person_id in keyless:
        with store.unit_of_work() as uow:
            row = uow.session.get_one(PersonRow, person_id)
            row.key_wrapped = store.keyring.new_person_key(person_id)
            # They may have taken that back before they were erased; the backup is older than that.
            uow.consents.note(person_id, Consent(STATISTICS, False, _ERASED_SINCE, row.language, now))
            uow.erasure.erase(person_id, now=now, actor=OPERATOR)
    return len(keyless)


def _undo(engine: Engine, files: AttachmentFiles, written: list[str]) -> None:
    for name in written:
        files.remove(name)
    migrate(engine, "base")

"""Backups: written while people write, read back on either database, and never believed when they are not whole."""

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from casestore.attachments import AttachmentFiles
from casestore.backup.backing_up import Made, back_up
from casestore.backup.backup_folder import PEOPLE, BackupFolder
from casestore.backup.backup_parts import PartsReader
from casestore.backup.restoring import check_backup, restore
from casestore.backup.snapshot import digests
from casestore.database import migrate, open_engine
from casestore.errors import (
    BackupBroken,
    BackupRefused,
    KeyFileError,
    NotEmpty,
    StoreBehind,
    StoreError,
    StoreUnavailable,
)
from casestore.keys.encryption import Keyring, create_keyring
from casestore.keys.sealed_file import SealedReader
from casestore.privacy.consent import STATISTICS, Consent
from casestore.privacy.safe_contact import ContactRule, Notice
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_keyring
from tests.casestore.planted import WORD, plant
from tests.casestore.raw import attachment_files, count, sql
from tests.needs import ON_SQLITE

LATER = NOW + timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    return BackupFolder(tmp_path / "backups")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database to restore into, of each kind in turn."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'elsewhere.db'}")
        yield engine
        engine.dispose()
        return
    yield request.getfixturevalue("empty_postgres")


@pytest.fixture
def another(tmp_path: Path) -> Engine:
    """An empty SQLite database."""
    return open_engine(f"sqlite:///{tmp_path / 'another.db'}")


def made(store: Store, folder: BackupFolder, *, days: int = 0, keep: int | None = None) -> Made:
    return back_up(store, folder, now=NOW + timedelta(days=days), keep=keep)


def restored(path: Path, engine: Engine, keyring: Keyring, files: Path) -> Store:
    store = Store(engine, keyring, AttachmentFiles(files))
    restore(path, engine, keyring, store.files, now=LATER)
    return store


def files_of(store: Store) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in attachment_files(store)}


def erase(store: Store, person_id: str) -> None:
    with store.unit_of_work() as uow:
        uow.erasure.erase(person_id, now=NOW)


def test_every_row_and_file_comes_back_on_either_database(
    store: Store, folder: BackupFolder, elsewhere: Engine, tmp_path: Path
) -> None:
    planted = plant(store)
    backup = made(store, folder)
    copy = restored(backup.path, elsewhere, store.keyring, tmp_path / "files")
    assert digests(copy.engine) == digests(store.engine)
    assert files_of(copy) == files_of(store)
    assert backup.files == len(files_of(store)) == 1
    with copy.reading() as look:
        assert look.conversations.get(planted.conversation.id) == store_conversation(store, planted.conversation.id)
        assert WORD in look.cases.note(look.cases.by_reference(planted.case.reference))


def store_conversation(store: Store, id_: int) -> object:
    with store.reading() as look:
        return look.conversations.get(id_)


def test_numbers_of_rows_that_are_gone_are_not_given_again(
    store: Store, folder: BackupFolder, elsewhere: Engine, tmp_path: Path
) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        last = [uow.messages.add(conversation, "person", "x", now=NOW) for _ in range(3)][-1]
    with store.unit_of_work() as uow:
        uow.session.execute(text("DELETE FROM messages"))
    copy = restored(made(store, folder).path, elsewhere, store.keyring, tmp_path / "files")
    with copy.unit_of_work() as uow:
        assert uow.messages.add(conversation, "person", "x", now=NOW) == last + 1


def test_a_restored_store_keeps_its_keys_into_other_tables(
    store: Store, folder: BackupFolder, elsewhere: Engine, tmp_path: Path
) -> None:
    plant(store)
    copy = restored(made(store, folder).path, elsewhere, store.keyring, tmp_path / "files")
    with copy.unit_of_work() as uow:
        uow.session.execute(text("DELETE FROM conversations"))
    assert (count(copy, "messages"), count(copy, "attachments")) == (0, 0)


def test_what_people_write_meanwhile_is_in_the_backup_as_a_whole_or_not(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    """Everybody writes a message and its file in one transaction: a backup must never have one without the other."""
    stop = threading.Event()

    def write(who: int) -> None:
        while not stop.wait(0.01):
            # On a busy machine SQLite may refuse one of three who write without a pause; it leaves no trace then.
            with contextlib.suppress(StoreUnavailable), store.unit_of_work() as uow:
                chat = a_conversation(uow, f"{who}")
                said = uow.messages.add(chat, "person", "a photo", now=NOW)
                uow.attachments.keep(
                    chat, message_id=said, content=os.urandom(999), name="x", media_type="image/png", now=NOW
                )

    writers = [threading.Thread(target=write, args=(who,)) for who in range(3)]
    for writer in writers:
        writer.start()
    try:
        backups = [made(store, folder, days=day) for day in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert backups[-1].rows["messages"] > backups[0].rows["messages"]
    for backup in backups:
        assert backup.rows["messages"] == backup.rows["attachments"] == backup.files
    copy = restored(backups[-1].path, another, store.keyring, tmp_path / "files")
    assert len(files_of(copy)) == count(copy, "messages")


def test_nothing_a_person_wrote_can_be_read_in_the_folder(store: Store, folder: BackupFolder) -> None:
    planted = plant(store)
    made(store, folder)
    everything = b"".join(path.read_bytes() for path in folder.path.iterdir())
    for word in (WORD, planted.case.reference, "Visible Name", planted.conversation.person_id):
        assert word.encode() not in everything


def test_nobody_else_may_read_the_files(store: Store, folder: BackupFolder) -> None:
    backup = made(store, folder)
    assert [path.stat().st_mode & 0o777 for path in (folder.path, backup.path, folder.people)] == [0o700, 0o600, 0o600]


def test_who_is_erased_later_is_not_brought_back_by_an_older_backup(
    store: Store, folder: BackupFolder, elsewhere: Engine, tmp_path: Path
) -> None:
    gone, stays = plant(store, "gone", name="A"), plant(store, "stays", name="B")
    older = made(store, folder)
    erase(store, gone.conversation.person_id)
    made(store, folder, days=1)
    copy = Store(elsewhere, store.keyring, AttachmentFiles(tmp_path / "files"))
    assert restore(older.path, elsewhere, store.keyring, copy.files, now=LATER).erased == 1
    assert sql(copy, "SELECT id FROM people") == [(stays.conversation.person_id,)]
    assert files_of(copy) == files_of(store)
    for table in ("cases", "conversations", "attachments"):
        assert count(copy, table) == count(store, table), table
    assert sql(copy, "SELECT DISTINCT conversation_id FROM outbox") == [(stays.conversation.id,)]


def test_the_older_data_file_alone_opens_no_word_of_who_was_erased(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    """Not even with the office's key: neither the person's key nor what waited to be sent is in it."""
    planted = plant(store)
    older = made(store, folder)
    key = sql(store, "SELECT key_wrapped FROM people")[0][0]
    erase(store, planted.conversation.person_id)
    made(store, folder, days=1)
    with older.path.open("rb") as file:
        columns = {}
        for part in PartsReader(SealedReader(file, store.keyring, "x"), "x").parts():
            columns[part.name] = [column.name for column in part.shape.columns]
            assert not any(bytes(key).hex()[:40] in line.hex() for line in part.lines)
    assert "key_wrapped" not in columns["people"]
    assert "body_sealed" not in columns["outbox"]


def test_statistics_of_who_was_erased_later_do_not_come_back_either(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    """They agreed when the backup was made; whether they still did when they were erased, nobody knows."""
    planted = plant(store)
    with store.unit_of_work() as uow:
        uow.consents.note(planted.conversation.person_id, Consent(STATISTICS, True, "w", "en", NOW))
    older = made(store, folder)
    erase(store, planted.conversation.person_id)
    made(store, folder, days=1)
    copy = restored(older.path, another, store.keyring, tmp_path / "files")
    assert (count(copy, "people"), count(copy, "cases")) == (0, 0)


def test_what_waited_in_an_older_backup_is_not_sent_again(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    plant(store)
    older = made(store, folder)
    with store.unit_of_work() as uow:
        waiting = uow.outbox.take_due("web", now=NOW)
        uow.outbox.mark_sent(waiting[0].id, now=NOW)
    made(store, folder, days=1)
    copy = restored(older.path, another, store.keyring, tmp_path / "files")
    with copy.unit_of_work() as uow:
        assert uow.outbox.take_due("web", now=LATER) == []


def test_what_was_withheld_in_an_older_backup_neither_goes_out_nor_stops_the_channel(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    evening = ContactRule(hours=(18, 20))
    with store.unit_of_work() as uow:
        talk, other = a_conversation(uow, "4711", channel="web"), a_conversation(uow, "4712", channel="web")
        uow.safe_contact.choose(talk.id, evening, Notice("You have a message.", "Show it"), by="person", now=NOW)
        uow.outbox.put(channel="web", address="4711", text="x", dedupe="1", now=NOW, conversation_id=talk.id)
        assert uow.outbox.take_due("web", now=NOW) == []
    older = made(store, folder)
    with store.unit_of_work() as uow:
        [sent] = uow.outbox.take_due("web", now=NOW.replace(hour=19))
        uow.outbox.mark_sent(sent.id, now=NOW.replace(hour=19))
    made(store, folder, days=1)
    copy = restored(older.path, another, store.keyring, tmp_path / "files")
    with copy.unit_of_work() as uow:
        uow.outbox.put(channel="web", address="4712", text="y", dedupe="2", now=NOW, conversation_id=other.id)
    with copy.unit_of_work() as uow:
        due = uow.outbox.take_due("web", now=LATER.replace(hour=19))
        assert [letter.text for letter in due] == ["y"]
    assert sql(copy, "SELECT status FROM outbox ORDER BY id")[0] == ("failed",)


def test_what_waits_in_the_newest_backup_is_sent(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    plant(store)
    copy = restored(made(store, folder).path, another, store.keyring, tmp_path / "files")
    with store.unit_of_work() as here, copy.unit_of_work() as there:
        assert there.outbox.take_due("web", now=NOW) == here.outbox.take_due("web", now=NOW) != []


@ON_SQLITE
def test_another_store_cannot_replace_the_keys(store: Store, folder: BackupFolder, tmp_path: Path) -> None:
    """Such as the empty one that starts after the database was lost, with the same key file and the same timetable."""
    plant(store)
    made(store, folder)
    before = folder.people.read_bytes()
    fresh = open_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    migrate(fresh)
    with pytest.raises(BackupRefused, match="did not make.*new, empty folder"):
        made(Store(fresh, store.keyring, store.files), folder, days=1)
    assert folder.people.read_bytes() == before
    assert len(folder.data_files()) == 1


@ON_SQLITE
def test_a_store_restored_from_the_newest_backup_goes_on_in_the_same_folder(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    made(store, folder)
    newest = made(store, folder, days=1)
    copy = restored(newest.path, another, store.keyring, tmp_path / "files")
    made(copy, folder, days=2)
    assert len(folder.data_files()) == 3


@ON_SQLITE
def test_a_store_restored_from_an_older_one_does_not_harm_the_newer(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    older = made(store, folder)
    plant(store)
    newest = made(store, folder, days=1)
    copy = restored(older.path, another, store.keyring, tmp_path / "files")
    with pytest.raises(BackupRefused):
        made(copy, folder, days=2)
    assert check_backup(newest.path, store.keyring).keys == 1


@ON_SQLITE
def test_a_folder_serves_several_stores_never_but_a_store_several_folders(
    store: Store, folder: BackupFolder, tmp_path: Path
) -> None:
    stick = BackupFolder(tmp_path / "stick")
    for day in range(4):
        made(store, (folder, stick)[day % 2], days=day)
    assert [len(one.data_files()) for one in (folder, stick)] == [2, 2]


@ON_SQLITE
def test_only_the_newest_are_kept(store: Store, folder: BackupFolder) -> None:
    backups = [made(store, folder, days=day) for day in range(3)]
    (folder.path / "letter.txt").write_text("not ours")
    last = made(store, folder, days=3, keep=2)
    assert folder.data_files() == [backups[2].path, last.path]
    assert last.removed == [backups[0].path, backups[1].path]
    assert (folder.path / "letter.txt").exists()


@ON_SQLITE
def test_a_file_that_goes_meanwhile_is_left_out_and_one_that_was_lost_is_told(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    plant(store)
    attachment_files(store)[0].unlink()
    backup = made(store, folder)
    assert (backup.files, backup.lost) == (0, 1)
    copy = restored(backup.path, another, store.keyring, tmp_path / "files")
    assert sql(copy, "SELECT status FROM attachments ORDER BY id") == [("wanted",), ("failed",)]


@ON_SQLITE
def test_two_backups_into_one_folder_do_not_meet(store: Store, folder: BackupFolder) -> None:
    with folder.alone(), pytest.raises(BackupRefused, match="under way"):
        made(store, folder)
    made(store, folder)


@ON_SQLITE
def test_what_a_killed_backup_left_is_removed(store: Store, folder: BackupFolder) -> None:
    folder.path.mkdir()
    (folder.path / ".people.keys.unfinished").write_bytes(b"half")
    made(store, folder)
    assert not list(folder.path.glob(".*.unfinished"))


_SMALL = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from datetime import UTC, datetime
from pathlib import Path
from casestore.attachments import AttachmentFiles
from casestore.backup.backing_up import back_up
from casestore.backup.backup_folder import BackupFolder
from casestore.database import open_engine
from casestore.keys.encryption import load_keyring
from casestore.errors import StoreError
from casestore.unit_of_work import Store
data, folder = Path(sys.argv[2]), Path(sys.argv[3])
store = Store(open_engine(f"sqlite:///{data / 'doorstep.db'}"), load_keyring(data / "keys.json"), AttachmentFiles(data))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    back_up(store, BackupFolder(folder), now=datetime(2026, 3, 4, tzinfo=UTC))
except StoreError as fault:
    print(fault)
"""


def test_a_full_disk_leaves_no_half_file_and_one_clear_line(tmp_path: Path, migrated_sqlite: Path) -> None:
    """A limit on the size of files stops the writing as a full disk does: in the middle, with an error."""
    shutil.copy(migrated_sqlite, tmp_path / "doorstep.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'doorstep.db'}")
    store = Store(engine, create_keyring(tmp_path / "keys.json"), AttachmentFiles(tmp_path / "attachments"))
    plant(store)
    folder = BackupFolder(tmp_path / "backups")
    first = made(store, folder)
    keys = folder.people.read_bytes()
    with store.unit_of_work() as uow:
        chat = a_conversation(uow, "big")
        for _ in range(9):
            uow.messages.add(chat, "person", "x" * 90_000, now=NOW)
    engine.dispose()
    done = subprocess.run(
        [sys.executable, "-c", _SMALL, os.getcwd(), str(tmp_path), str(folder.path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be written to" in done.stdout
    assert "File too large" in done.stdout
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert {path.name for path in folder.path.iterdir()} == {".lock", PEOPLE, first.path.name}
    assert folder.people.read_bytes() == keys
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


@contextmanager
def untouched(engine: Engine, files: Path) -> Iterator[None]:
    """Whatever fails inside, the database to restore into is as empty as before."""
    yield
    assert not files.exists() or not list(files.iterdir())
    with engine.execution_options(reading=True).connect() as connection:
        tables = connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'people'")).scalar()
    assert tables == 0


@ON_SQLITE
def test_a_store_in_use_is_never_restored_into(store: Store, folder: BackupFolder, tmp_path: Path) -> None:
    plant(store)
    backup = made(store, folder)
    before = digests(store.engine)
    with pytest.raises(NotEmpty, match="in use already.*new, empty database"):
        restore(backup.path, store.engine, store.keyring, AttachmentFiles(tmp_path / "files"), now=NOW)
    assert digests(store.engine) == before


def without_people(backup: Path) -> None:
    (backup.parent / PEOPLE).unlink()


def cut(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-1])


def cut_at_a_chunk(backup: Path) -> None:
    raw = backup.read_bytes()
    backup.write_bytes(raw[: raw.index(b"}") + 1 + 256 * 1024 + 16])


def longer(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes() + b"x")


def swapped(backup: Path) -> None:
    raw, chunk = backup.read_bytes(), 256 * 1024 + 16
    start = raw.index(b"}") + 1
    one, two, rest = raw[start : start + chunk], raw[start + chunk : start + 2 * chunk], raw[start + 2 * chunk :]
    assert rest
    backup.write_bytes(raw[:start] + two + one + rest)


def empty(backup: Path) -> None:
    backup.write_bytes(b"")


def another_file(backup: Path) -> None:
    backup.write_bytes((backup.parent / PEOPLE).read_bytes())


@ON_SQLITE
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (without_people, "people.keys is missing"),
        (cut, "damaged or cut short"),
        (cut_at_a_chunk, "damaged or cut short"),
        (longer, "damaged or cut short"),
        (swapped, "damaged or cut short"),
        (empty, "no backup of Doorstep"),
        (another_file, "ends in .backup"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused_before_anything_is_touched(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    plant(store)
    with store.unit_of_work() as uow:
        chat = a_conversation(uow, "long")
        for _ in range(9):
            uow.messages.add(chat, "person", "x" * 90_000, now=NOW)
    backup = made(store, folder)
    harm(backup.path)
    with untouched(another, tmp_path / "files"), pytest.raises(BackupBroken, match=said) as raised:
        restored(backup.path, another, store.keyring, tmp_path / "files")
    assert "\n" not in str(raised.value)


@ON_SQLITE
def test_keys_older_than_the_data_are_refused(store: Store, folder: BackupFolder) -> None:
    """With them everybody who came since would count as erased."""
    made(store, folder)
    older = folder.people.read_bytes()
    plant(store)
    newest = made(store, folder, days=1)
    folder.people.write_bytes(older)
    with pytest.raises(BackupBroken, match="was not written with or after"):
        check_backup(newest.path, store.keyring)


@ON_SQLITE
@pytest.mark.parametrize("names", [("k1",), ("other",)])
def test_the_wrong_key_file_is_told(store: Store, folder: BackupFolder, names: tuple[str]) -> None:
    backup = made(store, folder)
    with pytest.raises(KeyFileError, match=r"no key of the key file opens .* sealed with the office key 'k1'"):
        check_backup(backup.path, a_keyring(*names))


@ON_SQLITE
def test_a_backup_of_before_the_office_changed_its_key_opens_with_the_old_one_on_the_ring(
    store: Store, folder: BackupFolder
) -> None:
    plant(store)
    backup = made(store, folder)
    ring = Keyring("k2", {**store.keyring.keys, "k2": os.urandom(32)}, store.keyring.index_key)
    assert check_backup(backup.path, ring).rows["people"] == 1


@ON_SQLITE
def test_an_old_backup_opens_after_its_office_key_was_retired(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    """If one backup was made between the change of keys and the end of the old one, and also after many more."""
    plant(store)
    oldest, old = made(store, folder), store.keyring
    both = Keyring("k2", {**old.keys, "k2": os.urandom(32)}, old.index_key)
    with store.unit_of_work() as uow:
        ((person, key),) = sql(store, "SELECT id, key_wrapped FROM people")
        uow.session.execute(text("UPDATE people SET key_wrapped = :key"), {"key": both.rewrap(person, key)})
    made(Store(store.engine, both, store.files), folder, days=1)
    alone = Keyring("k2", {"k2": both.keys["k2"]}, old.index_key)
    for day in (2, 3):
        made(Store(store.engine, alone, store.files), folder, days=day)
    copy = restored(oldest.path, another, alone, tmp_path / "files")
    with copy.reading() as look:
        (conversation,) = [look.conversations.get(id_) for (id_,) in sql(copy, "SELECT id FROM conversations")]
        assert WORD in look.messages.transcript(conversation)[0].text


@ON_SQLITE
def test_a_backup_of_a_newer_version_is_told_so(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    with store.unit_of_work() as uow:
        uow.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup = made(store, folder)
    with untouched(another, tmp_path / "files"), pytest.raises(StoreBehind, match="9999.*newer version"):
        restored(backup.path, another, store.keyring, tmp_path / "files")


@ON_SQLITE
def test_a_restore_that_fails_half_way_leaves_the_database_empty_for_the_next(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    plant(store)
    backup = made(store, folder)
    blocked = tmp_path / "files"
    blocked.write_text("a file where the attachments folder should be")
    with pytest.raises(StoreError, match="takes no file"):
        restored(backup.path, another, store.keyring, blocked)
    blocked.unlink()
    assert digests(restored(backup.path, another, store.keyring, blocked).engine) == digests(store.engine)


@ON_SQLITE
def test_a_restore_that_was_killed_may_begin_anew(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    plant(store)
    backup = made(store, folder)
    migrate(another)
    with Store(another, store.keyring, store.files).unit_of_work() as uow:
        chat = a_conversation(uow)
        uow.session.execute(text("UPDATE people SET key_wrapped = x''"))
    assert chat
    assert digests(restored(backup.path, another, store.keyring, tmp_path / "files").engine) == digests(store.engine)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> tuple[Keyring, Path]:
    """The key ring and the files of a good backup, small enough to be harmed many times."""
    work = tmp_path_factory.mktemp("whole")
    engine = open_engine(f"sqlite:///{shutil.copy(migrated_sqlite, work / 'doorstep.db')}")
    store = Store(engine, a_keyring(), AttachmentFiles(work / "attachments"))
    plant(store)
    backup = made(store, BackupFolder(work / "backups"))
    engine.dispose()
    return store.keyring, backup.path


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.sampled_from(["data", "people"]), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_noticed(
    whole: tuple[Keyring, Path], tmp_path: Path, which: str, place: float, bit: int
) -> None:
    keyring, good = whole
    files = {path.name: bytearray(path.read_bytes()) for path in (good, good.parent / PEOPLE)}
    harmed = files[good.name if which == "data" else PEOPLE]
    harmed[int(place * len(harmed))] ^= 1 << bit
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises((BackupBroken, KeyFileError)) as raised:
        check_backup(tmp_path / good.name, keyring)
    assert "\n" not in str(raised.value)


def test_a_good_backup_is_whole(whole: tuple[Keyring, Path]) -> None:
    held = check_backup(whole[1], whole[0])
    assert (held.rows["people"], held.keys, held.files, held.made_at) == (1, 1, 1, NOW)


def test_an_empty_store_is_backed_up_and_restored(
    store: Store, folder: BackupFolder, another: Engine, tmp_path: Path
) -> None:
    copy = restored(made(store, folder).path, another, store.keyring, tmp_path / "files")
    with copy.unit_of_work() as uow:
        a_case(uow)
    assert count(copy, "cases") == 1

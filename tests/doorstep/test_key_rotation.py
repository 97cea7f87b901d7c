"""The office's keys change while people write and read, and nothing fails."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, text

from casestore import database
from casestore.attachments import AttachmentFiles
from casestore.database import migrate, open_engine
from casestore.errors import KeyInUse, StoreUnavailable
from casestore.key_use import BATCH
from casestore.keys.key_file import KeyFile
from casestore.unit_of_work import Store
from doorstep.key_rotation import key_lines, retire_key, rewrap_all
from tests.builders import NOW, a_conversation
from tests.casestore.raw import sql
from tests.doorstep.test_cli import Shell
from tests.needs import ON_SQLITE

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "rotate-keys.md"


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    """The key file of a new office."""
    found = KeyFile(tmp_path / "keys.json")
    found.create()
    return found


@pytest.fixture
def office(database: Engine, tmp_path: Path, keys: KeyFile) -> Store:
    """A store whose keys come from a file, as in another process than the one that changes it."""
    return Store(database, KeyFile(keys.path), AttachmentFiles(tmp_path / "attachments"))


def write(office: Store, address: str) -> None:
    """Somebody new writes, and is answered."""
    with office.unit_of_work() as uow:
        conversation = a_conversation(uow, address, channel="web")
        uow.messages.add(conversation, "person", f"words of {address}", now=NOW)
        uow.outbox.put(
            channel="web", address=address, text=f"to {address}", dedupe=f"to {address}", now=NOW,
            conversation_id=conversation.id,
        )  # fmt: skip


def read(office: Store, address: str) -> list[str]:
    """What they wrote, and what waits for them."""
    with office.reading() as look:
        conversation = look.conversations.find("web", address)
        assert conversation is not None
        said = [message.text for message in look.messages.transcript(conversation)]
        return said + [letter.text for letter in look.outbox.waiting_for("web", address, now=NOW)]


def wrapped_by(office: Store) -> set[bytes]:
    return {bytes(key).partition(b":")[0] for (key,) in sql(office, "SELECT key_wrapped FROM people")}


def test_everything_opens_after_the_old_key_is_gone(office: Store, keys: KeyFile) -> None:
    write(office, "before")
    keys.rotate()
    write(office, "after")
    assert wrapped_by(office) == {b"k1", b"k2"}
    rewrap_all(office)
    assert wrapped_by(office) == {b"k2"}
    retire_key(office, keys, "k1", now=NOW)
    assert list(office.keyring.keys) == ["k2"]
    for address in ("before", "after"):
        assert read(office, address) == [f"words of {address}", f"to {address}"]


def test_a_key_that_something_needs_cannot_be_retired(office: Store, keys: KeyFile) -> None:
    write(office, "anna")
    keys.rotate()
    with pytest.raises(KeyInUse, match=r"'k1' still opens the keys of 1 people, and 1 others"):
        retire_key(office, keys, "k1", now=NOW)
    with office.unit_of_work() as uow:
        uow.key_use.rewrap_people()
    with pytest.raises(KeyInUse, match=r"the keys of 0 people, and 1 others"):
        retire_key(office, keys, "k1", now=NOW)
    assert list(keys.latest().keys) == ["k1", "k2"]


def test_the_list_says_what_each_key_opens(office: Store, keys: KeyFile) -> None:
    write(office, "anna")
    keys.rotate()
    write(office, "ben")
    write(office, "carla")
    assert list(key_lines(office)) == [
        "k1\t1 people\t1 others",
        "k2\t2 people\t2 others\tcurrent",
    ]


def test_a_rewrap_that_was_stopped_goes_on_where_it_was(office: Store, keys: KeyFile) -> None:
    with office.unit_of_work() as uow:
        for number in range(BATCH + 20):
            uow.people.add(now=NOW)
            assert number >= 0
    keys.rotate()
    with office.unit_of_work() as uow:
        uow.key_use.rewrap_people()
    first = {person: bytes(key) for person, key in sql(office, "SELECT id, key_wrapped FROM people")}
    assert sum(key.startswith(b"k2:") for key in first.values()) == BATCH
    rewrap_all(office)
    second = {person: bytes(key) for person, key in sql(office, "SELECT id, key_wrapped FROM people")}
    assert all(key.startswith(b"k2:") for key in second.values())
    assert {person for person in first if first[person] != second[person]} == {
        person for person in first if first[person].startswith(b"k1:")
    }


def test_a_rewrap_outlasts_somebody_who_keeps_the_database_busy(
    tmp_path: Path, keys: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's writers do not queue: one may be passed over for longer than it waits."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 100)
    engine = open_engine(f"sqlite:///{tmp_path}/busy.db")
    migrate(engine)
    office = Store(engine, keys, AttachmentFiles(tmp_path / "attachments"))
    write(office, "anna")
    keys.rotate()
    with ThreadPoolExecutor(1) as pool, engine.connect() as busy:
        busy.execute(text("UPDATE people SET created_at = created_at"))
        done = pool.submit(rewrap_all, office)
        assert not wait([done], timeout=0.3).done
    done.result()
    assert wrapped_by(office) == {b"k2"}
    engine.dispose()


def test_who_is_erased_while_their_key_is_wrapped_anew_stays_erased(office: Store, keys: KeyFile) -> None:
    write(office, "anna")
    keys.rotate()
    with office.unit_of_work() as uow:
        conversation = uow.conversations.find("web", "anna")
        assert conversation is not None
        uow.session.execute(text("DELETE FROM people"))
        uow.key_use.rewrap_people()
    assert sql(office, "SELECT id FROM people") == []


def test_what_was_sealed_with_a_key_retired_meanwhile_is_not_kept(office: Store, keys: KeyFile) -> None:
    """Such a person could never be read: the step fails as for a database that is busy, and is done again."""

    def slow() -> None:
        with office.unit_of_work() as uow:
            uow.people.add(now=NOW)
            keys.rotate()
            keys.retire("k1")

    with pytest.raises(StoreUnavailable, match="try again"):
        slow()
    assert sql(office, "SELECT id FROM people") == []
    write(office, "anna")
    assert wrapped_by(office) == {b"k2"}


class Crowd:
    """People who write and read in threads for as long as they are not told to stop."""

    def __init__(self, office: Store) -> None:
        self.office = office
        self.stop = Event()
        self.written: list[str] = []
        self.retried = 0
        self.pool = ThreadPoolExecutor(4)
        self.at_work = [self.pool.submit(self.writes, name) for name in "ab"]
        self.at_work += [self.pool.submit(self.reads) for _ in "cd"]

    def writes(self, name: str) -> None:
        number = 0
        while not self.stop.is_set():
            try:
                write(self.office, f"{name}{number}")
            except StoreUnavailable:  # a key was retired in between: tried again, as every caller does
                self.retried += 1
                continue
            self.written.append(f"{name}{number}")
            number += 1

    def reads(self) -> None:
        while not self.stop.is_set():
            self.check(self.written[-5:])

    def check(self, addresses: list[str]) -> None:
        for address in addresses:
            assert read(self.office, address) == [f"words of {address}", f"to {address}"]

    def wait_for(self, more: int) -> None:
        enough = len(self.written) + more
        while len(self.written) < enough and not any(each.done() for each in self.at_work):
            self.stop.wait(0.01)

    def ends(self) -> None:
        """Raises what any of them ran into."""
        self.stop.set()
        for each in self.at_work:
            each.result()
        self.pool.shutdown()


def change_keys(office: Store, keys: KeyFile) -> None:
    """All three steps, as often as somebody who began before the rotation has just finished."""
    old = keys.latest().current
    keys.rotate()
    while old in keys.latest().keys:
        rewrap_all(office)
        with suppress(KeyInUse, StoreUnavailable):
            retire_key(office, keys, old, now=NOW)


def test_people_write_and_read_while_keys_change_and_nothing_fails(office: Store, keys: KeyFile) -> None:
    crowd = Crowd(office)
    try:
        for _ in range(3):
            crowd.wait_for(10)
            change_keys(office, keys)
    finally:
        crowd.ends()
    assert list(keys.latest().keys) == ["k4"]
    assert len(crowd.written) >= 30
    assert crowd.retried <= 6
    crowd.check(crowd.written)


@ON_SQLITE
def test_the_commands_rotate_rewrap_and_retire(tmp_path: Path, database: Engine) -> None:
    shell = Shell(tmp_path)
    shell.succeeds("migrate")
    assert shell.succeeds("keys") == "k1\t0 people\t0 others\tcurrent\n"
    assert "Copy the file to the other machines" in shell.succeeds("keys", "rotate", "--prepare")
    assert "k2\t0 people\t0 others\tcurrent" in shell.succeeds("keys", "rotate")
    shell.succeeds("keys", "rewrap")
    assert "rotate" in shell.fails("keys", "retire", "k2")
    assert "k1 is gone" in shell.succeeds("keys", "retire", "k1")
    assert "there is no key 'k1'" in shell.fails("keys", "retire", "k1")
    assert shell.succeeds("keys") == "k2\t0 people\t0 others\tcurrent\n"


@ON_SQLITE
def test_the_example_of_a_key_service_works_as_the_page_says(tmp_path: Path, database: Engine) -> None:
    [program] = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "kms.py").write_text(program)
    command = f"{sys.executable} {tmp_path / 'kms.py'} {tmp_path / 'kms.key'}"
    shell = Shell(tmp_path)
    shell.succeeds("migrate")
    plain = (shell.data / "keys.json").read_text()
    with_service = {"DOORSTEP_KEY_COMMAND": command}
    assert "run `doorstep keys wrap`" in shell.fails("keys", **with_service)
    shell.succeeds("keys", "wrap", **with_service)
    assert plain != (shell.data / "keys.json").read_text()
    shell.succeeds("staff", "list", **with_service)
    shell.succeeds("keys", "rotate", **with_service)
    assert "k2\t0 people" in shell.succeeds("keys", **with_service)
    assert "set DOORSTEP_KEY_COMMAND" in shell.fails("keys")
    assert "could not unwrap" in shell.fails("keys", DOORSTEP_KEY_COMMAND=f"{sys.executable} -c 'raise SystemExit(4)'")

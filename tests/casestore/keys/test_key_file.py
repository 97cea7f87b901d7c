"""The key file at work: changes are seen without a restart, and no change can lose a key."""

import base64
import json
import sys
from pathlib import Path

import pytest

from casestore.errors import KeyFileError, KeyInUse, SealBroken
from casestore.keys.encryption import Keyring
from casestore.keys.key_command import KeyCommand
from casestore.keys.key_file import KeyFile
from tests.at_once import at_once


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    """The key file of a new office."""
    found = KeyFile(tmp_path / "keys.json")
    found.create()
    return found


def a_kms(folder: Path) -> KeyCommand:
    """A key service that counts how often it is asked: it turns the bytes round."""
    script = folder / "kms.py"
    script.write_text(
        "import base64, pathlib, sys\n"
        "name, given = sys.stdin.readline().strip(), base64.b64decode(sys.stdin.readline())\n"
        f"with open({str(folder / 'asked')!r}, 'a') as asked: asked.write(f'{{sys.argv[1]}} {{name}}\\n')\n"
        "print(base64.b64encode(given[::-1]).decode())\n"
    )
    return KeyCommand((sys.executable, str(script)), {"PATH": "/usr/bin:/bin"}, 30.0)


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().splitlines()


def test_a_rotation_is_seen_by_who_has_the_file_open_already(keys: KeyFile) -> None:
    running = KeyFile(keys.path)
    assert running.latest().current == "k1"
    assert keys.rotate() == "k2"
    assert (running.latest().current, list(running.latest().keys)) == ("k2", ["k1", "k2"])


def test_a_ring_taken_before_a_rotation_opens_what_was_sealed_after_it(keys: KeyFile) -> None:
    before = KeyFile(keys.path).latest()
    keys.rotate()
    after = keys.latest()
    wrapped = after.new_person_key("anna")
    assert wrapped.startswith(b"k2:")
    assert before.person_box("anna", wrapped) == after.person_box("anna", wrapped)
    assert before.open_office(after.office_box().seal("under way", "x"), "x") == b"under way"


def test_what_no_key_opens_is_said_and_not_looked_for_for_ever(keys: KeyFile) -> None:
    ring = keys.latest()
    with pytest.raises(SealBroken, match="'k9'"):
        ring.person_box("anna", b"k9:" + bytes(60))
    with pytest.raises(SealBroken):
        ring.open_office(bytes(60), "x")


def test_a_prepared_key_is_taken_by_the_next_rotation(keys: KeyFile) -> None:
    assert keys.rotate(prepare=True) == "k2"
    assert keys.latest().current == "k1"
    assert keys.rotate(prepare=True) == "k2"
    assert keys.rotate() == "k2"
    assert (keys.latest().current, list(keys.latest().keys)) == ("k2", ["k1", "k2"])


def test_names_are_never_given_twice(keys: KeyFile) -> None:
    keys.rotate()
    keys.retire("k1")
    assert keys.rotate() == "k3"
    assert list(keys.latest().keys) == ["k2", "k3"]


def test_the_current_key_and_one_that_is_not_there_cannot_be_retired(keys: KeyFile) -> None:
    with pytest.raises(KeyInUse, match="rotate"):
        keys.retire("k1")
    with pytest.raises(KeyFileError, match="there is no key 'k9'; there are k1"):
        keys.retire("k9")
    assert list(keys.latest().keys) == ["k1"]


def test_a_changed_file_is_still_for_its_owner_only(keys: KeyFile) -> None:
    keys.rotate()
    assert keys.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in keys.path.parent.iterdir()] == ["keys.json"]


def test_of_many_who_rotate_at_once_none_loses_a_key(keys: KeyFile) -> None:
    came_of_it = at_once(*[KeyFile(keys.path).rotate] * 6)
    done = [name for name in came_of_it if isinstance(name, str)]
    refused = [fault for fault in came_of_it if isinstance(fault, KeyFileError)]
    assert len(done) + len(refused) == 6
    assert list(keys.latest().keys) == ["k1", *sorted(done)]


def test_a_change_that_was_cut_short_says_what_to_remove(keys: KeyFile) -> None:
    (keys.path.parent / ".keys.json.part").touch()
    with pytest.raises(KeyFileError, match=r"remove .*\.keys\.json\.part"):
        keys.rotate()


@pytest.mark.parametrize("harm", ["missing", "broken"])
def test_a_running_office_goes_on_when_the_file_is_harmed_and_the_log_says_so(
    keys: KeyFile, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    ring = keys.latest()
    whole = keys.path.read_bytes()
    keys.path.unlink() if harm == "missing" else keys.path.write_bytes(whole[:20])
    assert keys.latest() == ring
    assert "keys in memory serve on" in caplog.text
    with pytest.raises(KeyFileError):
        KeyFile(keys.path).latest()
    keys.path.write_bytes(whole)
    keys.rotate()
    assert keys.latest().current == "k2"


def test_a_broken_file_is_not_changed(keys: KeyFile) -> None:
    keys.path.write_text("{}")
    with pytest.raises(KeyFileError, match="broken"):
        keys.rotate()
    assert keys.path.read_text() == "{}"


def plain_keys(ring: Keyring) -> list[bytes]:
    return [*ring.keys.values(), ring.index_key]


def test_with_a_key_service_no_plain_key_lies_in_the_file(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json", a_kms(tmp_path))
    keys.create()
    keys.rotate()
    ring = KeyFile(tmp_path / "keys.json", a_kms(tmp_path)).latest()
    assert list(ring.keys) == ["k1", "k2"]
    found = (tmp_path / "keys.json").read_text()
    assert all(base64.b64encode(key).decode() not in found for key in plain_keys(ring))
    assert all(base64.b64encode(key[::-1]).decode() in found for key in plain_keys(ring))


def test_a_key_service_is_asked_for_each_key_once(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json", a_kms(tmp_path))
    keys.create()
    for _ in range(3):
        keys.latest()
    KeyFile(keys.path, a_kms(tmp_path)).rotate()
    (tmp_path / "asked").write_text("")
    keys.latest()
    assert asked(tmp_path) == ["unwrap k2"]


def test_the_file_of_a_working_office_can_be_wrapped(keys: KeyFile, tmp_path: Path) -> None:
    before = keys.latest()
    wrapping = KeyFile(keys.path, a_kms(tmp_path))
    with pytest.raises(KeyFileError, match="run `doorstep keys wrap`"):
        wrapping.latest()
    wrapping.wrap()
    assert wrapping.latest() == before
    assert all(base64.b64encode(key).decode() not in keys.path.read_text() for key in plain_keys(before))
    with pytest.raises(KeyFileError, match="set DOORSTEP_KEY_COMMAND"):
        KeyFile(keys.path).latest()
    with pytest.raises(KeyFileError, match="set DOORSTEP_KEY_COMMAND"):
        KeyFile(keys.path).wrap()


def test_a_service_that_gives_back_something_else_is_told(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json", a_kms(tmp_path))
    keys.create()
    content = json.loads(keys.path.read_text())
    content["keys"]["k1"] = base64.b64encode(b"too short").decode()
    keys.path.write_text(json.dumps(content))
    with pytest.raises(KeyFileError, match="of the wrong length"):
        KeyFile(keys.path, a_kms(tmp_path)).latest()

"""The model file: whole or refused, with what to do; it never runs code."""

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.at_once import at_once
from triage.errors import ModelFileError
from triage.model_file import load_model, save_model
from triage.text_features import Arrays

HEADER = {"fingerprint": "abc", "thresholds": {"floor": 0.6}}
REMEDY = "run `doorstep train` to make a new one"


def some_arrays(factor: float = 1.0) -> Arrays:
    return {
        "weights": np.arange(12, dtype=np.float32).reshape(3, 4) * factor,
        "terms": np.frombuffer(b"a\nb", np.uint8),
    }


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "model.npz"
    save_model(path, HEADER, some_arrays())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        load_model(path)
    message = str(caught.value)
    assert message.endswith(REMEDY)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_what_was_saved_is_loaded(saved: Path) -> None:
    header, arrays = load_model(saved)
    assert HEADER.items() <= header.items()
    assert arrays.keys() == some_arrays().keys()
    for name, array in some_arrays().items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype


def test_saving_makes_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "model.npz"
    save_model(path, HEADER, some_arrays())
    assert load_model(path)[0]["fingerprint"] == "abc"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "is missing" in refusal(tmp_path / "model.npz")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    assert "is broken" in refusal(tmp_path)


def test_a_file_cut_off_anywhere_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for length in range(0, len(whole) - 1, 23):
        saved.write_bytes(whole[:length])
        refusal(saved)


def test_a_file_with_one_byte_changed_is_refused_or_says_the_same(saved: Path) -> None:
    """Some bytes of an archive mean nothing, such as a time of day; all others are noticed."""
    whole, noticed = saved.read_bytes(), 0
    for place in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[place] ^= 0x15
        saved.write_bytes(changed)
        try:
            header, arrays = load_model(saved)
        except ModelFileError:
            noticed += 1
            continue
        assert HEADER.items() <= header.items()
        for name, array in some_arrays().items():
            np.testing.assert_array_equal(arrays[name], array)
    assert noticed > len(whole) / 3 / 2


def rewritten(path: Path, **changes: Any) -> None:
    """Writes the archive anew with some members changed, as somebody with NumPy could."""
    with np.load(path) as stored:
        members = {name: stored[name] for name in stored.files}
    np.savez(path, **{**members, **changes})


def test_changed_weights_are_refused(saved: Path) -> None:
    rewritten(saved, weights=some_arrays(1.001)["weights"])
    assert "was changed after training" in refusal(saved)


def test_a_changed_header_is_refused(saved: Path) -> None:
    with np.load(saved) as stored:
        header = stored["header"].tobytes().replace(b"0.6", b"0.1")
    rewritten(saved, header=np.frombuffer(header, np.uint8))
    assert "was changed after training" in refusal(saved)


def test_an_added_array_is_refused(saved: Path) -> None:
    rewritten(saved, more=np.zeros(3))
    assert "was changed after training" in refusal(saved)


def test_another_format_is_refused(saved: Path) -> None:
    with np.load(saved) as stored:
        header = stored["header"].tobytes().replace(b'"format": ', b'"format": 9')
    rewritten(saved, header=np.frombuffer(header, np.uint8))
    assert "has another format" in refusal(saved)


def foreign_files() -> dict[str, bytes]:
    array, archive, listed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.save(array, np.zeros(3))
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("letter.txt", "hello")
    np.savez(listed, header=np.frombuffer(b"[1]", np.uint8))
    return {
        "empty": b"",
        "text": b"hello\n" * 50,
        "one array": array.getvalue(),
        "another archive": archive.getvalue(),
        "a header that is a list": listed.getvalue(),
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    }


@pytest.mark.parametrize("kind", foreign_files())
def test_a_foreign_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(foreign_files()[kind])
    refusal(path)


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def test_a_file_with_code_in_it_is_refused_and_the_code_not_run(tmp_path: Path) -> None:
    sprung, path = tmp_path / "sprung", tmp_path / "model.npz"
    path.write_bytes(pickle.dumps(Trap(sprung)))
    refusal(path)
    np.savez(path, header=np.array([Trap(sprung)], dtype=object))
    refusal(path)
    assert not sprung.exists()


def test_a_save_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "model.npz").mkdir()
    with pytest.raises(OSError, match="model"):
        save_model(tmp_path / "model.npz", HEADER, some_arrays())
    assert [path.name for path in tmp_path.iterdir()] == ["model.npz"]


def test_who_reads_while_others_save_sees_a_whole_file(saved: Path) -> None:
    def save(factor: float) -> None:
        for _ in range(15):
            save_model(saved, HEADER, some_arrays(factor))

    def read() -> set[float]:
        return {float(load_model(saved)[1]["weights"][0, 1]) for _ in range(60)}

    *_, seen = at_once(lambda: save(2.0), lambda: save(3.0), read)
    assert seen <= {1.0, 2.0, 3.0}
    assert float(load_model(saved)[1]["weights"][0, 1]) in (2.0, 3.0)
    assert [path.name for path in saved.parent.iterdir()] == ["model.npz"]

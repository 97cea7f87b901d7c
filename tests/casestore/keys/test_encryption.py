"""Seals hold, keys are kept safe, and nothing a person wrote lies anywhere in clear."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casestore.errors import KeyFileError, SealBroken
from casestore.keys.encryption import Box, create_keyring, load_keyring
from casestore.unit_of_work import Store
from tests.at_once import at_once
from tests.builders import a_keyring
from tests.casestore.planted import WORD, plant
from tests.casestore.raw import bytes_on_disk, rows_in_clear
from tests.needs import ON_SQLITE

BOX = Box(os.urandom(32))
ANY_TEXT = st.text(st.characters())


@given(st.binary(max_size=200))
def test_bytes_open_as_they_were_sealed(plain: bytes) -> None:
    assert BOX.open(BOX.seal(plain, "x"), "x") == plain


@given(ANY_TEXT)
@example("\0 \ud800 \u202e مرحبا {{7*7}} '; DROP TABLE cases;--")
@example("a" * 1_000_000)
def test_text_opens_as_it_was_sealed(plain: str) -> None:
    assert BOX.open_text(BOX.seal(plain, "x"), "x") == plain


def test_the_same_words_sealed_twice_look_different() -> None:
    assert BOX.seal("same", "x") != BOX.seal("same", "x")


def test_sealed_bytes_open_only_as_what_they_are() -> None:
    with pytest.raises(SealBroken, match=r"messages\.body"):
        BOX.open(BOX.seal("words", "inbox.body"), "messages.body")


def test_another_key_does_not_open_them() -> None:
    with pytest.raises(SealBroken):
        Box(os.urandom(32)).open(BOX.seal("words", "x"), "x")


@given(st.data())
def test_any_changed_bit_shows(data: st.DataObject) -> None:
    sealed = bytearray(BOX.seal("words", "x"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        BOX.open(bytes(sealed), "x")


def test_sealed_bytes_that_were_cut_short_do_not_open() -> None:
    sealed = BOX.seal("words", "x")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            BOX.open(sealed[:length], "x")


def test_a_persons_key_opens_under_the_office_key() -> None:
    ring = a_keyring()
    wrapped = ring.new_person_key("anna")
    assert ring.person_box("anna", wrapped).open_text(ring.person_box("anna", wrapped).seal("hi", "x"), "x") == "hi"


def test_a_persons_key_is_of_no_use_for_somebody_else() -> None:
    ring = a_keyring()
    with pytest.raises(SealBroken):
        ring.person_box("ben", ring.new_person_key("anna"))


def test_two_people_have_different_keys() -> None:
    ring = a_keyring()
    assert ring.person_box("a", ring.new_person_key("a")).key != ring.person_box("b", ring.new_person_key("b")).key


def test_a_wrapping_key_that_is_not_in_the_key_file_is_named() -> None:
    with pytest.raises(SealBroken, match="'old'"):
        a_keyring("new").person_box("anna", a_keyring("old").new_person_key("anna"))


def test_another_offices_key_of_the_same_name_does_not_open() -> None:
    with pytest.raises(SealBroken):
        a_keyring("k1").person_box("anna", a_keyring("k1").new_person_key("anna"))


def test_after_a_rotation_old_people_can_still_be_read() -> None:
    ring = a_keyring("k1", "k2")
    before = type(ring)("k1", ring.keys, ring.index_key)
    wrapped = before.new_person_key("anna")
    assert ring.person_box("anna", wrapped) == before.person_box("anna", wrapped)


def test_after_a_rotation_new_people_are_under_the_new_key() -> None:
    assert a_keyring("k1", "k2").new_person_key("anna").startswith(b"k2:")


def test_what_the_office_sealed_before_a_rotation_still_opens() -> None:
    ring = a_keyring("k1", "k2")
    assert ring.open_office(Box(ring.keys["k1"]).seal("under way", "x"), "x") == b"under way"


def test_what_another_office_sealed_does_not_open() -> None:
    with pytest.raises(SealBroken):
        a_keyring("k1", "k2").open_office(a_keyring().office_box().seal("words", "x"), "x")


def test_a_value_is_found_again_under_its_blind_index() -> None:
    ring = a_keyring()
    assert ring.blind_index("telegram", "4711") == ring.blind_index("telegram", "4711")


def test_a_blind_index_differs_by_value_kind_and_office() -> None:
    ring = a_keyring()
    assert len({
        ring.blind_index("telegram", "4711"),
        ring.blind_index("telegram", "4712"),
        ring.blind_index("web", "4711"),
        a_keyring().blind_index("telegram", "4711"),
    }) == 4  # fmt: skip


@given(ANY_TEXT)
@example("\ud800")
def test_any_value_has_a_blind_index_that_fits_its_column(value: str) -> None:
    assert len(RING.blind_index("web", value)) == 64


RING = a_keyring()


def test_keys_do_not_show_when_printed() -> None:
    key = RING.keys["k1"]
    printed = f"{RING!r} {RING} {Box(key)!r}"
    assert repr(key) not in printed
    assert key.hex() not in printed


def test_a_new_key_file_loads_as_what_was_made(tmp_path: Path) -> None:
    made = create_keyring(tmp_path / "not" / "there" / "yet" / "keys.json")
    assert load_keyring(tmp_path / "not" / "there" / "yet" / "keys.json") == made


def test_only_the_owner_may_read_a_key_file(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        create_keyring(tmp_path / "keys.json")
    finally:
        os.umask(mask)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    made = create_keyring(tmp_path / "keys.json")
    with pytest.raises(FileExistsError):
        create_keyring(tmp_path / "keys.json")
    assert load_keyring(tmp_path / "keys.json") == made


def test_of_two_who_make_the_key_file_at_once_one_does(tmp_path: Path) -> None:
    def make() -> str:
        try:
            create_keyring(tmp_path / "keys.json")
        except FileExistsError:
            return "there already"
        return "made"

    assert sorted(at_once(make, make)) == ["made", "there already"]


def test_a_missing_key_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with pytest.raises(KeyFileError, match="restore it from your backup") as raised:
        load_keyring(path)
    assert str(path) in str(raised.value)


def test_a_key_file_cut_short_anywhere_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    create_keyring(path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(KeyFileError) as raised:
            load_keyring(path)
        assert str(path) in str(raised.value)


KEY = "A" * 43 + "="


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'"text"',
        *(
            json.dumps(content).encode()
            for content in (
                {"current": "k1", "keys": [], "index": KEY},
                {"current": "k1", "keys": {}, "index": KEY},
                {"current": "k2", "keys": {"k1": KEY}, "index": KEY},
                {"current": ["k1"], "keys": {"k1": KEY}, "index": KEY},
                {"current": "k1", "keys": {"k1": KEY}},
                {"current": "k1", "keys": {"k1": KEY}, "index": 7},
                {"current": "k1", "keys": {"k1": KEY}, "index": "AAAA"},
                {"current": "k1", "keys": {"k1": "AAAA"}, "index": KEY},
                {"current": "k1", "keys": {"k1": "not base64!"}, "index": KEY},
                {"current": "k1", "keys": {"k1": KEY, "k0": "AAAA"}, "index": KEY},
            )
        ),
    ],
)
def test_a_broken_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    with pytest.raises(KeyFileError) as raised:
        load_keyring(path)
    assert str(path) in str(raised.value)


def test_a_folder_in_place_of_the_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError) as raised:
        load_keyring(tmp_path)
    assert str(tmp_path) in str(raised.value)


def test_nothing_a_person_wrote_lies_in_clear_in_any_table(store: Store) -> None:
    plant(store)
    found = rows_in_clear(store)
    assert "Visible Name" in found  # the search does find what lies in clear
    assert WORD not in found


@ON_SQLITE
def test_nothing_a_person_wrote_lies_in_clear_in_any_file(store: Store) -> None:
    plant(store)
    found = bytes_on_disk(store)
    assert b"Visible Name" in found
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert WORD.encode(encoding) not in found
    assert WORD.encode().hex().encode() not in found.lower()


@ON_SQLITE
def test_a_person_can_be_read_only_with_the_right_key(store: Store) -> None:
    planted = plant(store)
    stranger = Store(store.engine, a_keyring(), store.files)
    with stranger.reading() as look, pytest.raises(SealBroken):
        look.conversations.get(planted.conversation.id)

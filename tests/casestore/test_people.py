"""People: a random id, a key of their own, a language."""

import pytest
from sqlalchemy.exc import NoResultFound

from casestore.errors import KeyFileError
from casestore.unit_of_work import Store
from tests.builders import MINUTE, NOW, a_conversation, a_keyring


def test_an_id_says_nothing_and_is_never_the_same(store: Store) -> None:
    with store.unit_of_work() as uow:
        ids = {uow.people.add(now=NOW) for _ in range(20)}
    assert len(ids) == 20
    assert all(len(id_) == 32 for id_ in ids)


def test_the_language_a_person_chose_is_remembered(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = a_conversation(uow).person_id
        assert uow.people.language(person) == "en"
        uow.people.choose_language(person, "zu")
    with store.reading() as look:
        assert look.people.language(person) == "zu"


def test_removing_somebody_who_is_gone_changes_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = uow.people.add(now=NOW)
        uow.people.remove("0" * 32)
        assert uow.people.language(person) == "en"


def test_somebody_removed_cannot_be_read_any_more_in_the_same_breath(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = uow.people.add(now=NOW)
        uow.people.box(person)
        uow.people.remove(person)
        with pytest.raises(NoResultFound):
            uow.people.box(person)


def test_the_right_key_file_passes_the_check(store: Store) -> None:
    with store.unit_of_work() as uow:
        a_conversation(uow)
    with store.reading() as look:
        look.people.check_key()


def test_any_key_file_passes_where_nobody_has_written_yet(store: Store) -> None:
    with Store(store.engine, a_keyring(), store.files).reading() as look:
        look.people.check_key()


def test_a_key_file_of_another_office_is_found_out_before_anybody_is_served(store: Store) -> None:
    with store.unit_of_work() as uow:
        a_conversation(uow, "1")
        a_conversation(uow, "2", now=NOW + MINUTE)
    stranger = Store(store.engine, a_keyring(), store.files)
    with stranger.reading() as look, pytest.raises(KeyFileError, match="restore the right one"):
        look.people.check_key()

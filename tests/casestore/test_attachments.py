"""Attachments: sealed, whole or not there, opened only within their conversation."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casestore.attachments import Attachment
from casestore.conversations import Conversation
from casestore.errors import SealBroken, StoreUnavailable
from casestore.tables import CaseRow
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import MINUTE, NOW, a_case, a_conversation
from tests.casestore.interrupted import Interrupted, interrupted
from tests.casestore.raw import attachment_files, count


def keep(uow: UnitOfWork, conversation: Conversation, content: bytes = b"bytes", **changes: Any) -> Attachment:
    file = {"message_id": 1, "name": "letter.pdf", "media_type": "application/pdf", "now": NOW, **changes}
    uow.attachments.keep(conversation, content=content, **file)
    return uow.attachments.of(conversation)[-1]


def want(uow: UnitOfWork, conversation: Conversation, remote: str = "file-1", **changes: Any) -> None:
    file = {"message_id": 1, "name": "photo.jpg", "media_type": "image/jpeg", "now": NOW, **changes}
    uow.attachments.want(conversation, remote=remote, **file)


def test_a_file_comes_back_as_it_was_sent(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        kept = keep(uow, conversation, b"\x00\xff" * 1000)
    assert (kept.name, kept.media_type, kept.size, kept.status) == ("letter.pdf", "application/pdf", 2000, "kept")
    with store.reading() as look:
        assert look.attachments.content(conversation, kept.id) == (kept, b"\x00\xff" * 1000)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters()), st.binary(max_size=100), st.text(st.characters()))
@example("../../../etc/passwd", b"", "../../x")
@example("\0", b"\0", "\0")
@example("\ud800", b"x", "\ud800/\ud800")
@example("n" * 1_000_000, b"x", "m" * 1_000_000)
def test_whatever_it_is_called_a_file_comes_back_and_stays_in_its_folder(
    store: Store, name: str, content: bytes, media_type: str
) -> None:
    before = set(store.files.folder.parent.rglob("*"))
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        kept = keep(uow, conversation, content, name=name, media_type=media_type)
        want(uow, conversation, remote=name, name=name, media_type=media_type)
        assert uow.attachments.due("telegram", now=NOW, limit=100)[-1].remote == name
    with store.reading() as look:
        assert look.attachments.content(conversation, kept.id) == (kept, content)
    assert kept.name == name
    new = {path.parent for path in set(store.files.folder.parent.rglob("*")) - before if path.is_file()}
    assert new - {store.files.folder, store.files.folder.parent} == set()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("image/jpeg", "image/jpeg"),
        ("Audio/OGG; codecs=opus", "audio/ogg"),
        ("application/my-landlord-hits-me", "application/octet-stream"),
        ("text/plain\0", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_only_a_known_media_type_is_kept_because_a_sender_can_write_anything_there(
    store: Store, said: str, kept: str
) -> None:
    with store.unit_of_work() as uow:
        assert keep(uow, a_conversation(uow), media_type=said).media_type == kept


def test_what_lies_in_the_folder_does_not_show_the_content_or_the_name(store: Store) -> None:
    with store.unit_of_work() as uow:
        keep(uow, a_conversation(uow), b"my landlord " * 100, name="landlord.txt")
    [file] = attachment_files(store)
    assert b"landlord" not in file.read_bytes()
    assert "landlord" not in file.name


def test_a_file_cannot_be_opened_from_another_conversation(store: Store) -> None:
    with store.unit_of_work() as uow:
        kept = keep(uow, a_conversation(uow, "1"))
        other = a_conversation(uow, "2")
        assert uow.attachments.content(other, kept.id) is None
        assert uow.attachments.of(other) == []


def test_a_file_that_is_not_there_has_no_content(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.attachments.content(a_conversation(uow), 999_999_999) is None


def test_a_file_that_was_changed_on_disk_does_not_open(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        kept = keep(uow, conversation)
    [file] = attachment_files(store)
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with store.reading() as look, pytest.raises(SealBroken):
        look.attachments.content(conversation, kept.id)


def test_a_file_that_is_gone_from_the_disk_is_said_to_be_out_of_reach(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        kept = keep(uow, conversation)
    [file] = attachment_files(store)
    file.unlink()
    with store.reading() as look, pytest.raises(StoreUnavailable, match=file.name):
        look.attachments.content(conversation, kept.id)


def test_files_of_a_conversation_come_oldest_first(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        for name in ("c", "a", "b"):
            keep(uow, conversation, name=name)
        assert [file.name for file in uow.attachments.of(conversation)] == ["c", "a", "b"]


@contextmanager
def a_full_disk() -> Iterator[None]:
    """No file may grow beyond 64 KiB, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_there_is_no_half_file(store: Store) -> None:
    with a_full_disk(), pytest.raises(StoreUnavailable, match="attachments"):
        store.files.write("photo", b"x" * 1_000_000)
    assert attachment_files(store) == []


def test_a_folder_that_cannot_be_made_is_named(store: Store) -> None:
    store.files.folder.write_text("a file in its place")
    with pytest.raises(StoreUnavailable, match="attachments"), store.unit_of_work() as uow:
        keep(uow, a_conversation(uow))
    assert count(store, "attachments") == 0


def test_writing_again_replaces_the_whole_file(store: Store) -> None:
    store.files.write("photo", b"a long first version")
    store.files.write("photo", b"short")
    assert store.files.read("photo") == b"short"


def test_a_transaction_that_fails_leaves_neither_row_nor_file(store: Store) -> None:
    with pytest.raises(Interrupted):
        interrupted(store, lambda uow: keep(uow, a_conversation(uow)))
    assert (count(store, "attachments"), attachment_files(store)) == (0, [])


def test_a_wanted_file_is_due_with_its_remote_place(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        want(uow, conversation, remote="AgAD-1")
        [due] = uow.attachments.due("telegram", now=NOW)
        [shown] = uow.attachments.of(conversation)
    assert (due.remote, due.attempts, shown.status, shown.id) == ("AgAD-1", 0, "wanted", due.id)


def test_a_wanted_file_has_no_content_yet(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        want(uow, conversation)
        assert uow.attachments.content(conversation, uow.attachments.of(conversation)[0].id) is None


def test_files_are_fetched_oldest_first_for_their_own_channel_only(store: Store) -> None:
    with store.unit_of_work() as uow:
        for remote in ("1", "2", "3"):
            want(uow, a_conversation(uow), remote=remote)
        want(uow, a_conversation(uow, channel="web"), remote="web")
        assert [file.remote for file in uow.attachments.due("telegram", now=NOW, limit=2)] == ["1", "2"]


def test_a_fetched_file_is_kept_and_wanted_no_more(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        want(uow, conversation)
        [due] = uow.attachments.due("telegram", now=NOW)
        uow.attachments.fetched(due.id, b"pixels")
        assert uow.attachments.due("telegram", now=NOW) == []
    with store.reading() as look:
        opened = look.attachments.content(conversation, due.id)
    assert opened is not None
    assert (opened[0].size, opened[0].status, opened[1]) == (6, "kept", b"pixels")


def test_bytes_that_arrive_twice_change_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        want(uow, conversation)
        [due] = uow.attachments.due("telegram", now=NOW)
        uow.attachments.fetched(due.id, b"first")
        uow.attachments.fetched(due.id, b"second")
        opened = uow.attachments.content(conversation, due.id)
    assert opened is not None
    assert opened[1] == b"first"


def test_a_file_that_did_not_arrive_is_tried_again_later(store: Store) -> None:
    with store.unit_of_work() as uow:
        want(uow, a_conversation(uow))
        [due] = uow.attachments.due("telegram", now=NOW)
        uow.attachments.not_fetched(due.id, again_at=NOW + MINUTE)
        assert uow.attachments.due("telegram", now=NOW) == []
        assert [file.attempts for file in uow.attachments.due("telegram", now=NOW + MINUTE)] == [1]


def test_a_file_that_never_arrives_is_shown_as_failed(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        want(uow, conversation)
        [due] = uow.attachments.due("telegram", now=NOW)
        uow.attachments.not_fetched(due.id, again_at=None)
        assert uow.attachments.due("telegram", now=NOW + MINUTE) == []
        assert uow.attachments.of(conversation)[0].status == "failed"


@pytest.mark.parametrize("arrived", [True, False])
def test_bytes_for_somebody_who_was_erased_meanwhile_are_dropped(store: Store, arrived: bool) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        want(uow, conversation)
        [due] = uow.attachments.due("telegram", now=NOW)
    with store.unit_of_work() as uow:
        uow.erasure.erase(conversation.person_id, now=NOW)
    with store.unit_of_work() as uow:
        if arrived:
            uow.attachments.fetched(due.id, b"pixels")
        else:
            uow.attachments.not_fetched(due.id, again_at=None)
    assert (count(store, "attachments"), attachment_files(store)) == (0, [])


def test_forgotten_files_go_once_the_transaction_is_through(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = a_conversation(uow).person_id
        keep(uow, a_conversation(uow))
    with store.unit_of_work() as uow:
        uow.attachments.forget_person(person)
        assert len(attachment_files(store)) == 1
    assert attachment_files(store) == []


def test_files_stay_when_forgetting_them_failed(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        kept = keep(uow, conversation)
    with pytest.raises(Interrupted):
        interrupted(store, lambda uow: uow.attachments.forget_person(conversation.person_id))
    with store.reading() as look:
        assert look.attachments.content(conversation, kept.id) == (kept, b"bytes")


def test_forgetting_one_person_leaves_the_files_of_others(store: Store) -> None:
    with store.unit_of_work() as uow:
        mine, yours = a_conversation(uow, "1"), a_conversation(uow, "2")
        keep(uow, mine)
        kept = keep(uow, yours)
    with store.unit_of_work() as uow:
        uow.attachments.forget_person(mine.person_id)
    with store.reading() as look:
        assert look.attachments.of(mine) == []
        assert look.attachments.content(yours, kept.id) == (kept, b"bytes")


def test_forgetting_files_that_are_gone_from_the_disk_is_no_error(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        keep(uow, conversation)
    attachment_files(store)[0].unlink()
    with store.unit_of_work() as uow:
        uow.attachments.forget_person(conversation.person_id)
    assert count(store, "attachments") == 0


def test_what_was_made_for_a_person_goes_after_a_while_unless_a_case_is_open(store: Store) -> None:
    """Letters without a case are kept no longer than needed; what the person sent stays until they erase it."""
    with store.unit_of_work() as uow:
        alone, with_case, closed = (a_conversation(uow, address) for address in ("1", "2", "3"))
        a_case(uow, with_case)
        over = a_case(uow, closed)
        uow.session.get_one(CaseRow, over.id).status = "closed"
        for conversation in (alone, with_case, closed):
            own = uow.messages.add(conversation, "person", "[photo.jpg]", now=NOW)
            ours = uow.messages.add(conversation, "bot", "[letter.pdf]", now=NOW)
            keep(uow, conversation, message_id=own, name="photo.jpg")
            keep(uow, conversation, message_id=ours)
    with store.unit_of_work() as uow:
        assert uow.attachments.forget_made(before=NOW) == 0
    with store.unit_of_work() as uow:
        assert uow.attachments.forget_made(before=NOW + MINUTE) == 2
    with store.reading() as look:
        left = [[file.name for file in look.attachments.of(each)] for each in (alone, with_case, closed)]
    assert left == [["photo.jpg"], ["photo.jpg", "letter.pdf"], ["photo.jpg"]]
    assert len(attachment_files(store)) == 4

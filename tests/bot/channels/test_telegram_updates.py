"""Updates are read, and letters laid out, without any Telegram: pure translation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from telegram import Update

from bot.channels.splitting import split
from bot.channels.telegram_updates import (
    Arrived,
    Claimed,
    InGroup,
    LinkSent,
    Read,
    keyboard,
    read_raw,
    read_update,
)
from bot.messages import Inbound, Kind

PRIVATE = {"id": 42, "type": "private", "first_name": "Asha"}
GROUP = {"id": -100, "type": "supergroup", "title": "Neighbours"}
ASHA = {"id": 42, "is_bot": False, "first_name": "Asha"}
FILE = {"file_id": "there", "file_unique_id": "u", "file_size": 9}
SIZE = {"width": 9, "height": 9}
LIMIT = 4096


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    """A message as Telegram describes it."""
    return {"message_id": 1, "date": 1, "chat": chat, "from": ASHA, **content}


def read(**update: Any) -> Read:
    """What we read in that update."""
    return read_update(Update.de_json({"update_id": 7, **update}, None))


def arrived(**content: Any) -> Inbound:
    """What we read in a private message."""
    found = read(message=message(**content))
    assert isinstance(found, Arrived)
    assert (found.chat, found.update, found.callback) == ("42", "7", None)
    return found.inbound


def pressed(data: str, chat: dict[str, Any] = PRIVATE) -> Read:
    """What we read in a pressed button."""
    return read(
        callback_query={"id": "1", "from": ASHA, "chat_instance": "1", "data": data, "message": message(chat, text="?")}
    )


def membership(status: str, chat: dict[str, Any] = PRIVATE) -> Read:
    """What we read when somebody changes whether the bot may write."""
    bot = {"user": {"id": 7, "is_bot": True, "first_name": "Doorstep"}}
    after = {**bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}
    return read(
        my_chat_member={
            "chat": chat,
            "from": ASHA,
            "date": 1,
            "old_chat_member": {**bot, "status": "member"},
            "new_chat_member": after,
        }
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"text": "They put me out"}, Inbound(Kind.TEXT, text="They put me out")),
        ({"text": "/start clinic7"}, Inbound(Kind.TEXT, text="/start clinic7")),
        ({"text": " \n "}, Inbound(Kind.EMPTY)),
        (
            {"photo": [{**FILE, **SIZE, "file_id": "small"}, {**FILE, **SIZE}], "caption": "the door"},
            Inbound(Kind.FILE, "the door", remote="there", file_name="photo.jpg", media_type="image/jpeg"),
        ),
        (
            {"document": {**FILE, "file_name": "notice.pdf", "mime_type": "application/pdf"}},
            Inbound(Kind.FILE, remote="there", file_name="notice.pdf", media_type="application/pdf"),
        ),
        (
            {"document": FILE},
            Inbound(Kind.FILE, remote="there", file_name="file", media_type="application/octet-stream"),
        ),
        (
            {"video": {**FILE, **SIZE, "duration": 3, "mime_type": "video/mp4"}},
            Inbound(Kind.FILE, remote="there", file_name="file", media_type="video/mp4"),
        ),
        (
            {"voice": {**FILE, "duration": 3}},
            Inbound(Kind.VOICE, remote="there", file_name="voice message", media_type="audio/ogg"),
        ),
        (
            {"video_note": {**FILE, "duration": 3, "length": 9}},
            Inbound(Kind.VOICE, remote="there", file_name="voice message", media_type="audio/ogg"),
        ),
        ({"document": {**FILE, "file_size": 20_000_001}, "caption": "all of it"}, Inbound(Kind.TOO_BIG, "all of it")),
        (
            {"sticker": {**FILE, **SIZE, "type": "regular", "is_animated": False, "is_video": False}},
            Inbound(Kind.STICKER),
        ),
        ({"animation": {**FILE, **SIZE, "duration": 1}, "document": FILE}, Inbound(Kind.STICKER)),
        ({"dice": {"emoji": "🎲", "value": 1}}, Inbound(Kind.STICKER)),
        (
            {"location": {"latitude": -26.20411, "longitude": 28.04733}},
            Inbound(Kind.LOCATION, text="-26.2041, 28.0473"),
        ),
        (
            {"contact": {"phone_number": "+27 10", "first_name": "Sipho", "last_name": "M"}},
            Inbound(Kind.CONTACT, text="Sipho M +27 10"),
        ),
        ({"contact": {"phone_number": "+27 10", "first_name": "Sipho"}}, Inbound(Kind.CONTACT, text="Sipho +27 10")),
        ({"new_chat_title": "x"}, Inbound(Kind.OTHER)),
    ],
)
def test_a_private_message_of_every_kind_is_read(content: dict[str, Any], expected: Inbound) -> None:
    assert arrived(**content) == expected


def test_a_button_is_read_with_the_query_to_answer() -> None:
    found = pressed("v1:3:yes")
    assert isinstance(found, Arrived)
    assert found.inbound == Inbound(Kind.CHOICE, choice="3:yes")
    assert found.callback is not None


def test_a_button_whose_message_telegram_no_longer_shows_is_still_read() -> None:
    gone = {"chat": PRIVATE, "message_id": 1, "date": 0}
    found = read(callback_query={"id": "1", "from": ASHA, "chat_instance": "1", "data": "v1:3:yes", "message": gone})
    assert isinstance(found, Arrived)
    assert found.inbound.choice == "3:yes"


def test_the_claim_button_names_case_and_paralegal() -> None:
    found = pressed("v1:claim:K4M7-2QXC", GROUP)
    assert isinstance(found, Claimed)
    assert (found.reference, found.staff) == ("K4M7-2QXC", "42")


def test_any_other_button_in_a_group_is_not_for_us() -> None:
    assert pressed("v1:3:yes", GROUP) is None


@pytest.mark.parametrize("status", ["kicked", "member"])
def test_only_a_person_who_blocks_us_is_noted(status: str) -> None:
    found = membership(status)
    assert (found == Arrived("42", "7", Inbound(Kind.BLOCKED))) is (status == "kicked")
    assert membership(status, GROUP) is None


def test_a_changed_message_keeps_its_words_and_a_moving_location_is_let_be() -> None:
    assert read(edited_message=message(text="on Friday")) == Arrived("42", "7", Inbound(Kind.EDITED, "on Friday"))
    changed = message(photo=[{**FILE, **SIZE}], caption="the back door")
    assert read(edited_message=changed) == Arrived("42", "7", Inbound(Kind.EDITED, "the back door"))
    assert read(edited_message=message(location={"latitude": 1, "longitude": 1})) is None


def test_the_code_of_a_paralegal_is_not_a_message() -> None:
    assert read(message=message(text="/link  ab12cd34 ")) == LinkSent("ab12cd34", "42", "42", "7")
    assert arrived(text="/linked to my landlord").kind is Kind.TEXT


@pytest.mark.parametrize(
    ("text", "kind", "for_us"),
    [
        ("/start@doorstep_bot", "bot_command", True),
        ("@doorstep_bot help", "mention", True),
        ("@sipho look", "mention", False),
        ("they put me out", "", False),
    ],
)
def test_a_group_is_answered_when_it_talks_to_a_bot(text: str, kind: str, for_us: bool) -> None:
    entities = [{"type": kind, "offset": 0, "length": len(text.split()[0])}] if kind else []
    found = read(message=message(GROUP, text=text, entities=entities))
    assert found == (InGroup("-100", "7") if for_us else None)


def test_an_update_without_a_message_needs_no_answer() -> None:
    assert read() is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"message": {"chat": PRIVATE, "text": "help me"}}, Inbound(Kind.TEXT, text="help me")),
        ({"message": {"chat": PRIVATE, "text": " "}}, Inbound(Kind.OTHER)),
        ({"message": {"chat": PRIVATE, "poll": {}}}, Inbound(Kind.OTHER)),
        ({"message": {"chat": GROUP, "text": "help me"}}, None),
        ({"message": {"chat": {"type": "private", "id": "x"}}}, None),
        ({"message": "help"}, None),
        ({"callback_query": {}}, None),
    ],
)
def test_what_the_library_cannot_parse_is_read_as_far_as_it_goes(raw: dict[str, Any], expected: Inbound | None) -> None:
    assert read_raw({"update_id": 7, **raw}) == (expected and Arrived("42", "7", expected))


def test_short_labels_share_a_row_and_long_ones_stand_alone() -> None:
    labels = ["Yes", "No", "Skip", "Locked out or thrown out of my home", "I do not know", "Talk to a person"]
    markup = keyboard(tuple((str(number), label) for number, label in enumerate(labels)))
    assert markup is not None
    assert [[button.text for button in row] for row in markup.inline_keyboard] == [
        labels[:2],
        labels[2:3],
        labels[3:4],
        labels[4:],
    ]
    assert markup.inline_keyboard[0][1].callback_data == "v1:1"


def test_no_choices_are_no_keyboard() -> None:
    assert keyboard(()) is None


def units(text: str) -> int:
    """How long Telegram thinks a text is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(some.text(alphabet="a \n🏠é", max_size=40), some.integers(1, 400))
def test_no_part_is_too_long_or_empty_and_nothing_but_space_is_lost(words: str, times: int) -> None:
    text = words * times
    parts = split(text, LIMIT)
    assert all(part.strip() and units(part) <= LIMIT for part in parts)
    if text.strip():
        assert "".join("".join(parts).split()) == "".join(text.split())


@given(some.integers(LIMIT - 3, LIMIT + 3), some.sampled_from("a🏠"))
def test_the_limit_is_counted_in_utf_16(length: int, letter: str) -> None:
    text = letter * (length // units(letter))
    assert (len(split(text, LIMIT)) == 1) is (units(text) <= LIMIT)


def test_a_long_text_is_cut_between_words() -> None:
    parts = split("word " * 2000, LIMIT)
    assert len(parts) > 1
    assert all(part.split() == ["word"] * len(part.split()) for part in parts)

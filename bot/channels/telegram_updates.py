"""Telegram updates as inbound messages, and letters as Telegram keyboards: pure translation."""

from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    CallbackQuery,
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram.constants import ChatType, FileSizeLimit

from bot.messages import Inbound, Kind

CHANNEL = "telegram"
BUTTON_PREFIX = "v1:"
_LONG_LABEL = 18  # characters; longer labels get a row of their own, or phones cut them off
_CLAIM = "claim:"
_LINK = "/link"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A person's message, with the chat it came from."""

    chat: str
    update: str
    inbound: Inbound
    callback: CallbackQuery | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A paralegal pressed Claim in the staff group."""

    reference: str
    staff: str
    callback: CallbackQuery


@dataclass(frozen=True, slots=True)
class LinkSent:
    """A paralegal sent the code that joins their Telegram account to the desk."""

    code: str
    staff: str
    chat: str
    update: str


@dataclass(frozen=True, slots=True)
class InGroup:
    """Somebody wrote in a group, where we do not talk about problems."""

    chat: str
    update: str


Read = Arrived | Claimed | LinkSent | InGroup | None


def read_raw(raw: dict[str, Any]) -> Arrived | None:
    """What can be read of an update that the library cannot parse: nobody who writes is left without an answer."""
    message = raw.get("message")
    if not isinstance(message, dict):
        return None
    chat = message.get("chat")
    if not isinstance(chat, dict) or chat.get("type") != ChatType.PRIVATE or not isinstance(chat.get("id"), int):
        return None
    text = message.get("text")
    told = Inbound(Kind.TEXT, text=text) if isinstance(text, str) and text.strip() else Inbound(Kind.OTHER)
    return Arrived(str(chat["id"]), str(raw["update_id"]), told)


def read_update(update: Update) -> Read:
    """What an update is for us; None when it needs no answer."""
    if update.callback_query is not None:
        return _pressed(update, update.callback_query)
    if update.my_chat_member is not None:
        chat = update.my_chat_member.chat
        gone = update.my_chat_member.new_chat_member.status == ChatMember.BANNED
        if chat.type != ChatType.PRIVATE or not gone:
            return None
        return Arrived(str(chat.id), str(update.update_id), Inbound(Kind.BLOCKED))
    message = update.message or update.edited_message
    if message is None:
        return None
    chat_id, update_id = str(message.chat.id), str(update.update_id)
    if message.chat.type != ChatType.PRIVATE:
        return InGroup(chat_id, update_id) if _is_for_us(message) else None
    text = message.text or ""
    if text.split(maxsplit=1)[:1] == [_LINK] and message.from_user is not None:
        return LinkSent(text.removeprefix(_LINK).strip(), str(message.from_user.id), chat_id, update_id)
    if update.edited_message is not None:
        words = text or message.caption or ""  # none: somebody who shares where they are goes on moving
        return Arrived(chat_id, update_id, Inbound(Kind.EDITED, text=words)) if words.strip() else None
    return Arrived(chat_id, update_id, replace(to_inbound(message), language=_language_of(message.from_user)))


def _language_of(user: User | None) -> str:
    """The language that their Telegram shows itself in, such as `zu`; English, which most have, tells nothing."""
    code = (user.language_code or "").split("-")[0].lower() if user is not None else ""
    return "" if code == "en" else code


def _is_for_us(message: Message) -> bool:
    """Whether a group talks to a bot: a command, or a mention of one, whose name always ends so."""
    text = message.text or ""
    return text.startswith("/") or any(
        name.lower().endswith("bot") for name in message.parse_entities([MessageEntity.MENTION]).values()
    )


def _pressed(update: Update, query: CallbackQuery) -> Arrived | Claimed | None:
    data = query.data or ""
    if data.startswith(BUTTON_PREFIX + _CLAIM):
        return Claimed(data.removeprefix(BUTTON_PREFIX + _CLAIM), str(query.from_user.id), query)
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    inbound = Inbound(Kind.CHOICE, choice=data.removeprefix(BUTTON_PREFIX))
    return Arrived(str(query.message.chat.id), str(update.update_id), inbound, query)


def to_inbound(message: Message) -> Inbound:
    """A message of a private chat."""
    if message.text is not None:
        return Inbound(Kind.TEXT, text=message.text) if message.text.strip() else Inbound(Kind.EMPTY)
    file = _file_of(message)
    if file is not None:
        return file
    if message.sticker is not None or message.animation is not None or message.dice is not None:
        return Inbound(Kind.STICKER)
    if message.location is not None:
        where = f"{message.location.latitude:.4f}, {message.location.longitude:.4f}"
        return Inbound(Kind.LOCATION, text=where)
    if message.contact is not None:
        contact = message.contact
        name = f"{contact.first_name} {contact.last_name or ''}".strip()
        return Inbound(Kind.CONTACT, text=f"{name} {contact.phone_number}")
    return Inbound(Kind.OTHER)


def _file_of(message: Message) -> Inbound | None:
    caption = message.caption or ""
    voice = message.voice or message.video_note
    if voice is not None:
        return _file(Kind.VOICE, voice.file_id, voice.file_size, "voice message", "audio/ogg", caption)
    if message.photo:
        best = message.photo[-1]
        return _file(Kind.FILE, best.file_id, best.file_size, "photo.jpg", "image/jpeg", caption)
    if message.animation is not None:
        return None
    document = message.document or message.audio or message.video
    if document is not None:
        kind = document.mime_type or "application/octet-stream"
        return _file(Kind.FILE, document.file_id, document.file_size, document.file_name or "file", kind, caption)
    return None


def _file(kind: Kind, remote: str, size: int | None, name: str, media_type: str, caption: str) -> Inbound:
    if size is not None and size > FileSizeLimit.FILESIZE_DOWNLOAD:
        return Inbound(Kind.TOO_BIG, text=caption)
    return Inbound(kind, text=caption, remote=remote, file_name=name, media_type=media_type)


def keyboard(choices: tuple[tuple[str, str], ...]) -> InlineKeyboardMarkup | None:
    """Buttons: short labels two in a row, long ones alone."""
    if not choices:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    for id_, label in choices:
        button = InlineKeyboardButton(label, callback_data=f"{BUTTON_PREFIX}{id_}")
        last = rows[-1] if rows else []
        if len(label) <= _LONG_LABEL and len(last) == 1 and len(last[0].text) <= _LONG_LABEL:
            last.append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows)

"""What a browser is given: letters that wait for it, and what was said before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messages import Inbound, Kind
from casestore.attachments import Attachment
from casestore.conversations import Conversation
from casestore.messages import Message
from casestore.outbox import Letter
from casestore.unit_of_work import Store, UnitOfWork

_CHANNEL = "web"
_HISTORY = 200  # messages: what a person scrolls through on a phone


@dataclass(frozen=True, slots=True)
class Languages:
    """How the language of a message is told: the person's, unless it begins with a heading that is only English."""

    person: str = ""
    english: frozenset[str] = frozenset()

    def of(self, sender: str, text: str) -> str:
        """The language of what the bot said; empty for what people wrote, who may write as they like."""
        if sender != "bot":
            return ""
        return "en" if text.split("\n", 1)[0] in self.english else self.person


def letters_for(
    store: Store, address: str, *, after: int, now: datetime, english: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """The letters that wait, oldest first; those up to `after` have been shown and are confirmed.

    Looking is cheap and blocks no writer; only a confirmation writes. `english` are headings of texts only in English.
    """
    with store.reading() as uow:
        waiting = uow.outbox.waiting_for(_CHANNEL, address, now=now)
        written = _transcript_of(uow, address, waiting)
        languages = Languages(language_of(uow, address), english) if waiting else Languages()
    if any(letter.id <= after for letter in waiting):
        with store.unit_of_work() as uow:
            uow.outbox.confirm_up_to(_CHANNEL, address, after, now=now)
    return [
        _described(letter, written.get(letter.message_id or 0), languages) for letter in waiting if letter.id > after
    ]


def language_of(uow: UnitOfWork, address: str) -> str:
    """The language that the person behind a browser speaks with us; empty for somebody new."""
    conversation = uow.conversations.find(_CHANNEL, address)
    return "" if conversation is None else uow.people.language(conversation.person_id)


def history_of(store: Store, address: str, *, english: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """The transcript without what still waits in the outbox, and with what has not been worked yet."""
    with store.reading() as uow:
        conversation = uow.conversations.find(_CHANNEL, address)
        if conversation is None:
            return []
        messages = uow.messages.transcript(conversation, limit=_HISTORY)
        states = uow.outbox.states([message.id for message in messages])
        files = {file.message_id: file for file in uow.attachments.of(conversation)}
        languages = Languages(uow.people.language(conversation.person_id), english)
        shown = [message for message in messages if states.get(message.id) not in ("waiting", "held")]
        said = [_said(message, files.get(message.id), languages) for message in shown]
        return said + _not_worked_yet(uow, conversation)


def _transcript_of(uow: UnitOfWork, address: str, letters: list[Letter]) -> dict[int, Message]:
    """The transcript's own lines for these letters: they tell who wrote and when."""
    ids = [letter.message_id for letter in letters if letter.message_id is not None]
    conversation = uow.conversations.find(_CHANNEL, address) if ids else None
    if conversation is None:
        return {}
    return {message.id: message for message in uow.messages.transcript(conversation, after=min(ids) - 1)}


def _described(letter: Letter, message: Message | None, languages: Languages) -> dict[str, Any]:
    by_paralegal = message is not None and message.sender == "paralegal"
    return {
        "id": letter.id,
        # A paralegal's own words, without the name that other channels need in front of them.
        "text": message.text if message is not None and by_paralegal else letter.text,
        "choices": _choices(letter.choices),
        "document": letter.document,
        "file": letter.file,
        "from": "paralegal" if by_paralegal else "bot",
        "lang": languages.of("paralegal" if by_paralegal else "bot", letter.text),
        "by": message.by if message is not None and by_paralegal else None,
        "at": None if message is None else message.at.isoformat(timespec="seconds"),
    }


def file_for(store: Store, address: str, file_id: int) -> tuple[Attachment, bytes] | None:
    """A file made for the person of this browser, and its bytes; None when it is not theirs, or not kept any more."""
    with store.reading() as uow:
        conversation = uow.conversations.find(_CHANNEL, address)
        opened = uow.attachments.content(conversation, file_id) if conversation is not None else None
        if conversation is None or opened is None or not _is_ours(uow, conversation, opened[0].message_id):
            return None
        return opened


def _is_ours(uow: UnitOfWork, conversation: Conversation, message_id: int | None) -> bool:
    """Whether we sent it: what a person sends is not given out again, for it may hold anything."""
    found = [] if message_id is None else uow.messages.transcript(conversation, after=message_id - 1)
    return any(message.id == message_id and message.sender != "person" for message in found)


def _said(message: Message, file: Attachment | None, languages: Languages) -> dict[str, Any]:
    document = file.name if file is not None and message.sender != "person" else ""
    return {
        "document": document,
        "file": file.id if file is not None and document else None,
        "id": message.id,
        "from": message.sender,
        "lang": languages.of(message.sender, message.text),
        "text": message.text,
        "choices": _choices(message.choices),
        "by": message.by,
        "at": message.at.isoformat(timespec="seconds"),
    }


def _not_worked_yet(uow: UnitOfWork, conversation: Conversation) -> list[dict[str, Any]]:
    """Words that arrived a moment ago. A file's line is in the transcript as soon as it arrives."""
    found = []
    for arrival in uow.inbox.waiting(conversation):
        inbound = Inbound.from_json(arrival.body)
        if inbound.kind in (Kind.TEXT, Kind.CHOICE) and inbound.text:
            at = arrival.received_at.isoformat(timespec="seconds")
            found.append(
                {"id": 0, "from": "person", "lang": "", "text": inbound.text, "choices": [], "by": None, "at": at}
            )
    return found


def _choices(choices: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"id": id_, "label": label} for id_, label in choices]

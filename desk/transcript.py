"""What was said, by whom and whether it has arrived, ready for the page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from casestore.attachments import Attachment
from casestore.conversations import Conversation
from casestore.unit_of_work import UnitOfWork
from desk.showing import day_words

_STATES = {
    "waiting": "On its way",
    "held": "Waits until it is safe to send",
    "sent": "Sent",
    "failed": "Could not be delivered",
}
INLINE = ("image/jpeg", "image/png", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as the page shows it; `note` says why it cannot be opened."""

    id: int
    name: str
    size: str
    image: bool
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the transcript; `day` is only set where a new day begins."""

    id: int
    sender: str
    by: str
    text: str
    choices: tuple[str, ...]
    day: str
    time: str
    iso: str
    state: str
    state_words: str
    files: tuple[File, ...]


def lines(uow: UnitOfWork, conversation: Conversation, zone: ZoneInfo, *, after: int = 0) -> list[Line]:
    """The messages after `after`, oldest first."""
    messages = uow.messages.transcript(conversation, after=after)
    states = uow.outbox.states([message.id for message in messages])
    files: dict[int | None, list[File]] = {}
    for attachment in uow.attachments.of(conversation):
        files.setdefault(attachment.message_id, []).append(file_words(attachment))
    last_day = ""
    found = []
    for message in messages:
        local: datetime = message.at.astimezone(zone)
        day = day_words(local.date())
        state = states.get(message.id, "") if message.sender != "person" else ""
        found.append(
            Line(
                id=message.id,
                sender=message.sender,
                by={"person": "The person", "bot": "Doorstep"}.get(message.sender, message.by or "A paralegal"),
                text=message.text,
                choices=tuple(title for _, title in message.choices),
                day=day if day != last_day and not (after and not last_day) else "",
                time=f"{local:%H:%M}",
                iso=message.at.isoformat(timespec="seconds"),
                state=state,
                state_words=_STATES.get(state, ""),
                files=tuple(files.get(message.id, ())),
            )
        )
        last_day = day
    return found


def file_words(attachment: Attachment) -> File:
    """An attachment in words."""
    note = {"wanted": "still being fetched", "failed": "could not be fetched"}.get(attachment.status, "")
    kilobytes = max(1, attachment.size // 1024)
    size = f"{kilobytes} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"
    name = attachment.name or "file"
    return File(attachment.id, name, size, attachment.media_type in INLINE and not note, note)


def states(uow: UnitOfWork, conversation: Conversation) -> dict[str, Any]:
    """How far every message to the person has come, by message id."""
    ids = [message.id for message in uow.messages.transcript(conversation) if message.sender != "person"]
    return {str(id_): {"state": state, "words": _STATES[state]} for id_, state in uow.outbox.states(ids).items()}

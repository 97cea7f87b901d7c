"""Photos, documents and letters: sealed files beside the database, one a row, kept with the conversation."""

import contextlib
import os
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from casestore.conversations import Conversation
from casestore.errors import StoreUnavailable
from casestore.lifecycle import Status
from casestore.people import People
from casestore.tables import AttachmentRow, CaseRow, ConversationRow, MessageRow

_NAME, _REMOTE, _CONTENT = "attachments.name", "attachments.remote", "attachments.content"
MAX_BYTES = 20 * 1024 * 1024
# A sender may write anything where the media type belongs, and it is stored in clear: only these are kept.
_OTHER_TYPE = "application/octet-stream"
_MEDIA_TYPES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "image/heif",
        "image/tiff",
        "image/bmp",
        "image/svg+xml",
        "audio/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/webm",
        "audio/wav",
        "audio/x-wav",
        "audio/aac",
        "audio/amr",
        "audio/3gpp",
        "audio/x-m4a",
        "video/mp4",
        "video/webm",
        "video/quicktime",
        "video/3gpp",
        "video/mpeg",
        "text/plain",
        "text/html",
        "text/csv",
        "text/calendar",
        "message/rfc822",
        "application/pdf",
        "application/rtf",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file somebody sent. `status` is `wanted` (not fetched yet), `kept` or `failed`."""

    id: int
    conversation_id: int
    message_id: int | None
    name: str
    media_type: str
    size: int
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that the channel still holds, under `remote`."""

    id: int
    remote: str
    attempts: int


class AttachmentFiles:
    """The folder of sealed files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, sealed: bytes) -> None:
        """Writes a file so that it is whole or not there, whatever happens in between."""
        draft = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with contextlib.ExitStack() as on_failure:
                on_failure.callback(draft.unlink, missing_ok=True)
                with open(draft, "wb") as file:
                    file.write(sealed)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(self.folder / name)
        except OSError as error:
            raise StoreUnavailable(f"the attachments folder {self.folder} takes no file ({error.strerror})") from None

    def read(self, name: str) -> bytes:
        """The sealed bytes."""
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise StoreUnavailable(f"the file {name} cannot be read from {self.folder} ({error.strerror})") from None

    def tidy(self, *, before: datetime) -> int:
        """Removes what a crash left half-written before that time; returns how many."""
        left = [path for path in self.folder.glob(".*.part") if path.stat().st_mtime < before.timestamp()]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def remove(self, name: str) -> None:
        """Takes the file away, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            (self.folder / name).unlink()


class Attachments:
    """Keeps files and gives them back."""

    def __init__(self, session: Session, people: People, files: AttachmentFiles) -> None:
        self._session = session
        self._people = people
        self._files = files
        self._forgotten: list[str] = []
        self._written: list[str] = []

    def want(
        self, conversation: Conversation, *, message_id: int, remote: str, name: str, media_type: str, now: datetime
    ) -> None:
        """Notes a file that is still with the channel and must be fetched."""
        box = self._people.box(conversation.person_id)
        self._add(conversation, message_id, name, media_type, 0, "wanted", now).remote_sealed = box.seal(
            remote, _REMOTE
        )

    def keep(
        self, conversation: Conversation, *, message_id: int, content: bytes, name: str, media_type: str, now: datetime
    ) -> int:
        """Keeps a file that came with its bytes, or that was made for the person; returns its id."""
        row = self._add(conversation, message_id, name, media_type, len(content), "kept", now)
        self._write(row, conversation.person_id, content)
        return row.id

    def due(self, channel: str, *, now: datetime, limit: int = 5) -> list[Wanted]:
        """Files to fetch from that channel now."""
        rows = self._session.execute(
            select(AttachmentRow, ConversationRow.person_id)
            .join(ConversationRow, ConversationRow.id == AttachmentRow.conversation_id)
            .where(AttachmentRow.channel == channel, AttachmentRow.status == "wanted", AttachmentRow.next_try_at <= now)
            .order_by(AttachmentRow.id)
            .limit(limit)
        )
        return [
            Wanted(row.id, self._people.box(person_id).open_text(row.remote_sealed, _REMOTE), row.attempts)
            for row, person_id in rows
            if row.remote_sealed is not None
        ]

    def fetched(self, attachment_id: int, content: bytes) -> None:
        """The bytes arrived. Nothing happens when the person was erased meanwhile."""
        row = self._session.get(AttachmentRow, attachment_id, with_for_update=True)
        if row is None or row.status != "wanted":
            return
        self._write(row, self._session.get_one(ConversationRow, row.conversation_id).person_id, content)
        row.size, row.status, row.remote_sealed = len(content), "kept", None

    def not_fetched(self, attachment_id: int, *, again_at: datetime | None) -> None:
        """The bytes did not arrive: once more at `again_at`, or never."""
        row = self._session.get(AttachmentRow, attachment_id)
        if row is None:
            return
        row.attempts += 1
        if again_at is None:
            row.status, row.remote_sealed = "failed", None
        else:
            row.next_try_at = again_at

    def of(self, conversation: Conversation) -> list[Attachment]:
        """All files of a conversation, oldest first."""
        rows = self._session.scalars(
            select(AttachmentRow).where(AttachmentRow.conversation_id == conversation.id).order_by(AttachmentRow.id)
        )
        return [self._described(row, conversation.person_id) for row in rows]

    def content(self, conversation: Conversation, attachment_id: int) -> tuple[Attachment, bytes] | None:
        """One file of this conversation and its bytes; None when it is not there, or not fetched."""
        row = self._session.get(AttachmentRow, attachment_id)
        if row is None or row.conversation_id != conversation.id or row.status != "kept":
            return None
        sealed = self._files.read(row.file_name)
        return self._described(row, conversation.person_id), self._people.box(conversation.person_id).open(
            sealed, _CONTENT
        )

    def is_kept(self, file_name: str) -> bool:
        """Whether a file of that name should be in the folder."""
        kept = select(AttachmentRow.id).where(AttachmentRow.file_name == file_name, AttachmentRow.status == "kept")
        return self._session.scalar(kept) is not None

    def traces(self, person_id: str) -> dict[str, list[bytes]]:
        """The names under which the person's files lie in the folder."""
        names = self._session.scalars(
            select(AttachmentRow.file_name)
            .join(ConversationRow, ConversationRow.id == AttachmentRow.conversation_id)
            .where(ConversationRow.person_id == person_id)
        ).all()
        return {"names of their files": [name.encode() for name in names]} if names else {}

    def forget_person(self, person_id: str) -> None:
        """Takes all files of a person away, the bytes once the transaction is through."""
        rows = self._session.scalars(
            select(AttachmentRow)
            .join(ConversationRow, ConversationRow.id == AttachmentRow.conversation_id)
            .where(ConversationRow.person_id == person_id)
        )
        for row in rows.all():
            self._forgotten.append(row.file_name)
            self._session.delete(row)
        self._session.flush()

    def forget(self, ids: list[int]) -> None:
        """Takes those files away, the bytes once the transaction is through."""
        for row in self._session.scalars(select(AttachmentRow).where(AttachmentRow.id.in_(ids))).all():
            self._forgotten.append(row.file_name)
            self._session.delete(row)
        self._session.flush()

    def forget_made(self, *, before: datetime) -> int:
        """Takes away what was made for people before that time and belongs to no open case; returns how many.

        Their own files stay until they are erased.
        """
        worked_on = exists().where(
            CaseRow.conversation_id == AttachmentRow.conversation_id, CaseRow.status != Status.CLOSED
        )
        rows = self._session.scalars(
            select(AttachmentRow)
            .join(MessageRow, MessageRow.id == AttachmentRow.message_id)
            .where(MessageRow.sender != "person", AttachmentRow.at < before, ~worked_on)
        ).all()
        for row in rows:
            self._forgotten.append(row.file_name)
            self._session.delete(row)
        self._session.flush()
        return len(rows)

    def discard_forgotten(self) -> None:
        """Removes the bytes of what was forgotten; called after the commit."""
        for name in self._forgotten:
            self._files.remove(name)
        self._forgotten.clear()

    def discard_written(self) -> None:
        """Removes the bytes that were written in a transaction that failed."""
        for name in self._written:
            self._files.remove(name)
        self._written.clear()

    def _write(self, row: AttachmentRow, person_id: str, content: bytes) -> None:
        self._files.write(row.file_name, self._people.box(person_id).seal(content, _CONTENT))
        self._written.append(row.file_name)

    def _add(
        self,
        conversation: Conversation,
        message_id: int,
        name: str,
        media_type: str,
        size: int,
        status: str,
        now: datetime,
    ) -> AttachmentRow:
        row = AttachmentRow(
            conversation_id=conversation.id,
            message_id=message_id,
            channel=conversation.channel,
            name_sealed=self._people.box(conversation.person_id).seal(name, _NAME),
            media_type=_known_type(media_type),
            size=size,
            file_name=uuid.uuid4().hex,
            status=status,
            next_try_at=now,
            at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row

    def _described(self, row: AttachmentRow, person_id: str) -> Attachment:
        name = self._people.box(person_id).open_text(row.name_sealed, _NAME)
        return Attachment(
            row.id, row.conversation_id, row.message_id, name, row.media_type, row.size, row.status, row.at
        )


def _known_type(media_type: str) -> str:
    kind = media_type.partition(";")[0].strip().lower()
    return kind if kind in _MEDIA_TYPES else _OTHER_TYPE

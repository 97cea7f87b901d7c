"""Stores what arrives before anybody acknowledges it."""

from datetime import timedelta

from bot.messages import Inbound, Kind
from bot.office import Office
from casestore.attachments import MAX_BYTES
from casestore.conversations import Conversation
from casestore.unit_of_work import UnitOfWork

# Words may come in a burst and are worth waiting for; anything else is worked at once.
_SETTLES = frozenset({Kind.TEXT})


class Intake:
    """The one way in, for every channel."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def receive(
        self, channel: str, address: str, external_id: str, inbound: Inbound, content: bytes | None = None
    ) -> bool:
        """Stores one update; False when it is there already, so that a repeated delivery changes nothing.

        A file comes with its `content`, or with `inbound.remote` to be fetched later.
        Raises StoreUnavailable when nothing could be stored: the channel must not acknowledge then.
        """
        now = self._office.clock()
        if content is not None and len(content) > MAX_BYTES:
            inbound = Inbound(Kind.TOO_BIG)
        with self._office.store.unit_of_work() as uow:
            conversation = uow.conversations.find_or_start(channel, address, now=now)
            if not uow.inbox.store(conversation, external_id=external_id, body=inbound.to_json(), now=now):
                return False
            settle = self._office.settle if self._settles(inbound) else timedelta(0)
            longest = self._office.longest if settle else timedelta(0)
            uow.conversations.note_waiting(conversation.id, now=now, settle=settle, longest=longest)
            uow.safe_contact.heard(conversation.id, now=now)
            if inbound.kind in (Kind.FILE, Kind.VOICE):  # after the chat is locked, as the worker has it too
                self._keep_file(uow, conversation, inbound, content)
        return True

    def _settles(self, inbound: Inbound) -> bool:
        return inbound.kind in _SETTLES and not inbound.text.startswith("/")

    def _keep_file(self, uow: UnitOfWork, conversation: Conversation, inbound: Inbound, content: bytes | None) -> None:
        now = self._office.clock()
        caption = f"{inbound.text}\n" if inbound.text else ""
        message_id = uow.messages.add(conversation, "person", f"{caption}[{inbound.file_name}]", now=now)
        if content is not None:
            uow.attachments.keep(
                conversation,
                message_id=message_id,
                content=content,
                name=inbound.file_name,
                media_type=inbound.media_type,
                now=now,
            )
        else:
            uow.attachments.want(
                conversation,
                message_id=message_id,
                remote=inbound.remote,
                name=inbound.file_name,
                media_type=inbound.media_type,
                now=now,
            )

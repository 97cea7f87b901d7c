"""Writes one conspicuous word wherever a person, or a paralegal writing to one, can write."""

from dataclasses import dataclass

from casestore.cases import Case
from casestore.conversations import Conversation
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_paralegal

WORD = "Quetzalfeder"


@dataclass(frozen=True, slots=True)
class Planted:
    """Where the word was written."""

    conversation: Conversation
    case: Case
    staff_id: int


def plant(store: Store, address: str = f"{WORD}@example.org", *, name: str = "Visible Name") -> Planted:
    """A conversation, a case, files and messages that all have the word in them."""
    word = f"my {WORD} story"
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow, address, channel="web")
        uow.inbox.store(conversation, external_id=f"worked:{conversation.id}", body=word, now=NOW)
        uow.inbox.mark_done([arrival.id for arrival in uow.inbox.waiting(conversation)], now=NOW)
        uow.inbox.store(conversation, external_id=f"waits:{conversation.id}", body=word, now=NOW)
        said = uow.messages.add(conversation, "person", word, choices=((WORD, WORD),), now=NOW)
        uow.conversations.save_session(conversation.id, word)
        for step in range(3):
            uow.outbox.put(
                channel="web",
                address=address,
                text=word,
                choices=((WORD, WORD),),
                document=WORD,
                dedupe=f"planted:{conversation.id}:{step}",
                now=NOW,
                conversation_id=conversation.id,
                message_id=said,
            )
        sent, failed, _ = uow.outbox.waiting_for("web", address)
        uow.outbox.mark_sent(sent.id, now=NOW)
        uow.outbox.mark_failed(failed.id, failure="refused")
        kind = {"name": f"{WORD}.pdf", "media_type": f"application/{WORD}", "now": NOW}
        uow.attachments.want(conversation, message_id=said, remote=f"https://files.example/{WORD}", **kind)
        uow.attachments.keep(conversation, message_id=said, content=word.encode() * 1000, **kind)
        case = a_case(uow, conversation, assessment={WORD: [word]}, understood="housing.lockout")
        paralegal = a_paralegal(uow, f"thandi{conversation.id}", name=name, password=f"{WORD} password")
        case = uow.cases.claim(case.id, staff_id=paralegal.id, now=NOW)
        uow.messages.add(conversation, "paralegal", word, staff_id=paralegal.id, now=NOW)
        uow.cases.close(case.id, staff_id=paralegal.id, outcome="resolved", note=word, now=NOW)
    return Planted(conversation, case, paralegal.id)

"""A copy of everything held about a person, in words they can read."""

from collections.abc import Callable
from datetime import datetime

from bot.session import Session
from casestore.conversations import Conversation
from casestore.unit_of_work import UnitOfWork

_WHO = {"person": "You", "bot": "Doorstep", "paralegal": "Paralegal"}
_PURPOSES = {
    "case": "open a case and let a paralegal read it",
    "statistics": "count your problem in statistics",
    "improve": "let your words, without what names you, teach the program",
}


def copy_of(
    uow: UnitOfWork, conversation: Conversation, session: Session, *, label: Callable[[str], str], now: datetime
) -> str:
    """The text of the copy: where you are, cases, answers, consents, files, and the whole conversation.

    `label` says in everyday words what a key of an answer or of a flag is.
    """
    lines = [f"Everything Doorstep holds about you, on {now:%d %B %Y}", ""]
    lines += [f"Channel: {conversation.channel}", f"Your address there: {conversation.address}"]
    lines += [f"Language: {session.language}", ""]
    lines += _case_lines(uow, conversation)
    if session.answers or session.flags or session.can_get:
        lines += [
            "What you told us, as noted:",
            *(f"  {label(id_)}: {value}" for id_, value in session.answers.items()),
        ]
        lines += [f"  {label(f'can_get.ask.{id_}')} {value}" for id_, value in session.can_get.items()]
        lines += [f"  Danger heard: {label(flag)}" for flag in session.flags]
        lines += [""]
    consents = uow.consents.of(conversation.person_id)
    if consents:
        lines += ["What you agreed to, or not:"]
        lines += [
            f"  {c.at:%d %B %Y %H:%M} UTC: {'yes' if c.given else 'no'} – {_PURPOSES.get(c.purpose, c.purpose)}"
            for c in consents
        ]
        lines += [""]
    if session.letter_values:
        lines += ["For the letter that is being written:"]
        lines += [f"  {id_}: {value}" for id_, value in session.letter_values.items()]
        lines += [""]
    transcript = uow.messages.transcript(conversation, limit=100_000)
    ours = {message.id for message in transcript if message.sender != "person"}
    files = uow.attachments.of(conversation)
    for title, made in (("Files you sent:", False), ("Letters made for you:", True)):
        listed = [f for f in files if (f.message_id in ours) is made]
        if listed:
            lines += [title, *(f"  {f.name} ({f.media_type}, {f.size} bytes)" for f in listed), ""]
    lines += ["The conversation (times are UTC):"]
    for message in transcript:
        who = message.by or _WHO[message.sender]
        lines.append(f"  {message.at:%Y-%m-%d %H:%M} {who}: {message.text}")
    return "\n".join(lines) + "\n"


def _case_lines(uow: UnitOfWork, conversation: Conversation) -> list[str]:
    case = uow.cases.of_conversation(conversation.id)
    if case is None:
        return ["Case: none", ""]
    lines = [f"Case {case.reference}: {case.status}, opened {case.opened_at:%d %B %Y}"]
    lines += [f"  problem: {issue}" for issue in case.issues]
    lines += [f"  urgency: {case.urgency}"]
    lines += [f"  with: {case.claimed_by_name}"] if case.claimed_by_name else []
    lines += [f"  {entry.at:%Y-%m-%d %H:%M} {entry.kind.title} ({entry.by})" for entry in uow.log.of(case.id)]
    if note := uow.cases.note(case):
        lines += [f"  note at the end: {note}"]
    return [*lines, ""]

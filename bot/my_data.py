"""A copy of everything held about a person, in words they can read."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from bot.days import say_date
from bot.draft import Book
from bot.record_in_words import record_lines, residence_lines
from bot.session import Session
from bot.wording import Wording
from bot.work_in_words import work_lines
from casestore.conversations import Conversation
from casestore.unit_of_work import UnitOfWork

_BOT = "Doorstep"
_Say = Callable[..., str]
_ANSWER = {"given": "copy.agreed", "refused": "copy.not_agreed", "withdrawn": "copy.taken_back"}


def copy_of(uow: UnitOfWork, conversation: Conversation, session: Session, book: Book, *, now: datetime) -> str:
    """The text of the copy: where you are, cases, answers, consents, files, and the whole conversation."""
    language, wording = session.language, book.wording

    def say(key: str, **fills: str) -> str:
        return wording.say(key, language, **fills)

    lines = [say("copy.title", day=say_date(now.date(), language)), ""]
    lines += [say("copy.channel", channel=conversation.channel), say("copy.address", address=conversation.address)]
    lines += [say("copy.language", language=say(f"languages.{language}")), ""]
    lines += _case_lines(uow, conversation, say, partial(say_date, language=language), book.pack.service_name)
    if session.answers or session.flags or session.can_get:
        lines += [say("copy.told")]
        lines += [f"  {_label(wording, say, f'fact.{id_}', id_)}: {value}" for id_, value in session.answers.items()]
        lines += [
            f"  {_label(wording, say, f'can_get.ask.{id_}', id_)} {value}" for id_, value in session.can_get.items()
        ]
        lines += [f"  {say('copy.danger', flag=_label(wording, say, f'flag.{flag}', flag))}" for flag in session.flags]
        lines += [""]
    lines += _consent_lines(uow, conversation, wording, say)
    lines += _safe_lines(uow, conversation, say)
    if session.letter_values:
        lines += [say("copy.letter_values")]
        lines += [f"  {id_}: {value}" for id_, value in session.letter_values.items()]
        lines += [""]
    transcript = uow.messages.transcript(conversation, limit=100_000)
    ours = {message.id for message in transcript if message.sender != "person"}
    files = uow.attachments.of(conversation)
    for title, made in (("copy.files", False), ("copy.letters", True)):
        listed = [f for f in files if (f.message_id in ours) is made]
        if listed:
            lines += [say(title), *(f"  {f.name} ({f.media_type}, {f.size} bytes)" for f in listed), ""]
    lines += [say("copy.transcript")]
    who = {"person": say("copy.you"), "bot": _BOT, "paralegal": say("copy.paralegal")}
    for message in transcript:
        lines.append(f"  {message.at:%Y-%m-%d %H:%M} {message.by or who[message.sender]}: {message.text}")
    return "\n".join(lines) + "\n"


def stored_copy_of(uow: UnitOfWork, conversation: Conversation, now: datetime, *, book: Book) -> str:
    """The same copy for somebody at the desk, who hands it over on paper."""
    return copy_of(uow, conversation, Session.from_json(conversation.session), book, now=now)


def _label(wording: Wording, say: _Say, key: str, code: str) -> str:
    return say(key) if wording.has(key) else code


def _consent_lines(uow: UnitOfWork, conversation: Conversation, wording: Wording, say: _Say) -> Iterator[str]:
    consents = uow.consents.of(conversation.person_id)
    if not consents:
        return
    yield say("copy.consents")
    for consent in consents:
        purpose = _label(wording, say, f"copy.purpose_{consent.purpose}", consent.purpose)
        key = _ANSWER[consent.status]
        yield f"  {say(key, time=f'{consent.at:%Y-%m-%d %H:%M}', purpose=purpose)}"
    yield ""


def _safe_lines(uow: UnitOfWork, conversation: Conversation, say: _Say) -> Iterator[str]:
    standing = uow.safe_contact.of(conversation.id)
    if standing is None or standing.rule.lets_everything:
        return
    if standing.rule.only_when_written:
        yield say("copy.safe_when_written")
    if standing.rule.hours is not None:
        begin, end = standing.rule.hours
        yield say("copy.safe_hours", begin=str(begin), end=str(end))
    if standing.rule.neutral:
        yield say("copy.safe_neutral", notice=standing.notice.text)
    yield ""


def _case_lines(
    uow: UnitOfWork, conversation: Conversation, say: _Say, day: Callable[..., str], service: Callable[[str], str]
) -> Iterator[str]:
    cases = uow.cases.of_person(conversation.person_id)
    if not cases:
        yield from (say("copy.no_case"), "")
    for case in cases:
        yield say("copy.case", reference=case.reference, status=str(case.status), day=day(case.opened_at.date()))
        yield from (f"  {say('copy.problem', issue=say(f'issue.{issue}'))}" for issue in case.issues)
        yield f"  {say('copy.urgency', urgency=str(case.urgency))}"
        if case.claimed_by_name:
            yield f"  {say('copy.with', name=case.claimed_by_name)}"
        yield from (f"  {line}" for line in record_lines(uow, case, say, day))
        yield from (f"  {entry.at:%Y-%m-%d %H:%M} {entry.kind.title} ({entry.by})" for entry in uow.log.of(case.id))
        yield from (f"  {line}" for line in work_lines(uow, case, say, day, service))
        if note := uow.cases.note(case):
            yield f"  {say('copy.note', note=note)}"
        yield ""
    if kept := list(residence_lines(uow, conversation.person_id, say)):
        yield from (*kept, "")

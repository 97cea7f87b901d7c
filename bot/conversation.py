"""One message, one transaction: load, take the turn, apply its events, queue its replies, save."""

import logging
import traceback
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath

from bot import asking_again, case_opening
from bot.engine import Turn, story_with, take_turn
from bot.events import (
    CaseAgreed,
    CaseWithdrawn,
    ConsentAnswered,
    ContactChosen,
    CopyAsked,
    DangerHeard,
    ErasureConfirmed,
    Event,
    LanguageChosen,
    LetterTaken,
    PersonLeft,
    PersonWrote,
    SaidInEnglish,
    StopAsked,
)
from bot.messages import Inbound, Kind, Reply
from bot.my_data import copy_of
from bot.office import Office
from bot.session import Session
from casestore.conversations import Conversation
from casestore.errors import StoreUnavailable
from casestore.inbox import Arrival
from casestore.log.case_log import PERSON
from casestore.privacy.consent import Consent
from casestore.privacy.safe_contact import ContactRule, Notice, Standing
from casestore.unit_of_work import UnitOfWork
from triage.letter_files import write_file

log = logging.getLogger(__name__)

_MOST_ATTEMPTS = 3
LETTER_KEPT = timedelta(days=7)  # without an open case: long enough to fetch it again on another day


def work_next(office: Office) -> bool:
    """Takes one turn in the chat that has waited longest; False when nothing is ready.

    Raises StoreUnavailable when the database cannot be used: nothing has happened then.
    """
    taken: tuple[Conversation, list[Arrival]] | None = None
    try:
        with office.store.unit_of_work() as uow:
            conversation = uow.conversations.lock_next_ready(now=office.clock())
            if conversation is None:
                return False
            arrivals = uow.inbox.waiting(conversation)
            batch = _one_turn(arrivals)
            taken = conversation, batch
            if batch:
                _work(uow, office, conversation, batch)
            if len(arrivals) > len(batch):
                uow.conversations.postpone(conversation.id, until=office.clock())
            else:
                uow.conversations.quiet(conversation.id)
    except StoreUnavailable:
        raise
    except Exception as error:  # a bug must not silence a person, nor hold up the others
        if taken is None:
            raise
        _log_without_words("turn failed", error, conversation=taken[0].id)
        _note_failure(office, *taken)
    return True


def work_all(office: Office) -> int:
    """Works until nothing is ready; returns how many turns were taken."""
    turns = 0
    while work_next(office):
        turns += 1
    return turns


def forget_letters(office: Office) -> int:
    """Takes away the files of letters that are kept for no open case any more; returns how many."""
    with office.store.unit_of_work() as uow:
        return uow.attachments.forget_made(before=office.clock() - LETTER_KEPT)


def note_silence(office: Office) -> int:
    """Marks the referrals that a service has not answered in time; returns how many. Their paralegals see it."""
    with office.store.unit_of_work() as uow:
        return uow.referrals.note_silence(now=office.clock())


def ask_again(office: Office) -> int:
    """Asks those whose case ended some time ago what came of it; returns how many. Only by day, and each only once."""
    if not asking_again.is_an_hour_to_ask(office.today()):
        return 0
    with office.store.unit_of_work() as uow:
        due = uow.follow_ups.to_ask_in_chat(office.today().date(), channels=asking_again.CHANNELS)
        due = [(each, chat) for each, chat in due if _may_be_asked(uow.safe_contact.of(chat))]
        for follow_up, conversation_id in due:
            conversation = uow.conversations.get(conversation_id)
            language = uow.people.language(conversation.person_id)
            question = asking_again.first_question(follow_up, office.book.wording, language)
            _queue(uow, office, conversation, question, dedupe=f"again:{follow_up.id}")
            uow.follow_ups.note_asked(follow_up.id, now=office.clock())
    return len(due)


def _may_be_asked(standing: Standing | None) -> bool:
    """Whether a question of ours, unasked for, may be on their phone at all; their hours are kept by the outbox."""
    return standing is None or not (standing.rule.only_when_written or standing.rule.neutral)


def _answer_again(
    uow: UnitOfWork, office: Office, conversation: Conversation, language: str, arrival: Arrival, choice: str
) -> None:
    """An answer about a case that has ended; whatever conversation is open stays where it is."""
    now = office.clock()
    reply = asking_again.answered(uow, conversation.id, choice, office.book.wording, language, now=now)
    uow.inbox.mark_done([arrival.id], now=now)
    _queue(uow, office, conversation, reply, dedupe=f"in:{arrival.id}:0")


def _one_turn(arrivals: list[Arrival]) -> list[Arrival]:
    """The arrivals of the next turn: plain words that came one after another belong together."""
    batch: list[Arrival] = []
    for arrival in arrivals:
        plain = _is_plain_words(Inbound.from_json(arrival.body)) and not arrival.attempts
        if batch and not plain:
            break
        batch.append(arrival)
        if not plain:
            break
    return batch


def _is_plain_words(inbound: Inbound) -> bool:
    return inbound.kind is Kind.TEXT and bool(inbound.text.strip()) and not inbound.text.startswith("/")


def _work(uow: UnitOfWork, office: Office, conversation: Conversation, batch: list[Arrival]) -> None:
    now = office.clock()
    started = now
    inbounds = [Inbound.from_json(arrival.body) for arrival in batch]
    inbound = inbounds[0] if len(inbounds) == 1 else replace(inbounds[0], text="\n".join(i.text for i in inbounds))
    session = Session.from_json(conversation.session)
    for one, arrival in zip(inbounds, batch, strict=True):
        _write_down(uow, conversation, one, arrival)
    if inbound.kind is Kind.CHOICE and asking_again.is_answer(inbound.choice):
        _answer_again(uow, office, conversation, session.language, batch[0], inbound.choice)
        return
    words = inbound.text if inbound.kind in (Kind.TEXT, Kind.EDITED) else ""
    meaning = office.understanding.read(
        words, story=story_with(session, words), asked=session.asked, now=office.today()
    )
    cases = uow.cases.current(conversation.id)
    turn = take_turn(
        session,
        inbound,
        meaning,
        office.book,
        case=case_opening.described(cases, now=now),
        channel=conversation.channel,
        now=now,
        today=office.today().date(),
        agreed=uow.consents.in_force(conversation.person_id),
        opens=uow.terms.of(office.office_id).hours.opens(now),
    )
    ids = [arrival.id for arrival in batch]
    uow.inbox.mark_done(ids, now=now)
    if any(isinstance(event, ErasureConfirmed) for event in turn.events):
        _erase(uow, conversation, turn, dedupe=f"in:{ids[0]}", office=office)
        log.info("erased", extra={"conversation": conversation.id})
        return
    if not conversation.reachable and inbound.kind is not Kind.BLOCKED:
        uow.conversations.mark_reachable(conversation.id, reachable=True)
    replies = list(turn.replies)
    for event in turn.events:
        replies = _apply(uow, office, conversation, turn, event, replies)
    _count_english(office, turn)
    for step, reply in enumerate(replies):
        _queue(uow, office, conversation, reply, dedupe=f"in:{ids[0]}:{step}")
    uow.conversations.save_session(conversation.id, turn.session.to_json())
    took = (office.clock() - started) / timedelta(milliseconds=1)
    log.info(
        "turn",
        extra={
            "conversation": conversation.id,
            "channel": conversation.channel,
            "kind": str(inbound.kind),
            "asked": turn.session.asked,
            "replies": len(replies),
            "ms": round(took, 1),
        },
    )


def _write_down(uow: UnitOfWork, conversation: Conversation, inbound: Inbound, arrival: Arrival) -> None:
    """The person's side of the transcript. A file's line was written when it arrived."""
    if inbound.kind in (Kind.FILE, Kind.VOICE, Kind.BLOCKED):
        return
    if inbound.kind is Kind.CHOICE:
        text = uow.messages.label_of(conversation, inbound.choice) or "[button]"
    elif inbound.kind is Kind.EDITED:
        text = f"[changed] {inbound.text}"
    elif inbound.kind is Kind.TEXT:
        text = inbound.text
    else:
        text = f"[{inbound.kind}] {inbound.text}".strip()
    uow.messages.add(conversation, "person", text, now=arrival.received_at)


def _queue(uow: UnitOfWork, office: Office, conversation: Conversation, reply: Reply, *, dedupe: str) -> None:
    choices = tuple((choice.id, choice.label) for choice in reply.choices)
    now = office.clock()
    shown = f"[{reply.document}]" if reply.document else reply.text
    message_id = uow.messages.add(conversation, "bot", shown, choices=choices, now=now)
    file: int | None = None
    if reply.letter is not None:
        made = write_file(reply.letter, reply.format)
        file = uow.attachments.keep(
            conversation,
            message_id=message_id,
            content=made.content,
            name=made.name,
            media_type=made.media_type,
            now=now,
        )
    uow.outbox.put(
        channel=conversation.channel,
        address=conversation.address,
        text=reply.text,
        choices=choices,
        document=reply.document,
        file=file,
        dedupe=dedupe,
        now=now,
        conversation_id=conversation.id,
        message_id=message_id,
    )


def _apply(
    uow: UnitOfWork, office: Office, conversation: Conversation, turn: Turn, event: Event, replies: list[Reply]
) -> list[Reply]:
    """Does what an event means for the store; returns the replies, with what only the store knows filled in."""
    now = office.clock()
    person_id = conversation.person_id
    match event:
        case ConsentAnswered() | CaseWithdrawn() | ContactChosen():
            _note_choice(uow, office, conversation, event, turn.session.language)
        case CaseAgreed():
            reference = case_opening.open_or_add(uow, office, conversation, turn.session)
            return [replace(reply, text=reply.text.replace("{reference}", reference)) for reply in replies]
        case DangerHeard():
            case_opening.add_danger(uow, office, conversation, turn.session)
        case PersonWrote():
            case_opening.note_person_wrote(uow, conversation, now=now)
        case LanguageChosen():
            uow.people.choose_language(person_id, event.language)
        case CopyAsked():
            _note_copy(uow, conversation, now=now)
            name = office.book.wording.say("mydata.file", turn.session.language)
            copy = copy_of(uow, conversation, turn.session, office.book, now=now)
            intro = office.book.wording.say("mydata.intro", turn.session.language)
            # Before its sentence: a chat shows the buttons of its last message, and those take consents back.
            at = next((place for place, reply in enumerate(replies) if reply.text == intro), len(replies))
            return [*replies[:at], Reply(copy, document=name), *replies[at:]]
        case LetterTaken():
            case_opening.note_letter(uow, conversation, event, now=now)
        case StopAsked() | PersonLeft():
            _note_left(uow, conversation, event, now=now)
        case ErasureConfirmed():  # pragma: no cover - handled before any event is applied
            raise AssertionError("erasure leaves nothing to apply events to")
    return replies


def _note_copy(uow: UnitOfWork, conversation: Conversation, *, now: datetime) -> None:
    case = uow.cases.of_conversation(conversation.id)
    if case is not None:
        uow.log.note(case.id, "copy_given", actor=PERSON, now=now)


def _note_choice(
    uow: UnitOfWork,
    office: Office,
    conversation: Conversation,
    chosen: ConsentAnswered | CaseWithdrawn | ContactChosen,
    language: str,
) -> None:
    """What the person may decide about their words, their case, and being written to."""
    say, now = office.book.wording.say, office.clock()
    if isinstance(chosen, ConsentAnswered):
        version = f"{chosen.wording}@{office.book.wording.version}"
        uow.consents.note(conversation.person_id, Consent(chosen.purpose, chosen.given, version, language, now))
        return
    if isinstance(chosen, CaseWithdrawn):
        uow.cases.withdraw(conversation.person_id, actor=PERSON, now=now)
        return
    rule = ContactRule(chosen.only_when_written, chosen.hours, office.book.pack.timezone)
    notice = Notice(say("safe.notice", language), say("safe.show", language))
    uow.safe_contact.choose(conversation.id, rule, notice, by=PERSON, now=now)
    case = uow.cases.of_conversation(conversation.id)
    if case is not None:
        uow.log.note(case.id, "contact_chosen", actor=PERSON, now=now)


def _note_left(uow: UnitOfWork, conversation: Conversation, event: StopAsked | PersonLeft, *, now: datetime) -> None:
    uow.conversations.mark_reachable(conversation.id, reachable=False)
    uow.outbox.give_up_on(conversation.id, failure="the person left")
    kind = "person_left" if isinstance(event, StopAsked) else "unreachable"
    for case in uow.cases.current(conversation.id):
        uow.log.note(case.id, kind, actor=PERSON, now=now)


def _count_english(office: Office, turn: Turn) -> None:
    """Tells in the log and in the counts what to translate next."""
    for event in turn.events:
        if isinstance(event, SaidInEnglish):
            log.info("said in English", extra={"language": event.language, "key": event.key})
            if office.untranslated is not None:
                office.untranslated.note(event.language, event.key)


def _erase(uow: UnitOfWork, conversation: Conversation, turn: Turn, *, dedupe: str, office: Office) -> None:
    uow.erasure.erase(conversation.person_id, now=office.clock())
    for step, reply in enumerate(turn.replies):
        uow.outbox.put(
            channel=conversation.channel,
            address=conversation.address,
            text=reply.text,
            dedupe=f"{dedupe}:{step}",
            now=office.clock(),
        )


def _note_failure(office: Office, conversation: Conversation, batch: list[Arrival]) -> None:
    """Tries again a little later; after the last attempt the person gets an apology and a way to a human."""
    now = office.clock()
    ids = [arrival.id for arrival in batch]
    attempts = max(arrival.attempts for arrival in batch) + 1
    with office.store.unit_of_work() as uow:
        uow.inbox.note_failure(ids)
        if attempts < _MOST_ATTEMPTS:
            uow.conversations.postpone(conversation.id, until=now + timedelta(seconds=2**attempts))
            return
        for arrival in batch:
            _write_down(uow, conversation, Inbound.from_json(arrival.body), arrival)
        uow.inbox.mark_done(ids, now=now)
        numbers = ", ".join(
            number for contact in office.book.pack.contacts_for("human") for _, number in contact.numbers[:1]
        )
        sorry = office.book.wording.say("arrivals.failed", uow.people.language(conversation.person_id), numbers=numbers)
        _queue(uow, office, conversation, Reply(sorry), dedupe=f"in:{ids[0]}:failed")
        case_opening.note_person_wrote(uow, conversation, now=now)
        uow.conversations.postpone(conversation.id, until=now)


def _log_without_words(message: str, error: Exception, **ids: int) -> None:
    """Where it broke and with which kind of error; never the error's own text, which may quote the person."""
    frames = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error(message, extra={**ids, "error": type(error).__name__, "at": " > ".join(frames[-6:])})

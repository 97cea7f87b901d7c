"""What paralegals do on Telegram: join their account to the desk, and claim an urgent case from their group."""

from bot.channels.telegram_updates import CHANNEL, Claimed, InGroup, LinkSent
from bot.office import Office
from casestore.errors import AlreadyClaimed, AtCapacity, CaseNotFound, NotAllowedNow, NotYours
from casestore.lifecycle import Status
from casestore.unit_of_work import UnitOfWork


def claim(office: Office, press: Claimed) -> str:
    """Claims the case for whoever pressed; returns what to tell them. The person hears who has their case."""
    say = office.book.wording.say
    with office.store.reading() as look:
        member = look.staff.by_telegram(press.staff)
    if member is None:
        return say("desk.not_linked")
    with office.store.seen_by(member.viewer).unit_of_work() as uow:
        try:
            before = uow.cases.by_reference(press.reference)
            if before.status != Status.CLAIMED and uow.conflicts.of(before.id):
                return say("desk.conflict", reference=before.reference)
            case = uow.cases.claim(before.id, staff_id=member.id, now=office.clock())
        except AtCapacity:
            return say("desk.full", reference=press.reference)
        except (AlreadyClaimed, NotAllowedNow, NotYours):
            return say("desk.claimed_by_other", reference=press.reference)
        except CaseNotFound:
            return say("desk.gone")
        if before.status != Status.CLAIMED:  # pressed twice: the person has heard it
            sentence = say("case.claimed", case.language, name=member.name)
            if uow.notify(case.conversation_id, sentence, now=office.clock()):
                uow.cases.note_name_told(case.id)
    return say("desk.claimed", reference=case.reference)


def link(office: Office, sent: LinkSent) -> None:
    """Joins a Telegram account to the desk account that the code was made for, and says how it went."""
    say = office.book.wording.say
    with office.store.unit_of_work() as uow:
        member = uow.staff.link_telegram(sent.code, sent.staff, now=office.clock())
        text = say("desk.linked", name=member.name) if member else say("desk.link_failed")
        _put(uow, office, sent.chat, text, dedupe=f"link:{sent.update}")


def point_to_private(office: Office, seen: InGroup, address: str) -> None:
    """Tells a group where we can be written to; the paralegals' own group knows."""
    if seen.chat == office.staff_group:
        return
    with office.store.unit_of_work() as uow:
        text = office.book.wording.say("arrivals.group", link=address)
        _put(uow, office, seen.chat, text, dedupe=f"group:{seen.update}")


def _put(uow: UnitOfWork, office: Office, chat: str, text: str, *, dedupe: str) -> None:
    if not uow.outbox.has(dedupe):
        uow.outbox.put(channel=CHANNEL, address=chat, text=text, dedupe=dedupe, now=office.clock())

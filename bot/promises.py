"""What the office owes, looked at every minute: silent claims end, and nobody's answer comes late unseen."""

from bot.office import Office
from casestore.cases import Case
from casestore.queue import Returned, Warned
from casestore.unit_of_work import UnitOfWork

_WARN_GROUP = 80  # per cent; before that the desk shows it, and for an emergency the group hears it too


def keep_promises(office: Office) -> int:
    """Ends leases and warns of answers that are due; returns how many cases it touched. Done twice, it changes nothing.

    The person hears of the end of a claim only where they were told who has their case.
    """
    now = office.clock()
    with office.store.unit_of_work() as uow:
        returned, warned = uow.queue.end_leases(now=now), uow.queue.warn(now=now)
        for each in returned:
            _tell_person(uow, office, each)
            _tell_group(uow, office, each.case, "desk.went_back", claim=True)
        for late in warned:
            _warn_group(uow, office, late)
    return len(returned) + len(warned)


def _tell_person(uow: UnitOfWork, office: Office, returned: Returned) -> None:
    if returned.name_told is not None:
        case, say = returned.case, office.book.wording.say
        sentence = say("case.returned", case.language, name=returned.name_told, reference=case.reference)
        uow.notify(case.conversation_id, sentence, now=office.clock())


def _warn_group(uow: UnitOfWork, office: Office, warned: Warned) -> None:
    case = warned.case
    if warned.percent >= 100:
        _tell_group(uow, office, case, "desk.late", claim=case.claimed_by is None)
    elif warned.percent >= _WARN_GROUP or case.urgency == "emergency":
        _tell_group(uow, office, case, "desk.due_soon", claim=case.claimed_by is None)


def _tell_group(uow: UnitOfWork, office: Office, case: Case, key: str, *, claim: bool) -> None:
    """A sentence for the paralegals' group of the case's office: codes only, nothing of the person."""
    if not office.staff_group or case.office_id != office.office_id:
        return
    say, now = office.book.wording.say, office.clock()
    zone = uow.terms.of(case.office_id).hours.zone
    due = "" if case.answer_due is None else f"{case.answer_due.astimezone(zone):%a %H:%M}"
    uow.outbox.put(
        channel="telegram",
        address=office.staff_group,
        text=say(key, reference=case.reference, urgency=say(f"urgency.{case.urgency}"), due=due),
        choices=((f"claim:{case.reference}", say("desk.claim")),) if claim else (),
        dedupe=f"{key}:{case.reference}:{now.isoformat()}",
        now=now,
    )

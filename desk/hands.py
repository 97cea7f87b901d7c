"""What a case page says of whose hands a case is in, and into which others it can go."""

from dataclasses import dataclass
from typing import Any

from casestore.cases import Case
from casestore.handover import REASONS
from casestore.lifecycle import HELD, Status
from casestore.unit_of_work import UnitOfWork
from desk.access import Reach
from desk.conflicts import conflicts_of
from desk.office import Desk
from desk.showing import issue_title, moment_words, zone
from desk.transcript import Line, lines


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody or something to choose, with what to know before."""

    id: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hands:
    """What can be done about who works the case; an empty tuple is a step that is not offered."""

    lease: str
    may_take_over: bool
    reasons: tuple[Choice, ...]
    colleagues: tuple[Choice, ...]
    offices: tuple[Choice, ...]
    problems: tuple[Choice, ...]
    may_join: bool
    may_settle: bool
    may_name: bool
    conflicts: tuple[str, ...]
    other_chats: tuple[tuple[Line, ...], ...]


def hands_of(desk: Desk, uow: UnitOfWork, found: Reach) -> Hands:
    """All of it for one case and one member of staff."""
    case, member = found.case, found.member
    holds = found.holds and case.status in HELD
    leads = member.role.reads_all and case.status != Status.CLOSED
    works = holds or leads
    return Hands(
        lease=_lease(uow, case) if works else "",
        may_take_over=uow.handover.may_take_over(case, member, now=desk.clock()),
        reasons=tuple(Choice(code, words) for code, words in REASONS.items()),
        colleagues=_colleagues(uow, case) if works else (),
        offices=_offices(uow, case) if works else (),
        problems=tuple(Choice(issue, issue_title(desk, issue)) for issue in case.issues)
        if works and len(case.issues) > 1
        else (),
        may_join=works,
        may_settle=holds and case.waiting_since is not None,
        may_name=holds,
        conflicts=conflicts_of(uow, found),
        other_chats=_other_chats(desk, uow, found) if found.reads else (),
    )


def in_other_hands(names: dict[int, str], name: str, value: Any) -> list[str]:
    """What a line of the log says of such a step: names of staff, references and reasons; nothing of anything else."""
    if name in ("staff", "holder"):
        return [names.get(value, "")] if name == "staff" else [f"held by {names.get(value, '')}"]
    if name == "why":
        return [REASONS.get(value, value)]
    if name == "case":
        return [value]
    return [f"{value} % of the time has passed"] if name == "percent" else []


def _lease(uow: UnitOfWork, case: Case) -> str:
    if case.lease_until is None:
        return ""
    return moment_words(case.lease_until, uow.terms.of(case.office_id).hours.zone)


def _colleagues(uow: UnitOfWork, case: Case) -> tuple[Choice, ...]:
    found = []
    for each in uow.handover.colleagues(case.office_id):
        if each.id != case.claimed_by:
            load = uow.skills.load(each.id)
            found.append(Choice(str(each.id), each.name, f"holds {load.open} of {load.capacity}"))
    return tuple(found)


def _offices(uow: UnitOfWork, case: Case) -> tuple[Choice, ...]:
    others = uow.handover.offices_at_work() - {case.office_id}
    return tuple(Choice(str(each.id), each.name) for each in uow.offices.all() if each.id in others)


def _other_chats(desk: Desk, uow: UnitOfWork, found: Reach) -> tuple[tuple[Line, ...], ...]:
    zone_ = zone(desk, found.case)
    chats = (uow.conversations.get(id_) for id_ in uow.handover.other_chats(found.case))
    return tuple(tuple(lines(uow, chat, zone_)) for chat in chats)

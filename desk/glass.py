"""Cases opened by somebody whose case they are not, as the desk shows them."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from casestore.glass import MOST_WORDS, OPEN_FOR, REASONS, Broken
from casestore.unit_of_work import UnitOfWork
from desk.access import Reach
from desk.office import Desk
from desk.showing import moment_words, zone


@dataclass(frozen=True, slots=True)
class Shown:
    """One time that the glass was broken, in words."""

    reference: str
    by: str
    reason: str
    words: str
    at: str
    until: str
    open: bool


def glass_of(desk: Desk, uow: UnitOfWork, found: Reach) -> dict[str, Any]:
    """What the page of a case shows of it: the form for who may break the glass, and who did for who may read."""
    zone_ = zone(desk, found.case)
    broken = [shown(desk, each, zone_) for each in uow.glass.of(found.case.id)] if found.reads else []
    return {
        "may_break": found.may_break,
        "minutes": int(OPEN_FOR.total_seconds() // 60),
        "reasons": REASONS,
        "most_words": MOST_WORDS,
        "broken": broken,
    }


def shown(desk: Desk, each: Broken, zone_: ZoneInfo) -> Shown:
    """One of them in words."""
    return Shown(
        reference=each.reference,
        by=each.by_name,
        reason=REASONS.get(each.reason, each.reason),
        words=each.words,
        at=moment_words(each.at, zone_),
        until=moment_words(each.until, zone_),
        open=each.until > desk.clock(),
    )

"""All that is done about one case, for its page, and all that waits for one paralegal, for the queue."""

from dataclasses import dataclass
from datetime import date

from casestore.codes.code_lists import LISTS
from casestore.lifecycle import Status
from casestore.unit_of_work import UnitOfWork
from desk import agenda, follow_up, outcome, referral_steps
from desk.access import Reach
from desk.agenda import AgendaLine
from desk.efforts import Spending, spending
from desk.follow_up import FollowUpLine
from desk.office import Desk
from desk.referral_steps import ReferralLine
from desk.showing import office_today, zone

QUICK_MINUTES = (5, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class Work:
    """The parts of the page of a case. `codes` are the deadlines of the law pack that the agenda holds."""

    agenda: tuple[AgendaLine, ...]
    settled: tuple[AgendaLine, ...]
    codes: frozenset[str]
    referrals: tuple[ReferralLine, ...]
    spending: Spending
    endings: tuple[tuple[str, ...], ...]
    follow_ups: tuple[FollowUpLine, ...]
    closed: bool
    activities: dict[str, str]
    quick: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one paralegal should see to today."""

    agenda: tuple[AgendaLine, ...]
    referrals: tuple[ReferralLine, ...]
    follow_ups: tuple[FollowUpLine, ...]

    @property
    def count(self) -> int:
        """How many things there are."""
        return len(self.agenda) + len(self.referrals) + len(self.follow_ups)

    @property
    def overdue(self) -> int:
        """How many days have passed by unmet."""
        return sum(1 for each in self.agenda if each.due.late)


def work_of(desk: Desk, uow: UnitOfWork, found: Reach, today: date) -> Work:
    """The work on a case, for those who may read it."""
    case, zone_ = found.case, zone(desk, found.case)
    entries = uow.agenda.of(case.id)
    lines = [agenda.line(entry, today) for entry in entries]
    return Work(
        agenda=tuple(each for each in lines if not each.settled),
        settled=tuple(each for each in lines if each.settled),
        codes=frozenset(entry.code for entry in entries if entry.code),
        referrals=tuple(referral_steps.line(desk, each, zone_) for each in uow.referrals.of(case.id)),
        spending=spending(uow, case, found.member.id, zone_),
        endings=tuple(outcome.ending_words(desk, case, each) for each in uow.outcomes.of(case.id)),
        follow_ups=tuple(follow_up.line(each, today) for each in uow.follow_ups.of(case.id)),
        closed=case.status == Status.CLOSED,
        activities=LISTS["activity"].titles,
        quick=QUICK_MINUTES,
    )


def waiting_for(desk: Desk, uow: UnitOfWork, staff_id: int) -> Waiting:
    """What waits for somebody: due within a week or overdue, referrals without an answer, follow-ups."""
    today = office_today(desk)
    return Waiting(
        tuple(agenda.due_lines(uow, staff_id, today)),
        tuple(referral_steps.unanswered_lines(desk, uow, staff_id)),
        tuple(follow_up.due_lines(uow, staff_id, today)),
    )

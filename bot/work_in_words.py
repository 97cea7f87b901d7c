"""What was done about a case and what came of it, as its person may read it."""

from collections.abc import Callable, Iterator
from datetime import date

from casestore.cases import Case
from casestore.codes.code_lists import LISTS
from casestore.unit_of_work import UnitOfWork
from casestore.work import follow_ups, outcomes

_Say = Callable[..., str]


def work_lines(
    uow: UnitOfWork, case: Case, say: _Say, day: Callable[[date], str], service: Callable[[str], str]
) -> Iterator[str]:
    """A line for each deadline, task, referral, partner who sees it, ending and follow-up.

    `service` gives the name of a service. The titles of codes are English, as in the log of the case.
    """
    for entry in uow.agenda.of(case.id):
        state = LISTS["agenda_state"].titles[entry.state]
        yield say("copy.due", day=day(entry.due), what=entry.what or entry.kind, state=state)
    for referral in uow.referrals.of(case.id):
        title = LISTS["referral_state"].titles[referral.state]
        yield say("copy.referral", service=service(referral.service), state=title)
        if referral.shared:
            yield say("copy.shared", words=referral.shared)
    for share in uow.shares.of(case.id):
        yield say("copy.seen_by", office=share.office, day=day(share.at.date()))
    for closing in uow.outcomes.of(case.id):
        words = ", ".join(outcomes.said(closing.outcome))
        yield say("copy.outcome", day=day(closing.closed_at.date()), words=words)
    if minutes := sum(uow.efforts.total(case.id).minutes.values()):
        yield say("copy.spent", minutes=str(minutes))
    for follow_up in uow.follow_ups.of(case.id):
        if follow_up.answered_at is not None:
            words = ", ".join(follow_ups.said(follow_up.answers)) or LISTS["follow_up_state"].titles[follow_up.state]
            yield say("copy.asked_again", day=day(follow_up.answered_at.date()), words=words)

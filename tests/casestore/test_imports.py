"""Cases of earlier records in the store: what was over before stays over."""

from datetime import timedelta

from casestore.imports import EarlierCase
from casestore.lifecycle import Status
from casestore.unit_of_work import Store
from tests.builders import NOW, a_new_case, open_cases

DAY = timedelta(days=1)


def take(store: Store, *, outcome: str | None) -> None:
    over = {"closed_at": NOW - 50 * DAY, "outcome": outcome} if outcome else {}
    earlier = EarlierCase(
        key="1", person="p", told="She rang twice.", new=a_new_case(), opened_at=NOW - 99 * DAY, **over
    )
    with store.unit_of_work() as uow:
        uow.imports.take(earlier, now=NOW)


def test_nobody_is_warned_of_a_case_that_was_over_when_it_was_taken(store: Store) -> None:
    take(store, outcome="resolved")
    with store.unit_of_work() as uow:
        warned = [each for day in range(30) for each in uow.queue.warn(now=NOW + day * DAY)]
        assert warned == []
        [case] = uow.cases.of_person(uow.conversations.find_or_start("records", "p", now=NOW).person_id)
        assert (case.status, case.waiting_since, case.answer_due) == (Status.CLOSED, None, None)


def test_of_a_case_that_goes_on_an_answer_is_owed_from_the_day_it_was_taken(store: Store) -> None:
    take(store, outcome=None)
    with store.unit_of_work() as uow:
        assert [each.percent for each in uow.queue.warn(now=NOW + 30 * DAY)] == [100]
        assert [case.waiting_since for case in open_cases(uow)] == [NOW]

"""Time and money spent on a case, by role."""

import pytest

from casestore.access import Role
from casestore.errors import CaseNotFound, NotValid, NotYours
from casestore.unit_of_work import Store
from casestore.work.efforts import Spent, Total
from tests.builders import NOW, a_case, a_paralegal


def test_minutes_add_up_by_role_and_money_by_currency(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, thandi = a_case(uow), a_paralegal(uow)
        boss = a_paralegal(uow, "ada", role=Role.SUPERVISOR)
        for minutes, staff in ((15, thandi), (5, thandi), (30, boss)):
            uow.efforts.note(case.id, Spent(activity="call", minutes=minutes), staff_id=staff.id, now=NOW)
        trip = Spent(activity="visit", minutes=60, travel_cost=2_500, out_of_pocket=300, currency="ZAR")
        uow.efforts.note(case.id, trip, staff_id=thandi.id, now=NOW)
        uow.efforts.note(a_case(uow).id, trip, staff_id=thandi.id, now=NOW)
        assert uow.efforts.total(case.id) == Total({"paralegal": 80, "supervisor": 30}, {"ZAR": (2_500, 300)})
        newest = uow.efforts.of(case.id)[0]
    assert (newest.spent, newest.name, newest.role) == (trip, "Thandi", "paralegal")


def test_nothing_spent_adds_up_to_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.efforts.total(a_case(uow).id) == Total({}, {})


def test_an_entry_is_taken_back_by_whoever_made_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, thandi, sipho = a_case(uow), a_paralegal(uow), a_paralegal(uow, "sipho")
        entry = uow.efforts.note(case.id, Spent(activity="call", minutes=15), staff_id=thandi.id, now=NOW)
        with pytest.raises(NotYours):
            uow.efforts.take_back(case.id, entry, staff_id=sipho.id, now=NOW)
        with pytest.raises(CaseNotFound):
            uow.efforts.take_back(a_case(uow).id, entry, staff_id=thandi.id, now=NOW)
        uow.efforts.take_back(case.id, entry, staff_id=thandi.id, now=NOW)
        assert uow.efforts.of(case.id) == []
        assert [entry.kind.id for entry in uow.log.of(case.id)] == ["opened", "effort_noted", "effort_removed"]


@pytest.mark.parametrize(
    "wrong",
    [
        Spent(activity="call"),
        Spent(activity="chat", minutes=5),
        Spent(activity="call", minutes=-1),
        Spent(activity="call", minutes=24 * 60 + 1),
        Spent(activity="call", travel_cost=-1, currency="ZAR"),
        Spent(activity="call", travel_cost=100),
    ],
)
def test_what_cannot_be_is_refused(store: Store, wrong: Spent) -> None:
    with store.unit_of_work() as uow:
        case, thandi = a_case(uow), a_paralegal(uow)
        with pytest.raises(NotValid):
            uow.efforts.note(case.id, wrong, staff_id=thandi.id, now=NOW)
        assert uow.efforts.of(case.id) == []

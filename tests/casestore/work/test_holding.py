"""What is done about a case is done by whoever holds it: everybody else hears the same two answers."""

from collections.abc import Callable

import pytest

from casestore.errors import CaseNotFound, NotYours
from casestore.privacy.residences import Residence
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import NOW, a_case, a_paralegal

NOBODYS = 999_999
STEPS: dict[str, Callable[[UnitOfWork, int, int], object]] = {
    "record": lambda uow, case, staff: uow.records.change(case, staff_id=staff, now=NOW, adults=2),
    "place": lambda uow, case, staff: uow.records.put_place(case, "gauteng", staff_id=staff, now=NOW),
    "residence": lambda uow, case, staff: uow.residences.look(case, staff_id=staff, now=NOW),
    "residence kept": lambda uow, case, staff: uow.residences.keep(case, Residence(), staff_id=staff, now=NOW),
    "label": lambda uow, case, staff: uow.labels.judge(case, "housing.lockout", staff_id=staff, now=NOW),
    "agenda": lambda uow, case, staff: uow.agenda.add(
        case, staff_id=staff, kind="task", what="Call", due=NOW.date(), now=NOW
    ),
    "referral": lambda uow, case, staff: uow.referrals.tell(case, staff_id=staff, service="clinic", now=NOW),
    "release": lambda uow, case, staff: uow.cases.release(case, staff_id=staff, now=NOW),
    "close": lambda uow, case, staff: uow.cases.close(case, staff_id=staff, outcome="resolved", note="", now=NOW),
}


@pytest.mark.parametrize("step", STEPS)
def test_only_who_holds_a_case_does_anything_about_it(store: Store, step: str) -> None:
    with store.unit_of_work() as uow:
        thandi, sipho = a_paralegal(uow), a_paralegal(uow, "sipho")
        case = uow.cases.claim(a_case(uow).id, staff_id=thandi.id, now=NOW)
        with pytest.raises(NotYours, match="only the paralegal who holds the case"):
            STEPS[step](uow, case.id, sipho.id)
        STEPS[step](uow, case.id, thandi.id)


@pytest.mark.parametrize("step", STEPS)
def test_a_case_that_is_not_there_and_one_of_another_office_are_not_found(store: Store, step: str) -> None:
    with store.unit_of_work() as uow:
        elsewhere = uow.offices.add("Elsewhere", now=NOW).id
        zoe = a_paralegal(uow, "zoe", office_id=elsewhere)
        case = a_case(uow)
    for id_ in (NOBODYS, case.id):
        with store.seen_by(zoe.viewer).unit_of_work() as uow, pytest.raises(CaseNotFound, match="no such case"):
            STEPS[step](uow, id_, zoe.id)

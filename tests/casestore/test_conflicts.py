"""Conflicts of interest: found by fingerprints of names, told without saying who."""

import pytest

from casestore.cases import Case
from casestore.conflicts import CLIENT_IS_OTHER_SIDE, OTHER_SIDE_IS_CLIENT, SAME_OTHER_SIDE
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import NOW, a_case, a_conversation, a_paralegal
from tests.casestore.raw import rows_in_clear


def against(uow: UnitOfWork, case: Case, name: str, *, organisation: bool = False) -> None:
    """Somebody of that name is the other side of a case."""
    add = uow.respondents.organisation if organisation else uow.respondents.person
    id_ = add(case.office_id, name, kind="landlord", now=NOW)
    uow.respondents.put(case.id, kind="landlord", relationship=None, respondent_id=id_, now=NOW)


def test_the_other_side_of_a_case_who_is_helped_here_is_found_from_both_cases(store: Store) -> None:
    with store.unit_of_work() as uow:
        tenant, landlord = a_case(uow), a_case(uow)
        against(uow, tenant, "Sipho Dlamini")
        assert uow.conflicts.of(tenant.id) == uow.conflicts.of(landlord.id) == ()
        uow.conflicts.note_name(landlord.id, " sipho  DLAMINI ")
        assert uow.conflicts.of(tenant.id) == (OTHER_SIDE_IS_CLIENT,)
        assert uow.conflicts.of(landlord.id) == (CLIENT_IS_OTHER_SIDE,)


def test_two_against_the_same_person_are_pointed_out_and_two_against_an_agency_are_not(store: Store) -> None:
    with store.unit_of_work() as uow:
        one, two, three, four = (a_case(uow) for _ in range(4))
        for case in (one, two):
            against(uow, case, "Sipho Dlamini")
        for case in (three, four):
            against(uow, case, "SASSA", organisation=True)
        assert uow.conflicts.of(one.id) == (SAME_OTHER_SIDE,)
        assert uow.conflicts.of(three.id) == ()


def test_somebodys_own_cases_are_no_conflict(store: Store) -> None:
    with store.unit_of_work() as uow:
        talk = a_conversation(uow)
        one, two = a_case(uow, talk), a_case(uow, talk)
        for case in (one, two):
            against(uow, case, "Sipho Dlamini")
        uow.conflicts.note_name(one.id, "Zanele Mbeki")
        assert uow.conflicts.of(one.id) == uow.conflicts.of(two.id) == ()


def test_a_case_that_is_closed_conflicts_with_no_other_side_any_more(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        one, two = a_case(uow), a_case(uow)
        for case in (one, two):
            against(uow, case, "Sipho Dlamini")
        uow.cases.claim(two.id, staff_id=thandi.id, now=NOW)
        uow.cases.close(two.id, staff_id=thandi.id, outcome="resolved", note="", now=NOW)
        assert uow.conflicts.of(one.id) == ()


def test_a_name_may_be_put_right_and_can_nowhere_be_read(store: Store) -> None:
    with store.unit_of_work() as uow:
        tenant, landlord = a_case(uow), a_case(uow)
        against(uow, tenant, "Sipho Dlamini")
        for name in ("Sipho Dlamini", "Somebody Else"):
            uow.conflicts.note_name(landlord.id, name)
        assert uow.conflicts.of(tenant.id) == ()
    assert "Dlamini" not in rows_in_clear(store)


@pytest.mark.parametrize("name", ["", " ", "\0", "?!"])
def test_what_is_no_name_is_refused(store: Store, name: str) -> None:
    with store.unit_of_work() as uow, pytest.raises(ValueError, match=r"."):
        uow.conflicts.note_name(a_case(uow).id, name)


def test_erasing_the_person_takes_the_fingerprint_too(store: Store) -> None:
    with store.unit_of_work() as uow:
        tenant, landlord = a_case(uow), a_case(uow)
        against(uow, tenant, "Sipho Dlamini")
        uow.conflicts.note_name(landlord.id, "Sipho Dlamini")
        uow.erasure.erase(uow.conversations.get(landlord.conversation_id or 0).person_id, now=NOW)
        assert uow.conflicts.of(tenant.id) == ()


def test_of_a_warning_the_log_keeps_codes(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, thandi = a_case(uow), a_paralegal(uow)
        uow.conflicts.note_warned(case.id, staff_id=thandi.id, kinds=(SAME_OTHER_SIDE,), now=NOW)
        entry = uow.log.of(case.id)[-1]
        assert (entry.kind.id, entry.by, entry.detail) == ("conflict_warned", "Thandi", {"conflicts": ["same_side"]})

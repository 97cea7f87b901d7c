"""Right to stay: sealed even as codes, only for who holds the case, every look logged, gone with the person."""

import pytest

from casestore.errors import NotYours, UnknownCode
from casestore.privacy.residences import Residence
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_paralegal
from tests.casestore.raw import count, rows_in_clear

TOLD = Residence("undocumented", "never")


def test_it_is_of_the_person_and_every_look_is_logged(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        first, second = a_case(uow, conversation), a_case(uow, conversation)
        staff = a_paralegal(uow)
        for case in (first, second):
            uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
        assert not uow.residences.is_kept(second.id)
        uow.residences.keep(first.id, TOLD, staff_id=staff.id, now=NOW)
        assert uow.residences.is_kept(second.id)
        assert uow.residences.look(second.id, staff_id=staff.id, now=NOW) == TOLD
        assert uow.residences.of_person(conversation.person_id) == TOLD
        kinds = [[entry.kind.id for entry in uow.log.of(case.id)][2:] for case in (first, second)]
        assert kinds == [["record_changed"], ["residence_viewed"]]
    assert "undocumented" not in rows_in_clear(store)


def test_nobody_else_looks_or_writes(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, other = a_case(uow), a_paralegal(uow, "sipho")
        with pytest.raises(NotYours):
            uow.residences.look(case.id, staff_id=other.id, now=NOW)
        with pytest.raises(NotYours):
            uow.residences.keep(case.id, TOLD, staff_id=other.id, now=NOW)


def test_a_form_left_empty_keeps_nothing_and_is_no_mistake(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff = a_case(uow), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
        uow.residences.keep(case.id, Residence(), staff_id=staff.id, now=NOW)
        assert not uow.residences.is_kept(case.id)


def test_what_is_taken_back_is_not_kept(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff = a_case(uow), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
        uow.residences.keep(case.id, TOLD, staff_id=staff.id, now=NOW)
        uow.residences.keep(case.id, Residence(), staff_id=staff.id, now=NOW)
        assert uow.residences.look(case.id, staff_id=staff.id, now=NOW) == Residence()
    assert count(store, "residences") == 0


@pytest.mark.parametrize("wrong", [Residence("moon"), Residence(None, "moon")])
def test_an_unknown_code_is_refused_though_it_would_be_sealed(store: Store, wrong: Residence) -> None:
    with store.unit_of_work() as uow:
        case, staff = a_case(uow), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
        with pytest.raises(UnknownCode):
            uow.residences.keep(case.id, wrong, staff_id=staff.id, now=NOW)

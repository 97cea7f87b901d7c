"""The machine's label and the desk's stand side by side; the case goes by the desk's."""

import pytest

from casestore.errors import NotYours
from casestore.labels import Label
from casestore.unit_of_work import Store
from tests.builders import MINUTE, NOW, a_case, a_paralegal
from tests.casestore.raw import count

LATER = NOW + MINUTE
VERSIONS = {"model": "abc123"}
TWO = ("housing.lockout", "housing.utilities")


def test_what_the_machine_said_is_kept_with_its_model(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, issues=TWO, understood="housing.eviction", versions=VERSIONS)
        assert uow.labels.newest(case.id) == (Label("housing.eviction", "bot", "abc123", NOW), None)


def test_a_case_nothing_was_understood_of_has_no_label(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        assert uow.labels.newest(case.id) == (None, None)
        assert list(uow.labels.judged()) == []


def test_a_corrected_issue_comes_first_and_the_machines_stays_beside_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, issues=TWO, understood="housing.lockout", versions=VERSIONS)
        thandi = a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=thandi.id, now=NOW)
        uow.labels.judge(case.id, "housing.harassment", staff_id=thandi.id, now=LATER)
    with store.reading() as look:
        assert look.cases.by_reference(case.reference).issues == ("housing.harassment", "housing.utilities")
        assert look.labels.newest(case.id) == (
            Label("housing.lockout", "bot", "abc123", NOW),
            Label("housing.harassment", f"staff:{thandi.id}", "abc123", LATER),
        )
        entry = look.log.of(case.id)[-1]
        assert (entry.kind.id, entry.by, entry.detail) == ("corrected", "Thandi", {"issues": ["housing.harassment"]})


def test_a_second_problem_of_the_case_may_turn_out_to_be_the_first(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, thandi = a_case(uow, issues=TWO), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=thandi.id, now=NOW)
        uow.labels.judge(case.id, "housing.utilities", staff_id=thandi.id, now=LATER)
        assert uow.cases.by_reference(case.reference).issues == ("housing.utilities",)


def test_to_confirm_changes_nothing_but_is_noted(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, thandi = a_case(uow, issues=TWO, understood="housing.lockout"), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=thandi.id, now=NOW)
        uow.labels.judge(case.id, "housing.lockout", staff_id=thandi.id, now=LATER)
        assert uow.cases.by_reference(case.reference).issues == TWO
        assert uow.log.of(case.id)[-1].kind.id == "confirmed"
        (judged,) = uow.labels.judged()
        assert judged.desk is not None
        assert not judged.corrected


def test_the_newest_of_several_judgements_counts_and_none_is_lost(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, thandi = a_case(uow, understood="housing.lockout"), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=thandi.id, now=NOW)
        for issue in ("housing.deposit", "housing.repairs"):
            uow.labels.judge(case.id, issue, staff_id=thandi.id, now=LATER)
        (judged,) = uow.labels.judged()
        assert judged.desk is not None
        assert (judged.desk.issue, judged.corrected) == ("housing.repairs", True)
    assert count(store, "labels") == 3


def test_only_who_holds_the_case_may_judge_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, thandi, sipho = a_case(uow), a_paralegal(uow), a_paralegal(uow, "sipho")
        uow.cases.claim(case.id, staff_id=thandi.id, now=NOW)
    with pytest.raises(NotYours), store.unit_of_work() as uow:
        uow.labels.judge(case.id, "housing.deposit", staff_id=sipho.id, now=LATER)
    assert count(store, "labels") == 0


def test_a_closed_case_may_still_be_judged_by_who_closed_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, thandi = a_case(uow, understood="housing.lockout"), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=thandi.id, now=NOW)
        uow.cases.close(case.id, staff_id=thandi.id, outcome="resolved", note="", now=NOW)
        uow.labels.judge(case.id, "housing.deposit", staff_id=thandi.id, now=LATER)
        assert [judged.corrected for judged in uow.labels.judged()] == [True]


def test_cases_are_told_oldest_first_judged_or_not(store: Store) -> None:
    with store.unit_of_work() as uow:
        first, second = a_case(uow, understood="work.pay"), a_case(uow, understood="housing.lockout")
        found = list(uow.labels.judged())
    assert [(judged.case_id, judged.machine.issue, judged.desk) for judged in found] == [
        (first.id, "work.pay", None),
        (second.id, "housing.lockout", None),
    ]

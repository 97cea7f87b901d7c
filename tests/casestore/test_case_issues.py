"""The issues of a case: as many as were told, each with who says so."""

from casestore.case_issues import IssueSource
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import NOW, a_case, a_conversation, a_new_case, a_paralegal

SAID = {"housing.lockout": IssueSource("person", 0.61), "benefits.stopped": IssueSource("model", 0.4)}
BOTH = ("housing.lockout", "benefits.stopped")


def agree(uow: UnitOfWork, reference: str) -> bool:
    """Whether the case and its issues name the same ones."""
    case = uow.cases.by_reference(reference)
    return set(uow.case_issues.of(case.id)) == set(case.issues)


def test_every_issue_of_a_new_case_has_its_source(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, issues=BOTH, said=SAID)
        assert uow.case_issues.of(case.id) == SAID
        assert agree(uow, case.reference)


def test_without_a_word_on_it_the_model_said_so(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.case_issues.of(a_case(uow).id) == {"housing.lockout": IssueSource("model", None)}


def test_what_is_told_later_is_added_and_who_said_it_first_stays(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, a_conversation(uow), issues=BOTH[:1], said=SAID)
        later = {"housing.lockout": IssueSource("rule"), "work.pay": IssueSource("rule")}
        uow.cases.add_to(case, a_new_case(issues=("housing.lockout", "work.pay"), said=later), now=NOW)
        assert uow.case_issues.of(case.id) == {
            "housing.lockout": IssueSource("person", 0.61),
            "work.pay": IssueSource("rule"),
        }
        assert agree(uow, case.reference)


def test_what_a_paralegal_says_is_theirs_and_replaces_the_wrong_one(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff = a_case(uow, issues=BOTH, said=SAID), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
        for issue in ("housing.eviction", "benefits.stopped"):
            uow.labels.judge(case.id, issue, staff_id=staff.id, now=NOW)
            assert uow.case_issues.of(case.id)[issue] == IssueSource("worker")
            assert agree(uow, case.reference)
        assert uow.cases.by_reference(case.reference).issues == ("benefits.stopped",)

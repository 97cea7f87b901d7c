"""Problems of many: opened by the office, cases linked to them, resolved only once what was promised has held."""

from datetime import date, timedelta

import pytest

from casestore.access import Role
from casestore.community_problems import CommunityProblem, ProblemFacts
from casestore.errors import NotAllowedNow, ProblemNotFound, UnknownCode
from casestore.offices import HOME
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import NOW, a_case, a_paralegal
from tests.casestore.raw import rows_in_clear

TODAY = NOW.date()
FACTS = ProblemFacts(
    jurisdiction="za",
    issue="benefits.deductions",
    place="za-lp",
    people_affected=40,
    description="Quetzalfeder takes money from grants",
)


def a_problem(uow: UnitOfWork) -> tuple[CommunityProblem, int]:
    staff = a_paralegal(uow)
    return uow.community_problems.open(HOME, FACTS, staff_id=staff.id, now=NOW), staff.id


def test_a_problem_comes_back_as_it_was_described_and_its_words_are_sealed(store: Store) -> None:
    with store.unit_of_work() as uow:
        made, _ = a_problem(uow)
    with store.reading() as look:
        found = look.community_problems.by_reference(made.reference.lower().replace("-", " "))
        assert found == made
        assert (found.facts, found.status, found.cases, found.office_id) == (FACTS, "open", 0, HOME)
    assert "Quetzalfeder" not in rows_in_clear(store)


def test_what_is_known_better_is_changed(store: Store) -> None:
    with store.unit_of_work() as uow:
        made, staff_id = a_problem(uow)
        net1 = uow.respondents.organisation(HOME, "Net1", kind="company", now=NOW)
        better = ProblemFacts(jurisdiction="za", issue="benefits.access", respondent_id=net1)
        uow.community_problems.change(made.id, better, staff_id=staff_id, now=NOW)
        assert uow.community_problems.by_reference(made.reference).facts == better


def test_cases_are_linked_once_and_unlinked_and_their_logs_say_so(store: Store) -> None:
    with store.unit_of_work() as uow:
        made, staff_id = a_problem(uow)
        one, other = a_case(uow), a_case(uow)
        for case in (one, other, one):
            uow.community_problems.link(made.id, case.id, staff_id=staff_id, now=NOW)
        assert uow.community_problems.case_references(made.id) == [one.reference, other.reference]
        assert [each.cases for each in uow.community_problems.of_case(one.id)] == [2]
        for _ in range(2):
            uow.community_problems.unlink(made.id, one.id, staff_id=staff_id, now=NOW)
        assert uow.community_problems.of_case(one.id) == []
        lines = [(entry.kind.id, entry.detail) for entry in uow.log.of(one.id)][1:]
        assert lines == [("linked", {"problem": made.reference}), ("unlinked", {"problem": made.reference})]


def test_a_promise_must_hold_until_the_end_of_the_monitoring_period(store: Store) -> None:
    until = TODAY + timedelta(days=90)
    with store.unit_of_work() as uow:
        problems = uow.community_problems
        made, staff_id = a_problem(uow)
        with pytest.raises(NotAllowedNow, match="watch it first"):
            problems.move(made.id, "resolved", staff_id=staff_id, today=TODAY, now=NOW)
        problems.move(made.id, "acting", staff_id=staff_id, today=TODAY, now=NOW)
        problems.move(made.id, "monitoring", staff_id=staff_id, today=TODAY, now=NOW, watched_until=until)
        with pytest.raises(NotAllowedNow, match=f"watched until {until}: resolve it after"):
            problems.move(made.id, "resolved", staff_id=staff_id, today=until, now=NOW)
        problems.move(made.id, "resolved", staff_id=staff_id, today=until + timedelta(days=1), now=NOW)
        found = problems.by_reference(made.reference)
        assert (found.status, found.watched_until, found.closed_at) == ("resolved", until, NOW)
        problems.move(made.id, "open", staff_id=staff_id, today=until, now=NOW)  # it came back
        assert problems.by_reference(made.reference).closed_at is None
        lines = [(entry.kind.id, entry.detail.get("status")) for entry in uow.log.of_office(HOME)]
    steps = ["acting", "monitoring", "resolved", "open"]
    assert lines == [("problem_opened", None), *(("problem_moved", step) for step in steps)]


@pytest.mark.parametrize("until", [None, TODAY, date(2020, 1, 1)])
def test_watching_needs_a_day_to_come(store: Store, until: date | None) -> None:
    with store.unit_of_work() as uow:
        made, staff_id = a_problem(uow)
        with pytest.raises(NotAllowedNow, match="a day to come"):
            uow.community_problems.move(
                made.id, "monitoring", staff_id=staff_id, today=TODAY, now=NOW, watched_until=until
            )


def test_an_unknown_status_is_refused(store: Store) -> None:
    with store.unit_of_work() as uow:
        made, staff_id = a_problem(uow)
    with pytest.raises(UnknownCode, match="problem_status"), store.unit_of_work() as uow:
        uow.community_problems.move(made.id, "moon", staff_id=staff_id, today=TODAY, now=NOW)


def test_those_that_are_over_come_last(store: Store) -> None:
    with store.unit_of_work() as uow:
        first, staff_id = a_problem(uow)
        second = uow.community_problems.open(HOME, FACTS, staff_id=staff_id, now=NOW)
        uow.community_problems.move(second.id, "closed", staff_id=staff_id, today=TODAY, now=NOW)
        assert [each.id for each in uow.community_problems.all()] == [first.id, second.id]


def test_the_problems_of_another_office_are_not_there(store: Store) -> None:
    with store.unit_of_work() as uow:
        made, _ = a_problem(uow)
        north = uow.offices.add("North", now=NOW).id
        member = a_paralegal(uow, "sipho", office_id=north, role=Role.SUPERVISOR)
    with store.seen_by(member.viewer).reading() as look:
        assert look.community_problems.all() == []
        with pytest.raises(ProblemNotFound):
            look.community_problems.by_reference(made.reference)


@pytest.mark.parametrize("written", ["", "nonsense", "2222-2222"])
def test_a_reference_of_nothing_is_said_to_be_one(store: Store, written: str) -> None:
    with store.reading() as look, pytest.raises(ProblemNotFound, match="no problem of many"):
        look.community_problems.by_reference(written)

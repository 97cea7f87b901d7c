"""Deadlines come from the assessment, tasks from the desk; whoever holds the case settles them."""

from datetime import date
from itertools import product

import pytest

from casestore.cases import Case
from casestore.errors import CaseNotFound, NotAllowedNow, NotValid, NotYours, UnknownCode
from casestore.unit_of_work import Store, UnitOfWork
from casestore.work.agenda import NEXT, NewDeadline, State, check_step
from tests.builders import MINUTE, NOW, a_case, a_new_case, a_paralegal

LATER = NOW + MINUTE
PASSED, SOON, LATE, FAR = date(2026, 2, 1), date(2026, 3, 9), date(2026, 4, 1), date(2026, 6, 1)


def a_deadline(code: str = "appeal", due: date = SOON, what: str = "Appeal to the tribunal.") -> NewDeadline:
    return NewDeadline(code=code, due=due, what=what, because="90 days from the letter", source="An Act")


def held_case(uow: UnitOfWork, *deadlines: NewDeadline, due: date | None = None) -> tuple[Case, int]:
    case, staff_id = a_case(uow, deadlines=deadlines, due=due), a_paralegal(uow).id
    return uow.cases.claim(case.id, staff_id=staff_id, now=NOW), staff_id


def due(uow: UnitOfWork, case: Case) -> date | None:
    """The day by which the queue orders the case."""
    return uow.cases.by_reference(case.reference).due


def states(uow: UnitOfWork, case: Case) -> dict[str, State]:
    return {entry.what: entry.state for entry in uow.agenda.of(case.id)}


@pytest.mark.parametrize(("now", "to"), list(product(State, State)))
def test_an_entry_is_settled_once_and_can_be_opened_again(now: State, to: State) -> None:
    allowed = (now is State.OPEN) != (to is State.OPEN)
    assert (to in NEXT[now]) is allowed
    if not allowed:
        with pytest.raises(NotAllowedNow, match=f"{now} cannot become {to}"):
            check_step(now, to)


def test_a_deadline_of_the_assessment_is_on_the_agenda_of_a_new_case(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, deadlines=(a_deadline(),))
        [entry] = uow.agenda.of(case.id)
    assert (entry.kind, entry.code, entry.owner, entry.state) == ("deadline", "appeal", "person", State.OPEN)
    assert (entry.due, entry.source, entry.reference) == (SOON, "An Act", case.reference)
    assert (entry.what, entry.because) == ("Appeal to the tribunal.", "90 days from the letter")


def test_a_deadline_that_is_counted_anew_moves_and_one_that_was_settled_does_not(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline("a"), a_deadline("b", what="Pay."))
        [first, second] = uow.agenda.of(case.id)
        uow.agenda.settle(case.id, second.id, staff_id=staff_id, to="met", now=LATER)
        again = a_new_case(deadlines=(a_deadline("a", FAR), a_deadline("b", FAR), a_deadline("c", FAR, what="New.")))
        uow.cases.add_to(case, again, now=LATER)
        found = {entry.code: (entry.id, entry.due, entry.state) for entry in uow.agenda.of(case.id)}
    assert found["a"] == (first.id, FAR, State.OPEN)
    assert found["b"] == (second.id, SOON, State.MET)
    assert found["c"][1:] == (FAR, State.OPEN)


def test_a_deadline_from_the_desk_counts_in_the_queue_until_it_is_settled(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline(due=FAR), due=FAR)
        hearing = uow.agenda.add(case.id, staff_id=staff_id, kind="deadline", what="Hearing", due=SOON, now=LATER)
        assert uow.cases.by_reference(case.reference).due == SOON
        uow.agenda.settle(case.id, hearing, staff_id=staff_id, to="met", now=LATER)
        assert uow.cases.by_reference(case.reference).due == FAR
        uow.cases.add_to(case, a_new_case(due=SOON), now=LATER)  # the same day is told once more
        assert uow.cases.by_reference(case.reference).due == FAR
        uow.agenda.settle(case.id, hearing, staff_id=staff_id, to="open", now=LATER)
        assert uow.cases.by_reference(case.reference).due == SOON


def test_the_day_of_the_case_moves_with_its_deadline(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline(due=SOON), due=SOON)
        for day in (FAR, LATE):
            uow.cases.add_to(case, a_new_case(due=day, deadlines=(a_deadline(due=day),)), now=LATER)
            assert due(uow, case) == day
        [entry] = uow.agenda.of(case.id)
        uow.agenda.settle(case.id, entry.id, staff_id=staff_id, to="met", now=LATER)
        assert due(uow, case) is None


def test_a_deadline_told_after_the_first_was_settled_counts(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline("a"), due=SOON)
        [first] = uow.agenda.of(case.id)
        uow.agenda.settle(case.id, first.id, staff_id=staff_id, to="met", now=LATER)
        both = (a_deadline("a"), a_deadline("b", LATE))
        uow.cases.add_to(case, a_new_case(due=SOON, deadlines=both), now=LATER)
        assert due(uow, case) == LATE


def test_a_deadline_that_was_settled_does_not_count_with_another_day_either(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline(due=LATE), due=LATE)
        [entry] = uow.agenda.of(case.id)
        uow.agenda.settle(case.id, entry.id, staff_id=staff_id, to="void", now=LATER)
        uow.cases.add_to(case, a_new_case(due=SOON, deadlines=(a_deadline(),)), now=LATER)
        assert due(uow, case) is None


def test_a_day_that_was_only_told_outlives_a_deadline_settled_by_mistake(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline(due=LATE), due=SOON)
        [entry] = uow.agenda.of(case.id)
        for state in ("met", "open", "void"):
            uow.agenda.settle(case.id, entry.id, staff_id=staff_id, to=state, now=LATER)
            assert due(uow, case) == SOON


def test_a_deadline_that_had_passed_when_it_was_told_does_not_count(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline("old", PASSED), a_deadline("a"), a_deadline("b", LATE), due=SOON)
        uow.cases.add_to(case, a_new_case(due=SOON), now=LATER)
        assert due(uow, case) == SOON
        soon = next(entry for entry in uow.agenda.of(case.id) if entry.code == "a")
        uow.agenda.settle(case.id, soon.id, staff_id=staff_id, to="met", now=LATER)
        assert due(uow, case) == LATE
        uow.cases.add_to(case, a_new_case(deadlines=(a_deadline("b", PASSED),)), now=LATER)
        assert due(uow, case) is None


def test_what_was_settled_in_the_case_that_stays_is_not_brought_back_by_its_duplicate(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, _ = held_case(uow, a_deadline("a"), due=SOON)
        thandi = uow.staff.all()[0]
        [entry] = uow.agenda.of(case.id)
        uow.agenda.settle(case.id, entry.id, staff_id=thandi.id, to="met", now=LATER)
        other = a_case(uow, deadlines=(a_deadline("a"), a_deadline("b", LATE)), due=SOON)
        uow.handover.merge(case.id, other.id, thandi, one_person=True, now=LATER)
        assert due(uow, case) == LATE
        assert [(each.code, each.state) for each in uow.agenda.of(case.id)] == [("b", State.OPEN), ("a", State.MET)]


def test_two_days_of_one_limit_both_stand_when_cases_are_joined(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, _ = held_case(uow, a_deadline("a", LATE), due=LATE)
        thandi = uow.staff.all()[0]
        other = a_case(uow, deadlines=(a_deadline("a", SOON),), due=SOON)
        uow.handover.merge(case.id, other.id, thandi, one_person=True, now=LATER)
        [theirs, own] = uow.agenda.of(case.id)
        assert [(theirs.due, theirs.what), (own.due, own.code)] == [(SOON, "Appeal to the tribunal."), (LATE, "a")]
        assert due(uow, case) == SOON
        uow.agenda.settle(case.id, theirs.id, staff_id=thandi.id, to="void", now=LATER)
        assert due(uow, case) == LATE


def test_a_task_does_not_count_in_the_queue(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, due=FAR)
        task = uow.agenda.add(case.id, staff_id=staff_id, kind="task", what="Call her", due=SOON, now=LATER)
        uow.agenda.settle(case.id, task, staff_id=staff_id, to="void", now=LATER)
        assert uow.cases.by_reference(case.reference).due == FAR
        assert states(uow, case) == {"Call her": State.VOID}


def test_only_what_is_open_and_due_in_ones_own_open_cases_is_on_the_list(store: Store) -> None:
    with store.unit_of_work() as uow:
        mine, staff_id = held_case(uow, a_deadline("near"), a_deadline("far", FAR), a_deadline("done"))
        done = next(entry for entry in uow.agenda.of(mine.id) if entry.code == "done")
        uow.agenda.settle(mine.id, done.id, staff_id=staff_id, to="missed", now=LATER)
        a_case(uow, deadlines=(a_deadline("of nobody"),))
        assert [entry.code for entry in uow.agenda.due_by(SOON, staff_id=staff_id)] == ["near"]
        assert [entry.code for entry in uow.agenda.due_by(FAR, staff_id=staff_id)] == ["near", "far"]
        uow.cases.close(mine.id, staff_id=staff_id, outcome="resolved", note="", now=LATER)
        assert uow.agenda.due_by(FAR, staff_id=staff_id) == []


def test_only_the_holder_works_the_agenda_and_only_of_that_case(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline())
        other = a_paralegal(uow, "sipho").id
        theirs = uow.cases.claim(a_case(uow).id, staff_id=other, now=NOW)
        [entry] = uow.agenda.of(case.id)
        with pytest.raises(NotYours):
            uow.agenda.settle(case.id, entry.id, staff_id=other, to="met", now=LATER)
        with pytest.raises(NotYours):
            uow.agenda.add(case.id, staff_id=other, kind="task", what="x", due=SOON, now=LATER)
        with pytest.raises(CaseNotFound):
            uow.agenda.settle(theirs.id, entry.id, staff_id=other, to="met", now=LATER)
        assert states(uow, case) == {"Appeal to the tribunal.": State.OPEN}


@pytest.mark.parametrize(("kind", "what"), [("task", " "), ("task", "x" * 301), ("errand", "x")])
def test_what_cannot_be_kept_is_refused_with_what_can(store: Store, kind: str, what: str) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        with pytest.raises(NotValid, match="1 to 300|deadline, task"):
            uow.agenda.add(case.id, staff_id=staff_id, kind=kind, what=what, due=SOON, now=LATER)
        with pytest.raises(UnknownCode, match="open, met, missed, void"):
            uow.agenda.settle(case.id, 1, staff_id=staff_id, to="gone", now=LATER)


def test_the_log_has_codes_and_days_only(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow, a_deadline())
        task = uow.agenda.add(case.id, staff_id=staff_id, kind="task", what="Call Nomsa", due=SOON, now=LATER)
        uow.agenda.settle(case.id, task, staff_id=staff_id, to="met", now=LATER)
        log = [(entry.kind.id, entry.detail) for entry in uow.log.of(case.id)]
    assert log[1:2] + log[3:] == [
        ("deadline_noted", {"deadline": "appeal", "due": "2026-03-09"}),
        ("task_noted", {"due": "2026-03-09"}),
        ("agenda_settled", {"entry": "task", "state": "met"}),
    ]

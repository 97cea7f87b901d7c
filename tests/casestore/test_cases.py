"""Cases: opened, queued, claimed by one, worked by who holds them, opened again when the person writes."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from itertools import cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casestore.cases import Case
from casestore.errors import AlreadyClaimed, CaseNotFound, NotAllowedNow, NotYours
from casestore.lifecycle import OUTCOMES, Status
from casestore.reference import check_sign, read_reference
from casestore.unit_of_work import Store, UnitOfWork
from tests.at_once import at_once
from tests.builders import MINUTE, NOW, a_case, a_conversation, a_new_case, a_paralegal, open_cases
from tests.casestore.raw import count
from tests.needs import ON_POSTGRES

LATER = NOW + 10 * MINUTE


def again(uow: UnitOfWork, case: Case) -> Case:
    """The case as it stands now."""
    return uow.cases.by_reference(case.reference)


def kinds(uow: UnitOfWork, case: Case) -> list[str]:
    return [entry.kind.id for entry in uow.log.of(case.id)]


def in_status(uow: UnitOfWork, status: Status, holder: int) -> Case:
    """A case that `holder` has brought to that status."""
    case = a_case(uow)
    if status != Status.WAITING:
        uow.cases.claim(case.id, staff_id=holder, now=NOW)
    if status == Status.REFERRED:
        uow.cases.refer(case.id, staff_id=holder, to="legal_aid", now=NOW)
    if status == Status.CLOSED:
        uow.cases.close(case.id, staff_id=holder, outcome="resolved", note="", now=NOW)
    return again(uow, case)


def test_a_new_case_waits_with_all_that_was_known(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        known = a_new_case(
            issues=("housing.lockout", "housing.deposit"), flags=("lockout",), urgency="emergency", due=date(2026, 3, 9)
        )
        opened = uow.cases.open(conversation, known, now=NOW)
    with store.reading() as look:
        case = look.cases.of_conversation(conversation.id)
    assert case == opened
    assert (case.status, case.opened_at, case.waiting_since) == (Status.WAITING, NOW, NOW)
    assert (case.issues, case.flags, case.urgency, case.due) == (known.issues, known.flags, "emergency", known.due)
    assert (case.jurisdiction, case.place, case.language) == ("za", "gauteng", "en")
    assert case.versions == known.versions


def test_a_case_may_have_no_issue_yet(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert again(uow, a_case(uow, issues=())).issues == ()


def test_a_reference_that_is_taken_is_not_given_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    signs = cycle("A")
    with store.unit_of_work() as uow, monkeypatch.context() as chance:
        chance.setattr(secrets, "choice", lambda alphabet: next(signs))
        first = a_case(uow)
        signs = iter("AAAAAAA" + "BBBBBBB")
        second = a_case(uow)
    assert [read_reference(case.reference) for case in (first, second)] == [
        f"AAAA-AAA{check_sign('A' * 7)}",
        f"BBBB-BBB{check_sign('B' * 7)}",
    ]


def test_when_no_reference_can_be_found_no_case_is_opened(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "choice", lambda alphabet: "A")
    with store.unit_of_work() as uow:
        a_case(uow)
    with pytest.raises(RuntimeError, match="reference"), store.unit_of_work() as uow:
        a_case(uow)
    assert count(store, "cases") == 1


def test_a_case_is_found_however_its_reference_is_written(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        assert uow.cases.by_reference(f" {case.reference.lower().replace('-', ' ')}. ") == case


@pytest.mark.parametrize("written", ["", "K4M7-2QXC", "2222-222", "\0", "\ud800", "' OR 1=1 --", "x" * 1_000_000])
def test_a_reference_that_belongs_to_no_case_is_not_found(store: Store, written: str) -> None:
    with store.unit_of_work() as uow:
        a_case(uow)
        with pytest.raises(CaseNotFound):
            uow.cases.by_reference(written)


def test_a_well_formed_reference_of_no_case_is_not_found(store: Store) -> None:
    with store.unit_of_work() as uow, pytest.raises(CaseNotFound):
        uow.cases.by_reference("2222222" + check_sign("2222222"))


def test_the_newest_case_of_a_conversation_counts(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        assert uow.cases.of_conversation(conversation.id) is None
        a_case(uow, conversation)
        newest = a_case(uow, conversation)
        assert uow.cases.of_conversation(conversation.id) == newest


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(st.characters()), st.lists(st.text(st.characters())), max_size=3))
@example({"\0": ["\ud800", "\ud83d\ude00", "\u202e", "{{7*7}}'; DROP TABLE cases;--"]})
@example({"long": ["é" * 1_000_000]})
def test_an_assessment_comes_back_unchanged(store: Store, assessment: dict[str, Any]) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, assessment=assessment)
    with store.reading() as look:
        assert look.cases.assessment(case) == assessment


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters()))
@example("\0")
@example("\ud800\u202e{{7*7}}")
@example("é" * 1_000_000)
def test_a_closing_note_comes_back_unchanged(store: Store, note: str) -> None:
    with store.unit_of_work() as uow:
        staff = uow.staff.all() or [a_paralegal(uow)]
        case = in_status(uow, Status.CLAIMED, staff[0].id)
        uow.cases.close(case.id, staff_id=staff[0].id, outcome="resolved", note=note, now=NOW)
    with store.reading() as look:
        assert look.cases.note(case) == note


def test_a_case_that_was_not_closed_has_no_note(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.cases.note(a_case(uow)) == ""


def test_the_queue_puts_waiting_before_claimed_then_danger_then_deadline_then_waiting_time(store: Store) -> None:
    soon, late = date(2026, 3, 5), date(2026, 4, 1)
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        claimed = a_case(uow, urgency="emergency")
        uow.cases.claim(claimed.id, staff_id=holder, now=NOW)
        routine = a_case(uow, urgency="routine", due=soon)
        newer = a_case(uow, urgency="urgent", now=NOW + MINUTE)
        older = a_case(uow, urgency="urgent", now=NOW)
        flagged = a_case(uow, urgency="routine", flags=("utilities_off",), now=LATER)
        due_soon = a_case(uow, urgency="urgent", due=soon, now=LATER)
        later_soon = a_case(uow, urgency="soon", due=late)
        emergency = a_case(uow, urgency="emergency", now=LATER)
    with store.reading() as look:
        order = [case.id for case in open_cases(look)]
    expected = [emergency, flagged, due_soon, routine, older, newer, later_soon, claimed]
    assert order == [case.id for case in expected]


@pytest.mark.parametrize("status", Status)
def test_only_a_closed_case_leaves_the_queue(store: Store, status: Status) -> None:
    with store.unit_of_work() as uow:
        case = in_status(uow, status, a_paralegal(uow).id)
        assert [found.id for found in open_cases(uow)] == ([] if status == Status.CLOSED else [case.id])


def test_a_claimed_case_shows_who_has_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, paralegal = a_case(uow), a_paralegal(uow, name="Thandi Nkosi")
        claimed = uow.cases.claim(case.id, staff_id=paralegal.id, now=LATER)
        assert (claimed.status, claimed.claimed_by, claimed.claimed_by_name) == (
            Status.CLAIMED,
            paralegal.id,
            "Thandi Nkosi",
        )
        assert open_cases(uow) == [claimed]
        assert kinds(uow, case) == ["opened", "claimed"]


def test_claiming_does_not_stop_the_persons_waiting(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = uow.cases.claim(a_case(uow).id, staff_id=a_paralegal(uow).id, now=LATER)
    assert case.waiting_since == NOW


def test_of_many_who_claim_a_case_at_once_exactly_one_gets_it(store: Store) -> None:
    crowd = 20 if store.engine.dialect.name == "postgresql" else 2
    with store.unit_of_work() as uow:
        case = a_case(uow)
        staff = [a_paralegal(uow, f"p{number}").id for number in range(crowd)]

    def claim(staff_id: int) -> int | None:
        with store.unit_of_work() as uow:
            return uow.cases.claim(case.id, staff_id=staff_id, now=NOW).claimed_by

    results = at_once(*[lambda staff_id=staff_id: claim(staff_id) for staff_id in staff])
    [winner] = [result for result in results if not isinstance(result, AlreadyClaimed)]
    with store.reading() as look:
        assert again(look, case).claimed_by == winner
        assert kinds(look, case) == ["opened", "claimed"]
    assert results[staff.index(winner)] == winner


def test_a_case_somebody_else_has_cannot_be_claimed(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = in_status(uow, Status.CLAIMED, a_paralegal(uow).id)
        with pytest.raises(AlreadyClaimed):
            uow.cases.claim(case.id, staff_id=a_paralegal(uow, "ben").id, now=NOW)
        assert again(uow, case) == case


def test_pressing_claim_twice_changes_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLAIMED, holder)
        assert uow.cases.claim(case.id, staff_id=holder, now=LATER) == case
        assert kinds(uow, case) == ["opened", "claimed"]


def test_a_closed_case_cannot_be_claimed(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLOSED, holder)
        with pytest.raises(NotAllowedNow, match="closed"):
            uow.cases.claim(case.id, staff_id=holder, now=NOW)


def test_a_referred_case_can_be_claimed_again_by_anybody(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = in_status(uow, Status.REFERRED, a_paralegal(uow).id)
        ben = a_paralegal(uow, "ben").id
        assert uow.cases.claim(case.id, staff_id=ben, now=NOW).claimed_by == ben


STEPS: dict[str, Callable[[UnitOfWork, int, int], object]] = {
    "release": lambda uow, case_id, staff_id: uow.cases.release(case_id, staff_id=staff_id, now=NOW),
    "refer": lambda uow, case_id, staff_id: uow.cases.refer(case_id, staff_id=staff_id, to="legal_aid", now=NOW),
    "close": lambda uow, case_id, staff_id: uow.cases.close(
        case_id, staff_id=staff_id, outcome="resolved", note="", now=NOW
    ),
    "answered": lambda uow, case_id, staff_id: uow.cases.answered(case_id, staff_id=staff_id, now=NOW),
    "claim": lambda uow, case_id, staff_id: uow.cases.claim(case_id, staff_id=staff_id, now=NOW),
}


@pytest.mark.parametrize("step", STEPS)
def test_no_step_is_possible_on_a_case_that_is_not_there(store: Store, step: str) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        with pytest.raises(CaseNotFound):
            STEPS[step](uow, 999_999_999, holder)


@pytest.mark.parametrize("status", [Status.CLAIMED, Status.REFERRED])
@pytest.mark.parametrize("step", ["release", "refer", "close", "answered"])
def test_only_who_holds_a_case_can_work_it(store: Store, step: str, status: Status) -> None:
    with store.unit_of_work() as uow:
        case = in_status(uow, status, a_paralegal(uow).id)
        ben = a_paralegal(uow, "ben").id
        with pytest.raises(NotYours):
            STEPS[step](uow, case.id, ben)
        assert again(uow, case) == case


@pytest.mark.parametrize("step", ["release", "refer", "close", "answered"])
def test_a_case_nobody_holds_must_be_claimed_first(store: Store, step: str) -> None:
    with store.unit_of_work() as uow:
        case, paralegal = a_case(uow), a_paralegal(uow)
        with pytest.raises(NotYours):
            STEPS[step](uow, case.id, paralegal.id)
        assert kinds(uow, case) == ["opened"]


@pytest.mark.parametrize(
    ("status", "step", "then"),
    [
        (Status.REFERRED, "refer", Status.REFERRED),  # to one more service
        (Status.CLOSED, "release", Status.WAITING),
        (Status.CLOSED, "refer", NotAllowedNow),
        (Status.CLOSED, "close", NotAllowedNow),
        (Status.CLOSED, "answered", NotYours),
    ],
)
def test_a_holder_is_bound_by_the_lifecycle(
    store: Store, status: Status, step: str, then: Status | type[Exception]
) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, status, holder)
        if isinstance(then, Status):
            STEPS[step](uow, case.id, holder)
            assert again(uow, case).status == then
            return
        with pytest.raises(then):
            STEPS[step](uow, case.id, holder)
        assert again(uow, case) == case


def test_a_released_case_is_back_in_the_queue_with_its_waiting_time(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLAIMED, holder)
        uow.cases.release(case.id, staff_id=holder, now=LATER)
        case = again(uow, case)
        assert (case.status, case.claimed_by, case.waiting_since) == (Status.WAITING, None, NOW)
        assert kinds(uow, case)[-1] == "released"


def test_a_case_released_after_an_answer_waits_from_then_on(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLAIMED, holder)
        uow.cases.answered(case.id, staff_id=holder, now=NOW)
        uow.cases.release(case.id, staff_id=holder, now=LATER)
        assert again(uow, case).waiting_since == LATER


def test_after_an_answer_nobody_waits_for_the_office(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLAIMED, holder)
        uow.cases.answered(case.id, staff_id=holder, now=LATER)
        case = again(uow, case)
        assert (case.answered_at, case.waiting_since) == (LATER, None)
        assert kinds(uow, case)[-1] == "answered"


def test_a_referral_says_where_to(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = in_status(uow, Status.REFERRED, a_paralegal(uow).id)
        assert (case.status, case.waiting_since) == (Status.REFERRED, None)
        assert uow.log.of(case.id)[-1].detail == {"to": "legal_aid"}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_case_closes_with_any_outcome_of_the_list(store: Store, outcome: str) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLAIMED, holder)
        uow.cases.close(case.id, staff_id=holder, outcome=outcome, note="", now=LATER)
        case = again(uow, case)
        assert (case.status, case.outcome, case.closed_at, case.waiting_since) == (
            Status.CLOSED,
            outcome,
            LATER,
            None,
        )
        assert uow.log.of(case.id)[-1].detail == {"outcome": outcome}


def test_a_case_does_not_close_with_any_other_outcome(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLAIMED, holder)
        with pytest.raises(NotAllowedNow, match="'won'"):
            uow.cases.close(case.id, staff_id=holder, outcome="won", note="", now=LATER)
        assert again(uow, case) == case


def test_a_person_who_writes_opens_a_closed_case_again_for_everybody(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = in_status(uow, Status.CLOSED, a_paralegal(uow).id)
        uow.cases.person_wrote(case, now=LATER)
        case = again(uow, case)
        assert (case.status, case.outcome, case.closed_at, case.claimed_by, case.waiting_since) == (
            Status.WAITING,
            None,
            None,
            None,
            LATER,
        )
        assert kinds(uow, case)[-2:] == ["reopened", "person_wrote"]


@pytest.mark.parametrize("status", [Status.WAITING, Status.CLAIMED, Status.REFERRED])
def test_a_person_who_writes_leaves_an_open_case_where_it_is(store: Store, status: Status) -> None:
    with store.unit_of_work() as uow:
        case = in_status(uow, status, a_paralegal(uow).id)
        uow.cases.person_wrote(case, now=LATER)
        assert again(uow, case).status == status
        assert kinds(uow, case)[-1] == "person_wrote"


def test_a_person_waits_since_the_first_message_without_an_answer(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLAIMED, holder)
        uow.cases.answered(case.id, staff_id=holder, now=NOW)
        for at in (LATER, LATER + MINUTE):
            uow.cases.person_wrote(case, now=at)
        assert again(uow, case).waiting_since == LATER


@ON_POSTGRES
def test_a_person_who_writes_while_the_case_is_being_closed_is_not_overlooked(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder = a_paralegal(uow).id
        case = in_status(uow, Status.CLAIMED, holder)

    def write() -> None:
        with store.unit_of_work() as worker:
            worker.cases.person_wrote(case, now=LATER)

    with ThreadPoolExecutor() as pool:
        with store.unit_of_work() as desk:
            desk.cases.close(case.id, staff_id=holder, outcome="resolved", note="", now=NOW)
            written = pool.submit(write)
            wait([written], timeout=0.3)  # it either waits for the desk, or has overlooked it
        written.result()
    with store.reading() as look:
        assert again(look, case).status == Status.WAITING


@ON_POSTGRES
def test_two_dangers_heard_at_the_same_time_are_both_kept(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)

    def add() -> None:
        with store.unit_of_work() as two:
            two.cases.add_to(case, a_new_case(flags=("no_food",), urgency="urgent"), now=NOW)

    with ThreadPoolExecutor() as pool:
        with store.unit_of_work() as one:
            one.cases.add_to(case, a_new_case(flags=("violence",), urgency="emergency"), now=NOW)
            added = pool.submit(add)
            wait([added], timeout=0.3)
        added.result()
    with store.reading() as look:
        found = again(look, case)
    assert (found.flags, found.urgency) == (("violence", "no_food"), "emergency")


def test_what_the_person_tells_later_is_added_once(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, issues=("housing.lockout",), flags=("lockout",))
        more = a_new_case(issues=("housing.deposit", "housing.lockout"), flags=("lockout", "no_food"))
        uow.cases.add_to(case, more, now=LATER)
        found = again(uow, case)
        assert found.issues == ("housing.lockout", "housing.deposit")
        assert found.flags == ("lockout", "no_food")
        assert uow.log.of(case.id)[-1].detail == {"flags": ["no_food"]}


def test_what_is_added_is_there_when_the_person_wrote_in_the_same_turn(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, issues=())
        uow.cases.add_to(case, a_new_case(issues=("work.dismissal",), place="limpopo"), now=LATER)
        uow.cases.person_wrote(case, now=LATER)
    with store.reading() as look:
        found = again(look, case)
    assert (found.issues, found.place) == (("work.dismissal",), "limpopo")


def test_nothing_new_is_not_logged_as_danger(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, flags=("lockout",))
        uow.cases.add_to(case, a_new_case(flags=("lockout",)), now=LATER)
        assert kinds(uow, case) == ["opened"]


@pytest.mark.parametrize(
    ("before", "told", "after"),
    [
        ("routine", "emergency", "emergency"),
        ("urgent", "soon", "urgent"),
        ("emergency", "routine", "emergency"),
        ("soon", "urgent", "urgent"),
    ],
)
def test_urgency_only_ever_rises(store: Store, before: str, told: str, after: str) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, urgency=before)
        uow.cases.add_to(case, a_new_case(urgency=told), now=LATER)
        assert again(uow, case).urgency == after


def test_a_case_that_became_more_urgent_moves_up_the_queue(store: Store) -> None:
    with store.unit_of_work() as uow:
        first, second = a_case(uow, urgency="soon"), a_case(uow, urgency="routine")
        uow.cases.add_to(second, a_new_case(urgency="emergency"), now=LATER)
        assert [case.id for case in open_cases(uow)] == [second.id, first.id]


@pytest.mark.parametrize(
    ("before", "told", "after"),
    [
        (None, date(2026, 3, 9), date(2026, 3, 9)),
        (date(2026, 3, 9), None, date(2026, 3, 9)),
        (date(2026, 3, 9), date(2026, 3, 5), date(2026, 3, 5)),
        (date(2026, 3, 5), date(2026, 3, 9), date(2026, 3, 5)),
        (None, None, None),
    ],
)
def test_the_nearest_deadline_counts(store: Store, before: date | None, told: date | None, after: date | None) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, due=before)
        uow.cases.add_to(case, a_new_case(due=told), now=LATER)
        assert again(uow, case).due == after


def test_the_newest_assessment_is_the_one_kept(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, assessment={"reasons": ["first"]})
        uow.cases.add_to(case, a_new_case(assessment={"reasons": ["second"]}), now=LATER)
    with store.reading() as look:
        assert look.cases.assessment(case) == {"reasons": ["second"]}


def test_a_place_once_known_is_kept(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, place="gauteng")
        uow.cases.add_to(case, a_new_case(place=None), now=LATER)
        assert again(uow, case).place == "gauteng"

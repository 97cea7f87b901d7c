"""Taking over, handing on, splitting and joining cases."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casestore.access import Role
from casestore.cases import Case
from casestore.community_problems import ProblemFacts
from casestore.errors import AtCapacity, CaseNotFound, NotAllowedNow, NotYours
from casestore.handover import REASONS
from casestore.lifecycle import Status
from casestore.skills import Skills
from casestore.staff import StaffMember
from casestore.unit_of_work import Store, UnitOfWork
from tests.at_once import at_once
from tests.builders import MINUTE, NOW, a_case, a_conversation, a_paralegal, open_cases

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def again(uow: UnitOfWork, case: Case) -> Case:
    return uow.cases.by_reference(case.reference)


def kinds(uow: UnitOfWork, case: Case) -> list[str]:
    return [entry.kind.id for entry in uow.log.of(case.id)]


def held(uow: UnitOfWork, member: StaffMember, **changes: object) -> Case:
    """A case that a member has claimed."""
    return uow.cases.claim(a_case(uow, **changes).id, staff_id=member.id, now=NOW)


def pair(uow: UnitOfWork) -> tuple[StaffMember, StaffMember]:
    return a_paralegal(uow), a_paralegal(uow, "ben")


# Taking over


def test_a_supervisor_takes_a_case_over_at_any_time(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, boss = a_paralegal(uow), a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        case = held(uow, thandi)
        taken = uow.handover.take_over(case.id, boss, reason="away", now=NOW + MINUTE)
        assert (taken.status, taken.claimed_by, taken.waiting_since) == (Status.CLAIMED, boss.id, NOW)
        entry = uow.log.of(case.id)[-1]
        assert (entry.kind.id, entry.detail) == ("taken_over", {"why": "away", "holder": thandi.id})
        with pytest.raises(NotYours):
            uow.cases.answered(case.id, staff_id=thandi.id, now=NOW)


def test_a_colleague_takes_a_case_over_only_when_its_lease_ends_soon(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = pair(uow)
        case = held(uow, thandi, urgency="emergency")
        for minutes, may in ((0, False), (60, False), (90, True), (119, True)):
            assert uow.handover.may_take_over(case, ben, now=NOW + minutes * MINUTE) == may
        with pytest.raises(NotYours, match="ask them or a supervisor"):
            uow.handover.take_over(case.id, ben, reason="silent", now=NOW + HOUR)
        taken = uow.handover.take_over(case.id, ben, reason="silent", now=NOW + 100 * MINUTE)
        assert (taken.claimed_by, taken.lease_until) == (ben.id, NOW + 220 * MINUTE)
        assert not uow.handover.may_take_over(taken, ben, now=NOW + 219 * MINUTE)


def test_a_case_that_was_answered_is_no_colleagues_to_take(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = pair(uow)
        case = held(uow, thandi)
        uow.cases.answered(case.id, staff_id=thandi.id, now=NOW)
        with pytest.raises(NotYours):
            uow.handover.take_over(case.id, ben, reason="silent", now=NOW + 30 * DAY)


def test_taking_over_needs_a_reason_of_the_list_and_somebody_who_holds_the_case(store: Store) -> None:
    with store.unit_of_work() as uow:
        boss = a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        case = a_case(uow)
        with pytest.raises(NotAllowedNow, match="choose one of away"):
            uow.handover.take_over(case.id, boss, reason="because", now=NOW)
        with pytest.raises(NotAllowedNow, match="claim it"):
            uow.handover.take_over(case.id, boss, reason="away", now=NOW)
        with pytest.raises(CaseNotFound):
            uow.handover.take_over(999_999, boss, reason="away", now=NOW)


def test_pressing_take_over_twice_changes_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, boss = a_paralegal(uow), a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        case = held(uow, thandi)
        for _ in range(2):
            uow.handover.take_over(case.id, boss, reason="away", now=NOW)
        assert kinds(uow, case) == ["opened", "claimed", "taken_over"]


def test_of_two_supervisors_who_take_over_at_once_the_last_one_has_it_and_both_are_logged(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = held(uow, a_paralegal(uow))
        bosses = [a_paralegal(uow, f"boss{number}", role=Role.SUPERVISOR) for number in range(2)]

    def take(member: StaffMember) -> None:
        with store.unit_of_work() as uow:
            uow.handover.take_over(case.id, member, reason="away", now=NOW)

    at_once(*[lambda member=member: take(member) for member in bosses])
    with store.reading() as look:
        entries = [entry for entry in look.log.of(case.id) if entry.kind.id == "taken_over"]
        assert len(entries) == 2
        assert again(look, case).claimed_by_name == entries[-1].by


# To a colleague, to another office


def test_a_case_is_handed_to_a_colleague(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = pair(uow)
        case = uow.handover.give(held(uow, thandi).id, thandi, to=ben.id, now=NOW + HOUR)
        assert (case.claimed_by, case.status) == (ben.id, Status.CLAIMED)
        assert uow.log.of(case.id)[-1].detail == {"staff": ben.id}


def test_a_supervisor_routes_a_waiting_case_and_a_paralegal_does_not(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = pair(uow)
        boss = a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        case = a_case(uow)
        with pytest.raises(NotYours):
            uow.handover.give(case.id, thandi, to=ben.id, now=NOW)
        assert uow.handover.give(case.id, boss, to=ben.id, now=NOW).claimed_by == ben.id


def test_a_colleague_who_carries_enough_gets_no_more_but_from_a_supervisor(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = pair(uow)
        boss = a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        uow.skills.save(ben.id, Skills(), capacity=0)
        case = held(uow, thandi)
        with pytest.raises(AtCapacity, match="ask a supervisor"):
            uow.handover.give(case.id, thandi, to=ben.id, now=NOW)
        assert uow.handover.give(case.id, boss, to=ben.id, now=NOW).claimed_by == ben.id


def test_nobody_gets_a_case_who_cannot_work_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        elsewhere = uow.offices.add("Elsewhere", now=NOW).id
        thandi, analyst = a_paralegal(uow), a_paralegal(uow, "ana", role=Role.ANALYST)
        stranger = a_paralegal(uow, "zoe", office_id=elsewhere)
        case = held(uow, thandi)
        for to in (analyst.id, stranger.id, 999_999):
            with pytest.raises(NotAllowedNow, match="choose a colleague"):
                uow.handover.give(case.id, thandi, to=to, now=NOW)
        assert again(uow, case).claimed_by == thandi.id


def test_another_office_has_the_case_from_then_on_and_the_first_sees_it_no_more(store: Store) -> None:
    with store.unit_of_work() as uow:
        elsewhere = uow.offices.add("Elsewhere", now=NOW).id
        thandi, zoe = a_paralegal(uow), a_paralegal(uow, "zoe", office_id=elsewhere)
        case = held(uow, thandi)
    with store.seen_by(thandi.viewer).unit_of_work() as uow:
        uow.handover.move(case.id, thandi, office_id=elsewhere, now=NOW + HOUR)
    with store.seen_by(thandi.viewer).reading() as look, pytest.raises(CaseNotFound):
        again(look, case)
    with store.seen_by(zoe.viewer).unit_of_work() as uow:
        moved = again(uow, case)
        assert (moved.status, moved.claimed_by, moved.waiting_since) == (Status.WAITING, None, NOW)
        assert [each.case.id for each in uow.queue.for_member(zoe)] == [case.id]
        assert kinds(uow, case)[-1] == "moved"


def test_a_case_is_not_moved_to_where_it_is(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        case = held(uow, thandi)
        with pytest.raises(NotAllowedNow, match="choose another one"):
            uow.handover.move(case.id, thandi, office_id=case.office_id, now=NOW)


def test_a_case_is_not_moved_to_where_nobody_would_see_it(store: Store) -> None:
    """People of a partner organisation see what is shared with them; a branch is seen from its network's office."""
    with store.unit_of_work() as uow:
        clinic = uow.offices.add("Clinic", now=NOW).id
        branch = uow.offices.add("Branch", now=NOW, part_of=1).id
        thandi = a_paralegal(uow)
        a_paralegal(uow, "pat", role=Role.PARTNER, office_id=clinic)
        case = held(uow, thandi)
        with pytest.raises(NotAllowedNow, match="nobody there works cases yet"):
            uow.handover.move(case.id, thandi, office_id=clinic, now=NOW)
        assert (again(uow, case).claimed_by, again(uow, case).office_id) == (thandi.id, 1)
        uow.handover.move(case.id, thandi, office_id=branch, now=NOW)
        assert again(uow, case).office_id == branch


# Splitting


def test_one_of_two_problems_becomes_a_case_of_its_own(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        case = held(
            uow,
            thandi,
            issues=("housing.lockout", "benefits.refused"),
            flags=("lockout",),
            urgency="emergency",
            due=date(2026, 3, 9),
        )
        uow.supporters.add(case.id, relation="child", person_knows="yes", name="Mo", now=NOW)
        other = uow.handover.split(case.id, thandi, issue="benefits.refused", now=NOW + HOUR)
        first = again(uow, case)
        assert (first.issues, other.issues) == (("housing.lockout",), ("benefits.refused",))
        assert other.reference != case.reference
        assert (other.conversation_id, other.claimed_by, other.status) == (
            case.conversation_id,
            thandi.id,
            Status.CLAIMED,
        )
        assert (other.flags, other.urgency, other.due) == (case.flags, "emergency", case.due)
        assert uow.cases.assessment(other) == uow.cases.assessment(case)
        assert kinds(uow, case)[-1] == kinds(uow, other)[-1] == "split"
        assert [each.name for each in uow.supporters.of(other.id)] == ["Mo"]


def writes(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """The person writes into the chat of that case."""
    for each in uow.cases.current(case.conversation_id or 0):
        uow.cases.person_wrote(each, now=now, conversation_id=case.conversation_id)


def test_what_the_person_writes_then_wakes_both_and_one_answer_is_enough(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = pair(uow)
        case = held(uow, thandi, issues=("housing.lockout", "benefits.refused"))
        uow.cases.answered(case.id, staff_id=thandi.id, now=NOW)
        other = uow.handover.split(case.id, thandi, issue="benefits.refused", now=NOW)
        assert uow.cases.of_conversation(case.conversation_id or 0) == other
        writes(uow, case, NOW + HOUR)
        assert [again(uow, each).waiting_since for each in (case, other)] == [NOW + HOUR] * 2
        uow.cases.answered(case.id, staff_id=thandi.id, now=NOW + 2 * HOUR)
        assert [again(uow, each).waiting_since for each in (case, other)] == [None] * 2
        uow.handover.give(other.id, thandi, to=ben.id, now=NOW + 2 * HOUR)
        writes(uow, case, NOW + 3 * HOUR)
        uow.cases.answered(case.id, staff_id=thandi.id, now=NOW + 4 * HOUR)
        assert again(uow, other).waiting_since == NOW + 3 * HOUR  # Ben has not answered
        uow.handover.no_answer_needed(other.id, ben, now=NOW + 4 * HOUR)
        assert again(uow, other).waiting_since is None


@pytest.mark.parametrize("issues", [(), ("housing.lockout",), ("housing.lockout", "debt.lender")])
def test_only_a_problem_of_a_case_with_several_is_split_off(store: Store, issues: tuple[str, ...]) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        case = held(uow, thandi, issues=issues)
        with pytest.raises(NotAllowedNow, match="two problems or more"):
            uow.handover.split(case.id, thandi, issue="work.pay" if len(issues) == 2 else "housing.lockout", now=NOW)


# Joining


def test_of_two_cases_of_one_person_one_survives_and_both_references_find_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, talk = a_paralegal(uow), a_conversation(uow)
        first = a_case(uow, talk, urgency="routine", due=date(2026, 5, 1))
        second = a_case(uow, talk, issues=("debt.lender",), flags=("no_food",), urgency="emergency", now=NOW + HOUR)
        uow.cases.claim(first.id, staff_id=thandi.id, now=NOW)
        survivor = uow.handover.merge(first.id, second.id, thandi, now=NOW + HOUR)
        assert again(uow, second) == again(uow, first) == survivor == uow.cases.of_conversation(talk.id)
        assert survivor.issues == ("housing.lockout", "debt.lender")
        assert (survivor.flags, survivor.urgency, survivor.due) == (("no_food",), "emergency", date(2026, 5, 1))
        assert (survivor.waiting_since, survivor.answer_due) == (NOW, NOW + 5 * HOUR)
        assert kinds(uow, survivor)[-1] == "merged"
        assert [each.id for each in open_cases(uow)] == [first.id]
        uow.cases.person_wrote(survivor, now=NOW + 2 * HOUR)
        assert [each.id for each in open_cases(uow)] == [first.id]


def test_a_chain_of_duplicates_leads_to_the_last_survivor(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, talk = a_paralegal(uow), a_conversation(uow)
        one, two, three = (a_case(uow, talk) for _ in range(3))
        uow.handover.merge(two.id, one.id, thandi, now=NOW)
        uow.handover.merge(three.id, two.id, thandi, now=NOW)
        assert again(uow, one).id == again(uow, two).id == three.id


def test_two_chats_are_joined_only_when_a_paralegal_says_it_is_one_person(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        kept, other = held(uow, thandi), a_case(uow)
        with pytest.raises(NotAllowedNow, match="confirm that it is one person"):
            uow.handover.merge(kept.id, other.id, thandi, now=NOW)
        survivor = uow.handover.merge(kept.id, other.id, thandi, one_person=True, now=NOW)
        assert uow.handover.other_chats(survivor) == [other.conversation_id]
    with store.seen_by(thandi.viewer).reading() as look:
        assert look.conversations.get(other.conversation_id or 0).id == other.conversation_id


def test_what_was_kept_of_the_duplicate_is_kept_of_the_survivor(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        kept, other = held(uow, thandi), held(uow, thandi)
        by = {"staff_id": thandi.id, "now": NOW}
        uow.records.change(kept.id, adults=1, **by)
        uow.records.change(other.id, adults=2, children=3, tried=("police",), settlement="rural", **by)
        uow.supporters.add(kept.id, relation="child", person_knows="yes", name="Mo", now=NOW)
        uow.supporters.add(other.id, relation="child", person_knows="yes", name="mo", now=NOW)
        uow.supporters.add(other.id, relation="leader", person_knows="no", name="Nomsa", now=NOW)
        uow.respondents.put(other.id, kind="agency", relationship=None, respondent_id=None, source="rule", now=NOW)
        uow.handover.merge(kept.id, other.id, thandi, one_person=True, now=NOW)
        record = uow.records.of(kept.id)
        assert (record.adults, record.children, record.tried, record.settlement) == (1, 3, ("police",), "rural")
        assert [(each.relation, each.name) for each in uow.supporters.of(kept.id)] == [
            ("child", "Mo"),
            ("leader", "Nomsa"),
        ]
        assert [each.source for each in uow.respondents.of_case(kept.id)] == ["rule"]


def test_problems_of_many_count_the_survivor_once_and_let_go_of_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        kept, other = held(uow, thandi), held(uow, thandi)
        facts, by = ProblemFacts(jurisdiction="za", issue="housing.lockout"), {"staff_id": thandi.id, "now": NOW}
        both, one = (uow.community_problems.open(1, facts, **by) for _ in range(2))
        uow.community_problems.link(both.id, kept.id, **by)
        for problem in (both, one):
            uow.community_problems.link(problem.id, other.id, **by)
        uow.handover.merge(kept.id, other.id, thandi, one_person=True, now=NOW)
        for problem in (both, one):
            assert uow.community_problems.case_references(problem.id) == [kept.reference]
            uow.community_problems.unlink(problem.id, again(uow, other).id, **by)
            assert uow.community_problems.case_references(problem.id) == []


def test_the_nearer_promise_of_two_is_warned_of_in_time(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, talk = a_paralegal(uow), a_conversation(uow)
        kept, other = a_case(uow, talk, now=NOW + 3 * HOUR), a_case(uow, talk, urgency="emergency")
        [warned] = uow.queue.warn(now=NOW + 3 * HOUR)
        assert (warned.case.id, warned.percent) == (other.id, 50)
        survivor = uow.handover.merge(kept.id, other.id, thandi, now=NOW + 3 * HOUR)
        assert (survivor.waiting_since, survivor.answer_due) == (NOW, NOW + 4 * HOUR)
        assert uow.queue.warn(now=NOW + 3 * HOUR) == []
        [warned] = uow.queue.warn(now=NOW + 4 * HOUR - MINUTE)
        assert (warned.case.id, warned.percent) == (kept.id, 80)


def test_a_case_that_waited_for_nobody_waits_as_long_as_its_duplicate(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, talk = a_paralegal(uow), a_conversation(uow)
        kept, other = a_case(uow, talk), a_case(uow, talk, now=NOW + HOUR)
        uow.cases.claim(kept.id, staff_id=thandi.id, now=NOW)
        uow.cases.answered(kept.id, staff_id=thandi.id, now=NOW)
        survivor = uow.handover.merge(kept.id, other.id, thandi, now=NOW + 20 * HOUR)
        assert (survivor.waiting_since, survivor.answer_due) == (other.waiting_since, other.answer_due)
        assert survivor.lease_until is not None


def test_names_of_the_other_side_stay_behind_with_the_duplicates_too(store: Store) -> None:
    with store.unit_of_work() as uow:
        elsewhere = uow.offices.add("Elsewhere", now=NOW).id
        a_paralegal(uow, "zoe", office_id=elsewhere)
        thandi = a_paralegal(uow)
        kept, other = held(uow, thandi), held(uow, thandi)
        name = uow.respondents.person(1, "Piet Botha", kind="landlord", now=NOW)
        uow.respondents.put(other.id, kind="landlord", relationship=None, respondent_id=name, now=NOW)
        uow.handover.merge(kept.id, other.id, thandi, one_person=True, now=NOW)
    with store.seen_by(thandi.viewer).unit_of_work() as uow:
        uow.handover.move(kept.id, thandi, office_id=elsewhere, now=NOW)
    with store.reading() as uow:
        for case in (kept, other):
            [side] = uow.respondents.of_case(case.id)
            assert (side.kind, side.respondent) == ("landlord", None)
        assert uow.respondents.people_named(1, "Piet Botha") == []


def test_a_message_in_the_chat_of_the_duplicate_wakes_the_survivor_there(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        kept, other = held(uow, thandi), a_case(uow)
        survivor = uow.handover.merge(kept.id, other.id, thandi, one_person=True, now=NOW)
        uow.cases.answered(survivor.id, staff_id=thandi.id, now=NOW)
        found = uow.cases.of_conversation(other.conversation_id or 0)
        assert found == again(uow, survivor)
        writes(uow, other, NOW + HOUR)
        woken = again(uow, survivor)
        assert (woken.waiting_since, woken.conversation_id) == (NOW + HOUR, other.conversation_id)
        assert uow.handover.other_chats(woken) == [kept.conversation_id]
        assert uow.cases.of_conversation(kept.conversation_id or 0) == woken


def test_erasing_the_survivors_person_leaves_the_others_case_in_peace(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        kept, other = held(uow, thandi), a_case(uow)
        uow.handover.merge(kept.id, other.id, thandi, one_person=True, now=NOW)
        person = uow.conversations.get(kept.conversation_id or 0).person_id
        uow.erasure.erase(person, now=NOW)
    with store.reading() as look:
        assert again(look, other).id == other.id


def test_a_paralegal_joins_no_case_that_a_colleague_holds(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = pair(uow)
        talk = a_conversation(uow)
        mine, bens = a_case(uow, talk), a_case(uow, talk)
        uow.cases.claim(mine.id, staff_id=thandi.id, now=NOW)
        uow.cases.claim(bens.id, staff_id=ben.id, now=NOW)
        for first, second in ((mine, bens), (bens, mine)):
            with pytest.raises(NotYours):
                uow.handover.merge(first.id, second.id, thandi, now=NOW)
        boss = a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        assert uow.handover.merge(mine.id, bens.id, boss, now=NOW).id == mine.id


def test_a_case_is_not_joined_with_itself_nor_with_a_closed_one(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, talk = a_paralegal(uow), a_conversation(uow)
        case, closed = a_case(uow, talk), a_case(uow, talk)
        uow.cases.claim(closed.id, staff_id=thandi.id, now=NOW)
        uow.cases.close(closed.id, staff_id=thandi.id, outcome="resolved", note="", now=NOW)
        with pytest.raises(NotAllowedNow, match="itself"):
            uow.handover.merge(case.id, case.id, thandi, now=NOW)
        with pytest.raises(NotAllowedNow, match="closed"):
            uow.handover.merge(case.id, closed.id, thandi, now=NOW)


def test_joined_both_ways_at_once_one_survives(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, talk = a_paralegal(uow), a_conversation(uow)
        one, two = a_case(uow, talk), a_case(uow, talk)

    def merge(first: Case, second: Case) -> int:
        with store.unit_of_work() as uow:
            return uow.handover.merge(first.id, second.id, thandi, now=NOW).id

    results = at_once(lambda: merge(one, two), lambda: merge(two, one))
    assert sorted(type(result).__name__ for result in results) == ["NotAllowedNow", "int"]


# All steps

STEPS: dict[str, Callable[[UnitOfWork, Case, StaffMember, int], object]] = {
    "give": lambda uow, case, member, to: uow.handover.give(case.id, member, to=to, now=NOW),
    "move": lambda uow, case, member, to: uow.handover.move(case.id, member, office_id=77, now=NOW),
    "split": lambda uow, case, member, to: uow.handover.split(case.id, member, issue=case.issues[0], now=NOW),
    "no_answer_needed": lambda uow, case, member, to: uow.handover.no_answer_needed(case.id, member, now=NOW),
}


@pytest.mark.parametrize("step", STEPS)
def test_whoever_does_not_hold_a_case_changes_nothing_about_it(store: Store, step: str) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = pair(uow)
        case = held(uow, thandi, issues=("housing.lockout", "debt.lender"))
        with pytest.raises(NotYours):
            STEPS[step](uow, case, ben, ben.id)
        assert again(uow, case) == case
        assert kinds(uow, case) == ["opened", "claimed"]


def test_reasons_are_codes_with_words_for_the_desk() -> None:
    assert all(code.isidentifier() and words for code, words in REASONS.items())

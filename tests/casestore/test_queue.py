"""The queue: order, fairness between offices, who a case suits, leases that end, warnings before a breach."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casestore.access import Role
from casestore.cases import URGENCIES, Case
from casestore.errors import AlreadyClaimed, AtCapacity, NotYours
from casestore.lifecycle import Status
from casestore.offices import HOME
from casestore.queue import Filter
from casestore.ranking import place_in_queue
from casestore.skills import Skills
from casestore.staff import StaffMember
from casestore.tables import CaseRow
from casestore.unit_of_work import Store, UnitOfWork
from tests.at_once import at_once
from tests.builders import MINUTE, NOW, a_case, a_new_case, a_paralegal
from tests.needs import ON_SQLITE

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# NOW is a Monday, nine o'clock UTC; the plain terms are weekdays from eight to four: 2 hours, 2 working days.
LEASE_ENDS = datetime.combine(NOW.date() + 2 * DAY, datetime.min.time(), NOW.tzinfo) + 16 * HOUR


def shown(uow: UnitOfWork, member: StaffMember, **chosen: str) -> list[int]:
    return [offered.case.id for offered in uow.queue.for_member(member, chosen=Filter(**chosen))]


def again(uow: UnitOfWork, case: Case) -> Case:
    return uow.cases.by_reference(case.reference)


def kinds(uow: UnitOfWork, case: Case) -> list[str]:
    return [entry.kind.id for entry in uow.log.of(case.id)]


def a_network(uow: UnitOfWork, offices: int) -> tuple[StaffMember, list[int]]:
    """Somebody at the desk of a network, and the numbers of the offices that belong to it."""
    belonging = [uow.offices.add(f"Office {number}", now=NOW, part_of=HOME).id for number in range(offices)]
    return a_paralegal(uow, "network"), belonging


# The order


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(URGENCIES),
            st.sampled_from([(), ("court_soon",)]),
            st.none() | st.dates(date(2026, 2, 1), date(2026, 6, 1)),
            st.integers(0, 60 * 24 * 40),
        ),
        max_size=8,
    )
)
def test_the_queue_stands_in_the_order_of_the_ranking(
    store: Store, cases: list[tuple[str, tuple[str, ...], date | None, int]]
) -> None:
    with store.unit_of_work() as uow:
        member = uow.staff.all()[0] if uow.staff.all() else a_paralegal(uow)
        opened = {}
        for urgency, flags, due, minutes in cases:
            since = NOW + minutes * MINUTE
            case = a_case(uow, urgency=urgency, flags=flags, due=due, now=since)
            place = place_in_queue(urgency=urgency, danger=bool(flags), due=due, since=since)
            opened[case.id] = (place, case.id)
        assert [id_ for id_ in shown(uow, member) if id_ in opened] == sorted(opened, key=lambda id_: opened[id_])
        for id_ in opened:
            uow.session.get_one(CaseRow, id_).status = Status.CLOSED


def test_danger_that_is_heard_later_moves_a_case_up(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        first, second = a_case(uow, urgency="urgent"), a_case(uow)
        assert shown(uow, member) == [first.id, second.id]
        uow.cases.add_to(second, a_new_case(urgency="emergency", flags=("lockout",)), now=NOW + HOUR)
        assert shown(uow, member) == [second.id, first.id]
        assert again(uow, second).answer_due == NOW + 5 * HOUR
        assert again(uow, first).answer_due == LEASE_ENDS


def test_the_page_is_no_longer_than_asked_for_and_the_count_goes_on(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        for _ in range(3):
            a_case(uow, urgency="urgent")
        assert len(uow.queue.for_member(member, limit=2)) == 2
        a_case(uow, urgency="emergency")
        assert uow.queue.counts(member) == {"emergency": 1, "urgent": 3}


def test_a_filter_leaves_out_what_was_not_asked_for(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        both = a_case(uow, issues=("debt.lender", "housing.lockout"), place="gauteng", language="zu")
        other = a_case(uow, issues=("debt.lender",), place="limpopo", language="en")
        assert shown(uow, member, area="housing") == [both.id]
        assert shown(uow, member, area="debt") == [both.id, other.id]
        assert shown(uow, member, area="hous") == shown(uow, member, area='%"') == []
        assert shown(uow, member, place="limpopo", language="en") == [other.id]
        assert uow.queue.counts(member, chosen=Filter(place="limpopo")) == {"routine": 1}


def test_own_cases_that_wait_for_an_answer_come_first(store: Store) -> None:
    with store.unit_of_work() as uow:
        thandi, ben = a_paralegal(uow), a_paralegal(uow, "ben")
        answered, waits, bens = a_case(uow, urgency="emergency"), a_case(uow), a_case(uow)
        for case, member in ((answered, thandi), (waits, thandi), (bens, ben)):
            uow.cases.claim(case.id, staff_id=member.id, now=NOW)
        uow.cases.answered(answered.id, staff_id=thandi.id, now=NOW)
        assert [case.id for case in uow.queue.mine(thandi)] == [waits.id, answered.id]
        assert [case.id for case in uow.queue.with_others(thandi)] == [bens.id]
        uow.cases.refer(bens.id, staff_id=ben.id, to="legal_aid", now=NOW)
        assert [case.id for case in uow.queue.with_others(thandi)] == [bens.id]


# Several offices


def test_a_network_sees_each_offices_first_case_before_anybodys_second(store: Store) -> None:
    with store.unit_of_work() as uow:
        member, [big, small] = a_network(uow, 2)
        flood = [a_case(uow, office_id=big, now=NOW + number * MINUTE) for number in range(5)]
        late = [a_case(uow, office_id=small, now=NOW + DAY + number * MINUTE) for number in range(2)]
        order = [flood[0], late[0], flood[1], late[1], *flood[2:]]
        assert shown(uow, member) == [case.id for case in order]


def test_danger_in_one_office_stands_before_everything_in_the_others(store: Store) -> None:
    with store.unit_of_work() as uow:
        member, [big, small] = a_network(uow, 2)
        safe = a_case(uow, office_id=small)
        dangers = [a_case(uow, office_id=big, urgency="emergency", now=NOW + number * HOUR) for number in range(3)]
        assert shown(uow, member) == [case.id for case in (*dangers, safe)]
        taken = [uow.queue.claim_next(member, now=NOW + DAY) for _ in range(4)]
        assert [case.id for case in taken if case] == [case.id for case in (*dangers, safe)]


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 5), min_size=2, max_size=4), st.randoms())
def test_no_office_waits_while_another_is_served_twice(store: Store, lengths: list[int], chance: Random) -> None:
    """However many cases each has, and however old they are: as long as an office has one, its turn comes."""
    with store.unit_of_work() as uow:
        name = f"n{len(uow.staff.all())}"
        home = uow.offices.add(f"Home of {name}", now=NOW).id
        offices = [uow.offices.add(f"{name} {n}", now=NOW, part_of=home).id for n in range(len(lengths))]
        member = a_paralegal(uow, name, office_id=home)
        for office, length in zip(offices, lengths, strict=True):
            for _ in range(length):
                a_case(uow, office_id=office, now=NOW + chance.randrange(10_000) * MINUTE)
        served = []
        now = NOW + 30 * DAY
        while (case := uow.queue.claim_next(member, now=now)) is not None:
            served.append(case.office_id)
            now += MINUTE
    assert len(served) == sum(lengths)
    waiting = dict(zip(offices, lengths, strict=True))
    while served:
        turn = [office for office in offices if waiting[office]]
        assert sorted(served[: len(turn)]) == turn
        for office in turn:
            waiting[office] -= 1
        served = served[len(turn) :]


def test_an_office_sees_nothing_of_another(store: Store) -> None:
    with store.unit_of_work() as uow:
        elsewhere = uow.offices.add("Elsewhere", now=NOW).id
        member, case = a_paralegal(uow), a_case(uow)
        a_case(uow, office_id=elsewhere, urgency="emergency")
    with store.seen_by(member.viewer).unit_of_work() as uow:
        assert shown(uow, member) == [case.id]
        assert uow.queue.claim_next(member, now=NOW) is not None
        assert uow.queue.claim_next(member, now=NOW) is None


# Skills


def test_what_suits_somebody_comes_first_and_says_why(store: Store) -> None:
    with store.unit_of_work() as uow:
        member, _ = a_paralegal(uow), a_paralegal(uow, "ben")
        uow.skills.save(member.id, Skills(areas=frozenset({"debt"}), languages=frozenset({"en", "zu"})), capacity=None)
        other = a_case(uow, urgency="urgent")
        suits = a_case(uow, issues=("debt.lender",), language="zu")
        unclear = a_case(uow, issues=())
        danger = a_case(uow, urgency="emergency", issues=("family.divorce",), language="af")
        offered = uow.queue.for_member(member)
        assert [(each.case.id, each.why) for each in offered] == [
            (danger.id, (("danger", ""),)),
            (suits.id, (("area", "debt"), ("language", "zu"))),
            (unclear.id, (("language", "en"),)),
            (other.id, None),
        ]
        assert [case.id for _ in range(4) if (case := uow.queue.claim_next(member, now=NOW))] == [
            danger.id,
            suits.id,
            unclear.id,
        ]


def test_a_case_that_suits_nobody_is_everybodys(store: Store) -> None:
    with store.unit_of_work() as uow:
        member, ben = a_paralegal(uow), a_paralegal(uow, "ben")
        uow.skills.save(member.id, Skills(areas=frozenset({"debt"})), capacity=None)
        uow.skills.save(ben.id, Skills(areas=frozenset({"housing"})), capacity=1)
        housing, family = a_case(uow), a_case(uow, issues=("family.divorce",))
        [first, second] = uow.queue.for_member(member)
        assert (first.case.id, first.why) == (family.id, (("nobody_else", ""),))
        assert (second.case.id, second.why) == (housing.id, None)
        uow.cases.claim(a_case(uow).id, staff_id=ben.id, now=NOW)  # now Ben has no room: what suited him is everybody's
        assert [each.why for each in uow.queue.for_member(member)] == [(("nobody_else", ""),)] * 2


def test_without_skills_everything_suits(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        a_case(uow)
        assert [each.why for each in uow.queue.for_member(member)] == [()]


skill_sets = st.builds(
    Skills,
    areas=st.frozensets(st.sampled_from(["x", "y", "x.one"])),
    languages=st.frozensets(st.sampled_from(["en", "zu"])),
    places=st.frozensets(st.sampled_from(["north", "south"])),
)


@ON_SQLITE
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    skill_sets,
    st.lists(st.sampled_from(["x.one", "x.two", "y.one", "xy.z"]), max_size=2, unique=True),
    st.sampled_from(["en", "zu", "af"]),
    st.sampled_from([None, "north", "south", "west"]),
)
def test_what_the_database_finds_suitable_has_its_reasons(
    store: Store, skills: Skills, issues: list[str], language: str, place: str | None
) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, issues=tuple(issues), language=language, place=place)
        found = [each.id for each in uow.cases.listed(CaseRow.__table__.select().where(skills.suit))]
        assert (case.id in found) == (skills.reasons(issues=issues, language=language, place=place) is not None)


def test_nothing_is_ever_hidden(store: Store) -> None:
    with store.unit_of_work() as uow:
        members = [a_paralegal(uow, f"p{number}") for number in range(3)]
        for member, area in zip(members, ("debt", "housing", "family"), strict=True):
            uow.skills.save(member.id, Skills(areas=frozenset({area})), capacity=0 if area == "debt" else None)
        cases = {a_case(uow, issues=(issue,)).id for issue in ("debt.lender", "housing.lockout", "work.pay")}
        for member in members:
            assert set(shown(uow, member)) == cases


# Capacity


def test_who_holds_as_many_cases_as_they_take_on_is_asked_before_one_more(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        uow.skills.save(member.id, Skills(), capacity=1)
        first, second = a_case(uow), a_case(uow)
        uow.cases.claim(first.id, staff_id=member.id, now=NOW)
        with pytest.raises(AtCapacity, match="you hold 1 open cases and take on 1"):
            uow.cases.claim(second.id, staff_id=member.id, now=NOW)
        with pytest.raises(AtCapacity):
            uow.queue.claim_next(member, now=NOW)
        assert again(uow, second).status == Status.WAITING
        assert uow.cases.claim(second.id, staff_id=member.id, now=NOW, beyond_capacity=True).claimed_by == member.id


def test_an_emergency_is_never_refused_for_want_of_room(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        uow.skills.save(member.id, Skills(), capacity=0)
        assert uow.cases.claim(a_case(uow, urgency="emergency").id, staff_id=member.id, now=NOW).claimed_by == member.id


def test_answered_cases_count_until_they_are_closed(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        case = uow.cases.claim(a_case(uow).id, staff_id=member.id, now=NOW)
        uow.cases.answered(case.id, staff_id=member.id, now=NOW)
        assert uow.skills.load(member.id).open == 1
        uow.cases.close(case.id, staff_id=member.id, outcome="resolved", note="", now=NOW)
        assert uow.skills.load(member.id).open == 0


def test_pressing_claim_twice_with_full_hands_is_no_refusal(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        uow.skills.save(member.id, Skills(), capacity=1)
        case = uow.cases.claim(a_case(uow).id, staff_id=member.id, now=NOW)
        assert uow.cases.claim(case.id, staff_id=member.id, now=NOW) == case


def test_full_hands_do_not_hide_that_somebody_else_was_first(store: Store) -> None:
    with store.unit_of_work() as uow:
        member, ben = a_paralegal(uow), a_paralegal(uow, "ben")
        uow.skills.save(member.id, Skills(), capacity=0)
        case = uow.cases.claim(a_case(uow).id, staff_id=ben.id, now=NOW)
        with pytest.raises(AlreadyClaimed):
            uow.cases.claim(case.id, staff_id=member.id, now=NOW)


def test_two_claims_at_once_do_not_go_past_the_capacity(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        uow.skills.save(member.id, Skills(), capacity=1)
        for _ in range(2):
            a_case(uow)

    def claim() -> int | None:
        with store.unit_of_work() as uow:
            case = uow.queue.claim_next(member, now=NOW)
            return None if case is None else case.id

    results = at_once(claim, claim)
    assert sorted(type(result).__name__ for result in results) == ["AtCapacity", "int"]


@pytest.mark.parametrize("capacity", [-1, 1_000, 10**12])
def test_an_odd_capacity_is_refused(store: Store, capacity: int) -> None:
    with store.unit_of_work() as uow, pytest.raises(ValueError, match="0 to 999"):
        uow.skills.save(a_paralegal(uow).id, Skills(), capacity=capacity)


def test_who_works_no_cases_cannot_take_the_next(store: Store) -> None:
    with store.unit_of_work() as uow:
        analyst = a_paralegal(uow, role=Role.ANALYST)
        a_case(uow)
    with store.seen_by(analyst.viewer).unit_of_work() as uow, pytest.raises(NotYours, match="analysts look at cases"):
        uow.queue.claim_next(analyst, now=NOW)


# Leases


def test_a_case_whose_paralegal_is_silent_goes_back_with_its_history(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow, name="Thandi Nkosi")
        case = uow.cases.claim(a_case(uow).id, staff_id=member.id, now=NOW)
        uow.cases.note_name_told(case.id)
        assert case.lease_until == LEASE_ENDS
        assert uow.queue.end_leases(now=LEASE_ENDS - MINUTE) == []
        [returned] = uow.queue.end_leases(now=LEASE_ENDS)
        assert (returned.case.status, returned.case.claimed_by, returned.case.waiting_since) == (
            Status.WAITING,
            None,
            NOW,
        )
        assert returned.name_told == "Thandi Nkosi"
        assert kinds(uow, case) == ["opened", "claimed", "lease_ended"]
        assert uow.queue.end_leases(now=LEASE_ENDS + DAY) == []


def test_nobody_is_named_whom_the_person_was_never_told(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        uow.cases.claim(a_case(uow).id, staff_id=member.id, now=NOW)
        assert [returned.name_told for returned in uow.queue.end_leases(now=LEASE_ENDS)] == [None]


def test_an_emergency_goes_back_after_two_office_hours(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        case = uow.cases.claim(a_case(uow, urgency="emergency").id, staff_id=member.id, now=NOW)
        assert case.lease_until == NOW + 2 * HOUR
        assert [returned.case.id for returned in uow.queue.end_leases(now=NOW + 2 * HOUR)] == [case.id]


def test_whoever_did_something_keeps_the_case_and_whoever_looked_does_not(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        worked, looked = (uow.cases.claim(a_case(uow).id, staff_id=member.id, now=NOW) for _ in range(2))
        uow.labels.judge(worked.id, "housing.deposit", staff_id=member.id, now=NOW + DAY)
        uow.log.note(looked.id, "viewed", actor=f"staff:{member.id}", now=NOW + DAY)
        assert [returned.case.id for returned in uow.queue.end_leases(now=LEASE_ENDS)] == [looked.id]
        assert again(uow, worked).lease_until == LEASE_ENDS + DAY
        assert [returned.case.id for returned in uow.queue.end_leases(now=LEASE_ENDS + DAY)] == [worked.id]


def test_a_case_that_was_answered_stays_until_the_person_writes_again(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        case = uow.cases.claim(a_case(uow).id, staff_id=member.id, now=NOW)
        uow.cases.answered(case.id, staff_id=member.id, now=NOW)
        assert again(uow, case).lease_until is None
        assert uow.queue.end_leases(now=NOW + 100 * DAY) == []
        uow.cases.person_wrote(case, now=NOW + DAY)
        assert again(uow, case).lease_until == LEASE_ENDS + DAY


def test_a_referred_case_whose_person_writes_again_goes_back_too(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        case = uow.cases.claim(a_case(uow).id, staff_id=member.id, now=NOW)
        uow.cases.refer(case.id, staff_id=member.id, to="legal_aid", now=NOW)
        uow.cases.person_wrote(case, now=NOW)
        assert [returned.case.id for returned in uow.queue.end_leases(now=LEASE_ENDS)] == [case.id]


def test_two_workers_at_once_return_a_case_once(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = uow.cases.claim(a_case(uow).id, staff_id=a_paralegal(uow).id, now=NOW)

    def tidy() -> int:
        with store.unit_of_work() as uow:
            return len(uow.queue.end_leases(now=LEASE_ENDS))

    assert sum(at_once(*[tidy] * 4)) == 1
    with store.reading() as look:
        assert kinds(look, case).count("lease_ended") == 1


def test_the_paralegal_and_supervisors_see_what_went_back(store: Store) -> None:
    with store.unit_of_work() as uow:
        member, ben = a_paralegal(uow), a_paralegal(uow, "ben")
        boss = a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        case = uow.cases.claim(a_case(uow).id, staff_id=member.id, now=NOW)
        uow.queue.end_leases(now=LEASE_ENDS)

        def sees(who: StaffMember) -> list[int]:
            return [each.id for each in uow.queue.gone_back(who, since=NOW)]

        assert (sees(member), sees(boss), sees(ben)) == ([case.id], [case.id], [])
        assert uow.queue.gone_back(member, since=LEASE_ENDS + DAY) == []
        uow.cases.claim(case.id, staff_id=ben.id, now=LEASE_ENDS)
        assert (sees(member), sees(boss)) == ([], [])


# Promises


def test_a_new_case_is_promised_an_answer(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert a_case(uow, urgency="emergency").answer_due == NOW + 4 * HOUR
        assert a_case(uow).answer_due == LEASE_ENDS


def test_each_warning_comes_once_and_before_the_breach(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, urgency="emergency")
        told = []
        for minutes in range(0, 300, 10):
            told += [(minutes, warned.percent) for warned in uow.queue.warn(now=NOW + minutes * MINUTE)]
        assert told == [(120, 50), (200, 80), (240, 100)]
        assert kinds(uow, case) == ["opened", "answer_due_soon", "answer_due_soon", "answer_late"]


def test_a_worker_that_was_away_warns_of_the_worst_only(store: Store) -> None:
    with store.unit_of_work() as uow:
        a_case(uow, urgency="emergency")
        assert [warned.percent for warned in uow.queue.warn(now=NOW + DAY)] == [100]
        assert uow.queue.warn(now=NOW + 2 * DAY) == []


def test_an_answer_ends_the_warnings_and_is_kept_as_in_time_or_late(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
        early, late = (a_case(uow, urgency="emergency") for _ in range(2))
        for case, at in ((early, NOW + HOUR), (late, NOW + 5 * HOUR)):
            uow.cases.claim(case.id, staff_id=member.id, now=NOW)
            uow.cases.answered(case.id, staff_id=member.id, now=at)
        assert uow.queue.warn(now=NOW + DAY) == []
        rows = [uow.session.get_one(CaseRow, case.id) for case in (early, late)]
        assert [row.first_answer_late for row in rows] == [False, True]
        uow.cases.person_wrote(early, now=NOW + DAY)
        uow.cases.answered(early.id, staff_id=member.id, now=NOW + 9 * DAY)
        assert (rows[0].first_answered_at, rows[0].first_answer_late) == (NOW + HOUR, False)


def test_a_promise_is_not_put_off_by_more_messages_or_a_claim_that_ends(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        due = case.answer_due
        uow.cases.person_wrote(case, now=NOW + DAY)
        uow.cases.claim(case.id, staff_id=a_paralegal(uow).id, now=NOW + DAY)
        uow.queue.end_leases(now=NOW + 30 * DAY)
        assert again(uow, case).answer_due == due


def test_a_case_of_a_time_without_promises_gets_one_with_the_first_look(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, urgency="emergency")
        row = uow.session.get_one(CaseRow, case.id)
        row.answer_due, row.warn_at = None, NOW
        uow.session.flush()
        assert uow.queue.warn(now=NOW) == []
        assert again(uow, case).answer_due == NOW + 4 * HOUR
        assert [warned.percent for warned in uow.queue.warn(now=NOW + 2 * HOUR)] == [50]


def test_figures_say_how_each_office_keeps_its_promise(store: Store) -> None:
    with store.unit_of_work() as uow:
        member, [north, south] = a_network(uow, 2)
        for office, at in ((north, NOW + HOUR), (north, NOW + 9 * HOUR), (south, NOW + HOUR)):
            case = a_case(uow, urgency="emergency", office_id=office)
            uow.cases.claim(case.id, staff_id=member.id, now=NOW, beyond_capacity=True)
            uow.cases.answered(case.id, staff_id=member.id, now=at)
        a_case(uow, urgency="emergency", office_id=south)
        figures = {each.office: each for each in uow.queue.figures(member, since=NOW - DAY, now=NOW + DAY)}
        assert set(figures) == {"First office", "Office 0", "Office 1"}
        assert (figures["Office 0"].answered, figures["Office 0"].late) == (2, 1)
        assert (figures["Office 1"].waiting, figures["Office 1"].overdue) == (1, 1)
        assert (figures["First office"].waiting, figures["First office"].answered) == (0, 0)


def test_nothing_is_late_while_the_office_is_closed(store: Store) -> None:
    """From Friday at three, four office hours end on Monday at eleven."""
    friday = NOW + 4 * DAY + 6 * HOUR
    with store.unit_of_work() as uow:
        case = a_case(uow, urgency="emergency", now=friday)
        assert case.answer_due == NOW + 7 * DAY + 2 * HOUR
        assert uow.queue.warn(now=NOW + 7 * DAY - HOUR) == []

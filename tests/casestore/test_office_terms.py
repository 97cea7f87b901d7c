"""Offices with a place and hours of their own: Durban and London on one store, over the night in which London's clocks
go back (25 October 2026)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casestore.access import Role
from casestore.cases import Case
from casestore.log.case_log import OPERATOR
from casestore.offices import HOME
from casestore.terms import Terms
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import a_case, a_paralegal
from triage.calendars import Calendar
from triage.office_hours import OfficeHours, OfficePlace

DURBAN = OfficePlace("South Africa", Calendar("ZA"), ZoneInfo("Africa/Johannesburg"))
LONDON = OfficePlace("England", Calendar("GB-ENG"), ZoneInfo("Europe/London"))
TERMS = Terms(
    hours=OfficeHours.read("Mon-Fri 08:00-16:00", calendar=DURBAN.calendar, zone=DURBAN.zone),
    places={"za": DURBAN, "gb-eng": LONDON},
)
MINUTE = timedelta(minutes=1)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


FRIDAY = at("2026-10-23 14:30")  # 16:30 in Durban, which has closed; 15:30 in London


@pytest.fixture
def network(store: Store) -> Store:
    """A store whose offices may be in South Africa, as it is set for all, or in England."""
    return Store(store.engine, store.keys, store.files, terms=TERMS)


def london(uow: UnitOfWork, hours: str = "Mon-Fri 09:00-17:00") -> int:
    """The number of an office there, which belongs to the first one."""
    office = uow.offices.add("London", now=FRIDAY, part_of=HOME)
    uow.terms.change(office.id, place="gb-eng", hours=hours, actor=OPERATOR, now=FRIDAY)
    return office.id


def again(uow: UnitOfWork, case: Case) -> Case:
    return uow.cases.by_reference(case.reference)


@pytest.mark.parametrize(
    ("urgency", "in_durban", "in_london"),
    [("emergency", "2026-10-26 10:00", "2026-10-26 11:30"), ("routine", "2026-10-27 14:00", "2026-10-27 17:00")],
)
def test_an_answer_is_due_in_the_hours_of_the_cases_office(
    network: Store, urgency: str, in_durban: str, in_london: str
) -> None:
    with network.unit_of_work() as uow:
        there = a_case(uow, office_id=london(uow), urgency=urgency, now=FRIDAY)
        here = a_case(uow, urgency=urgency, now=FRIDAY)
        assert (here.answer_due, there.answer_due) == (at(in_durban), at(in_london))


def test_a_night_in_which_the_clocks_go_back_is_counted_as_it_passes(network: Store) -> None:
    with network.unit_of_work() as uow:
        night = london(uow, "Sat-Sun 22:00-06:00")
        case = a_case(uow, office_id=night, urgency="emergency", now=at("2026-10-24 22:00"))  # 23:00 in London
        assert case.answer_due == at("2026-10-25 02:00")  # 2 o'clock there: four hours, though the clock says three


def test_a_public_holiday_is_one_where_the_office_is(network: Store) -> None:
    day_before = at("2026-09-23 06:00")
    with network.unit_of_work() as uow:
        there = a_case(uow, office_id=london(uow), now=day_before)
        here = a_case(uow, now=day_before)
        assert (here.answer_due, there.answer_due) == (at("2026-09-28 14:00"), at("2026-09-25 16:00"))


def test_warnings_come_in_the_hours_of_the_cases_office(network: Store) -> None:
    with network.unit_of_work() as uow:
        there = a_case(uow, office_id=london(uow), urgency="emergency", now=FRIDAY)
        a_case(uow, urgency="emergency", now=FRIDAY)
    with network.unit_of_work() as uow:  # half of four hours: 08:00 in Durban is 06:00 UTC, 09:00 in London 09:00 UTC
        assert [each.case.office_id for each in uow.queue.warn(now=at("2026-10-26 08:00"))] == [HOME]
        assert [each.case.office_id for each in uow.queue.warn(now=at("2026-10-26 09:29"))] == [HOME]
        assert [each.case.id for each in uow.queue.warn(now=at("2026-10-26 09:30"))] == [there.id]


def test_a_claim_lasts_and_ends_in_the_hours_of_the_cases_office(network: Store) -> None:
    with network.unit_of_work() as uow:
        thandi, ben = a_paralegal(uow), a_paralegal(uow, "ben")
        there = a_case(uow, office_id=london(uow), urgency="emergency", now=FRIDAY)
        here = a_case(uow, urgency="emergency", now=FRIDAY)
        half_hour_left = at("2026-10-23 15:30")  # in London
        claimed = [uow.cases.claim(each.id, staff_id=thandi.id, now=half_hour_left) for each in (here, there)]
        assert [each.lease_until for each in claimed] == [at("2026-10-26 08:00"), at("2026-10-26 10:30")]
        soon = [uow.handover.may_take_over(each, ben, now=at("2026-10-26 07:45")) for each in claimed]
        assert soon == [True, False]
        assert uow.handover.may_take_over(claimed[1], ben, now=at("2026-10-26 10:05"))
    with network.unit_of_work() as uow:
        assert [each.case.id for each in uow.queue.end_leases(now=at("2026-10-26 08:01"))] == [here.id]
        assert uow.queue.end_leases(now=at("2026-10-26 10:29")) == []
        assert [each.case.id for each in uow.queue.end_leases(now=at("2026-10-26 10:30"))] == [there.id]


def test_a_step_of_work_makes_the_claim_last_in_the_offices_hours(network: Store) -> None:
    with network.unit_of_work() as uow:
        thandi = a_paralegal(uow)
        case = a_case(uow, office_id=london(uow), urgency="emergency", now=FRIDAY)
        uow.cases.claim(case.id, staff_id=thandi.id, now=FRIDAY)
        uow.log.note(case.id, "task_noted", actor=f"staff:{thandi.id}", now=at("2026-10-26 09:15"))
        assert uow.queue.end_leases(now=at("2026-10-26 09:30")) == []
        assert again(uow, case).lease_until == at("2026-10-26 11:15")


def test_a_case_that_moves_is_answered_no_later_than_promised(network: Store) -> None:
    with network.unit_of_work() as uow:
        there, boss = london(uow), a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        case = a_case(uow, urgency="emergency", now=FRIDAY)
        uow.handover.move(case.id, boss, office_id=there, now=FRIDAY + 15 * MINUTE)
        assert again(uow, case).answer_due == case.answer_due == at("2026-10-26 10:00")
        assert [each.percent for each in uow.queue.warn(now=at("2026-10-26 09:10"))] == [50]  # London's half of it


def test_a_case_that_moves_is_answered_sooner_where_the_office_can(network: Store) -> None:
    with network.unit_of_work() as uow:
        there, boss = london(uow), a_paralegal(uow, "boss", role=Role.SUPERVISOR)
        case = a_case(uow, office_id=there, urgency="emergency", now=FRIDAY)
        assert case.answer_due == at("2026-10-26 11:30")
        uow.handover.move(case.id, boss, office_id=HOME, now=FRIDAY + 15 * MINUTE)
        assert again(uow, case).answer_due == at("2026-10-26 10:00")


def test_changed_hours_count_for_what_is_promised_from_then_on(network: Store) -> None:
    with network.unit_of_work() as uow:
        before = a_case(uow, now=FRIDAY)
        uow.terms.change(HOME, place="", hours="Mon-Thu 10:00-12:00", actor=OPERATOR, now=FRIDAY)
        after = a_case(uow, now=FRIDAY)
        assert again(uow, before).answer_due == at("2026-10-27 14:00")
        assert after.answer_due == at("2026-10-27 10:00")


def test_an_office_without_its_own_has_what_is_set_for_all(network: Store) -> None:
    with network.unit_of_work() as uow:
        there = london(uow, hours="")
        assert uow.terms.of(HOME) == TERMS
        assert uow.terms.of(there).hours == OfficeHours(TERMS.hours.schedules, LONDON.calendar, LONDON.zone)
        uow.terms.change(there, place="", hours=" ", actor=OPERATOR, now=FRIDAY)
        assert uow.terms.of(there) == TERMS
        assert (uow.offices.get(there).place, uow.offices.get(there).hours) == ("", "")


def test_hours_are_kept_as_they_are_read_and_the_change_is_in_the_log(network: Store) -> None:
    with network.unit_of_work() as uow:
        there = london(uow, "monday-friday 9h30-17:00;sat 10:00-12:00")
        uow.terms.change(there, place="gb-eng", hours="Mon-Fri 9:30-17:00; Sat 10:00-12:00", actor=OPERATOR, now=FRIDAY)
    with network.reading() as look:
        office = look.offices.get(there)
        assert (office.place, office.hours) == ("gb-eng", "Mon-Fri 09:30-17:00; Sat 10:00-12:00")
        lines = [(line.kind.id, line.detail) for line in look.log.of_office(there)]
        assert lines == [("hours_changed", {"place": "gb-eng", "hours": office.hours})]  # once: the second is the same


@pytest.mark.parametrize(
    ("place", "hours", "reason"),
    [
        ("", "when I can", "'when I can' cannot be read; write them as Mon-Fri 08:00-16:00"),
        ("fr", "", "no law pack for the place 'fr' here: choose one of gb-eng, za"),
        ("za", ";".join(["Mon 08:00-09:00"] * 20), "too long"),
    ],
)
def test_what_cannot_be_read_changes_nothing(network: Store, place: str, hours: str, reason: str) -> None:
    with network.unit_of_work() as uow:
        there = london(uow)
        with pytest.raises(ValueError, match=reason):
            uow.terms.change(there, place=place, hours=hours, actor=OPERATOR, now=FRIDAY)
        assert uow.offices.get(there).hours == "Mon-Fri 09:00-17:00"

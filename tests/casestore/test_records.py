"""The record of a case: kept as it was told, never more exact than it is known, changed by who holds the case."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestore.cases import Case
from casestore.codes.code_lists import LISTS
from casestore.errors import NotYours, UnknownCode
from casestore.lifecycle import Status
from casestore.records import MOST_PEOPLE, NAMES, Record, in_order, rounded, say_occasion
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import NOW, a_case, a_conversation, a_paralegal, open_cases

PRECISIONS = list(LISTS["date_precision"].titles)
FULL = Record(
    record_type="community",
    first_contact="outreach",
    reported_on=date(2026, 2, 28),
    event_on=date(2026, 2, 1),
    event_precision="month",
    amount_minor=123_456,
    amount_currency="ZAR",
    amount_period="month",
    adults=2,
    children=0,
    people_affected=40,
    settlement="rural",
    tried=("leader", "police"),
    gender="woman",
    age_band="65_over",
    disability="some",
)


def held(uow: UnitOfWork, **changes: Any) -> tuple[Case, int]:
    """A case and the number of the paralegal who holds it."""
    case = a_case(uow, **changes)
    staff = a_paralegal(uow)
    return uow.cases.claim(case.id, staff_id=staff.id, now=NOW), staff.id


def changed(store: Store, **changes: Any) -> Record:
    """The record of a case after a change of it."""
    with store.unit_of_work() as uow:
        case, staff_id = held(uow)
        uow.records.change(case.id, staff_id=staff_id, now=NOW, **changes)
    with store.reading() as look:
        return look.records.of(case.id)


def test_a_new_case_has_the_record_it_was_opened_with(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, record=FULL)
    with store.reading() as look:
        assert look.records.of(case.id) == FULL


def test_a_case_of_which_nothing_is_known_was_reported_when_it_was_opened(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        assert uow.records.of(case.id) == Record(reported_on=NOW.date())


def test_everything_can_be_changed_and_taken_back(store: Store) -> None:
    changes = {name: getattr(FULL, name) for name in NAMES}
    assert changed(store, **changes) == FULL
    with store.unit_of_work() as uow:
        [case] = open_cases(uow)
        assert case.claimed_by is not None
        empty = {name: None for name in NAMES if name not in ("record_type", "first_contact", "reported_on")}
        uow.records.change(case.id, staff_id=case.claimed_by, now=NOW, **empty)
        known = {name for name in NAMES if getattr(uow.records.of(case.id), name) is not None}
    assert known == {"record_type", "first_contact", "reported_on"}


def test_the_log_says_which_parts_were_changed_and_never_what_they_hold(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held(uow)
        parts = uow.records.change(case.id, staff_id=staff_id, now=NOW, gender="woman", adults=2)
        assert parts == ("adults", "gender")
        assert uow.records.change(case.id, staff_id=staff_id, now=NOW, gender="woman") == ()
        lines = [entry for entry in uow.log.of(case.id) if entry.kind.id == "record_changed"]
    assert [(line.detail, line.by) for line in lines] == [({"parts": ["adults", "gender"]}, "Thandi")]


def test_only_who_holds_the_case_changes_its_record(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, _ = held(uow)
        other = a_paralegal(uow, "sipho")
        with pytest.raises(NotYours):
            uow.records.change(case.id, staff_id=other.id, now=NOW, adults=2)


@pytest.mark.parametrize("name", ["record_type", "settlement", "gender", "amount_period"])
def test_an_unknown_code_is_refused_by_name(store: Store, name: str) -> None:
    with pytest.raises(UnknownCode, match="'moon' is no code of the list"):
        changed(store, amount_minor=1, amount_currency="ZAR", **{name: "moon"})


@pytest.mark.parametrize(
    "wrong",
    [{"adults": -1}, {"people_affected": MOST_PEOPLE + 1}, {"amount_minor": -1, "amount_currency": "ZAR"}]
    + [{"amount_minor": 10**15, "amount_currency": "ZAR"}, {"amount_minor": 5}],
)
def test_a_number_that_cannot_be_is_refused(store: Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be between|positive number with a currency"):
        changed(store, **wrong)


def test_what_belongs_together_is_kept_together(store: Store) -> None:
    """An amount without a period is paid once; no day has no precision; who was turned to, needs no reason for none."""
    record = changed(store, amount_minor=5, amount_currency="GBP", event_precision="week", tried=("court",))
    assert (record.amount_period, record.event_precision) == ("once", None)
    with_reason = Record(tried=(), reason_none="afraid")
    with store.unit_of_work() as uow:
        case = a_case(uow, record=with_reason)
        assert uow.records.of(case.id).reason_none == "afraid"
        told = a_case(uow, record=Record(tried=("court",), reason_none="afraid"))
        assert uow.records.of(told.id).reason_none is None


def test_more_that_is_told_fills_what_is_empty_and_overwrites_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, record=Record(event_on=date(2026, 2, 3)))
        more = Record(event_on=date(2026, 1, 1), amount_minor=900, amount_currency="ZAR")
        uow.records.fill(case.id, more)
        record = uow.records.of(case.id)
    assert (record.event_on, record.amount_minor, record.amount_period) == (date(2026, 2, 3), 900, "once")


def test_why_nothing_was_tried_stays_beside_what_is_told_later(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, record=Record(reason_none="afraid"))
        uow.records.fill(case.id, Record(tried=("court",), children=0))
        record = uow.records.of(case.id)
    assert (record.tried, record.reason_none, record.children) == (None, "afraid", 0)


def test_what_a_person_said_of_themselves_is_not_asked_again_in_their_next_case(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        a_case(uow, conversation, record=Record(gender="woman", age_band="25_34", adults=3))
        second = uow.records.of(a_case(uow, conversation).id)
        stranger = uow.records.of(a_case(uow).id)
    assert (second.gender, second.age_band, second.adults) == ("woman", "25_34", None)
    assert stranger.gender is None


def test_a_person_may_have_several_cases_and_the_newest_open_one_is_the_one_that_is_worked(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        first = a_case(uow, conversation, issues=("housing.repairs",))
        second = a_case(uow, conversation, issues=("benefits.stopped",))
        staff = a_paralegal(uow)
        uow.cases.claim(second.id, staff_id=staff.id, now=NOW)
        assert [case.id for case in uow.cases.of_person(conversation.person_id)] == [second.id, first.id]
        assert uow.cases.of_conversation(conversation.id) == uow.cases.by_reference(second.reference)
        uow.cases.close(second.id, staff_id=staff.id, outcome="resolved", note="", now=NOW)
        newest = uow.cases.of_conversation(conversation.id)
        assert newest is not None
        assert (newest.id, newest.status) == (first.id, Status.WAITING)


@given(st.dates(), st.sampled_from(PRECISIONS))
def test_a_day_is_rounded_to_what_is_known_of_it_and_then_stays(day: date, precision: str) -> None:
    first = rounded(day, precision)
    assert rounded(first, precision) == first <= day
    assert day - first < timedelta(days={"day": 1, "week": 7, "month": 31, "year": 366}[precision])
    assert say_occasion(first, precision) == say_occasion(rounded(day, precision), precision)


@given(st.dates(), st.dates(), st.sampled_from(PRECISIONS))
def test_two_days_read_alike_exactly_when_no_more_is_known_that_tells_them_apart(
    one: date, other: date, precision: str
) -> None:
    same = rounded(one, precision) == rounded(other, precision)
    shown = [say_occasion(rounded(day, precision), precision) for day in (one, other)]
    assert (shown[0] == shown[1]) == same


@given(
    st.builds(
        Record,
        reported_on=st.dates(),
        event_on=st.none() | st.dates(),
        event_precision=st.none() | st.sampled_from(PRECISIONS),
        amount_minor=st.none() | st.integers(0, 10**15 - 1),
        amount_currency=st.sampled_from(["ZAR", "GBP"]),
        amount_period=st.none() | st.sampled_from(list(LISTS["amount_period"].titles)),
        people_affected=st.none() | st.integers(0, MOST_PEOPLE),
        tried=st.none() | st.lists(st.sampled_from(list(LISTS["mechanism"].titles)), unique=True).map(tuple),
    )
)
def test_whatever_is_kept_comes_back_and_can_be_kept_again(record: Record) -> None:
    """Round trip through the rules, without a database: what they put in order once is in order."""
    once = in_order(record)
    assert in_order(once) == once
    assert (once.amount_minor, once.tried, once.people_affected) == (
        record.amount_minor,
        record.tried,
        record.people_affected,
    )

"""What the office owes: silent claims end with a kind word, and the group hears of answers that are due."""

from datetime import datetime, timedelta

import pytest

from bot.office import Office
from bot.promises import keep_promises
from casestore.cases import Case
from casestore.unit_of_work import Store
from tests.builders import MINUTE, NOW, a_case, a_conversation, a_paralegal
from tests.casestore.test_office_terms import TERMS
from tests.needs import ON_SQLITE
from tests.talk import an_office

pytestmark = ON_SQLITE
GROUP = "-100200300"
HOUR = timedelta(hours=1)
MUCH_LATER = NOW + timedelta(days=30)


def office_at(store: Store, now: datetime) -> Office:
    """The office at that time, with a paralegals' group."""
    office, _ = an_office(store, now, staff_group=GROUP)
    return office


def claimed(store: Store, *, told: bool, language: str = "en") -> Case:
    """An emergency that Thandi has claimed; whether the person was told her name."""
    with store.unit_of_work() as uow:
        case = a_case(uow, a_conversation(uow), urgency="emergency", language=language)
        uow.cases.claim(case.id, staff_id=a_paralegal(uow).id, now=NOW)
        if told:
            uow.cases.note_name_told(case.id)
        return case


def letters(store: Store, address: str) -> list[str]:
    with store.reading() as look:
        return [letter.text for letter in look.outbox.waiting_for("telegram", address, now=MUCH_LATER)]


def test_the_person_hears_kindly_that_somebody_else_will_answer(store: Store) -> None:
    """Once, in their language, with the reference."""
    case = claimed(store, told=True)
    for minutes in (119, 120, 121):
        keep_promises(office_at(store, NOW + minutes * MINUTE))
    [told] = letters(store, "4711")
    assert told.startswith(f"Thandi could not go on with your case {case.reference} just now.")


def test_who_was_never_told_a_name_hears_nothing(store: Store) -> None:
    """There is nothing they could wonder about."""
    claimed(store, told=False)
    keep_promises(office_at(store, NOW + 2 * HOUR))
    assert letters(store, "4711") == []


def test_the_group_hears_that_a_case_is_back_and_can_claim_it(store: Store) -> None:
    """Codes only."""
    store.terms = TERMS  # the office is in Durban: eleven o'clock there
    case = claimed(store, told=True)
    keep_promises(office_at(store, NOW + 2 * HOUR))
    with store.reading() as look:
        [back, due] = look.outbox.waiting_for("telegram", GROUP, now=MUCH_LATER)
    assert back.text == f"{case.reference} is back in the queue: nothing was done in it in time. Emergency: today."
    assert back.choices == ((f"claim:{case.reference}", "Claim"),)
    assert due.text.startswith(f"{case.reference}: an answer is due by Mon 15:00.")  # on the office's clock


@pytest.mark.parametrize(("urgency", "heard"), [("emergency", 3), ("routine", 2)])
def test_the_group_is_warned_before_the_breach_and_of_it(store: Store, urgency: str, heard: int) -> None:
    """Of an emergency at half of the time already; nothing is said twice."""
    with store.unit_of_work() as uow:
        case = a_case(uow, urgency=urgency)
    for half_hours in range(120):
        keep_promises(office_at(store, NOW + half_hours * HOUR / 2))
    told = letters(store, GROUP)
    assert len(told) == heard
    assert told[-1].startswith(f"{case.reference}: the answer we promised is late.")


def test_the_group_of_one_office_hears_nothing_of_another_office(store: Store) -> None:
    """Each has its own."""
    with store.unit_of_work() as uow:
        a_case(uow, urgency="emergency", office_id=uow.offices.add("Elsewhere", now=NOW).id)
    assert keep_promises(office_at(store, NOW + 5 * HOUR)) == 1
    assert letters(store, GROUP) == []


def test_when_all_is_quiet_nothing_is_touched(store: Store) -> None:
    """Every minute, for years."""
    with store.unit_of_work() as uow:
        a_case(uow)
    assert keep_promises(office_at(store, NOW + MINUTE)) == 0

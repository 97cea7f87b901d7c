"""Referring a case: the nearest office first, only what was checked, and the person gets number and address."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from casestore.cases import Case
from desk.referral import Referrals, referrals, service_name
from tests.desk.browser import ASSESSMENT, Desk
from triage.directory import merged
from triage.hsds import ISSUES, Service, record_id
from triage.opening_hours import read_hours

TRIBUNAL = "Rental Housing Tribunal, Western Cape"
IN_TOWN = ASSESSMENT | {"answers": {"place": "george"}}


def of(desk: Desk, case: Case) -> Referrals:
    with desk.store.reading() as uow:
        return referrals(desk.inner.state.desk, case, uow.cases.assessment(case))


def with_own(desk: Desk, *own: Service) -> None:
    """The desk of an office that has a directory of its own."""
    inner = desk.inner.state.desk
    pack = replace(inner.packs["za"], services=merged(inner.packs["za"].services, own))
    desk.inner.state.desk = replace(inner, packs={"za": pack})


def an_advice_office(**more: Any) -> Service:
    term = {"id": record_id("t"), "code": "housing.lockout", "name": "h", "description": "h", "taxonomy": ISSUES}
    location = {
        "id": record_id("l"),
        "location_type": "physical",
        "name": "George",
        "latitude": -33.96,
        "longitude": 22.46,
    }
    known: dict[str, Any] = {
        "id": record_id("own"),
        "name": "Our advice office",
        "status": "active",
        "evidence": "office",
        "phones": [{"id": record_id("p"), "number": "044 000 0000", "evidence": "office"}],
        "schedules": [each.model_dump(mode="json", exclude_unset=True) for each in read_hours("Mon-Fri 08:00-16:00")],
        "attributes": [{"id": record_id("a"), "taxonomy_term": term}],
        "service_at_locations": [{"id": record_id("s"), "location": location}],
    }
    return Service.model_validate(known | more)


def test_the_office_in_the_persons_town_comes_first_then_the_country(desk: Desk) -> None:
    case = desk.case(issues=("housing.deposit",), assessment=IN_TOWN)
    found = of(desk, case)
    assert [group.title for group in found.groups] == [
        "Near George, Western Cape",
        "For this problem, in the whole country",
        "Other lines",
    ]
    assert found.options[0].name == f"{TRIBUNAL}, George"
    assert found.options[0].notes == ("in town", "0860 106 166")


def test_where_only_the_province_is_known_its_services_come_first(desk: Desk) -> None:
    found = of(desk, desk.case(issues=("housing.deposit",)))
    assert (found.groups[0].title, found.options[0].name) == ("Near Western Cape", TRIBUNAL)


def test_what_nobody_checked_is_shown_apart_and_cannot_be_chosen(desk: Desk) -> None:
    case = desk.case(
        place="za-gp", issues=("housing.deposit",), assessment=ASSESSMENT | {"answers": {"place": "soweto"}}
    )
    found = of(desk, case)
    unchecked = {option.name: option for option in found.unchecked}
    assert unchecked["Rental Housing Tribunal, Gauteng"].notes == ("011 355 4000",)
    assert not {option.id for option in found.unchecked} & {option.id for option in found.options}
    assert "011 355 4000" not in " ".join(option.words for option in found.options)


def test_referring_sends_name_number_and_address_and_is_logged_by_name(desk: Desk) -> None:
    case = desk.case(issues=("housing.deposit",), assessment=IN_TOWN, claimed_by="thandi")
    browser = desk.browser("thandi")
    page = browser.get(f"/cases/{case.reference}").text
    option = of(desk, case).options[0]
    assert f'value="{option.id}" required> <span>{TRIBUNAL}, George <small class="whole">in town,</small>' in page
    assert browser.post(f"/cases/{case.reference}/refer", to=option.id).status_code == 303
    [letter] = desk.letters(case)
    assert f"{TRIBUNAL}, George: 0860 106 166, 021 483 5020" in letter
    assert "York Park Building, George" in letter
    assert TRIBUNAL in browser.get(f"/cases/{case.reference}").text


@pytest.mark.parametrize("name", ["Rental Housing Tribunal, Gauteng", "nobody"])
def test_what_is_not_offered_cannot_be_sent(desk: Desk, name: str) -> None:
    case = desk.case(place="za-gp", issues=("housing.deposit",), claimed_by="thandi")
    to = next((option.id for option in of(desk, case).unchecked if option.name == name), name)
    assert desk.browser("thandi").post(f"/cases/{case.reference}/refer", to=to).status_code == 400
    assert desk.letters(case) == []


def test_the_offices_own_directory_is_there_with_its_hours(desk: Desk) -> None:
    with_own(desk, an_advice_office())
    desk.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # eleven in the morning there
    case = desk.case(assessment=IN_TOWN)
    first = of(desk, case).options[0]
    assert (first.name, first.notes) == ("Our advice office, George", ("in town", "044 000 0000", "open until 16:00"))
    desk.now = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # a Saturday
    assert of(desk, case).options[0].notes[-1] == "opens Monday 23 November at 08:00"
    desk.now = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert of(desk, case).options[0].notes[-1] == "opens tomorrow at 08:00"


def test_an_office_that_takes_nobody_now_is_shown_but_not_for_choosing(desk: Desk) -> None:
    with_own(desk, an_advice_office(taking_people=False))
    case = desk.case(assessment=IN_TOWN, claimed_by="thandi")
    option = of(desk, case).options[0]
    assert (option.notes[-1], option.open) == ("takes nobody now", False)
    assert f'value="{option.id}" required disabled>' in desk.browser("thandi").get(f"/cases/{case.reference}").text
    assert desk.browser("thandi").post(f"/cases/{case.reference}/refer", to=option.id).status_code == 400


def test_a_case_of_a_country_without_a_pack_has_nowhere_to_go(desk: Desk) -> None:
    assert of(desk, desk.case(jurisdiction="xx")).options == ()


def test_a_service_that_is_gone_is_logged_by_its_id(desk: Desk) -> None:
    inner = desk.inner.state.desk
    assert service_name(inner, "legal-aid") == "Legal Aid SA advice line"
    assert service_name(inner, "gone") == "gone"

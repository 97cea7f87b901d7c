"""Who can help near a place: the nearest first, only where it fits, and never a number nobody has checked."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.directory import (
    NEAR,
    check_services,
    is_local,
    is_shown,
    matching,
    merged,
    offered,
    phones_of,
    places_of,
    topics_of,
)
from triage.errors import ContentError
from triage.hsds import ISSUES, PLACES, VERIFIED, Service, record_id
from triage.pack import load_pack, packs_folder

ZA, ENGLAND = (load_pack(packs_folder() / place) for place in ("za", "gb-eng"))
TOWNS = st.sampled_from(ZA.gazetteer.towns)
ISSUE_IDS = st.sampled_from(["housing.deposit", "housing.eviction", "benefits.refused", "work.pay", "other.problem"])


def a_service(
    name: str, *topics: str, places: tuple[str, ...] = (), towns: tuple[str, ...] = (), **more: Any
) -> Service:
    """A service for issues and places, with a site in the middle of each town."""
    terms = [
        {"id": record_id(topic), "code": topic, "name": topic, "description": topic, "taxonomy": ISSUES}
        for topic in topics
    ]
    points = [(town, ZA.gazetteer[town].point) for town in towns]
    return Service.model_validate(
        {
            "id": record_id(name),
            "name": name,
            "status": "active",
            "evidence": "page",
            "attributes": [{"id": term["id"], "taxonomy_term": term} for term in terms],
            "service_areas": [{"id": record_id(place), "extent": place, "extent_type": PLACES} for place in places],
            "service_at_locations": [
                {
                    "id": record_id(town),
                    "location": {
                        "id": record_id(town),
                        "location_type": "physical",
                        "name": town,
                        "latitude": point.north,
                        "longitude": point.east,
                    },
                }
                for town, point in points
                if point
            ],
        }
        | more
    )


def names(services: list[Service], issue: str, place: str | None) -> list[str]:
    where = None if place is None else ZA.gazetteer[place]
    return [match.name for match in matching(services, issue, where, ZA.gazetteer)]


def test_the_nearest_site_of_the_nearest_service_comes_first() -> None:
    services = [
        a_service("Clinic", "housing", towns=("pretoria", "soweto")),
        a_service("Office", "housing", towns=("johannesburg",)),
    ]
    assert names(services, "housing.eviction", "soweto") == ["Clinic, soweto", "Office, johannesburg"]
    assert names(services, "housing.eviction", "sandton") == ["Office, johannesburg", "Clinic, soweto"]


def test_what_is_near_comes_before_the_region_and_the_region_before_the_country() -> None:
    services = [
        a_service("Country", "housing.eviction"),
        a_service("Region", "housing.eviction", places=("za-gp",)),
        a_service("Near", "any", towns=("soweto",)),
    ]
    assert names(services, "housing.eviction", "soweto") == ["Near, soweto", "Region", "Country"]


def test_the_issue_itself_comes_before_its_area_and_that_before_any() -> None:
    services = [a_service("Any", "any"), a_service("Area", "housing"), a_service("Issue", "housing.deposit")]
    assert names(services, "housing.deposit", "soweto") == ["Issue", "Area", "Any"]
    assert names(services, "work.pay", "soweto") == ["Any"]


def test_a_service_for_another_place_is_left_out_however_near() -> None:
    services = [a_service("Free State only", "any", places=("za-fs",), towns=("sasolburg",))]
    assert names(services, "work.pay", "vanderbijlpark") == []
    assert names(services, "work.pay", "welkom") == ["Free State only, sasolburg"]
    assert names(services, "work.pay", None) == []


def test_somebody_who_only_named_the_province_gets_what_is_in_it() -> None:
    services = [a_service("Town office", "any", places=("soweto",)), a_service("Cape", "any", places=("za-wc",))]
    assert names(services, "work.pay", "za-gp") == ["Town office"]
    assert names(services, "work.pay", "soweto") == ["Town office"]
    assert names(services, "work.pay", "tembisa") == []


def test_near_is_a_hundred_kilometres_in_a_straight_line() -> None:
    service = a_service("Office", "any", towns=("cape-town",))
    [near] = matching([service], "work.pay", ZA.gazetteer["paarl"], ZA.gazetteer)
    [far] = matching([service], "work.pay", ZA.gazetteer["george"], ZA.gazetteer)
    assert near.away is not None
    assert far.away is not None
    assert near.away < NEAR < far.away
    assert (is_local(near), is_local(far)) == (True, False)


def test_only_what_is_checked_reachable_and_taking_people_is_offered() -> None:
    phone = [{"id": record_id("p"), "number": "011 000 0000", "evidence": "page"}]
    rumour = [{"id": record_id("p"), "number": "011 000 0000", "evidence": "weak"}]
    services = [
        a_service("Good", "any", phones=phone),
        a_service("Web", "any", url="https://example.org"),
        a_service("Full", "any", phones=phone, taking_people=False),
        a_service("Rumour", "any", phones=phone, evidence="weak"),
        a_service("Unknown", "any", phones=phone, evidence=None),
        a_service("Closed", "any", phones=phone, status="temporarily closed"),
        a_service("No way", "any", phones=rumour),
    ]
    matches = matching(services, "work.pay", None, ZA.gazetteer)
    assert [match.name for match in offered(matches)] == ["Good", "Web"]
    assert len(matches) == len(services)


def test_an_address_and_a_number_are_told_only_where_they_were_checked() -> None:
    address = {
        "id": record_id("a"),
        "address_1": "1 Main Road",
        "city": "Soweto",
        "state_province": "Gauteng",
        "postal_code": "",
        "country": "ZA",
        "address_type": "physical",
    }
    for evidence, line in (("page", "1 Main Road, Soweto"), ("weak", "")):
        location = {
            "id": record_id("l"),
            "location_type": "physical",
            "evidence": evidence,
            "addresses": [address],
            "phones": [{"id": record_id("p"), "number": "011 000 0000", "evidence": evidence}],
        }
        service = a_service("Office", "any", service_at_locations=[{"id": record_id("s"), "location": location}])
        [match] = matching([service], "work.pay", None, ZA.gazetteer)
        assert (match.address, match.numbers) == (line, ("011 000 0000",) if line else ())
        assert [phone.number for phone in phones_of(match)] == ["011 000 0000"]


def test_the_office_lays_its_own_over_the_directory_of_the_pack() -> None:
    old, kept, own = a_service("Old", "any"), a_service("Kept", "any"), a_service("Own", "any")
    newer = old.model_copy(update={"taking_people": False})
    gone = kept.model_copy(update={"status": "defunct"})
    assert merged((old, kept), (newer, own)) == (newer, kept, own)
    assert merged((old, kept), (gone,)) == (old,)


@pytest.mark.parametrize(
    ("service", "problem"),
    [
        (a_service("X"), r"service 'X': no issue; add an attribute"),
        (a_service("X", "housing.castle"), r"service 'X': unknown issue 'housing.castle'"),
        (a_service("X", "housing", places=("atlantis-2",)), r"service 'X': unknown place 'atlantis-2'"),
        (a_service("X", "housing", source="RUMOUR"), r"service 'X': unknown source 'RUMOUR'"),
    ],
)
def test_a_service_for_nothing_or_nowhere_is_a_mistake(service: Service, problem: str) -> None:
    with pytest.raises(ContentError, match=problem):
        check_services(Path("services.json"), [service], ZA.gazetteer, issues={"housing"}, sources={"PAGE"})


@given(TOWNS, ISSUE_IDS)
def test_whoever_asks_from_anywhere_is_sent_to_nobody_unchecked(place: Any, issue: str) -> None:
    matches = matching(ZA.services, issue, place, ZA.gazetteer)
    for match in offered(matches):
        assert match.service.evidence in VERIFIED
        assert not places_of(match.service) or {place.id, place.region} & set(places_of(match.service))
        unchecked = {phone.number for phone in phones_of(match) if phone.evidence not in VERIFIED}
        assert not unchecked & set(match.numbers)


@given(TOWNS, ISSUE_IDS)
def test_of_two_sites_near_and_for_the_same_issue_the_nearer_comes_first(place: Any, issue: str) -> None:
    matches = [
        match
        for match in matching(ZA.services, issue, place, ZA.gazetteer)
        if match.away is not None and match.away <= NEAR and issue in topics_of(match.service)
    ]
    ways = [match.away for match in matches if match.away is not None]
    assert ways == sorted(ways)


@pytest.mark.parametrize("pack", [ZA, ENGLAND], ids=["za", "gb-eng"])
def test_the_directory_and_the_contacts_agree_on_which_numbers_were_checked(pack: Any) -> None:
    shown = {number: contact.publish for contact in pack.contacts for _, number in contact.numbers}
    for service in pack.services:
        sites = service.service_at_locations
        for phone in (*service.phones, *(phone for site in sites for phone in site.phones)):
            if phone.number in shown:
                assert (is_shown(service) and phone.evidence in VERIFIED) == shown[phone.number], phone.number


@pytest.mark.parametrize(
    ("place", "issue", "first"),
    [
        ("george", "housing.deposit", "Rental Housing Tribunal, Western Cape, George"),
        ("khayelitsha", "housing.deposit", "Rental Housing Tribunal, Western Cape, Cape Town"),
        ("umlazi", "housing.repairs", "Rental Housing Tribunal, KwaZulu-Natal, Durban"),
        ("soweto", "benefits.refused", "ProBono.Org, Johannesburg"),
        ("ulundi", "benefits.refused", "Community advice offices in KwaZulu-Natal"),
        ("giyani", "work.dismissal", "CCMA"),
    ],
)
def test_whom_people_in_south_africa_are_sent_to(place: str, issue: str, first: str) -> None:
    assert offered(matching(ZA.services, issue, ZA.gazetteer[place], ZA.gazetteer))[0].name == first


@pytest.mark.parametrize("issue", ["housing.eviction", "housing.homeless", "benefits.apply", "work.pay", "money.debt"])
def test_somebody_in_england_always_has_somebody_to_turn_to(issue: str) -> None:
    assert offered(matching(ENGLAND.services, issue, ENGLAND.gazetteer["leeds"], ENGLAND.gazetteer))

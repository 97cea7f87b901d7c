"""The record at the desk: who holds the case fills it in, one group at a time, and nothing typed is lost."""

import re
from datetime import date
from typing import Any

import pytest

from casestore.privacy.residences import Residence
from casestore.records import Record
from casestore.respondents import OtherSide
from tests.desk.browser import Desk

HAPPENED = {"amount_currency": "ZAR", "amount_period": "once", "event_precision": "day"}


def record(desk: Desk, reference: str) -> Record:
    with desk.store.reading() as look:
        return look.records.of(look.cases.by_reference(reference).id)


def sides(desk: Desk, reference: str) -> list[OtherSide]:
    with desk.store.reading() as look:
        return look.respondents.of_case(look.cases.by_reference(reference).id)


def counted(desk: Desk, respondent_id: int) -> int:
    with desk.store.reading() as look:
        return look.respondents.cases_of([respondent_id])[respondent_id]


def parts(desk: Desk, reference: str) -> list[list[str]]:
    """What the log says was changed, line by line."""
    with desk.store.reading() as look:
        lines = look.log.of(look.cases.by_reference(reference).id)
    return [line.detail["parts"] for line in lines if line.kind.id == "record_changed"]


def section(page: str) -> str:
    """The part of the page that is the record."""
    found = re.search(r'aria-labelledby="record">.*?</section>', page, re.DOTALL)
    return found.group(0) if found else ""


SAVED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "people",
        {
            "record_type": "community",
            "first_contact": "walk_in",
            "adults": "2",
            "children": "",
            "people_affected": "40",
        },
        {"record_type": "community", "adults": 2, "children": None, "people_affected": 40, "first_contact": "walk_in"},
        "Many people with one problem; 2 adults; touches 40",
    ),
    (
        "happened",
        {
            **HAPPENED,
            "event_on": "2026-11-17",
            "event_precision": "month",
            "amount": "1 250,50",
            "amount_period": "month",
            "tried": ["court", "police"],
        },
        {"event_on": date(2026, 11, 1), "amount_minor": 125_050, "tried": ("court", "police")},
        "November 2026; R1 250,50 every month; turned to Court or tribunal, Police",
    ),
    (
        "happened",
        {**HAPPENED, "tried": "nobody", "reason_none": "afraid"},
        {"event_on": None, "amount_minor": None, "tried": (), "reason_none": "afraid"},
        "turned to nobody; Afraid of what would follow",
    ),
    (
        "background",
        {"gender": "woman", "age_band": "", "disability": "some"},
        {"gender": "woman", "age_band": None, "disability": "some"},
        "Woman; Some difficulty",
    ),
]


@pytest.mark.parametrize(("group", "fields", "kept", "shown"), SAVED)
def test_a_group_is_kept_and_shown_in_words(
    desk: Desk, group: str, fields: dict[str, Any], kept: dict[str, Any], shown: str
) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    answer = browser.post(f"/cases/{case.reference}/record/{group}", **fields)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"{case.reference}?notice=recorded#record")
    found = record(desk, case.reference)
    assert {name: getattr(found, name) for name in kept} == kept
    assert shown in section(browser.get(f"/cases/{case.reference}").text)
    assert desk.letters(case) == []


def test_what_is_sent_back_unchanged_changes_nothing(desk: Desk) -> None:
    """The fields show what is kept, so that Keep keeps it."""
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    for group, fields, _, _ in SAVED:
        browser.post(f"/cases/{case.reference}/record/{group}", **fields)
    before, noted = record(desk, case.reference), parts(desk, case.reference)
    page = section(browser.get(f"/cases/{case.reference}").text)
    for group in ("people", "happened", "background"):
        form = re.search(rf'<form[^>]*record/{group}">(.*?)</form>', page, re.DOTALL)
        assert form is not None
        assert browser.post(f"/cases/{case.reference}/record/{group}", **fields_of(form.group(1))).status_code == 303
    assert record(desk, case.reference) == before
    assert parts(desk, case.reference) == noted


def fields_of(form: str) -> dict[str, Any]:
    """What a browser would send of a form."""
    sent: dict[str, Any] = {}
    for name, rest in re.findall(r'<select[^>]*name="(\w+)">(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', rest)
        sent[name] = (chosen.group(1) or chosen.group(2)) if chosen else ""
    for name, value in re.findall(r'<input id="[^"]*" name="(\w+)"[^>]*value="([^"]*)"', form):
        sent[name] = value
    for name, value in re.findall(r'type="checkbox" name="(\w+)" value="(\w+)" checked', form):
        sent.setdefault(name, []).append(value)
    return sent


@pytest.mark.parametrize(
    ("group", "fields", "says"),
    [
        ("people", {"adults": "two", "children": "3"}, "Adults: write a whole number up to 1,000,000"),
        ("people", {"people_affected": "9999999999"}, "People affected: write a whole number"),
        ("people", {"record_type": "moon"}, "Choose from the lists"),
        ("happened", {**HAPPENED, "amount": "a lot", "event_on": "2026-11-01"}, "Write the amount as a number"),
        ("happened", {**HAPPENED, "event_on": "yesterday"}, "Write the day it happened as a date"),
        ("happened", {**HAPPENED, "event_on": "2027-01-01"}, "it must be a day that has been"),
        ("happened", {**HAPPENED, "event_on": "0001-01-01"}, "it must be a day that has been"),
        ("happened", {**HAPPENED, "amount_currency": "rand"}, "Choose the currency"),
        ("happened", {**HAPPENED, "tried": ["court", "nobody"]}, "tick the one or the other"),
        ("happened", {**HAPPENED, "tried": ["moon"]}, "Choose from the lists"),
        ("place", {"place": "nowhere", "settlement": "rural"}, "Choose a province"),
        ("other-side", {"kind": "", "name": "Mr Dlamini"}, "Say what the other side is"),
        ("other-side", {"kind": "landlord", "name": "Mr Dlamini"}, "a person or of an organisation"),
        ("other-side", {"kind": "landlord", "name": "?!", "sort": "person"}, "A name needs a letter"),
        ("other-side", {"kind": "landlord", "name": "x" * 121, "sort": "person"}, "at most 120"),
        ("supporter", {"relation": "child", "supporter_name": "Nomsa"}, "whether the person knows"),
        ("residence", {"residence": "moon"}, "Choose from the lists"),
        ("many", {"problem": ""}, "Choose a problem"),
    ],
)
def test_a_mistake_says_what_to_do_and_what_was_typed_is_still_there(
    desk: Desk, group: str, fields: dict[str, Any], says: str
) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    before = record(desk, case.reference)
    answer = browser.post(f"/cases/{case.reference}/record/{group}", **fields)
    assert answer.status_code == 400
    assert says in answer.text
    opened = section(answer.text)
    group = {"supporter": "people"}.get(group, group)
    assert f'<details open id="record-{group}">' in opened
    typed = [value for value in fields.values() if isinstance(value, str) and " " in value or value in ("3", "Nomsa")]
    assert all(f'value="{value}"' in opened for value in typed)
    assert record(desk, case.reference) == before
    assert parts(desk, case.reference) == []


def test_the_place_is_chosen_and_counts_for_the_queue(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/record/place", place="za-lp", settlement="rural")
    assert desk.look(case).place == "za-lp"
    assert record(desk, case.reference).settlement == "rural"
    assert parts(desk, case.reference) == [["settlement"], ["place"]]
    assert "Limpopo" in browser.get("/").text


def test_the_log_names_the_parts_in_words_and_never_what_they_hold(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    browser.post(f"/cases/{case.reference}/record/background", gender="woman", age_band="65_over")
    page = browser.get(f"/cases/{case.reference}").text
    log = page[page.index('<ol class="log">') :]
    assert "Record changed</b>: gender, age" in log
    assert "65" not in log.split("</section>")[0].replace(case.reference, "")


def test_an_organisation_is_named_once_however_it_is_spelt(desk: Desk) -> None:
    first, second, browser = desk.case(claimed_by="thandi"), desk.case(claimed_by="thandi"), desk.browser("thandi")
    bank = {"kind": "bank", "sort": "organisation", "relationship": "debtor"}
    browser.post(f"/cases/{first.reference}/record/other-side", name="Capitec Bank Ltd", **bank)
    for _ in range(2):
        browser.post(f"/cases/{second.reference}/record/other-side", name="capitec bank", **bank)
    [one], [other] = sides(desk, first.reference), sides(desk, second.reference)
    assert one.respondent is not None
    assert one.respondent == other.respondent
    assert counted(desk, one.respondent.id) == 2
    assert (one.kind, one.relationship, one.source) == ("bank", "debtor", "worker")
    assert (
        "Capitec Bank Ltd, Bank, lender or collector, Owes them money" in browser.get(f"/cases/{second.reference}").text
    )


def test_of_two_people_with_one_name_the_paralegal_says_whether_they_are_one(desk: Desk) -> None:
    cases = [desk.case(claimed_by="thandi") for _ in range(3)]
    browser = desk.browser("thandi")
    him = {"kind": "landlord", "sort": "person", "name": "Mr Dlamini"}
    browser.post(f"/cases/{cases[0].reference}/record/other-side", **him)
    [known] = sides(desk, cases[0].reference)
    assert known.respondent is not None
    asked = browser.post(f"/cases/{cases[1].reference}/record/other-side", **him)
    assert asked.status_code == 409
    assert "The same: Mr Dlamini, Landlord or agent, in 1 case" in asked.text
    assert 'value="Mr Dlamini"' in section(asked.text)
    assert sides(desk, cases[1].reference) == []
    for case, answer in ((cases[1], str(known.respondent.id)), (cases[2], "new")):
        browser.post(f"/cases/{case.reference}/record/other-side", same_as=answer, **him)
    same, other = (sides(desk, case.reference)[0].respondent for case in cases[1:])
    assert same is not None
    assert other is not None
    assert same.id == known.respondent.id
    assert counted(desk, same.id) == 2
    assert other.id != same.id


def test_a_number_that_is_no_namesake_is_not_taken_for_one(desk: Desk) -> None:
    """The form cannot be used to look at, or to link, respondents that it did not offer."""
    first, second, browser = desk.case(claimed_by="thandi"), desk.case(claimed_by="thandi"), desk.browser("thandi")
    him = {"kind": "landlord", "sort": "person"}
    browser.post(f"/cases/{first.reference}/record/other-side", name="Mr Dlamini", **him)
    [known] = sides(desk, first.reference)
    assert known.respondent is not None
    browser.post(f"/cases/{second.reference}/record/other-side", name="Botha", same_as=str(known.respondent.id), **him)
    [side] = sides(desk, second.reference)
    assert side.respondent is not None
    assert side.respondent.name == "Botha"


def test_the_kind_that_the_chat_heard_gets_its_name_and_other_names(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    path = f"/cases/{case.reference}/record/other-side"
    browser.post(path, kind="landlord", relationship="tenant")
    browser.post(path, kind="landlord", name="Botha Trust", sort="organisation")
    [side] = sides(desk, case.reference)
    browser.post(f"{path}/name", id=str(side.id), alias="Botha Familietrust")
    [side] = sides(desk, case.reference)
    assert side.relationship == "tenant"
    assert side.respondent is not None
    assert side.respondent.names == ("Botha Trust", "Botha Familietrust")
    assert "also Botha Familietrust" in browser.get(f"/cases/{case.reference}").text
    browser.post(f"{path}/off", id=str(side.id))
    assert sides(desk, case.reference) == []


def test_a_name_of_another_organisation_is_not_given_away(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    path = f"/cases/{case.reference}/record/other-side"
    for name in ("SASSA", "Net1"):
        browser.post(path, kind="agency", name=name, sort="organisation")
    answer = browser.post(f"{path}/name", id=str(sides(desk, case.reference)[1].id), alias="s.a.s.s.a.")
    assert answer.status_code == 400
    assert "already another organisation" in answer.text
    assert 'value="s.a.s.s.a."' in answer.text


def test_a_supporter_is_added_and_taken_off(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    told = {"relation": "child", "person_knows": "no", "supporter_name": "Nomsa"}
    browser.post(f"/cases/{case.reference}/record/supporter", **told)
    page = section(browser.get(f"/cases/{case.reference}").text)
    assert "Nomsa, Son or daughter, the person does not know" in page
    found = re.search(r'supporter/off".*?name="id" value="(\d+)"', page, re.DOTALL)
    assert found is not None
    browser.post(f"/cases/{case.reference}/record/supporter/off", id=found.group(1))
    assert "Nomsa" not in browser.get(f"/cases/{case.reference}").text


def test_the_right_to_stay_is_shown_only_after_a_look_that_is_logged(desk: Desk) -> None:
    case, browser = desk.case(claimed_by="thandi"), desk.browser("thandi")
    path = f"/cases/{case.reference}/record/residence"
    browser.post(path, residence="stateless", document="")
    page = section(browser.get(f"/cases/{case.reference}").text)
    assert "kept, each look is logged" in page
    assert '<select id="r-residence"' not in page
    shown = browser.post(f"{path}/look")
    assert '<option value="stateless" selected>' in shown.text
    assert desk.events(case).count("residence_viewed") == 1
    with desk.store.reading() as look:
        assert look.residences.of_person(desk.talk(case).person_id) == Residence("stateless")


def test_the_page_leads_to_the_other_cases_of_the_person(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi", address="anna")
    other = desk.case(address="anna", issues=("work.pay",))
    stranger = desk.case()
    page = section(desk.browser("thandi").get(f"/cases/{case.reference}").text)
    assert f"/cases/{other.reference}" in page
    assert stranger.reference not in page


def test_a_case_that_was_joined_is_no_other_case(desk: Desk) -> None:
    """Its reference leads to the case it was joined with, which stands in the list once, and never on its own page."""
    case = desk.case(claimed_by="thandi", address="anna")
    second, third = (desk.case(claimed_by="thandi", address="anna", issues=("work.pay",)) for _ in range(2))
    browser = desk.browser("thandi")
    for kept, joined in ((case, desk.case(address="anna")), (second, third)):
        assert browser.post(f"/cases/{kept.reference}/join", other=joined.reference).status_code == 303
    page = section(browser.get(f"/cases/{case.reference}").text)
    others = page.split("Other cases of this person")[1].split("</ul>")[0]
    assert re.findall(r"<a [^>]*>([^<]+)</a>", others) == [second.reference]


def test_a_supervisor_reads_the_record_and_has_no_form_for_it(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    desk.browser("thandi").post(f"/cases/{case.reference}/record/background", gender="woman")
    ada = desk.browser("ada")
    page = section(ada.get(f"/cases/{case.reference}").text)
    assert "Woman" in page
    assert "<form" not in page
    assert ada.post(f"/cases/{case.reference}/record/background", gender="man").status_code == 404
    assert record(desk, case.reference).gender == "woman"


def test_who_does_not_hold_the_case_sees_none_of_it_and_changes_nothing(desk: Desk) -> None:
    case = desk.case(claimed_by="thandi")
    sipho = desk.browser("sipho")
    assert section(sipho.get(f"/cases/{case.reference}").text) == ""
    for step in ("people", "place", "happened", "background", "residence", "residence/look", "other-side", "supporter"):
        assert sipho.post(f"/cases/{case.reference}/record/{step}", **HAPPENED).status_code == 404
    assert parts(desk, case.reference) == []


def test_today_is_the_day_where_the_person_lives(desk: Desk) -> None:
    """Half past midnight in South Africa is still yesterday in UTC."""
    case = desk.case(claimed_by="thandi")
    desk.later(hours=13, minutes=30)
    fields = {"event_on": "2026-11-24", "event_precision": "day"}
    answer = desk.browser("thandi").post(f"/cases/{case.reference}/record/happened", **fields)
    assert answer.status_code == 303

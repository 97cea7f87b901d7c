"""Organisations at the desk: known under every name that somebody wrote down, joined only by somebody."""

import pytest

from casestore.offices import HOME
from casestore.respondents import Respondent
from tests.desk.browser import Desk


def known(desk: Desk, *names: str) -> list[Respondent]:
    """Those organisations, with a landlord who is a person beside them."""
    with desk.store.unit_of_work() as uow:
        uow.respondents.person(HOME, "Mr Dlamini", kind="landlord", now=desk.now)
        ids = [uow.respondents.organisation(HOME, name, kind="company", now=desk.now) for name in names]
        return [uow.respondents.get(id_) for id_ in ids]


def listed(desk: Desk) -> list[tuple[str, ...]]:
    with desk.store.reading() as look:
        return [each.names for each in look.respondents.organisations()]


def office_log(desk: Desk) -> list[str]:
    with desk.store.reading() as look:
        return [entry.kind.id for entry in look.log.of_office(HOME) if "respondent" in entry.kind.id]


def test_the_list_has_organisations_and_no_people(desk: Desk) -> None:
    browser = desk.browser("thandi")
    assert "None yet." in browser.get("/organisations").text
    known(desk, "Net1", "EasyPay")
    page = browser.get("/organisations").text
    assert "Net1" in page
    assert "EasyPay" in page
    assert "Dlamini" not in page


def test_a_name_is_added_and_two_are_joined_by_hand_and_the_office_log_says_so(desk: Desk) -> None:
    net1, easypay = known(desk, "Net1", "EasyPay")
    browser = desk.browser("thandi")
    assert browser.post("/organisations/name", organisation=str(net1.id), name="Lesaka").status_code == 303
    assert browser.post("/organisations/join", organisation=str(net1.id), other=str(easypay.id)).status_code == 303
    assert listed(desk) == [("Net1", "EasyPay", "Lesaka")]
    assert office_log(desk) == ["respondent_named", "respondents_joined"]
    assert "also" in browser.get("/organisations").text


@pytest.mark.parametrize("number", ["", "0", "99", "x", "9" * 40, "٣"])
def test_what_is_no_organisation_is_refused_and_the_name_is_kept(desk: Desk, number: str) -> None:
    known(desk, "Net1")
    browser = desk.browser("thandi")
    answer = browser.post("/organisations/name", organisation=number, name="Typed name")
    assert answer.status_code == 400
    assert "Choose an organisation" in answer.text
    assert 'value="Typed name"' in answer.text
    assert browser.post("/organisations/join", organisation=number, other=number).status_code == 400
    assert office_log(desk) == []


def test_a_person_is_not_reached_by_number(desk: Desk) -> None:
    [net1] = known(desk, "Net1")
    browser = desk.browser("thandi")
    with desk.store.reading() as look:
        [him] = look.respondents.people_named(HOME, "mr dlamini")
    assert browser.post("/organisations/name", organisation=str(him.id), name="X").status_code == 400
    assert browser.post("/organisations/join", organisation=str(net1.id), other=str(him.id)).status_code == 400


def test_a_name_of_another_or_no_name_is_said_and_one_is_not_joined_with_itself(desk: Desk) -> None:
    net1, _ = known(desk, "Net1", "EasyPay")
    browser = desk.browser("thandi")
    taken = browser.post("/organisations/name", organisation=str(net1.id), name="easypay ltd")
    assert "already another organisation" in taken.text
    assert "needs a letter" in browser.post("/organisations/name", organisation=str(net1.id), name="...").text
    same = browser.post("/organisations/join", organisation=str(net1.id), other=str(net1.id))
    assert "Choose the other organisation" in same.text
    for field in ("kept", "other"):
        assert f'<option value="{net1.id}" selected>' in same.text.split(f'id="{field}"')[1].split("</select>")[0]
    assert len(listed(desk)) == 2

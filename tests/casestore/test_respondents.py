"""Respondents: an organisation is its name, a person is who somebody says; no name of a person lies open."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casestore.access import Role
from casestore.errors import NameTaken, UnknownCode
from casestore.offices import HOME
from casestore.respondents import Heard
from casestore.unit_of_work import Store, UnitOfWork
from tests.at_once import at_once
from tests.builders import NOW, a_case, a_conversation, a_paralegal
from tests.casestore.interrupted import Interrupted, interrupted
from tests.casestore.raw import count, rows_in_clear


def organisation(uow: UnitOfWork, name: str, kind: str = "agency") -> int:
    return uow.respondents.organisation(HOME, name, kind=kind, now=NOW)


def person(uow: UnitOfWork, name: str, kind: str = "landlord") -> int:
    return uow.respondents.person(HOME, name, kind=kind, now=NOW)


def test_spellings_of_an_organisation_are_one_and_the_first_is_shown(store: Store) -> None:
    with store.unit_of_work() as uow:
        ids = {
            organisation(uow, name, "bank") for name in ("Capitec Bank Ltd", "capitec bank", "CAPITEC BANK LIMITED.")
        }
        assert len(ids) == 1
        assert uow.respondents.get(ids.pop()).names == ("Capitec Bank Ltd",)


def test_an_alias_leads_to_the_organisation_and_belongs_to_one(store: Store) -> None:
    with store.unit_of_work() as uow:
        sassa, bank = organisation(uow, "SASSA"), organisation(uow, "Capitec", "bank")
        uow.respondents.add_name(sassa, "South African Social Security Agency")
        uow.respondents.add_name(sassa, "S.A.S.S.A.")
        assert organisation(uow, "South African  Social Security Agency") == sassa
        assert uow.respondents.get(sassa).names == ("SASSA", "South African Social Security Agency")
        with pytest.raises(NameTaken, match="another organisation's"):
            uow.respondents.add_name(bank, "sassa")


def test_two_people_of_one_name_stay_two_until_somebody_says_that_they_are_one(store: Store) -> None:
    with store.unit_of_work() as uow:
        one, other = person(uow, "Mr Dlamini"), person(uow, "MR. DLAMINI")
        assert one != other
        assert [each.id for each in uow.respondents.people_named(HOME, "mr dlamini")] == [one, other]
        uow.respondents.join(one, other)
        [left] = uow.respondents.people_named(HOME, "mr dlamini")
        assert (left.id, left.names) == (one, ("Mr Dlamini", "MR. DLAMINI"))


def test_a_person_is_found_under_every_name_that_was_written_down(store: Store) -> None:
    with store.unit_of_work() as uow:
        owner = person(uow, "Piet Botha")
        uow.respondents.add_name(owner, "Oom Piet")
        uow.respondents.add_name(owner, "oom piet")
        [found] = uow.respondents.people_named(HOME, "OOM PIET")
        assert (found.id, found.names) == (owner, ("Piet Botha", "Oom Piet"))
        assert uow.respondents.people_named(HOME, "Piet") == []


def test_the_name_of_a_person_lies_nowhere_open_and_that_of_an_organisation_does(store: Store) -> None:
    with store.unit_of_work() as uow:
        owner = person(uow, "Quetzalfeder")
        uow.respondents.add_name(owner, "Mrs Quetzalfeder")
        organisation(uow, "Eskom Holdings SOC Ltd", "supplier")
    assert "quetzalfeder" not in rows_in_clear(store).lower()
    assert "Eskom Holdings SOC Ltd" in rows_in_clear(store)


def test_an_organisation_does_not_become_a_person_by_its_name(store: Store) -> None:
    with store.unit_of_work() as uow:
        firm, man = organisation(uow, "Botha", "landlord"), person(uow, "Botha")
        assert firm != man
        assert [each.id for each in uow.respondents.people_named(HOME, "Botha")] == [man]
        with pytest.raises(NameTaken, match="never one"):
            uow.respondents.join(firm, man)


def test_joining_brings_names_cases_and_leaves_one(store: Store) -> None:
    with store.unit_of_work() as uow:
        one, other = organisation(uow, "Net1"), organisation(uow, "EasyPay", "company")
        for id_ in (one, other):
            case = a_case(uow)
            uow.respondents.put(case.id, kind="company", relationship="customer", respondent_id=id_, now=NOW)
        uow.respondents.join(one, other)
        uow.respondents.join(one, one)
        [left] = uow.respondents.organisations()
        assert (left.id, left.names) == (one, ("Net1", "EasyPay"))
        assert uow.respondents.cases_of([one]) == {one: 2}
        assert organisation(uow, "easypay") == one


@pytest.mark.parametrize("name", ["", "..."])
def test_a_name_that_names_nobody_is_refused(store: Store, name: str) -> None:
    with store.unit_of_work() as uow, pytest.raises(ValueError, match="letter or a number"):
        organisation(uow, name)
    assert count(store, "respondents") == 0


def test_an_unknown_kind_is_refused(store: Store) -> None:
    with pytest.raises(UnknownCode, match="respondent_kind"), store.unit_of_work() as uow:
        organisation(uow, "Shop", "shop")


def test_each_office_has_its_own_respondents(store: Store) -> None:
    with store.unit_of_work() as uow:
        north = uow.offices.add("North", now=NOW).id
        member = a_paralegal(uow, office_id=north, role=Role.SUPERVISOR)
        ours = organisation(uow, "SASSA")
        theirs = uow.respondents.organisation(north, "SASSA", kind="agency", now=NOW)
        person(uow, "Mr Dlamini")
        assert ours != theirs
        with pytest.raises(NameTaken, match="two offices"):
            uow.respondents.join(ours, theirs)
    with store.seen_by(member.viewer).reading() as look:
        assert [each.id for each in look.respondents.organisations()] == [theirs]
        assert look.respondents.people_named(HOME, "Mr Dlamini") == []
        with pytest.raises(LookupError):
            look.respondents.get(ours)


def test_a_case_counts_once_whatever_was_joined_with_it_and_only_for_those_who_reach_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        north = uow.offices.add("North", now=NOW).id
        supervisor = a_paralegal(uow, role=Role.SUPERVISOR)
        elsewhere = a_paralegal(uow, "sipho", office_id=north, role=Role.SUPERVISOR)
        firm, talk = organisation(uow, "SASSA"), a_conversation(uow)
        kept, other = (a_case(uow, talk, heard=(Heard("agency", None, "SASSA"),)) for _ in range(2))
        assert uow.respondents.cases_of([firm]) == {firm: 2}
        uow.handover.merge(kept.id, other.id, supervisor, now=NOW)
        assert uow.respondents.cases_of([firm]) == {firm: 1}
    with store.seen_by(elsewhere.viewer).reading() as look:
        assert look.respondents.cases_of([firm]) == {firm: 0}


def test_two_who_add_an_organisation_at_once_add_one(store: Store) -> None:
    def add() -> int:
        with store.unit_of_work() as uow:
            return organisation(uow, "Capitec", "bank")

    assert len(set(at_once(*[add] * 4))) == 1
    assert (count(store, "respondents"), count(store, "respondent_names")) == (1, 1)


def test_what_the_conversation_hears_is_noted_once(store: Store) -> None:
    heard = (Heard("landlord", "tenant"), Heard("agency", None, "SASSA"))
    with store.unit_of_work() as uow:
        case = a_case(uow, heard=heard)
        uow.respondents.note_heard(HOME, case.id, heard, now=NOW)
        uow.respondents.note_heard(HOME, case.id, [Heard("agency")], now=NOW)
        sides = uow.respondents.of_case(case.id)
    assert [(side.kind, side.relationship, side.respondent and side.respondent.name) for side in sides] == [
        ("landlord", "tenant", None),
        ("agency", None, "SASSA"),
    ]


def test_a_name_that_is_heard_later_is_given_to_the_one_of_its_kind(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, heard=(Heard("bank", "debtor"),))
        uow.respondents.note_heard(HOME, case.id, [Heard("bank", None, "Capitec")], now=NOW)
        [side] = uow.respondents.of_case(case.id)
        assert side.respondent is not None
        assert (side.relationship, side.respondent.name) == ("debtor", "Capitec")


def test_a_person_who_is_nobodys_other_side_any_more_is_forgotten_and_an_organisation_stays(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, owner, firm = a_case(uow), person(uow, "Mr Dlamini"), organisation(uow, "SASSA")
        sides = [
            uow.respondents.put(case.id, kind="other", relationship=None, respondent_id=id_, now=NOW)
            for id_ in (owner, firm)
        ]
        for side in sides:
            uow.respondents.take_off(case.id, side)
        assert uow.respondents.of_case(case.id) == []
        assert uow.respondents.people_named(HOME, "Mr Dlamini") == []
        assert uow.respondents.get(firm).name == "SASSA"
        assert uow.respondents.cases_of([firm]) == {firm: 0}


def test_the_other_side_of_another_case_is_not_touched(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, other = a_case(uow), a_case(uow)
        side = uow.respondents.put(other.id, kind="landlord", relationship=None, respondent_id=None, now=NOW)
        uow.respondents.take_off(case.id, side)
        new = uow.respondents.put(case.id, kind="bank", relationship=None, respondent_id=None, now=NOW, id_=side)
        assert new != side
        assert [each.kind for each in uow.respondents.of_case(other.id)] == ["landlord"]


NAMES = st.sampled_from(["Capitec", "CAPITEC Ltd", "capitec.", "FNB", "F.N.B.", "First National Bank", "Capitek"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=st.lists(st.tuples(st.booleans(), NAMES, NAMES), max_size=8))
def test_names_lead_where_a_simple_model_says(store: Store, taken: list[tuple[bool, str, str]]) -> None:
    """Adding and aliasing in any order: a folded name always leads to the one organisation it was given to first."""

    def live(uow: UnitOfWork) -> None:
        leads: dict[str, int] = {}
        for with_alias, name, alias in taken:
            key, other = (each.casefold().replace(".", "").removesuffix(" ltd") for each in (name, alias))
            id_ = organisation(uow, name, "bank")
            assert leads.setdefault(key, id_) == id_
            if with_alias and leads.get(other, id_) != id_:
                with pytest.raises(NameTaken):
                    uow.respondents.add_name(id_, alias)
            elif with_alias:
                uow.respondents.add_name(id_, alias)
                leads[other] = id_
        assert {each.id for each in uow.respondents.organisations()} == set(leads.values())

    with pytest.raises(Interrupted):
        interrupted(store, live)

"""Offices and what belongs to them."""

import pytest

from casestore.log.case_log import OPERATOR
from casestore.offices import HOME, LONGEST_NAME
from casestore.unit_of_work import Store
from tests.builders import NOW


def test_a_new_database_has_one_office(store: Store) -> None:
    with store.reading() as look:
        assert [(office.id, office.part_of) for office in look.offices.all()] == [(HOME, None)]


def test_an_office_reaches_itself_and_those_that_belong_to_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        north = uow.offices.add("North", now=NOW, part_of=HOME)
        other = uow.offices.add("Elsewhere", now=NOW)
        assert uow.offices.reached_from(HOME) == (HOME, north.id)
        assert uow.offices.reached_from(north.id) == (north.id,)
        assert uow.offices.reached_from(other.id) == (other.id,)


@pytest.mark.parametrize(
    ("name", "part_of", "reason"),
    [(" ", None, "needs a name"), ("N" * 121, None, "too long"), ("New", 99, "no office 99")],
)
def test_an_office_that_cannot_be_is_refused(store: Store, name: str, part_of: int | None, reason: str) -> None:
    with store.unit_of_work() as uow, pytest.raises(ValueError, match=reason):
        uow.offices.add(name, now=NOW, part_of=part_of)


def test_two_offices_never_have_one_name(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.offices.add("North", now=NOW)
        with pytest.raises(ValueError, match="already an office called North"):
            uow.offices.add("North ", now=NOW)


def renames(store: Store, office_id: int) -> list[tuple[str, dict[str, object]]]:
    with store.reading() as look:
        return [(line.by, line.detail) for line in look.log.of_office(office_id) if line.kind.id == "office_renamed"]


def test_an_office_gets_another_name_and_its_old_one_is_free(store: Store) -> None:
    with store.unit_of_work() as uow:
        north = uow.offices.add("North", now=NOW)
        assert uow.offices.rename(north.id, " Orange \n Farm ", actor=OPERATOR, now=NOW).name == "Orange Farm"
    with store.unit_of_work() as uow:
        assert uow.offices.get(north.id).name == "Orange Farm"
        assert uow.offices.add("North", now=NOW).id != north.id
    assert renames(store, north.id) == [("the command line", {})]
    assert renames(store, HOME) == []


def test_an_office_may_have_the_longest_name_and_its_own_in_other_letters(store: Store) -> None:
    with store.unit_of_work() as uow:
        for name in ("N" * LONGEST_NAME, "n" * LONGEST_NAME):
            assert uow.offices.rename(HOME, name, actor=OPERATOR, now=NOW).name == name
    assert len(renames(store, HOME)) == 2


def test_the_name_an_office_already_has_changes_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        name = uow.offices.get(HOME).name
        assert uow.offices.rename(HOME, f"{name} ", actor=OPERATOR, now=NOW).name == name
    assert renames(store, HOME) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (" \n", "needs a name"),
        ("N" * 121, "120 letters or fewer"),
        ("North ", "already an office called North: choose"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_the_old_one_stays(store: Store, name: str, reason: str) -> None:
    with store.unit_of_work() as uow:
        uow.offices.add("North", now=NOW)
        before = uow.offices.get(HOME)
        with pytest.raises(ValueError, match=reason):
            uow.offices.rename(HOME, name, actor=OPERATOR, now=NOW)
    with store.reading() as look:
        assert look.offices.get(HOME) == before
    assert renames(store, HOME) == []


def test_an_office_that_is_not_there_is_not_renamed(store: Store) -> None:
    with store.unit_of_work() as uow, pytest.raises(ValueError, match="no office 99"):
        uow.offices.rename(99, "South", actor=OPERATOR, now=NOW)

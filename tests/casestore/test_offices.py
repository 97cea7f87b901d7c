"""Offices and what belongs to them."""

import pytest

from casestore.offices import HOME
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


@pytest.mark.parametrize(("name", "part_of", "reason"), [(" ", None, "needs a name"), ("New", 99, "no office 99")])
def test_an_office_that_cannot_be_is_refused(store: Store, name: str, part_of: int | None, reason: str) -> None:
    with store.unit_of_work() as uow, pytest.raises(ValueError, match=reason):
        uow.offices.add(name, now=NOW, part_of=part_of)


def test_two_offices_never_have_one_name(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.offices.add("North", now=NOW)
        with pytest.raises(ValueError, match="already an office called North"):
            uow.offices.add("North ", now=NOW)

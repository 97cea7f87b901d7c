"""Those who write for the person: what they are to them, whether the person knows, a name that is sealed."""

import pytest

from casestore.errors import UnknownCode
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case
from tests.casestore.raw import rows_in_clear


def test_supporters_come_back_in_the_order_they_were_told(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, other = a_case(uow), a_case(uow)
        uow.supporters.add(case.id, relation="child", person_knows="yes", name="  Nomsa\nM ", now=NOW)
        uow.supporters.add(case.id, relation="leader", person_knows="unsure", name="", now=NOW)
        found = uow.supporters.of(case.id)
        assert [(each.relation, each.person_knows, each.name) for each in found] == [
            ("child", "yes", "Nomsa M"),
            ("leader", "unsure", ""),
        ]
        uow.supporters.take_off(other.id, found[0].id)
        assert len(uow.supporters.of(case.id)) == 2
        uow.supporters.take_off(case.id, found[0].id)
        assert [each.relation for each in uow.supporters.of(case.id)] == ["leader"]
    assert "Nomsa" not in rows_in_clear(store)


@pytest.mark.parametrize("wrong", [{"relation": "moon"}, {"person_knows": "maybe"}])
def test_an_unknown_code_is_refused(store: Store, wrong: dict[str, str]) -> None:
    told = {"relation": "child", "person_knows": "yes", "name": "", **wrong}
    with pytest.raises(UnknownCode), store.unit_of_work() as uow:
        uow.supporters.add(a_case(uow).id, now=NOW, **told)

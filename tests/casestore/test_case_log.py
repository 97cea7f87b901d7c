"""The case log: a fixed vocabulary, in order, with names where names are known."""

import pytest

from casestore.case_log import BOT, KINDS, PERSON, CaseLog, Kind
from casestore.tables import LogRow
from casestore.unit_of_work import Store
from tests.builders import MINUTE, NOW, a_case, a_paralegal


def test_a_new_case_has_one_line(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow, urgency="urgent")
    with store.reading() as look:
        [entry] = look.log.of(case.id)
    assert (entry.kind, entry.by, entry.detail, entry.at) == (
        KINDS["opened"],
        "the person",
        {"urgency": "urgent"},
        NOW,
    )


def test_lines_come_in_the_order_they_were_written(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        uow.log.note(case.id, "danger_heard", actor=BOT, now=NOW + 2 * MINUTE)
        uow.log.note(case.id, "unreachable", actor=BOT, now=NOW + MINUTE)
        assert [entry.kind.id for entry in uow.log.of(case.id)] == ["opened", "danger_heard", "unreachable"]


def test_lines_of_another_case_are_not_shown(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, other = a_case(uow), a_case(uow)
        uow.log.note(other.id, "viewed", actor=BOT, now=NOW)
        assert len(uow.log.of(case.id)) == 1


def test_who_did_it_is_shown_by_name(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, paralegal = a_case(uow), a_paralegal(uow, name="Thandi Nkosi")
        for actor in (f"staff:{paralegal.id}", BOT, PERSON):
            uow.log.note(case.id, "viewed", actor=actor, now=NOW)
        assert [entry.by for entry in uow.log.of(case.id)][1:] == ["Thandi Nkosi", "Doorstep", "the person"]


def test_a_kind_outside_the_vocabulary_is_refused(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
        with pytest.raises(KeyError):
            uow.log.note(case.id, "gossiped_about", actor=BOT, now=NOW)
        assert len(uow.log.of(case.id)) == 1


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_every_kind_has_a_title_and_fits_its_column(kind: Kind) -> None:
    assert kind.title
    assert kind.next_actor in ("desk", "person", None)
    assert len(kind.id) <= LogRow.__table__.c.kind.type.length


def test_the_log_can_only_be_added_to_and_read() -> None:
    assert {name for name in vars(CaseLog) if not name.startswith("_")} == {"note", "of"}

"""Anchors: one a day and office, over what is new since the last, made once however many try."""

from datetime import timedelta

from casestore.log.case_log import BOT, OPERATOR
from casestore.offices import HOME
from casestore.unit_of_work import Store
from tests.at_once import at_once
from tests.builders import NOW, a_case
from tests.casestore.raw import findings, sql
from tests.needs import ON_POSTGRES

DAY = timedelta(days=1)


def heads(store: Store, number: int) -> list[tuple[int | None, int]]:
    found = sql(store, "SELECT case_id, seq FROM log_heads WHERE number = :number ORDER BY place", number=number)
    return sorted(found, key=lambda head: (head[0] is not None, head))


def test_an_anchor_knows_the_newest_line_of_every_chain(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, other = a_case(uow), a_case(uow)
        uow.log.note(case.id, "viewed", actor=BOT, now=NOW)
        anchor = uow.anchors.make(HOME, actor=OPERATOR, now=NOW)
    assert (anchor.office_id, anchor.number, anchor.at, anchor.heads) == (HOME, 1, NOW, 3)
    assert heads(store, 1) == [(None, 1), (case.id, 2), (other.id, 1)]
    assert findings(store) == []


def test_the_next_one_knows_what_went_on_since(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, _ = a_case(uow), a_case(uow)
        uow.anchors.make(HOME, actor=OPERATOR, now=NOW)
    with store.unit_of_work() as uow:
        uow.log.note(case.id, "viewed", actor=BOT, now=NOW)
        uow.anchors.make(HOME, actor=OPERATOR, now=NOW + DAY)
    with store.unit_of_work() as uow:
        uow.anchors.make(HOME, actor=OPERATOR, now=NOW + 2 * DAY)
    assert heads(store, 2) == [(None, 2), (case.id, 2)]
    assert heads(store, 3) == [(None, 3)]
    assert findings(store) == []


@ON_POSTGRES
def test_a_line_that_was_under_way_while_an_anchor_was_made_is_in_the_next_one(store: Store) -> None:
    with store.unit_of_work() as uow:
        case = a_case(uow)
    with store.unit_of_work() as slow:
        slow.log.note(case.id, "viewed", actor=BOT, now=NOW)
        with store.unit_of_work() as uow:
            a_case(uow)
            uow.anchors.make(HOME, actor=OPERATOR, now=NOW)
    assert (case.id, 2) not in heads(store, 1)
    for _ in range(2):
        with store.unit_of_work() as uow:
            uow.anchors.make(HOME, actor=OPERATOR, now=NOW)
    assert (case.id, 2) in heads(store, 2)
    assert heads(store, 3) == [(None, 3)]


def test_the_worker_makes_one_a_day(store: Store) -> None:
    made = []
    for hours in (0, 1, 14, 15, 16, 40):
        with store.unit_of_work() as uow:
            made.append(uow.anchors.make_daily(HOME, now=NOW + timedelta(hours=hours)))
    assert [anchor and anchor.number for anchor in made] == [1, None, None, 2, None, 3]


def test_each_office_has_its_own(store: Store) -> None:
    with store.unit_of_work() as uow:
        other = uow.offices.add("Second office", now=NOW)
        ours, theirs = a_case(uow), a_case(uow, office_id=other.id)
        made = [uow.anchors.make_daily(office.id, now=NOW) for office in uow.offices.all()]
    assert [(anchor.office_id, anchor.number) for anchor in made if anchor] == [(HOME, 1), (other.id, 1)]
    found = sql(store, "SELECT office_id, case_id FROM log_heads WHERE case_id IS NOT NULL")
    assert sorted(found) == [(HOME, ours.id), (other.id, theirs.id)]


def test_of_many_workers_who_try_at_once_one_makes_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        a_case(uow)

    def make() -> bool:
        with store.unit_of_work() as uow:
            return uow.anchors.make_daily(HOME, now=NOW) is not None

    assert sorted(at_once(*[make] * 6)) == [False] * 5 + [True]
    assert findings(store) == []


def test_it_is_written_down_in_one_word(store: Store) -> None:
    with store.unit_of_work() as uow:
        anchor = uow.anchors.make(HOME, actor=OPERATOR, now=NOW)
    assert anchor.written == f"1:1:{anchor.digest.hex()[:32]}"

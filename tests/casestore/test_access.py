"""Who reaches what: offices, roles, and the second lock of PostgreSQL."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from casestore.access import Role, see_as
from casestore.cases import Case
from casestore.community_problems import ProblemFacts
from casestore.errors import CaseNotFound, NotYours
from casestore.offices import HOME
from casestore.staff import StaffMember
from casestore.tables import CaseRow, ConversationRow
from casestore.unit_of_work import Store
from casestore.work.efforts import Spent
from tests.builders import NOW, a_case, a_conversation, a_paralegal, open_cases, share
from tests.casestore.planted import plant_work
from tests.humble import humble as as_humble
from tests.needs import ON_POSTGRES, ON_SQLITE


class Network:
    """Two offices of a network, the network's own office, a partner organisation, and a case in each of the two."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.unit_of_work() as uow:
            self.hub = uow.offices.add("Network", now=NOW).id
            self.north = uow.offices.add("North", now=NOW, part_of=self.hub).id
            self.south = uow.offices.add("South", now=NOW, part_of=self.hub).id
            self.partner = uow.offices.add("Legal Aid", now=NOW).id
            self.case_north = a_case(uow, a_conversation(uow, "north"), office_id=self.north)
            self.case_south = a_case(uow, a_conversation(uow, "south"), office_id=self.south)

    def member(self, role: Role, office_id: int) -> StaffMember:
        with self.store.unit_of_work() as uow:
            return a_paralegal(uow, uuid.uuid4().hex[:8], role=role, office_id=office_id)

    def seen(self, member: StaffMember) -> set[int]:
        with self.store.seen_by(member.viewer).reading() as look:
            return {case.id for case in open_cases(look)}


@pytest.fixture
def network(store: Store) -> Network:
    return Network(store)


@pytest.mark.parametrize("role", [Role.PARALEGAL, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.ANALYST])
def test_the_queue_holds_the_cases_of_ones_own_office(network: Network, role: Role) -> None:
    assert network.seen(network.member(role, network.north)) == {network.case_north.id}
    assert network.seen(network.member(role, HOME)) == set()


def test_the_office_of_the_network_sees_the_offices_that_belong_to_it(network: Network) -> None:
    assert network.seen(network.member(Role.SUPERVISOR, network.hub)) == {network.case_north.id, network.case_south.id}


def test_whoever_serves_everybody_sees_everything(network: Network) -> None:
    with network.store.reading() as look:
        assert {case.id for case in open_cases(look)} == {network.case_north.id, network.case_south.id}


def test_a_partner_sees_what_is_shared_with_it_and_nothing_else(network: Network) -> None:
    member = network.member(Role.PARTNER, network.partner)
    assert network.seen(member) == set()
    with network.store.unit_of_work() as uow:
        share(uow, network.case_south, network.partner)
    assert network.seen(member) == {network.case_south.id}


def test_the_work_on_a_case_of_another_office_is_not_there(network: Network) -> None:
    """Not by its number either: agenda, referrals, outcomes, time, follow-ups."""
    worker, case = network.member(Role.PARALEGAL, network.south), network.case_south
    with network.store.unit_of_work() as uow:
        uow.cases.claim(case.id, staff_id=worker.id, now=NOW)
        plant_work(uow, case, worker.id, "words")

    def found(member: StaffMember) -> list[int]:
        with network.store.seen_by(member.viewer).reading() as look:
            parts = (look.agenda, look.referrals, look.outcomes, look.efforts, look.follow_ups)
            return [len(part.of(case.id)) for part in parts]

    assert found(network.member(Role.SUPERVISOR, network.south)) == [2, 1, 1, 1, 2]
    stranger = network.member(Role.SUPERVISOR, network.north)
    assert found(stranger) == [0] * 5
    with network.store.seen_by(stranger.viewer).unit_of_work() as uow:
        assert uow.efforts.total(case.id).minutes == {}
        with pytest.raises(CaseNotFound):
            uow.efforts.note(case.id, Spent(activity="call", minutes=5), staff_id=stranger.id, now=NOW)
        with pytest.raises(CaseNotFound):
            uow.agenda.settle(case.id, 1, staff_id=stranger.id, to="met", now=NOW)


def test_a_case_of_another_office_is_not_there_under_its_reference_either(network: Network) -> None:
    member = network.member(Role.SUPERVISOR, network.north)
    with network.store.seen_by(member.viewer).reading() as look, pytest.raises(CaseNotFound):
        look.cases.by_reference(network.case_south.reference)


def test_a_case_of_another_office_cannot_be_claimed_by_its_number(network: Network) -> None:
    member = network.member(Role.PARALEGAL, network.north)
    with network.store.seen_by(member.viewer).unit_of_work() as uow, pytest.raises(CaseNotFound):
        uow.cases.claim(network.case_south.id, staff_id=member.id, now=NOW)
    with network.store.reading() as look:
        assert look.cases.by_reference(network.case_south.reference).claimed_by is None


@pytest.mark.parametrize("role", [Role.ANALYST, Role.PARTNER])
def test_who_only_looks_at_cases_claims_none(network: Network, role: Role) -> None:
    member = network.member(role, network.north)
    with network.store.seen_by(member.viewer).unit_of_work() as uow, pytest.raises(NotYours, match=f"{role}s look"):
        uow.cases.claim(network.case_north.id, staff_id=member.id, now=NOW)


def hears(network: Network, member: StaffMember, case: Case) -> bool:
    assert case.conversation_id is not None
    with network.store.seen_by(member.viewer).reading() as look:
        try:
            look.conversations.get(case.conversation_id)
        except NoResultFound:
            return False
    return True


def test_a_paralegal_hears_the_people_whose_case_they_hold(network: Network) -> None:
    member = network.member(Role.PARALEGAL, network.north)
    assert not hears(network, member, network.case_north)
    with network.store.seen_by(member.viewer).unit_of_work() as uow:
        uow.cases.claim(network.case_north.id, staff_id=member.id, now=NOW)
    assert hears(network, member, network.case_north)
    assert not hears(network, member, network.case_south)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_a_supervisor_hears_everybody_of_the_office_and_nobody_of_another(network: Network, role: Role) -> None:
    member = network.member(role, network.north)
    assert hears(network, member, network.case_north)
    assert not hears(network, member, network.case_south)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.PARTNER])
def test_who_only_looks_at_cases_hears_nobody(network: Network, role: Role) -> None:
    with network.store.unit_of_work() as uow:
        share(uow, network.case_north, network.north)
    assert not hears(network, network.member(role, network.north), network.case_north)


@pytest.fixture
def humble(store: Store) -> Iterator[Store]:
    """The same PostgreSQL store as a role that is no superuser, which row-level security holds for."""
    with as_humble(store) as theirs:
        yield theirs


def raw(session: Session, table: str) -> set[int]:
    """What the database itself lets through, with a statement that our own boundary does not reach."""
    return set(session.scalars(text(f"SELECT id FROM {table}")))  # noqa: S608


@ON_POSTGRES
def test_the_database_itself_holds_the_boundary(network: Network, humble: Store) -> None:
    with Session(humble.engine) as session:
        assert raw(session, "cases") == {network.case_north.id, network.case_south.id}
    with Session(humble.engine) as session:
        see_as(session, network.member(Role.PARALEGAL, network.north).viewer)
        assert raw(session, "cases") == {network.case_north.id}
        assert raw(session, "conversations") == {network.case_north.conversation_id}
        session.execute(text("UPDATE cases SET urgency_rank = 0"))
        session.commit()
    with network.store.reading() as look:
        ranks = {row.id: row.urgency_rank for row in look.session.query(CaseRow)}
        assert ranks == {network.case_north.id: 0, network.case_south.id: 3}


@ON_POSTGRES
def test_the_database_itself_keeps_the_respondents_and_problems_of_an_office_to_it(
    network: Network, humble: Store
) -> None:
    member = network.member(Role.PARALEGAL, network.north)
    ours = set()
    with network.store.unit_of_work() as uow:
        for office in (network.north, network.south):
            id_ = uow.respondents.organisation(office, "SASSA", kind="agency", now=NOW)
            facts = ProblemFacts(jurisdiction="za", issue="benefits.deductions", respondent_id=id_)
            problem = uow.community_problems.open(office, facts, staff_id=member.id, now=NOW)
            ours = ours or {id_, problem.id}
    with Session(humble.engine) as session:
        assert len(raw(session, "respondents")) == len(raw(session, "respondent_names")) == 2
        see_as(session, member.viewer)
        assert raw(session, "respondents") | raw(session, "community_problems") == ours
        assert len(raw(session, "respondent_names")) == 1


@ON_POSTGRES
def test_the_database_shows_a_partner_what_is_shared(network: Network, humble: Store) -> None:
    with network.store.unit_of_work() as uow:
        share(uow, network.case_south, network.partner)
    with Session(humble.engine) as session:
        see_as(session, network.member(Role.PARTNER, network.partner).viewer)
        assert raw(session, "cases") == {network.case_south.id}


@ON_POSTGRES
def test_a_connection_that_says_nothing_sees_nothing(network: Network, humble: Store) -> None:
    with Session(humble.engine) as session:
        session.execute(text("SELECT set_config('doorstep.offices', '', true)"))
        assert raw(session, "cases") == raw(session, "conversations") == set()


@ON_POSTGRES
def test_the_boundary_ends_with_the_transaction(network: Network, humble: Store) -> None:
    member = network.member(Role.PARALEGAL, network.north)
    with humble.seen_by(member.viewer).reading() as look:
        assert raw(look.session, "cases") == {network.case_north.id}
    with humble.reading() as look:
        assert len(raw(look.session, "cases")) == 2
        assert look.session.get(ConversationRow, network.case_south.conversation_id) is not None


@ON_SQLITE
def test_cases_named_by_number_are_not_looked_for_among_all_of_the_office(network: Network) -> None:
    """SQLite would take the index of offices: fifty numbers seem more to it than one office."""
    member, asked = network.member(Role.PARALEGAL, network.north), list[tuple[str, tuple[object, ...]]]()
    with network.store.unit_of_work() as uow:
        for _ in range(30):
            a_case(uow, office_id=network.north)

    def note(_connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        asked.append((statement, values))

    event.listen(network.store.engine, "before_cursor_execute", note)
    with network.store.seen_by(member.viewer).reading() as look:
        ids = select(CaseRow.id).where(CaseRow.status == "waiting")
        assert len(look.cases.listed(ids)) == 31
    event.remove(network.store.engine, "before_cursor_execute", note)
    with network.store.engine.connect() as connection:
        statement, values = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert "SEARCH cases USING INTEGER PRIMARY KEY" in plan[0][3]

"""What a partner organisation sees: nothing without the person's yes to it, codes with it, and nothing afterwards."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casestore.access import Role, see_as
from casestore.cases import Case
from casestore.errors import CaseNotFound, NotAllowedNow, NotYours
from casestore.offices import HOME
from casestore.privacy.consent import CASE, PARTNER, STATISTICS, Consent
from casestore.staff import StaffMember
from casestore.tables import CaseRow, CaseShareRow
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import MINUTE, NOW, a_case, a_conversation, a_paralegal
from tests.casestore.planted import WORD, plant_in_record
from tests.humble import humble as as_humble
from tests.needs import ON_POSTGRES


class Town:
    """An office with a paralegal who holds a case, two partner organisations, and somebody at each."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.unit_of_work() as uow:
            self.aid = uow.offices.add("Legal Aid", now=NOW).id
            self.clinic = uow.offices.add("Law Clinic", now=NOW).id
            self.empty = uow.offices.add("Nobody yet", now=NOW).id
            self.thandi = a_paralegal(uow, "thandi")
            self.boss = a_paralegal(uow, "boss", role=Role.SUPERVISOR)
            self.sipho = a_paralegal(uow, "sipho")
            self.at_aid = a_paralegal(uow, "aid", role=Role.PARTNER, office_id=self.aid)
            self.at_clinic = a_paralegal(uow, "clinic", role=Role.PARTNER, office_id=self.clinic)
            self.case = self.claimed(uow, "4711")

    def claimed(self, uow: UnitOfWork, address: str) -> Case:
        case = a_case(uow, a_conversation(uow, address), assessment={"said": WORD}, flags=("lockout",))
        return uow.cases.claim(case.id, staff_id=self.thandi.id, now=NOW)

    def answer(
        self, given: bool, *, office_id: int = 0, by: StaffMember | None = None, case: Case | None = None
    ) -> None:
        by, case = by or self.thandi, case or self.case
        with self.store.seen_by(by.viewer).unit_of_work() as uow:
            uow.shares.answer(
                case.id,
                by,
                office_id=office_id or self.aid,
                given=given,
                wording="case.partner@1",
                language="en",
                now=NOW,
            )

    def person(self, uow: UnitOfWork, case: Case | None = None) -> str:
        person_id = uow.cases.person_of(case or self.case)
        assert person_id is not None
        return person_id

    def seen(self, member: StaffMember) -> set[str]:
        with self.store.seen_by(member.viewer).reading() as look:
            return {case.reference for case in look.shares.with_partner(member)}

    def log(self) -> list[str]:
        with self.store.reading() as look:
            return [entry.kind.id for entry in look.log.of(self.case.id)]


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


def test_only_organisations_with_somebody_who_would_see_it_are_offered(town: Town) -> None:
    with town.store.unit_of_work() as uow:
        assert [each.name for each in uow.shares.partners(HOME)] == ["Legal Aid", "Law Clinic"]
        a_paralegal(uow, "here", role=Role.PARTNER)
        assert HOME not in {each.id for each in uow.shares.partners(HOME)}


def test_a_yes_shares_the_case_with_that_organisation_alone(town: Town) -> None:
    assert town.seen(town.at_aid) == set()
    town.answer(True)
    assert town.seen(town.at_aid) == {town.case.reference}
    assert town.seen(town.at_clinic) == set()
    with town.store.seen_by(town.thandi.viewer).reading() as look:
        assert [(each.office, each.at) for each in look.shares.of(town.case.id)] == [("Legal Aid", NOW)]
        consent = look.consents.of(town.person(look))[-1]
    assert (consent.purpose, consent.given, consent.office_id) == (PARTNER, True, town.aid)
    assert (consent.wording, consent.by) == ("case.partner@1", f"staff:{town.thandi.id}")
    assert town.log()[-1] == "shared"


def test_a_yes_that_is_noted_twice_is_one_share(town: Town) -> None:
    town.answer(True)
    town.answer(True)
    with town.store.reading() as look:
        assert len(look.shares.of(town.case.id)) == 1


def test_a_no_shares_nothing_and_is_kept(town: Town) -> None:
    town.answer(False)
    assert town.seen(town.at_aid) == set()
    with town.store.reading() as look:
        assert look.consents.of(town.person(look))[-1].status == "refused"
    assert town.log()[-1] == "share_refused"


def test_a_no_ends_what_that_organisation_saw_and_what_others_see_stays(town: Town) -> None:
    with town.store.unit_of_work() as uow:
        second = a_case(uow, uow.conversations.get(town.case.conversation_id or 0), issues=("benefits.refused",))
        second = uow.cases.claim(second.id, staff_id=town.thandi.id, now=NOW)
    for case in (town.case, second):
        town.answer(True, case=case)
    town.answer(True, office_id=town.clinic)
    town.answer(False)
    assert town.seen(town.at_aid) == set()
    assert town.seen(town.at_clinic) == {town.case.reference}
    with town.store.reading() as look:
        assert look.consents.of(town.person(look))[-1].status == "withdrawn"
        assert PARTNER in look.consents.in_force(town.person(look))
    assert town.log()[-2:] == ["unshared", "share_refused"]


def test_without_a_record_of_the_yes_a_share_shows_nothing(town: Town) -> None:
    with town.store.unit_of_work() as uow:
        uow.session.add(CaseShareRow(case_id=town.case.id, office_id=town.aid, at=NOW))
    assert town.seen(town.at_aid) == set()
    with town.store.seen_by(town.at_aid.viewer).reading() as look, pytest.raises(CaseNotFound):
        look.cases.by_reference(town.case.reference)


def test_only_its_paralegal_and_supervisors_share_a_case_and_take_it_back(town: Town) -> None:
    with pytest.raises(NotYours):
        town.answer(True, by=town.sipho)
    town.answer(True, by=town.boss)
    with pytest.raises(NotYours), town.store.seen_by(town.sipho.viewer).unit_of_work() as uow:
        uow.shares.take_back(town.case.id, town.sipho, office_id=town.aid, now=NOW)
    with pytest.raises(NotYours), town.store.seen_by(town.at_aid.viewer).unit_of_work() as uow:
        uow.shares.take_back(town.case.id, town.at_aid, office_id=town.aid, now=NOW)
    assert town.seen(town.at_aid) == {town.case.reference}
    with town.store.seen_by(town.thandi.viewer).unit_of_work() as uow:
        uow.shares.take_back(town.case.id, town.thandi, office_id=town.aid, now=NOW)
    assert town.seen(town.at_aid) == set()
    assert town.log()[-1] == "unshared"


def test_what_is_not_shared_is_taken_back_without_a_line(town: Town) -> None:
    before = town.log()
    with town.store.unit_of_work() as uow:
        uow.shares.take_back(town.case.id, town.boss, office_id=town.clinic, now=NOW)
    assert town.log() == before


def test_a_closed_case_is_not_shared_anew_and_can_be_taken_back(town: Town) -> None:
    town.answer(True)
    with town.store.unit_of_work() as uow:
        uow.cases.close(town.case.id, staff_id=town.thandi.id, outcome="resolved", note="", now=NOW)
    assert town.seen(town.at_aid) == {town.case.reference}
    with pytest.raises(NotAllowedNow, match="only an open case"):
        town.answer(True, office_id=town.clinic)
    with town.store.unit_of_work() as uow:
        uow.shares.take_back(town.case.id, town.boss, office_id=town.aid, now=NOW)
    assert town.seen(town.at_aid) == set()


@pytest.mark.parametrize("which", ["empty", "home", "nowhere"])
def test_an_office_that_is_no_partner_is_refused(town: Town, which: str) -> None:
    with pytest.raises(NotAllowedNow, match="choose a partner organisation"):
        town.answer(True, office_id={"empty": town.empty, "home": HOME, "nowhere": 10**9}[which])
    with town.store.reading() as look:
        assert PARTNER not in {consent.purpose for consent in look.consents.of(town.person(look))}


def test_when_the_person_takes_it_back_everywhere_nothing_is_shared(town: Town) -> None:
    for office_id in (town.aid, town.clinic):
        town.answer(True, office_id=office_id)
    with town.store.unit_of_work() as uow:
        uow.consents.note(town.person(uow), Consent(PARTNER, False, "consent.take_back_partner@1", "en", NOW + MINUTE))
        assert PARTNER not in uow.consents.in_force(town.person(uow))
        assert uow.consents.of(town.person(uow))[-1].status == "withdrawn"
        assert [(each.by, each.at) for each in uow.log.of(town.case.id)[-2:]] == [("the person", NOW + MINUTE)] * 2
    assert town.seen(town.at_aid) | town.seen(town.at_clinic) == set()
    assert town.log()[-2:] == ["unshared", "unshared"]


def test_when_one_person_takes_it_back_the_cases_of_others_stay_shared(town: Town) -> None:
    with town.store.unit_of_work() as uow:
        other = town.claimed(uow, "0815")
    for case in (town.case, other):
        town.answer(True, case=case)
    with town.store.unit_of_work() as uow:
        uow.consents.note(town.person(uow), Consent(PARTNER, False, "desk.noted", "en", NOW, by="staff:1"))
    assert town.seen(town.at_aid) == {other.reference}


def test_a_no_to_something_else_ends_no_share(town: Town) -> None:
    town.answer(True)
    with town.store.unit_of_work() as uow:
        uow.consents.note(town.person(uow), Consent(STATISTICS, False, "x@1", "en", NOW))
    assert town.seen(town.at_aid) == {town.case.reference}


def test_a_person_who_takes_the_case_back_from_the_office_takes_it_from_its_partners(town: Town) -> None:
    town.answer(True)
    with town.store.unit_of_work() as uow:
        uow.consents.note(town.person(uow), Consent(CASE, False, "consent.case_ask@1", "en", NOW))
        uow.cases.withdraw(town.person(uow), actor="person", now=NOW)
    assert town.seen(town.at_aid) == set()
    assert town.log()[-1] == "unshared"


@pytest.mark.parametrize("statistics", [True, False])
def test_nothing_of_an_erased_person_is_shared(town: Town, statistics: bool) -> None:
    """Not even the bare codes that stay where they agreed to statistics."""
    town.answer(True)
    with town.store.unit_of_work() as uow:
        uow.consents.note(town.person(uow), Consent(STATISTICS, statistics, "x@1", "en", NOW))
        uow.erasure.erase(town.person(uow), now=NOW)
    assert town.seen(town.at_aid) == set()
    with town.store.reading() as look:
        assert list(look.session.scalars(select(CaseShareRow))) == []
        assert (look.session.get(CaseRow, town.case.id) is not None) is statistics


def test_a_duplicate_that_is_joined_is_shared_no_more_and_the_survivor_was_never(town: Town) -> None:
    """The person said yes to what that case was; the other one has more in it."""
    with town.store.unit_of_work() as uow:
        survivor = a_case(uow, uow.conversations.get(town.case.conversation_id or 0))
    town.answer(True)
    with town.store.unit_of_work() as uow:
        uow.handover.merge(survivor.id, town.case.id, town.boss, now=NOW)
    assert town.seen(town.at_aid) == set()
    assert "unshared" in town.log()


def test_a_problem_that_is_split_off_is_not_shared(town: Town) -> None:
    with town.store.unit_of_work() as uow:
        talk = a_conversation(uow, "two problems")
        case = a_case(uow, talk, issues=("housing.lockout", "benefits.refused"))
        uow.cases.claim(case.id, staff_id=town.thandi.id, now=NOW)
    town.answer(True, case=case)
    with town.store.unit_of_work() as uow:
        uow.handover.split(case.id, town.thandi, issue="benefits.refused", now=NOW)
    assert town.seen(town.at_aid) == {case.reference}


def test_a_partner_opens_nothing_that_is_sealed_and_its_look_is_logged(town: Town) -> None:
    """Neither words nor names, whichever repository is asked; the other side not at all."""
    with town.store.unit_of_work() as uow:
        plant_in_record(uow, town.case, town.thandi.id)
    town.answer(True)
    with town.store.seen_by(town.at_aid.viewer).unit_of_work() as uow:
        case = uow.cases.by_reference(town.case.reference)
        uow.log.note(case.id, "summary_viewed", actor=f"staff:{town.at_aid.id}", now=NOW, place="za-gp")
        for look in (uow.cases.assessment, lambda each: uow.supporters.of(each.id), lambda each: uow.log.of(each.id)):
            with pytest.raises(NotYours, match="codes"):
                look(case)
        assert [each.respondent for each in uow.respondents.of_case(case.id) if each.respondent] == []
    assert town.log()[-1] == "summary_viewed"


def test_a_partner_does_not_learn_who_else_sees_a_case(town: Town) -> None:
    for office_id in (town.aid, town.clinic):
        town.answer(True, office_id=office_id)
    with town.store.seen_by(town.at_aid.viewer).reading() as look:
        assert [each.office for each in look.shares.of(town.case.id)] == ["Legal Aid"]


def test_open_cases_come_first_and_then_what_was_shared_last(town: Town) -> None:
    with town.store.unit_of_work() as uow:
        later, closed = town.claimed(uow, "later"), town.claimed(uow, "closed")
    for minutes, case in enumerate((town.case, later, closed)):
        with town.store.unit_of_work() as uow:
            at = NOW + minutes * MINUTE
            said = {"given": True, "wording": "case.partner@1", "language": "en", "now": at}
            uow.shares.answer(case.id, town.thandi, office_id=town.aid, **said)
    with town.store.unit_of_work() as uow:
        uow.cases.close(closed.id, staff_id=town.thandi.id, outcome="resolved", note="", now=NOW)
    with town.store.seen_by(town.at_aid.viewer).reading() as look:
        cases = look.shares.with_partner(town.at_aid)
    assert [case.id for case in cases] == [later.id, town.case.id, closed.id]


def test_the_network_of_a_partner_sees_what_is_shared_with_its_branch(town: Town) -> None:
    town.answer(True)
    whole = replace(town.at_clinic, offices=(town.clinic, town.aid))
    assert town.seen(whole) == {town.case.reference}


@pytest.fixture
def humble(store: Store) -> Iterator[Store]:
    with as_humble(store) as theirs:
        yield theirs


def rows(store: Store, member: StaffMember, table: str, column: str) -> set[int]:
    """What the database lets a member through to, with a statement that our own boundary does not reach."""
    with Session(store.engine) as session:
        see_as(session, member.viewer)
        return set(session.scalars(text(f"SELECT {column} FROM {table}")))  # noqa: S608


@ON_POSTGRES
def test_the_database_itself_shows_a_partner_what_the_person_agreed_to_and_no_more(town: Town, humble: Store) -> None:
    with town.store.unit_of_work() as uow:
        unagreed = town.claimed(uow, "unagreed")
        uow.session.add(CaseShareRow(case_id=unagreed.id, office_id=town.aid, at=NOW))
    town.answer(True)
    town.answer(True, office_id=town.clinic)
    assert rows(humble, town.at_aid, "cases", "id") == {town.case.id}
    assert rows(humble, town.at_aid, "conversations", "id") == set()
    assert rows(humble, town.at_aid, "case_shares", "office_id") == {town.aid}
    with humble.seen_by(town.boss.viewer).unit_of_work() as uow:
        uow.shares.take_back(town.case.id, town.boss, office_id=town.aid, now=NOW)
    assert rows(humble, town.at_aid, "cases", "id") == set()
    assert rows(humble, town.at_clinic, "cases", "id") == {town.case.id}

"""Breaking the glass in the store: one case, one person, one hour; the boundary of the office stays."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from casestore.access import Role
from casestore.cases import Case
from casestore.errors import CaseNotFound, NotAllowedNow, NotYours
from casestore.glass import OPEN_FOR, opened_by
from casestore.staff import StaffMember
from casestore.unit_of_work import Store
from tests.builders import NOW, PASSWORD, a_case, a_paralegal
from tests.casestore.raw import rows_in_clear

WHY = "Her son rang, she is not safe"


def break_glass(store: Store, case: Case, member: StaffMember, *, reason: str = "danger", words: str = WHY) -> None:
    with store.seen_by(member.viewer).unit_of_work() as uow:
        uow.glass.break_(case.id, staff_id=member.id, reason=reason, words=words, now=NOW)


def signed_in(store: Store, token: str, *, later: timedelta = timedelta()) -> StaffMember:
    with store.reading() as look:
        member = look.staff.signed_in(token, now=NOW + later)
    assert member is not None
    return member


def hears(store: Store, member: StaffMember, case: Case) -> bool:
    assert case.conversation_id is not None
    with store.seen_by(member.viewer).reading() as look:
        try:
            look.conversations.get(case.conversation_id)
        except NoResultFound:
            return False
    return True


def test_the_person_is_heard_for_an_hour_in_that_case_alone(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, other, member = a_case(uow), a_case(uow), a_paralegal(uow)
        token = uow.staff.sign_in(member.username, PASSWORD, now=NOW)
    assert token is not None
    break_glass(store, case, member)
    now = signed_in(store, token)
    assert now.opened == (case.id,)
    assert (hears(store, now, case), hears(store, now, other)) == (True, False)
    over = signed_in(store, token, later=OPEN_FOR)
    assert (over.opened, hears(store, over, case)) == ((), False)


def test_of_a_case_joined_from_two_chats_both_are_heard(store: Store) -> None:
    with store.unit_of_work() as uow:
        holder, member = a_paralegal(uow), a_paralegal(uow, "sipho")
        kept, other = (uow.cases.claim(a_case(uow).id, staff_id=holder.id, now=NOW) for _ in range(2))
        uow.handover.merge(kept.id, other.id, holder, one_person=True, now=NOW)
        token = uow.staff.sign_in(member.username, PASSWORD, now=NOW)
    assert token is not None
    assert not hears(store, signed_in(store, token), other)
    break_glass(store, kept, member)
    now = signed_in(store, token)
    assert (hears(store, now, kept), hears(store, now, other)) == (True, True)


def test_the_reason_is_kept_in_a_code_and_in_sealed_words(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, member = a_case(uow), a_paralegal(uow, name="Thandi Nkosi")
    break_glass(store, case, member, words=f"  {WHY} ")
    with store.reading() as look:
        [broken] = look.glass.of(case.id)
        assert look.glass.newest() == [broken]
        assert (broken.reference, broken.by, broken.by_name) == (case.reference, member.id, "Thandi Nkosi")
        assert (broken.reason, broken.words, broken.at, broken.until) == ("danger", WHY, NOW, NOW + OPEN_FOR)
    assert WHY not in rows_in_clear(store)


def test_the_glass_of_another_office_cannot_be_broken(store: Store) -> None:
    with store.unit_of_work() as uow:
        member, other = a_paralegal(uow), uow.offices.add("Second office", now=NOW)
        case = a_case(uow, office_id=other.id)
    with pytest.raises(CaseNotFound):
        break_glass(store, case, member)


def test_a_supervisor_sees_that_of_their_own_offices(store: Store) -> None:
    with store.unit_of_work() as uow:
        other = uow.offices.add("Second office", now=NOW)
        ours, theirs = a_case(uow), a_case(uow, office_id=other.id)
        here, there = a_paralegal(uow), a_paralegal(uow, "sipho", office_id=other.id)
        boss = a_paralegal(uow, "boss", role=Role.SUPERVISOR)
    break_glass(store, ours, here)
    break_glass(store, theirs, there)
    with store.seen_by(boss.viewer).reading() as look:
        assert [broken.reference for broken in look.glass.newest()] == [ours.reference]


def test_who_works_no_cases_breaks_no_glass(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, member = a_case(uow), a_paralegal(uow, role=Role.ANALYST)
    with pytest.raises(NotYours):
        break_glass(store, case, member)


@pytest.mark.parametrize(
    ("reason", "words"), [("", WHY), ("curiosity", WHY), ("danger", ""), ("danger", " \n\t"), ("danger", ". !")]
)
def test_without_a_reason_nothing_opens(store: Store, reason: str, words: str) -> None:
    with store.unit_of_work() as uow:
        case, member = a_case(uow), a_paralegal(uow)
    with pytest.raises(NotAllowedNow, match="choose a reason and write why"):
        break_glass(store, case, member, reason=reason, words=words)
    with store.reading() as look:
        assert opened_by(look.session, member.id, now=NOW) == ()
        assert [entry.kind.id for entry in look.log.of(case.id)] == ["opened"]

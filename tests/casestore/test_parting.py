"""Two chats were joined as one person's, and one of them is erased or takes back its yes: the other goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from casestore.cases import Case
from casestore.lifecycle import Status
from casestore.privacy.consent import STATISTICS, Consent
from casestore.staff import StaffMember
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import NOW, a_case, a_conversation, a_paralegal

LATER = NOW + timedelta(hours=1)
ENDINGS: dict[str, Callable[[UnitOfWork, str], None]] = {
    "erased": lambda uow, person: uow.erasure.erase(person, now=LATER),
    "erased but for statistics": lambda uow, person: _erase_but_for_statistics(uow, person),
    "withdrawn": lambda uow, person: uow.cases.withdraw(person, actor="person", now=LATER),
}


def _erase_but_for_statistics(uow: UnitOfWork, person: str) -> None:
    uow.consents.note(person, Consent(STATISTICS, True, "case.statistics", "en", NOW))
    uow.erasure.erase(person, now=LATER)


@dataclass
class Chat:
    """One chat with the case that was opened in it."""

    id: int
    person: str
    case: Case


def a_chat(uow: UnitOfWork, address: str) -> Chat:
    conversation = a_conversation(uow, address)
    return Chat(conversation.id, conversation.person_id, a_case(uow, conversation))


def joined(uow: UnitOfWork, *addresses: str) -> tuple[StaffMember, list[Chat]]:
    """The case of the first chat is held, and those of the others are joined with it."""
    thandi, chats = a_paralegal(uow), [a_chat(uow, each) for each in addresses]
    uow.cases.claim(chats[0].case.id, staff_id=thandi.id, now=NOW)
    for each in chats[1:]:
        uow.handover.merge(chats[0].case.id, each.case.id, thandi, one_person=True, now=NOW)
    return thandi, chats


def write_in(uow: UnitOfWork, chat: Chat) -> None:
    for case in uow.cases.current(chat.id):
        uow.cases.person_wrote(case, now=LATER, conversation_id=chat.id)


def led_to(uow: UnitOfWork, chat: Chat) -> list[tuple[int, int | None]]:
    """The cases that a message in that chat wakes, and the chats they are answered in."""
    return [(case.id, case.conversation_id) for case in uow.cases.current(chat.id)]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("wrote", [(), ("B",), ("B", "A"), ("B", "B")])
def test_the_case_goes_on_in_its_own_chat_when_the_other_one_ends(store: Store, ending: str, wrote: str) -> None:
    with store.unit_of_work() as uow:
        thandi, [a, b] = joined(uow, "A", "B")
        for each in wrote:
            write_in(uow, {"A": a, "B": b}[each])
        ENDINGS[ending](uow, b.person)
    with store.seen_by(thandi.viewer).reading() as look:
        case = look.cases.by_reference(a.case.reference)
        assert (case.status, case.claimed_by, case.conversation_id) == (Status.CLAIMED, thandi.id, a.id)
        assert look.conversations.get(a.id).address == "A"
        assert look.handover.other_chats(case) == []
        assert led_to(look, a) == [(a.case.id, a.id)]
        assert led_to(look, b) == []
        entry = look.log.of(case.id)[-1]
        assert (entry.kind.id, entry.detail) == ("parted", {"case": b.case.reference})
        with pytest.raises(NoResultFound):
            look.conversations.get(b.id)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("wrote", [False, True])
def test_the_duplicates_person_has_their_own_case_again_when_the_survivors_ends(
    store: Store, ending: str, wrote: bool
) -> None:
    with store.unit_of_work() as uow:
        _, [a, b] = joined(uow, "A", "B")
        if wrote:
            write_in(uow, b)
        ENDINGS[ending](uow, a.person)
    with store.unit_of_work() as uow:
        assert led_to(uow, b) == [(b.case.id, b.id)]
        assert uow.log.of(b.case.id)[-1].kind.id == "parted"
        write_in(uow, b)
        case = uow.cases.by_reference(b.case.reference)
        assert (case.id, case.status, case.claimed_by) == (b.case.id, Status.WAITING, None)
        assert uow.cases.assessment(case) != {}


@pytest.mark.parametrize("ending", ENDINGS)
def test_of_three_chats_two_stay_joined(store: Store, ending: str) -> None:
    with store.unit_of_work() as uow:
        _, [a, b, c] = joined(uow, "A", "B", "C")
        for each in (b, c, a):
            write_in(uow, each)
        ENDINGS[ending](uow, c.person)
        assert led_to(uow, a) == led_to(uow, b) == [(a.case.id, a.id)]
        write_in(uow, b)
        assert led_to(uow, a) == led_to(uow, b) == [(a.case.id, b.id)]
        assert led_to(uow, c) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_cases_of_one_chat_are_not_parted(store: Store, ending: str) -> None:
    with store.unit_of_work() as uow:
        thandi, talk = a_paralegal(uow), a_conversation(uow)
        kept, other = a_case(uow, talk), a_case(uow, talk)
        uow.handover.merge(kept.id, other.id, thandi, now=NOW)
        ENDINGS[ending](uow, talk.person_id)
        assert uow.cases.current(talk.id) == []
        for case in (kept, other):
            assert "parted" not in [entry.kind.id for entry in uow.log.of(case.id)]

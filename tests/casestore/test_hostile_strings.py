"""Whatever somebody writes comes back as it was, or is refused with a sentence."""

from typing import Any

import pytest

from casestore.errors import CaseNotFound
from casestore.offices import LONGEST_NAME
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_paralegal
from tests.hostile import hostile_strings

COUNT = 1_500  # bench/hostile_strings.py takes a hundred thousand


def store_and_return(store: Store, strings: list[str]) -> None:
    """Everything that holds words of people, one transaction a hundred strings."""
    for at in range(0, len(strings), 100):
        some = strings[at : at + 100]
        with store.unit_of_work() as uow:
            conversation = a_conversation(uow, f"hostile-{at}")
            for number, text in enumerate(some):
                uow.inbox.store(conversation, external_id=f"{at}-{number}", body=text, now=NOW)
                uow.messages.add(conversation, "person", text, now=NOW, choices=((text, text),))
                uow.outbox.put(channel="web", address=f"a{at}", text=text, dedupe=f"h{at}-{number}", now=NOW)
        with store.reading() as look:
            conversation = look.conversations.get(conversation.id)
            assert [each.body for each in look.inbox.waiting(conversation, limit=100)] == some
            said = look.messages.transcript(conversation)
            assert [(each.text, each.choices) for each in said] == [(text, ((text, text),)) for text in some]
            assert [each.text for each in look.outbox.waiting_for("web", f"a{at}", now=NOW)] == some


def test_words_come_back_unchanged(store: Store) -> None:
    store_and_return(store, list(hostile_strings(COUNT)))


def test_ten_megabytes_come_back_unchanged(store: Store) -> None:
    store_and_return(store, ["\0\ud800'\u202e{{" * 1_700_000])


def test_addresses_sessions_assessments_and_notes_come_back_unchanged(store: Store) -> None:
    with store.unit_of_work() as uow:
        member = a_paralegal(uow)
    for text in hostile_strings(150, seed=2):
        assessment: dict[str, Any] = {"facts": {text: [text]}}
        with store.unit_of_work() as uow:
            conversation = a_conversation(uow, f"address {text}")
            uow.conversations.save_session(conversation.id, text)
            case = a_case(uow, conversation, assessment=assessment)
            uow.cases.claim(case.id, staff_id=member.id, now=NOW)
            uow.cases.close(case.id, staff_id=member.id, outcome="resolved", note=text, now=NOW)
        with store.reading() as look:
            found = look.conversations.find("telegram", f"address {text}")
            assert found is not None
            assert (found.address, found.session) == (f"address {text}", text)
            assert look.cases.assessment(case) == assessment
            assert look.cases.note(case) == text


def test_what_cannot_be_a_reference_is_refused_and_nothing_else_happens(store: Store) -> None:
    with store.reading() as look:
        for text in hostile_strings(COUNT, seed=3):
            with pytest.raises(CaseNotFound, match="no case with that reference"):
                look.cases.by_reference(text)


def test_a_name_is_kept_as_far_as_a_column_can_hold_it_or_refused_for_its_length(store: Store) -> None:
    kept, refused = [], []
    with store.unit_of_work() as uow:
        for number, text in enumerate(hostile_strings(200, seed=4)):
            try:
                kept.append(uow.offices.add(f"{number} {text}", now=NOW).name)
            except ValueError as refusal:
                refused.append(str(refusal))
    with store.reading() as look:
        assert [office.name for office in look.offices.all()][1:] == kept
    assert set(refused) == {f"the name is too long: write it in {LONGEST_NAME} letters or fewer"}
    assert len(kept) > 100
    assert len({int(name.split()[0]) for name in kept}) == len(kept)

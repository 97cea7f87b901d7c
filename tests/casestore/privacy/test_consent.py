"""Consent: every answer is kept, the newest counts, silence is no."""

from datetime import datetime, timedelta, timezone

from casestore.codes.code_lists import LISTS
from casestore.privacy.consent import CASE, STATISTICS, Consent, consent_record
from casestore.unit_of_work import Store
from tests.builders import MINUTE, NOW, a_conversation


def answer(given: bool, *, purpose: str = CASE, at: datetime = NOW) -> Consent:
    return Consent(purpose, given, "consent.case@3", "en", at)


def test_no_answer_is_no(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert not uow.consents.given(a_conversation(uow).person_id, CASE)


def test_yes_is_yes(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = a_conversation(uow).person_id
        uow.consents.note(person, answer(True))
        assert uow.consents.given(person, CASE)


def test_the_newest_answer_counts(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = a_conversation(uow).person_id
        for given in (True, False):
            uow.consents.note(person, answer(given))
        assert not uow.consents.given(person, CASE)


def test_a_person_may_agree_again(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = a_conversation(uow).person_id
        for given in (True, False, True):
            uow.consents.note(person, answer(given))
        assert uow.consents.given(person, CASE)


def test_consent_to_one_purpose_is_not_consent_to_another(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = a_conversation(uow).person_id
        uow.consents.note(person, answer(True, purpose=CASE))
        assert not uow.consents.given(person, STATISTICS)


def test_a_purpose_is_named_as_in_the_code_book() -> None:
    answers = [answer(True, purpose=purpose) for purpose in LISTS["consent_purpose"].titles]
    described = {
        each["purpose"]: each["description"] for each in consent_record("p", answers, controller="o")["purposes"]
    }
    assert described == LISTS["consent_purpose"].titles


def test_one_persons_consent_is_not_anothers(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.consents.note(a_conversation(uow, "1").person_id, answer(True))
        assert not uow.consents.given(a_conversation(uow, "2").person_id, CASE)


def test_all_answers_are_kept_as_given_oldest_first(store: Store) -> None:
    answers = [answer(True), answer(False, purpose=STATISTICS, at=NOW + MINUTE), answer(False, at=NOW + 2 * MINUTE)]
    with store.unit_of_work() as uow:
        person = a_conversation(uow).person_id
        for one in answers:
            uow.consents.note(person, one)
    with store.reading() as look:
        assert look.consents.of(person) == answers


def test_the_time_of_an_answer_comes_back_as_the_same_moment_in_utc(store: Store) -> None:
    at = NOW.astimezone(timezone(timedelta(hours=2)))
    with store.unit_of_work() as uow:
        person = a_conversation(uow).person_id
        uow.consents.note(person, answer(True, at=at))
    with store.reading() as look:
        [found] = look.consents.of(person)
    assert (found.at, found.at.utcoffset()) == (at, timedelta(0))

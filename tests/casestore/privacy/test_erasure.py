"""Erasure: the person is gone from every table and file; bare codes stay only where they agreed."""

from contextlib import ExitStack
from datetime import date

import pytest
from sqlalchemy import event, text

from casestore.lifecycle import Status
from casestore.log.case_log import OPERATOR
from casestore.privacy.consent import CASE, STATISTICS, Consent
from casestore.tables import Base
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, open_cases
from tests.casestore.interrupted import Interrupted, interrupted
from tests.casestore.planted import WORD, Planted, plant
from tests.casestore.raw import attachment_files, bytes_on_disk, count, findings, rows_in_clear, sql
from tests.needs import ON_SQLITE

OF_A_PERSON = [
    "people",
    "conversations",
    "messages",
    "outbox",
    "attachments",
    "consents",
    "cases",
    "labels",
    "case_records",
    "case_issues",
    "case_respondents",
    "respondents",
    "respondent_names",
    "supporters",
    "residences",
    "community_problem_cases",
    "agenda",
    "referrals",
    "outcomes",
    "efforts",
    "follow_ups",
]
BARE_CODES = {"cases", "labels", "agenda", "referrals", "outcomes", "efforts", "follow_ups"} | {
    "case_records",
    "case_issues",
    "case_respondents",
    "supporters",
    "community_problem_cases",
}
LOGGED = [
    *("opened", "claimed", "record_changed", "record_changed", "linked", "deadline_noted", "task_noted"),
    *("referral_begun", "referral_consent", "referral_moved", "effort_noted", "closed", "erased"),
]


def agree(store: Store, planted: Planted, *answers: bool, purpose: str = STATISTICS) -> None:
    with store.unit_of_work() as uow:
        for given in answers:
            uow.consents.note(planted.conversation.person_id, Consent(purpose, given, "consent@1", "en", NOW))


def erase(store: Store, planted: Planted) -> None:
    with store.unit_of_work() as uow:
        uow.erasure.erase(planted.conversation.person_id, now=NOW)


def wrapped_keys(store: Store) -> list[bytes]:
    return [bytes(key) for (key,) in sql(store, "SELECT key_wrapped FROM people")]


def sealed_values(store: Store) -> list[bytes]:
    """Every sealed value, but for what the office says of a problem of many, and the lines of the log."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in ("community_problems", "case_log")]
    columns = [(table.name, c.name) for table in tables for c in table.columns if c.name.endswith("_sealed")]
    found = [sql(store, f"SELECT {column} FROM {table}") for table, column in columns]  # noqa: S608
    return [bytes(value) for rows in found for (value,) in rows if value is not None]


def test_without_consent_to_statistics_nothing_of_the_person_stays(store: Store) -> None:
    planted = plant(store)
    agree(store, planted, True, purpose=CASE)
    assert all(count(store, table) for table in OF_A_PERSON)
    erase(store, planted)
    assert {table: count(store, table) for table in OF_A_PERSON} == dict.fromkeys(OF_A_PERSON, 0)


def test_with_consent_to_statistics_the_bare_codes_of_the_case_stay_joined_to_nobody(store: Store) -> None:
    planted = plant(store)
    agree(store, planted, True)
    erase(store, planted)
    assert {table for table in OF_A_PERSON if count(store, table)} == BARE_CODES
    with store.reading() as look:
        case = look.cases.by_reference(planted.case.reference)
        assert (case.issues, case.urgency, case.outcome) == (("housing.lockout",), "routine", "resolved")
        assert (case.conversation_id, look.cases.assessment(case), look.cases.note(case)) == (None, {}, "")
        assert [entry.kind.id for entry in look.log.of(case.id)] == LOGGED
    assert sql(store, "SELECT person_id, assessment_sealed, note_sealed FROM cases") == [(None, None, None)]


def test_of_the_record_stays_what_points_at_nobody(store: Store) -> None:
    """Months instead of days; that somebody helped, but not who; a landlord, but not which."""
    planted = plant(store)
    agree(store, planted, True)
    with store.unit_of_work() as uow:
        agency = uow.respondents.organisation(planted.case.office_id, "SASSA", kind="agency", now=NOW)
        uow.respondents.put(planted.case.id, kind="agency", relationship=None, respondent_id=agency, now=NOW)
    erase(store, planted)
    with store.reading() as look:
        record = look.records.of(planted.case.id)
        assert (record.event_on, record.event_precision) == (date(2026, 2, 1), "month")
        assert (record.tried, record.age_band) == (("police",), "35_49")
        landlord, agency_side = look.respondents.of_case(planted.case.id)
        assert (landlord.kind, landlord.relationship, landlord.respondent) == ("landlord", "tenant", None)
        assert agency_side.respondent is not None
        assert agency_side.respondent.name == "SASSA"
        [supporter] = look.supporters.of(planted.case.id)
        assert (supporter.relation, supporter.name) == ("friend", "")
        [problem] = look.community_problems.of_case(planted.case.id)
        assert problem.cases == 1
    assert sql(store, "SELECT name_sealed FROM supporters") == [(None,)]


def test_a_landlord_who_is_somebody_elses_too_stays_with_them(store: Store) -> None:
    one, other = plant(store, "anna"), plant(store, "ben", name="Somebody Else")
    with store.unit_of_work() as uow:
        [side] = uow.respondents.of_case(one.case.id)
        assert side.respondent is not None
        shared = side.respondent.id
        uow.respondents.put(other.case.id, kind="landlord", relationship="tenant", respondent_id=shared, now=NOW)
    erase(store, one)
    with store.reading() as look:
        assert look.respondents.cases_of([shared]) == {shared: 1}


def test_the_log_says_what_was_done_to_a_bare_number_and_nothing_of_the_person(store: Store) -> None:
    planted = plant(store)
    erase(store, planted)
    clerk = f"staff:{planted.staff_id}"
    actors = ["person", *[clerk] * 4, "bot", *[clerk] * 6, "person"]
    of_the_case = "SELECT case_id, seq, kind, actor, detail FROM case_log WHERE case_id IS NOT NULL ORDER BY seq"
    assert sql(store, of_the_case) == [
        (planted.case.id, number, kind, actor, None)
        for number, (kind, actor) in enumerate(zip(LOGGED, actors, strict=True), start=1)
    ]
    with store.reading() as look:
        assert [entry.detail for entry in look.log.of(planted.case.id)] == [{}] * len(LOGGED)
    assert findings(store) == []


def test_who_erased_is_on_the_line(store: Store) -> None:
    planted = plant(store)
    with store.unit_of_work() as uow:
        uow.erasure.erase(planted.conversation.person_id, now=NOW, actor=OPERATOR)
    assert sql(store, "SELECT actor FROM case_log WHERE kind = 'erased'") == [(OPERATOR,)]


def test_the_number_of_an_erased_case_is_never_given_to_another(store: Store) -> None:
    planted = plant(store)
    erase(store, planted)
    with store.unit_of_work() as uow:
        assert a_case(uow).id > planted.case.id


def test_what_was_done_about_the_case_stays_without_words_and_waits_for_nobody(store: Store) -> None:
    planted = plant(store)
    agree(store, planted, True)
    erase(store, planted)
    with store.reading() as look:
        agenda, [referral] = look.agenda.of(planted.case.id), look.referrals.of(planted.case.id)
        assert [(entry.kind, entry.what, entry.state) for entry in agenda] == [
            ("deadline", "", "void"),
            ("task", "", "void"),
        ]
        assert (referral.state, referral.shared, referral.consent) == ("sent", "", None)
        assert [each.state for each in look.follow_ups.of(planted.case.id)] == ["void", "void"]
        assert [closing.outcome.benefit for closing in look.outcomes.of(planted.case.id)] == ["home_back"]
        assert look.efforts.total(planted.case.id).minutes == {"paralegal": 15}


def test_consent_to_statistics_that_was_taken_back_does_not_count(store: Store) -> None:
    planted = plant(store)
    agree(store, planted, True, False)
    erase(store, planted)
    assert count(store, "cases") == 0


def test_every_case_and_every_conversation_of_the_person_goes(store: Store) -> None:
    planted = plant(store)
    with store.unit_of_work() as uow:
        a_case(uow, planted.conversation)
    erase(store, planted)
    assert count(store, "cases") == 0


def test_everybody_else_stays_as_they_were(store: Store) -> None:
    planted, other = plant(store, "anna"), plant(store, "ben", name="Somebody Else")
    before = {table: count(store, table) for table in OF_A_PERSON}
    erase(store, planted)
    assert {table: 2 * count(store, table) for table in OF_A_PERSON if table != "consents"} == {
        table: before[table] for table in OF_A_PERSON if table != "consents"
    }
    with store.reading() as look:
        assert len(look.messages.transcript(other.conversation)) == 2
        assert len(look.inbox.waiting(other.conversation)) == 1
        assert len(look.outbox.waiting_for("web", "ben", now=NOW)) == 1
        assert look.cases.assessment(other.case)
        assert look.attachments.content(other.conversation, look.attachments.of(other.conversation)[1].id)


def test_no_file_of_the_person_stays(store: Store) -> None:
    planted = plant(store)
    assert attachment_files(store)
    erase(store, planted)
    assert attachment_files(store) == []


def test_a_repeated_delivery_does_not_bring_the_words_back(store: Store) -> None:
    planted = plant(store)
    erase(store, planted)
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow, planted.conversation.address, channel="web")
        repeated = f"waits:{planted.conversation.id}"
        assert not uow.inbox.store(conversation, external_id=repeated, body="words", now=NOW)
        assert uow.inbox.waiting(conversation) == []


def test_somebody_who_writes_again_is_a_new_person(store: Store) -> None:
    planted = plant(store)
    erase(store, planted)
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow, planted.conversation.address, channel="web")
        assert conversation.person_id != planted.conversation.person_id
        assert uow.messages.transcript(conversation) == []
        assert uow.cases.of_conversation(conversation.id) is None


def test_the_farewell_queued_in_the_same_transaction_is_still_sent(store: Store) -> None:
    planted = plant(store)
    with store.unit_of_work() as uow:
        uow.erasure.erase(planted.conversation.person_id, now=NOW)
        uow.outbox.put(channel="web", address=planted.conversation.address, text="Bye", dedupe="bye", now=NOW)
    with store.reading() as look:
        assert [letter.text for letter in look.outbox.waiting_for("web", planted.conversation.address, now=NOW)] == [
            "Bye"
        ]


def test_an_erasure_that_fails_takes_nothing_away(store: Store) -> None:
    planted = plant(store)
    before = rows_in_clear(store), attachment_files(store)
    person_id = planted.conversation.person_id
    with pytest.raises(Interrupted):
        interrupted(store, lambda uow: uow.erasure.erase(person_id, now=NOW))
    assert (rows_in_clear(store), attachment_files(store)) == before


def test_erasing_somebody_who_is_gone_changes_nothing(store: Store) -> None:
    planted = plant(store)
    erase(store, planted)
    before = rows_in_clear(store)
    erase(store, planted)
    assert rows_in_clear(store) == before


def test_the_open_case_of_an_erased_person_leaves_the_queue_as_withdrawn(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        a_case(uow, conversation)
        uow.consents.note(conversation.person_id, Consent(STATISTICS, True, "consent@1", "en", NOW))
        uow.erasure.erase(conversation.person_id, now=NOW)
    with store.reading() as look:
        assert open_cases(look) == []
    [(status, outcome, waiting)] = sql(store, "SELECT status, outcome, waiting_since FROM cases")
    assert (status, outcome, waiting) == (Status.CLOSED, "withdrawn", None)


@ON_SQLITE
def test_no_word_lies_in_any_file_before_or_after(store: Store) -> None:
    planted = plant(store)
    erase(store, planted)
    found = bytes_on_disk(store)
    assert b"Visible Name" in found
    assert WORD.encode() not in found


@ON_SQLITE
@pytest.mark.parametrize("others", [0, 50])
def test_the_wrapped_key_is_gone_from_every_byte_of_the_database_and_its_log(store: Store, others: int) -> None:
    planted = plant(store)
    [key] = wrapped_keys(store)
    with store.unit_of_work() as uow:
        for number in range(others):
            a_case(uow, a_conversation(uow, f"{number}"))
    assert key in bytes_on_disk(store)
    erase(store, planted)
    assert key not in bytes_on_disk(store)


@ON_SQLITE
def test_what_was_sealed_is_gone_as_well(store: Store) -> None:
    planted = plant(store)
    values = sealed_values(store)
    erase(store, planted)
    found = bytes_on_disk(store)
    assert len(values) > 10
    assert [value for value in values if value in found] == []


@ON_SQLITE
def test_the_keys_of_many_who_are_erased_one_after_another_are_all_gone(store: Store) -> None:
    with store.unit_of_work() as uow:
        people = [a_conversation(uow, f"{number}").person_id for number in range(60)]
    keys = {person: bytes(key) for person, key in sql(store, "SELECT id, key_wrapped FROM people")}
    for person in people[::3]:
        with store.unit_of_work() as uow:
            uow.erasure.erase(person, now=NOW)
    found = bytes_on_disk(store)
    assert [person for person in people[::3] if keys[person] in found] == []
    assert all(keys[person] in found for person in people[1::3])


@ON_SQLITE
def test_a_key_that_a_reader_kept_in_the_log_goes_with_the_next_erasure(store: Store) -> None:
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    planted, other = plant(store, "anna"), plant(store, "ben")
    [(key,)] = sql(store, "SELECT key_wrapped FROM people WHERE id = :id", id=planted.conversation.person_id)
    with ExitStack() as reader:
        connection = reader.enter_context(store.engine.execution_options(reading=True).connect())
        connection.execute(text("SELECT count(*) FROM people"))
        erase(store, planted)  # a reader in the middle of a look neither hinders nor fails an erasure
    erase(store, other)
    assert key not in bytes_on_disk(store)

"""Nothing goes before its time, everything goes after it, and an open case keeps what belongs to it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from casestore.errors import StoreError
from casestore.log.case_log import BOT
from casestore.privacy.consent import IMPROVE, STATISTICS, Consent
from casestore.privacy.retention import SCHEDULE, Rule, due, load_schedule, run
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_paralegal, share
from tests.casestore.planted import WORD, plant
from tests.casestore.raw import attachment_files, count, sql

RULES = load_schedule()
BY_ID = {rule.id: rule for rule in RULES}
REMOVED = [rule for rule in RULES if rule.days is not None]
DAY = timedelta(days=1)


def counts(store: Store, now: datetime) -> dict[str, int]:
    with store.reading() as look:
        return {rule.id: due(look, rule, now=now) for rule in RULES}


def a_full_store(store: Store) -> None:
    """A closed case with everything, somebody who never had a case, and a sign-in."""
    planted = plant(store)
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow, "stranger")
        uow.messages.add(conversation, "person", "hello", now=NOW)
        uow.conversations.save_session(conversation.id, "{}")
        for given in (True, False):
            consent = Consent(IMPROVE, given, "x@1", "en", NOW)
            uow.consents.note(planted.conversation.person_id, consent)
        assert uow.staff.sign_in(f"thandi{planted.conversation.id}", f"{WORD} password", now=NOW)


@pytest.mark.parametrize("rule", REMOVED, ids=lambda rule: rule.id)
def test_each_kind_is_over_after_its_days_and_not_before(store: Store, rule: Rule) -> None:
    a_full_store(store)
    over = timedelta(days=max([rule.days or 0, *rule.places.values()]))
    if rule.id != "staff_sessions":
        assert counts(store, NOW + over - DAY)[rule.id] == 0
    later = NOW + over + 2 * DAY
    expected = counts(store, later)[rule.id]
    assert expected >= 1
    assert run(store, (rule,), now=later, actor=BOT) == {rule.id: expected}
    assert counts(store, later)[rule.id] == 0


def test_counting_changes_nothing(store: Store) -> None:
    a_full_store(store)
    before = {table: count(store, table) for table in ("people", "messages", "inbox", "outbox", "case_log")}
    counts(store, NOW + 9999 * DAY)
    assert {table: count(store, table) for table in before} == before


def test_an_open_case_keeps_everything_that_belongs_to_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        said = uow.messages.add(conversation, "person", "help", now=NOW)
        kind = {"name": "a.pdf", "media_type": "application/pdf", "now": NOW}
        uow.attachments.keep(conversation, message_id=said, content=b"x", **kind)
        case = a_case(uow, conversation)
        a_case(uow, conversation)
        uow.conversations.save_session(conversation.id, "{}")
        uow.session.flush()
    with store.engine.begin() as connection:  # one of the two cases closed long ago
        closing = "UPDATE cases SET status = 'closed', closed_at = opened_at WHERE id = :id"
        connection.execute(text(closing), {"id": case.id})
    left = counts(store, NOW + 9999 * DAY)
    assert {id_: left[id_] for id_ in ("messages", "attachments", "sessions", "people", "strangers")} == {
        "messages": 0,
        "attachments": 0,
        "sessions": 0,
        "people": 0,
        "strangers": 0,
    }


def test_everything_is_removed_in_the_end_but_the_log(store: Store) -> None:
    a_full_store(store)
    for later in (9998, 9999):  # what an erasure leaves, such as the ids of updates, goes with the next run
        run(store, RULES, now=NOW + later * DAY, actor=BOT)
    gone = ("people", "conversations", "messages", "attachments", "consents", "cases", "inbox", "outbox")
    assert {table: count(store, table) for table in gone} == dict.fromkeys(gone, 0)
    assert attachment_files(store) == []
    assert count(store, "case_log") > 0


def test_people_who_agreed_to_statistics_leave_bare_codes(store: Store) -> None:
    planted = plant(store)
    with store.unit_of_work() as uow:
        uow.consents.note(planted.conversation.person_id, Consent(STATISTICS, True, "x@1", "en", NOW))
    run(store, RULES, now=NOW + 9999 * DAY, actor=BOT)
    assert sql(store, "SELECT person_id, assessment_sealed FROM cases") == [(None, None)]


def test_a_place_with_a_longer_time_keeps_its_cases_longer(store: Store) -> None:
    plant(store)
    rule = Rule("notes", "", "", "", 10, {"za": 100, "gb-eng": 1})
    with store.reading() as look:
        assert due(look, rule, now=NOW + 50 * DAY) == 0
        assert due(look, rule, now=NOW + 101 * DAY) == 1


def test_with_the_notes_go_the_words_of_tasks_and_of_what_services_were_told(store: Store) -> None:
    with store.unit_of_work() as uow:
        staff_id = a_paralegal(uow, "zodwa").id
        case = a_case(uow)
        uow.cases.claim(case.id, staff_id=staff_id, now=NOW)
        uow.referrals.draft(case.id, staff_id=staff_id, service="legal_aid", shared="her name and number", now=NOW)
        uow.cases.close(case.id, staff_id=staff_id, outcome="resolved", note="done", now=NOW)
    rule = BY_ID["notes"]
    run(store, (rule,), now=NOW + timedelta(days=rule.days or 0) + 2 * DAY, actor=BOT)
    sealed = sql(store, "SELECT assessment_sealed, note_sealed FROM cases")
    assert sealed + sql(store, "SELECT shared_sealed, shared_sealed FROM referrals") == [(None, None), (None, None)]
    assert counts(store, NOW + 9999 * DAY)["notes"] == 0


def test_an_answer_about_one_service_is_not_replaced_by_one_about_another(store: Store) -> None:
    with store.unit_of_work() as uow:
        staff_id = a_paralegal(uow).id
        case = uow.cases.claim(a_case(uow).id, staff_id=staff_id, now=NOW)
        answer = {"staff_id": staff_id, "given": True, "wording": "case.share@1", "language": "en", "now": NOW}
        for service in ("clinic", "court"):
            id_ = uow.referrals.draft(case.id, staff_id=staff_id, service=service, shared="x", now=NOW)
            uow.referrals.note_consent(case.id, id_, **answer)
    assert run(store, (BY_ID["consents"],), now=NOW + 9999 * DAY, actor=BOT) == {"consents": 0}
    with store.reading() as look:
        assert [each.consent for each in look.referrals.of(case.id)] == [True, True]


def test_a_share_outlives_a_newer_yes_to_the_same_partner_about_another_case(store: Store) -> None:
    with store.unit_of_work() as uow:
        partner, talk = uow.offices.add("Legal Aid", now=NOW).id, a_conversation(uow)
        first, second = a_case(uow, talk), a_case(uow, talk)
        for case in (first, second):
            share(uow, case, partner)
    assert run(store, (BY_ID["consents"],), now=NOW + 9999 * DAY, actor=BOT) == {"consents": 0}
    with store.reading() as look:
        assert [len(look.shares.of(case.id)) for case in (first, second)] == [1, 1]


def test_more_than_one_batch_is_removed(store: Store) -> None:
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        for number in range(450):
            uow.inbox.store(conversation, external_id=f"{number}", body="x", now=NOW)
        uow.inbox.mark_done([arrival.id for arrival in uow.inbox.waiting(conversation, limit=999)], now=NOW)
    assert run(store, (BY_ID["inbox"],), now=NOW + 31 * DAY, actor=BOT) == {"inbox": 450}


def test_what_was_removed_stands_in_the_log(store: Store) -> None:
    a_full_store(store)
    before = sql(store, "SELECT count(*) FROM case_log WHERE kind = 'retention_run'")
    run(store, RULES, now=NOW + DAY, actor=BOT)
    assert before == [(0,)]
    assert sql(store, "SELECT count(*) FROM case_log WHERE kind = 'retention_run'") == [(1,)]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("- id: inbox", "- id: inbocks", "look at inbocks, inbox"),
        ("days: 30", "days: -1", "inbox: days are a whole number"),
        ("days: 30", "days: soon", "inbox: days are a whole number"),
        ("kinds:", "kind:", "is no retention schedule"),
        ("- id: log\n", "- id: log\n  days: 3\n", "log cannot be removed"),
    ],
)
def test_a_mistake_in_the_schedule_is_named(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    path = tmp_path / "retention.yml"
    path.write_text(SCHEDULE.read_text(encoding="utf-8").replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(StoreError, match=said) as raised:
        load_schedule(path)
    assert str(path) in str(raised.value)


def test_a_schedule_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        load_schedule(tmp_path / "none.yml")

"""The record comes free: what was told in the chat stands in it, and nothing that was not."""

from datetime import date
from typing import Any

import pytest
import yaml

from bot.case_facts import _FLAG_OF_ISSUE, OTHER_SIDE, heard_of, record_of, said_of
from bot.script import load_script
from bot.session import Session
from casestore.case_issues import IssueSource
from casestore.codes.code_lists import LISTS
from casestore.records import Record
from casestore.respondents import Heard
from casestore.unit_of_work import Store
from tests.builders import NOW
from tests.needs import ON_SQLITE
from tests.talk import Person, an_office
from tests.trained import CONTENT
from triage import understanding
from triage.organisations import load_organisations

TODAY = NOW.date()  # Monday 2 March 2026


def record(store: Store, story: str = "", channel: str = "web", **fields: Any) -> Record:
    office, _ = an_office(store, NOW)
    return record_of(office, Session(story=story, **fields), channel)


def heard(store: Store, story: str = "", **answers: str) -> tuple[Heard, ...]:
    office, _ = an_office(store, NOW)
    return heard_of(office, Session(story=story, answers=answers))


@ON_SQLITE
def test_the_way_in_and_the_day_are_always_known(store: Store) -> None:
    assert record(store) == Record(first_contact="web", reported_on=TODAY)
    assert record(store, channel="pigeon").first_contact == "other"


@pytest.mark.parametrize(
    ("answers", "inexact", "day", "precision"),
    [
        ({"event_date": "2026-02-27", "letter_date": "2026-02-20"}, {}, date(2026, 2, 27), "day"),
        ({"event_date": "skipped", "letter_date": "2026-02-20"}, {}, date(2026, 2, 20), "day"),
        ({"moved_out": "2026-02-01"}, {"moved_out": "month"}, date(2026, 2, 1), "month"),
        ({"court_date": "2026-04-01"}, {}, None, None),
    ],
)
@ON_SQLITE
def test_the_day_is_that_of_the_likeliest_answer_as_exactly_as_it_was_said(
    store: Store, answers: dict[str, str], inexact: dict[str, str], day: date | None, precision: str | None
) -> None:
    told = record(store, answers=answers, inexact=inexact)
    assert (told.event_on, told.event_precision) == (day, precision)


@ON_SQLITE
def test_a_day_of_the_story_counts_where_no_question_was_asked_and_a_day_to_come_never(store: Store) -> None:
    told = record(store, "they switched off the water on 27 february 2026")
    assert (told.event_on, told.event_precision) == (date(2026, 2, 27), "day")
    assert record(store, "the court date is 20 march 2026").event_on is None


@pytest.mark.parametrize(
    ("story", "minor", "currency", "period"),
    [
        ("he keeps my deposit of R6 500", 650_000, "ZAR", "once"),
        ("they take R99.95 every month", 9_995, "ZAR", "month"),
        ("the rent is R3000 and he keeps my deposit of R6000", None, None, None),
        ("he keeps my deposit", None, None, None),
    ],
)
@ON_SQLITE
def test_the_only_amount_of_a_story_is_at_stake_and_of_several_none(
    store: Store, story: str, minor: int | None, currency: str | None, period: str | None
) -> None:
    told = record(store, story)
    assert (told.amount_minor, told.amount_currency, told.amount_period) == (minor, currency, period)


@ON_SQLITE
def test_the_other_side_is_what_was_answered(store: Store) -> None:
    assert heard(store, "my landlord", respondent_home="owner") == (Heard("landlord", "occupier"),)
    assert heard(store, respondent_home="skipped") == ()
    assert heard(store, respondent_deduction="loan", respondent_home="other_party") == (
        Heard("other"),
        Heard("bank", "debtor"),
    )


@ON_SQLITE
def test_without_an_answer_it_is_what_was_worded(store: Store) -> None:
    assert heard(store, "my boss does not pay") == (Heard("employer", "employee", source="rule"),)


@ON_SQLITE
def test_a_known_organisation_is_heard_by_name_however_it_is_spelt(store: Store) -> None:
    assert heard(store, "capitec bank takes money from my sassa grant") == (
        Heard("bank", None, "Capitec", "rule"),
        Heard("agency", None, "SASSA", "rule"),
    )


@ON_SQLITE
def test_who_names_many_tells_a_story_and_no_other_side(store: Store) -> None:
    assert heard(store, "i was at sassa, capitec, eskom and vodacom") == ()


@ON_SQLITE
def test_each_issue_has_who_said_it_and_the_probability(store: Store) -> None:
    session = Session(
        issues=("housing.lockout", "work.pay"),
        also=("money.debt",),
        chosen=("work.pay",),
        flags={"lockout": NOW.isoformat()},
        scores={"housing.lockout": 0.7, "work.pay": 0.4},
    )
    assert said_of(session) == {
        "housing.lockout": IssueSource("rule", 0.7),
        "work.pay": IssueSource("person", 0.4),
        "money.debt": IssueSource("model", None),
    }


def test_a_danger_belongs_to_the_same_issue_here_as_where_it_is_understood() -> None:
    assert {flag: issue for issue, flag in _FLAG_OF_ISSUE.items()} == understanding._ISSUE_OF_FLAG


def test_every_answer_and_every_word_for_the_other_side_has_its_code() -> None:
    script = [load_script(CONTENT / "script" / "interview.yml", place) for place in ("za", "gb-eng")]
    choices = {
        choice
        for each in script
        for id_ in ("respondent_home", "respondent_deduction")
        for choice in each.questions[id_].choices
    }
    words = set(yaml.safe_load((CONTENT / "respondents.yml").read_text(encoding="utf-8")))
    assert choices - {"unsure"} | words == set(OTHER_SIDE)
    assert {kind for kind, _ in OTHER_SIDE.values()} <= set(LISTS["respondent_kind"].titles)
    assert {relation for _, relation in OTHER_SIDE.values()} - {None} <= set(LISTS["relationship"].titles)


def test_every_known_organisation_has_a_kind_of_the_code_book() -> None:
    listed = load_organisations(CONTENT / "organisations.yml").listed
    assert {each.kind for each in listed} <= set(LISTS["respondent_kind"].titles)


@ON_SQLITE
def test_a_conversation_fills_the_record_of_its_case(store: Store) -> None:
    """From the first word to the columns, without a question more than before."""
    office, clock = an_office(store, NOW)
    person = Person(office, clock)
    person.writes("eskom cut our electricity last week and wants R4 200")
    person.writes("soweto")
    person.presses("Talk to a person")
    person.writes("yes")
    case = person.case
    assert case is not None
    with store.reading() as look:
        told = look.records.of(case.id)
        sides = look.respondents.of_case(case.id)
        sources = look.case_issues.of(case.id)
    assert (told.first_contact, told.amount_minor, told.amount_currency) == ("console", 420_000, "ZAR")
    assert (told.event_on, told.event_precision) == (date(2026, 2, 23), "week")
    assert [side.respondent.name for side in sides if side.respondent] == ["Eskom"]
    assert set(sources) == set(case.issues)

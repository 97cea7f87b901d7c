"""Outcomes: only how it ended is required, all else has codes, and an earlier ending is never lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from casestore.access import Role
from casestore.cases import Case
from casestore.errors import CaseNotFound, NotAllowedNow, NotValid, NotYours, UnknownCode
from casestore.lifecycle import OUTCOMES, WITHDRAWN
from casestore.unit_of_work import Store, UnitOfWork
from casestore.work.follow_ups import ASKED_LATER, Answers
from casestore.work.outcomes import Outcome, checked, said
from tests.builders import MINUTE, NOW, a_case, a_conversation, a_paralegal
from tests.casestore.planted import plant_work

LATER = NOW + MINUTE
FULL = Outcome(
    code="resolved",
    how="agreement",
    mechanism="lawyer",
    mechanisms_used=("police", "court"),
    service_level="mediation",
    benefit="home_back",
    recovered_lump=120_050,
    recovered_monthly=0,
    costs_avoided=None,
    currency="ZAR",
    confirmed_by="client",
)


def held_case(uow: UnitOfWork) -> tuple[Case, int]:
    staff_id = a_paralegal(uow).id
    return uow.cases.claim(a_case(uow).id, staff_id=staff_id, now=NOW), staff_id


def close(uow: UnitOfWork, case: Case, staff_id: int, outcome: Outcome) -> int:
    return uow.outcomes.close(case.id, outcome, staff_id=staff_id, now=LATER)


def test_how_it_ended_is_enough(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, Outcome(code="partly_resolved"))
        [closing] = uow.outcomes.of(case.id)
        assert (closing.outcome, closing.closed_at) == (Outcome(code="partly_resolved"), LATER)
        assert uow.cases.by_reference(case.reference).outcome == "partly_resolved"


def test_all_of_it_is_kept_and_read_in_words(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, FULL)
        assert uow.outcomes.of(case.id)[0].outcome == FULL
    assert said(FULL) == (
        "Resolved: the person has what they needed",
        "By agreement with the other side",
        "Lawyer, paralegal or mediator",
        "Mediation or negotiation",
        "Let back into their home",
        "The person says so",
        "Also used: Police, Court or tribunal",
        "Money back, once: ZAR 1,200.50",
    )


def test_a_case_that_is_closed_in_any_other_way_has_the_record_too(store: Store) -> None:
    """Joined with its duplicate, or because the person took back that the office works on it."""
    with store.unit_of_work() as uow:
        thandi, talk = a_paralegal(uow), a_conversation(uow)
        cases = [uow.cases.claim(a_case(uow, talk).id, staff_id=thandi.id, now=NOW) for _ in range(2)]
        uow.handover.merge(cases[0].id, cases[1].id, thandi, now=LATER)
        uow.cases.withdraw(talk.person_id, actor="person", now=LATER)
        assert [[each.outcome.code for each in uow.outcomes.of(case.id)] for case in cases] == [
            ["withdrawn"],
            ["duplicate"],
        ]


def test_where_the_person_takes_back_the_case_words_go_and_nothing_waits(store: Store) -> None:
    with store.unit_of_work() as uow:
        talk = a_conversation(uow)
        case = uow.cases.claim(a_case(uow, talk).id, staff_id=a_paralegal(uow).id, now=NOW)
        plant_work(uow, case, case.claimed_by or 0, "words")
        uow.cases.withdraw(talk.person_id, actor="person", now=LATER)
        assert {(entry.what, str(entry.state)) for entry in uow.agenda.of(case.id)} == {("", "void")}
        assert uow.referrals.of(case.id)[0].shared == ""
        assert {each.state for each in uow.follow_ups.of(case.id)} == {"void"}


def test_what_is_learnt_later_is_added_and_the_log_says_which_fields(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, Outcome(code="resolved"))
        uow.outcomes.complete(case.id, replace(FULL, code="resolved", how=None), staff_id=staff_id, now=LATER)
        [closing] = uow.outcomes.of(case.id)
        assert closing.outcome == replace(FULL, how=None)
        entry = uow.log.of(case.id)[-1]
    assert entry.kind.id == "outcome_completed"
    assert "benefit" in entry.detail["fields"]
    assert not {"how", "code"} & set(entry.detail["fields"])


def test_a_case_that_is_opened_again_keeps_how_it_ended_before(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, FULL)
        uow.cases.person_wrote(case, now=LATER)
        with pytest.raises(NotYours):
            uow.outcomes.complete(case.id, FULL, staff_id=staff_id, now=LATER)
        uow.cases.claim(case.id, staff_id=staff_id, now=LATER)
        with pytest.raises(NotAllowedNow):
            uow.outcomes.complete(case.id, FULL, staff_id=staff_id, now=LATER)
        close(uow, case, staff_id, Outcome(code="not_resolved"))
        assert [closing.outcome.code for closing in uow.outcomes.of(case.id)] == ["resolved", "not_resolved"]


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"code": "splendid"}, "resolved, partly_resolved"),
        ({"code": WITHDRAWN}, "resolved, partly_resolved"),
        ({"how": "magic"}, "agreement, decision"),
        ({"mechanism": "magic"}, "lawyer, leader, court"),
        ({"mechanisms_used": ("court", "magic")}, "lawyer, leader, court"),
        ({"service_level": "magic"}, "info, advice"),
        ({"benefit": "magic"}, "home_kept, home_back"),
        ({"confirmed_by": "magic"}, "client, document, worker"),
    ],
)
def test_an_unknown_code_is_refused_with_those_there_are(store: Store, wrong: dict[str, Any], names: str) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        with pytest.raises(UnknownCode, match=names):
            close(uow, case, staff_id, replace(FULL, **wrong))
        assert uow.cases.by_reference(case.reference).outcome is None
        assert uow.outcomes.of(case.id) == []


@pytest.mark.parametrize(
    "wrong", [{"recovered_lump": -1}, {"costs_avoided": 10**12 + 1}, {"currency": None}, {"currency": "rand"}]
)
def test_an_amount_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotValid, match=r"whole number|ZAR"):
        checked(replace(FULL, **wrong))


def test_an_empty_code_is_none_and_a_currency_without_an_amount_goes() -> None:
    assert checked(Outcome(code="resolved", how="", mechanisms_used=("court", "court"), currency="ZAR")) == Outcome(
        code="resolved", mechanisms_used=("court",)
    )


@pytest.mark.parametrize("code", OUTCOMES)
def test_follow_ups_are_planned_where_it_makes_sense_to_ask(store: Store, code: str) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, Outcome(code=code))
        planned = [(each.days, each.state, each.due) for each in uow.follow_ups.of(case.id)]
    days = (30, 90) if code in ASKED_LATER else ()
    assert planned == [(n, "due", (LATER + timedelta(days=n)).date()) for n in days]


def test_those_it_makes_no_sense_to_ask() -> None:
    assert set(OUTCOMES) - ASKED_LATER == {"stopped", "no_contact", "not_ours", "duplicate"}


def test_an_outcome_that_was_wrong_takes_its_follow_ups_with_it_and_back(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, Outcome(code="resolved"))
        for code, expected in (("duplicate", ["void", "void"]), ("not_resolved", ["due", "due"])):
            uow.outcomes.complete(case.id, Outcome(code=code), staff_id=staff_id, now=LATER)
            assert [each.state for each in uow.follow_ups.of(case.id)] == expected
            assert uow.cases.by_reference(case.reference).outcome == code


def test_what_the_person_says_is_noted_once_it_is_due(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, FULL)
        [first, _] = uow.follow_ups.of(case.id)
        assert uow.follow_ups.due_by(LATER.date(), staff_id=staff_id) == []
        assert [each.days for each in uow.follow_ups.due_by(first.due, staff_id=staff_id)] == [30]
        answers = Answers(still_holds="yes", alone="no")
        uow.follow_ups.answer(case.id, first.id, answers, staff_id=staff_id, now=LATER)
        assert (uow.follow_ups.of(case.id)[0].answers, uow.follow_ups.of(case.id)[0].state) == (answers, "answered")
        assert uow.follow_ups.due_by(first.due, staff_id=staff_id) == []
        assert uow.log.of(case.id)[-1].detail == {"days": 30, "state": "answered"}


def test_an_answer_has_a_code_and_an_open_case_is_not_followed_up(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, FULL)
        [first, _] = uow.follow_ups.of(case.id)
        with pytest.raises(UnknownCode, match="yes, perhaps, no, unsure"):
            uow.follow_ups.answer(case.id, first.id, Answers(alone="partly"), staff_id=staff_id, now=LATER)
        uow.cases.person_wrote(case, now=LATER)
        uow.cases.claim(case.id, staff_id=staff_id, now=LATER)
        assert uow.follow_ups.due_by(first.due, staff_id=staff_id) == []
        with pytest.raises(NotAllowedNow):
            uow.follow_ups.answer(case.id, first.id, Answers(fair="yes"), staff_id=staff_id, now=LATER)
        close(uow, case, staff_id, FULL)
        assert [each.state for each in uow.follow_ups.of(case.id)] == ["void", "due"] * 2  # by day


def test_after_the_end_a_supervisor_of_the_office_adds_what_is_learnt_and_nobody_else(store: Store) -> None:
    with store.unit_of_work() as uow:
        case, staff_id = held_case(uow)
        close(uow, case, staff_id, Outcome(code="resolved"))
        boss, sipho = a_paralegal(uow, "boss", role=Role.SUPERVISOR), a_paralegal(uow, "sipho")
        elsewhere = uow.offices.add("Elsewhere", now=NOW).id
        stranger = a_paralegal(uow, "stranger", role=Role.SUPERVISOR, office_id=elsewhere)
    for member, refusal in ((sipho, NotYours), (stranger, CaseNotFound)):
        with pytest.raises(refusal), store.seen_by(member.viewer).unit_of_work() as uow:
            uow.outcomes.complete(case.id, FULL, staff_id=member.id, now=LATER)
    with store.seen_by(boss.viewer).unit_of_work() as uow:
        uow.outcomes.complete(case.id, FULL, staff_id=boss.id, now=LATER)
        uow.follow_ups.answer(
            case.id, uow.follow_ups.of(case.id)[0].id, Answers(fair="yes"), staff_id=boss.id, now=LATER
        )
        assert uow.outcomes.of(case.id)[-1].outcome == FULL
        uow.cases.person_wrote(case, now=LATER)
        with pytest.raises(NotYours):
            uow.outcomes.complete(case.id, FULL, staff_id=boss.id, now=LATER)

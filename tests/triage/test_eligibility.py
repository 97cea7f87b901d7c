"""Which benefits might apply: examples worked out by hand for both packs, and what holds whatever is answered."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.eligibility import MOST_QUESTIONS, UNSURE, Verdict, judge, next_question
from triage.eligibility_rules import Kind, Question, Rules
from triage.guidance import fill_figures
from triage.pack import LawPack, load_pack, packs_folder

TODAY = date(2026, 11, 23)
ZA, ENGLAND = (load_pack(packs_folder() / place) for place in ("za", "gb-eng"))
BOTH = pytest.mark.parametrize("pack", [ZA, ENGLAND], ids=["za", "gb-eng"])

# Worked out by hand from the law of each pack: what is told, and what comes of it.
EXAMPLES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "worked_eligibility.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def answers_of(told: str) -> dict[str, str]:
    return dict(part.split(" ") for part in told.split("; ") if part)  # type: ignore[arg-type]


def in_short(pack: LawPack, answers: dict[str, str], *, today: date = TODAY) -> str:
    signs = {Verdict.MAY: "+", Verdict.CANNOT_SAY: "?"}
    results = judge(pack.eligibility, answers, pack.figures, today=today)
    return " ".join(signs[each.verdict] + each.benefit.id for each in results if each.verdict in signs)


@pytest.mark.parametrize(("pack_id", "told", "expected"), EXAMPLES)
def test_worked_examples(pack_id: str, told: str, expected: str) -> None:
    pack = {"za": ZA, "gb-eng": ENGLAND}[pack_id]
    assert sorted(in_short(pack, answers_of(told)).split()) == sorted(expected.split())


def test_there_are_enough_worked_examples() -> None:
    assert len(EXAMPLES) >= 50


def test_the_amount_is_that_of_the_age() -> None:
    for age, figure in (("from_60", "grant_older"), ("from_75", "grant_older_75")):
        answers = answers_of(f"age {age}; status citizen; income 0")
        older = judge(ZA.eligibility, answers, ZA.figures, today=TODAY)[0]
        assert (older.verdict, older.amount) == (Verdict.MAY, figure)


def test_what_applies_is_told_with_each_reason_and_what_else_is_looked_at() -> None:
    answers = answers_of("age from_60; status citizen; income 0")
    older = judge(ZA.eligibility, answers, ZA.figures, today=TODAY)[0]
    assert [reason.source for reason in older.reasons] == ["SAA10", "DGSAN", "MEANS", "MEANS", "MEANSF", "REG13"]
    assert fill_figures(older.reasons[2].text, ZA.figures, TODAY) == (
        "Your income is under the limit: R9 350 a month alone, R18 700 married."
    )


def test_only_what_fails_is_told_of_what_does_not_apply() -> None:
    older = judge(ZA.eligibility, answers_of("age from_18; status asylum"), ZA.figures, today=TODAY)[0]
    assert [reason.text for reason in older.reasons] == [
        "It is for people of 60 and older.",
        "It is for citizens, permanent residents and refugees.",
    ]
    assert older.amount is None


def test_after_the_last_day_of_the_figures_nothing_is_said_for_sure() -> None:
    answers = answers_of("age from_60; status citizen; income 0")
    assert "+older" in in_short(ZA, answers, today=date(2027, 3, 31))
    assert "?older" in in_short(ZA, answers, today=date(2027, 4, 1))
    older = judge(ZA.eligibility, answers, ZA.figures, today=date(2027, 4, 1))[0]
    assert "R" not in fill_figures(older.reasons[0].text, ZA.figures, date(2027, 4, 1)).removeprefix("It depends")


def test_the_first_question_is_the_age_and_none_is_asked_that_settles_nothing() -> None:
    question = next_question(ENGLAND.eligibility, {}, ENGLAND.figures, today=TODAY)
    assert question is not None
    assert question.id == "age"
    no_funds = answers_of("age from_18; residence no_public_funds")
    assert next_question(ENGLAND.eligibility, no_funds, ENGLAND.figures, today=TODAY) is None


def test_marriage_is_asked_only_where_it_changes_something() -> None:
    def asked(income: str) -> str:
        answers = answers_of(f"age from_60; status citizen; child no_child; health can_work; income {income}")
        question = next_question(ZA.eligibility, answers, ZA.figures, today=TODAY)
        return question.id if question else ""

    assert (asked("9350"), asked("9351"), asked("18701")) == ("", "couple", "")


def an_answer(question: Question) -> st.SearchStrategy[str]:
    if question.kind is Kind.AMOUNT:
        amounts = ("0", "238", "238.01", "363.25", "624", "625", "5800", "9350", "16001", "18701", "99999")
        return st.sampled_from((*amounts, UNSURE))
    return st.sampled_from((*question.choices, UNSURE))


def all_answers(rules: Rules) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({question.id: an_answer(question) for question in rules.questions})


@BOTH
@given(data=st.data())
def test_more_answers_never_turn_what_was_said(pack: LawPack, data: st.DataObject) -> None:
    full = data.draw(all_answers(pack.eligibility))
    some = data.draw(st.sets(st.sampled_from(sorted(full))))
    before = judge(pack.eligibility, {id_: full[id_] for id_ in some}, pack.figures, today=TODAY)
    after = judge(pack.eligibility, full, pack.figures, today=TODAY)
    for early, late in zip(before, after, strict=True):
        assert early.verdict in (Verdict.CANNOT_SAY, late.verdict)


@BOTH
@given(data=st.data())
def test_at_most_six_are_asked_each_once_and_then_nothing_that_was_asked_is_open(
    pack: LawPack, data: st.DataObject
) -> None:
    full = data.draw(all_answers(pack.eligibility))
    answers: dict[str, str] = {}
    while question := next_question(pack.eligibility, answers, pack.figures, today=TODAY):
        assert question.id not in answers
        answers[question.id] = full[question.id]
    assert len(answers) <= MOST_QUESTIONS
    if len(answers) < MOST_QUESTIONS:
        everything = judge(pack.eligibility, full, pack.figures, today=TODAY)
        asked = judge(pack.eligibility, answers, pack.figures, today=TODAY)
        assert [each.verdict for each in asked] == [each.verdict for each in everything]


@BOTH
@given(data=st.data())
def test_without_figures_no_limit_is_judged(pack: LawPack, data: st.DataObject) -> None:
    answers = data.draw(all_answers(pack.eligibility))
    bare = judge(pack.eligibility, answers, {}, today=TODAY)
    for with_figures, without in zip(judge(pack.eligibility, answers, pack.figures, today=TODAY), bare, strict=True):
        assert without.verdict in (Verdict.CANNOT_SAY, with_figures.verdict)


@BOTH
def test_every_benefit_can_come_out_as_may(pack: LawPack) -> None:
    """Nobody wrote a condition that never holds."""
    seen = {name for pack_id, _, expected in EXAMPLES if pack_id == pack.id for name in expected.split()}
    assert {f"+{benefit.id}" for benefit in pack.eligibility.benefits} <= seen


@BOTH
def test_no_reason_promises(pack: LawPack) -> None:
    for benefit in pack.eligibility.benefits:
        words = " ".join([*(need.yes for need in benefit.needs), *(also.text for also in benefit.also)]).casefold()
        assert not any(promise in words for promise in ("you will get", "you qualify", "guarantee", "you are entitled"))


def test_what_people_say_to_ask_for_it() -> None:
    assert ZA.eligibility.asks_for("What can I get??")
    assert ZA.eligibility.asks_for("hi, which grants can i get please")
    assert not ZA.eligibility.asks_for("what could he get for it")
    assert not replace(ZA.eligibility, words=("do i qualify",)).asks_for("what can i get")

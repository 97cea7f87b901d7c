"""Corrections become candidates only with consent and masked; agreement and shift are reported."""

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from casestore.privacy.consent import CASE, IMPROVE, STATISTICS, Consent
from casestore.unit_of_work import Store, UnitOfWork
from doorstep.agreement_report import report_agreement
from doorstep.corrections import Candidate, Masker, as_examples, candidates, export
from tests.builders import MINUTE, NOW, a_case, a_conversation, a_paralegal
from tests.trained import CONTENT
from triage.examples import Example, read_examples

TODAY = date(2026, 3, 3)
TOLD = "My name is Thabo Mokoena, the landlord in Tembisa kept my deposit of R4 500, call 082 555 1234"
HIDDEN = "My name is [name], the landlord in [place] kept my deposit of R4 500, call [phone]"


@pytest.fixture(scope="module")
def masker() -> Masker:
    return Masker(CONTENT, today=TODAY)


def judged(
    uow: UnitOfWork,
    *told: str,
    machine: str = "housing.lockout",
    desk: str | None = "housing.deposit",
    purposes: tuple[str, ...] = (IMPROVE,),
    at: datetime = NOW,
) -> str:
    """A case the machine took for one issue and the desk for another; returns the person's id."""
    number = len(list(uow.labels.judged()))
    conversation = a_conversation(uow, f"address-{number}", now=at)
    for text in told or (TOLD,):
        uow.messages.add(conversation, "person", text, now=at)
        uow.messages.add(conversation, "bot", "What happened then, please tell me?", now=at)
    case = a_case(uow, conversation, now=at, issues=(machine,), understood=machine, versions={"model": "m1"})
    uow.messages.add(conversation, "person", "this was said after the case was opened", now=at + MINUTE)
    for purpose in purposes:
        uow.consents.note(conversation.person_id, Consent(purpose, True, "improve@1", "en", at))
    if desk is not None:
        paralegal = a_paralegal(uow, f"thandi{number}")
        uow.cases.claim(case.id, staff_id=paralegal.id, now=at)
        uow.labels.judge(case.id, desk, staff_id=paralegal.id, now=at)
    return conversation.person_id


def test_a_corrected_case_is_a_candidate_with_its_personal_details_hidden(store: Store, masker: Masker) -> None:
    with store.unit_of_work() as uow:
        judged(uow, TOLD, "yes", "nobody gave me any paper")
    with store.reading() as look:
        assert list(candidates(look, masker)) == [
            Candidate("housing.deposit", "en", HIDDEN + " nobody gave me any paper")
        ]


@pytest.mark.parametrize("purposes", [(), (CASE,), (STATISTICS,), (CASE, STATISTICS)])
def test_no_other_consent_covers_it(store: Store, masker: Masker, purposes: tuple[str, ...]) -> None:
    with store.unit_of_work() as uow:
        judged(uow, purposes=purposes)
    with store.reading() as look:
        assert list(candidates(look, masker)) == []


def test_a_consent_that_was_taken_back_covers_nothing(store: Store, masker: Masker) -> None:
    with store.unit_of_work() as uow:
        person = judged(uow)
        uow.consents.note(person, Consent(IMPROVE, False, "improve@1", "en", NOW + MINUTE))
        assert list(candidates(uow, masker)) == []


def test_what_was_confirmed_or_not_judged_is_no_candidate(store: Store, masker: Masker) -> None:
    with store.unit_of_work() as uow:
        judged(uow, desk="housing.lockout")
        judged(uow, desk=None)
        assert list(candidates(uow, masker)) == []


def test_an_erased_person_is_no_candidate_though_the_codes_stay(store: Store, masker: Masker) -> None:
    with store.unit_of_work() as uow:
        person = judged(uow, purposes=(IMPROVE, STATISTICS))
    with store.unit_of_work() as uow:
        uow.erasure.erase(person, now=NOW)
    with store.reading() as look:
        assert [each.corrected for each in look.labels.judged()] == [True]
        assert list(candidates(look, masker)) == []


def test_candidates_are_written_as_examples_that_await_review(tmp_path: Path) -> None:
    found = [
        Candidate("housing.deposit", "en", "kept: my 'deposit' # of R4 500"),
        Candidate("housing.deposit", "en", "- no deposit"),
        Candidate("housing.deposit", "zu", "imali yami"),
    ]
    path = tmp_path / "candidates.yml"
    path.write_text(as_examples(found, today=TODAY), encoding="utf-8")
    assert list(read_examples(path)) == [Example(each.text, each.issue, (), each.language) for each in found]
    written = path.read_text(encoding="utf-8")
    assert written.count("review: awaiting") == 2
    assert written.startswith(
        "# Candidates for nlu_data/issues, from 3 cases that the desk put right; written on 2026-03-03"
    )


def test_the_file_is_only_for_its_owner_and_is_never_written_over(store: Store, masker: Masker, tmp_path: Path) -> None:
    path = tmp_path / "candidates.yml"
    hints: list[str] = []
    with store.unit_of_work() as uow:
        judged(uow)
        judged(uow, purposes=())
    with store.reading() as look:
        export(look, masker, today=TODAY, out=path, say=hints.append, hint=hints.append)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(FileExistsError):
            export(look, masker, today=TODAY, out=path, say=hints.append, hint=hints.append)
    assert [example.text for example in read_examples(path)] == [HIDDEN]
    assert hints == [
        "1 of 2 corrected cases are in it.",
        "The others are only counted: their people did not agree that their words may teach the program.",
    ]


def test_without_a_file_the_candidates_are_said(store: Store, masker: Masker) -> None:
    said: list[str] = []
    with store.unit_of_work() as uow:
        judged(uow)
        export(uow, masker, today=TODAY, out=None, say=said.append, hint=lambda line: None)
    assert HIDDEN.split(",")[0] in said[0]
    assert "Thabo" not in said[0]


def report(store: Store) -> list[str]:
    said: list[str] = []
    with store.reading() as look:
        report_agreement(look, CONTENT, said.append)
    return said


def test_nothing_to_report_is_one_line(store: Store) -> None:
    assert report(store) == ["0 of 0 cases were judged at the desk, 0 put right."]


def test_agreement_is_reported_by_issue_month_and_model_with_intervals(store: Store) -> None:
    with store.unit_of_work() as uow:
        for desk in ("housing.lockout", "housing.lockout", "housing.deposit", None):
            judged(uow, desk=desk)
        judged(uow, machine="work.pay", desk="work.pay", at=datetime(2026, 4, 1, tzinfo=UTC))
    lines = [" ".join(line.split()) for line in report(store)]
    assert lines[0] == "4 of 5 cases were judged at the desk, 1 put right."
    for row in (
        "housing.lockout 3 2 0.67 (0.21–0.94)",
        "work.pay 1 1 1.00 (0.21–1.00)",
        "2026-03 3 2 0.67 (0.21–0.94)",
        "2026-04 1 1 1.00 (0.21–1.00)",
        "m1 4 3 0.75 (0.30–0.95)",
        "housing.deposit taken for housing.lockout: 1",
        "2026-03 4 – –",
    ):
        assert row in lines, row


@pytest.fixture
def two_months(store: Store) -> Store:
    """Thirty cases a month: first all about housing, then all about work."""
    with store.unit_of_work() as uow:
        for month, issue in ((2, "housing.lockout"), (3, "work.pay")):
            for number in range(30):
                at = datetime(2026, month, 1, tzinfo=UTC)
                a_case(uow, a_conversation(uow, f"{month}-{number}", now=at), now=at, understood=issue)
    return store


def test_a_shift_is_reported_from_month_to_month_and_from_held_out(two_months: Store) -> None:
    rows = [line.split() for line in report(two_months) if line.startswith("2026-")]
    (first, second) = rows
    assert first[:3] == ["2026-02", "30", "–"]
    assert float(first[3]) > 0.25
    assert float(second[2]) > 1

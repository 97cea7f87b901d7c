"""`doorstep triage`: exactly the fields of the contract, in the same order; a bad line is named by its number."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from doorstep.triage_lines import BadLine, TriageLines
from tests.trained import CONTENT, trained_understanding
from triage.facts import load_respondents
from triage.pack import packs_folder
from triage.taxonomy import load_taxonomy

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LOCKED_OUT = "My landlord in Tembisa changed the locks yesterday and my kids are outside"


@pytest.fixture(scope="module")
def triage() -> TriageLines:
    return TriageLines(
        trained_understanding(),
        load_taxonomy(CONTENT / "taxonomy.yml"),
        load_respondents(CONTENT / "respondents.yml"),
        jurisdiction="za",
        packs=packs_folder(),
    )


def judged(triage: TriageLines, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in triage.judge((json.dumps(line) for line in lines), now=NOW)]


def test_a_judged_line_has_exactly_the_fields_of_the_contract(triage: TriageLines) -> None:
    (line,) = judged(triage, {"id": "7", "text": f"{LOCKED_OUT}, he took R4 500"})
    assert list(line) == [
        "id",
        "language",
        "problem",
        "decision",
        "issues",
        "areas",
        "flags",
        "urgency",
        "reasons",
        "facts",
        "deadlines",
        "guidance",
        "versions",
    ]
    assert (line["id"], line["language"], line["urgency"]) == ("7", "en", "emergency")
    assert line["decision"] in ("sure", "ask", "human")
    assert 0.5 < line["problem"] <= 1
    assert line["issues"][0]["id"] == "housing.lockout"
    for scored in (line["issues"], line["areas"]):
        assert [set(one) for one in scored] == [{"id", "probability"}] * len(scored)
        probabilities = [one["probability"] for one in scored]
        assert probabilities == sorted(probabilities, reverse=True)
        assert all(0 <= probability <= 1 for probability in probabilities)
    assert len(line["areas"]) == 17
    assert "lockout" in line["flags"]
    assert any("changed the locks" in reason for reason in line["reasons"])
    facts = line["facts"]
    assert {name: facts[name] for name in ("amount", "currency", "place", "respondent")} == {
        "amount": 4500.0,
        "currency": "ZAR",
        "place": "za-gp",
        "respondent": "landlord",
    }
    assert facts["event_date"] == "2026-11-22"
    assert "za/housing.lockout" in line["guidance"]
    assert set(line["versions"]) == {"model", "taxonomy", "pack"}
    assert all(line["versions"].values())


def test_facts_of_every_kind_are_told_but_no_number_that_names_a_person(triage: TriageLines) -> None:
    text = (
        "No water since March and no light for two weeks. Rent is R4 500 a month, my no is 082 555 1234, "
        "id 8001015009087, NI AB123456C, account 62555123456, mail z@example.org, case number CAS 123/11/2026"
    )
    (line,) = judged(triage, {"id": 1, "text": text, "jurisdiction": "za"})
    facts = line["facts"]
    assert facts["amounts"] == [{"value": 4500.0, "currency": "ZAR", "per": "month"}]
    assert facts["dates"] == [{"day": "2026-03-01", "precision": "month"}]
    assert facts["periods"] == [{"since": "2026-03-01"}, {"since": "2026-11-09"}]
    assert (facts["phones"], facts["references"]) == (["+27825551234"], ["123/11/2026"])
    assert facts["withheld"] == ["sa_id", "ni_number", "account", "email"]
    written = json.dumps(line)
    for secret in ("8001015009087", "AB123456C", "62555123456", "z@example.org"):
        assert secret not in written


def test_a_date_that_answers_the_question_asked_starts_the_deadlines(triage: TriageLines) -> None:
    text = "SASSA refused my disability grant application, the letter is from 3 November 2026"
    (line,) = judged(triage, {"id": 1, "text": text, "context": "letter_date"})
    assert line["facts"]["letter_date"] == "2026-11-03"
    deadlines = {deadline["id"]: deadline for deadline in line["deadlines"]}
    assert set(deadlines["grant-appeal"]) == {"id", "due", "because", "source"}
    assert deadlines["grant-appeal"]["due"] == "2027-02-01"
    assert judged(triage, {"id": 1, "text": text})[0]["deadlines"] == []


def test_the_question_asked_lets_a_short_answer_be_read(triage: TriageLines) -> None:
    alone, answer = judged(triage, {"id": 1, "text": "no"}, {"id": 2, "text": "no", "context": "safe_tonight"})
    assert (alone["flags"], alone["decision"], alone["issues"], alone["guidance"]) == ([], "none", [], [])
    assert (answer["flags"], answer["urgency"]) == (["homeless_tonight"], "emergency")


def test_order_and_ids_are_kept_and_empty_lines_left_out(triage: TriageLines) -> None:
    ids: list[Any] = ["b", 2, None, "a", 1.5, "b", ["x"], "é\ud83d\ude22"]
    stdin = "\n\n".join(json.dumps({"id": id_, "text": "hello"}) for id_ in ids)
    lines = list(triage.judge(stdin.splitlines(), now=NOW))
    assert [json.loads(line)["id"] for line in lines] == json.loads(json.dumps(ids))


def test_where_nothing_was_said_the_offices_own_law_applies(triage: TriageLines) -> None:
    here, there, empty = judged(
        triage,
        {"id": 1, "text": LOCKED_OUT},
        {"id": 2, "text": LOCKED_OUT, "jurisdiction": "gb-eng"},
        {"id": 3, "text": LOCKED_OUT, "jurisdiction": None},
    )
    assert here["versions"]["pack"].startswith("za@")
    assert there["versions"]["pack"].startswith("gb-eng@")
    assert there["guidance"][0].startswith("gb-eng/")
    assert empty["versions"]["pack"] == here["versions"]["pack"]


def test_a_language_that_was_given_is_taken(triage: TriageLines) -> None:
    (line,) = judged(triage, {"id": 1, "text": "hello", "language": "xh"})
    assert line["language"] == "xh"


@pytest.mark.parametrize(
    ("bad", "mistake"),
    [
        (b"not json", "line 3 is not JSON"),
        (b'{"id": 1, "text": "\xff"}', "line 3 is not JSON"),
        (b"[" * 100_000, "line 3 is not JSON"),
        (b"[1]", 'line 3 needs "id" and "text"'),
        (b'{"text": "no id"}', 'line 3 needs "id" and "text"'),
        (b'{"id": 1}', 'line 3 needs "id" and "text"'),
        (b'{"id": 1, "text": null}', 'line 3 needs "id" and "text"'),
        (b'{"id": 1, "text": "x", "jurisdiction": "atlantis"}', "line 3: no law pack for jurisdiction 'atlantis'"),
        (b'{"id": 1, "text": "x", "jurisdiction": "../packs/za"}', "line 3: no law pack for jurisdiction"),
        (b'{"id": 1, "text": "x", "jurisdiction": 5}', 'line 3: "jurisdiction" must be a string'),
        (b'{"id": 1, "text": "x", "context": ["a"]}', 'line 3: "context" must be a string'),
        (b'{"id": 1, "text": "x", "language": {}}', 'line 3: "language" must be a string'),
    ],
)
def test_a_bad_line_is_named_by_its_number_after_the_good_ones(triage: TriageLines, bad: bytes, mistake: str) -> None:
    found = triage.judge([b'{"id": 1, "text": "hello"}\n', b"\n", bad], now=NOW)
    assert json.loads(next(found))["id"] == 1
    with pytest.raises(BadLine) as caught:
        next(found)
    assert str(caught.value).startswith(mistake)


def test_trouble_that_does_not_say_which_gets_no_card(triage: TriageLines) -> None:
    (line,) = judged(triage, {"id": 1, "text": "please help me"})
    assert (line["decision"], line["guidance"], line["urgency"]) == ("human", [], "routine")

"""Understanding by a Rasa server: its reading counts, danger is heard here, and no fault of it is felt."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import rasa_understanding
from bot.rasa_reading import Labels, read_answer
from bot.rasa_understanding import RasaUnderstanding as Reader
from tests.rasa_stand_in import TOKEN, RasaStandIn
from tests.small_content import write_small_content
from tests.trained import CONTENT
from triage.confidence import Thresholds
from triage.meaning import Decision, Meaning
from triage.safety import load_safety
from triage.understanding import LocalUnderstanding, load_training_set, train

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LOCKED = "the owner changed the locks and i am outside"
WORDS = "my cousin Quagmirella keeps my pay"
ISSUES = ("housing.lockout", "benefits.refused", "work.pay")
SAID = ("affirm", "deny", "no_problem", "vague")


def ranking(**confidences: float) -> dict[str, Any]:
    """An answer of Rasa: every intent with its confidence."""
    named = {
        name.replace("_", ".", 1) if name.startswith(("housing", "benefits", "work")) else name: c
        for name, c in confidences.items()
    }
    ranked = sorted(named.items(), key=lambda pair: -pair[1])
    return {"intent": {"name": ranked[0][0]}, "intent_ranking": [{"name": n, "confidence": c} for n, c in ranked]}


PAY = ranking(
    work_pay=0.7, housing_lockout=0.1, benefits_refused=0.02, affirm=0.03, deny=0.05, no_problem=0.05, vague=0.05
)


@cache
def local() -> LocalUnderstanding:
    """The local classifier, on three issues."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return LocalUnderstanding(
            train(load_training_set(write_small_content(Path(folder)))), load_safety(CONTENT / "safety")
        )


@pytest.fixture
def rasa() -> Iterator[RasaStandIn]:
    with RasaStandIn() as stand_in:
        yield stand_in


@contextmanager
def closing_reader(rasa: RasaStandIn, *, seconds: float = 5.0) -> Iterator[Reader]:
    reader = Reader(local(), rasa.url, TOKEN, seconds=seconds)
    yield reader
    reader.close()


@pytest.fixture
def reader(rasa: RasaStandIn) -> Iterator[Reader]:
    with closing_reader(rasa) as closing:
        yield closing


def test_issues_and_intent_are_those_of_rasa(rasa: RasaStandIn, reader: Reader) -> None:
    rasa.says(PAY)
    meaning = reader.read(WORDS, now=NOW)
    assert [issue.id for issue in meaning.issues] == ["work.pay", "housing.lockout", "benefits.refused"]
    assert meaning.issues[0].probability == pytest.approx(0.7 / 0.82)
    assert meaning.areas[0].id == "work"
    assert meaning.areas[0].probability == pytest.approx(0.7)
    assert meaning.problem == pytest.approx(0.87)
    assert (meaning.intent, meaning.intent_probability) == ("tell", pytest.approx(0.82))


def test_confidences_of_rasa_are_marked_and_never_enough_to_be_sure(rasa: RasaStandIn, reader: Reader) -> None:
    rasa.says(ranking(work_pay=0.999, housing_lockout=0.001))
    meaning = reader.read(WORDS, now=NOW)
    assert not meaning.calibrated
    assert meaning.decision is Decision.ASK


def test_our_component_in_rasas_pipeline_is_calibrated_and_may_be_sure(rasa: RasaStandIn, reader: Reader) -> None:
    reading = {
        "problem": 0.97,
        "decision": "sure",
        "issues": {"work.pay": 0.98, "housing.lockout": 0.01, "benefits.refused": 0.01},
        "areas": {"work": 0.99, "housing": 0.02, "benefits": 0.01},
        "also": ["housing.lockout", "work.pay"],
        "intents": {"tell": 0.9, "affirm": 0.1},
        "model": "abc",
    }
    rasa.says({"intent": None, "doorstep": reading})
    meaning = reader.read(WORDS, now=NOW)
    assert (meaning.decision, meaning.calibrated, meaning.problem) == (Decision.SURE, True, 0.97)
    assert meaning.also == ("housing.lockout",)


def test_issues_are_read_from_the_whole_story_and_intents_from_the_last_words(
    rasa: RasaStandIn, reader: Reader
) -> None:
    rasa.says(PAY)
    reader.read("yes", story=f"{WORDS}\nyes", now=NOW)
    assert rasa.texts == [f"{WORDS}\nyes", "yes"]


def test_danger_is_heard_here_whatever_rasa_says(rasa: RasaStandIn, reader: Reader) -> None:
    rasa.says(ranking(no_problem=0.99, work_pay=0.01))
    meaning = reader.read("my husband beats me every night", now=NOW)
    assert "violence" in [flag.id for flag in meaning.flags]
    assert meaning.decision is Decision.ASK


@given(
    st.text(alphabet="/ \t\n\x85\xa0", max_size=4),
    st.sampled_from(["affirm", "deny{}", 'affirm{"a": "b"}', "deny@1.0"]),
)
def test_a_person_cannot_name_an_intent(before: str, words: str) -> None:
    with RasaStandIn() as rasa:
        rasa.says(PAY)
        with closing_reader(rasa) as reader:
            reader.read(f"/{before}{words}", now=NOW)
        (text,) = rasa.texts
        assert not text.strip().startswith("/")


def test_an_intent_that_was_forced_is_refused(rasa: RasaStandIn, reader: Reader) -> None:
    rasa.says({"intent": {"name": "affirm"}, "intent_ranking": [{"name": "affirm", "confidence": 1.0}]})
    assert reader.read(WORDS, now=NOW) == local().read(WORDS, now=NOW)
    assert reader.failed == 1


def test_nothing_is_asked_about_nothing(rasa: RasaStandIn, reader: Reader) -> None:
    for text in ("", "  ", "/", " // "):
        reader.read(text, now=NOW)
    assert rasa.asked == []


def bad(part: str, value: Any) -> bytes:
    return json.dumps(
        {"intent_ranking": [{"name": "work.pay", "confidence": 0.5}, {"name": part, "confidence": value}]}
    ).encode()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>Bad Gateway</html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"[]",
        b"5",
        b"{}",
        b'{"intent_ranking": null}',
        b'{"intent_ranking": []}',
        b'{"intent_ranking": [5]}',
        b'{"doorstep": null}',
        b'{"doorstep": {}}',
        b'{"doorstep": {"problem": "high"}}',
        bad("no.such_issue", 0.5),
        bad("vague", 1.5),
        bad("vague", -1),
        bad("vague", "0.5"),
        bad("vague", True)[:-3] + b'"}]}',
        b'{"intent_ranking": [{"name": "vague", "confidence": NaN}, {"name": "affirm", "confidence": 1}]}',
        b'{"intent_ranking": [{"name": "vague", "confidence": 0}, {"name": "affirm", "confidence": 0}]}',
        b'"' + b"x" * 2_000_000 + b'"',
    ],
)
def test_an_answer_that_is_not_in_order_is_not_used(rasa: RasaStandIn, reader: Reader, answer: bytes) -> None:
    rasa.says(answer)
    assert reader.read(LOCKED, now=NOW) == local().read(LOCKED, now=NOW)
    assert reader.failed == 1


@pytest.mark.parametrize("status", [500, 503, 404, 302, 401])
def test_a_status_that_is_no_success_is_not_used(rasa: RasaStandIn, reader: Reader, status: int) -> None:
    rasa.says(PAY)
    rasa.status = status
    assert reader.read(LOCKED, now=NOW) == local().read(LOCKED, now=NOW)


@pytest.mark.parametrize(("pause", "drip"), [(30.0, 0.0), (0.0, 0.05)])
def test_a_slow_server_is_given_up_in_time(rasa: RasaStandIn, pause: float, drip: float) -> None:
    rasa.says(PAY)
    rasa.pause, rasa.drip = pause, drip
    started = time.monotonic()
    with closing_reader(rasa, seconds=0.2) as reader:
        assert reader.read(LOCKED, now=NOW) == local().read(LOCKED, now=NOW)
    assert time.monotonic() - started < 10  # a whole answer would take 30 seconds, or 20


def test_a_dead_server_is_left_alone_for_a_while_and_then_asked_again(
    rasa: RasaStandIn, reader: Reader, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.says(PAY)
    rasa.status = 503
    with caplog.at_level(logging.INFO, "bot.rasa_understanding"):
        for _ in range(3):
            assert reader.read(WORDS, now=NOW) == local().read(WORDS, now=NOW)
        assert len(rasa.texts) == 1
        assert reader.failed == 3
        rasa.status = 200
        monkeypatch.setattr(rasa_understanding, "_ASK_AGAIN_AFTER", 0.0)
        reader._not_before = 0.0
        assert reader.read(WORDS, now=NOW).issues[0].id == "work.pay"
    began, ended = [record for record in caplog.records if record.name == "bot.rasa_understanding"]
    assert (began.levelname, began.__dict__["reason"]) == ("ERROR", "status 503")
    assert (ended.message, ended.__dict__["failed"]) == ("Rasa reads again", 3)
    assert reader.failed == 0
    assert "Quagmirella" not in caplog.text


def test_where_nobody_listens_the_local_classifier_answers(rasa: RasaStandIn, reader: Reader) -> None:
    rasa.stop()
    assert reader.read(LOCKED, now=NOW) == local().read(LOCKED, now=NOW)


@given(st.dictionaries(st.sampled_from([*ISSUES, *SAID]), st.floats(0, 1), min_size=2))
def test_whatever_rasa_ranks_is_a_whole_reading_or_none(confidences: dict[str, float]) -> None:
    answer = {"intent_ranking": [{"name": name, "confidence": c} for name, c in confidences.items()]}
    try:
        reading = read_answer(answer, Labels.of(ISSUES, SAID), Thresholds())
    except ValueError:
        assert not any(confidences.get(issue) for issue in ISSUES)
        return
    assert sum(issue.probability for issue in reading.issues) == pytest.approx(1)
    assert [issue.probability for issue in reading.issues] == sorted(
        (i.probability for i in reading.issues), reverse=True
    )
    assert {issue.id for issue in reading.issues} == set(ISSUES)
    assert 0 <= reading.problem <= 1
    assert reading.decision is not Decision.SURE


def test_a_local_meaning_is_calibrated() -> None:
    assert Meaning().calibrated
    assert local().read(LOCKED, now=NOW).calibrated

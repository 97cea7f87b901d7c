"""The second ear hears short messages that no phrase fits, is never sure, and keeps out of calm talk."""

from datetime import UTC, datetime

import pytest
import yaml

from tests.trained import CONTENT, trained_understanding
from triage.danger_heads import LONGEST, DangerHeads
from triage.examples import read_folder
from triage.safety import FLAGS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HELD_OUT = yaml.safe_load((CONTENT / "heldout" / "danger.yml").read_text(encoding="utf-8"))


def heads() -> DangerHeads:
    return trained_understanding().model.dangers


def test_it_hears_much_of_the_held_out_danger_and_little_in_calm_messages() -> None:
    short = [row for row in HELD_OUT["development"] if len(row["text"].split()) <= LONGEST]
    there = [bool(heads().hear(row["text"])) for row in short if row["flags"]]
    false = [bool(heads().hear(row["text"])) for row in short if not row["flags"] and not row.get("disputed")]
    assert sum(there) >= 0.4 * len(there)
    assert sum(false) <= 0.05 * len(false)


def test_what_it_hears_is_not_sure_and_quotes_the_message() -> None:
    text = "Good morning. My husband beats me every night with a belt."
    heard = heads().hear(text)
    assert "violence" in {flag.id for flag in heard}
    assert all(not flag.sure and flag.trigger in text for flag in heard)


@pytest.mark.parametrize("text", ["", "   ", "empty", "no food", "word " * (LONGEST + 1)])
def test_it_is_silent_on_a_word_or_two_and_on_long_posts(text: str) -> None:
    assert heads().hear(text) == ()


def test_phrases_come_first() -> None:
    flags = trained_understanding().read("my husband hits me", now=NOW).flags
    assert [(flag.id, flag.trigger, flag.sure) for flag in flags] == [("violence", "hits me", True)]


def test_every_danger_has_examples_in_every_language() -> None:
    examples = read_folder(CONTENT / "danger")
    for language in ("en", "af", "zu", "xh", "st"):
        spoken = [example for example in examples if example.language == language]
        for flag in (*FLAGS, "calm"):
            assert sum(flag in example.labels for example in spoken) >= 8, f"{flag} in {language}"


def test_no_held_out_message_is_learnt_from() -> None:
    learnt = {example.text.casefold() for example in read_folder(CONTENT / "danger")}
    assert [row["text"] for half in HELD_OUT.values() for row in half if row["text"].casefold() in learnt] == []


@pytest.mark.parametrize(
    "text",
    [
        "I am at the police station now",
        "ek is nou by die polisiestasie",
        "ngisesiteshini samaphoyisa ngizobika indaba",
        "ndisesikhululweni samapolisa ndizokuxela",
        "ke mapoleseng ke tlile ho bula nyewe",
    ],
)
def test_who_came_to_the_police_to_report_something_resembles_no_danger(text: str) -> None:
    assert heads().hear(text) == ()

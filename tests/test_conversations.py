"""Whole conversations, written down in YAML, through the real store and the real model."""

import logging
from pathlib import Path

import pytest

from casestore.unit_of_work import Store
from tests.conversation_steps import play
from tests.needs import ON_SQLITE

CONVERSATIONS = sorted((Path(__file__).parent / "conversations").glob("*.yml"))


@ON_SQLITE
@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_conversation(path: Path, store: Store, caplog: pytest.LogCaptureFixture, pytestconfig: pytest.Config) -> None:
    """What is written down is what happens, and nothing goes wrong underneath."""
    with caplog.at_level(logging.INFO, "bot"):
        play(path, store, rewriting=pytestconfig.getoption("rewrite_conversations"))
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_there_are_conversations() -> None:
    """An empty folder would prove nothing."""
    assert len(CONVERSATIONS) >= 30

"""Killed at any instant and started again, the bot loses nothing and answers nobody twice for one message."""

from pathlib import Path

import pytest

from tests.crash import crash

CHATS = 8
KILLS = 2


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_a_bot_that_is_killed_answers_everybody_in_order(trained_model: Path, tmp_path: Path, webhook: bool) -> None:
    outcome = crash(trained_model, tmp_path / "data", kills=KILLS, chats=CHATS, webhook=webhook, seed=7)
    assert outcome.lost == 0
    assert outcome.wrong == 0
    # Telegram has no way to say "this one again": what it took in the instant of the kill is sent once more.
    # That is at most the one message under way to each chat.
    assert outcome.doubled <= KILLS * CHATS

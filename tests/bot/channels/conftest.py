"""Fixtures: the trained model, a Telegram, and a bot that is started once for many tests."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import Telegram
from tests.telegram_bot import GROUP, Bot
from tests.trained import model_path

_chats = itertools.count(1_000)


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The real model: trained once for the same examples."""
    return model_path()


@pytest.fixture(scope="module")
def running(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot that polls, for tests that each use a chat of their own."""
    with Telegram() as telegram:
        telegram.joins(GROUP)
        with Bot(tmp_path_factory.mktemp("running") / "data", trained_model, telegram) as bot:
            yield bot.start()


@pytest.fixture
def chat() -> int:
    """A private chat that nobody has written in yet."""
    return next(_chats)

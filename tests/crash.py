"""Kills the bot at random instants while people write, and counts what was lost, swapped or doubled."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

from tests.emulator import Fault, Telegram
from tests.telegram_bot import Bot, Person

# Commands, so that each message is a turn of its own; no two neighbours are answered with the same words.
SAID = ("/start", "/status", "/help", "/status", "/language", "/status")
_REFERENCE = 1
_API_SECONDS = 0.05  # how long Telegram takes to confirm a message
_EVER = 10**9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `answers` were due; `doubled` came twice, `lost` never, `wrong` at another place."""

    kills: int
    chats: int
    updates: int
    answers: int
    lost: int
    wrong: int
    doubled: int
    seconds: float


def crash(model: Path, folder: Path, *, kills: int, chats: int, webhook: bool, seed: int) -> Outcome:
    """Everybody says the same things at random times; one who wrote before the first kill shows what is right."""
    chance = random.Random(seed)
    start = time.monotonic()
    with Telegram() as telegram, Bot(folder, model, telegram, webhook=webhook) as bot:
        bot.start()
        expected = _reference(bot)
        telegram.server.faults.append(Fault("sendMessage", seconds=_API_SECONDS, times=_EVER))
        people = range(100, 100 + chats)
        waiting = {chat: list(SAID) for chat in people}
        for _ in range(kills):
            _some_write(telegram, waiting, chance, kills)
            time.sleep(chance.uniform(0, 1))
            bot.kill()
            _some_write(telegram, waiting, chance, kills)
            bot.start()
        for chat, texts in waiting.items():
            for text in texts:
                telegram.says(text, chat=chat)
        bot.settle()
        for id_ in chance.sample(sorted(telegram.sent), k=min(20, len(telegram.sent))):
            telegram.push_again(id_)  # what was answered is not answered again
        telegram.says(SAID[0], chat=_REFERENCE)
        bot.settle()
        compared = [_compared(expected, telegram.texts(chat)) for chat in people]
        assert bot.stop() == 0
    lost, wrong, doubled = (sum(column) for column in zip(*compared, strict=True))
    answers = len(expected) * chats
    seconds = time.monotonic() - start
    return Outcome(kills, chats, len(SAID) * chats, answers, lost, wrong, doubled, seconds)


def _reference(bot: Bot) -> list[str]:
    person = Person(bot, _REFERENCE)
    return [call.text for text in SAID for call in person.says(text)]


def _some_write(telegram: Telegram, waiting: dict[int, list[str]], chance: random.Random, kills: int) -> None:
    """Each person says the next few things, some of them nothing."""
    share = len(SAID) / (2 * kills)
    for chat, texts in waiting.items():
        for _ in range(round(chance.uniform(0, 2 * share))):
            if texts:
                telegram.says(texts.pop(0), chat=chat)


def _compared(expected: list[str], got: list[str]) -> tuple[int, int, int]:
    """How many answers are lost, wrong and doubled."""
    place = wrong = doubled = 0
    for text in got:
        if place < len(expected) and text == expected[place]:
            place += 1
        elif place and text == expected[place - 1]:
            doubled += 1
        else:
            wrong += 1
    return len(expected) - place, wrong, doubled

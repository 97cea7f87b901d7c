"""Drives real posts through Telegram to a paralegal and back: python bench/telegram_posts.py FILE.tsv [-n 20].

The file needs a column `text`, and may have `id`. The table says what the bot understood, and never quotes a post.
"""

import argparse
import csv
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.emulator import Call, Telegram
from tests.telegram_bot import GROUP, Bot, Paralegal, Person
from tests.trained import model_path

_LONGEST_MESSAGE = 4096
_MOST_STEPS = 30
_ANSWER = "I have read your case."


@dataclass(frozen=True, slots=True)
class Post:
    """One row of the file."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """How the conversation about one post went: codes only."""

    post: str
    decision: str
    issues: str
    flags: str
    urgency: str
    case: str
    answered: bool
    turns: int
    seconds: float


def posts(path: Path, count: int) -> list[Post]:
    """That many rows, spread over the file."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [Post(row.get("id") or str(number), row["text"].replace("\\n", "\n")) for number, row in enumerate(rows, 1)]
    step = max(len(found) / max(count, 1), 1)
    return [found[int(place * step)] for place in range(min(count, len(found)))]


def tell(bot: Bot, paralegal: Paralegal, post: Post, chat: int) -> Told:
    """From /start to the paralegal's answer, as somebody would who presses the first button that goes on."""
    start = time.monotonic()
    person = Person(bot, chat)
    person.says("/start")
    heard: list[Call] = []
    for place in range(0, len(post.text), _LONGEST_MESSAGE):
        heard = person.says(post.text[place : place + _LONGEST_MESSAGE])
    decision = _decision(heard)
    turns = 2
    case = bot.case(chat)
    while case is None and turns < _MOST_STEPS:
        label = _next_button(person)
        if label is None:
            person.says("/human")
        else:
            person.presses(label)
        turns += 1
        case = bot.case(chat)
    if case is None:
        return Told(post.id, decision, "", "", "", "none", False, turns, time.monotonic() - start)
    paralegal.does("claim", case.reference)
    paralegal.does("reply", case.reference, text=_ANSWER)
    person.listens()
    answered = any(_ANSWER in call.text for call in person.heard)
    seconds = time.monotonic() - start
    issues, flags = " ".join(case.issues), " ".join(case.flags)
    return Told(post.id, decision, issues, flags, case.urgency, case.reference, answered, turns, seconds)


def _decision(heard: list[Call]) -> str:
    """What the bot did with the story, read off its buttons: sure of it, asked which, a human, or no problem."""
    shown = {data.split(":", 2)[-1] for call in heard for data in call.buttons.values()}
    if "not_that" in shown:
        return "sure"
    if "something_else" in shown:
        return "ask"
    return "human" if "yes" in shown else "more"


def _next_button(person: Person) -> str | None:
    """The button that somebody in a hurry presses: yes to the case, skip a question, else the first that is offered."""
    shown = next((call for call in reversed(person.heard) if call.buttons), None)
    if shown is None:
        return None
    asked = {data.split(":", 2)[-1]: label for label, data in shown.buttons.items() if not data.startswith("v1:g:")}
    return asked.get("skip") or asked.get("yes") or next(iter(asked.values()), None)


def main() -> None:
    """Prints one line a post, and a summary."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("-n", dest="count", type=int, default=20)
    asked = arguments.parse_args()
    told: list[Told] = []
    with tempfile.TemporaryDirectory() as folder, Telegram() as telegram:
        telegram.joins(GROUP)
        with Bot(Path(folder) / "data", model_path(), telegram) as bot:
            bot.start()
            paralegal = Paralegal(bot)
            print(f"{'row':24} {'first':6} {'urgency':9} {'case':9} {'answer':6} {'turns':>5} {'s':>5}  issues / flags")
            for chat, post in enumerate(posts(asked.file, asked.count), 1_000):
                one = tell(bot, paralegal, post, chat)
                told.append(one)
                print(
                    f"{one.post:24} {one.decision:6} {one.urgency:9} {one.case:9} {'yes' if one.answered else 'no':6} "
                    f"{one.turns:5} {one.seconds:5.1f}  {one.issues or '-'} / {one.flags or '-'}",
                    flush=True,
                )
            bot.stop()
    turns, seconds = sum(one.turns for one in told), sum(one.seconds for one in told)
    answered = sum(one.answered for one in told)
    print(f"{len(told)} posts, {answered} answered by the paralegal, {seconds / max(turns, 1):.2f} seconds a turn")
    sys.exit(answered < len(told))


if __name__ == "__main__":
    main()

"""What a message means: the one result type of every way of understanding."""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Decision(str, Enum):  # noqa: UP042 - Python 3.10, where Rasa lives, has no StrEnum
    """How sure the reading is: go on, ask the person, hand to a human, or no legal problem in it."""

    __str__ = str.__str__

    SURE = "sure"
    ASK = "ask"
    HUMAN = "human"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Scored:
    """An issue or an area with its probability between 0 and 1."""

    id: str
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, read. `problem` and `vague`: how probably it tells of trouble at all, and of trouble unsaid.

    `areas` are independent of each other; `issues` share one probability. Both are most probable first.
    """

    problem: float
    vague: float
    areas: tuple[Scored, ...]
    issues: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A danger that was heard, and the words that triggered it; one that is not `sure` only sounds like it."""

    id: str
    trigger: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day somebody wrote in words.

    `words` is the text it was read from; `precision` is `day`, `week` or `month`: how exactly it was said.
    """

    day: date
    words: str
    precision: str = "day"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One message, understood. `issues` and `areas` are most probable first; `intent` is what was said to the bot.

    `also` names further problems that are told beside the most probable one. `languages` are most probable first;
    `language` is the first of them, or `mixed` where the words are of two. Not `calibrated`, the numbers rank, and say
    nothing of how often they are right.
    """

    language: str = "en"
    languages: tuple[Scored, ...] = ()
    problem: float = 0.0
    decision: Decision = Decision.NONE
    issues: tuple[Scored, ...] = ()
    areas: tuple[Scored, ...] = ()
    also: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    intent: str = ""
    intent_probability: float = 0.0
    model: str = ""
    calibrated: bool = True

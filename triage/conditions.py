"""Conditions on facts, as content files write them: `respondent_home is landlord and letter_date from 2026-05-01`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

Facts = Mapping[str, str]

NOTHING_KNOWN: Facts = MappingProxyType({})
ASKED_IN_VAIN = frozenset({"skipped", "unsure"})
_TEST = re.compile(r"(\w+) (is|before|from) (.+)")
_HOW = (
    "write `fact is one`, `fact is one or another`, `fact before 2026-05-01` or `fact from 2026-05-01`, joined by `and`"
)


class ConditionMistake(ValueError):
    """A text is no condition; the message says how to write one."""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a fact: with the choices it may be, or with the day before or from which it must lie."""

    fact: str
    how: str
    values: tuple[str, ...]

    def holds(self, facts: Facts) -> bool | None:
        """Whether it is so; None while the fact is not known."""
        known = facts.get(self.fact, "")
        if not known or known in ASKED_IN_VAIN:
            return None
        if self.how == "is":
            return known in self.values
        try:
            day = date.fromisoformat(known)
        except ValueError:
            return None
        return (day < date.fromisoformat(self.values[0])) == (self.how == "before")


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests that must all hold; `text` is how the file says it."""

    text: str
    tests: tuple[Test, ...]

    def holds(self, facts: Facts) -> bool | None:
        """True when all tests hold, False when one fails, None when that cannot be said yet."""
        results = [test.holds(facts) for test in self.tests]
        if False in results:
            return False
        return None if None in results else True


def read_condition(text: str) -> Condition:
    """A condition from its text; raises ConditionMistake for anything else."""
    words = " ".join(text.split())
    return Condition(words, tuple(_test(part) for part in words.split(" and ")))


def _test(text: str) -> Test:
    found = _TEST.fullmatch(text)
    if found is None:
        raise ConditionMistake(f"{text!r} is no condition; {_HOW}")
    fact, how, value = found.groups()
    values = tuple(value.split(" or ")) if how == "is" else (value,)
    if not all(re.fullmatch(r"[\w-]+", one) for one in values):
        raise ConditionMistake(f"{text!r} is no condition; {_HOW}")
    if how != "is":
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ConditionMistake(f"{value!r} is not a date; write it as 2026-05-01") from None
    return Test(fact, how, values)

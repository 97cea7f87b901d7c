"""Compares phonenumbers with an own pattern on the cases of our tests: python bench/phones.py."""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.triage.test_identifiers import NO_PHONES, PHONES
from triage.identifiers import Kind, find_identifiers

# What can be written in an afternoon: a trunk or country prefix and nine or ten digits with marks between.
PATTERN = {
    "ZA": re.compile(r"(?<![\w.,/£-])(?:(?:\+|00)?27|\(?0)[ .-]?\(?[1-8]\d\)?(?:[ ./-]?\d){7}(?!\d)"),
    "GB": re.compile(r"(?<![\w.,/£-])(?:(?:\+|00)?44(?: ?\(0\))?|\(?0)[ .-]?[1-9]\d{1,4}\)?(?:[ .-]?\d){5,8}(?!\d)"),
}
TRUNK = {"ZA": "27", "GB": "44"}


def library(text: str, region: str) -> list[str]:
    """What phonenumbers finds, beside our other identifiers."""
    return [each.value for each in find_identifiers(text, region=region) if each.kind is Kind.PHONE]


def pattern(text: str, region: str) -> list[str]:
    """What the pattern finds."""
    numbers = []
    for match in PATTERN[region].finditer(text):
        digits = re.sub(r"\D", "", match[0].replace("(0)", "")).removeprefix("00")
        numbers.append("+" + (digits if digits.startswith(TRUNK[region]) else TRUNK[region] + digits.removeprefix("0")))
    return numbers


def main() -> None:
    """Prints right answers and time for both."""
    cases = [*PHONES, *((region, text, []) for region, text in NO_PHONES)]
    ways: dict[str, Callable[[str, str], list[str]]] = {"phonenumbers": library, "own pattern": pattern}
    for name, way in ways.items():
        start = time.perf_counter()
        right = sum(way(text, region) == numbers for region, text, numbers in cases)
        spent = (time.perf_counter() - start) / len(cases) * 1000
        print(f"{name:12} {right:3} of {len(cases)} right, {spent:5.2f} ms each")


if __name__ == "__main__":
    main()

"""Compares our dates with dateparser's search on the phrases of tests/triage/test_dates.py: python bench/dates.py."""

import sys
import time
import warnings
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from dateparser.search import search_dates

from triage.dates import find_dates

sys.path.insert(0, str(Path(__file__).parents[1]))
TODAY = date(2026, 11, 23)


def ours(text: str, looking: str) -> list[date]:
    """What our grammar finds."""
    return [found.day for found in find_dates(text, today=TODAY, looking=looking)]


def theirs(text: str, looking: str) -> list[date]:
    """What dateparser finds."""
    settings = {
        "RELATIVE_BASE": datetime.combine(TODAY, datetime.min.time()),
        "DATE_ORDER": "DMY",
        "PREFER_DATES_FROM": {"past": "past", "future": "future"}.get(looking, "current_period"),
        "PREFER_DAY_OF_MONTH": "first",
    }
    return [day.date() for _, day in search_dates(text, languages=["en", "af"], settings=settings) or ()]


def main() -> None:
    """Prints right answers and time for both."""
    from tests.triage.test_dates import NOT_DATES, PHRASES, SENTENCES

    warnings.simplefilter("ignore")
    tables = {
        "phrases": [(text, looking, [day]) for text, looking, day in PHRASES],
        "sentences": [(text, looking, [day]) for text, looking, day in SENTENCES],
        "no dates": [(text, "either", []) for text in NOT_DATES],
    }
    ways: dict[str, Callable[[str, str], list[date]]] = {"ours": ours, "dateparser": theirs}
    for name, way in ways.items():
        for title, table in tables.items():
            start = time.perf_counter()
            right = sum(way(text, looking) == days for text, looking, days in table)
            spent = (time.perf_counter() - start) / len(table) * 1000
            print(f"{name:12} {title:10} {right:4} of {len(table)} right, {spent:6.2f} ms each")


if __name__ == "__main__":
    main()

"""What a text tells besides the problem: days, periods, amounts, numbers, the place, who the other side is."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.amounts import Amount, find_amounts
from triage.content import read_mapping
from triage.dates import find_dates
from triage.errors import ContentError
from triage.identifiers import Identifier, find_identifiers
from triage.meaning import FoundDate
from triage.pack import LawPack
from triage.periods import Period, find_periods

_PRECISIONS = ("day", "week", "month")
_LAST = "family"  # mostly those who are helped: the other side only where nobody else is named


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts read from free text; empty where nothing was said."""

    dates: tuple[FoundDate, ...] = ()
    periods: tuple[Period, ...] = ()
    amounts: tuple[Amount, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    place: str | None = None
    respondent: str | None = None

    @property
    def event(self) -> FoundDate | None:
        """The day the text is most likely about: the first of those that were said most exactly."""
        return min(self.dates, key=lambda found: _PRECISIONS.index(found.precision), default=None)


class RespondentWords:
    """Who the other side is, by the words people use (`nlu_data/respondents.yml`)."""

    def __init__(self, words: Mapping[str, list[str]]) -> None:
        self._kind_of = {word: kind for kind, listed in words.items() for word in listed}
        longest_first = sorted(self._kind_of, key=len, reverse=True)
        self._pattern = re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)

    def find(self, text: str, *, among: Container[str] | None = None) -> str | None:
        """The kind of the first one named, family after all others; where `among` is given, one of these."""
        named = [self._kind_of[found.group(1).lower()] for found in self._pattern.finditer(text)]
        named = [kind for kind in named if among is None or kind in among]
        return min(named, key=lambda kind: kind == _LAST, default=None)


def load_respondents(path: Path) -> RespondentWords:
    """Reads the word list; raises ContentError for a kind without words, or a word that is not in small letters."""
    content = read_mapping(path)
    for kind, words in content.items():
        if not isinstance(words, list) or not words:
            raise ContentError(path, f"{kind}: expected a list of words")
        for word in words:
            if not isinstance(word, str) or word != word.lower():
                raise ContentError(path, f"{kind}: {word!r} must be a word in small letters; put it in quotes")
    return RespondentWords(content)


def read_facts(text: str, pack: LawPack, respondents: RespondentWords, *, today: date) -> Facts:
    """All facts in a text, read with the date order and currency of the place."""
    place = pack.gazetteer.find_one(text)
    dates = find_dates(text, today=today, order=pack.date_order)
    return Facts(
        dates=dates,
        periods=find_periods(text, dates, today=today),
        identifiers=find_identifiers(text, region=pack.region),
        amounts=find_amounts(text, currency=pack.currency),
        place=place.region if place else None,
        respondent=respondents.find(text),
    )

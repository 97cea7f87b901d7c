"""What a text tells besides the problem: days, amounts, the place, who the other side is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.amounts import Amount, find_amounts
from triage.content import read_mapping
from triage.dates import find_dates
from triage.errors import ContentError
from triage.meaning import FoundDate
from triage.pack import LawPack, find_place


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts read from free text; empty where nothing was said."""

    dates: tuple[FoundDate, ...] = ()
    amounts: tuple[Amount, ...] = ()
    place: str | None = None
    respondent: str | None = None


class RespondentWords:
    """Who the other side is, by the words people use (`nlu_data/respondents.yml`)."""

    def __init__(self, words: Mapping[str, list[str]]) -> None:
        self._kind_of = {word: kind for kind, listed in words.items() for word in listed}
        longest_first = sorted(self._kind_of, key=len, reverse=True)
        self._pattern = re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)

    def find(self, text: str) -> str | None:
        """The kind of the first one named."""
        found = self._pattern.search(text)
        return self._kind_of[found.group(1).lower()] if found else None


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
    place = find_place(text, pack)
    return Facts(
        dates=find_dates(text, today=today, order=pack.date_order),
        amounts=find_amounts(text, currency=pack.currency),
        place=None if place is None else place.id,
        respondent=respondents.find(text),
    )

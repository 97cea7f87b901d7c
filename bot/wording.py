"""The sentence for a key, in the person's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.translations import State, counted, fields_of, plural_form, read_translations, wanted_in
from triage.content import read_mapping
from triage.errors import ContentError

FALLBACK = "en"
# What a person agrees to is said in words that mean what the English means today, or in English.
BINDING = frozenset(
    {
        "case.offer",
        "case.offer_human",
        "case.offer_again",
        "case.statistics",
        "case.share",
        "case.partner",
        "delete.ask",
    }
)


@dataclass(frozen=True, slots=True)
class Wording:
    """All sentences by language and key. `states` says of the translated ones how far they may be trusted."""

    sentences: Mapping[str, Mapping[str, str]]
    version: str = field(default="")
    states: Mapping[str, Mapping[str, State]] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages there are sentences in, English first."""
        return tuple(self.sentences)

    def say(self, key: str, language: str = FALLBACK, /, **fills: str) -> str:
        """The sentence for a key, filled in; in English where the language lacks it. KeyError for an unknown key.

        Where a number decides the words, it is filled in as `count`.
        """
        sentence = self._own(key, language, fills)
        if sentence is None:
            sentence = self.sentences[FALLBACK][self._form(key, FALLBACK, fills)]
        # One pass over the template only: braces in what is filled in stay what they are.
        return sentence.format_map(fills) if fills else sentence

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        english = self.sentences[FALLBACK]
        return key in english or counted(f"{key}.other", english) == key

    def lacks(self, key: str, language: str, /, **fills: str) -> bool:
        """Whether English stands in for this sentence."""
        return self._own(key, language, fills) is None

    def is_reviewed(self, language: str) -> bool:
        """Whether a speaker has checked every sentence there is in a language."""
        return all(state is State.REVIEWED for state in self.states.get(language, {}).values())

    def missing(self, language: str) -> list[str]:
        """The keys for which English stands in."""
        said = self.sentences[language]
        wanted = wanted_in(language, self.sentences[FALLBACK])
        return [key for key in wanted if key not in said or self._is_held_back(key, language)]

    def _own(self, key: str, language: str, fills: Mapping[str, str]) -> str | None:
        key = self._form(key, language, fills)
        return None if self._is_held_back(key, language) else self.sentences.get(language, {}).get(key)

    def _form(self, key: str, language: str, fills: Mapping[str, str]) -> str:
        if key in self.sentences[FALLBACK] or "count" not in fills:
            return key
        known = language if language in self.sentences else FALLBACK
        return f"{key}.{plural_form(known, int(fills['count']))}"

    def _is_held_back(self, key: str, language: str) -> bool:
        return key in BINDING and self.states.get(language, {}).get(key) is State.OUTDATED


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{key}.")
        else:
            yield key, value


def read_english(path: Path) -> tuple[dict[str, str], str]:
    """The English sentences by key, and their version; raises ContentError for one that is no text."""
    content = read_mapping(path)
    version = str(content.pop("version", ""))
    english = dict(_flatten(content))
    for key, sentence in english.items():
        if not isinstance(sentence, str):
            raise ContentError(path, f"{key}: expected a sentence; put it in quotes")
        try:
            fields_of(sentence)
        except ValueError as mistake:
            raise ContentError(path, f"{key}: {mistake}; write {{{{ for a brace") from None
    return english, version


def load_wording(folder: Path) -> Wording:
    """Reads English and what is translated of it, one file a language; raises ContentError for a mistake in one."""
    english, version = read_english(folder / f"{FALLBACK}.yml")
    translated = {path.stem: read_translations(path, english) for path in sorted(folder.glob("*.po"))}
    return Wording(
        {FALLBACK: english} | {code: {key: one.words for key, one in of.items()} for code, of in translated.items()},
        version,
        {code: {key: one.state for key, one in of.items()} for code, of in translated.items()},
    )

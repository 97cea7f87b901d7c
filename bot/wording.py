"""The sentence for a key, in the person's language."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triage.content import read_mapping
from triage.errors import ContentError

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Wording:
    """All sentences by language and key."""

    sentences: Mapping[str, Mapping[str, str]]
    version: str = field(default="")

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages there are sentences in."""
        return tuple(self.sentences)

    def say(self, key: str, language: str = FALLBACK, /, **fills: str) -> str:
        """The sentence for a key, filled in; in English where the language lacks it. KeyError for an unknown key."""
        sentence = self.sentences.get(language, {}).get(key) or self.sentences[FALLBACK][key]
        # One pass over the template only: braces in what is filled in stay what they are.
        return sentence.format_map(fills) if fills else sentence

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self.sentences[FALLBACK]


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{key}.")
        else:
            yield key, value


def fields_of(sentence: str) -> frozenset[str]:
    """The names that a sentence wants filled in."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def load_wording(folder: Path) -> Wording:
    """Reads one file a language; raises ContentError for a sentence that is no text or that asks for unknown names."""
    sentences: dict[str, dict[str, str]] = {}
    version = ""
    for path in sorted(folder.glob("*.yml")):
        content = read_mapping(path)
        version = str(content.pop("version", "")) if path.stem == FALLBACK else (content.pop("version", "") and version)
        flat = dict(_flatten(content))
        for key, sentence in flat.items():
            if not isinstance(sentence, str):
                raise ContentError(path, f"{key}: expected a sentence; put it in quotes")
            try:
                fields_of(sentence)
            except ValueError as mistake:
                raise ContentError(path, f"{key}: {mistake}; write {{{{ for a brace") from None
        sentences[path.stem] = flat
    if FALLBACK not in sentences:
        raise ContentError(folder, f"{FALLBACK}.yml is missing")
    for language, flat in sentences.items():
        for key, sentence in flat.items():
            original = sentences[FALLBACK].get(key)
            if original is None:
                raise ContentError(folder / f"{language}.yml", f"{key}: no such sentence in {FALLBACK}.yml")
            if extra := fields_of(sentence) - fields_of(original):
                raise ContentError(folder / f"{language}.yml", f"{key}: asks for {', '.join(sorted(extra))}")
    return Wording(sentences, version)

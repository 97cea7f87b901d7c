"""Legal words and what they mean: each is explained once, where a text first uses it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.entries import keyed_entries


@dataclass(frozen=True, slots=True)
class Glossary:
    """What words mean, by the word in small letters. Plurals and other forms stand beside it as words of their own."""

    meanings: Mapping[str, str]

    def explain(self, texts: Iterable[str]) -> list[str]:
        """The texts with each word explained behind its first use, unless the author explains it there."""
        if not self.meanings:
            return list(texts)
        longest_first = sorted(self.meanings, key=len, reverse=True)
        words = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])( \()?", re.IGNORECASE)
        known: set[str] = set()

        def once(found: re.Match[str]) -> str:
            opened = found.group(1) or ""
            word = found.group().removesuffix(opened)
            meaning = self.meanings[word.casefold()]
            if meaning in known or _in_brackets(found):
                return found.group()
            known.add(meaning)
            return found.group() if opened else f"{word} ({meaning})"

        return [words.sub(once, text) for text in texts]


def _in_brackets(found: re.Match[str]) -> bool:
    """Whether the word already stands in brackets, where another pair would confuse."""
    before = found.string[: found.start()].rpartition("\n")[2]
    return before.count("(") > before.count(")")


def read_glossary(path: Path) -> Glossary:
    """The words of a place: `word: {means: …, also: [other forms]}`; none without the file."""
    meanings: dict[str, str] = {}
    if not path.exists():
        return Glossary(meanings)
    for word, entry in keyed_entries(path, "word"):
        means = entry.text("means")
        for form in (word, *entry.texts("also")):
            if form != form.lower():
                raise entry.wrong(f"write {form!r} in small letters")
            if form in meanings:
                raise entry.wrong(f"{form!r} is there twice; remove one")
            meanings[form] = means
    return Glossary(meanings)

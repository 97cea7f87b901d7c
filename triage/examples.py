"""Reads training examples written in Rasa 3 YAML (`version: "3.1"`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.content import read_mapping
from triage.errors import ContentError

# What Rasa takes for a marked entity and strips; ours has no entities, so such a text would be read in two ways.
_ENTITY = re.compile(r"\[[^\]]+\](\([^:)]+(:[^)]+)?\)|\{[^}]+\}|\[.*\])")
_AROUND = "\n\r "  # what Rasa strips from a text: no tabs


@dataclass(frozen=True, slots=True)
class Example:
    """One thing somebody might write. `also` names further problems that are really in it."""

    text: str
    intent: str
    also: tuple[str, ...] = ()
    language: str = "en"

    @property
    def labels(self) -> tuple[str, ...]:
        """The intent and everything in `also`."""
        return (self.intent, *self.also)


def read_examples(path: Path) -> Iterator[Example]:
    """All examples of one file, once each; raises ContentError for one that Rasa would not read the same way."""
    yield from dict.fromkeys(_examples(path))


def _examples(path: Path) -> Iterator[Example]:
    content = read_mapping(path)
    if content.get("version") != "3.1":
        raise ContentError(path, 'expected `version: "3.1"` at the top')
    for block in content.get("nlu") or []:
        if not isinstance(block, dict) or not isinstance(block.get("intent"), str):
            raise ContentError(path, "each entry under `nlu` needs an `intent`")
        if not block["intent"] or "/" in block["intent"]:
            raise ContentError(path, f"an intent without a slash is needed: {block['intent']!r}")
        shared = _metadata(path, block)
        for text, own in _texts(path, block):
            if not text:
                raise ContentError(path, f"{block['intent']}: an empty example")
            if _ENTITY.search(text):
                raise ContentError(path, f"{block['intent']}: Rasa would strip this mark-up: {text[:40]!r}")
            metadata = {**shared, **own}
            yield Example(
                text=text,
                intent=block["intent"],
                also=tuple(metadata.get("also", ())),
                language=metadata.get("language", "en"),
            )


def _metadata(path: Path, block: dict[str, Any]) -> dict[str, Any]:
    metadata = block.get("metadata") or {}
    if not isinstance(metadata, dict) or not isinstance(metadata.get("also", []), list):
        raise ContentError(path, "`metadata` takes `language: xx` and `also: [issue, ...]`")
    return metadata


def _texts(path: Path, block: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    examples = block.get("examples")
    if isinstance(examples, str):
        for line in examples.splitlines():
            if not line.strip():
                continue
            if not line.startswith("-"):
                raise ContentError(path, f"{block['intent']}: an example line must start with `- `: {line[:40]!r}")
            yield line[1:].strip(_AROUND), {}
    elif isinstance(examples, list):
        for entry in examples:
            if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
                raise ContentError(path, f"{block['intent']}: each example in a list needs a `text`")
            yield entry["text"].strip(_AROUND), _metadata(path, entry)
    else:
        raise ContentError(path, f"{block['intent']}: `examples` must be a list or lines starting with `- `")


def read_folder(folder: Path) -> list[Example]:
    """All examples of all files in a folder, in the order of their names."""
    return [example for path in sorted(folder.glob("*.yml")) for example in read_examples(path)]


def training_files(content: Path) -> list[Path]:
    """The files that are learnt from: problems, chatter, vague ones, and what is said to the bot."""
    folders = (content / name for name in ("issues", "chatter", "intents"))
    return [*(path for folder in folders for path in sorted(folder.glob("*.yml"))), content / "vague.yml"]


def held_out_files(content: Path) -> list[Path]:
    """The files that training never sees; `danger.yml` beside them is for the danger phrases, in another form."""
    return sorted(path for path in (content / "heldout").glob("*.yml") if path.name != "danger.yml")


def read_held_out(content: Path) -> list[Example]:
    """The examples that training never sees."""
    return [example for path in held_out_files(content) for example in read_examples(path)]

"""`doorstep corrections`: what the desk put right, as candidates for a person to review; nothing learns by itself."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from casestore.labels import Judged
from casestore.privacy.consent import IMPROVE
from casestore.unit_of_work import UnitOfWork
from triage.examples import read_examples, training_files
from triage.masking import Vocabulary, load_vocabulary, mask
from triage.pack import LawPack, load_pack, packs_folder

Say = Callable[[str], None]
_LEAST_WORDS = 4  # shorter messages are answers to the bot, not the story
_LONGEST = 2_000  # characters
_HEAD = """\
# Candidates for nlu_data/issues, from {count} cases that the desk put right; written on {today}.
# Names, numbers, addresses and places were hidden by a program, which overlooks some. Before one is used, a person must
# read it, take out whatever still tells who it is, put it into other words, and move it into the file of its issue.
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One corrected case that may become an example: the right issue, the language, the masked words."""

    issue: str
    language: str
    text: str


class Masker:
    """Hides what names somebody, with the content at hand."""

    def __init__(self, content: Path, *, today: date) -> None:
        examples = (each.text for path in training_files(content) for each in read_examples(path))
        self._vocabulary: Vocabulary = load_vocabulary(content / "names.yml", examples)
        folders = sorted(path.parent for path in packs_folder().glob("*/pack.yml"))
        self._packs: list[LawPack] = [load_pack(folder) for folder in folders]
        self._today = today

    def mask(self, text: str) -> str:
        """The text on one line, with what names somebody hidden."""
        return " ".join(mask(text, self._vocabulary, self._packs, today=self._today).split())


def candidates(uow: UnitOfWork, masker: Masker) -> Iterator[Candidate]:
    """The corrected cases whose people agreed that their words may teach the program."""
    for judged in uow.labels.judged():
        if judged.desk is None or not judged.corrected or not _may_teach(uow, judged):
            continue
        if text := masker.mask(_story(uow, judged)):
            yield Candidate(judged.desk.issue, judged.language, text)


def _may_teach(uow: UnitOfWork, judged: Judged) -> bool:
    return judged.person_id is not None and uow.consents.given(judged.person_id, IMPROVE)


def _story(uow: UnitOfWork, judged: Judged) -> str:
    """What the person wrote before the case was opened, without the short answers."""
    if judged.conversation_id is None:
        return ""
    transcript = uow.messages.transcript(uow.conversations.get(judged.conversation_id), limit=100_000)
    told = [message.text for message in transcript if message.sender == "person" and message.at <= judged.opened_at]
    return "\n".join(text for text in told if len(text.split()) >= _LEAST_WORDS)[:_LONGEST]


def as_examples(found: Sequence[Candidate], *, today: date) -> str:
    """The candidates as a file of examples that await review, in the form that training reads."""
    blocks: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for candidate in found:
        blocks.setdefault((candidate.issue, candidate.language), []).append({"text": candidate.text})
    nlu = [
        {"intent": issue, "metadata": {"language": language, "review": "awaiting"}, "examples": texts}
        for (issue, language), texts in sorted(blocks.items())
    ]
    written = yaml.safe_dump({"version": "3.1", "nlu": nlu}, sort_keys=False, allow_unicode=True, width=120)
    return _HEAD.format(count=len(found), today=today) + written


def export(uow: UnitOfWork, masker: Masker, *, today: date, out: Path | None, say: Say, hint: Say) -> int:
    """Writes the candidates to a new file that only its owner may read, or says them; returns of how many cases.

    `hint` tells what is left out.
    """
    found = list(candidates(uow, masker))
    text = as_examples(found, today=today)
    if out is None:
        say(text.rstrip())
    else:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    corrected = sum(judged.corrected for judged in uow.labels.judged())
    hint(f"{len(found)} of {corrected} corrected cases are in it.")
    if len(found) < corrected:
        hint("The others are only counted: their people did not agree that their words may teach the program.")
    return len(found)

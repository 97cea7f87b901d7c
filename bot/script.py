"""The interview script: which questions there are, and which matter for which issue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from triage.conditions import Condition, ConditionMistake, read_condition
from triage.content import read_mapping
from triage.errors import ContentError


class QuestionKind(StrEnum):
    """What sort of answer a question takes."""

    PLACE = "place"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `then` names the question that follows an answer; `words` are what else people call a choice.

    `told` are the choices whose words settle it wherever they stand in the story.
    `when` is what must have been answered before, or it is left out.
    """

    id: str
    kind: QuestionKind
    choices: tuple[str, ...] = ()
    looking: str = "either"
    then: dict[str, str] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    when: Condition | None = None

    def fits(self, answers: Mapping[str, str]) -> bool:
        """Whether it may be asked after these answers."""
        return self.when is None or self.when.holds(answers) is True

    def chosen_in(self, said: str) -> str:
        """The choice that one of its words stands for; empty when no word of any choice, or of several, is said."""
        low = said.casefold()
        found = [
            choice
            for choice, words in self.words.items()
            if choice in self.choices and any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low) for word in words)
        ]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Script:
    """All questions, and the list of them for each issue, area, and for the rest."""

    version: str
    questions: dict[str, Question]
    interviews: dict[str, tuple[str, ...]]
    emergency: tuple[str, ...]

    def interview(self, issue: str | None) -> tuple[str, ...]:
        """The questions for an issue: its own list, its area's, or the default."""
        if issue is None:
            return self.interviews["default"]
        for name in (issue, issue.split(".", 1)[0], "default"):
            if name in self.interviews:
                return self.interviews[name]
        return ()


def load_script(path: Path, place: str = "") -> Script:
    """Reads the script as it is in a place, such as `gb-eng`: `choices_in` may give a question other choices there.

    Raises ContentError for a question that is unknown, incomplete or never asked.
    """
    content = read_mapping(path)
    questions = {id_: _question(path, id_, entry, place) for id_, entry in content.get("questions", {}).items()}
    interviews = {name: tuple(ids) for name, ids in content.get("interviews", {}).items()}
    emergency = tuple(content.get("emergency", ()))
    asked = {id_ for ids in (*interviews.values(), emergency) for id_ in ids}
    asked |= {then for question in questions.values() for then in question.then.values()}
    asked |= {test.fact for question in questions.values() if question.when for test in question.when.tests}
    if unknown := asked - questions.keys():
        raise ContentError(path, f"unknown question {sorted(unknown)[0]!r} in an interview, `then` or `when`")
    if idle := questions.keys() - asked:
        raise ContentError(path, f"question {sorted(idle)[0]!r} is never asked; remove it or list it")
    if "default" not in interviews:
        raise ContentError(path, "interviews need a `default`")
    for question in questions.values():
        if question.kind is QuestionKind.CHOICE and not question.choices:
            raise ContentError(path, f"question {question.id!r} needs choices")
        everywhere = {*question.choices, *_choices_elsewhere(content["questions"][question.id])}
        for part, named in (("then", question.then), ("words", question.words), ("told", question.told)):
            if wrong := set(named) - everywhere:
                raise ContentError(
                    path, f"question {question.id!r}: `{part}` for an unknown choice {sorted(wrong)[0]!r}"
                )
    return Script(str(content.get("version", "")), questions, interviews, emergency)


def _question(path: Path, id_: str, entry: Any, place: str) -> Question:
    try:
        return Question(
            id=id_,
            kind=QuestionKind(entry["kind"]),
            choices=tuple(entry.get("choices_in", {}).get(place, entry.get("choices", ()))),
            looking=entry.get("looking", "either"),
            then=dict(entry.get("then", {})),
            words={choice: tuple(words) for choice, words in entry.get("words", {}).items()},
            told=tuple(entry.get("told", ())),
            when=read_condition(entry["when"]) if "when" in entry else None,
        )
    except ConditionMistake as mistake:
        raise ContentError(path, f"question {id_!r}: {mistake}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ContentError(path, f"question {id_!r} needs kind: place, date or choice") from None


def _choices_elsewhere(entry: dict[str, Any]) -> set[str]:
    return {choice for choices in entry.get("choices_in", {}).values() for choice in choices} | set(
        entry.get("choices", ())
    )

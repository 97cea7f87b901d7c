"""Where one person is in the conversation; to and from JSON."""

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

STORY_LIMIT = 12_000  # characters of the story kept for understanding; the transcript has everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The state between two turns.

    `asked` is the id of the open question, empty when the person may simply tell; `ask_number` counts questions, so
    that a button of an earlier one is recognised. `answers` are keyed by question id, never by wording.
    `letter` is the letter being written, `letter_values` what it is filled with so far, `letter_ask` the fields still
    to be asked for, the open one first, and `letter_before` the question that was open when it was begun.
    `chosen` are the issues that the person picked out themselves, `inexact` how exactly a day among the answers was
    said, where that was not to the day.
    `language` is what we speak, `language_from` how we know (`read` or `chosen`; empty: a guess so far), and
    `language_heard` another one that was heard once since.
    """

    greeted: bool = False
    language: str = "en"
    language_from: str = ""
    language_heard: str = ""
    language_asked: bool = False
    unchecked_told: tuple[str, ...] = ()
    last_at: str = ""
    asked: str = ""
    ask_number: int = 0
    misses: int = 0
    story: str = ""
    issues: tuple[str, ...] = ()
    current: str = ""
    candidates: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    guided: tuple[str, ...] = ()
    to_ask: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    inexact: dict[str, str] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    can_get: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    tries: int = 0
    consent_asked: bool = False
    declined: bool = False
    language_noted: bool = False
    resume: str = ""
    pending_issue: str = ""
    stopped: bool = False
    safe_asked: bool = False
    letter: str = ""
    letter_values: dict[str, str] = field(default_factory=dict)
    letter_ask: tuple[str, ...] = ()
    letter_before: str = ""

    @property
    def last_seen(self) -> datetime | None:
        """When the person last wrote."""
        return datetime.fromisoformat(self.last_at) if self.last_at else None

    def to_json(self) -> str:
        """As it is kept between turns."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | None) -> "Session":
        """Back from the store; a session of an older version keeps what is still known."""
        if not text:
            return cls()
        stored: dict[str, Any] = json.loads(text)
        known = {f.name for f in fields(cls)}
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items() if name in known
        }
        return cls(**kept)

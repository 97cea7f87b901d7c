"""What a turn can report besides its replies, in the past tense."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsentAnswered:
    """The person said yes or no to one purpose; `wording` is the key of the sentence they answered."""

    purpose: str
    given: bool
    wording: str


@dataclass(frozen=True, slots=True)
class CaseAgreed:
    """The person wants a case: one is opened, or their open one is added to."""


@dataclass(frozen=True, slots=True)
class CaseWithdrawn:
    """The person no longer wants the office to work on their case: it is closed, and nobody reads their words."""


@dataclass(frozen=True, slots=True)
class ContactChosen:
    """The person said when it is safe to write to them: only after they wrote, between two hours, or at any time."""

    only_when_written: bool
    hours: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class PersonWrote:
    """The person wrote something that belongs to their open case."""


@dataclass(frozen=True, slots=True)
class DangerHeard:
    """Danger flags that were new in this turn."""

    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """We speak this language with the person from now on: they chose it, or write it."""

    language: str


@dataclass(frozen=True, slots=True)
class SaidInEnglish:
    """The person's language lacks this sentence, or this card: English stood in."""

    key: str
    language: str


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """The person wants a copy of everything held about them."""


@dataclass(frozen=True, slots=True)
class LetterTaken:
    """The person approved a letter and wants it as a file: which template, which version of it, which format."""

    id: str
    version: str
    format: str


@dataclass(frozen=True, slots=True)
class ErasureConfirmed:
    """The person wants to be forgotten, and said so twice."""


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The person wants no more messages."""


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """The channel says that the person blocked us."""


Event = (
    ConsentAnswered
    | CaseAgreed
    | CaseWithdrawn
    | ContactChosen
    | PersonWrote
    | DangerHeard
    | LanguageChosen
    | SaidInEnglish
    | CopyAsked
    | LetterTaken
    | ErasureConfirmed
    | StopAsked
    | PersonLeft
)

"""What can go wrong while deciding.

TriageError
├── ContentError      a content file (examples, script, wording, law pack) has a mistake: names file and place
├── EncoderMissing    the weights of the sentence encoder are not installed, or are others
├── ModelFileError    the trained model is missing, broken or of another format
└── NoFigureForDate   no period of a dated figure covers the day asked for
"""

from pathlib import Path


class TriageError(Exception):
    """The root of everything raised by `triage`."""


class ContentError(TriageError):
    """A content file has a mistake; the message names the file, the place in it and what to do."""

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None) -> None:
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {problem}")


class ModelFileError(TriageError):
    """The trained model cannot be used; the message says how to make a new one."""


class EncoderMissing(TriageError):
    """The sentence encoder cannot be used; the message says how to get it, and what serves meanwhile."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"the sentence encoder cannot be used, {problem}: run `make encoder`, or use the light tier")


class NoFigureForDate(TriageError):
    """No period of a dated figure covers the day: better no figure than an old one."""

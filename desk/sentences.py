"""What the desk says to a person and how it calls codes: passed in, for the desk may not import the bot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from casestore.conversations import Conversation
from casestore.unit_of_work import UnitOfWork


class Sentence(Protocol):
    """One sentence in the person's language, filled in."""

    def __call__(self, language: str, **fills: str) -> str:
        """The words to send."""
        ...


def signed_by_name(language: str, **fills: str) -> str:
    """The paralegal's own words under their name, the same in every language."""
    return f"{fills['name']}:\n{fills['text']}"


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences the desk needs, each with the names that are filled in.

    `version` is that of the wording, for the record of what somebody agreed to.
    `label` gives the title of a code, such as `flag.violence`, and raises KeyError for an unknown one.
    """

    claimed: Sentence  # name
    referred: Sentence  # service, reference
    closed: Sentence  # reference
    share: Sentence  # service, details: the question whether they may go there
    partner: Sentence  # partner, reference: the question whether that organisation may see what kind of case it is
    version: str
    handed_over: Sentence  # name, reference
    moved: Sentence  # office, reference
    returned: Sentence  # name, reference
    notice: Sentence  # the one that gives nothing away
    show: Sentence  # its button
    copy: Callable[[UnitOfWork, Conversation, datetime], str]  # everything held about a person
    label: Callable[[str], str]
    languages: tuple[str, ...] = ("en",)
    answer: Sentence = signed_by_name  # name, text

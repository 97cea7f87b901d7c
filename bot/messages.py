"""What every channel speaks: messages in, replies out."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from triage.letter_files import Format, file_name
from triage.letters import Letter

TEXT_LIMIT = 8_000  # what is read and understood of one turn; the transcript keeps all of it


class Kind(StrEnum):
    """What sort of thing arrived."""

    TEXT = "text"
    CHOICE = "choice"
    FILE = "file"
    VOICE = "voice"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    EDITED = "edited"
    EMPTY = "empty"
    OTHER = "other"
    TOO_BIG = "too_big"
    BLOCKED = "blocked"  # the person no longer lets us write to them


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that arrived. `choice` is the id of a pressed button; `remote` is where the channel keeps a file.

    `language` is the one that the channel shows itself in, where it tells: a guess, until the person has written.
    """

    kind: Kind
    text: str = ""
    choice: str = ""
    remote: str = ""
    file_name: str = ""
    media_type: str = ""
    language: str = ""

    def to_json(self) -> str:
        """As it is kept in the inbox."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, body: str) -> "Inbound":
        """Back from the inbox."""
        fields = json.loads(body)
        return cls(**{**fields, "kind": Kind(fields["kind"])})


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `id` comes back when it is pressed, `label` is what the person sees."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the person. `document` is the name of a file to send with the text as its content.

    Where there is a `letter`, the file is that letter, still to be written in the format of its name.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    document: str = ""
    letter: Letter | None = None

    @classmethod
    def of_letter(cls, letter: Letter, kind: Format) -> "Reply":
        """A letter as a file."""
        return cls("", document=file_name(letter, kind), letter=letter)

    @property
    def format(self) -> Format:
        """The format that the name of the document says."""
        return Format(self.document.rpartition(".")[2])

"""What a conversation needs to run: the store, the content, the reader, the clock; passed, never imported."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.draft import Book
from bot.untranslated import Untranslated
from casestore.offices import HOME
from casestore.privacy.retention import Rule
from casestore.unit_of_work import Store
from triage.meaning import Meaning

Clock = Callable[[], datetime]


class Understanding(Protocol):
    """Reads messages: our own classifier, or a Rasa server."""

    def read(self, text: str, *, story: str, asked: str, now: datetime) -> Meaning:
        """What `text` means, where `story` is all that was told so far and `asked` the open question."""
        ...


@dataclass(frozen=True, slots=True)
class Office:
    """One office's wiring.

    `settle` is how long a chat must be quiet before words are worked, so that ten messages in a burst are one story;
    `longest` is the most that anybody waits for that. `retention` is what the worker removes daily; empty: nothing.
    """

    store: Store
    book: Book
    understanding: Understanding
    clock: Clock
    versions: dict[str, str] = field(default_factory=dict)
    office_id: int = HOME
    staff_group: str = ""
    settle: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=4)
    untranslated: Untranslated | None = None
    retention: tuple[Rule, ...] = ()

    def today(self) -> "datetime":
        """The clock's time where the people live."""
        return self.clock().astimezone(ZoneInfo(self.book.pack.timezone))

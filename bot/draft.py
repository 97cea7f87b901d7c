"""A turn under construction: the session as it becomes, and what is said and reported so far."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.contacts import contact_line
from bot.days import say_day
from bot.events import Event, SaidInEnglish
from bot.messages import Choice, Inbound, Reply
from bot.script import Script
from bot.session import Session
from bot.wording import Wording
from triage.card_versions import CardVersion, CardVersions
from triage.facts import RespondentWords
from triage.letter_templates import Template
from triage.meaning import Meaning
from triage.organisations import Organisations
from triage.pack import Contact, LawPack
from triage.taxonomy import Taxonomy

IN_BETWEEN = (
    "delete",
    "language",
    "town",
    "can_get.",
    "safe_contact",
    "withdraw_case",
)  # questions that put another aside; by how their ids begin
GLOBAL = "g"  # marks buttons that are good at any time, such as "talk to a person"


@dataclass(frozen=True, slots=True)
class Book:
    """The content a conversation is made of: taxonomy, script, sentences, the law of the place, expected waits."""

    taxonomy: Taxonomy
    script: Script
    wording: Wording
    pack: LawPack
    respondents: RespondentWords
    organisations: Organisations
    wait_hours_emergency: int = 4
    wait_days: int = 2
    card_versions: CardVersions = field(default_factory=dict)

    def card_version(self, issue: str, language: str) -> CardVersion | None:
        """The card of an issue in another language, where there is one that follows the English."""
        card = self.pack.card_for(issue)
        version = self.card_versions.get(language, {}).get(card.issue)
        return version if version is not None and version.is_of(card) else None


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What the conversation needs to know of the person's newest open case; `others` are open beside it."""

    reference: str
    status: str
    paralegal: str | None
    waiting_since: datetime | None
    active: bool  # the paralegal answered within the last hour
    others: tuple["OpenCase", ...] = ()


@dataclass(slots=True)
class Draft:
    """What `take_turn` and the steps it calls work on. Nothing here does I/O."""

    session: Session
    inbound: Inbound
    meaning: Meaning
    book: Book
    case: OpenCase | None
    now: datetime
    today: date
    agreed: frozenset[str] = frozenset()  # purposes of the consents in force
    opens: datetime | None = None  # when the office opens next; None while it is open
    replies: list[Reply] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    # What the engine does next, once this step is through: steps never call one another in a circle.
    confirm_next: str = ""
    not_that: bool = False
    welcomed: bool = False  # we have said in this turn who we are
    back_again: bool = False  # they had stopped us; "i am back" answers no question
    go_on: bool = False
    ask_again: bool = False

    def set(self, **changes: Any) -> None:
        """Changes fields of the session."""
        self.session = replace(self.session, **changes)

    def words(self, key: str, **fills: str) -> str:
        """A sentence in the person's language."""
        language = self.session.language
        if self.book.wording.lacks(key, language, **fills):
            self.note_english(key)
        return self.book.wording.say(key, language, **fills)

    def note_english(self, key: str) -> None:
        """Counts, once a turn, what there is only in English."""
        lacking = SaidInEnglish(key, self.session.language)
        if lacking not in self.events:
            self.report(lacking)

    def contact_line(self, contact: Contact) -> str:
        """Whom to call, on one line."""
        return contact_line(contact, self.book.wording, self.session.language)

    def day(self, day: date) -> str:
        """A day in the person's words, with its distance: "Friday 20 November (3 days ago)"."""
        named = say_day(day, self.session.language, today=self.today)
        distance = (day - self.today).days
        if abs(distance) <= 1:
            return self.words(f"day.{('yesterday', 'today', 'tomorrow')[distance + 1]}", day=named)
        return self.words("day.ahead" if distance > 0 else "day.ago", day=named, count=str(abs(distance)))

    def say(self, key: str, *, choices: tuple[Choice, ...] = (), **fills: str) -> None:
        """One more reply."""
        self.replies.append(Reply(self.words(key, **fills), choices))

    def ask(self, id_: str, key: str, options: tuple[tuple[str, str], ...], **fills: str) -> None:
        """Opens a question: `options` are (answer id, label)."""
        number = self.session.ask_number + 1
        self.set(asked=id_, ask_number=number)
        buttons = tuple(Choice(f"{number}:{answer}", label) for answer, label in options)
        self.replies.append(Reply(self.words(key, **fills), buttons))

    def offer(self, buttons: tuple[Choice, ...]) -> None:
        """More buttons under the last reply, each once."""
        last = self.replies[-1]
        self.replies[-1] = replace(last, choices=tuple(dict.fromkeys([*last.choices, *buttons])))

    def put_aside(self) -> None:
        """Keeps the open question while something else is asked in between."""
        if not self.session.asked.startswith(IN_BETWEEN):
            self.set(resume=self.session.asked)

    def put_instead(self) -> None:
        """Takes back the question that was just put, if any: it is put again after another one."""
        number = f"{self.session.ask_number}:"
        if self.replies and any(choice.id.startswith(number) for choice in self.replies[-1].choices):
            self.replies.pop()
        self.put_aside()

    def take_up(self) -> None:
        """Back to the question that was open before."""
        self.set(asked=self.session.resume, resume="")
        self.ask_again = bool(self.session.asked)

    def report(self, event: Event) -> None:
        """One more event."""
        self.events.append(event)

    def issue_name(self, issue: str) -> str:
        """What we call an issue when we speak to the person."""
        return self.words(f"issue.{issue}")

    @property
    def has_open_case(self) -> bool:
        """Whether the office works for them already."""
        return self.case is not None and self.case.status != "closed"

    @property
    def letters(self) -> tuple[Template, ...]:
        """The letters for what they were guided on, the latest first."""
        pack, guided = self.book.pack, reversed(self.session.guided)
        found = (each for issue in guided for each in pack.letters_for(issue, today=self.today))
        return tuple(dict.fromkeys(found))

    @property
    def letter_button(self) -> tuple[Choice, ...]:
        """The way to a letter, good at any time; none where there is no letter for their problem."""
        if not self.letters:
            return ()
        return (Choice(f"{GLOBAL}:letter", self.words("letter.go_on" if self.session.letter else "letter.button")),)

    @property
    def human_button(self) -> Choice:
        """The way to a person, good at any time."""
        return Choice(f"{GLOBAL}:human", self.words("choice.human"))

"""Takes cases over from an office's earlier records, each once, whoever is sealed with a key of their own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from casestore.cases import Cases, NewCase
from casestore.conversations import Conversation, Conversations
from casestore.database import insert_once
from casestore.endings import end
from casestore.errors import NotAllowedNow
from casestore.keys.encryption import Keyring
from casestore.lifecycle import Status
from casestore.log.case_log import OPERATOR, CaseLog
from casestore.messages import Messages
from casestore.people import People
from casestore.privacy.consent import STATISTICS, Consent, Consents
from casestore.respondents import Respondents
from casestore.supporters import Supporters
from casestore.tables import CaseRow, ImportRow

# Who has no chat with us still has a transcript, with what the records say of them; nothing is ever sent to it.
QUIET = "records"


class Taken(StrEnum):
    """What became of a row."""

    NOW = "now"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class OtherPerson:
    """A natural person with a name: the other side (`code` is the kind), or a supporter (`code` is the relation)."""

    code: str
    also: str | None  # the relationship to the other side; whether the person knows of the supporter
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """One case of the records. `key` says which it is among all registers, `person` who, where the records know.

    `told` is everything personal, in words; it is sealed. `chat` is channel and address of a chat that goes on.
    """

    key: str
    person: str
    told: str
    new: NewCase
    opened_at: datetime
    closed_at: datetime | None = None
    outcome: str | None = None
    chat: tuple[str, str] | None = None
    statistics: bool | None = None
    other_side: OtherPerson | None = None
    supporter: OtherPerson | None = None


class Imports:
    """Opens cases of earlier records, and knows again which were taken; also of people who were erased since."""

    def __init__(
        self,
        session: Session,
        keyring: Keyring,
        people: People,
        conversations: Conversations,
        messages: Messages,
        consents: Consents,
        cases: Cases,
        respondents: Respondents,
        supporters: Supporters,
        log: CaseLog,
    ) -> None:
        self._session = session
        self._keyring = keyring
        self._people = people
        self._conversations = conversations
        self._messages = messages
        self._consents = consents
        self._cases = cases
        self._respondents = respondents
        self._supporters = supporters
        self._log = log

    def known(self, keys: Collection[str]) -> set[str]:
        """Which of these were taken before."""
        indexes = {self._index("case", key): key for key in keys}
        found = select(ImportRow.source_index).where(ImportRow.source_index.in_(indexes))
        return {indexes[index] for index in self._session.scalars(found)}

    def take(self, earlier: EarlierCase, *, now: datetime) -> Taken:
        """Opens the case, closed if it was, unless it was taken before.

        Raises NotAllowedNow, and leaves no trace, when the person was erased since, or the chat has an open case.
        """
        with self._session.begin_nested():
            index = self._index("case", earlier.key)
            if not insert_once(self._session, ImportRow, key=("source_index",), source_index=index, at=now):
                return Taken.BEFORE
            conversation = self._conversation(earlier, now=now)
            self._people.choose_language(conversation.person_id, earlier.new.language)
            self._messages.add(conversation, "bot", earlier.told, now=earlier.opened_at)
            case = self._cases.open(conversation, earlier.new, now=now, actor=OPERATOR)
            row = self._session.get_one(CaseRow, case.id)
            row.opened_at = earlier.opened_at
            if earlier.closed_at is not None and earlier.outcome is not None:
                end(self._session, row, earlier.outcome, now=earlier.closed_at)
            ended = {} if earlier.outcome is None else {"outcome": earlier.outcome}
            self._log.note(case.id, "imported", actor=OPERATOR, now=now, **ended)
            self._note_others(earlier, row, now=now)
            if earlier.statistics is not None:
                answer = Consent(STATISTICS, earlier.statistics, QUIET, earlier.new.language, earlier.opened_at)
                self._consents.note(conversation.person_id, answer)
            taken = self._session.scalars(select(ImportRow).where(ImportRow.source_index == index)).one()
            taken.case_id = case.id
            self._session.flush()
            return Taken.NOW

    def _conversation(self, earlier: EarlierCase, *, now: datetime) -> Conversation:
        index = self._index("person", earlier.person)
        known = self._session.scalars(select(ImportRow).where(ImportRow.source_index == index)).one_or_none()
        if known is not None and known.person_id is None:
            raise NotAllowedNow("the person was erased since, and is not brought back")
        if earlier.chat is not None:
            conversation = self._conversations.find_or_start(*earlier.chat, now=now)
            newest = self._cases.of_conversation(conversation.id)
            if newest is not None and newest.status != Status.CLOSED:
                raise NotAllowedNow("this chat has an open case already")
        else:
            conversation = self._conversations.find_or_start(QUIET, earlier.person, now=now)
            self._conversations.mark_reachable(conversation.id, reachable=False)
        if known is None:
            self._session.add(ImportRow(source_index=index, person_id=conversation.person_id, at=now))
            self._session.flush()
        return conversation

    def _note_others(self, earlier: EarlierCase, row: CaseRow, *, now: datetime) -> None:
        if (side := earlier.other_side) is not None:
            id_ = self._respondents.person(row.office_id, side.name, kind=side.code, now=now)
            self._respondents.put(row.id, kind=side.code, relationship=side.also, respondent_id=id_, now=now)
        if (helper := earlier.supporter) is not None:
            self._supporters.add(
                row.id, relation=helper.code, person_knows=helper.also or "unsure", name=helper.name, now=now
            )

    def _index(self, kind: str, key: str) -> str:
        return self._keyring.blind_index(f"import.{kind}", key)

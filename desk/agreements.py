"""What the person agreed to and when they may be written to, ready for the case page."""

from dataclasses import dataclass

from casestore.conversations import Conversation
from casestore.privacy.consent import PURPOSES
from casestore.privacy.safe_contact import ContactRule
from casestore.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Agreed:
    """One consent in force."""

    purpose: str
    title: str


@dataclass(frozen=True, slots=True)
class Agreements:
    """The card of privacy on a case page; `rule_words` say the rule in a few words, empty where there is none."""

    consents: tuple[Agreed, ...]
    rule: ContactRule
    rule_words: tuple[str, ...]


def agreements_of(uow: UnitOfWork, conversation: Conversation) -> Agreements:
    """Consents and the rule of a conversation."""
    standing = uow.safe_contact.of(conversation.id)
    rule = ContactRule() if standing is None else standing.rule
    in_force = uow.consents.in_force(conversation.person_id)
    return Agreements(
        tuple(Agreed(purpose, title) for purpose, title in PURPOSES.items() if purpose in in_force),
        rule,
        tuple(_words(rule)),
    )


def _words(rule: ContactRule) -> list[str]:
    words = []
    if rule.only_when_written:
        words.append("Only right after they have written.")
    elif rule.hours is not None:
        words.append(f"Only between {rule.hours[0]}:00 and {rule.hours[1]}:00, or right after they have written.")
    if rule.neutral and not rule.only_when_written:
        words.append("First only a notice that gives nothing away.")
    return words

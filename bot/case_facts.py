"""What a conversation has told of a case besides its issues: when, how much, the other side, and who said so."""

from collections.abc import Iterator
from datetime import date

from bot.interview import SKIPPED
from bot.office import Office
from bot.session import Session
from casestore.case_issues import IssueSource
from casestore.codes.code_lists import LISTS
from casestore.records import Record
from casestore.respondents import Heard
from triage.amounts import Amount
from triage.facts import Facts, read_facts

_FLAG_OF_ISSUE = {
    "housing.lockout": "lockout",
    "housing.utilities": "utilities_off",
    "housing.homeless": "homeless_tonight",
}
# The question whose day is the day of the event, the likeliest first.
_EVENT_DAYS = ("event_date", "moved_out", "last_paid", "letter_date", "received_date")
# What an answer, or a word of nlu_data/respondents.yml, makes of the other side: kind, and relationship.
OTHER_SIDE: dict[str, tuple[str, str | None]] = {
    "landlord": ("landlord", "tenant"),
    "live_in_landlord": ("landlord", "tenant"),
    "social": ("landlord", "tenant"),
    "owner": ("landlord", "occupier"),
    "council": ("agency", "resident"),
    "supplier": ("supplier", "customer"),
    "bank": ("bank", "customer"),
    "lender": ("bank", "debtor"),
    "insurer": ("company", "customer"),
    "employer": ("employer", "employee"),
    "agency": ("agency", "applicant"),
    "school": ("agency", None),
    "family": ("family", "relative"),
    "neighbour": ("neighbour", "neighbour"),
    "other_party": ("other", None),
    "funeral": ("company", "customer"),
    "loan": ("bank", "debtor"),
    "airtime": ("supplier", "customer"),
}
_QUESTIONS = ("respondent_home", "respondent_deduction")
_MOST_NAMED = 3  # organisations: who names more tells a story, not an other side


def facts_of(office: Office, session: Session) -> Facts:
    """What the whole story tells, read once more where the case is opened."""
    return read_facts(session.story, office.book.pack, office.book.respondents, today=office.today().date())


def said_of(session: Session) -> dict[str, IssueSource]:
    """Who says of each issue that it is one: the person who chose it, a danger that was heard, or the model."""
    by_rule = {issue for issue, flag in _FLAG_OF_ISSUE.items() if flag in session.flags}
    said = {}
    for issue in (*session.issues, *session.also):
        source = "person" if issue in session.chosen else "rule" if issue in by_rule else "model"
        said[issue] = IssueSource(source, session.scores.get(issue))
    return said


def record_of(office: Office, session: Session, channel: str) -> Record:
    """The record as far as it was told. Nothing is guessed: of several amounts none is taken."""
    facts, today = facts_of(office, session), office.today().date()
    day, precision = _event(session, facts, today)
    amount = facts.amounts[0] if len(facts.amounts) == 1 else None
    return Record(
        first_contact=channel if channel in LISTS["first_contact"] else "other",
        reported_on=today,
        event_on=day,
        event_precision=precision,
        amount_minor=None if amount is None else _in_minor_units(amount),
        amount_currency=None if amount is None else amount.currency,
        amount_period=None if amount is None else amount.per or "once",
    )


def heard_of(office: Office, session: Session) -> tuple[Heard, ...]:
    """The other side: as it was answered or else worded, and by name where a known organisation is named."""
    answered = [OTHER_SIDE[session.answers[id_]] for id_ in _QUESTIONS if session.answers.get(id_) in OTHER_SIDE]
    heard = [Heard(kind, relationship) for kind, relationship in answered]
    organisations = office.book.organisations.find(session.story)
    if 0 < len(organisations) <= _MOST_NAMED:
        heard += [Heard(each.kind, None, each.name, "rule") for each in organisations]
    worded = OTHER_SIDE.get(facts_of(office, session).respondent or "")
    if worded is not None and not heard and not organisations:
        heard.append(Heard(*worded, source="rule"))
    return tuple(heard)


def _event(session: Session, facts: Facts, today: date) -> tuple[date | None, str | None]:
    for id_, day in _days(session):
        return day, session.inexact.get(id_, "day")
    if facts.event is not None and facts.event.day <= today:
        return facts.event.day, facts.event.precision
    return None, None


def _days(session: Session) -> Iterator[tuple[str, date]]:
    """The days that were answered, the likeliest day of the event first."""
    for id_ in _EVENT_DAYS:
        if (answer := session.answers.get(id_, SKIPPED)) != SKIPPED:
            yield id_, date.fromisoformat(answer)


def _in_minor_units(amount: Amount) -> int:
    """Cents or pence: every currency that is read has a hundred of them."""
    return int(amount.value * 100)

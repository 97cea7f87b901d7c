"""The record of a case as its person may read it: every part that is known, in words."""

from collections.abc import Callable, Iterator
from datetime import date

from casestore.cases import Case
from casestore.codes.code_lists import LISTS
from casestore.records import Record, say_occasion
from casestore.respondents import OtherSide
from casestore.unit_of_work import UnitOfWork
from triage.amounts import say_amount_per

_Say = Callable[..., str]
_Day = Callable[[date], str]
# The parts that are one code, and the list it is of.
_CODES = {
    "record_type": "record_type",
    "first_contact": "first_contact",
    "settlement": "settlement",
    "reason_none": "reason_none",
    "gender": "gender",
    "age_band": "age_band",
    "disability": "disability",
}
_COUNTS = ("adults", "children", "people_affected")


def record_lines(uow: UnitOfWork, case: Case, say: _Say, day: _Day) -> Iterator[str]:
    """One line for each part of the record that somebody has told."""
    for name, value in _parts(uow.records.of(case.id), say, day):
        yield f"{say(f'record.{name}')}: {value}"
    for side in uow.respondents.of_case(case.id):
        yield f"{say('record.other_side')}: {_other_side(side)}"
    for supporter in uow.supporters.of(case.id):
        relation = LISTS["supporter_relation"].titles[supporter.relation]
        yield f"{say('record.supporter')}: {', '.join(filter(None, (supporter.name, relation)))}"
    for problem in uow.community_problems.of_case(case.id):
        yield say("record.many", reference=problem.reference)


def residence_lines(uow: UnitOfWork, person_id: str, say: _Say) -> Iterator[str]:
    """What is kept of the person's right to stay."""
    kept = uow.residences.of_person(person_id)
    if kept.residence:
        yield f"{say('record.residence')}: {LISTS['residence'].titles[kept.residence]}"
    if kept.document:
        yield f"{say('record.document')}: {LISTS['identity_document'].titles[kept.document]}"


def _parts(record: Record, say: _Say, day: _Day) -> Iterator[tuple[str, str]]:
    if record.reported_on is not None:
        yield "reported_on", day(record.reported_on)
    if record.event_on is not None and record.event_precision is not None:
        exact = record.event_precision == "day"
        yield "event", day(record.event_on) if exact else say_occasion(record.event_on, record.event_precision)
    if record.amount_minor is not None and record.amount_currency:
        yield "amount", say_amount_per(record.amount_minor, record.amount_currency, record.amount_period or "once")
    for name in _COUNTS:
        if (count := getattr(record, name)) is not None:
            yield name, f"{count}"
    if record.tried is not None:
        titles = LISTS["mechanism"].titles
        yield "tried", ", ".join(titles[code] for code in record.tried) or say("record.nobody")
    for name, list_id in _CODES.items():
        if (code := getattr(record, name)) is not None:
            yield name, LISTS[list_id].titles[code]


def _other_side(side: OtherSide) -> str:
    relation = LISTS["relationship"].titles[side.relationship] if side.relationship else ""
    name = side.respondent.name if side.respondent else ""
    return ", ".join(filter(None, (name, LISTS["respondent_kind"].titles[side.kind], relation)))

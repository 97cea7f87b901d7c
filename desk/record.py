"""The record of a case on its page: what is known, in words, and what its forms start from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from casestore.cases import Case
from casestore.codes.code_lists import LISTS
from casestore.community_problems import OVER, CommunityProblem
from casestore.privacy.residences import Residence
from casestore.records import Record, say_occasion
from casestore.respondents import OtherSide, Respondent
from casestore.supporters import Supporter
from casestore.unit_of_work import UnitOfWork
from desk.access import Reach
from desk.office import Desk
from desk.showing import day_words, issue_title, place_name
from desk.typed_values import plain
from triage.amounts import say_amount_per

NOBODY = "nobody"  # beside the mechanisms: the person turned to none of them
# The parts of a record by the names the log has for them.
PARTS = {
    "record_type": "whom it is about",
    "first_contact": "first contact",
    "reported_on": "day it was reported",
    "event_on": "day it happened",
    "event_precision": "how exactly the day is known",
    "amount_minor": "amount",
    "amount_currency": "currency",
    "amount_period": "how often the amount comes again",
    "adults": "adults",
    "children": "children",
    "people_affected": "people it touches",
    "settlement": "kind of place",
    "tried": "whom they turned to",
    "reason_none": "why to nobody",
    "gender": "gender",
    "age_band": "age",
    "disability": "difficulty with everyday things",
    "place": "place",
    "other_side": "other side",
    "supporter": "who writes for them",
    "residence": "right to stay",
}


@dataclass(frozen=True, slots=True)
class RecordState:
    """What a form of the record left behind: the group that is open, what was typed, and what was looked at."""

    group: str = ""
    typed: Mapping[str, str | list[str]] = field(default_factory=dict)
    namesakes: tuple[Respondent, ...] = ()
    residence: Residence | None = None


NOTHING_TYPED = RecordState()


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the record: what is known of it on one line, empty where nothing is."""

    id: str
    title: str
    known: str
    open: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of the other sides, in words."""

    id: int
    words: str
    aliases: str
    named: bool


@dataclass(frozen=True, slots=True)
class Section:
    """All that the page shows of the record, and what the fields of its forms hold."""

    groups: tuple[Group, ...]
    values: Mapping[str, str | list[str]]
    sides: tuple[Side, ...]
    supporters: tuple[tuple[int, str], ...]
    namesakes: tuple[tuple[int, str], ...]
    residence: Residence | None
    residence_kept: bool
    linked: tuple[tuple[str, str], ...]
    linkable: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]
    currencies: tuple[str, ...]
    may_change: bool
    lists: Mapping[str, Mapping[str, str]]


def section(desk: Desk, uow: UnitOfWork, found: Reach, state: RecordState) -> Section | None:
    """The record for those who may read the person's words; None for everybody else."""
    case = found.case
    if not found.reads:
        return None
    record, sides, supporters = uow.records.of(case.id), uow.respondents.of_case(case.id), uow.supporters.of(case.id)
    cases = uow.respondents.cases_of([each.id for each in state.namesakes]) if state.namesakes else {}
    kept, linked = uow.residences.is_kept(case.id), uow.community_problems.of_case(case.id)
    known = {
        "people": _joined([*_people(record), *(_supporter(each) for each in supporters)]),
        "other-side": _joined(_side(each).words for each in sides),
        "place": _joined([place_name(desk, case) if case.place else "", _title("settlement", record.settlement)]),
        "happened": _joined(_happened(record)),
        "background": _joined(_title(name, getattr(record, name)) for name in ("gender", "age_band", "disability")),
        "residence": "kept, each look is logged" if kept else "",
        "many": _joined(problem.reference for problem in linked),
    }
    titles = {"people": "People", "other-side": "Other side", "place": "Place", "happened": "What happened"}
    titles |= {"background": "Background", "residence": "Right to stay", "many": "Problem of many"}
    pack = desk.packs.get(case.jurisdiction)
    return Section(
        groups=tuple(Group(id_, titles[id_], known[id_], id_ == state.group) for id_ in titles),
        values={**_values(case, record), **state.typed},
        sides=tuple(_side(each) for each in sides),
        supporters=tuple((each.id, _supporter(each)) for each in supporters),
        namesakes=tuple((each.id, _namesake(each, cases[each.id])) for each in state.namesakes),
        residence=state.residence,
        residence_kept=kept,
        linked=tuple((each.reference, problem_words(desk, each)) for each in linked),
        linkable=tuple(_linkable(desk, uow, linked)) if found.holds else (),
        others=tuple(_others(desk, uow, case)),
        regions=() if pack is None else tuple((region.id, region.name) for region in pack.gazetteer.regions),
        currencies=tuple(dict.fromkeys([*(each.currency for each in desk.packs.values()), "USD", "EUR"])),
        may_change=found.holds,
        lists={list_id: LISTS[list_id].titles for list_id in LISTS},
    )


def part_words(parts: list[str]) -> list[str]:
    """The parts that a line of the log names, in words; each once."""
    return list(dict.fromkeys(PARTS.get(part, part) for part in parts))


def problem_words(desk: Desk, problem: CommunityProblem) -> str:
    """A problem of many on one line."""
    return f"{issue_title(desk, problem.facts.issue)}, {LISTS['problem_status'].titles[problem.status].lower()}"


def _values(case: Case, record: Record) -> dict[str, str | list[str]]:
    """What the fields hold when nobody has typed anything."""
    codes = ["record_type", "first_contact", "event_precision", "amount_currency", "amount_period", "settlement"]
    codes += ["reason_none", "gender", "age_band", "disability"]
    numbers = ("adults", "children", "people_affected")
    values: dict[str, str | list[str]] = {name: getattr(record, name) or "" for name in codes}
    values |= {name: "" if getattr(record, name) is None else str(getattr(record, name)) for name in numbers}
    values |= {name: _iso(day) for name, day in (("event_on", record.event_on), ("reported_on", record.reported_on))}
    values["amount"] = plain(record.amount_minor)
    values["tried"] = [] if record.tried is None else list(record.tried) or [NOBODY]
    empty = (
        "kind",
        "relationship",
        "name",
        "same_as",
        "relation",
        "person_knows",
        "supporter_name",
        "alias",
        "problem",
    )
    return {**values, "place": case.place or "", "sort": "", "alias_of": "", **dict.fromkeys(empty, "")}


def _people(record: Record) -> Iterator[str]:
    if record.record_type != "individual":
        yield _title("record_type", record.record_type)
    if record.adults is not None:
        yield f"{record.adults} adult{'' if record.adults == 1 else 's'}"
    if record.children is not None:
        yield f"{record.children} child{'' if record.children == 1 else 'ren'}"
    if record.people_affected is not None:
        yield f"touches {record.people_affected:,}"


def _happened(record: Record) -> Iterator[str]:
    if record.event_on is not None and record.event_precision is not None:
        yield say_occasion(record.event_on, record.event_precision)
    if record.amount_minor is not None and record.amount_currency is not None:
        yield say_amount_per(record.amount_minor, record.amount_currency, record.amount_period or "once")
    if record.tried is not None:
        titles = [LISTS["mechanism"].titles[code] for code in record.tried]
        yield f"turned to {', '.join(titles) or 'nobody'}"
    yield _title("reason_none", record.reason_none)


def _side(side: OtherSide) -> Side:
    names = side.respondent.names if side.respondent else ()
    words = [*names[:1], _title("respondent_kind", side.kind), _title("relationship", side.relationship)]
    return Side(side.id, ", ".join(filter(None, words)), "; ".join(names[1:]), bool(names))


def _supporter(supporter: Supporter) -> str:
    knows = {"yes": "", "no": "the person does not know", "unsure": "whether the person knows is not known"}
    words = [supporter.name, _title("supporter_relation", supporter.relation), knows[supporter.person_knows]]
    return ", ".join(filter(None, words))


def _namesake(respondent: Respondent, cases: int) -> str:
    counted = f"in {cases} case{'' if cases == 1 else 's'}"
    return ", ".join([*respondent.names, _title("respondent_kind", respondent.kind), counted])


def _linkable(desk: Desk, uow: UnitOfWork, linked: list[CommunityProblem]) -> Iterator[tuple[str, str]]:
    there = {problem.id for problem in linked}
    for problem in uow.community_problems.all():
        if problem.id not in there and problem.status not in OVER:
            yield problem.reference, f"{problem.reference}: {problem_words(desk, problem)}"


def _others(desk: Desk, uow: UnitOfWork, case: Case) -> Iterator[tuple[str, str]]:
    """The other cases of the same person, each once: what was joined with another is that other one."""
    if case.conversation_id is not None:
        theirs = uow.cases.of_person(uow.conversations.get(case.conversation_id).person_id)
        standing = {each.id: each for each in (uow.cases.by_reference(one.reference) for one in theirs)}
        for other in standing.values():
            if other.id != case.id:
                about = "; ".join(issue_title(desk, issue) for issue in other.issues) or "not yet clear"
                yield other.reference, f"{about}, opened {day_words(other.opened_at.date())}, {other.status}"


def _title(list_id: str, code: str | None) -> str:
    return "" if code is None else LISTS[list_id].titles[code]


def _joined(words: Iterator[str] | list[str]) -> str:
    return "; ".join(filter(None, words))


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()

"""How codes, days and times of a case read on a page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from casestore.cases import Case
from casestore.lifecycle import Status
from casestore.staff import StaffMember
from casestore.terms import Terms
from casestore.unit_of_work import UnitOfWork
from desk.office import Desk

_NEAR = 14  # days: a deadline within them is marked


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in words; `near` and `late` decide how it is marked."""

    day: str
    left: str
    near: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """By when an answer is promised, in words; `level` is `half`, `near` or `late`, or empty while there is time."""

    words: str
    level: str


@dataclass(frozen=True, slots=True)
class Row:
    """A case as one line of the queue, in words."""

    reference: str
    urgency: str
    urgency_title: str
    flags: tuple[str, ...]
    issues: tuple[str, ...]
    place: str
    language: str
    language_code: str
    due: Due | None
    waits: str
    waits_since: str
    opened: str
    status: str
    holder: str
    mine: bool
    answer: Answer | None


def label(desk: Desk, kind: str, code: str) -> str:
    """The title of a code; the code itself where it has none, so that nothing is hidden."""
    try:
        return desk.sentences.label(f"{kind}.{code}")
    except KeyError:
        return code


def issue_title(desk: Desk, issue: str) -> str:
    """What the taxonomy calls an issue."""
    found = desk.taxonomy.issues.get(issue)
    return issue if found is None else found.title


def place_name(desk: Desk, case: Case) -> str:
    """Province or region, or the country when nobody has said."""
    pack = desk.packs.get(case.jurisdiction)
    if pack is None:
        return case.place or case.jurisdiction
    place = pack.gazetteer.get(case.place)
    return place.name if place else case.place or "Place not said"


def place_title(desk: Desk, jurisdiction: str, code: str) -> str:
    """The name of a place by its code; the code where it is unknown."""
    pack = desk.packs.get(jurisdiction)
    place = None if pack is None else pack.gazetteer.get(code)
    return code if place is None else place.name


def zone(desk: Desk, case: Case) -> ZoneInfo:
    """The clock the person lives by."""
    pack = desk.packs.get(case.jurisdiction)
    return ZoneInfo("UTC" if pack is None else pack.timezone)


def today_for(desk: Desk, case: Case) -> date:
    """The day it is where the person lives."""
    return desk.clock().astimezone(zone(desk, case)).date()


def office_today(desk: Desk) -> date:
    """The day it is where the office works."""
    return desk.clock().astimezone(desk.store.terms.hours.zone).date()


def day_words(day: date) -> str:
    """Such as `5 Dec 2026`."""
    return f"{day.day} {day:%b %Y}"


def moment_words(moment: datetime, zone_: ZoneInfo) -> str:
    """Such as `5 Dec 2026, 14:05`."""
    local = moment.astimezone(zone_)
    return f"{day_words(local.date())}, {local:%H:%M}"


def due_words(due: date, today: date) -> Due:
    """The day, and how far away it is."""
    left = (due - today).days
    if left < 0:
        words = "passed yesterday" if left == -1 else f"passed {-left} days ago"
    elif left < 2:
        words = "tomorrow" if left else "today"
    else:
        words = f"{left} days left"
    return Due(day_words(due), words, near=0 <= left <= _NEAR, late=left < 0)


def span_words(span: timedelta) -> str:
    """A waiting time, to the precision that matters."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def row(desk: Desk, uow: UnitOfWork, case: Case, member: StaffMember, *, now: datetime) -> Row:
    """The line of one case."""
    zone_ = zone(desk, case)
    waits = case.waiting_since
    return Row(
        reference=case.reference,
        urgency=case.urgency,
        urgency_title=label(desk, "urgency", case.urgency),
        flags=tuple(label(desk, "flag", flag) for flag in case.flags),
        issues=tuple(issue_title(desk, issue) for issue in case.issues) or ("Not yet clear",),
        place=place_name(desk, case),
        language=label(desk, "languages", case.language),
        language_code=case.language,
        due=None if case.due is None else due_words(case.due, now.astimezone(zone_).date()),
        waits="" if waits is None else span_words(now - waits),
        waits_since="" if waits is None else moment_words(waits, zone_),
        opened=moment_words(case.opened_at, zone_),
        status=status_words(case),
        holder=case.claimed_by_name or "",
        mine=case.claimed_by == member.id,
        answer=_answer(case, uow.terms.of(case.office_id), now),
    )


def _answer(case: Case, terms: Terms, now: datetime) -> Answer | None:
    """`answer within 2 h` where it is today, else the day and hour on the office's clock; and how late it is."""
    due, since, zone_ = case.answer_due, case.waiting_since, terms.hours.zone
    if due is None or since is None:
        return None
    passed = terms.passed(since, due, now)
    level = "late" if passed >= 100 else "near" if passed >= 80 else "half" if passed >= 50 else ""
    local, today = due.astimezone(zone_), now.astimezone(zone_).date()
    if level == "late":
        late = terms.hours.between(due, now)
        return Answer(f"answer late by {span_words(late)} of office time", level)
    if local.date() == today:
        return Answer(f"answer within {span_words(due - now)}", level)
    return Answer(f"answer by {local:%a} {local.day} {local:%b, %H:%M}", level)


def status_words(case: Case) -> str:
    """Where the case stands, in words."""
    return {
        Status.WAITING: "Waiting for a paralegal",
        Status.CLAIMED: "Claimed",
        Status.REFERRED: "Referred elsewhere",
        Status.CLOSED: "Closed",
    }[case.status]


def areas(desk: Desk) -> list[tuple[str, str]]:
    """Every area of the taxonomy, by its title."""
    known = {issue.split(".", 1)[0] for issue in desk.taxonomy.issues}
    return sorted(((area, label(desk, "area", area)) for area in known), key=lambda each: each[1])


def languages(desk: Desk) -> list[tuple[str, str]]:
    """Every language that people are answered in."""
    return [(code, label(desk, "languages", code)) for code in desk.sentences.languages]


def places(desk: Desk) -> list[tuple[str, str]]:
    """Every region of the desk's law packs, by name."""
    regions = (region for pack in desk.packs.values() for region in pack.gazetteer.regions)
    return sorted(((region.id, region.name) for region in regions), key=lambda each: each[1])

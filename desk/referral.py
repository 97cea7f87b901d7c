"""Where a case can be referred to: offices near the person first, then what helps in the whole country."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casestore.cases import Case
from desk.office import Desk
from desk.showing import zone
from triage.directory import NEAR, Match, is_local, is_shown, matching, phones_of
from triage.opening_hours import opening
from triage.pack import Contact, LawPack

_MOST_UNCHECKED = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One service. `words` are what the person is sent; one that takes nobody now is not `open`."""

    id: str
    name: str
    notes: tuple[str, ...]
    words: str
    open: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Options under one heading, `folded` away where they are seldom meant."""

    title: str
    options: tuple[Option, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Referrals:
    """What fits a case: groups to choose from, and services whose number and address nobody has checked."""

    groups: tuple[Group, ...]
    unchecked: tuple[Option, ...]

    @property
    def options(self) -> tuple[Option, ...]:
        """All that can be chosen, the best first."""
        return tuple(option for group in self.groups for option in group.options)

    def find(self, id_: str) -> Option | None:
        """The option with an id, if it takes people."""
        return next((option for option in self.options if option.id == id_ and option.open), None)


def referrals(desk: Desk, case: Case, assessment: Mapping[str, Any]) -> Referrals:
    """The services for a case: by its first issue, and by the town that was said, or else the province."""
    pack = desk.packs.get(case.jurisdiction)
    if pack is None:
        return Referrals((), ())
    answers = assessment.get("answers") or {}
    place = pack.gazetteer.get(answers.get("place")) or pack.gazetteer.get(case.place)
    matches = matching(pack.services, case.issues[0] if case.issues else "", place, pack.gazetteer)
    now = desk.clock().astimezone(zone(desk, case))
    known = [match for match in matches if match.service.status == "active"]
    fine = [match for match in known if is_shown(match.service) and match.reachable]
    near = [_option(match, pack, now) for match in fine if is_local(match)]
    far = [_option(match, pack, now) for match in fine if not is_local(match)]
    numbers = {number for match in fine for number in match.numbers}
    lines = [_line(contact) for contact in _others(pack.contacts, numbers)]
    groups = (
        Group(f"Near {pack.gazetteer.in_full(place.id)}" if place else "Near the person", tuple(near)),
        Group("For this problem, in the whole country", tuple(far)),
        Group("Other lines", tuple(lines), folded=True),
    )
    unchecked = [_unchecked(match) for match in known if match not in fine and (match.away or 0) <= NEAR]
    return Referrals(tuple(group for group in groups if group.options), tuple(unchecked[:_MOST_UNCHECKED]))


def service_name(desk: Desk, id_: str) -> str:
    """The name of a service or contact by its id, for the log; the id itself when it is gone."""
    names = (pack.service_name(id_) for pack in desk.packs.values())
    return next((name for name in names if name != id_), id_)


def _option(match: Match, pack: LawPack, now: datetime) -> Option:
    service = match.service
    notes = [_way(match), *match.numbers[:1], _hours(match, pack, now)]
    if service.taking_people is False:
        notes.append("takes nobody now")
    reach = [", ".join(match.numbers), match.address, service.url or service.email or ""]
    words = f"{match.name}: {'; '.join(filter(None, reach))}"
    return Option(str(service.id), match.name, tuple(filter(None, notes)), words, service.taking_people is not False)


def _line(contact: Contact) -> Option:
    numbers = [number for _, number in contact.numbers]
    return Option(contact.id, contact.name, tuple(numbers[:1]), f"{contact.name}: {', '.join(numbers)}")


def _unchecked(match: Match) -> Option:
    numbers = [phone.number for phone in phones_of(match)]
    return Option(str(match.service.id), match.name, tuple(filter(None, [_way(match), *numbers[:1]])), "", open=False)


def _others(contacts: Iterable[Contact], numbers: set[str]) -> Iterable[Contact]:
    """Published contacts that are not in the directory under the same number."""
    return (each for each in contacts if each.publish and not numbers & {number for _, number in each.numbers})


def _way(match: Match) -> str:
    return "" if match.away is None else "in town" if match.away < 1 else f"{match.away:.0f} km"


def _hours(match: Match, pack: LawPack, now: datetime) -> str:
    found = opening(match.schedules, now, calendar=pack.calendar)
    if found.kind == "always":
        return "open day and night"
    if found.kind == "open" and found.at:
        return f"open until {found.at:%H:%M}"
    if found.at:
        near = {0: "today", 1: "tomorrow"}.get((found.at.date() - now.date()).days)
        return f"opens {near or f'{found.at:%A} {found.at.day} {found.at:%B}'} at {found.at:%H:%M}"
    return ""

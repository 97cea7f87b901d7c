"""Who can help with an issue near a place: matching over a directory of services."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.errors import ContentError
from triage.hsds import ISSUES, PLACES, VERIFIED, Address, Phone, Schedule, Service, ServiceAtLocation, line_of
from triage.places import Gazetteer, Place, Point, kilometres

NEAR = 100.0  # kilometres in a straight line that somebody may travel for help
ANY = "any"  # the topic of a service that helps with every issue


@dataclass(frozen=True, slots=True)
class Match:
    """A service that fits; `site` is its nearest location and `away` the kilometres to it, None where not known."""

    service: Service
    site: ServiceAtLocation | None = None
    away: float | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The verified numbers, of the site before those of the service; nobody is ever given another one."""
        return tuple(dict.fromkeys(phone.number for phone in phones_of(self) if phone.evidence in VERIFIED))

    @property
    def address(self) -> str:
        """The verified street address in one line; empty when there is none."""
        location = None if self.site is None else self.site.location
        if location is None or location.evidence not in VERIFIED:
            return ""
        return next((_line(each) for each in location.addresses if each.address_type == "physical"), "")

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """The opening hours: of the site, of its location, or of the service."""
        location = None if self.site is None else self.site.location
        site = () if self.site is None else self.site.schedules
        return site or (() if location is None else location.schedules) or self.service.schedules

    @property
    def reachable(self) -> bool:
        """Whether there is any verified way to them."""
        return bool(self.numbers or self.address or self.service.url or self.service.email)

    @property
    def name(self) -> str:
        """The service, and where this one is."""
        location = None if self.site is None else self.site.location
        return f"{self.service.name}, {location.name}" if location is not None and location.name else self.service.name


def is_shown(service: Service) -> bool:
    """Whether a person may be told of it: in work, and known from a page or from the office itself."""
    return service.status == "active" and service.evidence in VERIFIED


def topics_of(service: Service) -> frozenset[str]:
    """The issue ids and areas it helps with."""
    terms = (attribute.taxonomy_term for attribute in service.attributes)
    return frozenset(term.code for term in terms if term is not None and term.taxonomy == ISSUES)


def places_of(service: Service) -> tuple[str, ...]:
    """The ids of the places it is for; empty when it is for the whole country."""
    return tuple(area.extent for area in service.service_areas if area.extent_type == PLACES)


def phones_of(match: Match) -> tuple[Phone, ...]:
    """Every number, verified or not, of the site before those of the service."""
    location = None if match.site is None else match.site.location
    site = () if match.site is None else match.site.phones
    return (*site, *(() if location is None else location.phones), *match.service.phones)


def matching(services: Iterable[Service], issue: str, place: Place | None, gazetteer: Gazetteer) -> tuple[Match, ...]:
    """Services for an issue and a place, best first.

    A site within 100 km comes before a service for the region, and that before one for the whole country; then the
    issue itself before its area; then the shorter way. A service that is only for other places is left out.
    """
    found = []
    for service in services:
        fit = _fit(service, issue)
        match = _nearest(service, place)
        reach = _reach(match, place, gazetteer)
        if fit is not None and reach is not None:
            away = float("inf") if match.away is None else match.away
            found.append(((reach, fit, away, service.name), match))
    return tuple(match for _, match in sorted(found, key=lambda each: each[0]))


def offered(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Those a person may be sent to: shown, with a verified way to reach them, and not turning people away now."""
    fine = (match for match in matches if is_shown(match.service) and match.service.taking_people is not False)
    return tuple(match for match in fine if match.reachable)


def is_local(match: Match) -> bool:
    """Whether a site is near; where no way is known, whether it is for the region and not for the whole country."""
    return bool(places_of(match.service)) if match.away is None else match.away <= NEAR


def merged(pack: Sequence[Service], own: Sequence[Service]) -> tuple[Service, ...]:
    """The office's own directory laid over the pack's: the same id is replaced, `defunct` takes it away."""
    laid = {service.id: service for service in (*pack, *own)}
    return tuple(service for service in laid.values() if service.status != "defunct")


def check_services(
    path: Path,
    services: Iterable[Service],
    gazetteer: Gazetteer,
    *,
    issues: Container[str] | None = None,
    sources: Container[str] | None = None,
) -> None:
    """Raises ContentError, with the line, for a service for no issue, or for a name that stands for nothing.

    What is None is not checked: `issues` are the ids and areas of the taxonomy, `sources` those of the pack.
    """
    for service in services:
        if problem := _problem(service, gazetteer, issues, sources):
            raise ContentError(path, f"service {service.name!r}: {problem}", line=line_of(path, service))


def _problem(
    service: Service, gazetteer: Gazetteer, issues: Container[str] | None, sources: Container[str] | None
) -> str:
    topics = topics_of(service)
    if not topics:
        return f"no issue; add an attribute with a term of {ISSUES!r}"
    if issues is not None and (strange := sorted(topic for topic in topics if topic not in issues)):
        return f"unknown issue {strange[0]!r}; see taxonomy.yml"
    if unknown := [id_ for id_ in places_of(service) if id_ not in gazetteer]:
        return f"unknown place {unknown[0]!r}; see places.yml"
    named = (service.source, *(site.location.source for site in service.service_at_locations if site.location))
    if sources is not None and (missing := [code for code in named if code and code not in sources]):
        return f"unknown source {missing[0]!r}; correct it, or add it to sources.yml"
    return ""


def _fit(service: Service, issue: str) -> int | None:
    topics = topics_of(service)
    for rank, topic in enumerate((issue, issue.split(".", 1)[0], ANY)):
        if topic in topics:
            return rank
    return None


def _nearest(service: Service, place: Place | None) -> Match:
    point = None if place is None else place.point
    ways = []
    for number, site in enumerate(service.service_at_locations):
        here = _point(site)
        if point is not None and here is not None:
            ways.append((kilometres(point, here), number, site))
    if ways:
        away, _, site = min(ways)
        return Match(service, site, away)
    sites = service.service_at_locations
    return Match(service, sites[0] if len(sites) == 1 else None)


def _point(site: ServiceAtLocation) -> Point | None:
    location = site.location
    if location is None or location.latitude is None or location.longitude is None:
        return None
    return Point(location.latitude, location.longitude)


def _reach(match: Match, place: Place | None, gazetteer: Gazetteer) -> int | None:
    places = places_of(match.service)
    here = () if place is None else (place.id, place.region)
    if match.away is not None and match.away <= NEAR and (not places or _covers(places, here, gazetteer)):
        return 0
    if not places:
        return 2
    return 1 if _covers(places, here, gazetteer) else None


def _covers(places: Sequence[str], here: Sequence[str], gazetteer: Gazetteer) -> bool:
    """A town is covered by itself and its region; somebody who named a region only, by any town in it."""
    return any(id_ in here for id_ in places) or (
        len(set(here)) == 1 and any(id_ in gazetteer and gazetteer[id_].region in here for id_ in places)
    )


def _line(address: Address) -> str:
    parts = (address.address_1, address.city, address.postal_code)
    return ", ".join(part.strip() for part in parts if part.strip())

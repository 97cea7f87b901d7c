"""The office's own directory of services: read in, written out, checked, and laid over the one of the law pack."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from doorstep.settings import Settings
from triage.directory import ANY, check_services, is_shown, merged
from triage.errors import ContentError
from triage.hsds import VERIFIED, Service, checked_services, read_services, written
from triage.pack import LawPack, load_pack
from triage.service_table import read_table, table_of
from triage.taxonomy import load_taxonomy


def pack_with_own(settings: Settings) -> LawPack:
    """The law of the office's place, with the office's own services over its directory."""
    pack = load_pack(settings.packs / settings.jurisdiction)
    return replace(pack, services=merged(pack.services, own_services(settings)))


def own_services(settings: Settings) -> tuple[Service, ...]:
    """The office's own directory; empty when it has none. Raises ContentError when the file is wrong."""
    path = settings.services_path
    if settings.services is None and not path.exists():
        return ()
    return read_services(path)


def read_in(settings: Settings, file: Path, *, checked: bool) -> tuple[Service, ...]:
    """Makes a CSV or JSON file the office's own directory, and returns it.

    What has no evidence of its own the office vouches for, unless it is not `checked`: then no person is told of it.
    Raises ContentError with the record and what to do; then nothing has changed.
    """
    pack = load_pack(settings.packs / settings.jurisdiction)
    issues = _issues(settings)
    if file.suffix.casefold() == ".csv":
        country = pack.calendar.country.split("-")[0]
        services = read_table(file, gazetteer=pack.gazetteer, issues=issues, country=country)
    elif file.suffix.casefold() == ".json":
        services = read_services(file)
    else:
        raise ContentError(file, "must be a .csv or a .json file; save it as one of these")
    content = [_vouched(service.model_dump(mode="json", exclude_unset=True), checked=checked) for service in services]
    services = checked_services(file, content)
    check_services(file, services, pack.gazetteer, issues=issues)
    _write(settings.services_path, written(services))
    return services


def write_out(settings: Settings, file: Path, *, own: bool) -> int:
    """Writes the directory in force, or only the office's own, as CSV or JSON; returns how many services."""
    services = own_services(settings) if own else pack_with_own(settings).services
    if file.suffix.casefold() == ".csv":
        text = table_of(services, load_pack(settings.packs / settings.jurisdiction).gazetteer)
    elif file.suffix.casefold() == ".json":
        text = written(services)
    else:
        raise ContentError(file, "must end in .csv or .json")
    _write(file, text)
    return len(services)


def set_taking(settings: Settings, name: str, *, taking: bool) -> Service:
    """Notes in the office's own directory whether a service takes people now.

    Raises ContentError for a name or id that is not in the directory, or that several services have.
    """
    found = [s for s in pack_with_own(settings).services if name.casefold() in (s.name.casefold(), str(s.id))]
    if len(found) != 1:
        problem = "is not in the directory" if not found else "stands for several; give the id"
        raise ContentError(settings.services_path, f"{name!r} {problem}: see `doorstep services export`")
    service = found[0].model_copy(update={"taking_people": taking})
    _write(settings.services_path, written(merged(own_services(settings), (service,))))
    return service


def checked_lines(settings: Settings) -> Iterator[str]:
    """What the directories hold; raises ContentError for the first mistake."""
    pack = load_pack(settings.packs / settings.jurisdiction)
    own = own_services(settings)
    check_services(settings.services_path, own, pack.gazetteer, issues=_issues(settings))
    yield f"law pack {pack.id}: {_counted(pack.services)}"
    yield f"{settings.services_path}: {_counted(own)}" if own else "no directory of the office's own"
    for service in merged(pack.services, own):
        numbers = [*service.phones, *(phone for site in service.service_at_locations for phone in site.phones)]
        if bad := [phone.number for phone in numbers if phone.evidence not in VERIFIED]:
            yield f"not checked, so never told to a person: {service.name}: {', '.join(bad)}"


def _counted(services: tuple[Service, ...]) -> str:
    sites = sum(len(service.service_at_locations) for service in services)
    shown = sum(is_shown(service) for service in services)
    return f"{len(services)} services, {sites} places, {shown} that a person may be told of"


def _issues(settings: Settings) -> frozenset[str]:
    taxonomy = load_taxonomy(settings.content / "taxonomy.yml")
    return frozenset({*taxonomy.issues, *taxonomy.areas, ANY})


def _vouched(record: Any, *, checked: bool) -> Any:
    """A service with evidence on it, its numbers and its locations, where there was none."""
    evidence = {"evidence": "office"} if checked else {"evidence": "weak"}
    sites = [_site_vouched(site, evidence) for site in record.get("service_at_locations", [])]
    phones = [evidence | phone for phone in record.get("phones", [])]
    filled = evidence | record
    return filled | ({"phones": phones} if phones else {}) | ({"service_at_locations": sites} if sites else {})


def _site_vouched(site: dict[str, Any], evidence: dict[str, str]) -> dict[str, Any]:
    phones = [evidence | phone for phone in site.get("phones", [])]
    location = evidence | site["location"] if site.get("location") else None
    if location and location.get("phones"):
        location["phones"] = [evidence | phone for phone in location["phones"]]
    return site | ({"phones": phones} if phones else {}) | ({"location": location} if location else {})


def _write(path: Path, text: str) -> None:
    """Writes the whole file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)

"""A directory as a table, one row for each place a service is given, as an office keeps it in a spreadsheet."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from triage.directory import ANY, Match, phones_of, places_of, topics_of
from triage.errors import ContentError
from triage.hsds import (
    ISSUES,
    PLACES,
    VERIFIED,
    Evidence,
    Phone,
    Service,
    ServiceAtLocation,
    checked_services,
    record_id,
)
from triage.opening_hours import hours_in_words, read_hours
from triage.places import Gazetteer

COLUMNS = (
    "organisation",
    "service",
    "description",
    "issues",
    "places",
    "address",
    "town",
    "postal_code",
    "phones",
    "email",
    "website",
    "hours",
    "who_for",
    "cost",
    "languages",
    "taking_people",
    "checked",
    "evidence",
)
_NEEDED = ("organisation", "issues", "checked")
_TAKING = {"yes": True, "no": False, "": None}
_NOT_VERIFIED = "knowledge-low"


@dataclass(frozen=True, slots=True)
class _Row:
    """One row and where it stands."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return (self.cells.get(column) or "").strip()

    def parts(self, column: str) -> list[str]:
        return [part.strip() for part in self[column].split(";") if part.strip()]

    def wrong(self, problem: str) -> ContentError:
        return ContentError(self.path, f"{self['organisation'] or 'row'}: {problem}", line=self.line)

    @property
    def key(self) -> tuple[str, str]:
        return self["organisation"], self["service"] or self["organisation"]


def read_table(path: Path, *, gazetteer: Gazetteer, issues: Collection[str], country: str) -> tuple[Service, ...]:
    """The services of a CSV file with the columns of COLUMNS; `issues` are known ids and areas, `country` such as `ZA`.

    Rows of the same organisation and service are its sites. A number that ends in a question mark was not checked.
    Raises ContentError with the line, the organisation and what to do.
    """
    grouped: dict[tuple[str, str], list[_Row]] = {}
    for row in _rows(path):
        _check(row, gazetteer, issues)
        grouped.setdefault(row.key, []).append(row)
    return checked_services(path, [_service(rows, gazetteer, country) for rows in grouped.values()])


def table_of(services: Sequence[Service], gazetteer: Gazetteer) -> str:
    """The services as CSV text that `read_table` reads."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    for service in services:
        for site in service.service_at_locations or (None,):
            table.writerow(_cells(service, site, gazetteer))
    return text.getvalue()


def _rows(path: Path) -> Iterator[_Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as mistake:
        raise ContentError(path, f"not UTF-8 text (byte {mistake.start}); save it as CSV UTF-8") from None
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    table = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    named = [name or "" for name in table.fieldnames or ()]
    if missing := [name for name in _NEEDED if name not in named]:
        raise ContentError(path, f"column {missing[0]!r} is missing; the first row names the columns", line=1)
    if strange := [name for name in named if name not in COLUMNS]:
        hint = _meant(strange[0], COLUMNS)
        raise ContentError(
            path, f"column {strange[0]!r} is not known; {hint or 'see docs/how-to/add-offices.md'}", line=1
        )
    for cells in table:
        row = _Row(path, table.line_num, cells)
        if any((cell or "").strip() for cell in cells.values() if not isinstance(cell, list)):
            if None in cells:
                raise row.wrong("more cells than columns; put a text with a comma in quotation marks")
            yield row


def _check(row: _Row, gazetteer: Gazetteer, issues: Collection[str]) -> None:
    if not row["organisation"]:
        raise row.wrong("`organisation` is empty; write its name")
    if not row.parts("issues"):
        raise row.wrong("`issues` is empty; write issue ids or areas, such as housing; benefits.refused, or any")
    for issue in row.parts("issues"):
        if issue not in issues and issue != ANY:
            raise row.wrong(f"unknown issue {issue!r}; {_meant(issue, issues) or 'the taxonomy has them all'}")
    for place in (*row.parts("places"), *row.parts("town")):
        if place not in gazetteer and gazetteer.find_one(place) is None:
            raise row.wrong(
                f"unknown place {place!r}; write a province, region or larger town, or add it to places.yml"
            )
    _check_choices(row)


def _check_choices(row: _Row) -> None:
    if row["taking_people"].casefold() not in _TAKING:
        raise row.wrong(f"`taking_people` is {row['taking_people']!r}; write yes or no, or leave it empty")
    if row["evidence"] and row["evidence"] not in get_args(Evidence):
        raise row.wrong(f"`evidence` is {row['evidence']!r}; write one of {', '.join(get_args(Evidence))}")
    try:
        date.fromisoformat(row["checked"])
    except ValueError:
        raise row.wrong(f"`checked` is {row['checked']!r}; write the day somebody checked it, as 2026-11-23") from None
    try:
        read_hours(row["hours"])
    except ValueError as mistake:
        raise row.wrong(str(mistake)) from None


def _meant(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word.casefold(), list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def _service(rows: Sequence[_Row], gazetteer: Gazetteer, country: str) -> dict[str, object]:
    row = rows[0]
    key = [country, *row.key]
    content: dict[str, object] = {
        "id": str(record_id("service", *key)),
        "name": row.key[1],
        "status": "active",
        "description": row["description"],
        "url": row["website"],
        "email": row["email"],
        "eligibility_description": row["who_for"],
        "fees_description": row["cost"],
        "assured_date": row["checked"],
        "evidence": row["evidence"],
        "taking_people": _TAKING[row["taking_people"].casefold()],
        "organization": {
            "id": str(record_id("organization", country, row.key[0])),
            "name": row.key[0],
            "description": "",
        },
        "attributes": [_attribute(key, issue) for each in rows[:1] for issue in each.parts("issues")],
        "service_areas": [_area(key, place, gazetteer) for place in row.parts("places")],
        "languages": [{"id": str(record_id("language", *key, name)), "name": name} for name in row.parts("languages")],
        "service_at_locations": [
            _site(each, key, gazetteer, country) for each in rows if each["address"] or each["town"]
        ],
    }
    if not content["service_at_locations"]:
        content["phones"] = _phones(row, key)
        content["schedules"] = _schedules(row)
    return {name: value for name, value in content.items() if value not in ("", None, [])}


def _attribute(key: Sequence[str], issue: str) -> dict[str, object]:
    term = {"id": str(record_id("term", issue)), "code": issue, "name": issue, "description": issue, "taxonomy": ISSUES}
    return {"id": str(record_id("attribute", *key, issue)), "link_entity": "service", "taxonomy_term": term}


def _area(key: Sequence[str], place: str, gazetteer: Gazetteer) -> dict[str, str]:
    found = gazetteer[place] if place in gazetteer else gazetteer.find_one(place)
    assert found is not None  # noqa: S101 - the row was checked
    id_ = str(record_id("area", *key, found.id))
    return {"id": id_, "name": found.name, "extent": found.id, "extent_type": PLACES}


def _site(row: _Row, key: Sequence[str], gazetteer: Gazetteer, country: str) -> dict[str, object]:
    here = [*key, row["address"], row["town"]]
    town = gazetteer.find_one(row["town"])
    location: dict[str, object] = {
        "id": str(record_id("location", *here)),
        "location_type": "physical",
        "name": row["town"],
    }
    if row["evidence"]:
        location["evidence"] = row["evidence"]
    if town is not None and town.point is not None:
        location |= {"latitude": town.point.north, "longitude": town.point.east}
    if row["address"]:
        region = gazetteer.region_of(town.id).name if town is not None else ""
        location["addresses"] = [
            {
                "id": str(record_id("address", *here)),
                "address_1": row["address"],
                "city": row["town"],
                "state_province": region,
                "postal_code": row["postal_code"],
                "country": country,
                "address_type": "physical",
            }
        ]
    site: dict[str, object] = {"id": str(record_id("site", *here)), "location": location}
    if phones := _phones(row, here):
        site["phones"] = phones
    if schedules := _schedules(row):
        site["schedules"] = schedules
    return site


def _phones(row: _Row, key: Sequence[str]) -> list[dict[str, str]]:
    """`021 483 5020 (disputes)`; a question mark at the end says that nobody has checked the number."""
    phones = []
    for written in row.parts("phones"):
        number, _, note = written.removesuffix("?").strip().partition("(")
        if not re.search(r"\d{2}", number):
            raise row.wrong(f"{written!r} is no phone number; write such as 021 483 5020 (disputes); 0860 106 166")
        phone = {"id": str(record_id("phone", *key, number)), "number": number.strip()}
        if evidence := _NOT_VERIFIED if written.endswith("?") else row["evidence"]:
            phone["evidence"] = evidence
        if note:
            phone["description"] = note.rstrip(") ")
        phones.append(phone)
    return phones


def _schedules(row: _Row) -> list[dict[str, object]]:
    return [each.model_dump(mode="json", exclude_unset=True) for each in read_hours(row["hours"])]


def _cells(service: Service, site: ServiceAtLocation | None, gazetteer: Gazetteer) -> dict[str, str]:
    location = None if site is None else site.location
    address = next(iter(() if location is None else location.addresses), None)
    taking = {True: "yes", False: "no", None: ""}[service.taking_people]
    return {
        "organisation": service.name if service.organization is None else service.organization.name,
        "service": service.name,
        "description": service.description,
        "issues": "; ".join(sorted(topics_of(service))),
        "places": "; ".join(gazetteer[id_].name if id_ in gazetteer else id_ for id_ in places_of(service)),
        "address": "" if address is None else address.address_1,
        "town": "" if location is None else location.name or (address.city if address is not None else ""),
        "postal_code": "" if address is None else address.postal_code,
        "phones": "; ".join(_phone_words(phone) for phone in phones_of(Match(service, site))),
        "email": service.email or "",
        "website": service.url or "",
        "hours": hours_in_words(Match(service, site).schedules),
        "who_for": service.eligibility_description,
        "cost": service.fees_description,
        "languages": "; ".join(language.name for language in service.languages),
        "taking_people": taking,
        "checked": "" if service.assured_date is None else service.assured_date.isoformat(),
        "evidence": service.evidence or "",
    }


def _phone_words(phone: Phone) -> str:
    note = f" ({phone.description})" if phone.description else ""
    return f"{phone.number}{note}{'' if phone.evidence in (None, *VERIFIED) else ' ?'}"

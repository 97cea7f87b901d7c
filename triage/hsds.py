"""The parts of HSDS 3.0 (Human Services Data Specification, Open Referral) that a directory of services uses.

Field names, required fields, formats and fixed lists are those of the specification; records may carry any other field
of it, which is kept. Ours, as the specification allows: `evidence`, `source`, `taking_people`. See docs/decisions/0015.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from triage.errors import ContentError

ISSUES, PLACES = (
    "doorstep-issues",
    "doorstep-places",
)  # the taxonomy of our issue ids; the kind of extent that is a place id
# How a fact is known. The first two may be told to a person: a page was read that says so; the office itself vouches.
VERIFIED = frozenset({"page", "office"})
_NAMESPACE = UUID("6a5a2b0e-3c0b-5f6e-9d1c-7f0c9c1f4d55")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Evidence = Literal["page", "office", "weak", "knowledge-high", "knowledge-med", "knowledge-low"]


def record_id(*parts: str) -> UUID:
    """The same id for the same name every time, so that a directory that is read in again replaces itself."""
    return uuid5(_NAMESPACE, "|".join(part.casefold().strip() for part in parts))


def _an_address(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value, re.IGNORECASE):
        raise ValueError("must be an address that starts with https://")
    return value


def _an_email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", value):
        raise ValueError("must be an e-mail address such as help@example.org")
    return value


def _days(value: str) -> str:
    if not value or any(day not in _DAYS for day in value.split(",")):
        raise ValueError("must be days such as MO,TU,FR")
    return value


def _not_a_number(value: object) -> object:
    """JSON has no days or times: a bare number would be read as seconds."""
    if isinstance(value, int | float):
        raise ValueError("must be text in quotation marks")
    return value


Uri = Annotated[str, AfterValidator(_an_address)]
Email = Annotated[str, AfterValidator(_an_email)]
Days = Annotated[str, AfterValidator(_days)]
Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_not_a_number)]
Clock = Annotated[time, BeforeValidator(_not_a_number)]


class Record(BaseModel):
    """One object of the specification. Fields we do not use are kept as they are."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: UUID


class Phone(Record):
    """A number. Ours: `evidence`."""

    number: Text
    description: str = ""
    evidence: Evidence | None = None


class Address(Record):
    """Where a location is; `postal_code` may be empty where nobody knows it."""

    address_1: Text
    city: Text
    state_province: str
    postal_code: str
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    address_type: Literal["physical", "postal", "virtual"]


class Schedule(Record):
    """When it is open: a weekly pattern, or words alone. A time without a zone is the time of the place."""

    freq: Literal["WEEKLY", "MONTHLY"] | None = None
    byday: Days | None = None
    opens_at: Clock | None = None
    closes_at: Clock | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    interval: int | None = None
    description: str = ""


class Location(Record):
    """A place where a service is given. Ours: `evidence` and `source`, of the address."""

    location_type: Literal["physical", "postal", "virtual"]
    name: str = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    addresses: tuple[Address, ...] = ()
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    evidence: Evidence | None = None
    source: str = ""


class ServiceAtLocation(Record):
    """A service as it is at one location."""

    description: str = ""
    location: Location | None = None
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()


class ServiceArea(Record):
    """Whom a service is for, by where they live: `extent` is a place id when `extent_type` is `doorstep-places`."""

    name: str = ""
    extent: str = ""
    extent_type: str = ""


class TaxonomyTerm(Record):
    """A term; `code` is an issue id or an area when `taxonomy` is `doorstep-issues`."""

    name: Text
    description: Text
    code: str = ""
    taxonomy: str = ""


class Attribute(Record):
    """Links a record to a term."""

    link_entity: str = ""
    taxonomy_term: TaxonomyTerm | None = None


class Language(Record):
    """A language that is spoken."""

    name: str = ""
    code: str = ""


class Organization(Record):
    """Who gives the service."""

    name: Text
    description: str
    website: Uri | None = None
    email: Email | None = None


class Service(Record):
    """What is done for people. Ours: `evidence`, `source`, `taking_people` (None: not known)."""

    name: Text
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    description: str = ""
    url: Uri | None = None
    email: Email | None = None
    eligibility_description: str = ""
    minimum_age: Annotated[float, Field(ge=0)] | None = None
    maximum_age: Annotated[float, Field(ge=0)] | None = None
    fees_description: str = ""
    application_process: str = ""
    assured_date: Day | None = None
    last_modified: datetime | None = None
    organization: Organization | None = None
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    service_at_locations: tuple[ServiceAtLocation, ...] = ()
    languages: tuple[Language, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    evidence: Evidence | None = None
    source: str = ""
    taking_people: bool | None = None


_LIST = TypeAdapter(tuple[Service, ...])


def read_services(path: Path) -> tuple[Service, ...]:
    """The services in a JSON file: a list of them, or the `contents` of a page of an HSDS interface.

    Raises ContentError that names the record, the field and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except FileNotFoundError:
        raise ContentError(path, "file not found; check the name") from None
    except UnicodeDecodeError as mistake:
        raise ContentError(path, f"not UTF-8 text (byte {mistake.start}); save it as UTF-8") from None
    except json.JSONDecodeError as mistake:
        raise ContentError(path, f"not valid JSON: {mistake.msg}", line=mistake.lineno) from None
    return checked_services(path, content, lines=_lines_of(text))


def checked_services(path: Path, content: Any, *, lines: Sequence[int] = ()) -> tuple[Service, ...]:
    """Parsed JSON as services; `lines` are where each record starts. Raises ContentError as `read_services` does."""
    listed = content.get("contents") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise ContentError(path, "expected a list of services: [ {...}, {...} ]")
    try:
        services = _LIST.validate_python(listed, strict=False)
    except ValidationError as mistake:
        first = mistake.errors()[0]
        number, *where = first["loc"]
        line = lines[int(number)] if int(number) < len(lines) else None
        raise ContentError(path, f"{_named(listed, int(number))}: {_told(where, first)}", line=line) from None
    ids = [service.id for service in services]
    if twice := [number for number, id_ in enumerate(ids) if id_ in ids[:number]]:
        raise ContentError(path, f"{_named(listed, twice[0])}: its id is there twice; give each service its own")
    return services


def written(services: Sequence[Service]) -> str:
    """The services as JSON text, as HSDS writes them; fields that hold nothing are left out."""
    content = [service.model_dump(mode="json", exclude_unset=True, exclude_none=True) for service in services]
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def line_of(path: Path, service: Service) -> int | None:
    """The line of a JSON file that names a service by its id; None where the file does not, as a table."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return next((number for number, line in enumerate(lines, 1) if str(service.id) in line), None)


def _named(listed: list[Any], number: int) -> str:
    record = listed[number] if number < len(listed) else None
    name = record.get("name") if isinstance(record, dict) else None
    return f"service {number + 1} {name!r}" if isinstance(name, str) else f"service {number + 1}"


def _told(where: Sequence[int | str], mistake: Any) -> str:
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in where)
    if mistake["type"] == "missing":
        return f"`{field}` is missing; HSDS 3.0 requires it, add it"
    if mistake["type"] == "uuid_parsing":
        return f"`{field}` must be a UUID such as {record_id('example')}"
    return f"`{field}`: {mistake['msg'].removeprefix('Value error, ')}; correct it"


def _lines_of(text: str) -> tuple[int, ...]:
    """The line on which each record of the outermost list starts."""
    return tuple(_starts(text))


def _starts(text: str) -> Iterator[int]:
    depth, line, quoted, escaped = 0, 1, False, False
    for sign in text:
        line += sign == "\n"
        if quoted:
            quoted, escaped = escaped or sign != '"', not escaped and sign == "\\"
        elif sign == '"':
            quoted = True
        elif sign in "[{":
            depth += 1
            if sign == "{" and depth == 2:
                yield line
        elif sign in "]}":
            depth -= 1

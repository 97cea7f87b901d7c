"""Places people live in, by the names they use, and how far they are apart; read from a pack's `places.yml`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from triage.content import read_mapping
from triage.entries import Entry, entries_in

_EARTH = 6371.0  # kilometres, mean radius
# A name that is also an everyday word: "I live in Reading", but not "I was reading", nor "in reading the letter".
_BEFORE_COMMON = r"(?:in|from|near|at|around)\s+"
_AFTER_COMMON = r"(?!\s+(?:a|an|the|my|your|his|her|our|their|this|that|it|mode)\b)"
_LOCATIVE = "(?:e-?)?"  # isiZulu and isiXhosa: eSoweto, e-Soweto is "in Soweto"


@dataclass(frozen=True, slots=True)
class Point:
    """A point on the Earth, in degrees north and east."""

    north: float
    east: float


@dataclass(frozen=True, slots=True)
class Place:
    """A region (province) or a town; `names` in small letters, `common` those that are also everyday words.

    `region` is the id of the region a town lies in, and of itself for a region. A `point` is of a town only;
    `code` is the official one of a region, under which others publish, such as OCHA's P-code.
    """

    id: str
    name: str
    region: str
    names: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    point: Point | None = None
    code: str = ""


class Gazetteer:
    """The places of one pack: `regions` and `towns` as in its file."""

    def __init__(self, regions: Sequence[Place], towns: Sequence[Place]) -> None:
        self.regions = tuple(regions)
        self.towns = tuple(towns)
        self._by_id = {place.id: place for place in (*regions, *towns)}
        self._named: dict[str, Place] = {}
        plain: list[str] = []
        common: list[str] = []
        for place in self._by_id.values():
            for name in (place.name.casefold(), *place.names, *place.common):
                self._named[name] = place
                (common if name in place.common else plain).append(name)
        whole, after = _either(plain), _either(common)
        self._pattern = re.compile(
            rf"(?<!\w)(?:{_LOCATIVE}(?P<plain>{whole})|{_BEFORE_COMMON}(?P<common>{after}){_AFTER_COMMON})(?!\w)"
        )

    def __getitem__(self, id_: str) -> Place:
        """The place with an id; raises KeyError when there is none."""
        return self._by_id[id_]

    def get(self, id_: str | None) -> Place | None:
        """The place with an id, or None."""
        return self._by_id.get(id_ or "")

    def __contains__(self, id_: object) -> bool:
        return id_ in self._by_id

    def region_of(self, id_: str) -> Place:
        """The region of a place, which for a region is the region itself; raises KeyError for an unknown id."""
        return self._by_id[self._by_id[id_].region]

    def in_full(self, id_: str) -> str:
        """A town with its region, such as `Soweto, Gauteng`; a region by its name; raises KeyError."""
        place, region = self._by_id[id_], self.region_of(id_)
        return place.name if place is region else f"{place.name}, {region.name}"

    def find(self, text: str) -> tuple[Place, ...]:
        """The places named in a text, each once, in the order they are named; of two at one spot the longer name."""
        said = _folded(text)
        if alone := self._named.get(" ".join(re.findall(r"[\w'-]+", said))):
            return (alone,)
        names = (found["plain"] or found["common"] for found in self._pattern.finditer(said))
        return tuple(dict.fromkeys(self._named[" ".join(name.split())] for name in names))

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where places are named in a text, from and up to which character."""
        matches = self._pattern.finditer(_folded(text))
        return tuple(match.span("common") if match["common"] else match.span() for match in matches)

    def find_one(self, text: str) -> Place | None:
        """The town a text names first, or else the region; None when it names no place."""
        found = self.find(text)
        return next((place for place in found if place.point), found[0] if found else None)


def kilometres(one: Point, other: Point) -> float:
    """The distance along a great circle (haversine formula, a sphere of the Earth's mean radius)."""
    north, other_north = radians(one.north), radians(other.north)
    rise = sin((other_north - north) / 2) ** 2
    turn = cos(north) * cos(other_north) * sin(radians(other.east - one.east) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(rise + turn)))


def read_places(path: Path) -> Gazetteer:
    """A pack's places; raises ContentError for a town in no region, a name of two places, or a point off the Earth."""
    content = read_mapping(path)
    named: dict[str, str] = {}
    regions = [_region(entry, named) for entry in entries_in(path, content.get("regions"), "region")]
    known = frozenset(region.id for region in regions)
    towns = [_town(entry, known, named) for entry in entries_in(path, content.get("towns"), "town")]
    return Gazetteer(regions, towns)


def _region(entry: Entry, named: dict[str, str]) -> Place:
    id_, code = entry.text("id"), entry.text_or("code", "")
    return _with_names(entry, named, Place(id_, entry.text("name"), id_, entry.texts("names"), code=code))


def _town(entry: Entry, regions: frozenset[str], named: dict[str, str]) -> Place:
    place = Place(
        id=entry.text("id"),
        name=entry.text("name"),
        region=entry.choice("region", regions),
        names=entry.texts("names"),
        common=entry.texts("common"),
        point=_point(entry),
    )
    return _with_names(entry, named, place)


def _with_names(entry: Entry, named: dict[str, str], place: Place) -> Place:
    """The place, once each of its names is known to be its own; `named` holds the names so far."""
    for name in {place.name.casefold(), *place.names, *place.common}:
        if name != name.casefold():
            raise entry.wrong(f"write {name!r} in small letters")
        if name in named:
            raise entry.wrong(f"{name!r} names {named[name]!r} too; leave it with one")
        named[name] = place.id
    return place


def _point(entry: Entry) -> Point:
    at = entry.fields.get("at")
    if not isinstance(at, list) or len(at) != 2 or not all(isinstance(degrees, int | float) for degrees in at):
        raise entry.wrong("needs `at: [degrees north, degrees east]`, such as [-26.20, 28.04]")
    north, east = at
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise entry.wrong(f"`at: {at}` is not on the Earth; the degrees north come first")
    return Point(north, east)


def _folded(text: str) -> str:
    """In small letters and with straight apostrophes, each character where it was."""
    small = (letter.casefold() if len(letter.casefold()) == 1 else letter for letter in text)
    return "".join(small).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _either(names: Sequence[str]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first) or r"(?!)"

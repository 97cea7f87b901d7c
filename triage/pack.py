"""The law of one place: whom to call, what applies, until when; read from `triage/packs/<place>/`."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.calendars import Calendar, Recess, has_holidays
from triage.cards import GENERAL, Card, read_card
from triage.content import read_mapping
from triage.deadline_rules import DeadlineRule, read_rules
from triage.directory import check_services
from triage.eligibility_rules import Rules, read_eligibility
from triage.entries import Entry, entries_in, keyed_entries, listed_entries
from triage.errors import ContentError
from triage.figures import Figure, read_figures
from triage.glossary import Glossary, read_glossary
from triage.hsds import Service, read_services
from triage.letter_fields import read_shared_fields
from triage.letter_templates import Template, read_template
from triage.office_hours import OfficePlace
from triage.places import Gazetteer, read_places

_EVIDENCE = frozenset({"page", "weak", "knowledge-high", "knowledge-med", "knowledge-low"})
_DATE_ORDERS = frozenset({"DMY", "MDY", "YMD"})


@dataclass(frozen=True, slots=True)
class Source:
    """A law or page that a statement rests on."""

    code: str
    title: str
    address: str
    checked: date
    evidence: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who helps. `numbers` are (label, number); `topics` the flags, issues and areas it is for.

    `place` is the region whose people it helps, empty for all. Only a contact with `publish` is ever shown to a person.
    """

    id: str
    name: str
    numbers: tuple[tuple[str, str], ...]
    hours: str
    cost: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    evidence: str
    source: str
    checked: date
    publish: bool
    place: str = ""

    @property
    def line(self) -> str:
        """On one line of a chat message, with hours, cost and languages where they are known."""
        numbers = " or ".join(number for _, number in self.numbers)
        languages = f"in {', '.join(self.languages)}" if self.languages else ""
        known = ", ".join(filter(None, (self.hours, self.cost, languages)))
        return f"• {self.name}: {numbers}" + (f" ({known})" if known else "")


@dataclass(frozen=True, slots=True)
class LawPack:
    """Everything we hold on one place. `cards` are by issue id; `general` is for issues without a card.

    `letters` are by their own id, in the order of their titles.
    """

    id: str
    name: str
    version: str
    language: str
    timezone: str
    date_order: str
    currency: str
    calendar: Calendar
    gazetteer: Gazetteer
    services: tuple[Service, ...]
    eligibility: Rules
    contacts: tuple[Contact, ...]
    sources: dict[str, Source]
    figures: dict[str, tuple[Figure, ...]]
    deadlines: tuple[DeadlineRule, ...]
    cards: dict[str, Card]
    glossary: Glossary
    letters: dict[str, Template]

    @property
    def region(self) -> str:
        """The country by its ISO 3166 code, such as `ZA`: where telephone numbers without a country belong."""
        return self.calendar.country.split("-")[0]

    def contact(self, id_: str) -> Contact:
        """The contact with an id, published or not; raises KeyError when there is none."""
        for contact in self.contacts:
            if contact.id == id_:
                return contact
        raise KeyError(id_)

    def contacts_for(self, topic: str) -> tuple[Contact, ...]:
        """Published contacts for exactly this danger flag, issue or area, in the order of the file."""
        return tuple(contact for contact in self.contacts if contact.publish and topic in contact.topics)

    def contacts_on(self, card: Card, place: str | None) -> tuple[Contact, ...]:
        """The published contacts of a card, without those that help only in another region than that of a place.

        While nobody knows where the person lives, all: each says by its name whom it helps.
        """
        home = self.gazetteer.get(place)
        region = self.gazetteer.region_of(home.id).id if home else ""
        listed = map(self.contact, card.contacts)
        return tuple(each for each in listed if each.publish and (not region or each.place in ("", region)))

    def service_name(self, id_: str) -> str:
        """The name of a contact or service; the id itself when it is gone."""
        names = {contact.id: contact.name for contact in self.contacts}
        return names.get(id_) or next((each.name for each in self.services if str(each.id) == id_), id_)

    def card_for(self, issue: str) -> Card:
        """The card of an issue, or the general one."""
        return self.cards.get(issue, self.cards[GENERAL])

    def letters_for(self, issue: str, *, today: date) -> tuple[Template, ...]:
        """The letters for an issue that are not too old to be used; those that are for it above all come first."""
        usable = [each for each in self.letters.values() if issue in each.issues and today <= each.expires]
        return tuple(sorted(usable, key=lambda each: each.issues.index(issue)))


def packs_folder() -> Path:
    """The folder of all packs, beside this module."""
    return Path(__file__).parent / "packs"


def packs_in(folder: Path) -> dict[str, Path]:
    """The folder of each law pack by its place, in alphabetical order."""
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/pack.yml"))}


def load_pack(folder: Path) -> LawPack:
    """The pack in a folder; raises ContentError for anything missing, wrong, or named but not there."""
    about = Entry(folder / "pack.yml", "pack", read_mapping(folder / "pack.yml"))
    cards = {path.stem: read_card(path) for path in sorted((folder / "cards").glob("*.md"))}
    if GENERAL not in cards:
        raise ContentError(folder / "cards" / "general.md", "file not found; every pack needs a general card")
    sources = _read_sources(folder / "sources.yml")
    figures = read_figures(folder / "figures.yml", sources)
    calendar = _calendar(about)
    gazetteer = read_places(folder / "places.yml")
    regions = {region.id for region in gazetteer.regions}
    pack = LawPack(
        id=about.text("id"),
        name=about.text("name"),
        version=about.text("version"),
        language=about.text("language"),
        timezone=about.text("timezone"),
        date_order=about.choice("date_order", _DATE_ORDERS),
        currency=about.text("currency"),
        calendar=calendar,
        gazetteer=gazetteer,
        services=_services(folder / "services.json"),
        eligibility=_eligibility(folder / "eligibility.yml", figures, sources),
        contacts=tuple(
            _contact(entry, sources, regions) for entry in listed_entries(folder / "contacts.yml", "contact")
        ),
        sources=sources,
        figures=figures,
        deadlines=read_rules(folder / "deadlines.yml", sources, calendar.recesses),
        cards=cards,
        glossary=read_glossary(folder / "glossary.yml"),
        letters=_read_letters(folder / "letters"),
    )
    _check_references(pack, folder)
    return pack


def read_office_place(folder: Path) -> OfficePlace:
    """The place of the pack in a folder, and nothing else of it; raises ContentError."""
    about = Entry(folder / "pack.yml", "pack", read_mapping(folder / "pack.yml"))
    return OfficePlace(about.text("name"), _calendar(about), ZoneInfo(about.text("timezone")))


def _read_letters(folder: Path) -> dict[str, Template]:
    shared = read_shared_fields(folder / "fields.yml")
    found = [read_template(path, shared) for path in sorted(folder.glob("*.md"))]
    used = {field.id for template in found for field in template.fields}
    if idle := sorted(shared.keys() - used):
        raise ContentError(folder / "fields.yml", f"field {idle[0]!r} is asked for by no letter; remove it")
    return {template.id: template for template in sorted(found, key=lambda template: template.title)}


def _services(path: Path) -> tuple[Service, ...]:
    """A country can begin without a directory, and without the helper below."""
    return read_services(path) if path.exists() else ()


def _eligibility(path: Path, figures: Container[str], sources: Container[str]) -> Rules:
    return read_eligibility(path, figures=figures, sources=sources) if path.exists() else Rules((), (), ())


def _calendar(about: Entry) -> Calendar:
    country = about.text("holidays")
    if not has_holidays(country):
        raise about.wrong(
            f"no public holidays are known for {country!r}; write a code such as ZA or GB-ENG", "holidays"
        )
    listed = entries_in(about.path, about.fields.get("recesses"), "recess")
    recesses = {entry.text("id"): Recess(_day_of_year(entry, "first"), _day_of_year(entry, "last")) for entry in listed}
    return Calendar(country, recesses)


def _day_of_year(entry: Entry, key: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2000-{entry.text(key)}")
    except ValueError:
        raise entry.wrong(f'`{key}: {entry.text(key)}` is not a day of the year; write it as "12-16"', key) from None
    return day.month, day.day


def _contact(entry: Entry, sources: Container[str], regions: Container[str]) -> Contact:
    numbers = entry.fields.get("numbers")
    if not isinstance(numbers, dict) or not all(isinstance(number, str) for number in numbers.values()):
        raise entry.wrong('needs `numbers:` as label: "number", the number in quotation marks', "numbers")
    contact = Contact(
        id=entry.text("id"),
        name=entry.text("name"),
        numbers=tuple((str(label), number) for label, number in numbers.items()),
        hours=entry.text_or("hours", ""),
        cost=entry.text_or("cost", ""),
        languages=entry.texts("languages"),
        topics=entry.texts("for"),
        evidence=entry.choice("evidence", _EVIDENCE),
        source=entry.reference("source", sources),
        checked=entry.day("checked"),
        publish=entry.truth("publish"),
        place=entry.reference("place", regions) if "place" in entry.fields else "",
    )
    if contact.publish and contact.evidence != "page":
        raise entry.wrong("only a contact seen on its page may have `publish: true`; check it, or set false", "publish")
    return contact


def _read_sources(path: Path) -> dict[str, Source]:
    sources = {}
    for code, entry in keyed_entries(path, "source"):
        evidence = entry.choice("evidence", _EVIDENCE)
        address = entry.text_or("address", "")
        sources[code] = Source(code, entry.text("title"), address, entry.day("checked"), evidence)
    return sources


def _check_references(pack: LawPack, folder: Path) -> None:
    """Raises ContentError for the first name in a card that stands for nothing."""
    contacts = {contact.id for contact in pack.contacts}
    rules = {rule.id for rule in pack.deadlines}
    check_services(folder / "services.json", pack.services, pack.gazetteer, sources=pack.sources)
    for card in pack.cards.values():
        path = folder / "cards" / f"{card.issue}.md"
        for line in (line for section in card.sections.values() for line in section.lines):
            _known(path, line.number, "source", line.sources, pack.sources)
            _known(path, line.number, "figure", line.figures, pack.figures)
        _known(path, card.head.get("contacts"), "contact", card.contacts, contacts)
        _known(path, card.head.get("deadlines"), "deadline", card.deadlines, rules)
    for letter in pack.letters.values():
        _known(folder / "letters" / f"{letter.id}.md", None, "source", letter.sources, pack.sources)


def _known(path: Path, line: int | None, kind: str, names: tuple[str, ...], known: Container[str]) -> None:
    for name in names:
        if name not in known:
            raise ContentError(path, f"unknown {kind} {name!r}; correct the name or add the {kind}", line=line)

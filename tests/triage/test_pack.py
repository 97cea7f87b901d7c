"""Law packs: every one is complete, and a mistake in one is named before anybody reads it."""

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from triage.errors import ContentError
from triage.pack import LawPack, load_pack, packs_folder, read_office_place
from triage.taxonomy import load_taxonomy

FLAGS = (
    "violence",
    "self_harm",
    "child_risk",
    "homeless_tonight",
    "lockout",
    "utilities_off",
    "no_food",
    "no_medicine",
    "court_soon",
    "detention",
)
TAXONOMY = load_taxonomy(Path(__file__).parents[2] / "nlu_data" / "taxonomy.yml")
FOLDERS = sorted(folder for folder in packs_folder().iterdir() if (folder / "pack.yml").exists())
PACKS = [load_pack(folder) for folder in FOLDERS]
ZA = next(pack for pack in PACKS if pack.id == "za")
ENGLAND = next(pack for pack in PACKS if pack.id == "gb-eng")


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
@pytest.mark.parametrize("flag", FLAGS)
def test_every_danger_has_somebody_to_call(pack: LawPack, flag: str) -> None:
    contacts = pack.contacts_for(flag)
    assert contacts
    assert all(contact.publish and contact.numbers for contact in contacts)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_only_numbers_seen_on_a_page_are_published(pack: LawPack) -> None:
    for contact in pack.contacts:
        assert not contact.publish or (contact.evidence == "page" and pack.sources[contact.source].evidence == "page")


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_topics_and_cards_name_known_issues(pack: LawPack) -> None:
    known = {"human", *FLAGS, *TAXONOMY.issues, *TAXONOMY.areas}
    assert {topic for contact in pack.contacts for topic in contact.topics} <= known
    assert {issue for rule in pack.deadlines for issue in rule.issues} <= known
    assert pack.cards.keys() - {"general"} <= TAXONOMY.issues.keys()


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_address_is_a_web_address(pack: LawPack) -> None:
    for source in pack.sources.values():
        assert source.address.startswith("http") or source.evidence != "page", source.code


def test_a_card_only_lists_deadlines_that_run_for_its_issue() -> None:
    rules = {rule.id: rule for rule in ZA.deadlines}
    for card in ZA.cards.values():
        assert all(rules[id_].applies_to(card.issue) for id_ in card.deadlines), card.issue


def test_amounts_that_change_every_year_run_out() -> None:
    assert all(figure.ends == date(2027, 3, 31) for key in ZA.figures if "grant" in key for figure in ZA.figures[key])


def test_the_packs_say_how_dates_and_money_are_written() -> None:
    assert (ZA.currency, ZA.date_order, ZA.timezone, ZA.name) == ("ZAR", "DMY", "Africa/Johannesburg", "South Africa")
    assert (ENGLAND.currency, ENGLAND.calendar.country, ENGLAND.version) == ("GBP", "GB-ENG", "2026-11-23.3")


def test_a_card_is_found_by_issue_or_is_the_general_one() -> None:
    assert ZA.card_for("housing.lockout").issue == "housing.lockout"
    assert ZA.card_for("family.unheard_of").issue == "general"


def test_contacts_are_found_by_id_published_or_not() -> None:
    assert ZA.contact("police").line == "• Police: 10111"
    assert ZA.contact("sassa").line.endswith(": 0800 60 10 11 (Monday to Friday, free)")
    assert not ZA.contact("black-sash").publish
    with pytest.raises(KeyError):
        ZA.contact("nobody")


def test_a_contact_says_its_hours_cost_and_languages_where_they_are_known() -> None:
    sassa = replace(ZA.contact("sassa"), languages=("English", "isiZulu"))
    assert sassa.line.endswith("(Monday to Friday, free, in English, isiZulu)")
    assert replace(sassa, hours="", cost="", languages=()).line.endswith("0800 60 10 11")


@pytest.mark.parametrize(
    ("place", "tribunal_shown"),
    [("cape-town", True), ("za-wc", True), ("durban", False), ("za-kzn", False), (None, True), ("skipped", True)],
)
def test_a_contact_of_another_province_is_not_shown(place: str | None, tribunal_shown: bool) -> None:
    shown = [contact.id for contact in ZA.contacts_on(ZA.card_for("housing.lockout"), place)]
    assert ("tribunal-wc" in shown) == tribunal_shown
    assert {"police", "legal-aid"} <= set(shown), "those that help everywhere stay"


def test_contacts_for_a_topic_come_in_the_order_of_the_file() -> None:
    assert [contact.id for contact in ZA.contacts_for("violence")] == [
        "police",
        "emergency-cell",
        "ambulance",
        "gbv-centre",
    ]


def changed(folder: Path, file: str, pattern: str, replacement: str) -> Path:
    """A copy of the South African pack with one thing changed in one file."""
    copy = folder / "za"
    shutil.copytree(packs_folder() / "za", copy)
    path = copy / file
    text, times = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
    assert times == 1, "the test changes nothing"
    path.write_text(text, encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("file", "pattern", "replacement", "problem"),
    [
        ("places.yml", "id: za-fs", "id: za-ec", r"places.yml:\d+: region 'za-ec' is there twice"),
        ("letters/repairs.md", r"GURHT, ", "", r"repairs.md:\d+: source 'GURHT' is not in `sources:` above"),
        ("letters/repairs.md", r"\[GURHT(.*)\]((?s:.*))\[\^GURHT\]", r"[NEW\1]\2[^NEW]", "unknown source 'NEW'"),
        ("letters/repairs.md", r"\{faults\}", "{fault}", r"repairs.md:\d+: unknown field 'fault'"),
        (
            "letters/fields.yml",
            r"\Z",
            "extra: {kind: name, label: X, ask: X, example: X}\n",
            "fields.yml: field 'extra' is asked for by no",
        ),
        ("letters/fields.yml", r"same_as: my_address", "same_as: other", "`same_as: other`, which is not asked for"),
        (
            "letters/fields.yml",
            r"kind: date",
            "kind: day",
            r"fields.yml:\d+: field 'answer_by': `kind: day` is not one of",
        ),
        ("services.json", '"status": "active"', '"status": "open"', r"services.json:2: service 1 .*`status`: Input"),
        ("services.json", '"source": "WCRHT"', '"source": "RUMOUR"', r"services.json:3: .*unknown source 'RUMOUR'"),
        ("services.json", '"extent": "za-wc"', '"extent": "za-xx"', r"services.json:3: .*unknown place 'za-xx'"),
        ("eligibility.yml", "figure: grant_srd", "figure: gold", r"benefit 'srd', amounts 1: unknown figure 'gold'"),
        ("eligibility.yml", "source: SRDWHO", "source: RUMOUR", r"benefit 'srd', needs 4: unknown source 'RUMOUR'"),
        ("pack.yml", "date_order: DMY", "date_order: DYM", "is not one of DMY"),
        ("pack.yml", "currency: ZAR", "", "needs `currency:`"),
        ("contacts.yml", "- id: ambulance", "- id: police", "contact 'police' is there twice"),
        ("contacts.yml", "- id: police\n", "- \n", "a contact has no `id:`"),
        (
            "contacts.yml",
            r'numbers: \{phone: "10111"\}',
            "numbers: {phone: 10111}",
            "contact 'police': needs `numbers:`",
        ),
        ("contacts.yml", "place: za-kzn", "place: za-nowhere", "contact 'tribunal-kzn': unknown place 'za-nowhere'"),
        ("contacts.yml", "source: EM", "source: ME", "contact 'police': unknown source 'ME'"),
        ("contacts.yml", "  evidence: page", "  evidence: weak", "contact 'police': only a contact seen"),
        ("contacts.yml", "checked: 2026-11-23", "checked: yesterday", "is not a date"),
        ("contacts.yml", "  publish: true", "  publish: perhaps", "must be true or false"),
        ("contacts.yml", r"(?s).*", "police: {}", "expected a list of contact entries"),
        ("sources.yml", "(?m)^PIE8:", "GUIDE:", "'GUIDE' is there twice"),
        ("sources.yml", "(?m)^GUIDE:", "GIDE:", "unknown source 'GUIDE'"),
        (
            "sources.yml",
            "(?s)GUIDE:\n.*?EVTEN:",
            "GUIDE: none\nEVTEN:",
            r"sources.yml:2: source 'GUIDE' needs `name: …` pairs",
        ),
        ("figures.yml", "source: AMT1", "source: AMT9", "figure 'grant_older': unknown source 'AMT9'"),
        ("deadlines.yml", "source: SAA18", "source: SAA", "deadline 'grant-appeal': unknown source 'SAA'"),
        ("cards/housing.lockout.md", r"\[\^HASS\]", "[^HAS]", r"lockout.md:\d+: unknown source 'HAS'"),
        ("cards/benefits.refused.md", "figure:grant_srd", "figure:srd", "unknown figure 'srd'"),
        ("cards/housing.lockout.md", r"contacts: \[police", "contacts: [cops", "unknown contact 'cops'"),
        ("cards/housing.lockout.md", r"deadlines: \[court-date\]", "deadlines: [court]", "unknown deadline 'court'"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, file: str, pattern: str, replacement: str, problem: str
) -> None:
    with pytest.raises(ContentError, match=problem):
        load_pack(changed(tmp_path, file, pattern, replacement))


def test_a_pack_without_a_general_card_does_not_load(tmp_path: Path) -> None:
    shutil.copytree(packs_folder() / "gb-eng", tmp_path / "gb-eng")
    (tmp_path / "gb-eng" / "cards" / "general.md").unlink()
    with pytest.raises(ContentError, match="general.md: file not found"):
        load_pack(tmp_path / "gb-eng")


@pytest.mark.parametrize(
    ("pack", "name", "holidays", "zone"),
    [("za", "South Africa", "ZA", "Africa/Johannesburg"), ("gb-eng", "England", "GB-ENG", "Europe/London")],
)
def test_where_an_office_may_be_is_read_without_the_rest_of_the_pack(
    tmp_path: Path, pack: str, name: str, holidays: str, zone: str
) -> None:
    (tmp_path / "pack.yml").write_bytes((packs_folder() / pack / "pack.yml").read_bytes())
    place = read_office_place(tmp_path)
    assert (place.name, place.calendar.country, place.zone.key) == (name, holidays, zone)

"""Cards in other languages: they say nothing that the English card does not, and stop when it moves on."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from triage.card_versions import NEEDED, read_card_version, read_card_versions
from triage.cards import SECTIONS
from triage.errors import ContentError
from triage.pack import load_pack, packs_folder

ZA = load_pack(packs_folder() / "za")
CARD = ZA.cards["housing.lockout"]
HEAD = "issue: housing.lockout\ntitle: Uitgesluit\ntranslates: 2026-11-23\nspeaker: null\nsigned: null"
BODY = "## In short\n- Niemand mag. [^GUIDE]\n\n## Do this now\n- Gaan.\n- Bel.\n"
VERSIONS = read_card_versions(packs_folder() / "za" / "cards", ZA.cards)
OURS = [version for of in VERSIONS.values() for version in of.values()]


def written(folder: Path, head: str = HEAD, body: str = BODY) -> Path:
    """An Afrikaans version in a folder of cards."""
    path = folder / "af" / "housing.lockout.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"---\n{head}\n---\n{body}", encoding="utf-8")
    return path


def test_a_version_is_read_as_plain_text(tmp_path: Path) -> None:
    version = read_card_version(written(tmp_path), CARD)
    assert (version.language, version.issue, version.speaker) == ("af", "housing.lockout", None)
    assert version.sections == {"In short": "• Niemand mag.", "Do this now": "• Gaan.\n• Bel."}


def test_a_version_is_of_the_card_it_was_made_from(tmp_path: Path) -> None:
    """A card that was checked anew may say something else."""
    version = read_card_version(written(tmp_path), CARD)
    assert version.is_of(replace(CARD, checked=date(2026, 11, 23)))
    assert not version.is_of(replace(CARD, checked=date(2027, 1, 5)))


@pytest.mark.parametrize(
    ("head", "body", "named"),
    [
        (HEAD.replace("lockout", "repairs"), BODY, "name of the file"),
        (HEAD.replace("speaker: null", "speaker: Anna Botha"), BODY, "go together"),
        (HEAD.replace("translates: 2026-11-23\n", ""), BODY, "translates"),
        (HEAD, BODY.replace("GUIDE", "MADE-UP"), "MADE-UP"),
        (HEAD, BODY.replace("In short", "Kortliks"), "Kortliks"),
        (HEAD, BODY.split("## Do", maxsplit=1)[0], "Do this now"),
        (HEAD, BODY + "x" * 1000, "characters"),
        ("", BODY, "key: value"),
        ("a: [", BODY, ".md:3: not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, head: str, body: str, named: str) -> None:
    path = written(tmp_path, head, body)
    with pytest.raises(ContentError) as mistake:
        read_card_version(path, CARD)
    assert str(path) in str(mistake.value)
    assert named in str(mistake.value)


def test_a_version_of_no_card_is_a_mistake(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(ContentError, match="no card"):
        read_card_versions(tmp_path, {})


@pytest.mark.parametrize("version", OURS, ids=lambda version: f"{version.language}-{version.issue}")
def test_each_of_ours_has_a_line_for_each_line_of_the_english(version: object) -> None:
    """Nothing was left out, and nothing put in."""
    card = ZA.cards[version.issue]  # type: ignore[attr-defined]
    sections: dict[str, str] = version.sections  # type: ignore[attr-defined]
    assert set(NEEDED) <= sections.keys() <= set(SECTIONS)
    lines = {heading: text.count("• ") for heading, text in sections.items()}
    assert lines == {heading: f"\n{card.sections[heading].said({})}".count("\n- ") for heading in sections}


def test_the_most_urgent_cards_are_there_in_four_languages() -> None:
    urgent = {"housing.lockout", "housing.eviction", "benefits.stopped", "benefits.deductions", "family.violence"}
    assert {language for language, of in VERSIONS.items() if urgent <= of.keys()} == {"af", "zu", "xh", "st"}

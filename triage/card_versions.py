"""Guidance cards in another language: what is most urgent of a card, with a review of its own.

A version stands in `packs/<place>/cards/<language>/<issue>.md`. It translates the English card as it was checked on the
day `translates`; once the English card is checked anew, the version is no longer shown until it follows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.cards import SECTIONS, Card
from triage.errors import ContentError
from triage.front_matter import read_front_matter

NEEDED = ("In short", "Do this now")
SECTION_LIMIT = 900  # characters
_FOOTNOTE = re.compile(r"[ \t]*\[\^([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class CardVersion:
    """One card in one language. `sections` are by their English heading, in plain text.

    `speaker` signed the translation; as long as nobody has, the person is told so.
    """

    issue: str
    language: str
    title: str
    translates: date
    speaker: str | None
    signed: date | None
    sections: dict[str, str]

    def is_of(self, card: Card) -> bool:
        """Whether it translates the card as it stands."""
        return self.translates == card.checked


CardVersions = Mapping[str, Mapping[str, CardVersion]]  # by language, then by issue


def read_card_versions(folder: Path, cards: Mapping[str, Card]) -> CardVersions:
    """All versions below the `cards` folder of a pack; raises ContentError for the first mistake in one."""
    versions: dict[str, dict[str, CardVersion]] = {}
    for path in sorted(folder.glob("*/*.md")):
        if path.stem not in cards:
            raise ContentError(path, f"there is no card {path.stem}.md to be translated")
        versions.setdefault(path.parent.name, {})[path.stem] = read_card_version(path, cards[path.stem])
    return versions


def read_card_version(path: Path, card: Card) -> CardVersion:
    """One version of a card; raises ContentError when a part is missing, or says more than the card does."""
    entry, body, _ = read_front_matter(path)
    if entry.text("issue") != path.stem:
        raise entry.wrong(f"`issue: {entry.text('issue')}` must be the name of the file, {path.stem}")
    speaker, signed = entry.text_or("speaker", "") or None, entry.day_or_none("signed")
    if (speaker is None) is not (signed is None):
        raise entry.wrong("`speaker` and `signed` go together: who signed the translation, and on which day")
    if added := set(_FOOTNOTE.findall(body)) - set(card.sources):
        raise ContentError(path, f"source {sorted(added)[0]!r} is not in the English card; a version adds nothing")
    return CardVersion(
        issue=path.stem,
        language=path.parent.name,
        title=entry.text("title"),
        translates=entry.day("translates"),
        speaker=speaker,
        signed=signed,
        sections=_sections(path, body),
    )


def _sections(path: Path, body: str) -> dict[str, str]:
    headed = re.split(r"^## +(.+?) *$", body, flags=re.MULTILINE)
    sections = {heading: _plain(text) for heading, text in zip(headed[1::2], headed[2::2], strict=True)}
    for heading, text in sections.items():
        if heading not in SECTIONS:
            raise ContentError(path, f"`## {heading}`: keep the headings in English; people see them translated")
        if not text or len(text) > SECTION_LIMIT:
            raise ContentError(path, f"`## {heading}` has {len(text)} characters; write 1 to {SECTION_LIMIT}")
    if missing := [heading for heading in NEEDED if heading not in sections]:
        raise ContentError(path, f"section `## {missing[0]}` is missing; add it")
    return sections


def _plain(text: str) -> str:
    return re.sub(r"^\s*[-*] +", "• ", _FOOTNOTE.sub("", text).strip(), flags=re.MULTILINE)

"""`doorstep languages`: what is said in which language, how much a speaker has checked, where English stood in."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.translations import State, suspicious, update_translations, wanted_in
from bot.untranslated import Untranslated
from bot.wording import FALLBACK, Wording, load_wording, read_english
from triage.card_versions import CardVersion, CardVersions, read_card_versions
from triage.cards import Card
from triage.errors import ContentError
from triage.pack import load_pack, packs_in

_MOST_SHOWN = 20
_ROW = "{:<10} {:>9} {:>10} {:>8} {:>8} {:>8} {:>10}"


def update_languages(wording: Path) -> Iterator[str]:
    """Brings every translation file to the English sentences of today; says which."""
    english, _ = read_english(wording / f"{FALLBACK}.yml")
    for path in sorted(wording.glob("*.po")):
        update_translations(path, english)
        yield f"{path}: brought up to date"


def check_languages(wording: Path) -> Iterator[str]:
    """One line a language; raises ContentError for English left in, or a form of a number left out."""
    english, _ = read_english(wording / f"{FALLBACK}.yml")
    for path in sorted(wording.glob("*.po")):
        for mistake in suspicious(path, english):
            raise ContentError(path, mistake)
    said = load_wording(wording)
    for language in said.languages[1:]:
        counts = _counts(said, language)
        yield f"language {language}: " + ", ".join(f"{number} {what}" for what, number in counts.items())


def check_versions(folder: Path, cards: Mapping[str, Card]) -> str:
    """Reads the versions of a pack's cards; raises ContentError for a mistake in one."""
    counts = Counter(
        "signed" if version.speaker else "awaiting a speaker"
        for version in _all(read_card_versions(folder / "cards", cards))
    )
    return ", ".join(f"{number} {what}" for what, number in sorted(counts.items())) or "none"


def languages_table(wording: Path, packs: Path, untranslated: Untranslated) -> Iterator[str]:
    """The lines of the whole page."""
    said = load_wording(wording)
    yield _ROW.format("language", "sentences", "translated", "reviewed", "awaiting", "outdated", "in English")
    for language in said.languages[1:]:
        counts = _counts(said, language)
        yield _ROW.format(_name(said, language), *counts.values())
    yield ""
    yield from _versions_table(said, packs)
    yield ""
    yield from _most_wanted(untranslated)


def _name(said: Wording, language: str) -> str:
    key = f"languages.{language}"
    return said.say(key) if said.has(key) else language


def _counts(said: Wording, language: str) -> dict[str, int]:
    states = Counter(said.states[language].values())
    return {
        "sentences": len(wanted_in(language, said.sentences[FALLBACK])),
        "translated": states.total(),
        "reviewed": states[State.REVIEWED],
        "awaiting a speaker": states[State.AWAITING],
        "outdated": states[State.OUTDATED],
        "said in English": len(said.missing(language)),
    }


def _versions_table(said: Wording, packs: Path) -> Iterator[str]:
    for place, folder in packs_in(packs).items():
        pack = load_pack(folder)
        versions = read_card_versions(folder / "cards", pack.cards)
        for language in said.languages[1:]:
            of = versions.get(language)
            if of is None:
                continue
            outdated = sum(not version.is_of(pack.cards[issue]) for issue, version in of.items())
            signed = sum(version.speaker is not None for version in of.values())
            yield (
                f"cards {place} in {_name(said, language)}: {len(of)} of {len(pack.cards)}, "
                f"{signed} reviewed, {len(of) - signed} awaiting, {outdated} outdated"
            )


def _all(versions: CardVersions) -> Iterator[CardVersion]:
    return (version for of in versions.values() for version in of.values())


def _most_wanted(untranslated: Untranslated) -> Iterator[str]:
    counts = untranslated.counts()
    yield f"English stood in {counts.total()} times."
    for (language, key), times in counts.most_common(_MOST_SHOWN):
        yield f"{times:>6}  {language}  {key}"

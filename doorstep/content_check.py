"""`doorstep check`: loads all content the way the program does, and holds its parts against each other."""

from collections.abc import Iterator
from pathlib import Path

from bot.dangers import ORDER
from bot.script import Script, load_script
from bot.wording import Wording, load_wording
from doorstep.example_check import read_written, repeated, too_few
from doorstep.languages_table import check_languages, check_versions
from triage.danger import load_safety
from triage.directory import ANY, check_services
from triage.errors import ContentError
from triage.facts import load_respondents
from triage.letters import AMOUNT
from triage.pack import LawPack, load_pack, packs_folder
from triage.taxonomy import Taxonomy
from triage.understanding import load_training_set


def check_content(content: Path) -> Iterator[str]:
    """Lines that say what was checked; raises ContentError with file and place at the first mistake."""
    training = load_training_set(content)
    issues = len(training.taxonomy.issues)
    yield f"examples: {len(training.told)} messages, {len(training.said)} answers, {issues} issues"
    yield from _check_examples(content, training.taxonomy)
    path = content / "script" / "interview.yml"
    places = sorted(folder.name for folder in packs_folder().iterdir() if (folder / "pack.yml").exists())
    scripts = [load_script(path, place) for place in places]
    script = scripts[0]
    wording = load_wording(content / "wording")
    for each in scripts:
        _check_wording(content, each, wording, training.taxonomy)
    yield f"interview: {len(script.questions)} questions; sentences in {', '.join(wording.languages)}"
    yield from check_languages(content / "wording")
    load_safety(content / "safety")
    load_respondents(content / "respondents.yml")
    yield "danger phrases: read"
    for folder in (packs_folder() / place for place in places):
        pack = load_pack(folder)
        if strange := pack.cards.keys() - training.taxonomy.issues.keys() - {"general"}:
            raise ContentError(folder / "cards", f"a card for an unknown issue: {sorted(strange)[0]}")
        for flag in ORDER:
            if not pack.contacts_for(flag):
                raise ContentError(folder / "contacts.yml", f"nobody to call for danger {flag!r}")
        if not pack.contacts_for("human"):
            raise ContentError(folder / "contacts.yml", "nobody to call for `human`")
        _check_letters(folder / "letters", pack, script, training.taxonomy)
        topics = {*training.taxonomy.issues, *training.taxonomy.areas, ANY}
        check_services(folder / "services.json", pack.services, pack.gazetteer, issues=topics)
        _check_helper(content, pack, wording)
        counts = f"{len(pack.cards)} cards, {len(pack.deadlines)} deadlines, {len(pack.figures)} figures"
        counts += f", {len(pack.letters)} letters"
        counts += f", {len(pack.services)} services, {len(pack.eligibility.benefits)} benefits"
        yield f"law pack {pack.id}: {counts}"
        yield f"law pack {pack.id} in other languages: {check_versions(folder, pack.cards)}"


def _check_examples(content: Path, taxonomy: Taxonomy) -> Iterator[str]:
    """All mistakes are told, for they are often mended together; the first one is raised."""
    written = read_written(content)
    mistakes = [*repeated(written), *too_few(written, taxonomy, content)]
    yield from map(str, mistakes)
    if mistakes:
        raise mistakes[0]
    held_out = sum(each.held_out for each in written)
    yield f"held-out: {held_out} messages, none of them learnt from"


def _check_letters(folder: Path, pack: LawPack, script: Script, taxonomy: Taxonomy) -> None:
    for letter in pack.letters.values():
        path = folder / f"{letter.id}.md"
        if strange := [issue for issue in letter.issues if issue not in taxonomy.issues]:
            raise ContentError(path, f"`for:` names an unknown issue: {strange[0]}")
        for field in letter.fields:
            if field.known_from and field.known_from not in {*script.questions, AMOUNT}:
                raise ContentError(path, f"field {field.id!r}: `known_from` names no question: {field.known_from}")


def _check_helper(content: Path, pack: LawPack, wording: Wording) -> None:
    """Every question of the eligibility helper and each of its choices has a sentence."""
    for question in pack.eligibility.questions:
        keys = (f"can_get.ask.{question.id}", *(f"can_get.choice.{choice}" for choice in question.choices))
        for key in keys:
            if not wording.has(key) and not wording.has(f"{key}_{pack.id}"):
                raise ContentError(content / "wording" / "en.yml", f"no sentence for {key}")


def _check_wording(content: Path, script: Script, wording: Wording, taxonomy: Taxonomy) -> None:
    wanted = {f"issue.{issue}" for issue in taxonomy.issues} | {f"area.{area}" for area in taxonomy.areas}
    wanted |= {f"question.{id_}" for id_ in script.questions} | {f"fact.{id_}" for id_ in script.questions}
    wanted |= {f"choice.{choice}" for question in script.questions.values() for choice in question.choices}
    wanted |= {f"danger.{flag}" for flag in ORDER} | {f"flag.{flag}" for flag in ORDER}
    wanted |= {f"languages.{language}" for language in wording.languages}
    missing = sorted(key for key in wanted if not wording.has(key))
    if missing:
        raise ContentError(content / "wording" / "en.yml", f"no sentence for {missing[0]}")

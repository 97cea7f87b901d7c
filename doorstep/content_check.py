"""`doorstep check`: loads all content the way the program does, and holds its parts against each other."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.dangers import ORDER
from bot.script import Script, load_script
from bot.wording import Wording, load_wording
from doorstep.example_check import read_written, repeated, too_few
from doorstep.languages_table import check_languages
from doorstep.pack_check import check_pack
from triage.content import read_mapping
from triage.danger import load_safety
from triage.errors import ContentError
from triage.facts import load_respondents
from triage.organisations import load_organisations
from triage.pack import packs_in
from triage.taxonomy import Taxonomy
from triage.understanding import TrainingSet, load_training_set


def check_content(content: Path, packs: Path, *, today: date) -> Iterator[str]:
    """Lines that say what was checked; raises ContentError with file and place at the first mistake."""
    training = load_training_set(content)
    issues = len(training.taxonomy.issues)
    yield f"examples: {len(training.told)} messages, {len(training.said)} answers, {issues} issues"
    yield from _check_examples(content, training.taxonomy)
    yield f"Rasa project: {_check_rasa(content, training)} intents, as in the examples"
    path = content / "script" / "interview.yml"
    folders = packs_in(packs)
    if not folders:
        raise ContentError(packs, "no law pack here; each is a folder with a pack.yml in it")
    scripts = {place: load_script(path, place) for place in folders}
    script = next(iter(scripts.values()))
    wording = load_wording(content / "wording")
    for each in scripts.values():
        _check_wording(content, each, wording, training.taxonomy)
    yield f"interview: {len(script.questions)} questions; sentences in {', '.join(wording.languages)}"
    yield from check_languages(content / "wording")
    load_safety(content / "safety")
    load_respondents(content / "respondents.yml")
    load_organisations(content / "organisations.yml")
    yield f"danger phrases: read; {len(training.danger)} examples"
    for place, folder in folders.items():
        yield from check_pack(folder, training.taxonomy, scripts[place], wording, today=today)


def _check_examples(content: Path, taxonomy: Taxonomy) -> Iterator[str]:
    """All mistakes are told, for they are often mended together; the first one is raised."""
    written = read_written(content)
    mistakes = [*repeated(written), *too_few(written, taxonomy, content)]
    yield from map(str, mistakes)
    if mistakes:
        raise mistakes[0]
    held_out = sum(each.held_out for each in written)
    yield f"held-out: {held_out} messages, none of them learnt from"


def _check_rasa(content: Path, training: TrainingSet) -> int:
    """Rasa's domain names what is in the examples, no more and no less; each pipeline with a floor is there."""
    folder = content / "rasa"
    listed = read_mapping(folder / "domain.yml").get("intents") or []
    wanted = {example.intent for example in (*training.told, *training.said)}
    if wrong := sorted(wanted.symmetric_difference(listed)):
        raise ContentError(folder / "domain.yml", f"{wrong[0]!r} stands here or in the examples, not in both")
    for pipeline in read_mapping(folder / "floors.yml"):
        read_mapping(folder / f"{pipeline}.yml")
    return len(listed)


def _check_wording(content: Path, script: Script, wording: Wording, taxonomy: Taxonomy) -> None:
    wanted = {f"issue.{issue}" for issue in taxonomy.issues} | {f"area.{area}" for area in taxonomy.areas}
    wanted |= {f"question.{id_}" for id_ in script.questions} | {f"fact.{id_}" for id_ in script.questions}
    wanted |= {f"choice.{choice}" for question in script.questions.values() for choice in question.choices}
    wanted |= {f"danger.{flag}" for flag in ORDER} | {f"flag.{flag}" for flag in ORDER}
    wanted |= {f"languages.{language}" for language in wording.languages}
    missing = sorted(key for key in wanted if not wording.has(key))
    if missing:
        raise ContentError(content / "wording" / "en.yml", f"no sentence for {missing[0]}")

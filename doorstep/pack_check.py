"""Holds one law pack against the taxonomy, the interview and the calendar."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from bot.dangers import ORDER
from bot.script import QuestionKind, Script
from bot.wording import Wording
from doorstep.languages_table import check_versions
from triage.cards import GENERAL, Card
from triage.conditions import Condition
from triage.coverage import card_reading_age, coverage_of
from triage.directory import ANY, check_services
from triage.errors import ContentError, NoFigureForDate
from triage.figures import figure_on
from triage.letters import AMOUNT
from triage.pack import LawPack, load_pack
from triage.readability import OLDEST_READER
from triage.statements import statements_in
from triage.taxonomy import Taxonomy


def check_pack(folder: Path, taxonomy: Taxonomy, script: Script, wording: Wording, *, today: date) -> Iterator[str]:
    """Lines that say what a pack holds and what awaits review; raises ContentError for the first mistake."""
    pack = load_pack(folder)
    _check_contacts(pack, folder)
    _check_figures(pack, folder, today)
    _check_deadlines(pack, folder, taxonomy, script)
    _check_letters(pack, folder / "letters", taxonomy, script)
    _check_helper(pack, folder, wording)
    topics = {*taxonomy.issues, *taxonomy.areas, ANY}
    check_services(folder / "services.json", pack.services, pack.gazetteer, issues=topics)
    for card in pack.cards.values():
        _check_card(card, pack, folder / "cards" / f"{card.issue}.md", taxonomy, script, today)
    found = coverage_of(pack, today)
    yield (
        f"law pack {pack.id}: {found.cards} cards with {found.variants} variants, {found.deadlines} deadlines, "
        f"{found.figures} figures, {found.letters} letters, {found.contacts} contacts, "
        f"{found.offices} services, {len(pack.eligibility.benefits)} benefits, "
        f"{found.statements} statements, all with a source"
    )
    yield f"law pack {pack.id} in other languages: {check_versions(folder, pack.cards)}"
    unread = sum(card.reviewed_by is None for card in pack.cards.values())
    too_old = sum(card.has_expired(today) for card in pack.cards.values())
    yield (
        f"review of {pack.id}: {unread} cards without a lawyer's review, {found.stale} past their review date, "
        f"{too_old} too old to be shown; {found.awaiting_review} facts await review: run `doorstep law`"
    )


def _check_contacts(pack: LawPack, folder: Path) -> None:
    for topic in (*ORDER, "human"):
        if not pack.contacts_for(topic):
            raise ContentError(folder / "contacts.yml", f"nobody to call for {topic!r}; add a contact with it in `for`")


def _check_figures(pack: LawPack, folder: Path, today: date) -> None:
    """Every figure holds today: people read "please check" until the author has added the new amount."""
    for key, periods in pack.figures.items():
        try:
            figure_on(pack.figures, key, today)
        except NoFigureForDate:
            problem = f"figure {key!r}: no period covers {today}; add the new amount, or remove the figure"
            raise ContentError(folder / "figures.yml", problem, line=periods[-1].line if periods else None) from None


def _check_deadlines(pack: LawPack, folder: Path, taxonomy: Taxonomy, script: Script) -> None:
    path = folder / "deadlines.yml"
    known = {*taxonomy.issues, *taxonomy.areas}
    for rule in pack.deadlines:
        if strange := sorted(set(rule.issues) - known):
            raise ContentError(path, f"deadline {rule.id!r}: unknown issue {strange[0]!r}", line=rule.line)
        if rule.counts_from not in script.questions:
            raise ContentError(path, f"deadline {rule.id!r}: nobody is asked {rule.counts_from!r}", line=rule.line)
        if rule.when is not None:
            asked = {fact for issue in rule.issues for fact in _asked(script, issue)}
            _check_condition(rule.when, path, rule.line, asked, script, pack)


def _check_letters(pack: LawPack, folder: Path, taxonomy: Taxonomy, script: Script) -> None:
    for letter in pack.letters.values():
        path = folder / f"{letter.id}.md"
        if strange := [issue for issue in letter.issues if issue not in taxonomy.issues]:
            raise ContentError(path, f"`for:` names an unknown issue: {strange[0]}")
        for field in letter.fields:
            if field.known_from and field.known_from not in {*script.questions, AMOUNT}:
                raise ContentError(path, f"field {field.id!r}: `known_from` names no question: {field.known_from}")


def _check_helper(pack: LawPack, folder: Path, wording: Wording) -> None:
    """Every question of the eligibility helper and each of its choices has a sentence."""
    for question in pack.eligibility.questions:
        keys = (f"can_get.ask.{question.id}", *(f"can_get.choice.{choice}" for choice in question.choices))
        for key in keys:
            if not wording.has(key) and not wording.has(f"{key}_{pack.id}"):
                raise ContentError(
                    folder / "eligibility.yml", f"no sentence for {key} in nlu_data/wording/en.yml; add one"
                )


def _check_card(card: Card, pack: LawPack, path: Path, taxonomy: Taxonomy, script: Script, today: date) -> None:
    if card.issue not in taxonomy.issues and card.issue != GENERAL:
        raise ContentError(path, f"a card for an unknown issue, {card.issue!r}", line=card.head.get("issue"))
    asked = set(_asked(script, None if card.issue == GENERAL else card.issue))
    for section in card.sections.values():
        for variant in section.variants:
            if variant.when is not None:
                _check_condition(variant.when, path, variant.number, asked, script, pack)
    for statement in statements_in(card):
        if not statement.line.sources:
            problem = "states law without a source; end the line with a mark such as [^OWN]"
            raise ContentError(path, problem, line=statement.line.number)
    age = card_reading_age(card, pack, today)
    if age > OLDEST_READER:
        problem = f"reading age {age:.1f}, at most {OLDEST_READER:.0f}; write shorter sentences and words"
        raise ContentError(path, problem)


def _asked(script: Script, issue: str | None) -> Iterable[str]:
    """The questions that can be asked about an issue, with those that follow an answer."""
    for id_ in script.interview(issue):
        yield id_
        yield from script.questions[id_].then.values()


def _check_condition(
    condition: Condition, path: Path, line: int | None, asked: set[str], script: Script, pack: LawPack
) -> None:
    for test in condition.tests:
        question = script.questions.get(test.fact)
        if question is None or test.fact not in asked:
            known = ", ".join(sorted(asked))
            raise ContentError(path, f"{test.fact!r} is not asked about this; asked are {known}", line=line)
        if (test.how == "is") == (question.kind is QuestionKind.DATE):
            how = "`before` or `from` a day" if question.kind is QuestionKind.DATE else "`is`"
            raise ContentError(path, f"{test.fact!r} is compared with {how}", line=line)
        choices = question.choices or tuple(place.id for place in pack.gazetteer.regions)
        if test.how == "is" and (strange := [value for value in test.values if value not in choices]):
            problem = f"{test.fact!r} is never {strange[0]!r} here; it can be {', '.join(choices)}"
            raise ContentError(path, problem, line=line)

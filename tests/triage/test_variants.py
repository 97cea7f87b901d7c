"""The variants of the shipped cards: each is said to somebody, and whoever says nothing hears what is true for all."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.script import QuestionKind, Script, load_script
from tests.trained import CONTENT
from triage.conditions import Condition
from triage.guidance import MESSAGE_LIMIT, render
from triage.pack import LawPack, load_pack, packs_folder, packs_in
from triage.sections import Part

TODAY = date(2026, 11, 23)
PACKS = {place: load_pack(folder) for place, folder in packs_in(packs_folder()).items()}
SCRIPTS = {place: load_script(CONTENT / "script" / "interview.yml", place) for place in PACKS}
PARTS = [
    (f"{pack.id} {card.issue}: {section.heading}", part)
    for pack in PACKS.values()
    for card in pack.cards.values()
    for section in card.sections.values()
    for part in section.parts
    if len(part.variants) > 1
]


def facts_for(condition: Condition) -> dict[str, str]:
    """Facts of somebody for whom the condition holds."""
    facts = {}
    for test in condition.tests:
        facts[test.fact] = test.values[0]
        if test.how == "before":
            facts[test.fact] = (date.fromisoformat(test.values[0]) - timedelta(days=1)).isoformat()
    return facts


@pytest.mark.parametrize(("name", "part"), PARTS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_variant_is_said_to_somebody_and_the_last_to_whoever_tells_nothing(name: str, part: Part) -> None:
    for variant in part.variants[:-1]:
        assert variant.when is not None
        assert part.said(facts_for(variant.when)) is variant
    assert part.said({}) is part.variants[-1]
    assert part.variants[-1].when is None


def test_what_depends_on_the_first_of_may_2026_in_england_knows_that_day() -> None:
    issues = {name.split(":")[0] for name, part in PARTS if any("2026-05-01" in str(v.when) for v in part.variants)}
    assert {"gb-eng housing.eviction", "gb-eng housing.arrears", "gb-eng housing.rent_increase"} <= issues


def answers(script: Script, pack: LawPack) -> Iterator[tuple[str, st.SearchStrategy[str]]]:
    days = st.dates(date(2025, 1, 1), date(2027, 1, 1)).map(str)
    for question in script.questions.values():
        choices = question.choices or tuple(place.id for place in pack.gazetteer.regions)
        known = days if question.kind is QuestionKind.DATE else st.sampled_from(choices)
        yield question.id, known | st.just("skipped")


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.id)
@given(data=st.data())
def test_whatever_is_told_every_card_is_said_in_chat_sized_messages(pack: LawPack, data: st.DataObject) -> None:
    facts = data.draw(st.fixed_dictionaries({}, optional=dict(answers(SCRIPTS[pack.id], pack))))
    card = pack.cards[data.draw(st.sampled_from(sorted(pack.cards)))]
    messages = render(card, pack, today=TODAY, facts=facts)
    assert messages
    assert all(0 < len(message) <= MESSAGE_LIMIT for message in messages)
    assert not [message for message in messages if "###" in message or "[^" in message]


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.id)
@given(data=st.data())
def test_a_number_that_nobody_checked_is_never_said(pack: LawPack, data: st.DataObject) -> None:
    facts = data.draw(st.fixed_dictionaries({}, optional=dict(answers(SCRIPTS[pack.id], pack))))
    hidden = {number for contact in pack.contacts if not contact.publish for _, number in contact.numbers}
    today = data.draw(st.sampled_from([TODAY, date(2027, 6, 1), date(2028, 1, 1)]))
    card = pack.cards[data.draw(st.sampled_from(sorted(pack.cards)))]
    said = "\n".join(render(card, pack, today=today, facts=facts))
    assert not [number for number in hidden if number in said]

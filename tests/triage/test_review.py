"""What awaits a lawyer, and what a paralegal is told of a card."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.small_pack import write_small_pack
from triage.coverage import card_rows, coverage_of
from triage.pack import LawPack, load_pack, packs_folder, packs_in
from triage.review import notes_on, waiting_in
from triage.statements import statements_in

TODAY = date(2026, 11, 23)


@pytest.fixture
def small(tmp_path: Path) -> LawPack:
    return load_pack(write_small_pack(tmp_path))


@pytest.mark.parametrize("folder", packs_in(packs_folder()).values(), ids=lambda folder: folder.name)
def test_every_statement_of_law_names_its_source(folder: Path) -> None:
    pack = load_pack(folder)
    found = coverage_of(pack, TODAY)
    assert found.statements > 400
    assert found.statements_with_source == found.statements


@pytest.mark.parametrize("folder", packs_in(packs_folder()).values(), ids=lambda folder: folder.name)
def test_every_area_we_promise_has_a_card_for_each_issue(folder: Path) -> None:
    areas = {"housing": 15, "benefits": 12, "work": 5, "money": 5, "family": 4}
    cards = load_pack(folder).cards
    assert {area: sum(issue.startswith(f"{area}.") for issue in cards) for area in areas} == areas
    assert {"documents.identity", "crime.victim", "immigration.status", "general"} <= cards.keys()


def test_a_line_states_law_by_its_heading_its_source_or_its_words(small: LawPack) -> None:
    found = [(each.heading, each.when, each.line.number) for each in statements_in(small.cards["housing.eviction"])]
    assert found == [("Your rights", "", 18), ("Do this now", "court is yes", 22)]


def test_facts_wait_with_file_line_and_reason(small: LawPack) -> None:
    waiting = [(each.kind, each.where, each.why) for each in waiting_in(small)]
    assert ("statement", "cards/housing.eviction.md:18", "read, but no lawyer has reviewed the card") in waiting
    assert ("deadline", "deadlines.yml:1", "rests on LAW1") in waiting
    weak = replace(small.sources["LAW1"], evidence="weak")
    kinds = {each.why for each in waiting_in(replace(small, sources={"LAW1": weak}))}
    assert "rests on nothing that was read" in kinds
    assert "weak" in kinds, "the figure waits too"
    hidden = replace(small.contacts[0], publish=False)
    assert "contact" in {each.kind for each in waiting_in(replace(small, contacts=(hidden,)))}


@pytest.mark.parametrize("folder", packs_in(packs_folder()).values(), ids=lambda folder: folder.name)
def test_what_waits_of_letters_and_of_the_helper_stands_where_it_is_said_to(folder: Path) -> None:
    pack = load_pack(folder)
    waiting = [each for each in waiting_in(pack) if each.kind in ("letter", "reason")]
    assert {each.where.split(":")[0] for each in waiting if each.kind == "letter"} == {
        f"letters/{id_}.md" for id_ in pack.letters
    }
    assert any(each.kind == "reason" for each in waiting)
    for each in waiting:
        file, line = each.where.split(":")
        rows = (folder / file).read_text(encoding="utf-8").splitlines()[int(line) - 1 :]
        row = rows[0] if each.kind == "letter" else "".join(rows[:6])  # a need stands on several lines
        assert each.text.split("[")[0].split("{")[0].strip() in row.replace("''", "'")
    assert len({(each.where, each.text) for each in waiting}) == len(waiting)


def test_a_signed_letter_waits_only_where_nothing_was_read() -> None:
    pack = load_pack(packs_folder() / "za")
    signed = {id_: replace(letter, reviewed_by="A. Lawyer", reviews=()) for id_, letter in pack.letters.items()}
    left = [each for each in waiting_in(replace(pack, letters=signed)) if each.where.startswith("letters/")]
    assert {each.why for each in left} <= {"rests on nothing that was read"}


def test_a_signed_card_waits_only_where_nothing_was_read(small: LawPack) -> None:
    cards = {issue: replace(card, reviewed_by="A. Lawyer") for issue, card in small.cards.items()}
    assert {each.kind for each in waiting_in(replace(small, cards=cards))} == {"deadline"}


def test_a_paralegal_is_told_the_whole_state_of_a_card(small: LawPack) -> None:
    card = replace(small.cards["housing.eviction"], reviews=("Is the fee right?",))
    assert notes_on(card, TODAY) == (
        "No lawyer has reviewed this card.",
        "Open: Is the fee right?",
    )
    signed = replace(card, reviewed_by="A. Lawyer", reviewed_on=TODAY, reviews=())
    assert notes_on(signed, date(2027, 5, 23)) == ("Reviewed by A. Lawyer on 2026-11-23.",)
    assert notes_on(signed, date(2027, 5, 24))[1] == "Its review was due on 2027-05-23: the law may have changed."
    assert notes_on(signed, date(2027, 11, 24))[1].startswith("Too old since 2027-11-23")


def test_a_row_for_each_issue_says_where_the_general_card_stands_in(small: LawPack) -> None:
    eviction, lockout = card_rows(small, ("housing.eviction", "housing.lockout"), TODAY)
    assert (eviction.variants, eviction.statements, eviction.sourced, eviction.deadlines) == (1, 2, 2, 1)
    assert lockout.card is None

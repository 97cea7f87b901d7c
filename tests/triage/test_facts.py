"""Facts in free text: days, amounts, the place, the other side; and the word list of other sides."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.trained import CONTENT
from triage.errors import ContentError
from triage.facts import Facts, RespondentWords, load_respondents, read_facts
from triage.pack import LawPack, load_pack, packs_folder

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def pack() -> LawPack:
    return load_pack(packs_folder() / "za")


@pytest.fixture(scope="module")
def respondents() -> RespondentWords:
    return load_respondents(CONTENT / "respondents.yml")


def test_all_facts_of_a_message_are_found(pack: LawPack, respondents: RespondentWords) -> None:
    text = "On 3 November 2026 my landlord in Tembisa kept my deposit of R4 500"
    facts = read_facts(text, pack, respondents, today=TODAY)
    assert [found.day for found in facts.dates] == [date(2026, 11, 3)]
    assert [(amount.value, amount.currency) for amount in facts.amounts] == [(Decimal(4500), "ZAR")]
    assert (facts.place, facts.respondent) == ("za-gp", "landlord")


def test_the_day_it_is_about_is_the_one_said_most_exactly(pack: LawPack, respondents: RespondentWords) -> None:
    text = "I moved in in 2019. Last week he shouted, yesterday he locked me out, today I sleep outside"
    facts = read_facts(text, pack, respondents, today=TODAY)
    assert len(facts.dates) == 4
    assert facts.event is not None
    assert facts.event.words == "yesterday"
    assert Facts().event is None


def test_periods_and_numbers_are_found_too(pack: LawPack, respondents: RespondentWords) -> None:
    facts = read_facts("no water for two weeks, call 082 555 1234", pack, respondents, today=TODAY)
    assert [period.since for period in facts.periods] == [date(2026, 11, 9)]
    assert [each.value for each in facts.identifiers] == ["+27825551234"]


def test_only_a_kind_that_was_asked_for_is_found_where_it_is_said_which(respondents: RespondentWords) -> None:
    assert respondents.find("sassa told my landlord", among=["landlord", "council"]) == "landlord"
    assert respondents.find("sassa told my landlord", among=["council"]) is None


def test_nothing_said_is_nothing_found(pack: LawPack, respondents: RespondentWords) -> None:
    assert read_facts("please help me", pack, respondents, today=TODAY) == Facts()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the landlord took it", "landlord"),
        ("My LANDLADY shouted", "landlord"),
        ("Eskom cut us off", "supplier"),
        ("die munisipaliteit het gebel", "council"),
        ("the council and the landlord", "council"),  # the one named first
        ("my husband and the landlord", "landlord"),  # family are mostly those who are helped
        ("my husband and the kids", "family"),
        ("SASSA stopped it", "agency"),
        ("my housing association", "social"),
        ("the building society wrote", "bank"),
        ("I live in a cobank-house", None),  # part of a word
        ("nobody", None),
    ],
)
def test_the_other_side_is_known_by_whole_words(respondents: RespondentWords, text: str, kind: str | None) -> None:
    assert respondents.find(text) == kind


def test_the_longer_of_two_names_at_one_spot_wins() -> None:
    words = RespondentWords({"bank": ["bank"], "landlord": ["bank manager"]})
    assert words.find("the bank manager came") == "landlord"


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("landlord: landlady\n", "landlord: expected a list of words"),
        ("landlord: []\n", "landlord: expected a list of words"),
        ("landlord: [Landlady]\n", "'Landlady' must be a word in small letters"),
        ("landlord: [no]\n", "False must be a word in small letters"),
        ("- landlord\n", "expected `key: value` lines"),
    ],
)
def test_a_mistake_in_the_word_list_is_named(tmp_path: Path, content: str, mistake: str) -> None:
    path = tmp_path / "respondents.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match=mistake) as caught:
        load_respondents(path)
    assert str(caught.value).startswith(str(path))

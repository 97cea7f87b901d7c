"""The code lists: small, in order, and refusing what they do not have."""

import re

import pytest

from casestore.codes.code_lists import LISTS, CodeList
from casestore.codes.coded import CODE_LENGTH
from casestore.errors import UnknownCode
from casestore.lifecycle import Status
from triage.safety import FLAGS


@pytest.mark.parametrize("each", LISTS.values(), ids=LISTS)
def test_every_code_is_there_once_with_a_title_and_fits_its_column(each: CodeList) -> None:
    codes = [code.id for code in each.codes]
    assert len(set(codes)) == len(codes) >= 2
    assert all(re.fullmatch(r"[a-z0-9_]+", code) and len(code) <= CODE_LENGTH for code in codes)
    assert all(code.title for code in each.codes)
    assert len(set(each.titles.values())) == len(codes)


@pytest.mark.parametrize("each", LISTS.values(), ids=LISTS)
def test_a_list_whose_codes_count_as_something_names_its_source(each: CodeList) -> None:
    assert bool(each.source) >= any(code.counts_as for code in each.codes)


@pytest.mark.parametrize(
    ("list_id", "codes"),
    [("flag", list(FLAGS)), ("status", [*Status]), ("urgency", ["emergency", "urgent", "soon", "routine"])],
)
def test_a_list_of_what_the_code_knows_has_the_same_codes(list_id: str, codes: list[str]) -> None:
    assert list(LISTS[list_id].titles) == codes


def test_an_unknown_code_is_refused_with_those_there_are() -> None:
    assert LISTS["settlement"].check("rural") == "rural"
    with pytest.raises(UnknownCode, match="'moon' is no code of the list 'settlement'.*urban, rural, unknown"):
        LISTS["settlement"].check("moon")


def test_a_long_text_in_the_place_of_a_code_is_not_repeated_in_full() -> None:
    with pytest.raises(UnknownCode) as refused:
        LISTS["settlement"].check("x" * 10_000)
    assert len(str(refused.value)) < 200

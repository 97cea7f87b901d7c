"""Places by the names people use, in both packs, and the distance between two points."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import ContentError
from triage.pack import packs_folder
from triage.places import Gazetteer, Point, kilometres, read_places

SOUTH_AFRICA, ENGLAND = (read_places(packs_folder() / pack / "places.yml") for pack in ("za", "gb-eng"))
BOTH = pytest.mark.parametrize("gazetteer", [SOUTH_AFRICA, ENGLAND], ids=["za", "gb-eng"])
POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
SMALL = """
regions:
  - {id: north, name: The North, names: [up north]}
towns:
  - {id: reading, name: Reading, region: north, at: [51.45, -0.97], names: [biscuit town], common: [reading]}
"""


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("I stay in Soweto with my kids", "soweto"),
        ("JOZI", "johannesburg"),
        ("kwa-zulu? KwaZulu-Natal", "za-kzn"),
        ("we moved from Durban to Joburg", "durban"),
        ("cape  town", "cape-town"),
        ("E Cape", "za-ec"),
        ("Gauteng, in Soweto", "soweto"),
        ("durbanville", "durbanville"),
        ("Ngihlala eMamelodi", "mamelodi"),
        ("ngihlala e-Umlazi", "umlazi"),
        ("ekapa", "cape-town"),
        ("nyanga", "nyanga"),
        ("i stay in Nyanga", "nyanga"),
        ("imali yami imisiwe kule nyanga", None),  # "this month"
        ("my life is at a crossroads", None),
        ("Mitchell\u2019s Plain", "mitchells-plain"),
        ("I live in George", "george"),
        ("George.", "george"),
        ("my name is George", None),
        ("we went to the springs", None),
        ("the durbaniser", None),
        ("", None),
    ],
)
def test_a_place_in_south_africa_is_heard_by_its_names_as_whole_words(words: str, place: str | None) -> None:
    found = SOUTH_AFRICA.find_one(words)
    assert (found.id if found else None) == place


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("I rent in Reading", "reading"),
        ("reading", "reading"),
        ("I was reading your letter in the bath", None),
        ("I took delight in reading the letter", None),
        ("my flat is near Bath", "bath"),
        ("Hull", "hull"),
        ("Newcastle under Lyme", "stoke-on-trent"),
        ("newcastle", "newcastle-upon-tyne"),
        ("East London", "gb-eng-ldn"),
        ("Peckham, south london", "southwark"),
    ],
)
def test_a_place_in_england_is_heard(words: str, place: str | None) -> None:
    found = ENGLAND.find_one(words)
    assert (found.id if found else None) == place


def test_all_places_of_a_text_are_found_once_each_in_the_order_they_are_named() -> None:
    found = SOUTH_AFRICA.find("From Durban to Joburg, in Gauteng, then back to eThekwini")
    assert [place.id for place in found] == ["durban", "johannesburg", "za-gp"]


def test_where_places_are_named_is_told_by_character() -> None:
    text = "İ: in George, eSoweto, not george"
    assert [text[start:end] for start, end in SOUTH_AFRICA.spans(text)] == ["George", "eSoweto"]


@given(st.text(max_size=80))
def test_any_words_at_all_are_searched_without_a_mistake(words: str) -> None:
    for place in ENGLAND.find(words):
        assert place.id in ENGLAND


@BOTH
def test_every_place_is_found_by_each_of_its_names_alone(gazetteer: Gazetteer) -> None:
    for place in (*gazetteer.regions, *gazetteer.towns):
        for name in (place.name, *place.names, *place.common):
            assert gazetteer.find(name.upper()) == (place,), name


@BOTH
def test_there_are_nine_regions_with_towns_in_each(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.regions) == 9
    assert len(gazetteer.towns) >= 150
    assert {town.region for town in gazetteer.towns} == {region.id for region in gazetteer.regions}


@BOTH
def test_no_town_lies_far_from_the_others_of_its_region(gazetteer: Gazetteer) -> None:
    """A wrong sign or two digits swapped would put it there: each has a neighbour within 300 km."""
    for town in gazetteer.towns:
        others = [other for other in gazetteer.towns if other.region == town.region and other is not town]
        assert min(kilometres(town.point, other.point) for other in others if town.point and other.point) < 300, town


@pytest.mark.parametrize(
    ("gazetteer", "one", "other", "distance"),
    [
        (SOUTH_AFRICA, "johannesburg", "pretoria", 52),
        (SOUTH_AFRICA, "johannesburg", "cape-town", 1262),
        (SOUTH_AFRICA, "durban", "pietermaritzburg", 68),
        (ENGLAND, "manchester", "liverpool", 50),
        (ENGLAND, "westminster", "birmingham", 163),
        (ENGLAND, "bristol", "bath", 18),
    ],
)
def test_known_distances_in_a_straight_line(gazetteer: Gazetteer, one: str, other: str, distance: float) -> None:
    here, there = gazetteer[one].point, gazetteer[other].point
    assert here
    assert there
    assert kilometres(here, there) == pytest.approx(distance, rel=0.03, abs=2)


def test_a_quarter_of_the_earth_is_ten_thousand_kilometres() -> None:
    assert kilometres(Point(0, 0), Point(90, 0)) == pytest.approx(10_007.5, abs=1)
    assert kilometres(Point(0, 0), Point(0, 180)) == pytest.approx(20_015, abs=1)


@given(POINTS, POINTS, POINTS)
def test_a_distance_is_the_same_both_ways_and_no_way_round_is_shorter(one: Point, two: Point, three: Point) -> None:
    assert kilometres(one, one) == 0
    assert kilometres(one, two) == pytest.approx(kilometres(two, one))
    assert kilometres(one, three) <= kilometres(one, two) + kilometres(two, three) + 1e-6


def test_a_place_in_full_names_its_region() -> None:
    assert SOUTH_AFRICA.in_full("soweto") == "Soweto, Gauteng"
    assert SOUTH_AFRICA.in_full("za-gp") == "Gauteng"
    assert SOUTH_AFRICA.region_of("soweto") == SOUTH_AFRICA.region_of("za-gp") == SOUTH_AFRICA["za-gp"]


def test_an_empty_file_of_places_finds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "places.yml"
    path.write_text("regions: []\ntowns: []\n")
    assert read_places(path).find("in Reading") == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("region: north", "region: south", r"town 'reading': `region: south` is not one of north"),
        ("[51.45, -0.97]", "[51.45]", r"town 'reading': needs `at: \[degrees north, degrees east\]`"),
        ("[51.45, -0.97]", "[151.4, 9]", r"town 'reading': .* is not on the Earth"),
        ("biscuit town", "Biscuit Town", r"town 'reading': write 'Biscuit Town' in small letters"),
        ("biscuit town", "up north", r"town 'reading': 'up north' names 'north' too"),
        ("id: reading", "town: reading", r"a town has no `id:`"),
    ],
)
def test_a_mistake_in_the_file_says_what_to_do(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = tmp_path / "places.yml"
    path.write_text(SMALL.replace(old, new))
    with pytest.raises(ContentError, match=problem):
        read_places(path)

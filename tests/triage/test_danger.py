"""Danger is heard in every language, and calm talk raises no alarm."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from triage.danger import FLAGS, Safety, hear, load_safety
from triage.errors import ContentError

CONTENT = Path(__file__).parents[2] / "nlu_data"
TODAY = date(2026, 11, 23)
SAFETY = load_safety(CONTENT / "safety")
HELD_OUT = yaml.safe_load((CONTENT / "heldout" / "danger.yml").read_text(encoding="utf-8"))
DEVELOPMENT = HELD_OUT["development"]  # the final half is counted by bench/danger.py, and read by nobody
CALM_TALK = (
    "The weather is nice today.",
    "I live in Durban with my aunt.",
    "Thank you for the reply, have a good week.",
)


def flags(text: str, *, asked: str | None = None, today: date | None = TODAY) -> set[str]:
    return {flag.id for flag in hear(text, SAFETY, asked=asked, today=today)}


@pytest.mark.parametrize("flag", FLAGS)
def test_held_out_danger_is_heard(flag: str) -> None:
    rows = [row["text"] for row in DEVELOPMENT if flag in row["flags"]]
    missed = [text for text in rows if flag not in flags(text)]
    assert len(rows) >= 25
    assert len(missed) <= 0.07 * len(rows), missed


def test_held_out_calm_messages_raise_no_alarm() -> None:
    calm = [row["text"] for row in DEVELOPMENT if not row["flags"] and not row.get("disputed")]
    false = [text for text in calm if flags(text)]
    assert len(calm) > 200
    assert len(false) <= 0.05 * len(calm), false


def test_each_half_has_every_danger_often_and_every_language() -> None:
    for half in HELD_OUT.values():
        assert all(sum(flag in row["flags"] for row in half) >= 25 for flag in FLAGS)
        assert {row.get("language", "en") for row in half} == {"en", "af", "zu", "xh", "st", "mixed"}
        assert all(row["review"] == "awaiting" for row in half if "language" in row)
        assert sum(not row["flags"] for row in half) >= 0.4 * len(half)


@given(row=st.sampled_from(DEVELOPMENT), space=st.sampled_from(["", " ", "\n", "  \n "]))
def test_case_and_outer_space_change_nothing(row: dict[str, Any], space: str) -> None:
    heard = flags(row["text"])
    assert flags(space + row["text"].lower() + space) == heard
    assert flags(row["text"].upper()) == heard


@given(row=st.sampled_from(DEVELOPMENT), after=st.sampled_from(CALM_TALK))
def test_calm_talk_after_it_takes_no_danger_away(row: dict[str, Any], after: str) -> None:
    assert flags(row["text"]) <= flags(f"{row['text']}.\n{after}")


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("my husband hits me", "violence"),
        ("MY HUSBAND HIT ME AGAIN!!!", "violence"),
        ("my hubby hittin me evry nite", "violence"),
        ("he strnagled me", "violence"),
        ("he hits me but i love him", "violence"),
        ("he used to shout but now he hits me", "violence"),
        ("my neighbour is being beaten by her son", "violence"),
        ("i dont want to live anymore", "self_harm"),
        ("I don’t want to live anymore", "self_harm"),
        ("my friend wants to kill herself", "self_harm"),
        ("he hit my son", "child_risk"),
        ("nowhere to sleep 2nite", "homeless_tonight"),
        ("landlord chnged the locks and i cant get in", "lockout"),
        ("landlord cut off our electricity", "utilities_off"),
        ("we havent eaten since yesterday", "no_food"),
        ("ive run out of my epilepsy tablets", "no_medicine"),
        ("sheriff is coming on monday", "court_soon"),
        ("hearing on Friday", "court_soon"),
        ("bailiffs tomorrow", "court_soon"),
        ("my court date is 3 December", "court_soon"),
        ("they arrested my husband last night", "detention"),
        ("hy slaan my", "violence"),
        ("ek wil nie meer lewe nie", "self_harm"),
        ("my ex slaan die kinders", "child_risk"),
        ("ek het nêrens om te slaap nie", "homeless_tonight"),
        ("hulle het die slotte verander", "lockout"),
        ("hulle het ons krag afgesny", "utilities_off"),
        ("ons het nie kos nie", "no_food"),
        ("my medisyne is klaar", "no_medicine"),
        ("die balju kom vrydag", "court_soon"),
        ("die polisie het my seun gevang", "detention"),
        ("umyeni wami uyangishaya", "violence"),
        ("ngifuna ukuzibulala", "self_harm"),
        ("ushaya izingane", "child_risk"),
        ("anginandawo yokulala", "homeless_tonight"),
        ("ushintshe izikhiya", "lockout"),
        ("bacishe ugesi", "utilities_off"),
        ("asinakudla", "no_food"),
        ("ngiphelelwe amaphilisi", "no_medicine"),
        ("ngiya enkantolo kusasa", "court_soon"),
        ("umfowethu uboshiwe", "detention"),
        ("umyeni wam uyandibetha", "violence"),
        ("ndifuna ukuzibulala", "self_harm"),
        ("ubetha abantwana", "child_risk"),
        ("andinandawo yokulala", "homeless_tonight"),
        ("utshintshe izitshixo", "lockout"),
        ("bacime umbane", "utilities_off"),
        ("asinakutya", "no_food"),
        ("iipilisi zam ziphelile", "no_medicine"),
        ("ityala lam ngomso", "court_soon"),
        ("umntakwethu ubanjiwe", "detention"),
        ("monna wa ka o a nkotla", "violence"),
        ("ke batla ho ipolaya", "self_harm"),
        ("o otla bana", "child_risk"),
        ("ha ke na moo ke tla robala", "homeless_tonight"),
        ("o fetotse dinotlolo", "lockout"),
        ("ba kgaotse motlakase", "utilities_off"),
        ("ha re na dijo", "no_food"),
        ("dipilisi tsa ka di fedile", "no_medicine"),
        ("nyewe ke hosane", "court_soon"),
        ("mapolesa a mo tshwere", "detention"),
    ],
)
def test_danger_is_heard(text: str, flag: str) -> None:
    assert flag in flags(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("he never hit me", id="negation"),
        pytest.param("he did not hurt me or the kids", id="negation before two"),
        pytest.param("hy slaan my nie", id="negation after, in Afrikaans"),
        pytest.param("he used to hit me", id="used to"),
        pytest.param("my ex hit me years ago", id="years ago"),
        pytest.param("they cut our water last year", id="last year"),
        pytest.param("my brother was arrested but they released him", id="resolved"),
        pytest.param("my phone died", id="idiom phone"),
        pytest.param("killing me with these fees", id="idiom fees"),
        pytest.param("dying to know the outcome", id="idiom dying"),
        pytest.param("shoot me a message", id="idiom shoot"),
        pytest.param("how do i kill the contract", id="idiom kill"),
        pytest.param("i want to kill my boss, just kidding", id="joke"),
        pytest.param("saw on the news a man stabbed his wife", id="news"),
        pytest.param("i have a job interview tomorrow", id="interview"),
        pytest.param("meeting with the agent on friday", id="meeting"),
        pytest.param("load shedding, no electricity", id="load-shedding"),
        pytest.param("the boiler is broken, no hot water", id="boiler"),
        pytest.param("they threatened me with legal action", id="legal threat"),
        pytest.param("i was in prison in 2015", id="past prison"),
        pytest.param("can a landlord change the locks", id="a question about the rule"),
        pytest.param("I cant wait to beat the queue", id="idiom beat"),
        pytest.param("my account is locked", id="locked account"),
    ],
)
def test_calm_talk_raises_no_alarm(text: str) -> None:
    assert flags(text) == set()


def test_an_eviction_far_away_is_not_soon() -> None:
    assert "court_soon" not in flags("my court date is 15 March")


def test_a_court_date_needs_today_to_be_known_as_soon() -> None:
    assert "court_soon" in flags("eviction is set for 30 November")
    assert "court_soon" not in flags("eviction is set for 30 November", today=None)


def test_a_day_without_a_month_is_near() -> None:
    assert "court_soon" in flags("the hearing is on the 20th")


def test_children_far_from_the_danger_are_not_at_risk() -> None:
    text = "My daughter is nine and loves school. Work is fine. My car is old. I like tea. He locked me out today."
    assert flags(text) == {"lockout"}
    assert flags("He locked me out today. My daughter is with me.") == {"lockout", "child_risk"}


def test_a_negation_before_a_phrase_with_its_own_negative_words_still_counts() -> None:
    assert flags("i dont want to die") == set()
    assert flags("i dont want to live") == {"self_harm"}


def test_a_date_may_stand_in_the_next_sentence() -> None:
    assert "court_soon" in flags("I got a summons to court. It is on 1 December")


def test_children_without_a_bed_are_at_risk() -> None:
    assert flags("me and my two kids are sleeping in the car") == {"homeless_tonight", "child_risk"}


def test_a_short_answer_is_read_with_its_question() -> None:
    assert "no_food" in flags("no nothing since yesterday", asked="food")
    assert flags("no", asked="food") == {"no_food"}
    assert flags("no", asked="place") == set()
    assert flags("no") == set()


def test_each_flag_comes_once_with_the_words_as_written() -> None:
    heard = hear("HE HITS ME. He hit me again yesterday", SAFETY)
    assert [(flag.id, flag.trigger) for flag in heard] == [("violence", "HITS ME")]


def test_the_same_text_is_always_heard_alike() -> None:
    text = "he hits me and we have no food"
    assert hear(text, SAFETY) == hear(text, load_safety(CONTENT / "safety"))


@given(st.text(max_size=400))
def test_no_text_raises(text: str) -> None:
    hear(text, SAFETY, asked="food", today=TODAY)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "kill ",
        "he hit me ",
        "no food ",
        "(",
        ",",
        "my my ",
        "court ",
        "nooooo ",
        "*",
        "'",
        "threatened to ",
        "\n",
        "é",
    ],
)
@pytest.mark.parametrize("length", [4_096, 20_000])
def test_hostile_text_takes_no_time(piece: str, length: int) -> None:
    start = time.process_time()
    hear((piece * length)[:length], SAFETY, today=TODAY)
    assert time.process_time() - start < 2


def test_a_long_message_is_heard_in_milliseconds() -> None:
    text = " ".join(row["text"] for row in DEVELOPMENT if not row["flags"])[:1_600]
    hear(text, SAFETY, today=TODAY)
    start = time.process_time()
    for _ in range(20):
        hear(text, SAFETY, today=TODAY)
    assert (time.process_time() - start) / 20 < 0.02  # 2 ms on a quiet machine


@pytest.mark.parametrize("language", ["af", "zu", "xh", "st"])
def test_every_language_has_phrases_for_every_flag_and_awaits_review(language: str) -> None:
    content = yaml.safe_load((CONTENT / "safety" / f"{language}.yml").read_text(encoding="utf-8"))
    assert content["review"] == "awaiting"
    assert {flag for flag in FLAGS if len(content["flags"][flag]["phrases"]) < 12} == set()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("flags: {violence: {phrases: ['(hit']}}", "flags.violence.phrases"),
        ("flags: {violence: {phrases: ['hit {whom}']}}", "whom"),
        ("flags: {violence: {phrases: ['..']}}", "needs at least one word"),
        ("flags: {violence: {phrases: ['(a|)']}}", "flags.violence"),
        ("flags: {violence: {phrases: ['(he |they )(hit|hits)']}}", "cannot hold a space"),
        ("flags: {violence: {phrases: [no]}}", "put it in quotes"),
        ("flags: {violense: {phrases: [hit]}}", "violense"),
        ("flagz: {}", "flagz"),
        ("contexts: {past: {where: behind, phrases: [ago]}}", "contexts.past"),
        ("also: [{flag: violence}]", "also"),
        ("answers: {food: {hunger: [yes please]}}", "answers.food"),
        ("words: nothing", "words"),
        ("flags: {violence: {phrases: [hits me]}}", "self_harm: no file"),
    ],
)
def test_a_mistake_names_file_and_entry(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "en.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ContentError) as mistake:
        load_safety(tmp_path)
    assert named in str(mistake.value)
    assert str(tmp_path) in str(mistake.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        load_safety(tmp_path)


def test_safety_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        SAFETY.books = {}  # type: ignore[misc]
    assert isinstance(SAFETY, Safety)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("my ex he has a gun", "violence"),
        ("he has a knife and he is outside my door", "violence"),
        ("my insulin is finished", "no_medicine"),
        ("my inhaler is finished", "no_medicine"),
        ("changed the locks while i was at work and i am locked out", "lockout"),
    ],
)
def test_words_that_were_once_missed_are_heard(text: str, flag: str) -> None:
    assert flag in {found.id for found in hear(text, SAFETY, today=date(2026, 11, 23))}


@pytest.mark.parametrize("text", ["he has a gun collection and a licence", "i want to lock him out of my house"])
def test_a_hobby_and_a_landlords_wish_are_no_danger(text: str) -> None:
    assert not hear(text, SAFETY, today=date(2026, 11, 23))


@pytest.mark.parametrize(
    "text",
    [
        "I am at the police station now",
        "im in the police station",
        "I am still at the police station waiting to make a statement",
        "we are at the police station to report him",
        "she is at the police station, waiting to open a case",
        "my sister is at the police station laying a charge",
        "my husband is at the police station to report our neighbour",
        "I am at the police station and they refuse to open a case",
        "ek is nou by die polisiestasie",
        "my suster is by die polisiestasie om 'n saak te maak",
        "ngisesiteshini samaphoyisa manje",
        "udadewethu usesiteshini samaphoyisa uyobika udlame",
        "ndisesikhululweni samapolisa ngoku",
        "udadewethu usesikhululweni samapolisa uyokuxela",
        "ke seteisheneng sa mapolesa hona jwale",
    ],
)
def test_who_came_to_the_police_to_report_something_is_not_detained(text: str) -> None:
    assert flags(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "I am held at the police station",
        "I was arrested and I am at the police station",
        "I am at the police station. They arrested me",
        "I am at the police station, I have been arrested",
        "I am at the police station, they wont let me go",
        "im in the police station they wont let me leave",
        "I am at the police station for questioning",
        "im at the police station they say i stole a phone",
        "they have me at the police station",
        "they are holding him at the police station to make a statement",
        "im at the police station to report him and they locked me in",
        "I went to the police station to report him and they locked me up",
        "they won't release me from the police station",
        "he is stuck at the charge office, they wont let him go",
        "my brother is at the police station since last night",
        "he is at the police station",
        "I am at the police station waiting for my brother who is arrested",
        "ek is by die polisiestasie hulle het my opgesluit",
        "ek is by die polisiestasie en hulle laat my nie gaan nie",
        "hulle hou my by die polisiestasie aan",
        "my broer is by die polisiestasie",
        "ngiboshiwe ngisesiteshini samaphoyisa",
        "bangigcinile esiteshini samaphoyisa",
        "ngisesiteshini samaphoyisa abafuni ngihambe",
        "umfowethu usesiteshini samaphoyisa",
        "ndibanjiwe ndisesikhululweni samapolisa",
        "bandigcinile esikhululweni samapolisa",
        "umntakwethu usesikhululweni samapolisa",
        "ke tshwerwe ke seteisheneng sa mapolesa",
        "ba nkwaletse seteisheneng sa mapolesa",
    ],
)
def test_who_is_kept_at_a_police_station_is_detained(text: str) -> None:
    assert "detention" in flags(text)


_THERE = st.sampled_from(
    ["at the police station", "in the police station", "at our police station", "at the charge office"]
)
_MYSELF = st.sampled_from(["I am", "im", "We are", "I'm now", "I am still"])
_HELD = st.sampled_from(
    ["they arrested me", "I have been arrested", "they wont let me go", "they locked me up", "they keep me in a cell"]
)


@given(myself=_MYSELF, there=_THERE, held=_HELD, joint=st.sampled_from([". ", ", ", " and ", " because ", " "]))
def test_being_at_the_police_is_detention_once_it_is_said_in_any_order(
    myself: str, there: str, held: str, joint: str
) -> None:
    assert flags(f"{myself} {there}") == set()
    assert "detention" in flags(f"{myself} {there}{joint}{held}")
    assert "detention" in flags(f"{held}{joint}{myself} {there}")

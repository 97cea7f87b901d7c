"""The content, tested like code: examples, intents, languages, privacy; every sentence used, every question reached."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from bot.channels.telegram import COMMANDS
from bot.commands import IN_WORDS
from bot.dangers import ORDER
from bot.messages import Kind
from bot.script import Script, load_script
from bot.translated_cards import heading_key
from bot.translations import counted
from bot.wording import Wording, load_wording
from casestore.lifecycle import Status
from tests.trained import CONTENT, ROOT
from triage.cards import SECTIONS
from triage.content import read_mapping
from triage.examples import Example, read_examples, read_folder, read_held_out
from triage.letter_fields import FieldKind
from triage.pack import load_pack, packs_folder
from triage.taxonomy import Taxonomy, load_taxonomy
from triage.urgency import Urgency

LANGUAGES = {"en", "af", "zu", "xh", "st", "mixed", "other"}
# Cases, exports and evaluation sets use these ids: siblings may come, none of these may go.
# fmt: off
PERMANENT = [
    "housing.lockout", "housing.eviction", "housing.arrears", "housing.rent_increase", "housing.deposit",
    "housing.repairs", "housing.utilities", "housing.harassment", "housing.tenancy", "housing.social",
    "housing.homeless", "housing.tenure", "housing.mortgage", "housing.neighbours", "housing.discrimination",
    "benefits.apply", "benefits.refused", "benefits.stopped", "benefits.delay", "benefits.reduced",
    "benefits.deductions", "benefits.overpayment", "benefits.disability", "benefits.access", "benefits.fraud",
    "benefits.appeal", "benefits.unemployment", "work.dismissal", "work.pay", "work.conditions",
    "work.treatment", "work.injury", "money.debt", "money.court_debt", "money.credit", "money.consumer",
    "money.scam", "family.violence", "family.children", "family.maintenance", "family.separation",
    "documents.identity", "immigration.status", "crime.accused", "crime.victim", "health.care",
    "education.school", "estates.death", "injury.claim", "traffic.car", "rights.discrimination", "courts.help",
    "business.small", "other.problem",
]
# fmt: on


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(CONTENT / "taxonomy.yml")


@cache
def issues() -> dict[str, list[Example]]:
    found = defaultdict(list)
    for example in read_folder(CONTENT / "issues"):
        found[example.intent].append(example)
    return dict(found)


@cache
def training() -> tuple[tuple[str, Example], ...]:
    """Every example that is learnt from, with the name of its file."""
    folders = [path for name in ("issues", "chatter", "intents") for path in sorted((CONTENT / name).glob("*.yml"))]
    return tuple((path.name, example) for path in [*folders, CONTENT / "vague.yml"] for example in read_examples(path))


def normal(text: str) -> str:
    """Without case, punctuation and spaces."""
    return " ".join(re.findall(r"\w+", text.casefold()))


# Examples


def test_permanent_ids_are_still_there(taxonomy: Taxonomy) -> None:
    assert len(set(PERMANENT)) == 54
    assert set(PERMANENT) <= taxonomy.issues.keys()


def test_every_issue_has_a_parent_in_list(taxonomy: Taxonomy) -> None:
    for issue in taxonomy.issues.values():
        assert re.fullmatch(r"[A-Z]{2}(-\d{2})*", issue.list_parent), issue.id


def test_every_issue_has_many_distinct_examples(taxonomy: Taxonomy) -> None:
    assert issues().keys() == taxonomy.issues.keys()
    for issue, examples in issues().items():
        assert len({normal(example.text) for example in examples}) >= 40, issue
        assert len({normal(example.text) for example in examples if example.language == "en"}) >= 40, issue


@pytest.mark.parametrize(("least", "most", "wanted"), [(1, 6, 3), (7, 20, 20), (21, 59, 5), (60, 400, 10)])
def test_every_issue_is_told_in_few_words_and_in_many(least: int, most: int, wanted: int) -> None:
    for issue, examples in issues().items():
        found = sum(least <= len(example.text.split()) <= most for example in examples)
        assert found >= wanted, f"{issue}: {found} examples of {least} to {most} words"


def test_further_problems_are_issues_and_not_the_first_one_again(taxonomy: Taxonomy) -> None:
    held_out = [("heldout", example) for example in read_held_out(CONTENT)]
    for name, example in (*training(), *held_out):
        assert set(example.also) <= taxonomy.issues.keys(), f"{name}: {example.text[:60]}"
        assert example.intent not in example.also, f"{name}: {example.text[:60]}"
        assert len(set(example.also)) == len(example.also), f"{name}: {example.text[:60]}"


def test_held_out_examples_cover_every_issue_vague_trouble_and_chatter(taxonomy: Taxonomy) -> None:
    counts = Counter(example.intent for example in read_held_out(CONTENT))
    assert counts.keys() == {*taxonomy.issues, "vague", "no_problem"}
    assert min(counts.values()) >= 4, counts


def test_there_is_enough_chatter_and_some_of_it_is_long() -> None:
    chatter = read_folder(CONTENT / "chatter")
    assert {example.intent for example in chatter} == {"no_problem"}
    assert len({normal(example.text) for example in chatter}) >= 1_000
    assert sum(len(example.text.split()) >= 60 for example in chatter) >= 50


def test_every_intent_has_examples_and_is_known_to_the_bot() -> None:
    counts = Counter(example.intent for example in read_folder(CONTENT / "intents"))
    assert min(counts.values()) >= 20, counts
    for intent in counts:
        assert f'"{intent}"' in _code_of("bot") + _code_of("triage"), f"nothing listens for {intent!r}"


def _code_of(package: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / package).rglob("*.py")))


# Files and blocks


def blocks() -> Iterator[tuple[str, dict[str, Any]]]:
    paths = [path for path in sorted(CONTENT.rglob("*.yml")) if path.parent.name in ("issues", "chatter", "intents")]
    held_out = [path for path in sorted((CONTENT / "heldout").glob("*.yml")) if path.name != "danger.yml"]
    for path in [*paths, *held_out, CONTENT / "vague.yml"]:
        for block in read_mapping(path)["nlu"]:
            yield path.name, block


def test_every_block_says_its_language_and_whether_a_speaker_has_read_it() -> None:
    for name, block in blocks():
        metadata = block.get("metadata") or {}
        assert metadata.keys() <= {"language", "review", "also"}, f"{name}: {metadata}"
        language = metadata.get("language", "en")
        assert language in LANGUAGES, f"{name}: {language}"
        if language in ("af", "zu", "xh", "st"):
            assert metadata.get("review"), f"{name}: {language} without `review: awaiting` or who has read it"


def test_a_file_of_issues_or_intents_holds_what_its_name_says() -> None:
    for folder in ("issues", "intents"):
        for path in (CONTENT / folder).glob("*.yml"):
            assert {example.intent for example in read_examples(path)} == {path.stem}


# What looks like a private person's: an ID number, an address, a telephone number. Emergency numbers are short.
PRIVATE = {
    "an ID number": re.compile(r"\b\d{13}\b|\b\d{6}[ -]\d{4}[ -]\d{3}\b"),
    "an e-mail address": re.compile(r"\w@\w+\.\w"),
    "a telephone number": re.compile(
        r"(?:\+27|\b0)[ -]?\d{2}[ -]?\d{3}[ -]?\d{4}\b|\+\d{2}[ \d-]{8,}|\b07\d{3}[ -]?\d{6}\b"
    ),
    "a National Insurance number": re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"),
    "a link": re.compile(r"https?://|www\.\w"),
}


@pytest.mark.parametrize("kind", PRIVATE)
def test_no_example_holds_what_belongs_to_a_person(kind: str) -> None:
    texts = [example.text for _, example in training()] + [example.text for example in read_held_out(CONTENT)]
    assert [text[:80] for text in texts if PRIVATE[kind].search(text)] == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("an ID number", "my id is 8001015009087"),
        ("an ID number", "my id is 800101 5009 087"),
        ("an e-mail address", "write to zanele@example.org"),
        ("a telephone number", "call me on 082 555 1234"),
        ("a telephone number", "+27825551234"),
        ("a telephone number", "07700 900123"),
        ("a National Insurance number", "QQ 12 34 56 C"),
        ("a link", "see https://example.org"),
    ],
)
def test_what_belongs_to_a_person_would_be_noticed(kind: str, text: str) -> None:
    assert PRIVATE[kind].search(text)


def test_no_example_is_one_that_rasa_would_read_as_an_entity() -> None:
    texts = [example.text for _, example in training()]
    assert [text[:80] for text in texts if re.search(r"\[[^\]]+\]\s*[({]", text)] == []


# Interview and sentences


@pytest.fixture(scope="module")
def script() -> Script:
    return load_script(CONTENT / "script" / "interview.yml")


@pytest.fixture(scope="module")
def wording() -> Wording:
    return load_wording(CONTENT / "wording")


def test_every_interview_is_for_an_issue_or_area_that_exists(script: Script, taxonomy: Taxonomy) -> None:
    assert script.interviews.keys() <= {*taxonomy.issues, *taxonomy.areas, "default"}


def test_every_question_is_reached_by_somebody(script: Script, taxonomy: Taxonomy) -> None:
    """By the list that an issue really gets, not by one that no issue uses."""
    reached = set(script.emergency)
    for issue in (None, *taxonomy.issues):
        waiting = list(script.interview(issue))
        while waiting:
            id_ = waiting.pop()
            if id_ not in reached:
                reached.add(id_)
                waiting += script.questions[id_].then.values()
    assert reached == script.questions.keys()


def test_every_interview_ends(script: Script) -> None:
    """A question never leads back to itself."""
    for id_ in script.questions:
        seen, waiting = set[str](), list(script.questions[id_].then.values())
        while waiting:
            following = waiting.pop()
            assert following != id_, f"{id_} leads back to itself"
            if following not in seen:
                seen.add(following)
                waiting += script.questions[following].then.values()


def test_every_date_that_a_deadline_counts_from_is_asked_for(script: Script, taxonomy: Taxonomy) -> None:
    """A limit whose first day nobody is asked for is never told to anybody."""
    never_told = []
    for folder in packs_folder().iterdir():
        for rule in load_pack(folder).deadlines if (folder / "pack.yml").exists() else ():
            applies = [issue for issue in taxonomy.issues if rule.applies_to(issue)]
            if not any(rule.counts_from in asked_for(script, issue) for issue in applies):
                never_told.append(f"{folder.name}: {rule.id} counts from {rule.counts_from}")
    assert never_told == []


def asked_for(script: Script, issue: str) -> set[str]:
    """The questions that somebody with an issue can be asked."""
    return {id_ for first in script.interview(issue) for id_ in (first, *script.questions[first].then.values())}


@cache
def named_in_code() -> frozenset[str]:
    """Every text constant in the code and every `key` in a template."""
    found = set()
    for package in ("bot", "desk", "doorstep"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return frozenset(found)


def families(script: Script, taxonomy: Taxonomy) -> dict[str, set[str]]:
    """Keys made of a prefix and an id, such as `issue.` and `housing.lockout`: for each prefix, the ids there are."""
    places = {f"place_{folder.name}" for folder in packs_folder().iterdir()}
    scripts = [
        script,
        *(load_script(CONTENT / "script" / "interview.yml", place.name) for place in packs_folder().iterdir()),
    ]
    choices = {choice for each in scripts for question in each.questions.values() for choice in question.choices}
    kinds = {str(kind) for kind in Kind}
    helper: dict[str, set[str]] = {"ask": set(), "choice": set()}
    for pack in map(load_pack, (packs_folder() / "za", packs_folder() / "gb-eng")):
        for question in pack.eligibility.questions:
            helper["ask"] |= {question.id, f"{question.id}_{pack.id}"}
            helper["choice"] |= {f"{choice}{end}" for choice in question.choices for end in ("", f"_{pack.id}")}
    return {
        "issue": set(taxonomy.issues),
        "area": set(taxonomy.areas),
        "question": set(script.questions) | places,
        "fact": set(script.questions),
        "choice": choices,
        "danger": set(ORDER),
        "flag": set(ORDER),
        "urgency": {str(urgency) for urgency in Urgency},
        "languages": LANGUAGES,
        "command": set(COMMANDS),
        "status": {str(status) for status in Status},
        "arrivals": kinds,
        "understood": {"greet", "thanks", "goodbye"},
        "greeting": {"hello", "privacy", "tell", "telegram"},
        "not_taken": {str(kind) for kind in FieldKind},
        "choice ": {"something_else", "human"},
        "can_get": {"cannot_say", "probably_not"},
        "can_get.ask": helper["ask"],
        "can_get.choice": helper["choice"],
        "card": {heading_key(heading).removeprefix("card.") for heading in SECTIONS},
        "day": {"yesterday", "today", "tomorrow"},
        "word": set(IN_WORDS),
        "copy": {"purpose_case", "purpose_statistics", "purpose_improve"},
        **contacts(),
        "page": on_the_page(),
    }


def contacts() -> dict[str, set[str]]:
    """Ids of contacts, and their hours as they are keyed."""
    known = [one for path in packs_folder().glob("*/pack.yml") for one in load_pack(path.parent).contacts]
    hours = {one.hours.lower().replace(" ", "_") for one in known}
    return {"contact": {one.id for one in known}, "hours": hours}


def on_the_page() -> set[str]:
    """What the page of the web chat and its script ask for."""
    folder = ROOT / "bot" / "channels" / "web"
    text = (folder / "page.html").read_text(encoding="utf-8") + (folder / "chat.js").read_text(encoding="utf-8")
    return set(re.findall(r"\b(?:page|W)\.(\w+)", text))


def test_every_sentence_that_the_code_names_exists(wording: Wording) -> None:
    sections = {key.split(".")[0] for key in wording.sentences["en"]}
    in_calls = set()
    for package in ("bot", "desk", "doorstep"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    if name in ("say", "words", "ask", "sentence", "offer"):
                        in_calls |= {
                            one.value
                            for argument in node.args
                            for one in ast.walk(argument)
                            if isinstance(one, ast.Constant) and isinstance(one.value, str)
                        }
    keys = {text for text in in_calls if re.fullmatch(r"[a-z_]+\.[a-z_]+", text) and text.split(".")[0] in sections}
    assert len(keys) > 60
    assert sorted(key for key in keys if not wording.has(key)) == []


def test_every_sentence_made_of_a_prefix_and_an_id_exists(script: Script, taxonomy: Taxonomy, wording: Wording) -> None:
    found = families(script, taxonomy)
    wanted = [
        f"{prefix}.{id_}"
        for prefix in ("issue", "area", "fact", "choice", "danger", "flag", "urgency", "command", "not_taken")
        for id_ in found[prefix]
    ]
    wanted += [f"question.{id_}" for id_ in script.questions]
    wanted += [f"languages.{code}" for code in ("en", "af", "zu", "xh", "st")]
    assert sorted(key for key in wanted if not wording.has(key)) == []


def test_no_sentence_is_without_use(script: Script, taxonomy: Taxonomy, wording: Wording) -> None:
    used = {f"{prefix.strip()}.{id_}" for prefix, ids in families(script, taxonomy).items() for id_ in ids}
    english = wording.sentences["en"]
    used |= named_in_code()
    assert sorted(key for key in english if key not in used and counted(key, english) not in used) == []


def test_every_language_that_is_heard_is_spoken_and_none_else(wording: Wording) -> None:
    """`mixed` and `other` are no languages to answer in."""
    assert set(wording.languages) == LANGUAGES - {"mixed", "other"}
    assert [path.name for path in (CONTENT / "wording").glob("*.yml")] == ["en.yml"]


def test_no_sentence_is_too_long_for_a_chat(wording: Wording) -> None:
    for sentences in wording.sentences.values():
        for key, sentence in sentences.items():
            assert sentence.strip() == sentence or "\n" in sentence, f"{key} begins or ends with a space"
            assert len(sentence) <= 600, f"{key} has {len(sentence)} characters"
            assert not key.startswith(("choice.", "issue.")) or len(sentence) <= 45, f"{key} is too long for a button"

"""The sentences: every one that the code asks for is there, and a mistake in a file is named."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.messages import Kind
from bot.translated_cards import heading_key
from bot.translations import State, fields_of
from bot.wording import BINDING, Wording, load_wording
from casestore.cases import URGENCIES
from casestore.lifecycle import Status
from doorstep.settings import Settings
from doorstep.wiring import load_book
from tests.trained import CONTENT, ROOT
from triage.cards import SECTIONS
from triage.danger import FLAGS
from triage.errors import ContentError
from triage.letter_fields import FieldKind

WORDING = load_wording(CONTENT / "wording")
SAYS = frozenset({"say", "words", "ask", "sentence", "draft_say"})


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Where the code asks for a sentence, and the expression of its key."""
    for folder in ("bot", "desk", "doorstep"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in SAYS:
                    yield from ((f"{path.name}:{node.lineno}", argument) for argument in node.args[:2])


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def keys_in(expression: ast.expr) -> Iterator[str]:
    """The keys that an expression may come to: each text in it that looks like a key."""
    for node in ast.walk(expression):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"[a-z]+\.[\w.-]+", node.value)
        ):
            yield node.value


def test_every_sentence_the_code_asks_for_exists() -> None:
    """Keys written out in the code."""
    asked = [(place, key) for place, expression in calls() for key in keys_in(expression)]
    assert len({key for _, key in asked}) > 60
    assert [(place, key) for place, key in asked if not WORDING.has(key)] == []


def test_every_sentence_with_a_key_that_is_put_together_exists() -> None:
    """Keys that are made of a code: dangers, arrivals, states, issues, answers."""
    book = load_book(Settings(data=Path("unused")))
    answers = {choice for question in book.script.questions.values() for choice in question.choices}
    kinds = set(Kind) - {Kind.TEXT, Kind.CHOICE, Kind.FILE, Kind.BLOCKED}
    keys = {
        *(f"danger.{flag}" for flag in FLAGS),
        *(f"flag.{flag}" for flag in FLAGS),
        *(f"arrivals.{kind}" for kind in kinds),
        *(f"status.{status}" for status in Status),
        *(f"urgency.{urgency}" for urgency in URGENCIES),
        *(f"issue.{issue}" for issue in book.taxonomy.issues),
        *(f"area.{issue.split('.', 1)[0]}" for issue in book.taxonomy.issues),
        *(f"choice.{answer}" for answer in answers),
        *(f"understood.{intent}" for intent in ("greet", "thanks", "goodbye")),
        *(f"not_taken.{kind}" for kind in FieldKind),
        *(f"languages.{language}" for language in ("en", "af", "zu", "xh", "st")),
    }
    assert {key for key in keys if not WORDING.has(key)} == set()


def test_what_is_filled_in_may_hold_braces() -> None:
    """What a person wrote can never ask for another filling."""
    wording = Wording({"en": {"hello": "Hello {name}."}})
    assert wording.say("hello", name="{name} {0} {{}}") == "Hello {name} {0} {{}}."


def test_a_sentence_may_want_the_language_filled_in() -> None:
    """The name of a filling does not collide with the name of an argument."""
    assert Wording({"en": {"chosen": "{language}!"}}).say("chosen", "zu", language="isiZulu") == "isiZulu!"


def test_english_stands_in_for_what_a_language_lacks() -> None:
    """A language may be translated bit by bit."""
    wording = Wording({"en": {"a": "one", "b": "two"}, "af": {"a": "een"}})
    assert [wording.say(key, "af") for key in ("a", "b")] == ["een", "two"]
    assert wording.say("a", "xx") == "one"


@pytest.mark.parametrize("english", ["a: [1]", 'a: "{open"'])
def test_a_mistake_in_the_english_file_is_named(tmp_path: Path, english: str) -> None:
    """One clear message with the key that is wrong."""
    (tmp_path / "en.yml").write_text(english, encoding="utf-8")
    with pytest.raises(ContentError, match="a: "):
        load_wording(tmp_path)


def test_a_number_decides_the_words_in_the_way_of_each_language() -> None:
    """Where the language lacks the sentence, in the way of English."""
    english = {"days.one": "{count} day", "days.other": "{count} days"}
    wording = Wording({"en": english, "af": {"days.one": "{count} dag", "days.other": "{count} dae"}, "zu": {}})
    assert [wording.say("days", "af", count=count) for count in ("1", "2")] == ["1 dag", "2 dae"]
    assert [wording.say("days", "zu", count=count) for count in ("0", "1")] == ["0 days", "1 day"]
    assert wording.has("days")


@pytest.mark.parametrize("key", sorted(BINDING))
def test_nobody_agrees_to_words_that_no_longer_mean_what_the_english_means(key: str) -> None:
    """What a person says yes to is said as it is today, if need be in English; other words may lag behind."""
    sentences = {"en": {key: "today", "hello": "hello"}, "af": {key: "gister", "hello": "hallo"}}
    states = {"af": dict.fromkeys((key, "hello"), State.OUTDATED)}
    wording = Wording(sentences, states=states)
    assert (wording.say(key, "af"), wording.say("hello", "af")) == ("today", "hallo")
    assert (wording.lacks(key, "af"), wording.lacks("hello", "af")) == (True, False)
    assert wording.missing("af") == [key]
    assert all(WORDING.has(binding) for binding in BINDING)


def test_a_language_is_reviewed_when_all_that_is_said_in_it_is() -> None:
    """One sentence that no speaker has seen is enough for the note."""
    sentences = {"en": {"a": "one", "b": "two"}, "af": {"a": "een", "b": "twee"}}
    half = Wording(sentences, states={"af": {"a": State.REVIEWED, "b": State.AWAITING}})
    whole = Wording(sentences, states={"af": {"a": State.REVIEWED, "b": State.REVIEWED}})
    assert (half.is_reviewed("af"), whole.is_reviewed("af")) == (False, True)


@pytest.mark.parametrize("language", WORDING.languages[1:])
def test_a_word_we_tell_people_to_write_is_one_we_understand(language: str) -> None:
    """Each sentence quotes the command words of its own language, where the English quotes them."""
    english = WORDING.sentences["en"]
    words = {text: WORDING.say(key, language) for key, text in english.items() if key.startswith("word.")}
    quoted = [(key, word) for key, text in english.items() for word in words if f'"{word}"' in text]
    assert len(quoted) > 10
    assert [key for key, word in quoted if f'"{words[word]}"' not in WORDING.say(key, language)] == []
    listed = WORDING.say("help.commands", language)
    assert [word for word in words.values() if f"{word} – " not in listed] == []


def test_names_of_contacts_and_headings_are_those_of_the_law_pack() -> None:
    """They stand in the wording so that they can be translated, and must not drift."""
    book = load_book(Settings(data=Path("unused")))
    names = {contact.id: contact.name for contact in book.pack.contacts}
    english = WORDING.sentences["en"]
    contacts = {key.removeprefix("contact."): text for key, text in english.items() if key.startswith("contact.")}
    assert contacts.items() <= names.items()
    assert [english[heading_key(heading)] for heading in SECTIONS] == list(SECTIONS)


def test_english_is_needed(tmp_path: Path) -> None:
    """Every other language leans on it."""
    with pytest.raises(ContentError, match="en.yml"):
        load_wording(tmp_path)


def test_buttons_are_short_enough_for_a_phone() -> None:
    """Telegram cuts labels; what an issue is called is a label too."""
    said = [(key, text) for sentences in WORDING.sentences.values() for key, text in sentences.items()]
    labels = [text for key, text in said if key.split(".")[0] in ("issue", "choice")]
    assert [text for text in labels if len(text) > 45] == []


def test_no_sentence_is_left_open() -> None:
    """What is said ends like a sentence, and names what it wants filled in."""
    groups = ("greeting", "understood", "danger", "arrivals", "status", "stop")
    all_said = [(key, text) for sentences in WORDING.sentences.values() for key, text in sentences.items()]
    said = [text for key, text in all_said if key.split(".")[0] in groups]
    assert [text for text in said if text.rstrip('"')[-1] not in ".?:}"] == []
    assert all("" not in fields_of(text) for text in said)

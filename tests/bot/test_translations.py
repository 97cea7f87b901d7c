"""Translation files: read as translators' tools write them, brought up to date without losing a word."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.translations import (
    STAFF_ONLY,
    State,
    counted,
    fields_of,
    plural_forms,
    read_translations,
    suspicious,
    update_translations,
    wanted_in,
)
from bot.wording import load_wording
from tests.trained import CONTENT
from triage.errors import ContentError

ENGLISH = {
    "a.hello": "Hello {name}.",
    "a.yes": "Yes",
    "a.days.one": "in {count} day",
    "a.days.other": "in {count} days",
    "desk.claim": "Claim",
}
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Last-Translator: {who}\\n"\n\n'
NOBODY = "FULL NAME <EMAIL@ADDRESS>"
WORDING = load_wording(CONTENT / "wording")


def written(folder: Path, *entries: tuple[str, str, str], flags: str = "fuzzy", who: str = NOBODY) -> Path:
    """An Afrikaans file with entries of key, English and Afrikaans."""
    path = folder / "af.po"
    marks = f"#, {flags}\n" if flags else ""
    parts = [f'{marks}msgctxt "{key}"\nmsgid "{english}"\nmsgstr "{words}"\n' for key, english, words in entries]
    path.write_text(HEAD.format(who=who) + "\n".join(parts), encoding="utf-8")
    return path


def test_what_no_speaker_has_checked_is_said_and_marked(tmp_path: Path) -> None:
    """`fuzzy`, which translators' tools show as work to be done."""
    found = read_translations(written(tmp_path, ("a.yes", "Yes", "Ja")), ENGLISH)
    assert {key: (one.words, one.state) for key, one in found.items()} == {"a.yes": ("Ja", State.AWAITING)}


def test_a_speaker_signs_by_name(tmp_path: Path) -> None:
    """A sentence without a mark is reviewed, and the file says by whom."""
    entry = ("a.yes", "Yes", "Ja")
    signed = written(tmp_path, entry, flags="", who="Anna Botha <anna@example.org>")
    assert read_translations(signed, ENGLISH)["a.yes"].state is State.REVIEWED
    with pytest.raises(ContentError, match="does not say by whom"):
        read_translations(written(tmp_path, entry, flags=""), ENGLISH)


def test_an_empty_translation_is_none(tmp_path: Path) -> None:
    assert read_translations(written(tmp_path, ("a.yes", "Yes", "")), ENGLISH) == {}


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (("a.gone", "Gone", "Weg"), "languages --update"),
        (("desk.claim", "Claim", "Neem"), "languages --update"),
        (("a.hello", "Hello {name}.", "Hallo {naam}."), "{na"),
        (("a.hello", "Hello {name}.", "Hallo."), "{name}"),
        (("a.hello", "Hello {name}.", "Hallo {name."), "brace"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, entry: tuple[str, str, str], named: str) -> None:
    path = written(tmp_path, entry)
    with pytest.raises(ContentError) as mistake:
        read_translations(path, ENGLISH)
    assert named in str(mistake.value)
    assert f"{path}:" in str(mistake.value)


@pytest.mark.parametrize("text", ['msgid "a\n', "msgid a\n", "\xff"])
def test_a_broken_file_is_one_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "af.po"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ContentError, match=r"af\.po"):
        read_translations(path, ENGLISH)


def test_a_file_is_named_for_its_language(tmp_path: Path) -> None:
    path = written(tmp_path).rename(tmp_path / "notes.po")
    with pytest.raises(ContentError, match="no language"):
        read_translations(path, ENGLISH)


def test_where_the_english_has_changed_the_translation_is_outdated(tmp_path: Path) -> None:
    """It still helps; if it lacks what is to be filled in, it does not, and English is said."""
    path = written(tmp_path, ("a.yes", "Yes please", "Ja asseblief"), ("a.hello", "Dear {who}", "Liewe {who}"))
    assert {key: one.state for key, one in read_translations(path, ENGLISH).items()} == {"a.yes": State.OUTDATED}


def test_an_update_keeps_every_word_and_says_what_the_english_was(tmp_path: Path) -> None:
    """New sentences come empty, gone ones leave, and what a speaker had signed is to be signed again."""
    path = written(
        tmp_path,
        ("a.hello", "Hello {name}.", "Hallo {name}."),
        ("a.yes", "Yes please", "Ja asseblief"),
        flags="",
        who="Anna Botha <anna@example.org>",
    )
    update_translations(path, ENGLISH)
    found = read_translations(path, ENGLISH)
    assert {key: one.state for key, one in found.items()} == {"a.hello": State.REVIEWED, "a.yes": State.OUTDATED}
    text = path.read_text(encoding="utf-8")
    assert "# The English was: Yes please" in text
    assert "Anna Botha" in text
    assert text.count("msgctxt") == 4
    once = path.read_bytes()
    update_translations(path, ENGLISH)
    assert path.read_bytes() == once
    path.write_text(text.replace("#, fuzzy\n", ""), encoding="utf-8")
    assert read_translations(path, ENGLISH)["a.yes"].state is State.REVIEWED


def test_each_language_has_the_forms_that_it_counts_with() -> None:
    """One of something and more of it are not enough for everybody."""
    assert plural_forms("zu") == ("one", "other")
    assert set(plural_forms("pl")) == {"one", "few", "many", "other"}
    assert wanted_in("pl", ENGLISH)["a.days.few"] == "in {count} days"
    assert not [key for key in wanted_in("pl", ENGLISH) if key.split(".")[0] in STAFF_ONLY]


def test_english_left_in_and_a_form_left_out_are_found(tmp_path: Path) -> None:
    """Names and numbers are the same everywhere; a sentence is not."""
    english = {**ENGLISH, "a.sure": "Are you sure?", "a.name": "SRD (R370)"}
    path = written(
        tmp_path,
        ("a.sure", "Are you sure?", "Are you sure?"),
        ("a.name", "SRD (R370)", "SRD (R370)"),
        ("a.yes", "Yes", "Ja, what you and the others say"),
        ("a.days.one", "in {count} day", "oor {count} dag"),
    )
    assert sorted(one.split(":")[0] for one in suspicious(path, english)) == ["a.days.one", "a.sure", "a.yes"]


@pytest.mark.parametrize("path", sorted((CONTENT / "wording").glob("*.po")), ids=lambda path: path.stem)
def test_our_own_files_are_as_the_update_writes_them(path: Path, tmp_path: Path) -> None:
    """So that a change of one sentence is a change of a few lines."""
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    update_translations(copy, WORDING.sentences["en"])
    assert copy.read_bytes() == path.read_bytes(), "run: doorstep languages --update"
    assert list(suspicious(path, WORDING.sentences["en"])) == []


def filled(values: str, key: str) -> dict[str, str]:
    """Something for every name that any language wants filled in."""
    return dict.fromkeys(fields_of(WORDING.sentences["en"][key]), values)


@settings(deadline=None, max_examples=25)
@given(values=st.text(max_size=30) | st.sampled_from(["{name}", "{", "}", "%s", "\\", "{0}"]), count=st.integers(0, 99))
def test_every_sentence_renders_in_every_language_with_anything(values: str, count: int) -> None:
    """What is filled in stands there as it is, whatever it is."""
    for language in (*WORDING.languages, "xx"):
        for key in WORDING.sentences["en"]:
            fills = filled(values, key)
            if "count" in fills:
                fills["count"] = str(count)
            said = WORDING.say(counted(key, WORDING.sentences["en"]) or key, language, **fills)
            assert said
            assert all(value in said for value in fills.values())

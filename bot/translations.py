"""The sentences of one language beside the English ones: a gettext file that any translator's tool opens.

`msgctxt` is the key, `msgid` the English sentence that was translated, `msgstr` the translation. `fuzzy` ("needs work"
in the tools) marks what no speaker has checked yet. Unlike gettext we say such a sentence: plain words of one's own
language, with a note that they are unchecked, help more than English. There is nothing to compile.
"""

import io
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from triage.errors import ContentError

STAFF_ONLY = frozenset({"desk", "urgency", "area"})  # groups of sentences that only staff ever read
_WAS = "The English was: "  # a comment on a translation that was made from another sentence
_NOBODY = "FULL NAME <EMAIL@ADDRESS>"  # what an untouched file has


class State(StrEnum):
    """How far a translation may be trusted."""

    REVIEWED = "reviewed"
    AWAITING = "awaiting"  # no speaker has checked it
    OUTDATED = "outdated"  # the English sentence has changed since


@dataclass(frozen=True, slots=True)
class Translation:
    """What is said for a key in a language."""

    words: str
    state: State


def fields_of(sentence: str) -> frozenset[str]:
    """The names that a sentence wants filled in."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def plural_forms(language: str) -> tuple[str, ...]:
    """What CLDR calls the forms of words that a number asks for in a language, such as `one` and `other`."""
    return (*sorted(Locale.parse(language).plural_form.tags), "other")


def plural_form(language: str, count: int) -> str:
    """Which of them a number asks for."""
    return Locale.parse(language).plural_form(count)


def wanted_in(language: str, english: Mapping[str, str]) -> dict[str, str]:
    """The keys that a language needs, with the English sentence of each.

    A sentence with a number has an entry for each form that the language itself knows.
    """
    wanted: dict[str, str] = {}
    for key, sentence in english.items():
        if key.split(".", 1)[0] in STAFF_ONLY:
            continue
        base = counted(key, english)
        for form in plural_forms(language) if base else ():
            wanted[f"{base}.{form}"] = english.get(f"{base}.{form}", english[f"{base}.other"])
        if not base:
            wanted[key] = sentence
    return wanted


def counted(key: str, english: Mapping[str, str]) -> str:
    """The sentence that a key is one form of; empty for a sentence without a number."""
    base = key.rpartition(".")[0]
    return base if {f"{base}.one", f"{base}.other"} <= english.keys() else ""


def read_translations(path: Path, english: Mapping[str, str]) -> dict[str, Translation]:
    """What a file translates, by key; raises ContentError with the line of the first mistake."""
    catalog = _read(path)
    wanted = wanted_in(path.stem, english)
    found: dict[str, Translation] = {}
    for message in catalog:
        if not message.id or not message.string:
            continue
        key = message.context or ""
        if key not in wanted:
            raise _wrong(path, message, "no such sentence in en.yml; run `doorstep languages --update`")
        translation = _translation(path, message, wanted[key])
        if fields_of(translation.words) <= fields_of(wanted[key]):  # else the English has changed: it is said instead
            found[key] = translation
    names = catalog.last_translator
    if names == _NOBODY and (signed := [key for key, one in found.items() if one.state is State.REVIEWED]):
        raise ContentError(path, f"{signed[0]}: reviewed, but `Last-Translator` does not say by whom")
    return found


def _translation(path: Path, message: Message, english: str) -> Translation:
    words = message.string
    if not isinstance(words, str) or not isinstance(message.id, str):
        raise _wrong(path, message, "gettext plurals are not used here: each form is an entry of its own")
    try:
        strange = fields_of(words) ^ fields_of(english)
    except ValueError as mistake:
        raise _wrong(path, message, f"{mistake}; write {{{{ for a brace") from None
    outdated = message.id != english or (message.fuzzy and any(map(_says_what_was, message.user_comments)))
    if strange and not outdated:
        raise _wrong(path, message, f"{{{sorted(strange)[0]}}} must stand in both the English and the translation")
    if outdated:
        return Translation(words, State.OUTDATED)
    return Translation(words, State.AWAITING if message.fuzzy else State.REVIEWED)


def _says_what_was(comment: str) -> bool:
    return comment.startswith(_WAS)


def update_translations(path: Path, english: Mapping[str, str]) -> None:
    """Brings a file to the English sentences of today: new ones empty, gone ones removed, all in their order.

    Where the English has changed, the translation stays, marked for review, with the English it was made from.
    """
    old = {message.context: message for message in _read(path) if message.id} if path.exists() else {}
    catalog = _read(path) if path.exists() else Catalog(locale=path.stem, project="Doorstep", version="1", fuzzy=False)
    new = Catalog(
        locale=path.stem,
        project=catalog.project,
        version=catalog.version,
        header_comment=f"# The sentences of en.yml in {Locale.parse(path.stem).english_name}. See docs/languages.md.",
        last_translator=catalog.last_translator,
        language_team=catalog.language_team,
        creation_date=catalog.creation_date,
        revision_date=catalog.revision_date,
        charset="utf-8",
        fuzzy=False,
    )
    for key, sentence in wanted_in(path.stem, english).items():
        _carry_over(new, key, sentence, old.get(key))
    written = io.BytesIO()
    write_po(written, new, width=0)
    path.write_bytes(written.getvalue())


def _carry_over(new: Catalog, key: str, sentence: str, before: Message | None) -> None:
    flags = {"python-brace-format"} if fields_of(sentence) else set()
    words, comments = "", list[str]()
    if before is not None and isinstance(before.string, str) and before.string:
        words, comments = before.string, [comment for comment in before.user_comments if not _says_what_was(comment)]
        if before.id != sentence:
            comments.append(f"{_WAS}{before.id}")
        elif before.fuzzy:
            comments = before.user_comments
        flags |= {"fuzzy"} if before.fuzzy or before.id != sentence else set()
    new.add(sentence, words, flags=flags, user_comments=comments, context=key)


def _read(path: Path) -> Catalog:
    try:
        Locale.parse(path.stem)
    except (UnknownLocaleError, ValueError):
        raise ContentError(path, f"{path.stem!r} is no language: name the file like `zu.po`") from None
    try:
        return read_po(io.StringIO(path.read_text(encoding="utf-8")), locale=path.stem, abort_invalid=True)
    except UnicodeDecodeError as mistake:
        raise ContentError(path, f"not UTF-8 text (byte {mistake.start}); save it as UTF-8") from None
    except PoFileError as mistake:
        raise ContentError(path, f"not a gettext file: {mistake}") from None


def _wrong(path: Path, message: Message, what: str) -> ContentError:
    return ContentError(path, f"{message.context}: {what}", line=message.lineno)


def suspicious(path: Path, english: Mapping[str, str]) -> Iterator[str]:
    """What no translator means: a form of a number left out, English left in."""
    found = read_translations(path, english)
    wanted = wanted_in(path.stem, english)
    for key, translation in found.items():
        base = counted(key, english)
        forms = [f"{base}.{form}" for form in plural_forms(path.stem)] if base else []
        yield from (f"{key}: translated, but not {form}" for form in forms if form not in found)
        if _is_english(translation.words, wanted[key]):
            yield f"{key}: still English: {translation.words[:40]!r}"


_ENGLISH_ONLY = frozenset(("the", "and", "you", "your", "with", "what", "this", "that", "have", "not", "from", "they"))


def _is_english(words: str, english: str) -> bool:
    """The English sentence itself, or words that are those of no other language we speak."""
    said = re.findall(r"[a-z]+", re.sub(r"\"[^\"]*\"|\{\w*\}", " ", words).casefold())
    return (words == english and words.count(" ") > 1) or len(_ENGLISH_ONLY.intersection(said)) > 1

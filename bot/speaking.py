"""Which language we speak with a person: read from what they write, or chosen by them; short words never change it."""

import re

from bot.draft import Draft
from bot.events import LanguageChosen
from bot.messages import Kind
from triage.meaning import Scored

READ, CHOSEN = "read", "chosen"
_SURE = 0.8
_SURE_OF_A_WORD = 0.9
_A_TRACE = 0.1
_ENOUGH = 3  # words; fewer may be anything
_PLENTY = 8  # words that change the language at once; fewer must be said twice
_PREFIX = re.compile(r"^(?:isi|se)")


def hear_language(draft: Draft) -> None:
    """Settles the language before a word is answered: what is written first, later only what is clearly another."""
    session = draft.session
    if session.language_from == CHOSEN or session.letter:  # names and addresses for a letter are in no language
        return
    read = _sure(draft)
    if not session.language_from:
        language = read or _guess(draft)
        if language in draft.book.wording.languages:
            _speak(draft, language, READ if read else "")
    elif read and read != session.language:
        if session.language_heard == read or _words(draft) >= _PLENTY:
            _speak(draft, read, READ)
        else:
            draft.set(language_heard=read)
    elif read:
        draft.set(language_heard="")


def is_unsure(draft: Draft) -> bool:
    """Whether to ask once which language the person wants: what they wrote is a mixture, or like two of ours."""
    session, meaning = draft.session, draft.meaning
    if session.language_from or session.language_asked or session.letter or meaning.flags or _words(draft) < _ENOUGH:
        return False
    ours = [scored for scored in _languages(draft) if scored.id in draft.book.wording.languages]
    traces = [scored.id for scored in ours if scored.probability >= _A_TRACE]
    return meaning.language == "mixed" or (traces not in ([], ["en"]) and not _sure(draft))


def choose(draft: Draft, language: str) -> None:
    """The person said which language they want: it stays, whatever they write."""
    _speak(draft, language, CHOSEN)
    draft.say("language.chosen", language=draft.words(f"languages.{language}"))
    say_unchecked(draft)


def say_unchecked(draft: Draft) -> None:
    """Tells once that no speaker has checked our sentences in this language."""
    language = draft.session.language
    if language == "en" or language in draft.session.unchecked_told or draft.book.wording.is_reviewed(language):
        return
    draft.set(unchecked_told=(*draft.session.unchecked_told, language))
    draft.say("language.unchecked", language=draft.words(f"languages.{language}"))


def named_in(draft: Draft, words: str, *, alone: bool = False) -> str:
    """The language of ours that is named, in any of them; `alone` where nothing else may be said."""
    said = re.findall(r"[^\W\d_]+", words.casefold())
    wording = draft.book.wording
    for language in wording.languages:
        names = {wording.say(f"languages.{language}", by).casefold() for by in wording.languages}
        names |= {_PREFIX.sub("", name) for name in names}
        if (len(said) == 1 or not alone) and names.intersection(said):
            return language
    return ""


def _speak(draft: Draft, language: str, how: str) -> None:
    if language != draft.session.language or how == CHOSEN:
        draft.report(LanguageChosen(language))
    draft.set(language=language, language_from=how, language_heard="")


def _words(draft: Draft) -> int:
    return len(draft.inbound.text.split()) if draft.inbound.kind in (Kind.TEXT, Kind.EDITED) else 0


def _languages(draft: Draft) -> tuple[Scored, ...]:
    return draft.meaning.languages or (Scored(draft.meaning.language, 1.0),)


def _sure(draft: Draft) -> str:
    """The language of ours that these words are in, without a doubt; empty otherwise."""
    best = _languages(draft)[0]
    known = best.id in draft.book.wording.languages and best.probability >= _SURE
    return best.id if known and _words(draft) >= _ENOUGH and draft.meaning.language != "mixed" else ""


def _guess(draft: Draft) -> str:
    """What to speak until they have said more: what the channel tells, or the first words; a greeting tells much."""
    if draft.session.last_at:
        return ""
    if draft.inbound.language:
        return draft.inbound.language
    best = _languages(draft)[0]
    return best.id if _words(draft) >= _ENOUGH or best.probability >= _SURE_OF_A_WORD else ""

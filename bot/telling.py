"""The person tells what happened; we say what we understood, ask when unsure, and keep every problem told."""

from bot import casework, interview, writing
from bot.draft import Draft
from bot.events import PersonWrote
from bot.messages import Choice
from bot.session import STORY_LIMIT
from triage.meaning import Decision

WHICH = "which_issue"
STILL_TELLING = frozenset({"", WHICH, casework.HUMAN})  # a person was offered because nothing was clear yet
OTHER = "other.problem"  # a problem that has no name of its own: nothing to offer as a button
_OFFERED = 3
_WORTH_OFFERING, _WORTH_A_SECOND_TRY, _WORTH_AFTER_NO = 0.02, 0.05, 0.1
_MOST_TRIES = _MOST_MISSES = 2
_SURE_INTENT = 0.5
_NOTHING_MORE = frozenset({"affirm", "deny", "unsure", "skip", "something_else"})  # to "tell me more"
_LIKELY = 0.4
_ENOUGH_FOR_A_PROBLEM = 4  # words
_ENOUGH_FOR_LANGUAGE = 3  # words; fewer may be anything
_NONE_OF_THEM = frozenset({"something_else", "deny", "back", "skip", "unsure"})  # to "which of these is closest?"
_SURE_OF_AN_ANSWER = 0.6
_LONGEST_NUMBER = 3  # digits; a telephone number chooses nothing
_FEW_WORDS = 4
# "The second one", in English, Afrikaans, isiZulu, isiXhosa and Sesotho.
_PLACES = {
    word: place
    for place, words in enumerate(
        (
            "first 1st eerste owokuqala eyokuqala pele",
            "second 2nd tweede owesibili eyesibini bobedi",
            "third 3rd derde owesithathu eyesithathu boraro",
        ),
        start=1,
    )
    for word in words.split()
}


def told(draft: Draft) -> None:
    """The person said something that answers no open question."""
    session, meaning = draft.session, draft.meaning
    told_before = bool(session.story)
    if meaning.decision is Decision.NONE and not meaning.flags:
        if interview.place_told(draft):
            draft.ask_again = bool(session.asked)
        else:
            _small_talk(draft)
        return
    _note_language(draft)
    draft.set(
        story=f"{session.story}\n{draft.inbound.text}".strip()[-STORY_LIMIT:],
        scores={**session.scores, **{scored.id: round(scored.probability, 3) for scored in meaning.issues[:5]}},
    )
    first = meaning.issues[0].id if meaning.issues else OTHER
    if "self_harm" in session.flags and _says_no_problem(draft):
        draft.set(asked="")
        draft.say("understood.listening", choices=(draft.human_button,))
    elif session.asked and not _tells_what_it_is(draft):
        draft.say("understood.more_kept")
        if draft.has_open_case:
            draft.report(PersonWrote())
        _keep_also(draft)
        if session.asked not in draft.book.script.questions or not interview.hurry(draft):
            draft.ask_again = True
    elif session.issues and session.guided:
        _another_problem(draft)
    elif meaning.decision is Decision.SURE and first != OTHER:
        _understood(draft)
    elif meaning.decision is Decision.ASK and meaning.issues:
        _ask_which(draft, told_before=told_before)
    else:
        _cannot_tell(draft, told_before=told_before)


def _tells_what_it_is(draft: Draft) -> bool:
    """Whether these words may settle the problem, though a question about it, or the offer of a person, is open."""
    if draft.session.asked == casework.HUMAN:
        return not draft.session.issues and draft.meaning.decision in (Decision.SURE, Decision.ASK)
    return draft.session.asked == WHICH


def _says_no_problem(draft: Draft) -> bool:
    """Whether only the danger was told: a list of legal problems would be a cruel answer."""
    meaning = draft.meaning
    likely = max((scored.probability for scored in meaning.issues if scored.id != OTHER), default=0.0)
    return meaning.decision is not Decision.SURE and (bool(meaning.flags) or likely < _LIKELY)


def _in_another_language(draft: Draft) -> bool:
    said_enough = len(draft.inbound.text.split()) >= _ENOUGH_FOR_LANGUAGE
    return said_enough and draft.meaning.language == "other" and not draft.session.language_noted


def _note_language(draft: Draft) -> None:
    """Says once which languages we speak to somebody who writes another one."""
    if _in_another_language(draft):
        draft.say("understood.other_language", choices=(draft.human_button,))
        draft.set(language_noted=True)


def _ask_which(draft: Draft, *, told_before: bool) -> None:
    best = _best(draft)
    asked_before = draft.session.asked == WHICH
    missed = asked_before and not draft.meaning.flags  # danger was understood
    misses = draft.session.misses + missed if asked_before else 0
    draft.set(tries=draft.session.tries + asked_before)
    if best and misses < _MOST_MISSES:
        also = dict.fromkeys([*draft.session.also, *draft.meaning.also])
        left = tuple(issue for issue in also if issue not in draft.session.refused)
        draft.set(candidates=best, also=left, misses=misses)
        offer(draft, "understood.not_sure_again" if asked_before else "understood.not_sure")
    elif asked_before:
        _offer_a_person(draft)
    else:
        _cannot_tell(draft, told_before=told_before)


def _small_talk(draft: Draft) -> None:
    session, intent = draft.session, draft.meaning.intent
    said = intent if draft.meaning.intent_probability >= _SURE_INTENT else ""
    if said == "greet" and not draft.welcomed:
        draft.say("understood.greet_again" if session.asked or session.issues else "understood.greet")
    elif said in ("thanks", "goodbye"):
        draft.say(f"understood.{said}")
    elif intent == "vague" or (session.tries and not session.issues and said in _NOTHING_MORE and not session.asked):
        _cannot_tell(draft, told_before=bool(session.story))
        return
    elif draft.welcomed or (session.ask_number == 0 and not session.story and session.last_at == ""):
        draft.say("greeting.tell")
    elif _in_another_language(draft):
        _note_language(draft)
    elif session.asked == WHICH and session.misses + 1 >= _MOST_MISSES:
        _offer_a_person(draft)
        return
    elif casework.is_offered(session.asked):
        draft.say("case.your_choice", yes=draft.words("case.yes"), no=draft.words("case.no"))
    elif session.asked in casework.QUESTIONS or session.asked == WHICH:
        draft.set(misses=session.misses + 1)
        draft.say("understood.not_got")
    elif session.guided:
        draft.say("understood.anything_else", choices=(draft.human_button,))
    else:
        draft.say("understood.no_problem", choices=(draft.human_button,))
    draft.ask_again = bool(session.asked) and said not in ("goodbye", "thanks")


def _best(draft: Draft) -> tuple[str, ...]:
    refused = draft.session.refused
    worth = _WORTH_AFTER_NO if refused else _WORTH_OFFERING
    likely = [scored.id for scored in draft.meaning.issues if scored.probability >= worth]
    return tuple(issue for issue in likely if issue not in refused and issue != OTHER)[:_OFFERED]


def _understood(draft: Draft) -> None:
    best = _best(draft)
    if not best:
        _cannot_tell(draft, told_before=True)
        return
    draft.set(candidates=tuple(s.id for s in draft.meaning.issues if s.probability >= _WORTH_A_SECOND_TRY))
    confirm(draft, best[0], also=draft.meaning.also)


def confirm(draft: Draft, issue: str, *, also: tuple[str, ...] = ()) -> None:
    """The issue is settled for now: say so, and begin to ask or to help."""
    also = tuple(dict.fromkeys([*draft.session.also, *also]))
    done = {issue, *draft.session.guided, *draft.session.refused}
    also = tuple(other for other in also if other not in done)
    issues = tuple(dict.fromkeys([*draft.session.issues, issue]))
    draft.set(issues=issues, current=issue, also=also, asked="", misses=0)
    not_that = Choice("g:not_that", draft.words("choice.not_that"))
    draft.say("understood.one", issue=draft.issue_name(issue), choices=(not_that,))
    if also:
        draft.say("understood.also", issues=", ".join(draft.issue_name(other) for other in also))
    interview.begin(draft, issue)


def offer(draft: Draft, key: str) -> None:
    """Up to three likely issues as buttons, "something else", and a person."""
    options = [(issue, draft.issue_name(issue)) for issue in draft.session.candidates[:_OFFERED]]
    options += [(other, draft.words(f"choice.{other}")) for other in ("something_else", "human")]
    draft.ask(WHICH, key, tuple(options))


def which_answered(draft: Draft, answer: str, *, is_button: bool) -> bool:
    """The person chose one of the offered issues, or none; words may choose too."""
    candidates = draft.session.candidates[:_OFFERED]
    if not is_button:
        answer = _candidate_in(draft, answer, candidates)
    if answer in draft.book.taxonomy.issues:
        draft.set(chosen=(*draft.session.chosen, answer))
        confirm(draft, answer, also=draft.meaning.also)
        return True
    if answer == "something_else":
        draft.set(refused=tuple(dict.fromkeys([*draft.session.refused, *candidates])), candidates=(), asked="", also=())
        _cannot_tell(draft, told_before=False)
        return True
    if answer == "human":
        casework.ask(draft, casework.HUMAN)
        return True
    return False


def _candidate_in(draft: Draft, words: str, candidates: tuple[str, ...]) -> str:
    said = words.casefold().strip(" .!")
    if draft.meaning.intent in _NONE_OF_THEM and draft.meaning.intent_probability >= _SURE_OF_AN_ANSWER:
        return "something_else"
    place = int(said) if said.isdecimal() and len(said) <= _LONGEST_NUMBER else _place_in(said)
    if 1 <= place <= len(candidates):
        return candidates[place - 1]
    if draft.meaning.intent == "affirm" and len(candidates) == 1:
        return candidates[0]
    if draft.meaning.decision is Decision.SURE and draft.meaning.issues[0].id in candidates:
        return draft.meaning.issues[0].id
    matches = [issue for issue in candidates if said and said in draft.issue_name(issue).casefold()]
    return matches[0] if len(matches) == 1 else ""


def _place_in(said: str) -> int:
    """The place in a list that a few words name, such as "the second one"; 0 for none."""
    words = said.split()
    places = {_PLACES[word] for word in words if word in _PLACES}
    return places.pop() if len(places) == 1 and len(words) <= _FEW_WORDS else 0


def not_that(draft: Draft) -> None:
    """What we understood was wrong: offer the next likely ones, or ask to tell it again."""
    session = draft.session
    if not session.issues:
        draft.say("question.old_button")
        draft.say("greeting.tell_short", choices=(draft.human_button,))
        return
    wrong = session.current or session.issues[-1]
    refused = tuple(dict.fromkeys([*session.refused, wrong]))
    left = dict.fromkeys(issue for issue in (*session.candidates, *session.also) if issue not in refused)
    draft.set(
        issues=tuple(issue for issue in session.issues if issue != wrong),
        guided=tuple(issue for issue in session.guided if issue != wrong),
        current="",
        refused=refused,
        candidates=tuple(left),
        to_ask=(),
        asked="",
        misses=0,
        **writing.NO_LETTER,
    )
    if left:
        offer(draft, "understood.not_that")
    else:
        draft.set(story="")
        draft.say("understood.try_again", choices=(draft.human_button,))


def _cannot_tell(draft: Draft, *, told_before: bool) -> None:
    tries = draft.session.tries + 1
    draft.set(tries=tries, asked="")
    if tries < _MOST_TRIES:
        draft.say("understood.tell_more", choices=(draft.human_button,))
    else:
        _offer_a_person(draft)


def _offer_a_person(draft: Draft) -> None:
    draft.set(misses=0)
    draft.say("understood.cannot_tell")
    casework.ask(draft, casework.HUMAN)


def _keep_also(draft: Draft) -> None:
    """Another problem told in the middle of the questions is kept for later."""
    meaning, session = draft.meaning, draft.session
    if casework.tells_new_problem(draft) if draft.has_open_case else _names_another(draft):
        new = meaning.issues[0].id
        draft.set(also=tuple(dict.fromkeys([*session.also, new])))
        draft.say("understood.also", issues=draft.issue_name(new))


def _names_another(draft: Draft) -> bool:
    meaning = draft.meaning
    said_enough = len(draft.inbound.text.split()) >= _ENOUGH_FOR_A_PROBLEM
    return said_enough and meaning.decision is Decision.SURE and meaning.issues[0].id not in draft.session.issues


def _another_problem(draft: Draft) -> None:
    """More was told after help was given, before any case: a new problem is worked, more of the same is kept."""
    meaning = draft.meaning
    if meaning.decision is Decision.SURE and meaning.issues[0].id not in draft.session.guided:
        confirm(draft, meaning.issues[0].id)
        return
    if draft.session.declined:
        draft.say("understood.told_all", choices=(draft.human_button,))
        return
    draft.say("understood.more_kept")
    casework.ask(draft, casework.OPEN)

"""Takes back what the person agreed to: as easy as it was to agree, and it never costs help."""

from bot.draft import Draft
from bot.events import CaseWithdrawn, ConsentAnswered
from bot.messages import Choice

WITHDRAW_CASE = "withdraw_case"
QUESTIONS = frozenset({WITHDRAW_CASE})
_AT_ONCE = ("statistics", "improve", "partner")  # nothing of the person's is lost with these, so nothing is asked back
_TAKE_BACK = {
    "statistics": "consent.take_back_statistics",
    "improve": "consent.take_back_improve",
    "partner": "consent.take_back_partner",
    "case": "consent.take_back_case",
}
_ASKED_WITH = tuple(
    words.format(agreed)
    for agreed in ("consent", "permission", "yes", "toestemming")
    for words in ("withdraw my {}", "take back my {}", "take my {} back", "revoke my {}", "trek my {} terug")
)
_SURE_INTENT = 0.75
_MOST_WORDS = 10


def buttons(draft: Draft) -> tuple[Choice, ...]:
    """One for each consent in force."""
    purposes = [purpose for purpose in _AT_ONCE if purpose in draft.agreed]
    purposes += ["case"] if "case" in draft.agreed and draft.has_open_case else []
    return tuple(Choice(f"g:withdraw_{purpose}", draft.words(_TAKE_BACK[purpose])) for purpose in purposes)


def asked_for(draft: Draft) -> bool:
    """Whether somebody says in few words that they take back what they agreed to."""
    said = draft.inbound.text.casefold()
    return len(said.split()) <= _MOST_WORDS and any(words in said for words in _ASKED_WITH)


def withdraw_in_words(draft: Draft) -> None:
    """Takes back what was agreed to besides the case, or asks about the case, with a button for each of the others.

    Who agreed to nothing is told so.
    """
    if draft.case is not None and "case" in draft.agreed:
        draft.put_aside()
        ask(draft)
        draft.offer(tuple(each for each in buttons(draft) if each.id != f"g:{WITHDRAW_CASE}"))
        return
    for purpose in (each for each in _AT_ONCE if each in draft.agreed):
        draft.report(ConsentAnswered(purpose, False, _TAKE_BACK[purpose]))
    done = "consent.taken_back" if draft.agreed else "consent.nothing_to_take_back"
    draft.say(done, choices=(draft.human_button,))
    draft.ask_again = bool(draft.session.asked)


def withdraw(draft: Draft, purpose: str) -> None:
    """Takes one back; the case only after a question."""
    if purpose == "case" and draft.has_open_case:
        draft.put_aside()
        ask(draft)
        return
    if purpose in draft.agreed and purpose in _AT_ONCE:
        draft.report(ConsentAnswered(purpose, False, _TAKE_BACK[purpose]))
    draft.say("consent.taken_back", choices=(draft.human_button,))
    draft.ask_again = bool(draft.session.asked)


def ask(draft: Draft) -> None:
    """Asks whether the office shall really stop working on the case."""
    reference = draft.case.reference if draft.case is not None else ""
    options = (("yes", draft.words("consent.case_yes")), ("no", draft.words("consent.case_no")))
    draft.ask(WITHDRAW_CASE, "consent.case_ask", options, reference=reference)


def answered(draft: Draft, answer: str, *, is_button: bool) -> bool:
    """Takes yes or no; anything else keeps the consent and goes on."""
    sure = draft.meaning.intent_probability >= _SURE_INTENT and len(answer.split()) <= _MOST_WORDS
    yes = answer == "yes" if is_button else sure and draft.meaning.intent == "affirm"
    if yes:
        draft.report(ConsentAnswered("case", False, "consent.case_ask"))
        draft.report(CaseWithdrawn())
        draft.set(asked="", resume="", declined=True)
        draft.say("consent.case_taken_back", choices=(draft.human_button,))
        return True
    draft.say("consent.case_kept")
    draft.take_up()
    draft.ask_again = False
    return is_button or (sure and draft.meaning.intent in ("deny", "skip", "unsure", "back"))

"""Asks once, where somebody is hurt, when it is safe to write to them; and changes it at any time."""

from bot.draft import Draft
from bot.events import CaseAgreed, ContactChosen
from bot.messages import Choice

SAFE = "safe_contact"
QUESTIONS = frozenset({SAFE})
HOURS = (9, 17)
_NOTED = {"yes": "safe.noted_yes", "when_written": "safe.noted_when_written", "hours": "safe.noted_hours"}
_SURE_INTENT = 0.6
_SHORT = 8  # words


def ask_if_needed(draft: Draft) -> None:
    """Asks in place of the question just put, which comes again afterwards.

    Only where violence was heard, and only once somebody may write to the person of their own accord: with a case.
    Danger has been answered by then, and no help waits for this.
    """
    has_case = draft.has_open_case or any(isinstance(event, CaseAgreed) for event in draft.events)
    if "violence" in draft.session.flags and has_case and not draft.session.safe_asked:
        draft.put_instead()
        ask(draft)


def ask(draft: Draft) -> None:
    """Puts the question."""
    draft.set(safe_asked=True)
    draft.ask(SAFE, "safe.ask", tuple((option, draft.words(f"safe.{option}")) for option in _NOTED))


def change(draft: Draft) -> None:
    """The person wants to say it, or to say something else than before."""
    draft.put_aside()
    ask(draft)


def answered(draft: Draft, answer: str, *, is_button: bool) -> bool:
    """Takes the answer, by button or words; in doubt the safest holds. False when it was something else."""
    said = answer if is_button else _in_words(draft)
    if said not in _NOTED:
        return False
    draft.report(ContactChosen(said == "when_written", HOURS if said == "hours" else None))
    draft.say(_NOTED[said])
    draft.take_up()
    return True


def button(draft: Draft) -> Choice:
    """The way to this question, good at any time."""
    return Choice("g:safe", draft.words("safe.change"))


def show(draft: Draft) -> None:
    """The person opened the chat at a notice; what was withheld has gone out before this."""
    draft.say("safe.shown", choices=(draft.human_button,))
    draft.ask_again = bool(draft.session.asked)


def _in_words(draft: Draft) -> str:
    meaning = draft.meaning
    if meaning.intent_probability < _SURE_INTENT or len(draft.inbound.text.split()) > _SHORT:
        return ""
    return {"affirm": "yes", "deny": "when_written", "unsure": "when_written"}.get(meaning.intent, "")

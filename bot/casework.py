"""Opening a case, the consents for it, and what happens while a paralegal has it."""

import re
from zoneinfo import ZoneInfo

from bot.draft import Draft
from bot.events import CaseAgreed, ConsentAnswered, PersonWrote
from triage.meaning import Decision

OPEN, HUMAN, STATISTICS, NEXT_ISSUE, NEW_PROBLEM = "open_case", "human", "statistics", "next_issue", "new_problem"
WITH_A_CASE = frozenset({STATISTICS, NEXT_ISSUE, NEW_PROBLEM})  # open while words may be for the paralegal
QUESTIONS = WITH_A_CASE | {OPEN, HUMAN}

# A request to open the case and no word beside: "what if you open a case?", "open a case with the police" are none.
_OPEN_IT = re.compile(
    r"(?:(?:yes|yeah|ok|okay|then|so|just|now|please|pls|actually)[ ,.]+)*"
    r"(?:(?:can you|could you|i (?:want|would like)(?: you)? to|i'd like(?: you)? to|go ahead and) )?"
    r"(?:please )?open (?:(?:a|the|my) )?case"
    r"(?:[ ,]+(?:after all|for me|then|now|please|pls|thanks|thank you))*[ .!?]*"
)
_SURE_INTENT = 0.6
_SHORT = 8  # words: a yes or no is short, more than that is something to be read
# Few words hang on the open problem, whatever they name: "my lease is on my phone". What else happened between the same
# people is mostly more of the same. Letters of the longest line: a word of isiZulu says what four English ones do, and
# several additions that came one after another are no longer than each.
_ANOTHER_AREA_FROM, _SAME_AREA_FROM, _WITH_DANGER_FROM = 60, 120, 24


def ask(draft: Draft, which: str, *, again: bool = False) -> None:
    """Puts one of this module's yes-or-no questions, in few words when it is put `again`."""
    if is_offered(which):
        if draft.case is not None and draft.case.status != "closed":
            _case_is_open(draft)
            return
        key = "case.offer_again" if again else "case.offer" if which == OPEN else "case.offer_human"
        draft.ask(which, key, (("yes", draft.words("case.yes")), ("no", draft.words("case.no"))))
        draft.offer(draft.letter_button)
    elif which == STATISTICS:
        options = (("yes", draft.words("case.statistics_yes")), ("no", draft.words("case.statistics_no")))
        draft.ask(STATISTICS, "case.statistics", options)
    else:
        options = (("yes", draft.words("choice.yes")), ("no", draft.words("choice.no")))
        issue = draft.session.pending_issue
        key = "guidance.next_issue" if which == NEXT_ISSUE else "understood.new_problem"
        draft.ask(which, key, options, issue=draft.issue_name(issue))
        draft.offer(draft.letter_button if which == NEXT_ISSUE else ())


def _case_is_open(draft: Draft) -> None:
    draft.set(asked="")
    if draft.case is not None:
        draft.say("human.on_case", reference=draft.case.reference)


def answered(draft: Draft, which: str, answer: str, *, is_button: bool) -> bool:
    """Takes yes or no, by button or words; False when it was something else."""
    said = answer if is_button else _yes_or_no(draft, which)
    if said not in ("yes", "no"):
        return False
    yes = said == "yes"
    draft.set(asked="")
    if is_offered(which):
        _case_answered(draft, which, yes=yes)
    elif which == STATISTICS:
        draft.report(ConsentAnswered("statistics", yes, "case.statistics"))
        draft.say("case.statistics_thanks" if yes else "case.statistics_declined", choices=draft.letter_button)
        draft.set(consent_asked=True)
        _next_problem(draft)
    else:
        _problem_answered(draft, which, yes=yes)
    return True


def is_offered(which: str) -> bool:
    """Whether this question offers to open a case."""
    return which in (OPEN, HUMAN)


def asks_to_open(draft: Draft) -> bool:
    """Whether somebody plainly asks for a case to be opened, in words or as the button says it."""
    said = draft.inbound.text.casefold().strip().replace("’", "'")
    return said == draft.words("case.yes").casefold() or _OPEN_IT.fullmatch(said) is not None


def _yes_or_no(draft: Draft, which: str) -> str:
    if is_offered(which) and asks_to_open(draft):
        return "yes"
    meaning = draft.meaning
    if meaning.intent_probability < _SURE_INTENT or len(draft.inbound.text.split()) > _SHORT:
        return ""
    if meaning.intent == "human":  # asked for a person while a person is offered
        return "yes" if is_offered(which) else ""
    return {"affirm": "yes", "deny": "no", "skip": "no", "unsure": "no"}.get(meaning.intent, "")


def _case_answered(draft: Draft, which: str, *, yes: bool) -> None:
    draft.report(ConsentAnswered("case", yes, "case.offer" if which == OPEN else "case.offer_human"))
    draft.set(declined=not yes)
    if not yes:
        draft.say("case.declined", choices=(draft.human_button, *draft.letter_button))
        _next_problem(draft)
        return
    draft.report(CaseAgreed())
    draft.say("case.opened", reference="{reference}")
    say_wait(draft)
    if not draft.session.consent_asked:
        ask(draft, STATISTICS)
    else:
        _next_problem(draft)


def say_wait(draft: Draft) -> None:
    """How soon a paralegal answers."""
    if set(draft.session.flags) - {"court_soon"}:
        draft.say("case.wait_emergency", count=str(draft.book.wait_hours_emergency))
        _say_opens(draft)
    else:
        draft.say("case.wait", count=str(draft.book.wait_days))


def _say_opens(draft: Draft) -> None:
    """From when on the office hours count, on the clock the person lives by; nothing while the office is open."""
    if draft.opens is not None:
        opens = draft.opens.astimezone(ZoneInfo(draft.book.pack.timezone))
        draft.say("case.closed_now", day=draft.day(opens.date()), time=f"{opens:%H:%M}")


def _next_problem(draft: Draft) -> None:
    session = draft.session
    if (session.current and session.current not in session.guided) or (session.candidates and not session.issues):
        draft.go_on = True  # they asked for a person before the help was given: it still is
        return
    also = tuple(issue for issue in draft.session.also if issue not in draft.session.guided)
    if also:
        draft.set(pending_issue=also[0], also=also)
        ask(draft, NEXT_ISSUE)


def _problem_answered(draft: Draft, which: str, *, yes: bool) -> None:
    issue = draft.session.pending_issue
    draft.set(pending_issue="", also=tuple(other for other in draft.session.also if other != issue))
    if yes:
        draft.confirm_next = issue
    elif which == NEW_PROBLEM:
        draft.set(refused=tuple(dict.fromkeys([*draft.session.refused, issue])))  # asked once, not at every word of it
        _acknowledge(draft)
    elif draft.case is None or draft.case.status == "closed":
        draft.set(issues=tuple(dict.fromkeys([*draft.session.issues, issue])))
        ask(draft, OPEN)
    else:
        _acknowledge(draft)


def add_problem(draft: Draft) -> None:
    """Help was given for one more problem of somebody who has a case: the case gets it too."""
    draft.report(CaseAgreed())
    if draft.case is not None:
        draft.say("case.updated", reference=draft.case.reference, choices=draft.letter_button)
    _next_problem(draft)


def wrote(draft: Draft) -> None:
    """The person wrote while their case is at the office: it goes to the paralegal, and a new problem is noticed."""
    meaning = draft.meaning
    draft.report(PersonWrote())
    if tells_new_problem(draft):
        draft.set(pending_issue=meaning.issues[0].id, story=draft.inbound.text)
        ask(draft, NEW_PROBLEM)
        return
    if meaning.intent == "thanks" and meaning.intent_probability >= _SURE_INTENT:
        draft.say("understood.thanks")
        return
    _acknowledge(draft)


def tells_new_problem(draft: Draft) -> bool:
    """Whether words to an open case tell, at some length, of a problem that is not known yet and not refused."""
    meaning, session = draft.meaning, draft.session
    if meaning.decision is not Decision.SURE:
        return False
    known, in_danger = {*session.issues, *session.guided}, any(flag.sure for flag in meaning.flags)
    if meaning.issues[0].id in (known if in_danger else {*known, *session.refused}):
        return False
    same_area = meaning.issues[0].id.split(".", 1)[0] in {issue.split(".", 1)[0] for issue in known}
    least = _WITH_DANGER_FROM if in_danger else _SAME_AREA_FROM if same_area else _ANOTHER_AREA_FROM
    return max(len(line.strip()) for line in draft.inbound.text.split("\n")) >= least


def _acknowledge(draft: Draft) -> None:
    case = draft.case
    if case is None:
        draft.say("understood.more_kept")
    elif case.active and case.paralegal:
        draft.say("case.added_active", name=case.paralegal)
    else:
        draft.say("case.added", reference=case.reference)

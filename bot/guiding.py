"""Rights and next steps for the issue, the dates that must not be missed, then the offer of a case."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot import casework, entitlement, nearby, translated_cards
from bot.draft import GLOBAL, Book, Draft
from bot.messages import Choice, Reply
from bot.session import Session
from triage.assessment import Assessment, assess
from triage.cards import HELP, SECTIONS
from triage.deadline_rules import COUNTS_FROM
from triage.deadlines import Deadline
from triage.guidance import URGENT_SECTIONS, render, sources_of
from triage.meaning import Flag

SHORT = ("In short", "Do this now", HELP)  # of a card for somebody who reads another language better


def assessed(session: Session, book: Book, issues: tuple[str, ...], *, today: date) -> Assessment:
    """What the facts so far come to."""
    return assess(
        issues=issues,
        flags=[Flag(id_, session.triggers.get(id_, "")) for id_ in session.flags],
        dates=days_in(session.answers),
        respondent=session.answers.get("respondent_home"),
        pack=book.pack,
        today=today,
        answers=session.answers,
    )


def days_in(answers: Mapping[str, str]) -> dict[str, date]:
    """The answers that are days."""
    found = {}
    for id_ in COUNTS_FROM:
        try:
            found[id_] = date.fromisoformat(answers.get(id_, ""))
        except ValueError:
            continue
    return found


def guide(draft: Draft) -> None:
    """Help for the settled issue, then the next one, then the case. In an emergency the rest of the card can wait."""
    session = draft.session
    issue = session.current
    urgent = bool(set(session.flags) - {"court_soon"})
    draft.say("guidance.emergency_intro" if urgent else "guidance.intro")
    shown = _sections_first(draft, urgent=urgent)
    if not translated_cards.show(draft, issue):
        _show_card(draft, issue, shown)
    if draft.book.pack.card_for(issue).has_expired(draft.today):
        draft.set(guided=tuple(dict.fromkeys([*session.guided, issue])))
        casework.ask(draft, casework.HUMAN)
        return
    if shown != SECTIONS:
        more = draft.words("guidance.more" if session.language == "en" else "guidance.more_english")
        draft.offer((Choice(f"{GLOBAL}:more", more),))
    _say_deadlines(draft, assessed(session, draft.book, (issue,), today=draft.today))
    nearby.tell(draft, issue, urgent=urgent)
    if not urgent:
        entitlement.offer(draft, issue)
    draft.set(guided=tuple(dict.fromkeys([*session.guided, issue])))
    also = tuple(other for other in session.also if other not in draft.session.guided)
    draft.set(also=also)
    if draft.case is not None and draft.case.status != "closed":
        casework.add_problem(draft)
    elif also and not urgent:
        draft.set(pending_issue=also[0])
        casework.ask(draft, casework.NEXT_ISSUE)
    else:
        casework.ask(draft, casework.OPEN)


def _show_card(draft: Draft, issue: str, sections: Sequence[str]) -> None:
    pack, facts = draft.book.pack, draft.session.answers
    messages = render(pack.card_for(issue), pack, today=draft.today, facts=facts, sections=sections)
    draft.replies += [Reply(text) for text in messages]


def _sections_first(draft: Draft, *, urgent: bool) -> tuple[str, ...]:
    """What is shown before the person asks for more."""
    if draft.session.language != "en":
        return SHORT
    return URGENT_SECTIONS if urgent else SECTIONS


def more(draft: Draft) -> None:
    """The parts of the last card that an emergency left out."""
    if not draft.session.guided:
        draft.say("guidance.nothing_more")
        return
    shown = _sections_first(draft, urgent=True)
    left = [heading for heading in SECTIONS if heading not in shown]
    _show_card(draft, draft.session.guided[-1], left)
    draft.ask_again = bool(draft.session.asked)


def sources(draft: Draft) -> None:
    """Every source of the last card."""
    if not draft.session.guided:
        draft.say("guidance.nothing_more")
        return
    card = draft.book.pack.card_for(draft.session.guided[-1])
    lines = [f"• {title}" for title in sources_of(card, draft.book.pack, draft.session.answers)]
    draft.replies.append(Reply("\n".join([draft.words("guidance.sources", title=card.title), *lines])))
    draft.ask_again = bool(draft.session.asked)


def _say_deadlines(draft: Draft, assessment: Assessment) -> None:
    own_first = sorted(assessment.deadlines, key=lambda deadline: deadline.binds != "person")
    known = [_in_words(draft, deadline) for deadline in own_first if not deadline.assumed]
    safe = [
        draft.words("guidance.deadline_unknown_line", what=each.what, because=each.because)
        for each in assessment.deadlines
        if each.assumed
    ]
    if safe:
        known.append("\n".join([draft.words("guidance.deadline_unknown"), *safe]))
    if known:
        draft.replies.append(Reply("\n\n".join(known)))


def _in_words(draft: Draft, deadline: Deadline) -> str:
    passed = deadline.days_left < 0
    fills = {"day": draft.day(deadline.due), "what": deadline.what}
    fills |= {"late": deadline.late} if passed else {"because": deadline.because}
    over = "guidance.deadline_passed" if deadline.binds == "person" else "guidance.deadline_theirs_passed"
    text = draft.words(over if passed else "guidance.deadline", **fills)
    review = draft.words("guidance.deadline_review") if deadline.review else ""
    return " ".join(filter(None, (text, deadline.note, review)))

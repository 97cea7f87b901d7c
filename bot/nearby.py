"""Who can help near where the person lives: offices of the directory, the nearest first."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.draft import GLOBAL, Draft
from bot.messages import Choice, Reply
from triage.directory import Match, is_local, matching, offered
from triage.meaning import Decision
from triage.opening_hours import opening
from triage.places import Place

TOWN = "town"
QUESTIONS = frozenset({TOWN})
_ASKED_WITH = ("near me", "nearest office", "closest office", "office near", "offices near", "who can help me")
_FEW_WORDS = 8
_MOST_SHOWN = 3
_MOST_MISSES = 2
_FAR = 10  # kilometres from which the way is said
_NO_ISSUE = "other.problem"


def asked_for(draft: Draft) -> bool:
    """Whether somebody asks in few words for an office near them, and not their paralegal."""
    said = draft.inbound.text.casefold()
    few = len(said.split()) <= _FEW_WORDS and not (draft.case is not None and draft.case.active)
    return few and any(words in said for words in _ASKED_WITH)


def tell(draft: Draft, issue: str, *, urgent: bool) -> None:
    """After the guidance: the offices near the person, and the way to find one where only the province is known.

    What is urgent needs a number to call or a door to knock at, not a web page.
    """
    place = _place(draft)
    if (place is None or place.point is None) and _has_sites(draft, issue, place):
        draft.offer((Choice(f"{GLOBAL}:near", draft.words("nearby.button")),))
    said = "\n".join(reply.text for reply in draft.replies)
    local = [] if place is None else [match for match in _matches(draft, issue, place) if is_local(match)]
    new = [match for match in local if match.address or not match.numbers or match.numbers[0] not in said]
    new = [match for match in new if match.address or match.numbers or not urgent]
    if place is not None and new:
        _list(draft, "nearby.intro", new, place)


def find(draft: Draft) -> None:
    """Somebody asks for an office: lists them, or asks for the town first."""
    place = draft.book.pack.gazetteer.find_one(draft.inbound.text) or _place(draft)
    if place is None or place.point is None:
        draft.put_aside()
        draft.set(misses=0)
        ask(draft)
    else:
        _answer(draft, place)
        draft.ask_again = bool(draft.session.asked)


def ask(draft: Draft) -> None:
    """Asks for the town."""
    draft.ask(TOWN, "nearby.ask", (("skip", draft.words("question.skip")),))


def answered(draft: Draft, answer: str, *, is_button: bool) -> bool:
    """Takes the town; False, and the question is off the table, for what is no town but more of the story."""
    place = None if is_button else draft.book.pack.gazetteer.find_one(answer)
    skips = is_button or draft.meaning.intent in ("skip", "unsure", "deny", "back")
    if place is not None:
        draft.set(answers={**draft.session.answers, "place": place.id})
    elif not skips:
        if len(answer.split()) > _FEW_WORDS or draft.meaning.decision is Decision.SURE:
            draft.set(asked=draft.session.resume, resume="")
            return False
        draft.set(misses=draft.session.misses + 1)
        if draft.session.misses < _MOST_MISSES:
            draft.say("nearby.unknown")
            ask(draft)
            return True
    _answer(draft, place or _place(draft))
    draft.take_up()
    return True


def _answer(draft: Draft, place: Place | None) -> None:
    """Offices near the place, or else those that help everywhere; and always a person."""
    matches = _matches(draft, _issue(draft), place)
    local = [] if place is None else [match for match in matches if is_local(match)]
    if place is not None and local:
        _list(draft, "nearby.intro", local, place)
    else:
        _list(draft, "nearby.nobody_near" if place else "nearby.everywhere", matches, place)
    draft.replies[-1] = Reply(draft.replies[-1].text, (draft.human_button,))


def _matches(draft: Draft, issue: str, place: Place | None) -> tuple[Match, ...]:
    pack = draft.book.pack
    return offered(matching(pack.services, issue, place, pack.gazetteer))


def _has_sites(draft: Draft, issue: str, place: Place | None) -> bool:
    """Whether knowing the town would name an office."""
    return any(match.service.service_at_locations for match in _matches(draft, issue, place))


def _place(draft: Draft) -> Place | None:
    return draft.book.pack.gazetteer.get(draft.session.answers.get("place"))


def _issue(draft: Draft) -> str:
    session = draft.session
    return next((issue for issue in (session.current, *session.guided[-1:], *session.issues[-1:]) if issue), _NO_ISSUE)


def _list(draft: Draft, key: str, matches: Sequence[Match], place: Place | None) -> None:
    where = draft.book.pack.gazetteer.in_full(place.id) if place else draft.book.pack.name
    lines = [_lines(draft, match) for match in matches[:_MOST_SHOWN]]
    draft.replies.append(Reply("\n\n".join([draft.words(key, place=where), *lines])))


def _lines(draft: Draft, match: Match) -> str:
    """One office: who it is, how to reach it, whom it is for, and when it is open."""
    service = match.service
    reach = [" or ".join(match.numbers[:2]), match.address, service.url or service.email or ""]
    lines = [f"• {match.name}{_way(draft, match)}", *filter(None, reach[:2])]
    if not any(reach[:2]):
        lines.append(reach[2])
    who = service.eligibility_description
    lines += filter(None, [service.description, who and draft.words("nearby.who_for", who=who), _hours(draft, match)])
    return "\n".join(lines)


def _way(draft: Draft, match: Match) -> str:
    if match.away is None or match.away < _FAR:
        return ""
    return f" ({draft.words('nearby.away', kilometres=f'{round(match.away, -1):.0f}')})"


def _hours(draft: Draft, match: Match) -> str:
    """What is said of the hours; nothing where they are not known."""
    pack = draft.book.pack
    found = opening(match.schedules, draft.now.astimezone(ZoneInfo(pack.timezone)), calendar=pack.calendar)
    if found.kind == "unknown":
        return next((each.description for each in match.schedules if each.description), "")
    if found.at is None:
        return draft.words("nearby.hours_always" if found.kind == "always" else "nearby.hours_call")
    keys = {"open": "nearby.hours_open", "opens": "nearby.hours_opens", "holiday": "nearby.hours_holiday"}
    return draft.words(keys[found.kind], time=f"{found.at:%H:%M}", day=draft.day(found.at.date()))

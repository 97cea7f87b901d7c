"""Danger is answered before anything else: a calm sentence and the numbers to call."""

from datetime import datetime, timedelta

from bot.draft import Draft
from bot.events import DangerHeard, PersonWrote
from bot.messages import Reply
from triage.pack import Contact

AGAIN_AFTER = timedelta(hours=6)
ALWAYS_AGAIN = frozenset({"self_harm"})  # whoever says this twice is answered twice
# Most pressing first; where several are heard, their sentences come in this order.
ORDER = (
    "self_harm",
    "violence",
    "child_risk",
    "no_medicine",
    "lockout",
    "homeless_tonight",
    "no_food",
    "utilities_off",
    "detention",
    "court_soon",
)
_SNOOPED_ON = frozenset({"violence", "child_risk"})
_MOST_NUMBERS = 5


def hear(draft: Draft) -> None:
    """Says the danger sentences for flags that are new, or heard again after some hours."""
    new = [flag.id for flag in draft.meaning.flags if _is_new(draft, flag.id)]
    if not new:
        return
    flags = [flag for flag in ORDER if flag in new]
    heard = dict(draft.session.flags) | {flag: draft.now.isoformat() for flag in flags}
    triggers = {**draft.session.triggers, **{flag.id: flag.trigger for flag in draft.meaning.flags}}
    draft.set(flags=heard, triggers=triggers)
    draft.report(DangerHeard(tuple(flags)))
    if draft.case is not None:
        draft.report(PersonWrote())
    lines = []
    if not any(flag.sure for flag in draft.meaning.flags if flag.id in new):
        lines.append(draft.words("danger.perhaps"))
    elif set(flags) != {"court_soon"}:
        lines.append(draft.words("danger.first"))
    for flag in flags:
        lines.append(draft.words(f"danger.{flag}"))
    lines.append(draft.words("danger.call"))
    lines += [draft.contact_line(contact) for contact in contacts_for(draft, flags)]
    if _SNOOPED_ON & set(flags):
        lines.append(draft.words("danger.quiet"))
    draft.replies.insert(0, Reply("\n".join(lines), (draft.human_button,)))  # before the greeting, too


def _is_new(draft: Draft, flag: str) -> bool:
    before = draft.session.flags.get(flag)
    return flag in ALWAYS_AGAIN or before is None or draft.now - datetime.fromisoformat(before) > AGAIN_AFTER


def contacts_for(draft: Draft, topics: list[str]) -> list[Contact]:
    """Published contacts for flags, issues or areas, each once, in the order of the topics."""
    found: dict[str, Contact] = {}
    for topic in topics:
        for contact in draft.book.pack.contacts_for(topic):
            found.setdefault(contact.id, contact)
    return list(found.values())[:_MOST_NUMBERS]

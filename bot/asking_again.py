"""Some time after the end of a case the bot asks three short questions; the store knows which comes next."""

from datetime import datetime, time

from bot.messages import Choice, Reply
from bot.wording import Wording
from casestore.errors import UnknownCode
from casestore.unit_of_work import UnitOfWork
from casestore.work.follow_ups import QUESTIONS, FollowUp

CHANNELS = ("telegram", "web")  # where a button is a button, long after it was sent
_MARK = "again"
_FROM, _UNTIL = time(9), time(18)


def is_an_hour_to_ask(now: datetime) -> bool:
    """Whether people may be written to unasked, at this hour where they live."""
    return _FROM <= now.time() < _UNTIL


def is_answer(choice: str) -> bool:
    """Whether that button is of one of these questions, which no open conversation knows of."""
    return choice.startswith(f"{_MARK}:")


def first_question(follow_up: FollowUp, wording: Wording, language: str) -> Reply:
    """What we ask and why, with the first question."""
    reply = _question(follow_up.id, next(iter(QUESTIONS)), wording, language)
    hello = wording.say("follow_up.hello", language, reference=follow_up.reference)
    return Reply(f"{hello}\n\n{reply.text}", reply.choices)


def answered(
    uow: UnitOfWork, conversation_id: int, choice: str, wording: Wording, language: str, *, now: datetime
) -> Reply:
    """Notes what was pressed; the next question, or thanks."""
    _, follow_up_id, name, answer = (*choice.split(":"), "", "", "")[:4]
    found = None
    if follow_up_id.isdigit() and name in QUESTIONS:
        try:
            found = uow.follow_ups.said_in_chat(int(follow_up_id), conversation_id, name, answer, now=now)
        except UnknownCode:
            found = None
    if found is None:
        return Reply(wording.say("follow_up.late", language))
    names = list(QUESTIONS)
    open_ = [each for each in names[names.index(name) + 1 :] if getattr(found.answers, each) is None]
    if open_:
        return _question(found.id, open_[0], wording, language)
    return Reply(wording.say("follow_up.thanks", language))


def _question(follow_up_id: int, name: str, wording: Wording, language: str) -> Reply:
    codes = QUESTIONS[name][1].titles
    labels = {f"{_MARK}:{follow_up_id}:{name}:{code}": wording.say(f"follow_up.{code}", language) for code in codes}
    choices = tuple(Choice(id_, label) for id_, label in labels.items())
    return Reply(wording.say(f"follow_up.{name}", language), choices)

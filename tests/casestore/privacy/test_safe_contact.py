"""Nobody is written to when that may harm them: for any rule and any time, nothing disallowed leaves the outbox."""

from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casestore.conversations import Conversation
from casestore.outbox import Letter
from casestore.privacy.safe_contact import LIVE, ContactRule, Notice
from casestore.unit_of_work import Store
from tests.builders import NOW, a_conversation

NOTICE = Notice("You have a message. Open this chat when you can.", "Show it")
ZONES = ["Africa/Johannesburg", "Europe/London", "America/New_York", "Asia/Kolkata", "UTC"]
HOURS = st.none() | st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda hours: hours[0] != hours[1])
RULES = st.builds(
    ContactRule, only_when_written=st.booleans(), hours=HOURS, zone=st.sampled_from(ZONES), neutral=st.booleans()
)
TIMES = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
WHEN_WRITTEN, NEUTRAL = ContactRule(only_when_written=True), ContactRule(neutral=True)
OFFICE_HOURS = ContactRule(hours=(9, 17), zone="Africa/Johannesburg")
EVENING, MORNING = datetime(2026, 3, 2, 18, 0, tzinfo=UTC), datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def may_be_sent(rule: ContactRule, letter: Letter, now: datetime, heard: datetime | None) -> bool:
    """The promise, in other words than the code's."""
    if heard is not None and now - heard <= LIVE and letter.text != NOTICE.text:
        return True
    if rule.only_when_written or (rule.neutral and letter.text != NOTICE.text):
        return False
    begin, end = rule.hours or (0, 24)
    asked = set(range(begin, end)) if begin < end else set(range(begin, 24)) | set(range(end))
    return now.astimezone(ZoneInfo(rule.zone)).hour in asked


class Chat:
    """One conversation on a channel that we send to, or on one that fetches."""

    def __init__(self, store: Store, address: str, channel: str = "telegram", *, now: datetime = NOW) -> None:
        self.store, self.address, self.channel = store, address, channel
        self.heard: datetime | None = None
        self.said = count(1)
        with store.unit_of_work() as uow:
            self.conversation: Conversation = a_conversation(uow, address, channel=channel, now=now)

    def rule(self, rule: ContactRule, now: datetime) -> None:
        with self.store.unit_of_work() as uow:
            uow.safe_contact.choose(self.conversation.id, rule, NOTICE, by="person", now=now)

    def writes(self, now: datetime) -> None:
        """The person writes: as the intake does it."""
        self.heard = now
        with self.store.unit_of_work() as uow:
            id_ = f"{self.conversation.id}:{next(self.said)}"
            uow.inbox.store(self.conversation, external_id=id_, body="{}", now=now)
            uow.safe_contact.heard(self.conversation.id, now=now)

    def answer(self, text: str, now: datetime) -> None:
        """Anybody of ours writes."""
        with self.store.unit_of_work() as uow:
            uow.outbox.put(
                channel=self.channel,
                address=self.address,
                text=text,
                dedupe=f"{self.conversation.id}:{text}",
                now=now,
                conversation_id=self.conversation.id,
            )

    def arrives(self, now: datetime) -> list[Letter]:
        """Everything that reaches the phone now, to the last."""
        found = self._fetched(now) if self.channel == "web" else list(self._sent(now))
        return [letter for letter in found if letter.conversation_id == self.conversation.id]

    def texts(self, now: datetime) -> list[str]:
        return [letter.text for letter in self.arrives(now)]

    def _sent(self, now: datetime) -> list[Letter]:
        found: list[Letter] = []
        with self.store.unit_of_work() as uow:
            while uow.outbox.any_due(self.channel, now=now):
                letters = uow.outbox.take_due(self.channel, now=now)
                found += letters
                for letter in letters:
                    uow.outbox.mark_sent(letter.id, now=now)
        return found

    def _fetched(self, now: datetime) -> list[Letter]:
        with self.store.unit_of_work() as uow:
            letters = uow.outbox.waiting_for(self.channel, self.address, now=now)
            if letters:
                uow.outbox.confirm_up_to(self.channel, self.address, letters[-1].id, now=now)
        return letters


CHANNELS = pytest.mark.parametrize("channel", ["telegram", "web"])


@CHANNELS
@example(rule=ContactRule(hours=(1, 0), zone="UTC"), steps=[("w", 4), ("a", 40), ("a", 4)], began=NOW.replace(hour=13))
@given(rule=RULES, steps=st.lists(st.tuples(st.sampled_from("wapr"), st.integers(0, 40)), max_size=12), began=TIMES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_for_any_rule_and_any_time_nothing_disallowed_is_sent_and_nothing_is_lost(
    store: Store, channel: str, rule: ContactRule, steps: list[tuple[str, int]], began: datetime
) -> None:
    """Writes, answers, passing hours and looks at the phone in any order; in the end the person writes."""
    chat, now, came, asked = Chat(store, f"{next(ADDRESSES)}", channel, now=began), began, list[str](), list[str]()
    chat.rule(rule, now)
    for step, hours in [*steps, ("w", 1), ("r", 0)]:
        now += hours * HOUR / 4
        if step == "w":
            chat.writes(now)
        elif step == "a":
            asked.append(f"answer {len(asked)}")
            chat.answer(asked[-1], now)
        else:
            letters = chat.arrives(now)
            assert all(may_be_sent(rule, letter, now, chat.heard) for letter in letters), rule
            came += [letter.text for letter in letters if letter.text != NOTICE.text]
    assert came == asked


ADDRESSES = count(1)


@given(rule=RULES, now=TIMES)
def test_the_next_look_is_never_in_the_past_and_at_most_a_day_away(rule: ContactRule, now: datetime) -> None:
    for notice in (True, False):
        assert timedelta(0) < rule.next_look(now, notice=notice) - now <= timedelta(hours=25)


@CHANNELS
def test_what_is_written_in_the_evening_comes_in_the_morning(store: Store, channel: str) -> None:
    chat = Chat(store, "anna", channel)
    chat.rule(OFFICE_HOURS, EVENING)
    chat.answer("I have read it.", EVENING)
    assert chat.texts(EVENING) == []
    assert chat.texts(MORNING - HOUR / 60) == []
    assert chat.texts(MORNING) == ["I have read it."]


@CHANNELS
def test_whoever_has_just_written_is_answered_at_any_hour(store: Store, channel: str) -> None:
    chat = Chat(store, "anna", channel)
    chat.rule(OFFICE_HOURS, EVENING)
    chat.writes(EVENING)
    chat.answer("I am here.", EVENING + LIVE / 2)
    assert chat.texts(EVENING + LIVE / 2) == ["I am here."]
    chat.answer("One more thing.", EVENING + 2 * LIVE)
    assert chat.texts(EVENING + 2 * LIVE) == []


@CHANNELS
def test_of_our_own_accord_we_are_silent_until_they_write(store: Store, channel: str) -> None:
    chat = Chat(store, "anna", channel)
    chat.rule(WHEN_WRITTEN, NOW)
    chat.answer("first", NOW + HOUR)
    chat.answer("second", NOW + 2 * HOUR)
    assert chat.texts(NOW + timedelta(days=9)) == []
    chat.writes(NOW + timedelta(days=10))
    assert chat.texts(NOW + timedelta(days=10)) == ["first", "second"]


@CHANNELS
def test_a_neutral_notice_comes_once_and_the_words_when_they_open_the_chat(store: Store, channel: str) -> None:
    chat = Chat(store, "anna", channel)
    chat.rule(NEUTRAL, NOW)
    chat.answer("first", NOW + HOUR)
    [notice] = chat.arrives(NOW + HOUR)
    assert (notice.text, notice.choices) == (NOTICE.text, (("g:show", NOTICE.button),))
    chat.answer("second", NOW + 2 * HOUR)
    assert chat.texts(NOW + 2 * HOUR) == []
    chat.writes(NOW + 3 * HOUR)
    assert chat.texts(NOW + 3 * HOUR) == ["first", "second"]
    chat.answer("third", NOW + 5 * HOUR)
    assert chat.texts(NOW + 5 * HOUR) == [NOTICE.text]


@CHANNELS
def test_there_is_no_notice_of_what_has_been_seen(store: Store, channel: str) -> None:
    chat = Chat(store, "anna", channel)
    chat.rule(NEUTRAL, NOW)
    chat.writes(NOW)
    chat.answer("at once", NOW)
    assert chat.texts(NOW) == ["at once"]
    assert chat.texts(NOW + HOUR) == []


@CHANNELS
def test_what_could_not_be_sent_while_they_were_there_is_told_of_by_a_notice(store: Store, channel: str) -> None:
    chat = Chat(store, "anna", channel)
    chat.rule(NEUTRAL, NOW)
    chat.writes(NOW)
    chat.answer("too late", NOW)
    assert chat.texts(NOW + HOUR) == [NOTICE.text]


def test_a_notice_gives_nothing_away_whatever_the_message_says(store: Store) -> None:
    chat = Chat(store, "anna")
    chat.rule(NEUTRAL, NOW)
    chat.answer("Your protection order against your husband, case 7F3K", NOW)
    assert chat.texts(NOW) == [NOTICE.text]


@CHANNELS
def test_a_rule_that_is_lifted_lets_out_what_it_held(store: Store, channel: str) -> None:
    chat = Chat(store, "anna", channel)
    chat.rule(WHEN_WRITTEN, NOW)
    chat.answer("held", NOW)
    assert chat.texts(NOW) == []
    chat.rule(ContactRule(), NOW + HOUR)
    assert chat.texts(NOW + HOUR) == ["held"]


def test_what_was_held_and_then_shown_is_confirmed_by_its_number(store: Store) -> None:
    """As a channel does it that gives its letters away in answer to a request."""
    chat = Chat(store, "anna", "web")
    chat.rule(OFFICE_HOURS, EVENING)
    chat.answer("I have read it.", EVENING)
    with store.unit_of_work() as uow:
        [letter] = uow.outbox.waiting_for("web", "anna", now=MORNING)
        uow.outbox.mark_confirmed([(letter.id, letter.created_at)], now=MORNING)
        assert uow.outbox.waiting_for("web", "anna", now=MORNING) == []


def test_others_on_the_channel_are_not_held_up(store: Store) -> None:
    held, other = Chat(store, "anna"), Chat(store, "ben")
    held.rule(WHEN_WRITTEN, NOW)
    for chat in (held, other):
        chat.answer("hello", NOW)
    assert held.texts(NOW) == []
    with store.reading() as look:
        assert not look.outbox.any_due("telegram", now=NOW)
        assert look.outbox.states([0]) == {}
    assert other.texts(NOW) == []  # taken above, with everything that was due


def test_a_rule_given_in_answer_to_a_question_lets_its_answer_through(store: Store) -> None:
    """The person wrote a moment before the rule was there."""
    chat = Chat(store, "anna")
    chat.writes(NOW)
    chat.rule(WHEN_WRITTEN, NOW)
    chat.answer("Noted.", NOW)
    assert chat.texts(NOW) == ["Noted."]


def test_the_rule_goes_with_the_person(store: Store) -> None:
    chat = Chat(store, "anna")
    chat.rule(WHEN_WRITTEN, NOW)
    with store.unit_of_work() as uow:
        uow.erasure.erase(chat.conversation.person_id, now=NOW)
        assert uow.safe_contact.of(chat.conversation.id) is None


@pytest.mark.parametrize("hours", [(9, 9), (-1, 5), (24, 3), (3, 25)])
def test_hours_that_are_none_are_refused(hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="hours go from 0 to 23"):
        ContactRule(hours=hours)

"""The bot asks what came of it: only those who agreed, by day, once, and where it is safe."""

from datetime import timedelta

import pytest

from bot import asking_again
from bot.conversation import ask_again
from bot.messages import Inbound, Kind
from casestore.outbox import Letter
from casestore.privacy.consent import STATISTICS, Consent
from casestore.privacy.safe_contact import ContactRule, Notice
from casestore.unit_of_work import Store
from casestore.work.follow_ups import Answers, FollowUp
from casestore.work.outcomes import Outcome
from tests.builders import NOW, a_case, a_conversation, a_paralegal
from tests.needs import ON_SQLITE
from tests.talk import CHANNEL, Person, an_office, texts

pytestmark = ON_SQLITE
MONTH = timedelta(days=30)
WORK_DAY = NOW.replace(hour=10) + MONTH


@pytest.fixture(autouse=True)
def on_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """The people of these tests write on a channel that would not be asked."""
    monkeypatch.setattr(asking_again, "CHANNELS", (CHANNEL,))


def helped(store: Store, *, agreed: bool = True, flags: tuple[str, ...] = ()) -> Person:
    """Somebody whose case was resolved a month ago."""
    office, clock = an_office(store, NOW)
    person = Person(office, clock)
    with store.unit_of_work() as uow:
        talk = a_conversation(uow, person.address, channel=CHANNEL)
        uow.consents.note(talk.person_id, Consent(STATISTICS, agreed, "case.statistics@1", "en", NOW))
        staff_id = a_paralegal(uow).id
        case = uow.cases.claim(a_case(uow, talk, flags=flags).id, staff_id=staff_id, now=NOW)
        uow.outcomes.close(case.id, Outcome(code="resolved"), staff_id=staff_id, now=NOW)
    clock.move(WORK_DAY - NOW)
    return person


def asked(person: Person) -> list[Letter]:
    ask_again(person.office)
    return person.letters()


def follow_up(person: Person) -> FollowUp:
    assert person.case is not None
    with person.office.store.reading() as look:
        return look.follow_ups.of(person.case.id)[0]


def test_three_questions_one_after_another_and_the_case_stays_closed(store: Store) -> None:
    person = helped(store)
    assert person.case is not None
    hello = texts(asked(person))
    assert f"we closed your case {person.case.reference}" in hello
    assert "Does what was reached still hold?" in hello
    assert "fairly" in texts(person.presses("Yes"))
    assert "managed without our help" in texts(person.presses("In part"))
    assert "Thank you" in texts(person.presses("No"))
    assert follow_up(person).answers == Answers(still_holds="yes", fair="partly", alone="no")
    assert follow_up(person).state == "answered"
    assert person.case.status == "closed"


def test_nobody_is_asked_twice(store: Store) -> None:
    person = helped(store)
    assert len(asked(person)) == 1
    assert asked(person) == []


def test_whoever_did_not_agree_to_statistics_is_not_asked(store: Store) -> None:
    assert asked(helped(store, agreed=False)) == []


@pytest.mark.parametrize(("flag", "count"), [("violence", 0), ("detention", 0), ("no_food", 1)])
def test_whoever_it_may_harm_is_asked_by_their_paralegal_alone(store: Store, flag: str, count: int) -> None:
    assert len(asked(helped(store, flags=(flag,)))) == count


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (ContactRule(only_when_written=True), 0),
        (ContactRule(neutral=True), 0),
        (ContactRule(hours=(8, 20)), 1),
    ],
)
def test_whoever_said_when_to_write_is_asked_only_so(store: Store, rule: ContactRule, count: int) -> None:
    person = helped(store)
    assert person.conversation is not None
    with store.unit_of_work() as uow:
        uow.safe_contact.choose(person.conversation.id, rule, Notice("A message.", "Show"), by="person", now=NOW)
    assert ask_again(person.office) == count


@pytest.mark.parametrize("channels", [("telegram",), ()])
def test_other_channels_are_not_used(store: Store, monkeypatch: pytest.MonkeyPatch, channels: tuple[str, ...]) -> None:
    monkeypatch.setattr(asking_again, "CHANNELS", channels)
    assert asked(helped(store)) == []


def test_nobody_is_asked_at_night_or_who_cannot_be_reached(store: Store) -> None:
    person = helped(store)
    person.clock.move(timedelta(hours=12))
    assert asked(person) == []
    person.clock.move(timedelta(hours=12))
    assert person.conversation is not None
    with store.unit_of_work() as uow:
        uow.conversations.mark_reachable(person.conversation.id, reachable=False)
    assert asked(person) == []


def test_a_button_of_a_case_that_is_open_again_changes_nothing(store: Store) -> None:
    person = helped(store)
    asked(person)
    assert person.case is not None
    with store.unit_of_work() as uow:
        uow.cases.person_wrote(person.case, now=person.clock())
    assert "not open any more" in texts(person.presses("Yes"))
    assert follow_up(person).answers == Answers()


def test_one_question_can_be_answered_again_and_an_earlier_button_still_counts(store: Store) -> None:
    person = helped(store)
    asked(person)
    person.presses("Yes")
    assert "fairly" in texts(person.presses("No", first=True))
    assert follow_up(person).answers == Answers(still_holds="no")


@pytest.mark.parametrize("choice", ["again:", "again:1", "again:999:fair:yes", "again:1:moon:yes", "again:1:fair:moon"])
def test_a_button_nobody_made_is_answered_kindly_and_kept_nowhere(store: Store, choice: str) -> None:
    person = helped(store)
    asked(person)
    person.arrives(Inbound(Kind.CHOICE, choice=choice))
    assert "not open any more" in texts(person.answers())
    assert follow_up(person).answers == Answers()


def test_the_follow_up_of_another_person_cannot_be_answered(store: Store) -> None:
    person = helped(store)
    asked(person)
    stranger = Person(person.office, person.clock, address="ben")
    stranger.writes("hello")
    stranger.arrives(Inbound(Kind.CHOICE, choice=f"again:{follow_up(person).id}:fair:yes"))
    stranger.answers()
    assert follow_up(person).answers == Answers()


def test_who_does_not_answer_is_on_the_paralegals_list_a_week_later(store: Store) -> None:
    person = helped(store)
    asked(person)
    assert person.case is not None
    staff_id = person.case.claimed_by or 0
    with store.reading() as look:
        assert look.follow_ups.due_by(WORK_DAY.date(), staff_id=staff_id) == []
        assert len(look.follow_ups.due_by(WORK_DAY.date() + timedelta(days=7), staff_id=staff_id)) == 1

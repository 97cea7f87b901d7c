"""A copy of everything held; and after /delete nothing of the person is left."""

from bot.conversation import note_silence
from bot.messages import Inbound, Kind
from casestore.unit_of_work import Store
from casestore.work.follow_ups import Answers
from casestore.work.referrals import NO_ANSWER_AFTER
from tests.builders import NOW, a_case
from tests.casestore.planted import plant_in_record, plant_work
from tests.casestore.raw import attachment_files, bytes_on_disk, count, rows_in_clear
from tests.needs import ON_SQLITE
from tests.talk import PHOTO, Paralegal, Person, an_office, texts

pytestmark = ON_SQLITE
WORD, ADDRESS = "Quetzalfeder", "person4711@example.org"


def a_whole_conversation(store: Store) -> Person:
    """Words, danger, a case, a file, consents and a paralegal's answer, each with the word in it."""
    office, clock = an_office(store, NOW)
    person = Person(office, clock, address=ADDRESS)
    person.writes(f"my landlord {WORD} changed the locks and i am on the street")
    person.writes("soweto")
    person.writes("yes")
    person.presses("Yes, count it")
    person.sends(Kind.FILE, text=f"my lease {WORD}")
    paralegal = Paralegal(person)
    paralegal.does("claim")
    paralegal.does("reply", text=f"Dear {WORD}, I am on it.")
    person.letters()
    return person


def test_the_copy_has_everything_in_words_one_can_read(store: Store) -> None:
    """Case, answers, dangers, consents, files, and the whole conversation of all three."""
    person = a_whole_conversation(store)
    copy = next(letter for letter in person.writes("/mydata") if letter.document)
    assert copy.document.endswith(".txt")
    assert person.case is not None
    for part in (
        ADDRESS,
        f"Case {person.case.reference}: claimed",
        "with: Thandi",
        "Place: ",
        "Danger heard: Locked out",
        "yes – open a case and let a paralegal read it",
        "yes – count your problem in statistics",
        f"photo.jpg (image/jpeg, {len(PHOTO)} bytes)",
        f"You: my landlord {WORD} changed the locks",
        f"Thandi: Dear {WORD}, I am on it.",
        "Doorstep: I understand this is about",
    ):
        assert part in copy.text


def test_the_copy_has_the_record_of_every_case_in_words(store: Store) -> None:
    """What the office noted of somebody is theirs to read, whichever case it stands in."""
    person = a_whole_conversation(store)
    assert person.conversation is not None
    with store.unit_of_work() as uow:
        case = person.case
        assert case is not None
        assert case.claimed_by is not None
        second = a_case(uow, person.conversation, issues=("work.pay",))
        uow.cases.claim(second.id, staff_id=case.claimed_by, now=NOW)
        plant_in_record(uow, second, case.claimed_by)
        amount = {"amount_minor": 35_050, "amount_currency": "ZAR", "amount_period": "month"}
        uow.records.change(second.id, staff_id=case.claimed_by, now=NOW, adults=2, gender="woman", **amount)
    copy = next(letter for letter in person.writes("/mydata") if letter.document).text
    for part in (
        f"Case {second.reference}: claimed",
        f"Case {case.reference}: claimed",
        "when it happened: 17 February 2026",
        "the money it is about: R350,50 every month",
        "adults in your household: 2",
        "whom you turned to before: Police",
        "gender: Woman",
        "age: 35 to 49",
        f"the other side: Mr {WORD}, Landlord or agent, Tenant or lodger",
        f"who writes for you: {WORD}, Friend or neighbour",
        "it belongs to a problem of many: ",
        "right to stay: Stateless",
        "identity document: Blocked by the issuer",
    ):
        assert part in copy, part


def test_the_copy_has_what_was_done_and_what_came_of_it(store: Store) -> None:
    """The paralegal's words to a service among it: it is the person who agreed to them."""
    person = a_whole_conversation(store)
    assert person.case is not None
    with store.unit_of_work() as uow:
        case = uow.cases.by_reference(person.case.reference)
        plant_work(uow, case, case.claimed_by or 0, f"about {WORD}")
        first, _ = uow.follow_ups.of(case.id)
        answers = Answers(still_holds="yes", alone="no")
        uow.follow_ups.answer(case.id, first.id, answers, staff_id=case.claimed_by or 0, now=NOW)
    copy = next(letter.text for letter in person.writes("/mydata") if letter.document)
    for part in (
        f"by 2 March 2026: about {WORD} (Open)",
        "referral to Legal Aid SA advice line: Sent",
        f"they are told: about {WORD}",
        "outcome, 2 March 2026: Resolved: the person has what they needed, Let back into their home, Money back, once",
        "time that was spent on it: 15 minutes",
        "Does what was reached still hold? Yes, Would you have managed without our help? No",
        "yes – let your details go to another service",
    ):
        assert part in copy


def test_a_service_that_stays_silent_is_noted_by_the_hourly_step(store: Store) -> None:
    """No sooner than its days have passed."""
    person = a_whole_conversation(store)
    assert person.case is not None
    with store.unit_of_work() as uow:
        case = uow.cases.by_reference(person.case.reference)
        plant_work(uow, case, case.claimed_by or 0, "words")
    assert note_silence(person.office) == 0
    person.clock.move(NO_ANSWER_AFTER)
    assert note_silence(person.office) == 1


def test_nothing_is_readable_on_the_disk_even_before_anything_is_erased(store: Store) -> None:
    """At rest it is all sealed: otherwise the next test would prove nothing."""
    a_whole_conversation(store)
    assert attachment_files(store)
    for secret in (WORD, ADDRESS, PHOTO.decode("latin-1")):
        assert secret.encode("latin-1") not in bytes_on_disk(store)
        assert secret not in rows_in_clear(store)


def test_after_an_erasure_nothing_of_the_person_is_left(store: Store) -> None:
    """No row, no file, no key; the goodbye is sent, and the next message meets a stranger."""
    person = a_whole_conversation(store)
    person.writes("/delete")
    goodbye = person.presses("Yes, erase everything")
    assert "Everything has been erased" in texts(goodbye)
    assert attachment_files(store) == []
    # They agreed to statistics: the bare codes of their case stay, joined to nobody.
    kept = {"staff": 1, "cases": 1}
    gone = ("people", "conversations", "messages", "attachments", "consents")
    assert {table: count(store, table) for table in gone} == dict.fromkeys(gone, 0)
    assert {table: count(store, table) for table in kept} == kept
    assert person.conversation is None
    for secret in (WORD, ADDRESS):
        assert secret not in rows_in_clear(store)
        assert secret.encode() not in bytes_on_disk(store)
    assert "I am Doorstep" in texts(person.writes("hello"))


def test_an_update_that_is_delivered_again_does_not_bring_an_erased_person_back(store: Store) -> None:
    """A channel may repeat itself after the erasure."""
    office, clock = an_office(store, NOW)
    person = Person(office, clock)
    person.writes("my landlord does not fix the roof")
    person.writes("/delete")
    person.presses("Yes, erase everything")
    person.updates = 0
    person.arrives(Inbound(Kind.TEXT, text="my landlord does not fix the roof"))
    assert person.answers() == []

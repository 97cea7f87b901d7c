"""What a conversation has learnt becomes a case that a paralegal can read at a glance."""

from datetime import timedelta

import pytest

from bot.case_opening import ACTIVE, add_danger, described, note_person_wrote, open_or_add
from bot.session import Session
from casestore.cases import Case
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation
from tests.casestore.raw import sql
from tests.needs import ON_SQLITE
from tests.talk import Person, an_office, texts

pytestmark = ON_SQLITE
GROUP = "-100200300"
SESSION = Session(
    story="my landlord wants me out\nthe letter came on friday",
    issues=("housing.eviction",),
    also=("benefits.stopped",),
    answers={"place": "za-gp", "letter_date": "2026-02-27", "court": "skipped", "respondent_home": "landlord"},
    scores={"housing.eviction": 0.93},
)


def opened(store: Store, session: Session = SESSION, **changes: object) -> Case:
    """The case that comes of a session."""
    office, _ = an_office(store, NOW, **changes)  # type: ignore[arg-type]
    with store.unit_of_work() as uow:
        reference = open_or_add(uow, office, a_conversation(uow), session)
    with store.reading() as look:
        return look.cases.by_reference(reference)


def told_to_the_group(store: Store) -> list[str]:
    """What waits for the paralegals' group."""
    with store.reading() as look:
        return [letter.text for letter in look.outbox.waiting_for("telegram", GROUP, now=NOW)]


def test_the_case_has_every_problem_the_place_and_the_versions(store: Store) -> None:
    """Nothing told is lost, and later one can say what judged it."""
    case = opened(store)
    assert (case.issues, case.place, case.urgency) == (("housing.eviction", "benefits.stopped"), "za-gp", "soon")
    assert case.versions.keys() == {"model", "taxonomy", "script", "wording", "pack"}
    assert all(case.versions.values())


def test_the_paralegal_reads_titles_words_facts_and_reasons(store: Store) -> None:
    """In everyday words: labels instead of ids, and what was left out said so."""
    case = opened(store)
    with store.reading() as look:
        shown = look.cases.assessment(case)
    assert shown["quote"] == "my landlord wants me out / the letter came on friday"
    assert not any("landlord wants me out" in line for line in shown["summary"])  # shown to who may read it alone
    assert shown["facts"] == {
        "Place": "Gauteng",
        "Date on the letter": "2026-02-27",
        "Court date set": "not said",
        "Other side": "Landlord or agent",
    }
    assert shown["reasons"]
    assert shown["guidance"] == ["za/housing.eviction", "za/benefits.stopped"]
    assert shown["understanding"]["issues"] == [{"id": "housing.eviction", "probability": 0.93}]


def test_a_long_story_is_quoted_in_part(store: Store) -> None:
    """The transcript has all of it."""
    case = opened(store, Session(story="x" * 5_000, issues=("work.pay",)))
    with store.reading() as look:
        quote = look.cases.assessment(case)["quote"]
    assert len(quote) < 450
    assert quote.endswith("…")


def test_what_was_skipped_is_no_place(store: Store) -> None:
    """A place that was not said is unknown, not a place called skipped."""
    assert opened(store, Session(issues=("work.pay",), answers={"place": "skipped"})).place is None


def test_an_open_case_is_added_to_and_a_closed_one_is_followed_by_a_new_one(store: Store) -> None:
    """One open case a person."""
    first = opened(store)
    second = opened(store, Session(issues=("work.pay",)))
    assert second.reference == first.reference
    assert second.issues == ("housing.eviction", "benefits.stopped", "work.pay")


def test_deadlines_that_were_counted_stand_on_the_agenda(store: Store) -> None:
    """What, by when, why and by which law; the summary knows them by the same ids."""
    case = opened(store)
    with store.reading() as look:
        entries, shown = look.agenda.of(case.id), look.cases.assessment(case)["deadlines"]
    assert entries
    assert {(entry.code, entry.due.isoformat()) for entry in entries} <= {(d["id"], d["due"]) for d in shown}
    assert all(entry.kind == "deadline" and entry.what and entry.because and entry.source for entry in entries)
    assert min(entry.due for entry in entries if entry.owner == "person") >= NOW.date()


@pytest.mark.parametrize(("flag", "urgency"), [("violence", "emergency"), ("court_soon", "urgent")])
def test_danger_lifts_an_open_case(store: Store, flag: str, urgency: str) -> None:
    """Danger heard after the case was opened moves it up the queue."""
    office, _ = an_office(store, NOW)
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        case = a_case(uow, conversation)
        add_danger(uow, office, conversation, Session(flags={flag: NOW.isoformat()}, triggers={flag: "words"}))
    with store.reading() as look:
        now = look.cases.by_reference(case.reference)
    assert (now.urgency, now.flags) == (urgency, (flag,))


def test_danger_lifts_every_open_case_of_the_person_and_what_else_was_told_goes_to_the_newest(store: Store) -> None:
    """It is the person who is in danger; the problem of one case is not the problem of the other."""
    office, _ = an_office(store, NOW)
    danger = Session(issues=("work.pay",), flags={"violence": NOW.isoformat()}, triggers={"violence": "words"})
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        older, newer = a_case(uow, conversation), a_case(uow, conversation)
        add_danger(uow, office, conversation, danger)
        found = [uow.cases.by_reference(case.reference) for case in (older, newer)]
    assert [case.urgency for case in found] == ["emergency", "emergency"]
    assert [case.issues for case in found] == [("housing.lockout",), ("housing.lockout", "work.pay")]


def test_words_to_the_office_reach_every_open_case_and_open_none_that_is_closed(store: Store) -> None:
    """Two paralegals may help one person with two things; both must see that there is news."""
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        cases = [a_case(uow, conversation) for _ in range(3)]
        staff = uow.staff.add(username="thandi", name="Thandi", password="x" * 10, now=NOW)
        for case in cases:
            uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
            uow.cases.answered(case.id, staff_id=staff.id, now=NOW)
        uow.cases.close(cases[2].id, staff_id=staff.id, outcome="resolved", note="", now=NOW)
        note_person_wrote(uow, conversation, now=NOW)
        found = [uow.cases.by_reference(case.reference) for case in cases]
    assert [case.waiting_since for case in found] == [NOW, NOW, None]
    assert [str(case.status) for case in found] == ["claimed", "claimed", "closed"]


def test_danger_without_a_case_opens_none(store: Store) -> None:
    """Nobody gets a case that they have not agreed to."""
    office, _ = an_office(store, NOW)
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow)
        add_danger(uow, office, conversation, Session(flags={"violence": NOW.isoformat()}))
        assert uow.cases.of_conversation(conversation.id) is None


def test_an_urgent_case_is_announced_without_anything_of_the_person(store: Store) -> None:
    """Codes only: reference, urgency, area, province; none of the words, no name, no town."""
    danger = {"violence": NOW.isoformat()}
    case = opened(store, Session(**{**_fields(SESSION), "flags": danger}), staff_group=GROUP)
    [told] = told_to_the_group(store)
    assert case.reference in told
    assert "Gauteng" in told
    assert "landlord" not in told.lower()
    [(choices,)] = [(letter.choices,) for letter in _group_letters(store)]
    assert choices == ((f"claim:{case.reference}", "Claim"),)


def test_a_routine_case_or_an_office_without_a_group_announces_nothing(store: Store) -> None:
    """The group is for what cannot wait."""
    opened(store, Session(issues=("housing.repairs",)), staff_group=GROUP)
    opened(store, Session(issues=("housing.repairs",), flags={"violence": NOW.isoformat()}))
    assert sql(store, "SELECT count(*) FROM outbox") == [(0,)]


def test_a_paralegal_who_just_answered_is_active(store: Store) -> None:
    """For an hour after an answer the person is talking with somebody, not with a queue."""
    with store.unit_of_work() as uow:
        case = a_case(uow)
        staff = uow.staff.add(username="thandi", name="Thandi", password="x" * 10, now=NOW)
        uow.cases.claim(case.id, staff_id=staff.id, now=NOW)
        uow.cases.answered(case.id, staff_id=staff.id, now=NOW)
    with store.reading() as look:
        case = look.cases.by_reference(case.reference)
    for later, active in ((timedelta(0), True), (ACTIVE - timedelta(seconds=1), True), (ACTIVE, False)):
        shown = described([case], now=NOW + later)
        assert shown is not None
        assert (shown.active, shown.paralegal) == (active, "Thandi")
    assert described([], now=NOW) is None


def test_who_has_two_open_cases_is_told_of_both(store: Store) -> None:
    """One chat, two paralegals, two things: "status" names each."""
    office, clock = an_office(store, NOW)
    person = Person(office, clock)
    person.writes("hello")
    conversation = person.conversation
    assert conversation is not None
    with store.unit_of_work() as uow:
        older, newer = a_case(uow, conversation), a_case(uow, conversation)
        staff = uow.staff.add(username="thandi", name="Thandi", password="x" * 10, now=NOW)
        uow.cases.claim(older.id, staff_id=staff.id, now=NOW)
    told = texts(person.writes("/status"))
    assert f"Your case {newer.reference} has been waiting" in told
    assert f"Your case {older.reference} is with Thandi" in told


def _fields(session: Session) -> dict[str, object]:
    return {name: getattr(session, name) for name in ("story", "issues", "also", "answers", "scores")}


def _group_letters(store: Store) -> list:  # type: ignore[type-arg]
    with store.reading() as look:
        return look.outbox.waiting_for("telegram", GROUP, now=NOW)

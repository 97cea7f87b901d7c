"""Random lives of the work on a case, against a model so simple that it can be seen to be right."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from casestore.codes.code_lists import LISTS
from casestore.errors import ConsentMissing, NotAllowedNow, NotYours, StoreError
from casestore.lifecycle import OUTCOMES
from casestore.log.case_log import KINDS
from casestore.unit_of_work import Store, UnitOfWork
from casestore.work import agenda
from casestore.work.follow_ups import ASKED_LATER, Answers
from casestore.work.outcomes import Outcome
from casestore.work.referral_lifecycle import NEXT, State
from casestore.work.referrals import NO_ANSWER_AFTER
from tests.builders import NOW, a_case, a_new_case, a_paralegal
from tests.casestore.attempted import attempted

REASONS, RESULTS = list(LISTS["referral_reason"].titles), list(LISTS["referral_result"].titles)


@dataclass
class Sent:
    """What should be true of one referral."""

    case: int
    state: State = State.DRAFT
    consent: bool | None = None
    override: bool = False
    silent_from: datetime | None = None


@dataclass
class Planned:
    """What should be true of one entry of the agenda; `counts` for the queue while it is open."""

    due: date
    counts: bool
    state: agenda.State = agenda.State.OPEN


@dataclass
class Worked:
    """What should be true of one case."""

    open: bool = True
    held: bool = True
    outcomes: list[str] = field(default_factory=list)
    follow_ups: list[str] = field(default_factory=list)
    entries: dict[int, Planned] = field(default_factory=dict)

    @property
    def due(self) -> date | None:
        """The nearest deadline that somebody must still think of."""
        open_ = [entry for entry in self.entries.values() if entry.counts and entry.state is agenda.State.OPEN]
        return min((entry.due for entry in open_), default=None)


LONG = timedelta(days=10_000)


def a_deadline(limit: str, due: date) -> agenda.NewDeadline:
    return agenda.NewDeadline(code=limit, due=due, what="Appeal", because="told", source="An Act")


class Work(RuleBasedStateMachine):
    """A paralegal works on cases, services answer or do not, people write again."""

    cases = Bundle("cases")
    entries = Bundle("entries")
    referrals = Bundle("referrals")

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.worked: dict[int, Worked] = {}
        self.references: dict[int, str] = {}
        self.sent: dict[int, Sent] = {}
        self.now = NOW
        with store.unit_of_work() as uow:
            self.staff = a_paralegal(uow, f"paralegal{len(uow.staff.all())}").id  # nobody takes on cases without end
            uow.referrals.note_silence(now=NOW + LONG)  # what lives before this one left open is settled

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    @precondition(lambda self: len(self.worked) < 20)
    @rule(target=cases)
    def claim_a_case(self) -> int:
        with self.store.unit_of_work() as uow:
            case = uow.cases.claim(a_case(uow).id, staff_id=self.staff, now=self.tick())
        self.worked[case.id], self.references[case.id] = Worked(), case.reference
        return case.id

    @rule(target=entries, case=cases, kind=st.sampled_from(("task", "deadline")), days=st.integers(0, 60))
    def add_to_the_agenda(self, case: int, kind: str, days: int) -> tuple[int, int]:
        due = (NOW + timedelta(days=days)).date()
        made: list[int] = []
        about = {"kind": kind, "what": "Call", "due": due, "now": self.tick()}
        if attempted(
            self.store,
            lambda uow: made.append(uow.agenda.add(case, staff_id=self.staff, **about)),
            None if self.worked[case].held else NotYours,
        ):
            self.worked[case].entries[made[0]] = Planned(due, kind == "deadline" and due >= self.now.date())
        return case, made[0] if made else 0

    @rule(target=entries, case=cases, limit=st.sampled_from(("appeal", "reply")), days=st.integers(-5, 60))
    def the_person_tells_a_day(self, case: int, limit: str, days: int) -> tuple[int, int]:
        due = (self.tick() + timedelta(days=days)).date()
        more = a_new_case(due=due if days >= 0 else None, deadlines=(a_deadline(limit, due),))
        with self.store.unit_of_work() as uow:
            uow.cases.add_to(uow.cases.by_reference(self.references[case]), more, now=self.now)
            found = {entry.code: entry.id for entry in uow.agenda.of(case)}
        id_, worked = found[limit], self.worked[case]
        before = worked.entries.setdefault(id_, Planned(due, days >= 0))
        if before.state is agenda.State.OPEN and before.due != due:
            worked.entries[id_] = Planned(due, days >= 0)
        return case, id_

    @rule(entry=entries, to=st.sampled_from(agenda.State))
    def settle(self, entry: tuple[int, int], to: agenda.State) -> None:
        case, id_ = entry
        if not id_:
            return
        worked = self.worked[case]
        allowed = (worked.entries[id_].state is agenda.State.OPEN) != (to is agenda.State.OPEN)
        expected = NotYours if not worked.held else None if allowed else NotAllowedNow
        about = {"staff_id": self.staff, "to": to, "now": self.tick()}
        if attempted(self.store, lambda uow: uow.agenda.settle(case, id_, **about), expected):
            worked.entries[id_].state = to

    @rule(target=referrals, case=cases)
    def begin_a_referral(self, case: int) -> int:
        worked, made = self.worked[case], list[int]()
        expected = NotYours if not worked.held else None if worked.open else NotAllowedNow
        about = {"staff_id": self.staff, "service": "clinic", "shared": "a number", "now": self.tick()}
        if attempted(self.store, lambda uow: made.append(uow.referrals.draft(case, **about)), expected):
            self.sent[made[0]] = Sent(case)
        return made[0] if made else 0

    @rule(referral=referrals, given=st.booleans())
    def ask(self, referral: int, given: bool) -> None:
        if referral and self.prepares(
            referral,
            lambda uow, case: uow.referrals.note_consent(
                case, referral, staff_id=self.staff, given=given, wording="w@1", language="en", now=self.tick()
            ),
        ):
            self.sent[referral].consent = given

    @rule(referral=referrals)
    def override(self, referral: int) -> None:
        about = {"reason": "danger_to_life", "now": self.tick()}
        if referral and self.prepares(
            referral,
            lambda uow, case: uow.referrals.override_consent(case, referral, staff_id=self.staff, **about),
            unless=self.sent[referral].consent is False,
        ):
            self.sent[referral].override = True

    def prepares(self, referral: int, work: Callable[[UnitOfWork, int], object], *, unless: bool = False) -> bool:
        sent = self.sent[referral]
        expected = NotYours if not self.worked[sent.case].held else None
        if expected is None and (unless or sent.state is not State.DRAFT):
            expected = NotAllowedNow
        return attempted(self.store, lambda uow: work(uow, sent.case), expected)

    @rule(
        referral=referrals, to=st.sampled_from(State), reason=st.sampled_from(REASONS), result=st.sampled_from(RESULTS)
    )
    def move(self, referral: int, to: State, reason: str, result: str) -> None:
        if not referral:
            return
        sent = self.sent[referral]
        expected: type[StoreError] | None = None
        if not self.worked[sent.case].held:
            expected = NotYours
        elif to not in NEXT[sent.state]:
            expected = NotAllowedNow
        elif to is State.SENT and not (sent.override if sent.consent is None else sent.consent):
            expected = ConsentMissing
        about = {"staff_id": self.staff, "to": to, "reason": reason, "result": result, "now": self.tick()}
        if attempted(self.store, lambda uow: uow.referrals.move(sent.case, referral, **about), expected):
            sent.state = to
            sent.silent_from = self.now + NO_ANSWER_AFTER if to in (State.SENT, State.RECEIVED) else None

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        silent = [each for each in self.sent.values() if each.silent_from and each.silent_from <= self.now]
        with self.store.unit_of_work() as uow:
            assert uow.referrals.note_silence(now=self.now) == len(silent)
        for each in silent:
            each.state, each.silent_from = State.NO_ANSWER, None

    @rule(case=cases, outcome=st.sampled_from(sorted(OUTCOMES)))
    def close(self, case: int, outcome: str) -> None:
        worked = self.worked[case]
        expected = NotYours if not worked.held else None if worked.open else NotAllowedNow
        about = {"staff_id": self.staff, "now": self.tick()}
        if attempted(self.store, lambda uow: uow.outcomes.close(case, Outcome(code=outcome), **about), expected):
            worked.open = False
            worked.outcomes.append(outcome)
            worked.follow_ups = ["void" if each == "due" else each for each in worked.follow_ups]
            worked.follow_ups += ["due", "due"] if outcome in ASKED_LATER else []

    @rule(case=cases)
    def the_person_writes(self, case: int) -> None:
        with self.store.unit_of_work() as uow:
            uow.cases.person_wrote(uow.cases.by_reference(self.references[case]), now=self.tick())
        worked = self.worked[case]
        worked.held, worked.open = worked.held and worked.open, True

    @rule(case=cases)
    def claim_again(self, case: int) -> None:
        worked = self.worked[case]
        expected = None if worked.open else NotAllowedNow
        if attempted(self.store, lambda uow: uow.cases.claim(case, staff_id=self.staff, now=self.tick()), expected):
            worked.held = True

    @rule(case=cases, which=st.integers(0, 3), reached=st.booleans())
    def follow_up(self, case: int, which: int, reached: bool) -> None:
        worked = self.worked[case]
        with self.store.reading() as look:
            planned = sorted(look.follow_ups.of(case), key=lambda each: each.id)
        if which >= len(planned):
            return
        expected: type[StoreError] | None = None
        if not worked.held:
            expected = NotYours
        elif worked.open or worked.follow_ups[which] == "void":
            expected = NotAllowedNow
        about = {"staff_id": self.staff, "reached": reached, "now": self.tick()}
        answers, id_ = Answers(still_holds="yes"), planned[which].id
        if attempted(self.store, lambda uow: uow.follow_ups.answer(case, id_, answers, **about), expected):
            worked.follow_ups[which] = "answered" if reached else "unreached"

    @invariant()
    def the_store_says_the_same(self) -> None:
        with self.store.reading() as look:
            for id_, worked in self.worked.items():
                found = {entry.id: (entry.due, entry.state) for entry in look.agenda.of(id_)}
                assert found == {entry: (planned.due, planned.state) for entry, planned in worked.entries.items()}
                assert look.cases.by_reference(self.references[id_]).due == worked.due
                assert [closing.outcome.code for closing in look.outcomes.of(id_)] == worked.outcomes
                planned = sorted(look.follow_ups.of(id_), key=lambda each: each.id)
                assert [each.state for each in planned] == worked.follow_ups
                for referral in look.referrals.of(id_):
                    sent = self.sent[referral.id]
                    assert (referral.state, referral.consent) == (sent.state, sent.consent)
                    assert (referral.override is not None) == sent.override
                    assert sent.state in referral.times
                assert all(entry.kind.id in KINDS for entry in look.log.of(id_))

    @invariant()
    def nothing_went_out_that_nobody_agreed_to(self) -> None:
        with self.store.reading() as look:
            for id_ in self.worked:
                for referral in look.referrals.of(id_):
                    assert State.SENT not in referral.times or referral.may_be_sent


def test_whatever_happens_the_store_and_the_model_agree(store: Store) -> None:
    thorough = settings(max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Work(store), settings=thorough)

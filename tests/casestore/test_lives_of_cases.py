"""Random lives of cases, against a model so simple that it can be seen to be right."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from casestore.cases import URGENCIES
from casestore.errors import AlreadyClaimed, CaseNotFound, NotAllowedNow, NotYours, StoreError
from casestore.lifecycle import HELD, NEXT, OUTCOMES, WITHDRAWN, Status
from casestore.privacy.consent import STATISTICS, Consent
from casestore.ranking import place_in_queue
from casestore.skills import MOST, Skills
from casestore.unit_of_work import Store
from tests.builders import NOW, a_case, a_conversation, a_new_case, a_paralegal, open_cases
from tests.casestore.attempted import attempted

FLAGS = ("violence", "no_food", "lockout")


@dataclass
class Life:
    """What should be true of one case."""

    person: int
    status: Status = Status.WAITING
    holder: int | None = None
    rank: int = 3
    flags: list[str] = field(default_factory=list)
    outcome: str | None = None
    waits: bool = True
    erased: bool = False


class Lives(RuleBasedStateMachine):
    """People write, paralegals work, some ask to be forgotten."""

    people = Bundle("people")
    cases = Bundle("cases")

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.lives: dict[int, Life] = {}
        self.references: dict[int, str] = {}
        self.conversations: dict[int, int] = {}  # person -> conversation
        self.now: datetime = NOW
        self.count = 0
        with store.unit_of_work() as uow:
            known = uow.staff.all() or [a_paralegal(uow, name) for name in ("thandi", "sipho", "zanele")]
            self.staff = [member.id for member in known]
            for staff in self.staff:
                uow.skills.save(staff, Skills(), capacity=MOST)

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def refusal(self, case: int, staff: int, to: Status) -> type[StoreError] | None:
        life = self.lives[case]
        if life.holder != staff:
            return NotYours
        return None if to in NEXT[life.status] else NotAllowedNow

    @rule(target=people)
    def somebody_writes(self) -> int:
        self.count += 1
        with self.store.unit_of_work() as uow:
            conversation = a_conversation(uow, f"{id(self)}-{self.count}", now=self.tick())
            self.conversations[self.count] = conversation.id
        return self.count

    @rule(target=cases, person=people, rank=st.integers(0, 3))
    def a_case_opens(self, person: int, rank: int) -> int:
        if person not in self.conversations:
            return -1
        with self.store.unit_of_work() as uow:
            conversation = uow.conversations.get(self.conversations[person])
            case = a_case(uow, conversation, now=self.tick(), urgency=URGENCIES[rank])
        self.lives[case.id] = Life(person, rank=rank)
        self.references[case.id] = case.reference
        return case.id

    @rule(case=cases, who=st.integers(0, 2))
    def claim(self, case: int, who: int) -> None:
        life, staff = self.lives.get(case), self.staff[who]
        if life is None:
            return
        expected: type[StoreError] | None = None
        if life.status is Status.CLAIMED and life.holder != staff:
            expected = AlreadyClaimed
        elif life.status is Status.CLOSED:
            expected = NotAllowedNow
        if attempted(self.store, lambda uow: uow.cases.claim(case, staff_id=staff, now=self.tick()), expected):
            life.status, life.holder = Status.CLAIMED, staff

    @rule(case=cases, who=st.integers(0, 2))
    def release(self, case: int, who: int) -> None:
        if (life := self.lives.get(case)) is None:
            return
        staff = self.staff[who]
        expected = self.refusal(case, staff, Status.WAITING)
        if attempted(self.store, lambda uow: uow.cases.release(case, staff_id=staff, now=self.tick()), expected):
            life.status, life.holder, life.waits = Status.WAITING, None, True

    @rule(case=cases, who=st.integers(0, 2))
    def refer(self, case: int, who: int) -> None:
        if (life := self.lives.get(case)) is None:
            return
        staff = self.staff[who]
        expected = self.refusal(case, staff, Status.REFERRED)
        if attempted(
            self.store, lambda uow: uow.cases.refer(case, staff_id=staff, to="rht", now=self.tick()), expected
        ):
            life.status, life.waits = Status.REFERRED, False

    @rule(case=cases, who=st.integers(0, 2), outcome=st.sampled_from(sorted(OUTCOMES)))
    def close(self, case: int, who: int, outcome: str) -> None:
        if (life := self.lives.get(case)) is None:
            return
        staff = self.staff[who]
        expected = self.refusal(case, staff, Status.CLOSED)
        closing = {"outcome": outcome, "note": "done"}
        if attempted(
            self.store, lambda uow: uow.cases.close(case, staff_id=staff, now=self.tick(), **closing), expected
        ):
            life.status, life.outcome, life.waits = Status.CLOSED, outcome, False

    @rule(case=cases, who=st.integers(0, 2))
    def answer(self, case: int, who: int) -> None:
        if (life := self.lives.get(case)) is None:
            return
        staff = self.staff[who]
        works = life.holder == staff and life.status in (Status.CLAIMED, Status.REFERRED)
        expected = None if works else NotYours
        if attempted(self.store, lambda uow: uow.cases.answered(case, staff_id=staff, now=self.tick()), expected):
            life.waits = False
            for other in self.lives.values():  # one answer for all that the paralegal holds in that chat
                if other.person == life.person and other.holder == staff and other.status in HELD:
                    other.waits = False

    @rule(case=cases)
    def the_person_writes(self, case: int) -> None:
        life = self.lives.get(case)
        if life is None or life.erased:
            return
        with self.store.unit_of_work() as uow:
            uow.cases.person_wrote(uow.cases.by_reference(self.references[case]), now=self.tick())
        life.waits = True
        if life.status is Status.CLOSED:
            life.status, life.holder, life.outcome = Status.WAITING, None, None

    @rule(case=cases, rank=st.integers(0, 3), flags=st.lists(st.sampled_from(FLAGS), unique=True))
    def the_person_tells_more(self, case: int, rank: int, flags: list[str]) -> None:
        life = self.lives.get(case)
        if life is None or life.erased:
            return
        with self.store.unit_of_work() as uow:
            more = a_new_case(urgency=URGENCIES[rank], flags=tuple(flags))
            uow.cases.add_to(uow.cases.by_reference(self.references[case]), more, now=self.tick())
        life.rank = min(life.rank, rank)
        life.flags += [flag for flag in flags if flag not in life.flags]

    @rule(person=people, statistics=st.booleans())
    def erase(self, person: int, statistics: bool) -> None:
        if person not in self.conversations:
            return
        with self.store.unit_of_work() as uow:
            person_id = uow.conversations.get(self.conversations.pop(person)).person_id
            uow.consents.note(person_id, Consent(STATISTICS, statistics, "case.statistics", "en", self.tick()))
            uow.erasure.erase(person_id, now=self.tick())
        for case, life in list(self.lives.items()):
            if life.person == person and not statistics:
                del self.lives[case]
                with self.store.reading() as look, pytest.raises(CaseNotFound):
                    look.cases.by_reference(self.references[case])
            elif life.person == person:
                life.erased, life.waits, life.status = True, False, Status.CLOSED
                life.outcome = life.outcome or WITHDRAWN

    @invariant()
    def the_store_says_the_same(self) -> None:
        with self.store.reading() as look:
            for id_, life in self.lives.items():
                case = look.cases.by_reference(self.references[id_])
                found = (case.status, case.claimed_by, URGENCIES.index(case.urgency), case.outcome)
                assert found == (life.status, life.holder, life.rank, life.outcome)
                assert list(case.flags) == life.flags
                assert (case.waiting_since is not None) == life.waits
                assert (case.conversation_id is None) == life.erased

    @invariant()
    def the_queue_holds_every_open_case_once_and_the_waiting_ones_in_order(self) -> None:
        with self.store.reading() as look:
            queue = [case for case in open_cases(look) if case.id in self.lives]
        open_ = {id_ for id_, life in self.lives.items() if life.status is not Status.CLOSED}
        assert sorted(case.id for case in queue) == sorted(open_)
        places = [
            place_in_queue(urgency=case.urgency, danger=bool(case.flags), due=case.due, since=case.waiting_since)
            for case in queue
            if case.status is Status.WAITING and case.waiting_since
        ]
        assert places == sorted(places)


def test_whatever_happens_the_store_and_the_model_agree(store: Store) -> None:
    thorough = settings(max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Lives(store), settings=thorough)

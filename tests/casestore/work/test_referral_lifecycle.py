"""Which state of a referral may follow which."""

from itertools import product

import pytest

from casestore.codes.code_lists import LISTS
from casestore.errors import NotAllowedNow
from casestore.work.referral_lifecycle import DETAILS, NEXT, TOLD, State, check_step, next_states

ALLOWED = {
    ("draft", "sent"),
    ("draft", "revoked"),
    ("sent", "received"),
    ("sent", "accepted"),
    ("sent", "declined"),
    ("sent", "revoked"),
    ("sent", "no_answer"),
    ("received", "accepted"),
    ("received", "declined"),
    ("received", "revoked"),
    ("received", "no_answer"),
    ("no_answer", "accepted"),
    ("no_answer", "declined"),
    ("no_answer", "revoked"),
    ("accepted", "done"),
    ("accepted", "revoked"),
}
ALLOWED_TOLD = {("sent", "done"), ("sent", "revoked")}
PAIRS = list(product(State, State))


@pytest.mark.parametrize(("kind", "allowed"), [(DETAILS, ALLOWED), (TOLD, ALLOWED_TOLD)])
def test_exactly_the_steps_of_the_table_are_allowed(kind: str, allowed: set[tuple[str, str]]) -> None:
    for now, to in PAIRS:
        if (now, to) in allowed:
            check_step(kind, now, to)
        else:
            with pytest.raises(NotAllowedNow, match=f"{now} cannot become {to}"):
                check_step(kind, now, to)


def test_no_state_can_come_twice() -> None:
    """So one column a state is all its history."""

    def after(state: State) -> set[State]:
        return {later for step in NEXT[state] for later in (step, *after(step))}

    assert all(state not in after(state) for state in State)


def test_every_state_has_a_title() -> None:
    assert list(LISTS["referral_state"].titles) == list(State)
    assert all(next_states(kind, state) <= set(State) for kind in LISTS["referral_kind"].titles for state in State)

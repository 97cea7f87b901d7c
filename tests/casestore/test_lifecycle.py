"""Which status may follow which."""

from itertools import product

import pytest

from casestore.errors import NotAllowedNow
from casestore.lifecycle import NEXT, OUTCOMES, Status, check_step
from casestore.tables import CaseRow

ALLOWED = {
    ("waiting", "claimed"),
    ("claimed", "waiting"),
    ("claimed", "referred"),
    ("claimed", "closed"),
    ("referred", "waiting"),
    ("referred", "claimed"),
    ("referred", "referred"),
    ("referred", "closed"),
    ("closed", "waiting"),
}
PAIRS = sorted(product(Status, Status))


@pytest.mark.parametrize(("now", "to"), [pair for pair in PAIRS if pair in ALLOWED])
def test_a_step_of_the_table_is_allowed(now: Status, to: Status) -> None:
    check_step(now, to)


@pytest.mark.parametrize(("now", "to"), [pair for pair in PAIRS if pair not in ALLOWED])
def test_any_other_step_is_refused_and_says_which(now: Status, to: Status) -> None:
    with pytest.raises(NotAllowedNow, match=f"{now} cannot become {to}"):
        check_step(now, to)


def test_every_status_says_what_may_follow() -> None:
    assert set(NEXT) == set(Status)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_fits_its_column(outcome: str) -> None:
    assert len(outcome) <= CaseRow.__table__.c.outcome.type.length

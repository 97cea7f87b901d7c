"""References survive a bad line: what is misread or misheard is caught, however it is written down."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from casestore.community_problems import ProblemFacts
from casestore.database import add_with_reference
from casestore.reference import ALPHABET, check_sign, new_reference, read_reference
from casestore.tables import CommunityProblemRow
from casestore.unit_of_work import Store, UnitOfWork
from tests.builders import NOW, a_case, a_paralegal

SIGNS = st.sampled_from(ALPHABET)
BODIES = st.text(SIGNS, min_size=7, max_size=7)


def test_a_new_reference_reads_as_itself() -> None:
    references = [new_reference() for _ in range(200)]
    assert [read_reference(reference) for reference in references] == references


def test_new_references_differ() -> None:
    assert len({new_reference() for _ in range(1000)}) == 1000


def test_no_sign_is_one_that_people_misread() -> None:
    assert not set("IOU01") & set(ALPHABET)


@given(
    BODIES, st.sampled_from(["{}{}", "{}-{}", "{} {}", " {} - {}. ", "#{}–{}", "{}\n{}", "\u200f{}{}"]), st.booleans()
)
def test_a_reference_reads_the_same_however_it_is_written(body: str, written_as: str, small: bool) -> None:
    signs = body + check_sign(body)
    written = written_as.format(signs[:4], signs[4:])
    assert read_reference(written.lower() if small else written) == f"{signs[:4]}-{signs[4:]}"


@given(BODIES, st.integers(0, 7), SIGNS)
def test_any_one_wrong_sign_is_caught(body: str, place: int, wrong: str) -> None:
    signs = body + check_sign(body)
    assume(signs[place] != wrong)
    assert read_reference(signs[:place] + wrong + signs[place + 1 :]) is None


@given(BODIES, st.integers(0, 6))
def test_any_two_swapped_neighbours_are_caught(body: str, place: int) -> None:
    signs = body + check_sign(body)
    assume(signs[place] != signs[place + 1])
    swapped = signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]
    assert read_reference(swapped) is None


@given(BODIES, st.integers(0, 7))
def test_a_missing_sign_is_caught(body: str, place: int) -> None:
    signs = body + check_sign(body)
    assert read_reference(signs[:place] + signs[place + 1 :]) is None


@given(st.text(st.characters(exclude_characters=ALPHABET + ALPHABET.lower())))
def test_anything_else_is_no_reference(written: str) -> None:
    assert read_reference(written) is None


def add_problem(uow: UnitOfWork, staff_id: int, draw: Callable[[], str]) -> str:
    row = CommunityProblemRow(office_id=1, jurisdiction="za", issue="housing.lockout", status="open")
    row.opened_by, row.opened_at = staff_id, NOW
    add_with_reference(uow.session, row, draw)
    return row.reference


def test_a_reference_that_is_taken_is_given_to_nobody_else(store: Store) -> None:
    """Nor where the one who has it is out of sight."""
    with store.unit_of_work() as uow:
        elsewhere = uow.offices.add("Elsewhere", now=NOW).id
        thandi, zoe = a_paralegal(uow), a_paralegal(uow, "zoe", office_id=elsewhere)
        facts = ProblemFacts(jurisdiction="za", issue="housing.lockout")
        theirs = uow.community_problems.open(elsewhere, facts, staff_id=zoe.id, now=NOW).reference
        free = new_reference()
    with store.seen_by(thandi.viewer).unit_of_work() as uow:
        assert add_problem(uow, thandi.id, iter([theirs, theirs, free]).__next__) == free
    with store.unit_of_work() as uow, pytest.raises(RuntimeError, match="no free reference"):
        add_problem(uow, thandi.id, lambda: free)


def test_what_else_is_wrong_with_a_row_is_not_blamed_on_its_reference(store: Store) -> None:
    facts = ProblemFacts(jurisdiction="za", issue="housing.lockout")
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        a_case(uow, jurisdiction=None)
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        uow.community_problems.open(77, facts, staff_id=a_paralegal(uow).id, now=NOW)

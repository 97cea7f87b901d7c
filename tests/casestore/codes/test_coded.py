"""Columns that hold codes: an unknown one is refused on every way in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from casestore.codes.coded import Coded, CodedList
from casestore.errors import UnknownCode
from casestore.unit_of_work import Store

SPOTS = Table(
    "spots",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("kind", Coded("settlement")),
    Column("asked", CodedList("mechanism")),
)


@pytest.fixture
def spots(store: Store) -> Iterator[Engine]:
    """A database with a table that has both kinds of column."""
    SPOTS.create(store.engine)
    yield store.engine
    SPOTS.drop(store.engine)


@pytest.mark.parametrize("row", [{"kind": "urban", "asked": ["court", "police"]}, {"kind": None, "asked": None}])
def test_codes_of_the_list_and_nothing_at_all_are_kept(spots: Engine, row: dict[str, object]) -> None:
    with Session(spots) as session:
        session.execute(insert(SPOTS).values(**row))
        kept = session.execute(select(SPOTS.c.kind, SPOTS.c.asked)).one()
        assert kept._asdict() == row
        assert session.scalar(select(SPOTS.c.id).where(SPOTS.c.asked.is_(None))) == (None if row["asked"] else 1)


@pytest.mark.parametrize("row", [{"kind": "moon"}, {"asked": ["court", "moon"]}])
def test_another_text_is_refused(spots: Engine, row: dict[str, object]) -> None:
    with Session(spots) as session, pytest.raises(StatementError) as refused:
        session.execute(insert(SPOTS).values(**row))
    assert isinstance(refused.value.orig, UnknownCode)


@pytest.mark.usefixtures("spots")
def test_out_of_a_unit_of_work_comes_the_clear_error_and_nothing_is_kept(store: Store) -> None:
    with pytest.raises(UnknownCode, match="'moon' is no code"), store.unit_of_work() as uow:
        uow.session.execute(insert(SPOTS), [{"kind": "urban"}, {"kind": "moon"}])
    with store.reading() as look:
        assert look.session.execute(select(SPOTS)).all() == []

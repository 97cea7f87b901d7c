"""Figures: found for a day, never for a gap, written as in the place."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import ContentError, NoFigureForDate
from triage.figures import Figure, figure_on, read_figures

OLD = Figure("grant", Decimal(2315), "ZAR", date(2025, 4, 1), date(2026, 3, 31), "AMT")
NEW = Figure("grant", Decimal(2400), "ZAR", date(2026, 4, 1), date(2027, 3, 31), "AMT")
FIGURES = {"grant": (OLD, NEW), "limit": (Figure("limit", Decimal(20000), "ZAR", date(2019, 4, 1), None, "SCC"),)}


@pytest.mark.parametrize(
    ("day", "figure"),
    [
        (date(2025, 4, 1), OLD),
        (date(2026, 3, 31), OLD),
        (date(2026, 4, 1), NEW),
        (date(2027, 3, 31), NEW),
    ],
)
def test_first_and_last_day_belong_to_the_period(day: date, figure: Figure) -> None:
    assert figure_on(FIGURES, "grant", day) is figure


@pytest.mark.parametrize("day", [date(2025, 3, 31), date(2027, 4, 1)])
def test_a_day_outside_every_period_has_no_figure(day: date) -> None:
    with pytest.raises(NoFigureForDate, match=f"'grant' for {day}"):
        figure_on(FIGURES, "grant", day)


def test_an_unknown_figure_is_a_gap_too() -> None:
    with pytest.raises(NoFigureForDate):
        figure_on(FIGURES, "nothing", date(2026, 4, 1))


@given(st.integers(min_value=0, max_value=40_000))
def test_an_open_figure_holds_on_every_later_day(days: int) -> None:
    assert figure_on(FIGURES, "limit", date(2019, 4, 1) + timedelta(days=days)).value == 20000


@given(st.dates())
def test_a_figure_is_never_given_outside_its_days(day: date) -> None:
    try:
        figure = figure_on(FIGURES, "grant", day)
    except NoFigureForDate:
        return
    assert figure.ends is not None
    assert figure.starts <= day <= figure.ends


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("2400", "ZAR", "R2 400"),
        ("580", "ZAR", "R580"),
        ("30.23", "ZAR", "R30,23"),
        ("1584000", "ZAR", "R1 584 000"),
        ("1200", "GBP", "£1,200"),
        ("86.45", "GBP", "£86.45"),
        ("10", "percent", "10 percent"),
    ],
)
def test_amounts_are_written_as_in_the_place(value: str, unit: str, said: str) -> None:
    assert str(Figure("x", Decimal(value), unit, date(2026, 1, 1), None, "S")) == said


def read(folder: Path, text: str) -> dict[str, tuple[Figure, ...]]:
    path = folder / "figures.yml"
    path.write_text(text, encoding="utf-8")
    return read_figures(path, {"AMT", "SCC", "S", "s", "X"})


def test_a_file_is_read_with_its_periods_in_order(tmp_path: Path) -> None:
    figures = read(
        tmp_path,
        "a:\n"
        "  - {value: 2400, unit: ZAR, from: 2026-04-01, to: null, source: S}\n"
        "  - {value: 30.23, unit: ZAR, from: 2025-04-01, to: 2026-03-31, source: S}\n",
    )
    assert [figure.value for figure in figures["a"]] == [Decimal("30.23"), Decimal(2400)]


def test_an_empty_file_has_no_figures(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 5\n", r"figures.yml:1: .*must be a list of periods"),
        ("a: [{unit: ZAR, from: 2026-04-01, source: S}]\n", "`value` must be a number"),
        ("a: [{value: 1, unit: ZAR, from: April, source: S}]\n", "is not a date"),
        ("a: [{value: 1, unit: ZAR, from: 2026-04-01, to: 2026-03-01, source: S}]\n", "before it starts"),
        ("a: [{value: 1, unit: ZAR, from: 2026-04-01}]\n", "needs `source:`"),
        (
            "a: [{value: 1, unit: X, from: 2026-01-01, source: S}, {value: 2, unit: X, from: 2026-02-01, source: S}]",
            "overlap",
        ),
        ("a: []\nb: []\na: []\n", r":3: .*'a' is there twice"),
    ],
)
def test_a_mistake_names_the_figure(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ContentError, match=problem):
        read(tmp_path, text)

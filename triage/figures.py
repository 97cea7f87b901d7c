"""Amounts and limits the law sets, each with the days it holds for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from triage.amounts import say_amount
from triage.entries import Entry, keyed_content
from triage.errors import ContentError, NoFigureForDate

_CURRENCIES = frozenset({"ZAR", "GBP"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A value from its first to its last day; `ends` is None while no last day is known."""

    key: str
    value: Decimal
    unit: str
    starts: date
    ends: date | None
    source: str

    def __str__(self) -> str:
        """As written in the place: `R2 400`, `R30,23`, `£1,200`, `14 days`."""
        return say_amount(self.value, self.unit) if self.unit in _CURRENCIES else f"{self.value} {self.unit}"


Figures = Mapping[str, tuple[Figure, ...]]


def figure_on(figures: Figures, key: str, day: date) -> Figure:
    """The figure that holds on a day.

    Raises NoFigureForDate in a gap: an old amount is never passed off as today's.
    """
    for figure in figures.get(key, ()):
        if figure.starts <= day and (figure.ends is None or day <= figure.ends):
            return figure
    raise NoFigureForDate(f"no figure {key!r} for {day.isoformat()}; add the period to figures.yml")


def read_figures(path: Path) -> dict[str, tuple[Figure, ...]]:
    """Every figure with its periods, earliest first.

    Raises ContentError for a period that ends before it starts, or that overlaps the one before.
    """
    figures: dict[str, tuple[Figure, ...]] = {}
    for key, periods in keyed_content(path).items():
        if not isinstance(periods, list) or not all(isinstance(period, dict) for period in periods):
            raise ContentError(path, f"figure {key!r} must be a list of periods")
        read = [_figure(Entry(path, f"figure {key!r}", period), key) for period in periods]
        figures[key] = tuple(sorted(read, key=lambda figure: figure.starts))
        for earlier, later in zip(figures[key], figures[key][1:], strict=False):
            if earlier.ends is None or earlier.ends >= later.starts:
                raise ContentError(
                    path, f"figure {key!r}: the periods from {earlier.starts} and {later.starts} overlap"
                )
    return figures


def _figure(entry: Entry, key: str) -> Figure:
    figure = Figure(
        key=key,
        value=entry.number("value"),
        unit=entry.text("unit"),
        starts=entry.day("from"),
        ends=entry.day_or_none("to"),
        source=entry.text("source"),
    )
    if figure.ends is not None and figure.ends < figure.starts:
        raise entry.wrong(f"ends on {figure.ends}, before it starts; correct `from` or `to`")
    return figure

"""Amounts and limits the law sets, each with the days it holds for."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from triage.amounts import say_amount
from triage.entries import Entry, keyed_content
from triage.errors import ContentError, NoFigureForDate

_ONE_DAY = timedelta(days=1)
_CURRENCIES = frozenset({"ZAR", "GBP"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A value from its first to its last day; `ends` is None while no last day is known.

    `line` is where it stands in its file.
    """

    key: str
    value: Decimal
    unit: str
    starts: date
    ends: date | None
    source: str
    line: int | None = field(default=None, compare=False)

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


def read_figures(path: Path, sources: Container[str]) -> dict[str, tuple[Figure, ...]]:
    """Every figure with its periods, earliest first.

    Raises ContentError for an unknown source, a period that ends before it starts, and a day between two periods that
    both or neither of them cover.
    """
    figures: dict[str, tuple[Figure, ...]] = {}
    blocks = keyed_content(path)
    for key, periods in blocks.items():
        if not isinstance(periods, list) or not all(isinstance(period, dict) for period in periods):
            raise ContentError(path, f"figure {key!r} must be a list of periods", line=blocks.lines.get(key))
        entries = [Entry(path, f"figure {key!r}", period) for period in periods]
        read = sorted(((_figure(entry, key, sources), entry) for entry in entries), key=lambda pair: pair[0].starts)
        for (earlier, _), (later, entry) in pairwise(read):
            if earlier.ends is None or earlier.ends >= later.starts:
                raise entry.wrong(f"the periods from {earlier.starts} and {later.starts} overlap", "from")
            if earlier.ends + _ONE_DAY < later.starts:
                raise entry.wrong(f"no period covers the days from {earlier.ends} to {later.starts}; add it", "from")
        figures[key] = tuple(figure for figure, _ in read)
    return figures


def _figure(entry: Entry, key: str, sources: Container[str]) -> Figure:
    figure = Figure(
        key=key,
        value=entry.number("value"),
        unit=entry.text("unit"),
        starts=entry.day("from"),
        ends=entry.day_or_none("to"),
        source=entry.reference("source", sources),
        line=entry.line_of(),
    )
    if figure.ends is not None and figure.ends < figure.starts:
        raise entry.wrong(f"ends on {figure.ends}, before it starts; correct `from` or `to`", "to")
    return figure

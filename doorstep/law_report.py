"""`doorstep law`: what every law pack covers, which cards are stale, and what a lawyer has still to look at."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.coverage import CardRow, Coverage, card_rows, coverage_of
from triage.pack import LawPack, load_pack, packs_in
from triage.review import Waiting, waiting_in
from triage.taxonomy import load_taxonomy


@dataclass(frozen=True, slots=True)
class PackReport:
    """Everything about one pack on one day."""

    pack: LawPack
    coverage: Coverage
    rows: tuple[CardRow, ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class LawReport:
    """All packs on one day."""

    today: date
    packs: tuple[PackReport, ...]


def law_report(packs: Path, taxonomy: Path, *, today: date) -> LawReport:
    """The report on a folder of packs; raises ContentError for a mistake in one."""
    issues = ("general", *load_taxonomy(taxonomy).issues)
    return LawReport(today, tuple(_pack_report(folder, issues, today) for folder in packs_in(packs).values()))


def _pack_report(folder: Path, issues: tuple[str, ...], today: date) -> PackReport:
    pack = load_pack(folder)
    coverage = coverage_of(pack, today)
    return PackReport(pack, coverage, card_rows(pack, issues, today), waiting_in(pack))


def report_json(report: LawReport) -> str:
    """The numbers alone, on one line."""
    return json.dumps({"packs": {each.pack.id: each.coverage.as_json() for each in report.packs}})


def report_lines(report: LawReport) -> Iterator[str]:
    """The report as text."""
    for each in report.packs:
        yield from _pack_lines(each, report.today)


def _pack_lines(report: PackReport, today: date) -> Iterator[str]:
    found = report.coverage
    yield f"{report.pack.name} ({report.pack.id}), version {report.pack.version}, on {today}"
    yield "  ".join(f"{number} {name.replace('_', ' ')}" for name, number in found.as_json().items())
    yield ""
    yield f"{'issue':24}{'variants':>9}{'statements':>11}{'sourced':>9}{'deadlines':>10}{'reading age':>12}  review"
    for row in report.rows:
        yield _row_line(row, today)
    stale = [row.issue for row in report.rows if row.card is not None and row.card.is_due(today)]
    yield ""
    yield f"Stale cards: {', '.join(stale) or 'none'}"
    yield f"Awaiting review: {found.awaiting_review} facts"
    for kind, number in Counter(waiting.kind for waiting in report.waiting).items():
        yield f"  {kind}: {number}"
    for waiting in report.waiting:
        yield f"  {waiting.where}: {waiting.text} ({waiting.why})"
    yield ""


def _row_line(row: CardRow, today: date) -> str:
    if row.card is None:
        return f"{row.issue:24}no card: the general one is shown"
    sourced = f"{row.sourced / row.statements:.0%}" if row.statements else "–"
    return (
        f"{row.issue:24}{row.variants:9}{row.statements:11}{sourced:>9}"
        f"{row.deadlines:10}{row.reading_age:12.1f}  {review_state(row, today)}"
    )


def review_state(row: CardRow, today: date) -> str:
    """The review of a card in a few words."""
    card = row.card
    if card is None:
        return "no card"
    if card.has_expired(today):
        return f"too old since {card.expires}"
    if card.is_due(today):
        return f"due since {card.review_due}"
    return f"by {card.reviewed_by} on {card.reviewed_on}" if card.reviewed_by else "no lawyer yet"

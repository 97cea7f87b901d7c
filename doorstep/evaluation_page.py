"""Writes an evaluation as one self-contained page: a reliability diagram and a confusion picture in inline SVG."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from triage.evaluation import Figures
from triage.reliability import Bin, calibration_error

_SIDE = 220
_CELL = 26
_MARGIN = 110
_STYLE = (
    "body{font:16px system-ui;margin:2rem;max-width:70rem}table{border-collapse:collapse}"
    "td,th{padding:.2rem .7rem;text-align:right}td:first-child,th:first-child{text-align:left}"
    "figure{display:inline-block;margin:1rem}svg{font:11px system-ui}"
)


def evaluation_page(
    title: str,
    figures: Sequence[Figures],
    bins: Mapping[str, Sequence[Bin]],
    confused: Counter[tuple[str, str]],
) -> str:
    """The page."""
    rows = "".join(
        f"<tr><td>{escape(row.label)}</td><td>{row.texts}</td><td>{row.positives}</td><td>{row.precision:.3f}</td>"
        f"<td>{row.recall:.3f}</td><td>{row.f1:.3f}</td><td>{row.balanced_accuracy:.3f}</td>"
        f"<td>{calibration_error(bins[row.label]):.3f}</td></tr>"
        for row in figures
    )
    names = ("label", "texts", "yes", "precision", "recall", "F1", "balanced accuracy", "calibration error")
    head = "".join(f"<th>{name}</th>" for name in names)
    diagrams = "".join(_reliability_svg(row.label, bins[row.label]) for row in figures)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1><table><tr>{head}</tr>{rows}</table>"
        "<h2>Reliability</h2><p>Each point is a tenth of probability: right is what was said, up is how often it held. "
        f"On the line, the model can be believed.</p>{diagrams}"
        "<h2>Areas taken for each other</h2><p>Rows: the area that was told. Columns: the one that came first.</p>"
        f"{_confusion_svg(confused)}</html>"
    )


def _reliability_svg(label: str, bins: Sequence[Bin]) -> str:
    most = max((one.texts for one in bins), default=1)
    points = "".join(
        f'<circle cx="{one.said * _SIDE:.1f}" cy="{(1 - one.held) * _SIDE:.1f}" r="{2 + 8 * one.texts / most:.1f}" '
        f'fill="#0b6e99" fill-opacity=".7"><title>{one.texts} texts: said {one.said:.2f}, held {one.held:.2f}</title>'
        "</circle>"
        for one in bins
    )
    return (
        f"<figure><figcaption>{escape(label)}</figcaption>"
        f'<svg role="img" aria-label="Reliability of {escape(label)}" width="{_SIDE + 24}" height="{_SIDE + 24}" '
        f'viewBox="-12 -12 {_SIDE + 24} {_SIDE + 24}"><rect width="{_SIDE}" height="{_SIDE}" fill="none" '
        f'stroke="#999"/><line x1="0" y1="{_SIDE}" x2="{_SIDE}" y2="0" stroke="#999" stroke-dasharray="4"/>'
        f"{points}</svg></figure>"
    )


def _confusion_svg(confused: Counter[tuple[str, str]]) -> str:
    names = sorted({name for pair in confused for name in pair})
    most = max(confused.values(), default=1)
    place = {name: _MARGIN + number * _CELL for number, name in enumerate(names)}
    cells = "".join(
        f'<rect x="{place[said]}" y="{place[told]}" width="{_CELL}" height="{_CELL}" fill="#b3261e" '
        f'fill-opacity="{count / most:.2f}"/><text x="{place[said] + 4}" y="{place[told] + 17}">{count}</text>'
        for (told, said), count in sorted(confused.items())
    )
    words = "".join(
        f'<text x="{_MARGIN - 6}" y="{at + 17}" text-anchor="end">{escape(name)}</text>'
        f'<text transform="translate({at + 17},{_MARGIN - 6}) rotate(-60)">{escape(name)}</text>'
        for name, at in place.items()
    )
    side = _MARGIN + len(names) * _CELL + 40
    return f'<svg role="img" aria-label="Areas confused" width="{side}" height="{side}">{cells}{words}</svg>'

"""The page through which a lawyer works: every pack, card by card, with each statement, its source and its state."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from doorstep.law_report import LawReport, PackReport, review_state
from triage.cards import Card
from triage.pack import LawPack
from triage.review import READ
from triage.sections import FOOTNOTE
from triage.statements import statements_in


def law_page(report: LawReport) -> str:
    """One page that needs nothing else, for a screen, a phone or paper."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    packs = [_pack(each, report) for each in report.packs]
    return environment.get_template("law.html").render(packs=packs, today=report.today)


def _pack(each: PackReport, report: LawReport) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"row": row, "state": review_state(row, report.today), "anchor": f"{each.pack.id}-{row.issue}"}
        for row in each.rows
    ]
    return {
        "pack": each.pack,
        "numbers": {name.replace("_", " "): number for name, number in each.coverage.as_json().items()},
        "rows": rows,
        "stale": [row for row in rows if row["row"].card is not None and row["row"].card.is_due(report.today)],
        "cards": [_card(card, each.pack) for card in each.pack.cards.values()],
        "questions": [waiting for waiting in each.waiting if waiting.kind == "question"],
        "figures": [figure for periods in each.pack.figures.values() for figure in periods],
    }


def _card(card: Card, pack: LawPack) -> dict[str, Any]:
    statements = []
    for statement in statements_in(card):
        sources = [pack.sources[code] for code in statement.line.sources]
        statements.append(
            {
                "heading": statement.heading,
                "when": statement.when,
                "number": statement.line.number,
                "text": FOOTNOTE.sub("", statement.line.text).strip(" -"),
                "sources": sources,
                "read": any(source.evidence == READ for source in sources),
            }
        )
    return {"card": card, "anchor": f"{pack.id}-{card.issue}", "statements": _grouped(statements)}


def _grouped(statements: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The statements under their heading, and for whom they hold."""
    groups: list[dict[str, Any]] = []
    for statement in statements:
        name = (statement["heading"], statement["when"])
        if not groups or groups[-1]["name"] != name:
            groups.append({"name": name, "statements": []})
        groups[-1]["statements"].append(statement)
    return groups

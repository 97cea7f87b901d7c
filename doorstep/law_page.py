"""The page through which a lawyer works: each statement of cards and letters, its source and its state, and limits."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from doorstep.law_report import LawReport, PackReport, review_state
from triage.cards import Card
from triage.eligibility_rules import Benefit
from triage.letter_templates import Template
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
        "letters": [_letter(letter, each.pack) for letter in each.pack.letters.values()],
        "benefits": [_benefit(benefit, each.pack) for benefit in each.pack.eligibility.benefits],
        "questions": [waiting for waiting in each.waiting if waiting.kind == "question"],
        "figures": [figure for periods in each.pack.figures.values() for figure in periods],
    }


def _card(card: Card, pack: LawPack) -> dict[str, Any]:
    statements = [
        {
            "heading": each.heading,
            "when": each.when,
            **_statement(each.line.number, each.line.text, each.line.sources, pack),
        }
        for each in statements_in(card)
    ]
    return {"card": card, "anchor": f"{pack.id}-{card.issue}", "statements": _grouped(statements)}


def _letter(letter: Template, pack: LawPack) -> dict[str, Any]:
    return {
        "letter": letter,
        "statements": [_statement(line.number, line.text, line.sources, pack) for line in letter.statements],
    }


def _benefit(benefit: Benefit, pack: LawPack) -> dict[str, Any]:
    needs = [
        _statement(need.line, f"Holds: {need.yes} Fails: {need.no} Open: {need.unsure}", (need.source,), pack)
        for need in benefit.needs
    ]
    also = [_statement(each.line, each.text, (each.source,), pack) for each in benefit.also]
    return {"benefit": benefit, "statements": [*needs, *also]}


def _statement(number: int | None, text: str, codes: Sequence[str], pack: LawPack) -> dict[str, Any]:
    """One statement as the page shows it: its line, its text without marks, its sources, and whether one was read."""
    sources = [pack.sources[code] for code in codes]
    return {
        "number": number,
        "text": FOOTNOTE.sub("", text).strip(" -"),
        "sources": sources,
        "read": any(source.evidence == READ for source in sources),
    }


def _grouped(statements: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The statements under their heading, and for whom they hold."""
    groups: list[dict[str, Any]] = []
    for statement in statements:
        name = (statement["heading"], statement["when"])
        if not groups or groups[-1]["name"] != name:
            groups.append({"name": name, "statements": []})
        groups[-1]["statements"].append(statement)
    return groups

"""What was understood of a case and why, read carefully out of the assessment kept with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from desk.office import Desk
from desk.showing import Due, due_words, issue_title
from triage.review import notes_on


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One deadline: when, what must be done by then, how it was counted, and the law behind it."""

    due: Due | None
    what: str
    because: str
    source: str


@dataclass(frozen=True, slots=True)
class GuidanceLine:
    """One card the person was shown, and what a paralegal should know of it."""

    title: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The assessment in words. Every part may be empty: older cases know less."""

    told: tuple[str, ...]
    quote: str
    reasons: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    deadlines: tuple[DeadlineLine, ...]
    guidance: tuple[GuidanceLine, ...]
    understood: tuple[tuple[str, str], ...]


def summary_of(
    desk: Desk, assessment: dict[str, Any], today: date, *, reads: bool = True, besides: frozenset[str] = frozenset()
) -> Summary:
    """What the page shows of an assessment: what the person wrote only to who `reads` the case.

    Left out are the deadlines with the ids `besides`, which the page shows elsewhere.
    """
    understanding = assessment.get("understanding")
    understanding = understanding if isinstance(understanding, dict) else {}
    facts = assessment.get("facts")
    return Summary(
        told=_texts(assessment.get("summary")),
        quote=str(assessment.get("quote") or "") if reads else "",
        reasons=_texts(assessment.get("reasons")),
        facts=tuple((str(name), str(value)) for name, value in facts.items()) if isinstance(facts, dict) else (),
        deadlines=tuple(
            _deadline(entry, today)
            for entry in _dicts(assessment.get("deadlines"))
            if str(entry.get("id", "")) not in besides
        ),
        guidance=tuple(_card(desk, id_, today) for id_ in _texts(assessment.get("guidance"))),
        understood=tuple(
            (issue_title(desk, str(entry.get("id", ""))), _percent(entry.get("probability")))
            for entry in _dicts(understanding.get("issues"))
        ),
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _deadline(entry: dict[str, Any], today: date) -> DeadlineLine:
    try:
        due = due_words(date.fromisoformat(str(entry.get("due"))[:10]), today)
    except ValueError:
        due = None
    what, because, source = (str(entry.get(name) or "") for name in ("what", "because", "source"))
    return DeadlineLine(due, what, because, source)


def _card(desk: Desk, id_: str, today: date) -> GuidanceLine:
    pack, _, issue = id_.partition("/")
    found = desk.packs.get(pack)
    if found is None or issue not in found.cards:
        return GuidanceLine(issue_title(desk, issue) if issue else id_, ())
    return GuidanceLine(found.cards[issue].title, notes_on(found.cards[issue], today))


def _percent(value: object) -> str:
    return f"{value:.0%}" if isinstance(value, int | float) else ""

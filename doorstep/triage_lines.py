"""`doorstep triage`: JSON lines in, JSON lines out, in the same order; no database."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from triage.amounts import Amount
from triage.assessment import assess
from triage.deadline_rules import COUNTS_FROM
from triage.errors import TriageError
from triage.facts import Facts, RespondentWords, read_facts
from triage.identifiers import Kind
from triage.meaning import Decision, Meaning, Scored
from triage.pack import LawPack, load_pack, packs_in
from triage.periods import Period
from triage.taxonomy import Taxonomy
from triage.understanding import LocalUnderstanding

_ISSUES_SHOWN = 5
_LIKELY = 0.5
_SHOWN = (Kind.PHONE, Kind.REFERENCE)


class BadLine(TriageError):
    """A line of the input is not what the contract says."""


class TriageLines:
    """Reads lines and judges them; law packs are loaded when first asked for."""

    def __init__(
        self,
        understanding: LocalUnderstanding,
        taxonomy: Taxonomy,
        respondents: RespondentWords,
        *,
        jurisdiction: str,
        packs: Path,
    ) -> None:
        self._understanding = understanding
        self._taxonomy = taxonomy
        self._respondents = respondents
        self._default = jurisdiction
        self._folders = packs_in(packs)
        self._packs: dict[str, LawPack] = {}

    def judge(self, lines: Iterable[str | bytes], *, now: datetime) -> Iterator[str]:
        """One JSON line out for each line in; raises BadLine, with its number, for a line that cannot be read."""
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield json.dumps(self._judged(_parsed(line, number), number, now), ensure_ascii=False)

    def _pack(self, place: str, number: int) -> LawPack:
        if place not in self._packs:
            if place not in self._folders:
                raise BadLine(f"line {number}: no law pack for jurisdiction {place!r}")
            self._packs[place] = load_pack(self._folders[place])
        return self._packs[place]

    def _judged(self, given: dict[str, Any], number: int, now: datetime) -> dict[str, Any]:
        pack = self._pack(given.get("jurisdiction") or self._default, number)
        local = now.astimezone(ZoneInfo(pack.timezone))
        text, asked = given["text"], given.get("context") or ""
        meaning = self._understanding.read(text, asked=asked, now=local)
        facts = read_facts(text, pack, self._respondents, today=local.date())
        dates = {name: facts.dates[0].day for name in COUNTS_FROM if asked == name and facts.dates}
        issues = _offered(meaning)
        likely = [scored.id for scored in issues if scored.probability >= _LIKELY] or [s.id for s in issues[:1]]
        if meaning.decision is Decision.HUMAN:  # they told of trouble, not of which: no card is a guess
            likely = []
        assessment = assess(
            issues=likely,
            flags=meaning.flags,
            dates=dates,
            respondent=facts.respondent,
            pack=pack,
            today=local.date(),
        )
        return {
            "id": given["id"],
            "language": given.get("language") or meaning.language,
            "problem": round(meaning.problem, 4),
            "decision": str(meaning.decision),
            "issues": [_scored(scored) for scored in issues],
            "areas": [_scored(scored) for scored in meaning.areas],
            "flags": [flag.id for flag in meaning.flags],
            "urgency": str(assessment.urgency),
            "reasons": list(assessment.reasons),
            "facts": _facts(facts, dates),
            "deadlines": [
                {"id": d.id, "due": d.due.isoformat(), "because": d.because, "source": d.source}
                for d in assessment.deadlines
            ],
            "guidance": list(assessment.guidance),
            "versions": {
                "model": meaning.model,
                "taxonomy": self._taxonomy.version,
                "pack": f"{pack.id}@{pack.version}",
            },
        }


def _parsed(line: str | bytes, number: int) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine(f"line {number} is not JSON") from None
    if not isinstance(given, dict) or "id" not in given or not isinstance(given.get("text"), str):
        raise BadLine(f'line {number} needs "id" and "text"')
    for name in ("jurisdiction", "language", "context"):
        if not isinstance(given.get(name, ""), str | None):
            raise BadLine(f'line {number}: "{name}" must be a string')
    return given


def _offered(meaning: Meaning) -> list[Scored]:
    """What the person would be asked to confirm: nothing where there is no problem."""
    return [] if meaning.decision is Decision.NONE else list(meaning.issues[:_ISSUES_SHOWN])


def _scored(scored: Scored) -> dict[str, Any]:
    return {"id": scored.id, "probability": round(scored.probability, 4)}


def _facts(facts: Facts, dates: dict[str, date]) -> dict[str, Any]:
    """What was found. Identity, insurance and account numbers are only said to be there, never shown."""
    found: dict[str, Any] = {name: day.isoformat() for name, day in dates.items()}
    if facts.event and not dates:
        found["event_date"] = facts.event.day.isoformat()
    if facts.amounts:
        found |= {"amount": float(facts.amounts[0].value), "currency": facts.amounts[0].currency}
    lists = {
        "dates": [{"day": each.day.isoformat(), "precision": each.precision} for each in facts.dates],
        "periods": [_period(each) for each in facts.periods],
        "amounts": [_amount(each) for each in facts.amounts],
        "phones": _values(facts, Kind.PHONE),
        "references": _values(facts, Kind.REFERENCE),
        "withheld": list(dict.fromkeys(str(each.kind) for each in facts.identifiers if each.kind not in _SHOWN)),
    }
    found |= {name: values for name, values in lists.items() if values}
    found |= {name: value for name, value in (("place", facts.place), ("respondent", facts.respondent)) if value}
    return found


def _values(facts: Facts, kind: Kind) -> list[str]:
    return list(dict.fromkeys(each.value for each in facts.identifiers if each.kind is kind))


def _period(period: Period) -> dict[str, str]:
    until = {"until": period.until.isoformat()} if period.until else {}
    return {"since": period.since.isoformat(), **until}


def _amount(amount: Amount) -> dict[str, Any]:
    per = {"per": amount.per} if amount.per else {}
    return {"value": float(amount.value), "currency": amount.currency, **per}

"""Time and money spent on a case, in words."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from casestore.cases import Case
from casestore.codes.amounts import amount_words
from casestore.codes.code_lists import LISTS
from casestore.unit_of_work import UnitOfWork
from desk.showing import moment_words


@dataclass(frozen=True, slots=True)
class EffortLine:
    """One entry in words; `mine` when whoever looks made it."""

    id: int
    words: str
    by: str
    at: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent on a case: the total in words, and each entry."""

    total: str
    lines: tuple[EffortLine, ...]


def spending(uow: UnitOfWork, case: Case, staff_id: int, zone: ZoneInfo) -> Spending:
    """What a case has cost so far."""
    total = uow.efforts.total(case.id)
    parts = [f"{_span(minutes)} ({role})" for role, minutes in total.minutes.items() if minutes]
    for currency, (travel, paid) in total.costs.items():
        parts += _costs(travel, paid, currency)
    lines = []
    for effort in uow.efforts.of(case.id):
        spent = effort.spent
        said = [_span(spent.minutes)] if spent.minutes else []
        said += [LISTS["activity"].titles[spent.activity].lower()]
        said += _costs(spent.travel_cost, spent.out_of_pocket, spent.currency or "")
        at = moment_words(effort.at, zone)
        lines.append(EffortLine(effort.id, ", ".join(said), effort.name, at, effort.staff_id == staff_id))
    return Spending(", ".join(parts) or "Nothing noted yet", tuple(lines))


def _costs(travel: int, paid: int, currency: str) -> list[str]:
    said = [f"travel {amount_words(travel, currency)}"] if travel else []
    return [*said, f"out of pocket {amount_words(paid, currency)}"] if paid else said


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * (bool(rest) or not hours))

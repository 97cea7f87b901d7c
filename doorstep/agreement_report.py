"""`doorstep corrections --report`: how often the desk agrees with the model, and whether other problems come now."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from casestore.labels import Judged
from casestore.unit_of_work import UnitOfWork
from triage.agreement import Agreement, agreements, by_area, stability
from triage.examples import read_held_out

Say = Callable[[str], None]
_FEW = 30  # cases a month; of fewer a shift says nothing


def report_agreement(uow: UnitOfWork, content: Path, say: Say) -> None:
    """Says how often the desk agreed with the model, by issue, month and model, and whether other problems come now."""
    every = list(uow.labels.judged())
    judged = [each for each in every if each.desk is not None]
    corrected = sum(each.corrected for each in judged)
    say(f"{len(judged)} of {len(every)} cases were judged at the desk, {corrected} put right.")
    if not every:
        return
    for title, kind in (("issue", _issue), ("month", _month), ("model", _model)):
        if judged:
            _print(title, agreements((kind(each), not each.corrected) for each in judged), say)
    _print_pairs(judged, say)
    _print_shift(every, by_area(example.intent for example in read_held_out(content) if "." in example.intent), say)


def _issue(judged: Judged) -> str:
    return judged.machine.issue


def _month(judged: Judged) -> str:
    return f"{judged.opened_at:%Y-%m}"


def _model(judged: Judged) -> str:
    return judged.machine.model or "unknown"


def _print(title: str, rows: Sequence[Agreement], say: Say) -> None:
    say("")
    say(f"{title:24} {'judged':>6} {'agreed':>6} {'share (95 %)':>20}")
    for row in rows:
        low, high = row.interval
        say(f"{row.kind:24} {row.judged:6} {row.agreed:6} {f'{row.share:.2f} ({low:.2f}–{high:.2f})':>20}")


def _print_pairs(judged: Sequence[Judged], say: Say) -> None:
    """What was taken for what, the most frequent first."""
    pairs = Counter((each.machine.issue, each.desk.issue) for each in judged if each.desk and each.corrected)
    if pairs:
        say("")
    for (machine, desk), count in pairs.most_common(10):
        say(f"{desk} taken for {machine}: {count}")


def _print_shift(every: Sequence[Judged], held_out: Counter[str], say: Say) -> None:
    """How far the areas of each month are from those of the month before, and of the held-out messages."""
    months: dict[str, Counter[str]] = {}
    for each in every:
        months.setdefault(_month(each), Counter()).update(by_area([each.machine.issue]))
    say("")
    say(f"{'month':24} {'cases':>6} {'shift since before':>20} {'from held-out':>14}")
    before: Counter[str] | None = None
    for month, areas in sorted(months.items()):
        enough = areas.total() >= _FEW
        since = f"{stability(areas, before):.2f}" if enough and before is not None and before.total() >= _FEW else "–"
        say(f"{month:24} {areas.total():6} {since:>20} {f'{stability(areas, held_out):.2f}' if enough else '–':>14}")
        before = areas
    say(f"Shift: the population stability index of the areas, large above .25; – where a month has under {_FEW} cases.")

"""Prints the figures of an evaluation as a table."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from triage.evaluation import Figures
from triage.reliability import Sureness

Say = Callable[[str], None]
_PAIRS_SHOWN = 8


def print_figures(
    figures: Sequence[Figures], errors: Mapping[str, float], decided: Mapping[str, int], texts: int, say: Say
) -> None:
    """One row a label with its calibration error, then how often each decision was taken."""
    say(
        f"{'label':24} {'texts':>6} {'yes':>5} {'prec':>6} {'recall':>6} {'F1':>6} {'balanced accuracy (95 %)':>26} "
        f"{'ECE':>6}"
    )
    for row in figures:
        interval = f"{row.balanced_accuracy:.3f} ({row.interval[0]:.3f}–{row.interval[1]:.3f})"
        say(
            f"{row.label:24} {row.texts:6} {row.positives:5} {row.precision:6.3f} {row.recall:6.3f} {row.f1:6.3f} "
            f"{interval:>26} {errors[row.label]:6.3f}"
        )
    say("")
    say("decisions: " + ", ".join(f"{name} {count / texts:.1%}" for name, count in decided.items()))


def print_doubt(sure: Sureness, confused: Counter[tuple[str, str]], say: Say) -> None:
    """How far `sure` can be believed, and the areas most often taken for others."""
    say(f"sure: coverage {sure.coverage:.1%}, precision {sure.precision:.3f} on the {sure.texts} that were judged")
    for (told, said), count in confused.most_common(_PAIRS_SHOWN):
        say(f"  {told} taken for {said}: {count}")


def print_comparison(figures: Sequence[Figures], others: Sequence[Figures], say: Say) -> None:
    """Balanced accuracy and F1 of two models, side by side."""
    say("")
    say(f"{'label':24} {'balanced: this':>15} {'other':>6} {'change':>7} {'F1: this':>9} {'other':>6}")
    for row, other in zip(figures, others, strict=True):
        say(
            f"{row.label:24} {row.balanced_accuracy:15.3f} {other.balanced_accuracy:6.3f} "
            f"{row.balanced_accuracy - other.balanced_accuracy:+7.3f} {row.f1:9.3f} {other.f1:6.3f}"
        )

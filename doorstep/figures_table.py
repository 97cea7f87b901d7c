"""Prints the figures of an evaluation as a table."""

from collections.abc import Callable, Mapping, Sequence

from triage.evaluation import Figures


def print_figures(
    figures: Sequence[Figures], decided: Mapping[str, int], texts: int, say: Callable[[str], None]
) -> None:
    """One row a label, then how often each decision was taken."""
    say(f"{'label':24} {'texts':>6} {'yes':>5} {'prec':>6} {'recall':>6} {'F1':>6} {'balanced accuracy (95 %)':>26}")
    for row in figures:
        interval = f"{row.balanced_accuracy:.3f} ({row.interval[0]:.3f}–{row.interval[1]:.3f})"
        say(
            f"{row.label:24} {row.texts:6} {row.positives:5} {row.precision:6.3f} {row.recall:6.3f} {row.f1:6.3f} "
            f"{interval:>26}"
        )
    say("")
    say("decisions: " + ", ".join(f"{name} {count / texts:.1%}" for name, count in decided.items()))

"""`doorstep evaluate`: reads a labelled file with one model, or two, and says how good they are."""

from collections.abc import Callable, Sequence
from pathlib import Path

from doorstep.evaluation_page import evaluation_page
from doorstep.figures_table import print_comparison, print_doubt, print_figures
from doorstep.settings import Settings
from doorstep.wiring import clock
from triage.evaluation import LabelledText, decisions, measure, read_labelled
from triage.meaning import Meaning
from triage.reliability import calibration_error, confusions, reliability, sureness
from triage.understanding import load_understanding


def evaluate_file(
    settings: Settings, file: Path, *, html: Path | None, against: Path | None, say: Callable[[str], None]
) -> None:
    """Prints the figures; writes the page and compares with another model where asked to."""
    texts = read_labelled(file)
    meanings = _meanings(settings, settings.model_path, texts)
    figures, confused = measure(texts, meanings), confusions(texts, meanings)
    bins = {row.label: reliability(texts, meanings, row.label) for row in figures}
    errors = {label: calibration_error(of_label) for label, of_label in bins.items()}
    print_figures(figures, errors, decisions(meanings), len(texts), say)
    print_doubt(sureness(texts, meanings), confused, say)
    if against is not None:
        print_comparison(figures, measure(texts, _meanings(settings, against, texts)), say)
    if html is not None:
        html.write_text(evaluation_page(f"Evaluation on {file.name}", figures, bins, confused), encoding="utf-8")
        say(f"Wrote {html}")


def _meanings(settings: Settings, model: Path, texts: Sequence[LabelledText]) -> list[Meaning]:
    understanding = load_understanding(model, settings.content)
    return [understanding.read(text.text, now=clock()) for text in texts]

"""Measures the classifier: python bench/understanding.py FILE.tsv ... (columns text, labels and perhaps not_labels)."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from triage.evaluation import Figures, measure, read_labelled
from triage.examples import read_held_out
from triage.held_out import measure_held_out
from triage.linear_heads import SEED
from triage.meaning import Meaning
from triage.sentence_encoder import Vectors, sentence_encoder
from triage.tiers import TIERS
from triage.understanding import Model, load_training_set, load_understanding, train

CONTENT = Path(__file__).parents[1] / "nlu_data"
AREAS = ("housing", "benefits", "work", "money", "family", "immigration", "health")
# Llama-3.1-70B-Instruct on LegalBench's whole tasks (legalevalhub; work is its employment, money its consumer).
PUBLISHED = {
    "housing": 0.935,
    "benefits": 0.824,
    "work": 0.845,
    "money": 0.754,
    "family": 0.898,
    "immigration": 0.993,
    "health": 0.836,
}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SHORT, LONG, ROUNDS = 12, 60, 400


def resident_mb() -> float:
    """What this process holds in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_speed(model_path: Path) -> None:
    """Prints load time, memory, and the time a message takes. Runs in a fresh process on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start = time.perf_counter()
    understanding = load_understanding(model_path, CONTENT)
    print(f"load, model and danger phrases: {time.perf_counter() - start:.2f} s")
    held_out = [example.text for example in read_held_out(CONTENT)]
    understanding.read(held_out[0], now=NOW)
    kinds = {
        f"short (up to {SHORT} words)": [text for text in held_out if len(text.split()) <= SHORT],
        f"long (from {LONG} words)": [text for text in held_out if len(text.split()) >= LONG],
    }
    for kind, texts in kinds.items():
        spent = []
        for place in range(ROUNDS):
            start = time.perf_counter()
            understanding.read(texts[place % len(texts)], now=NOW)
            spent.append((time.perf_counter() - start) * 1000)
        print(f"{kind}: p50 {np.percentile(spent, 50):.1f} ms, p99 {np.percentile(spent, 99):.1f} ms a message")
    print(f"resident memory: {resident_mb():.0f} MB")


def remember_what_is_encoded() -> None:
    """Lets the encoder see each text once, however many seeds there are: its vectors do not depend on them."""
    encoder, known = sentence_encoder(), dict[str, Vectors]()
    encode = encoder.encode

    def remembered(texts: Sequence[str]) -> Vectors:
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known.update(zip(fresh, encode(fresh), strict=True))
        return np.vstack([known[text] for text in texts])

    encoder.encode = remembered  # type: ignore[method-assign]


def area_figures(model: Model, path: Path) -> dict[str, Figures]:
    """The figures of the areas that matter most, on one labelled file."""
    texts = read_labelled(path)
    readings = model.issues.read([text.text for text in texts])
    meanings = [Meaning(problem=one.problem, areas=one.areas, issues=one.issues) for one in readings]
    return {figures.label: figures for figures in measure(texts, meanings) if figures.label in AREAS}


def print_areas(path: Path, by_seed: Sequence[dict[str, Figures]]) -> None:
    """One line an area: the first seed with its bootstrap interval, and how the mean of areas moves with the seed."""
    means = [float(np.nanmean([one.balanced_accuracy for one in found.values()])) for found in by_seed]
    spread = f", from {min(means):.3f} to {max(means):.3f} over {len(means)} seeds" if len(means) > 1 else ""
    print(f"{path.name}: mean balanced accuracy {np.mean(means):.3f}{spread}")
    for area, one in by_seed[0].items():
        low, high = one.interval
        seeds = np.mean([found[area].balanced_accuracy for found in by_seed])
        print(
            f"  {area:12} balanced accuracy {seeds:.3f} ({low:.3f}–{high:.3f})  F1 {one.f1:.3f}  "
            f"precision {one.precision:.3f}  recall {one.recall:.3f}  {one.positives} of {one.texts}  "
            f"published {PUBLISHED.get(area, '')}"
        )


def print_held_out(models: Sequence[Model]) -> None:
    """What is read from the held-out examples, by the first seed for each language, and by all for the whole."""
    examples = read_held_out(CONTENT)
    by_seed = [model.issues.read([example.text for example in examples]) for model in models]
    found = [measure_held_out(examples, readings, models[0].thresholds) for readings in by_seed]
    print(f"held out, {len(examples)} examples, mean of {len(models)} seeds:")
    for name in asdict(found[0]):
        values = [asdict(one)[name] for one in found]
        print(f"  {name:12} {np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})")
    for language in sorted({example.language for example in examples}):
        own = [(e, r) for e, r in zip(examples, by_seed[0], strict=True) if e.language == language and "." in e.intent]
        one = measure_held_out([e for e, _ in own], [r for _, r in own], models[0].thresholds)
        print(f"  {language:12} {len(own):4} problems  first {one.first:.3f}, among three {one.among_three:.3f}")


def main() -> None:
    """Trains, saves, and measures; the files to measure on are the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--tier", choices=sorted(TIERS), default="light")
    parser.add_argument("--seeds", type=int, default=1, help="how many models, each with another seed")
    parser.add_argument("--speed", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.speed:
        measure_speed(asked.speed)
        return
    if asked.tier == "encoder":
        remember_what_is_encoded()
    training = load_training_set(CONTENT)
    start, cpu = time.perf_counter(), time.process_time()
    models = [train(training, asked.tier)]
    spent = f"{time.perf_counter() - start:.1f} s, {time.process_time() - cpu:.1f} s of processor time"
    print(f"{asked.tier} tier, training on {len(training.told)} messages: {spent}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        models[0].save(path)
        print(f"model file: {path.stat().st_size / 2**20:.1f} MB; sure from {models[0].thresholds.floor:.2f}")
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        sys.stdout.flush()
        own = [sys.executable, __file__, "--speed", str(path)]
        subprocess.run(own, check=True, env={**os.environ, **threads})
    models += [train(training, asked.tier, seed=SEED + more) for more in range(1, asked.seeds)]
    print_held_out(models)
    for file in asked.files:
        print_areas(file, [area_figures(model, file) for model in models])


if __name__ == "__main__":
    main()

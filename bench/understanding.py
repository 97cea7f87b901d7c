"""Measures the classifier: python bench/understanding.py FILE.tsv ... (columns text, labels and perhaps not_labels)."""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from triage.confidence import decide
from triage.evaluation import measure, read_labelled
from triage.examples import read_held_out
from triage.meaning import Meaning
from triage.understanding import Model, load_training_set, load_understanding, train

CONTENT = Path(__file__).parents[1] / "nlu_data"
AREAS = ("housing", "benefits", "work", "money", "family", "immigration", "health")
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


def measure_areas(model: Model, path: Path) -> None:
    """Prints the balanced accuracy of the areas that matter most, and their mean."""
    texts = read_labelled(path)
    readings = model.issues.read([text.text for text in texts])
    meanings = [Meaning(problem=one.problem, areas=one.areas, issues=one.issues) for one in readings]
    found = {figures.label: figures for figures in measure(texts, meanings)}
    known = [found[area] for area in AREAS if area in found]
    print(f"{path.name}, {len(texts)} texts: mean {np.nanmean([one.balanced_accuracy for one in known]):.3f}")
    for one in known:
        low, high = one.interval
        interval = f"({low:.3f}–{high:.3f})"
        print(
            f"  {one.label:12} balanced accuracy {one.balanced_accuracy:.3f} {interval}  F1 {one.f1:.3f}  "
            f"precision {one.precision:.3f}  recall {one.recall:.3f}  {one.positives} of {one.texts}"
        )


def measure_held_out(model: Model) -> None:
    """Prints how often the right issue is first, or among the first three, and what is decided."""
    held_out = [example for example in read_held_out(CONTENT) if "." in example.intent]
    readings = model.issues.read([example.text for example in held_out])
    ranks = np.array(
        [[i.id for i in reading.issues].index(e.intent) for e, reading in zip(held_out, readings, strict=True)]
    )
    taken = np.array([str(decide(reading, model.thresholds)) for reading in readings])
    print(f"held out, {len(held_out)} problems: top-1 {(ranks == 0).mean():.3f}, top-3 {(ranks < 3).mean():.3f}")
    for language in sorted({example.language for example in held_out}):
        own = np.array([example.language == language for example in held_out])
        top = f"top-1 {(ranks[own] == 0).mean():.3f}, top-3 {(ranks[own] < 3).mean():.3f}"
        print(f"  {language:12} {own.sum():4}  {top}")
    for name in ("sure", "ask", "human", "none"):
        own = taken == name
        right = f"right {(ranks[own] == 0).mean():.3f}" if own.any() else ""
        print(f"  {name:12} {own.mean():6.1%}  {right}")


def main() -> None:
    """Trains, saves, and measures; the files to measure on are the arguments."""
    if sys.argv[1:2] == ["--speed"]:
        measure_speed(Path(sys.argv[2]))
        return
    training = load_training_set(CONTENT)
    start, cpu = time.perf_counter(), time.process_time()
    model = train(training)
    spent = f"{time.perf_counter() - start:.1f} s, {time.process_time() - cpu:.1f} s of processor time"
    print(f"training on {len(training.told)} messages: {spent}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        model.save(path)
        print(f"model file: {path.stat().st_size / 2**20:.1f} MB; sure from {model.thresholds.floor:.2f}")
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--speed", str(path)], check=True, env={**os.environ, **threads})
    measure_held_out(model)
    for name in sys.argv[1:]:
        measure_areas(model, Path(name))


if __name__ == "__main__":
    main()

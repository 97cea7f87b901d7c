"""What was tried for areas and issues, in one table: python bench/methods.py FILE.tsv ... (docs/decisions/0010)."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from triage.classifier import row_weights
from triage.evaluation import LabelledText, balanced_accuracy, read_labelled
from triage.examples import read_held_out
from triage.linear_heads import SEED, LinearHeads, platt
from triage.reliability import Bin, calibration_error
from triage.tiers import TIERS, View
from triage.understanding import NO_PROBLEM, load_training_set

CONTENT = Path(__file__).parents[1] / "nlu_data"
AREAS = ("housing", "benefits", "work", "money", "family", "immigration", "health")
WINDOW, FOLDS, BINS = 60, 2, 10
Matrix = NDArray[np.float64]


@dataclass
class Bench:
    """The training texts, the held-out ones and the labelled files, seen once through every view."""

    files: dict[str, list[LabelledText]]
    views: Sequence[View]

    def __post_init__(self) -> None:
        training = load_training_set(CONTENT)
        self.taxonomy = training.taxonomy
        self.texts = [example.text for example in training.told]
        self.labels = [() if e.intent == NO_PROBLEM else e.labels for e in training.told]
        self.issues = tuple(training.taxonomy.issues)
        self.areas = tuple(dict.fromkeys(issue.split(".")[0] for issue in self.issues))
        self.held_out = [e for e in read_held_out(CONTENT) if "." in e.intent]
        self.weights = row_weights(self.texts, self.labels)
        self.features = {view.name: view.new().fit(self.texts) for view in self.views}
        self.rows = {name: self.see(name, self.texts) for name in self.features}
        self.seen = {
            (name, file): self.see(name, [text.text for text in texts])
            for name in self.features
            for file, texts in self.files.items()
        }
        self.held_rows = {name: self.see(name, [e.text for e in self.held_out]) for name in self.features}

    def see(self, name: str, texts: Sequence[str]) -> Any:
        return self.features[name].transform(texts)

    def truth(self, names: Sequence[str], labels: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        return np.array([[any(x == n or x.startswith(f"{n}.") for x in ls) for n in names] for ls in labels])

    def learn(
        self, view: View, names: Sequence[str], strength: float, weights: Any, more: Sequence[tuple[str, str]] = ()
    ) -> tuple[LinearHeads, Matrix]:
        """Calibrated heads and their scores of texts they did not see; `more` are texts that only train."""
        truth = self.truth(names, self.labels)
        own = self.rows[view.name]
        if more:
            extra = self.see(view.name, [text for text, _ in more])
            extra_truth = self.truth(names, [(label,) for _, label in more])
        unseen = np.zeros(truth.shape)

        def fit(places: NDArray[np.int_]) -> LinearHeads:
            rows, held = own[places], truth[places]
            if more:
                rows, held = _stacked(rows, extra), np.vstack([held, extra_truth])
            even = None if weights is None else np.concatenate([weights[places], np.ones(len(more))])
            return LinearHeads(names, strength).fit(rows, held, even)

        for learnt, left in KFold(FOLDS, shuffle=True, random_state=SEED).split(truth):
            unseen[left] = fit(learnt).scores(own[left])
        heads = fit(np.arange(len(truth)))
        return heads, heads.calibrate(unseen, truth)


def _stacked(rows: Any, more: Any) -> Any:
    if isinstance(rows, np.ndarray):
        return np.vstack([rows, more])
    from scipy import sparse

    return sparse.vstack([rows, more]).tocsr()


def judge_areas(bench: Bench, name: str, scores: Callable[[str], Matrix], unseen: Matrix, *, calibrated: bool) -> None:
    """Prints one row: mean balanced accuracy and calibration error of the core areas, on each file."""
    truth = bench.truth(bench.areas, bench.labels)
    cells = []
    for file, texts in bench.files.items():
        found = scores(file)
        balances, errors = [], []
        for area in AREAS:
            column = bench.areas.index(area)
            slope, offset = (1.0, 0.0)
            if calibrated:
                slope, offset = platt(unseen[:, column], truth[:, column], np.sqrt(bench.weights))
            judged = [
                place
                for place, text in enumerate(texts)
                if text.not_labels is None or area in text.labels or area in text.not_labels
            ]
            held = np.array([area in texts[place].labels for place in judged])
            said = expit(found[judged, column] * slope + offset)
            balances.append(balanced_accuracy(held, said >= 0.5))
            errors.append(_error(held, said))
        cells.append(f"{np.nanmean(balances):.3f}  {np.mean(errors):.3f}")
    print(f"{name:46} " + "   ".join(cells), flush=True)


def _error(held: NDArray[np.bool_], said: Matrix) -> float:
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    bins = [(places == one) for one in range(BINS) if (places == one).any()]
    return calibration_error([Bin(int(b.sum()), float(said[b].mean()), float(held[b].mean())) for b in bins])


def areas_table(bench: Bench) -> None:
    """Views alone and together, and what was tried beside them."""
    print(f"{'areas: mean balanced accuracy, calibration error':46} " + "   ".join(bench.files))
    learnt = {}
    for view in bench.views:
        even = bench.weights if view.even else None
        learnt[view.name] = bench.learn(view, bench.areas, view.area_strength, even)
        heads, unseen = learnt[view.name]
        judge_areas(bench, f"{view.name} alone", _scored(bench, {view.name: (1.0, heads)}), unseen, calibrated=True)
    raw = LinearHeads(bench.areas, 4.0).fit(
        bench.rows["words"], bench.truth(bench.areas, bench.labels), np.ones(len(bench.texts))
    )
    judge_areas(
        bench,
        "words alone, raw probabilities",
        _scored(bench, {"words": (1.0, raw)}),
        np.zeros((0, 0)),
        calibrated=False,
    )
    for tier, views in TIERS.items():
        if any(view.name not in learnt for view in views):
            continue
        parts = {view.name: (view.area_share, learnt[view.name][0]) for view in views}
        unseen = sum(view.area_share * learnt[view.name][1] for view in views)
        judge_areas(bench, f"{tier} tier", _scored(bench, parts), unseen, calibrated=True)
        if tier == "light":
            for how, pool in (("mean", np.mean), ("max", np.max)):
                windows = _windowed(bench, parts, pool)
                judge_areas(bench, f"light, windows of {WINDOW} words, {how}", windows, unseen, calibrated=True)
            whole, windowed = _scored(bench, parts), _windowed(bench, parts, np.mean)
            both = lambda file, a=whole, b=windowed: 0.6 * a(file) + 0.4 * b(file)  # noqa: E731
            judge_areas(bench, "light, whole and windows 60 to 40", both, unseen, calibrated=True)
    words = bench.views[0]
    described = [(f"{one.title}. {one.scope}", issue) for issue, one in bench.taxonomy.issues.items()]
    heads, unseen = bench.learn(words, bench.areas, words.area_strength, None, described)
    judge_areas(
        bench, "words, and descriptions of the labels", _scored(bench, {"words": (1.0, heads)}), unseen, calibrated=True
    )


def _scored(bench: Bench, parts: dict[str, tuple[float, LinearHeads]]) -> Callable[[str], Matrix]:
    def scores(file: str) -> Matrix:
        return np.asarray(sum(share * heads.scores(bench.seen[name, file]) for name, (share, heads) in parts.items()))

    return scores


def _windowed(
    bench: Bench, parts: dict[str, tuple[float, LinearHeads]], pool: Callable[..., Any]
) -> Callable[[str], Matrix]:
    def scores(file: str) -> Matrix:
        windows, of = [], []
        for place, text in enumerate(bench.files[file]):
            words = text.text.split()
            own = [" ".join(words[start : start + WINDOW]) for start in range(0, max(len(words), 1), WINDOW)]
            windows += own
            of += [place] * len(own)
        found = sum(share * heads.scores(bench.see(name, windows)) for name, (share, heads) in parts.items())
        return np.array(
            [pool(np.asarray(found)[np.array(of) == place], axis=0) for place in range(len(bench.files[file]))]
        )

    return scores


def issues_table(bench: Bench) -> None:
    """Which issue comes first: views alone and together; flat, or within the most probable area."""
    print("\nissues: first and among three, out of fold, then held out")
    first = np.array([bench.issues.index(ls[0]) if ls and ls[0] in bench.issues else -1 for ls in bench.labels])
    known = np.array([bench.issues.index(e.intent) for e in bench.held_out])
    learnt = {view.name: bench.learn(view, bench.issues, view.strength, None) for view in bench.views}

    def row(name: str, unseen: Matrix, held: Matrix) -> None:
        cells = []
        for scores, truth in ((unseen[first >= 0], first[first >= 0]), (held, known)):
            ranks = (np.argsort(-scores, axis=1) == truth[:, None]).argmax(axis=1)
            cells.append(f"{(ranks == 0).mean():.3f}  {(ranks < 3).mean():.3f}")
        print(f"{name:46} " + "   ".join(cells), flush=True)

    held = {name: heads.scores(bench.held_rows[name]) for name, (heads, _) in learnt.items()}
    for name, (_, unseen) in learnt.items():
        row(f"{name} alone", unseen, held[name])
    for tier, views in TIERS.items():
        if any(view.name not in learnt for view in views):
            continue
        unseen = np.asarray(sum(view.share * learnt[view.name][1] for view in views))
        mixed = np.asarray(sum(view.share * held[view.name] for view in views))
        row(f"{tier} tier, flat", unseen, mixed)
        if tier == "light":
            areas = {view.name: bench.learn(view, bench.areas, view.area_strength, None) for view in views}
            of = [bench.areas.index(issue.split(".")[0]) for issue in bench.issues]
            above = np.asarray(sum(view.area_share * areas[view.name][1] for view in views))[:, of]
            rows = bench.held_rows
            above_held = np.asarray(sum(v.area_share * areas[v.name][0].scores(rows[v.name]) for v in views))[:, of]
            row("light, within the best area", _within(unseen, above), _within(mixed, above_held))
            row("light, flat plus its area", unseen + 0.5 * above, mixed + 0.5 * above_held)


def _within(scores: Matrix, above: Matrix) -> Matrix:
    best = above >= above.max(axis=1, keepdims=True)
    return np.where(best, scores, scores - 1e3)


def main() -> None:
    """Prints both tables; with --light, without the encoder, in about a minute."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--light", action="store_true", help="leave the encoder out")
    asked = parser.parse_args()
    with threadpool_limits(1):
        bench = Bench(
            {file.stem: read_labelled(file) for file in asked.files}, TIERS["light" if asked.light else "encoder"]
        )
        if asked.files:
            areas_table(bench)
        issues_table(bench)


if __name__ == "__main__":
    sys.exit(main())

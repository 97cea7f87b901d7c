"""Evaluation: figures worked out by hand, and only what was judged is counted."""

import math
from pathlib import Path

import numpy as np
import pytest

from triage.errors import ContentError
from triage.evaluation import LabelledText, balanced_accuracy, decisions, measure, read_labelled
from triage.meaning import Decision, Meaning, Scored


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "labelled.tsv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def a_text(labels: str = "", not_labels: str | None = None) -> LabelledText:
    split = None if not_labels is None else frozenset(not_labels.split())
    return LabelledText("words", frozenset(labels.split()), split)


def said(**areas: float) -> Meaning:
    return Meaning(areas=tuple(Scored(area, probability) for area, probability in areas.items()))


def test_labels_are_split_at_bars_and_line_breaks_restored(tmp_path: Path) -> None:
    content = 'id\ttext\tlabels\tnot_labels\n1\tfirst\\nsecond "quoted\thousing| work\tmoney\n2\tother\t\t\n'
    first, second = read_labelled(written(tmp_path, content))
    assert first.text == 'first\nsecond "quoted'
    assert (first.labels, first.not_labels) == ({"housing", "work"}, {"money"})
    assert (second.labels, second.not_labels) == (frozenset(), frozenset())


def test_without_a_column_of_what_does_not_hold_everything_was_judged(tmp_path: Path) -> None:
    (row,) = read_labelled(written(tmp_path, "text\tlabels\nwords\thousing\n"))
    assert row.not_labels is None


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """With a byte order mark, Windows line ends, and a row that stops early."""
    rows = read_labelled(written(tmp_path, b"\xef\xbb\xbftext\tlabels\r\nwords\thousing\r\nalone\r\n"))
    assert [(row.text, row.labels) for row in rows] == [("words", {"housing"}), ("alone", frozenset())]


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("text\tissue\nwords\thousing\n", "needs tab-separated columns `text` and `labels`"),
        ("text,labels\nwords,housing\n", "needs tab-separated columns"),
        ("text\tlabels\n", "at least one row"),
        ("", "at least one row"),
        (b"text\tlabels\n\xff\t\n", "not UTF-8 text"),
        ("text\tlabels\n" + "x" * 200_000 + "\thousing\n", "not a table of tab-separated lines"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: str | bytes, mistake: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(ContentError, match=mistake) as caught:
        read_labelled(path)
    assert str(caught.value).startswith(str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"gone\.tsv: file not found"):
        read_labelled(tmp_path / "gone.tsv")


def test_the_figures_are_those_worked_out_by_hand() -> None:
    """Three of five have the label. Said of two of them, and of one of the others: the sixth was not judged."""
    texts = [
        a_text("housing"),
        a_text("housing work", "money"),
        a_text("housing"),
        a_text("", "housing"),
        a_text("work", "housing"),
        a_text("", "work"),  # nobody knows about housing
    ]
    meanings = [
        said(housing=0.9),
        said(housing=0.5),
        said(housing=0.49),
        said(housing=0.8),
        said(work=0.9),
        said(housing=0.9),
    ]
    housing, work = measure(texts, meanings)
    assert (housing.label, housing.texts, housing.positives) == ("housing", 5, 3)
    assert (housing.precision, housing.recall, housing.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert housing.balanced_accuracy == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert housing.interval[0] <= housing.balanced_accuracy <= housing.interval[1]
    assert (work.texts, work.positives, work.precision, work.recall) == (5, 2, 1.0, 0.5)
    assert work.balanced_accuracy == pytest.approx((1 / 2 + 1) / 2)


def test_issues_are_measured_by_the_probability_of_the_issue() -> None:
    texts = [a_text("housing.lockout"), a_text("")]
    meanings = [Meaning(issues=(Scored("housing.lockout", 0.7),)), Meaning(issues=(Scored("work.pay", 0.7),))]
    (figures,) = measure(texts, meanings)
    assert (figures.precision, figures.recall, figures.balanced_accuracy) == (1.0, 1.0, 1.0)


def test_the_threshold_can_be_moved() -> None:
    texts, meanings = [a_text("work"), a_text("")], [said(work=0.3), said(work=0.1)]
    assert measure(texts, meanings)[0].recall == 0
    assert measure(texts, meanings, threshold=0.3)[0].recall == 1


def test_a_label_that_all_texts_have_has_no_balance() -> None:
    (figures,) = measure([a_text("work")] * 3, [said(work=0.9)] * 3)
    assert (figures.precision, figures.recall) == (1.0, 1.0)
    assert math.isnan(figures.balanced_accuracy)
    assert all(math.isnan(end) for end in figures.interval)


def test_measuring_twice_gives_the_same_intervals() -> None:
    texts = [a_text("work"), a_text("")] * 10
    meanings = [said(work=0.9), said(work=0.2), said(work=0.1), said(work=0.7)] * 5
    assert measure(texts, meanings) == measure(texts, meanings)


def test_balanced_accuracy_weighs_both_kinds_the_same() -> None:
    truth = np.array([True, False, False, False, False])
    assert balanced_accuracy(truth, np.zeros(5, dtype=bool)) == 0.5
    assert balanced_accuracy(truth, truth) == 1.0
    assert math.isnan(balanced_accuracy(np.zeros(2, dtype=bool), np.zeros(2, dtype=bool)))


def test_decisions_are_counted() -> None:
    meanings = [Meaning(decision=Decision.SURE), Meaning(decision=Decision.SURE), Meaning(decision=Decision.HUMAN)]
    assert decisions(meanings) == {"sure": 2, "ask": 0, "human": 1, "none": 0}

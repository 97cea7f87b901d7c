"""The interview script: checked when it is read, and whole in what is shipped."""

from pathlib import Path

import pytest
import yaml

from bot.script import Question, QuestionKind, load_script
from doorstep.settings import Settings
from doorstep.wiring import load_book
from tests.trained import CONTENT
from triage.errors import ContentError

SCRIPT = CONTENT / "script" / "interview.yml"


def a_script(tmp_path: Path, **changes: object) -> Path:
    """A script file of two questions, changed in places."""
    content = {
        "version": "1",
        "questions": {
            "court": {"kind": "choice", "choices": ["yes", "no"], "then": {"yes": "court_date"}},
            "court_date": {"kind": "date", "looking": "future"},
        },
        "interviews": {"default": ["court"], "housing": [], "housing.eviction": ["court_date"]},
        "emergency": [],
    }
    path = tmp_path / "interview.yml"
    path.write_text(yaml.safe_dump({**content, **changes}), encoding="utf-8")
    return path


def test_the_most_exact_interview_counts(tmp_path: Path) -> None:
    """The issue's own list, else its area's, else the default."""
    script = load_script(a_script(tmp_path))
    asked = [script.interview(issue) for issue in ("housing.eviction", "housing.repairs", "work.pay", None)]
    assert asked == [("court_date",), (), ("court",), ("court",)]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"interviews": {"default": ["cuort"]}}, "cuort"),
        ({"interviews": {"housing": ["court"]}}, "default"),
        ({"emergency": ["nowhere"]}, "nowhere"),
        ({"questions": {"court": {"kind": "choice", "choices": []}}}, "court"),
        ({"questions": {"court": {"kind": "essay"}}}, "court"),
        ({"questions": {"court": {}}, "interviews": {"default": ["court"]}}, "court"),
        ({"questions": {"court": {"kind": "date"}, "idle": {"kind": "place"}}}, "idle"),
        ({"questions": {"court": {"kind": "choice", "choices": ["yes"], "then": {"maybe": "court"}}}}, "maybe"),
        ({"questions": {"court": {"kind": "choice", "choices": ["yes"], "words": {"ja": ["ja"]}}}}, "ja"),
        ({"questions": {"court": {"kind": "choice", "choices": ["yes"], "told": ["oui"]}}}, "oui"),
        ({"questions": {"court": {"kind": "date", "when": "soon"}}}, "'soon' is no condition"),
        ({"questions": {"court": {"kind": "date", "when": "paper is yes"}}}, "paper"),
    ],
)
def test_a_mistake_in_the_script_is_named(tmp_path: Path, changes: dict[str, object], named: str) -> None:
    """One clear message with the file and the name that is wrong."""
    changes = {"interviews": {"default": ["court"]}, **changes}
    with pytest.raises(ContentError, match=named) as mistake:
        load_script(a_script(tmp_path, **changes))
    assert "interview.yml" in str(mistake.value)


@pytest.mark.parametrize(
    ("said", "chosen"),
    [("my granny", "older"), ("Two KIDS", "child"), ("kidney trouble", ""), ("my gran and the kids", ""), ("", "")],
)
def test_a_choice_is_found_by_its_words(said: str, chosen: str) -> None:
    """Whole words count; words of two choices are no answer."""
    words = {"older": ("gran", "granny"), "child": ("kid", "kids")}
    assert Question("at_risk", QuestionKind.CHOICE, ("older", "child"), words=words).chosen_in(said) == chosen


def test_a_question_is_left_out_until_what_it_depends_on_was_answered_so() -> None:
    """An answer that is not known does not do."""
    script = load_script(SCRIPT)
    papers = script.questions["received_date"]
    answers: list[dict[str, str]] = [{"court": "yes"}, {"court": "no"}, {"court": "skipped"}, {}]
    assert [papers.fits(answer) for answer in answers] == [True, False, False, False]
    assert script.questions["court"].fits({})


def test_what_is_shipped_fits_together() -> None:
    """Every interview is for an issue or area that exists; every question and choice has its sentence and its label."""
    book = load_book(Settings(data=Path("unused")))
    script = load_script(SCRIPT)
    areas = {issue.split(".", 1)[0] for issue in book.taxonomy.issues}
    assert script.interviews.keys() <= {*book.taxonomy.issues, *areas, "default"}
    for question in script.questions.values():
        assert book.wording.has(f"question.{question.id}")
        assert book.wording.has(f"fact.{question.id}")
        assert all(book.wording.has(f"choice.{choice}") for choice in question.choices)


def test_in_an_emergency_hardly_anything_is_asked() -> None:
    """Help must not wait for an interview."""
    assert len(load_script(SCRIPT).emergency) <= 1

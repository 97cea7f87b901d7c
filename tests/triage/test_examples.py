"""Training examples: both forms of Rasa 3 YAML are read as Rasa reads them, mistakes name the file."""

from pathlib import Path

import pytest

from triage.errors import ContentError
from triage.examples import Example, read_examples, read_folder

HEAD = 'version: "3.1"\nnlu:\n'


def written(tmp_path: Path, content: str, name: str = "some.yml") -> Path:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def test_lines_with_a_dash_are_examples(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "- intent: greet\n  examples: |\n    - hi\n    -  hello - you  \n\n    - - dash\n")
    assert list(read_examples(path)) == [
        Example("hi", "greet"),
        Example("hello - you", "greet"),
        Example("- dash", "greet"),
    ]


def test_a_list_of_texts_takes_metadata_for_each(tmp_path: Path) -> None:
    content = """\
- intent: housing.lockout
  metadata: {language: zu}
  examples:
  - text: |
      first line
      second line
    metadata: {also: [work.pay, family.violence]}
  - text: short
    metadata: {language: xh}
"""
    first, second = read_examples(written(tmp_path, HEAD + content))
    assert first.text == "first line\nsecond line"
    assert first.labels == ("housing.lockout", "work.pay", "family.violence")
    assert first.language == "zu"
    assert (second.labels, second.language) == (("housing.lockout",), "xh")


def test_the_metadata_of_a_block_holds_for_all_its_lines(tmp_path: Path) -> None:
    content = "- intent: a\n  metadata: {language: af, also: [b]}\n  examples: |\n    - een\n    - twee\n"
    examples = list(read_examples(written(tmp_path, HEAD + content)))
    assert [(example.language, example.also) for example in examples] == [("af", ("b",))] * 2


def test_a_line_is_in_english_unless_it_says_otherwise(tmp_path: Path) -> None:
    (example,) = read_examples(written(tmp_path, HEAD + "- intent: a\n  examples: |\n    - hi\n"))
    assert example.language == "en"


def test_a_file_without_blocks_has_no_examples(tmp_path: Path) -> None:
    assert list(read_examples(written(tmp_path, HEAD))) == []


def test_a_folder_is_read_in_the_order_of_its_file_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        written(tmp_path, HEAD + f"- intent: {name}\n  examples: |\n    - text\n", f"{name}.yml")
    written(tmp_path, "no yaml: [", "notes.txt")
    assert [example.intent for example in read_folder(tmp_path)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("nlu: []\n", 'expected `version: "3.1"`'),
        ("version: 3.1\nnlu: []\n", 'expected `version: "3.1"`'),
        (HEAD + "- examples: |\n    - hi\n", "needs an `intent`"),
        (HEAD + "- just words\n", "needs an `intent`"),
        (HEAD + "- intent:\n  examples: |\n    - hi\n", "needs an `intent`"),
        (HEAD + "- intent: a/b\n  examples: |\n    - hi\n", "without a slash"),
        (HEAD + "- intent: a\n  examples: |\n    - in [Soweto](place)\n", r"Rasa would strip this mark-up: 'in \[Sow"),
        (HEAD + "- intent: a\n  examples: |\n    - [x]{y} too\n", "Rasa would strip this mark-up"),
        (HEAD + "- intent: a\n  examples: |\n      - hi\n    - low\n", "not valid YAML"),
        (HEAD + "- intent: a\n", "a: `examples` must be"),
        (HEAD + "- intent: a\n  examples: |\n    hi\n", "a: an example line must start with `- `: 'hi'"),
        (HEAD + "- intent: a\n  examples: |\n    -\n", "a: an empty example"),
        (HEAD + "- intent: a\n  examples:\n  - hi\n", "a: each example in a list needs a `text`"),
        (HEAD + "- intent: a\n  examples:\n  - metadata: {also: [b]}\n", "a: each example in a list needs a `text`"),
        (HEAD + "- intent: a\n  examples:\n  - text: 5\n", "a: each example in a list needs a `text`"),
        (HEAD + "- intent: a\n  metadata: af\n  examples: |\n    - hi\n", "`metadata` takes"),
        (HEAD + "- intent: a\n  examples:\n  - text: hi\n    metadata: {also: b}\n", "`metadata` takes"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, content: str, mistake: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(ContentError, match=mistake) as caught:
        list(read_examples(path))
    assert str(caught.value).startswith(str(path))

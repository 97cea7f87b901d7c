"""Reading YAML: every mistake is one error that names the file, and the line where there is one."""

from pathlib import Path

import pytest

from triage.content import parse_yaml, read_mapping, read_yaml
from triage.errors import ContentError


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "some.yml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_content_is_read_as_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, 'version: "1"\nwords: [môre, "no"]\n')
    assert read_yaml(path) == {"version": "1", "words": ["môre", "no"]}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"gone\.yml: file not found.*restore"):
        read_yaml(tmp_path / "gone.yml")


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("a: [1\n", r"some\.yml:2: not valid YAML"),
        ("a: 1\n b: 2\n", r"some\.yml:2: not valid YAML"),
        ("one: 1\ntwo: 2\none: 3\n", r"some\.yml:3: not valid YAML: 'one' is there twice"),
        ("a:\n  b: {c: 1, c: 2}\n", r"some\.yml:2: not valid YAML: 'c' is there twice"),
        ("? [a]\n: b\n", r"some\.yml:1: not valid YAML"),
        ("a: 1\nday: 2026-02-30\n", r"some\.yml:2: not valid YAML: 2026-02-30: day is out of range"),
        ("a: !!python/object/apply:os.getcwd []\n", r"some\.yml:1: not valid YAML"),
        (b"a: \xff\n", r"some\.yml: not UTF-8 text \(byte 3\)"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, content: str | bytes, mistake: str) -> None:
    with pytest.raises(ContentError, match=mistake) as caught:
        read_yaml(written(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_every_mapping_knows_the_lines_of_its_keys(tmp_path: Path) -> None:
    one, two = read_yaml(written(tmp_path, "# a remark\n- id: one\n  text: >\n    long\n- {id: two, text: short}\n"))
    assert (one.line, one.lines) == (2, {"id": 2, "text": 3})
    assert (two.line, two.lines) == (5, {"id": 5, "text": 5})
    inner = parse_yaml(tmp_path / "card.md", "a: {b: 1}\n", above=1)
    assert (inner.line, inner["a"].lines) == (2, {"b": 2})


@pytest.mark.parametrize("content", ["- a\n- b\n", "just words\n", ""])
def test_a_file_that_must_be_a_mapping_and_is_none_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(ContentError, match=r"some\.yml: expected `key: value` lines"):
        read_mapping(written(tmp_path, content))

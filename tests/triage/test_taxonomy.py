"""The taxonomy: ids of the form `area.name`, areas in the order of the file, mistakes named."""

from pathlib import Path

import pytest

from triage.errors import ContentError
from triage.taxonomy import load_taxonomy

ENTRY = "{title: T, list_parent: HO-02, scope: S}"


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "taxonomy.yml"
    path.write_text(content, encoding="utf-8")
    return path


def test_issues_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, f'version: "7"\nissues:\n  b.x: {ENTRY}\n  a.x: {ENTRY}\n  b.y: {ENTRY}\n')
    taxonomy = load_taxonomy(path)
    assert taxonomy.version == "7"
    assert list(taxonomy.issues) == ["b.x", "a.x", "b.y"]
    assert taxonomy.areas == ("b", "a")
    issue = taxonomy.issues["b.y"]
    assert (issue.id, issue.area, issue.title, issue.list_parent, issue.scope) == ("b.y", "b", "T", "HO-02", "S")


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("issues: {}\n", "no issues in it"),
        ("version: 1\n", "no issues in it"),
        ("issues: [a.b]\n", "needs `area.name:` lines"),
        (f"issues: {{lockout: {ENTRY}}}\n", "'lockout' is not of the form"),
        (f"issues: {{a.b.c: {ENTRY}}}\n", "'a.b.c' is not of the form"),
        (f"issues: {{1.5: {ENTRY}}}\n", "1.5 is not of the form"),
        ("issues: {a.b: {title: T, scope: S}}\n", "'a.b' needs title, list_parent and scope"),
        ("issues: {a.b: }\n", "'a.b' needs title, list_parent and scope"),
        ("issues: {a.b: words}\n", "'a.b' needs title, list_parent and scope"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, content: str, mistake: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(ContentError, match=mistake) as caught:
        load_taxonomy(path)
    assert str(caught.value).startswith(str(path))

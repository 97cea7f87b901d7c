"""The issues a person can have, read from `nlu_data/taxonomy.yml`."""

from dataclasses import dataclass
from pathlib import Path

from triage.content import read_mapping
from triage.errors import ContentError


@dataclass(frozen=True, slots=True)
class Issue:
    """One kind of legal problem; `list_parent` is its parent in LIST, the Legal Issues Taxonomy."""

    id: str
    title: str
    list_parent: str
    scope: str

    @property
    def area(self) -> str:
        """The first part of the id: `housing` of `housing.lockout`."""
        return self.id.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All issues by id, in the order of the file, and the version of the file."""

    version: str
    issues: dict[str, Issue]

    @property
    def areas(self) -> tuple[str, ...]:
        """Every area once, in the order of the file."""
        return tuple(dict.fromkeys(issue.area for issue in self.issues.values()))


def load_taxonomy(path: Path) -> Taxonomy:
    """Reads the taxonomy; raises ContentError when an issue is incomplete or its id is not `area.name`."""
    content = read_mapping(path)
    issues: dict[str, Issue] = {}
    listed = content.get("issues") or {}
    if not isinstance(listed, dict):
        raise ContentError(path, "`issues` needs `area.name:` lines")
    for id_, entry in listed.items():
        if str(id_).count(".") != 1 or not isinstance(id_, str):
            raise ContentError(path, f"issue id {id_!r} is not of the form `area.name`")
        try:
            issues[id_] = Issue(id=id_, title=entry["title"], list_parent=entry["list_parent"], scope=entry["scope"])
        except (KeyError, TypeError):
            raise ContentError(path, f"issue {id_!r} needs title, list_parent and scope") from None
    if not issues:
        raise ContentError(path, "no issues in it")
    return Taxonomy(version=str(content.get("version", "")), issues=issues)

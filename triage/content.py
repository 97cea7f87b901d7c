"""Reads YAML content files and turns every mistake into an error that names file and line."""

from pathlib import Path
from typing import Any

import yaml

from triage.errors import ContentError

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # pragma: no cover - PyYAML built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]


class _Loader(SafeLoader):
    """Refuses a key that stands twice in one place, of which YAML would silently drop the first."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in keys:
                    twice = f"{key.value!r} is there twice; remove one"
                    raise yaml.MarkedYAMLError(problem=twice, problem_mark=key.start_mark)
                keys.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> Any:
    """The parsed content of one YAML file.

    Raises ContentError naming file and line when the file is missing, not UTF-8 or not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(path, "file not found; it belongs to the content, restore it") from None
    except UnicodeDecodeError as mistake:
        raise ContentError(path, f"not UTF-8 text (byte {mistake.start}); save it as UTF-8") from None
    return parse_yaml(path, text)


def parse_yaml(path: Path, text: str, *, above: int = 0) -> Any:
    """The parsed content of a text that stands in a file, below `above` other lines. Raises ContentError."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as mistake:
        mark = mistake.problem_mark
        line = mark.line + 1 + above if mark else None
        raise ContentError(path, f"not valid YAML: {mistake.problem}", line=line) from None
    except (yaml.YAMLError, ValueError) as mistake:  # ValueError: a date such as 2026-02-30
        raise ContentError(path, f"not valid YAML: {mistake}") from None


def read_mapping(path: Path) -> dict[str, Any]:
    """Like `read_yaml`, for a file that must hold a mapping at its top."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise ContentError(path, "expected `key: value` lines at the top of the file")
    return content

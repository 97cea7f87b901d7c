"""Reads YAML content files and turns every mistake into an error that names file and line."""

from pathlib import Path
from typing import Any

import yaml

from triage.errors import ContentError

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # pragma: no cover - PyYAML built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]


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
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 - Loader is one of the safe loaders
    except yaml.MarkedYAMLError as mistake:
        mark = mistake.problem_mark
        raise ContentError(path, f"not valid YAML: {mistake.problem}", line=mark.line + 1 if mark else None) from None
    except yaml.YAMLError as mistake:
        raise ContentError(path, f"not valid YAML: {mistake}") from None


def read_mapping(path: Path) -> dict[str, Any]:
    """Like `read_yaml`, for a file that must hold a mapping at its top."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise ContentError(path, "expected `key: value` lines at the top of the file")
    return content

"""Reads YAML content files and turns every mistake into an error that names file and line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from triage.errors import ContentError

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # pragma: no cover - PyYAML built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]


class Fields(dict[str, Any]):
    """The `key: value` lines of one place in a file; `line` is where it starts, `lines` where each key stands."""

    line = 0

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class _Loader(SafeLoader):
    """Remembers lines, and refuses a key that stands twice in one place, of which YAML would drop the first."""

    first_line = 1

    def construct_fields(self, node: Any) -> Iterator[Fields]:
        fields = Fields()
        fields.line = node.start_mark.line + self.first_line
        yield fields
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in fields.lines:
                    twice = f"{key.value!r} is there twice; remove one"
                    raise yaml.MarkedYAMLError(problem=twice, problem_mark=key.start_mark)
                fields.lines[key.value] = key.start_mark.line + self.first_line
        fields.update(self.construct_mapping(node))  # type: ignore[arg-type]  # keys are texts, and checked where read

    def construct_day(self, node: Any) -> Any:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError as mistake:  # a day such as 2026-02-30
            raise yaml.MarkedYAMLError(problem=f"{node.value}: {mistake}", problem_mark=node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_fields)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)


class _WordsLoader(_Loader):
    """Takes every scalar as it is written: a column called `No` is not a denial, nor `12` a number."""

    yaml_implicit_resolvers: dict[str, Any] = {}


def read_text(path: Path) -> str:
    """The text of one content file; raises ContentError when it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(path, "file not found; it belongs to the content, restore it") from None
    except UnicodeDecodeError as mistake:
        raise ContentError(path, f"not UTF-8 text (byte {mistake.start}); save it as UTF-8") from None


def read_yaml(path: Path) -> Any:
    """The parsed content of one YAML file.

    Raises ContentError naming file and line when the file is missing, not UTF-8 or not YAML.
    """
    return parse_yaml(path, read_text(path))


def read_words(path: Path) -> Any:
    """Like `read_yaml`, with every scalar as the text that is written there."""
    return parse_yaml(path, read_text(path), kind=_WordsLoader)


def parse_yaml(path: Path, text: str, *, above: int = 0, kind: type[_Loader] = _Loader) -> Any:
    """The parsed content of a text that stands in a file, below `above` other lines; every mapping is a `Fields`.

    Raises ContentError naming file and line when it is not YAML.
    """
    loader = kind(text)
    loader.first_line = above + 1
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as mistake:
        mark = mistake.problem_mark
        line = mark.line + 1 + above if mark else None
        raise ContentError(path, f"not valid YAML: {mistake.problem}", line=line) from None
    except yaml.YAMLError as mistake:
        raise ContentError(path, f"not valid YAML: {mistake}") from None
    finally:
        loader.dispose()


def read_mapping(path: Path) -> Fields:
    """Like `read_yaml`, for a file that must hold a mapping at its top."""
    content = read_yaml(path)
    if not isinstance(content, Fields):
        raise ContentError(path, "expected `key: value` lines at the top of the file")
    return content

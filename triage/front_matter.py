"""Reads Markdown that starts with `key: value` lines between two lines of ---."""

import re
from pathlib import Path

from triage.content import parse_yaml, read_text
from triage.entries import Entry
from triage.errors import ContentError

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


def read_front_matter(path: Path) -> tuple[Entry, str, int]:
    """The front matter of a file, the text below it, and how many lines stand above that text.

    Raises ContentError when the file is missing, not UTF-8, or its front matter cannot be read.
    """
    text = read_text(path)
    found = _FRONT_MATTER.match(text)
    if found is None:
        raise ContentError(path, "must start with front matter between two lines of ---", line=1)
    fields = parse_yaml(path, found.group(1), above=1)
    if not isinstance(fields, dict):
        raise ContentError(path, "front matter must be `key: value` lines", line=2)
    return Entry(path, "front matter", fields), found.group(2), text.count("\n", 0, found.start(2))

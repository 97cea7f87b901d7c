"""Our reader gives exactly Rasa's own reading of every file of examples."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.needs import rasa_python
from tests.trained import CONTENT
from triage.examples import read_examples

pytestmark = pytest.mark.rasa
_READS = """
import json, sys
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
for path in sys.argv[1:]:
    for message in RasaYAMLReader().read(path).training_examples:
        about = message.get("metadata") or {}
        metadata = {**(about.get("intent") or {}), **(about.get("example") or {})}
        print(json.dumps([path, message.get("text"), message.get("intent"), metadata.get("also", []),
                          metadata.get("language", "en"), message.get("entities") or []]))
"""
_STRANGE = r"""
version: "3.1"
nlu:
- intent: a
  examples: |
    - say "hi" and 'bye'
    - literal \n newline and \t tab \\ back
    - [sic] he said
    - [half](
    - [half] (apart)
    - http://example.org/a(b)
    - a # hash, {x} and ${HOME} and $HOME
    - /restart
    - /greet{"a": "b"}
    -no space
    -	tabbed	inside	
    - trailing   
    - - double
    - emoji 😀 é ü   
    - yes
    - null
    - x: y

    - ~
- intent: b
  examples:
  - text: |
      - leading dash
      second
  - text: "  spaced  "
  - text: 'no'
    metadata: {also: [c], language: zu}
- intent: a
  metadata: {language: af, also: [d, e]}
  examples: |
    - again
    - again
"""  # noqa: W291 - spaces at the end of a line are part of the test


def theirs(*paths: Path) -> list[list[object]]:
    """What Rasa reads."""
    command = [rasa_python(), "-W", "ignore", "-c", _READS, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ours(*paths: Path) -> list[list[object]]:
    """What we read: there are no entities."""
    return [[str(path), e.text, e.intent, list(e.also), e.language, []] for path in paths for e in read_examples(path)]


def test_every_file_is_read_as_rasa_reads_it() -> None:
    folders = ("issues", "chatter", "intents", "heldout")
    paths = [path for folder in folders for path in sorted((CONTENT / folder).glob("*.yml")) if path.stem != "danger"]
    paths.append(CONTENT / "vague.yml")
    assert len(ours(*paths)) > 10_000
    assert ours(*paths) == theirs(*paths)


def test_strange_lines_are_read_as_rasa_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "strange.yml"
    path.write_text(_STRANGE, encoding="utf-8")
    assert len(ours(path)) == 22
    assert ours(path) == theirs(path)

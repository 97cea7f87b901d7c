"""What a test needs from the machine; missing, it is skipped with a sentence, or fails where nothing may be skipped."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NO_SKIPS = "DOORSTEP_TEST_NO_SKIPS"
DATABASE_URL = "DOORSTEP_TEST_DATABASE_URL"

# Put on a test of the case store that makes sense on one kind of database only.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize(
    "database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)

# Put on a test that computes with the real weights of the sentence encoder.
needs_encoder = pytest.mark.usefixtures("encoder")


def need(what: str, how: str) -> None:
    """Skips the test that lacks `what`, and says `how` to get it; fails it where DOORSTEP_TEST_NO_SKIPS=1."""
    sentence = f"this test needs {what}: {how}"
    if os.environ.get(NO_SKIPS) == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def rasa_python() -> Path:
    """The Python of the environment that `make rasa` makes.

    The one thing that may be missing where nothing may be skipped: a Python 3.10, which not every system has.
    """
    python = ROOT / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        if subprocess.run([ROOT / ".ci" / "find-python3.10"], capture_output=True, check=False).returncode:
            pytest.skip("this test needs Rasa, and Rasa needs Python 3.10: install one, and run `make rasa`")
        need("Rasa", "run `make rasa`")
    return python


def postgres_url() -> str:
    """The address of the PostgreSQL server for tests."""
    url = os.environ.get(DATABASE_URL, "")
    if not url:
        need("PostgreSQL", f"start a server and set {DATABASE_URL}=postgresql://user:password@host:port/name")
    return url

"""What a test needs from the machine; missing, it is skipped with a sentence, or fails where nothing may be skipped."""

import os

import pytest

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


def postgres_url() -> str:
    """The address of the PostgreSQL server for tests."""
    url = os.environ.get(DATABASE_URL, "")
    if not url:
        need("PostgreSQL", f"start a server and set {DATABASE_URL}=postgresql://user:password@host:port/name")
    return url

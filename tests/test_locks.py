"""What is installed: tests run with the versions that an office runs, and nobody installs what they do not need."""

import re

import pytest

from tests.needs import ROOT

LOCKS = ("requirements.lock", "requirements-gateway.lock", "requirements-dev.lock")
_PIN = re.compile(r"^([a-z0-9.-]+==\S+)", re.MULTILINE)


def pins(name: str) -> set[str]:
    return set(_PIN.findall((ROOT / name).read_text(encoding="utf-8")))


def test_every_lock_is_a_part_of_what_tests_run_with() -> None:
    tested = pins("requirements-dev.lock")
    assert len(pins("requirements.lock")) > 50
    assert pins("requirements.lock") <= tested
    assert pins("requirements-gateway.lock") <= tested


def test_only_the_gateway_brings_rasas_sdk() -> None:
    with_sdk = [name for name in LOCKS if any(pin.startswith("rasa-sdk==") for pin in pins(name))]
    assert with_sdk == ["requirements-gateway.lock", "requirements-dev.lock"]


@pytest.mark.parametrize("name", [*LOCKS, "requirements-rasa.lock", "requirements-encoder.lock"])
def test_a_lock_names_no_address_and_no_folder(name: str) -> None:
    assert not re.findall(
        r"https?://|file:|/tmp/|^\s*(?:--index|--extra-index|--find-links|-i )",
        (ROOT / name).read_text(encoding="utf-8"),
        re.MULTILINE,
    )

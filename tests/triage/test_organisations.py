"""Organisations by name: found however they are written, never inside another word."""

from pathlib import Path

import pytest

from tests.trained import CONTENT
from triage.errors import ContentError
from triage.organisations import Organisations, load_organisations

KNOWN = load_organisations(CONTENT / "organisations.yml")


def names(text: str) -> list[str]:
    return [each.name for each in KNOWN.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SASSA stopped my grant", ["SASSA"]),
        ("sassa and Sassa again", ["SASSA"]),
        ("the south african social security agency", ["SASSA"]),
        ("fnb, then First National Bank", ["First National Bank"]),
        ("African Bank gave it, and ABSA took it", ["African Bank", "Absa"]),
        ("E.ON sends bills", ["E.ON"]),
        ("the jobcentre sanctioned me", ["Department for Work and Pensions"]),
        ("my landlord locked me out", []),
        ("an absatzmarkt, a mtnx and a pre-fnb time", []),
        ("", []),
    ],
)
def test_what_is_named_is_found_once_each_in_order(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_every_name_finds_its_own_organisation() -> None:
    for each in KNOWN.listed:
        for name in (each.name, *each.names):
            assert KNOWN.find(f"it was {name}, again") == (each,), name


def test_without_a_list_nothing_is_found() -> None:
    assert Organisations().find("SASSA") == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("organisations:\n  - {id: a, name: A, kind: moon}\n", "`kind: moon` is not one of"),
        ("organisations:\n  - {id: a, name: A, kind: bank, names: [B]}\n", "write 'B' in small letters"),
        ("organisations:\n  - {id: a, name: A, kind: bank}\n  - {id: b, name: a, kind: bank}\n", "'a' names 'a' too"),
        ("organisations:\n  - {id: a, kind: bank}\n", "needs `name:`"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "organisations.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match="organisations.yml") as mistake:
        load_organisations(path)
    assert says in str(mistake.value)

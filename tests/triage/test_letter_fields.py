"""Fields of a letter: what counts as an answer, how it is kept, and how it reads."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.letter_fields import LIMITS, Field, FieldChoice, FieldKind, clean

TODAY = date(2026, 11, 23)
CHOICES = (
    FieldChoice("never", "No, never", "I never agreed to it"),
    FieldChoice("ended", "Yes, but I ended it", "I ended it"),
)


def a_field(kind: str) -> Field:
    choices = CHOICES if kind == "choice" else ()
    return Field("x", FieldKind(kind), "X", "What?", optional=False, known_from="", example="", choices=choices)


def read(kind: str, words: str, currency: str = "ZAR") -> str:
    return a_field(kind).read(words, today=TODAY, order="DMY", currency=currency)


@pytest.mark.parametrize(
    ("kind", "words", "kept"),
    [
        ("name", "  Nomsa   Dlamini ", "Nomsa Dlamini"),
        ("name", "Mr P.\nBotha", ""),
        ("name", "x" * (LIMITS[FieldKind.NAME] + 1), ""),
        ("name", "...", ""),
        ("name", "Ŝimon Kgotšo-Müller", "Ŝimon Kgotšo-Müller"),
        ("address", "12 Vilakazi Street\n\n Orlando West ", "12 Vilakazi Street\nOrlando West"),
        ("address", "1\n2\n3\n4\n5\n6", ""),
        ("date", "last Friday", "2026-11-20"),
        ("date", "3 november", "2026-11-03"),
        ("date", "soon", ""),
        ("amount", "R4 500,50 a month", "4500.50"),
        ("amount", "1 500", "1500"),
        ("amount", "350", "350"),
        ("amount", "£20", ""),  # not the money of the place: better asked again than taken for rand
        ("amount", "a lot", ""),
        ("text", "It leaks.\nIt smells.", "It leaks.\nIt smells."),
        ("text", "x" * (LIMITS[FieldKind.TEXT] + 1), ""),
        ("choice", "no, never", "never"),
        ("choice", "I never agreed to it.", "never"),
        ("choice", "perhaps", ""),
    ],
)
def test_what_is_kept_of_an_answer(kind: str, words: str, kept: str) -> None:
    assert read(kind, words) == kept


@pytest.mark.parametrize(
    ("kind", "value", "currency", "said"),
    [
        ("date", "2026-11-03", "ZAR", "3 November 2026"),
        ("amount", "2400", "ZAR", "R2 400"),
        ("amount", "30.5", "ZAR", "R30,50"),
        ("amount", "1200.5", "GBP", "£1,200.50"),
        ("choice", "never", "ZAR", "I never agreed to it"),
        ("name", "Nomsa", "ZAR", "Nomsa"),
    ],
)
def test_how_a_kept_value_reads(kind: str, value: str, currency: str, said: str) -> None:
    assert a_field(kind).say(value, currency) == said


@given(st.sampled_from(list(FieldKind)), st.text(max_size=700))
def test_whatever_is_kept_fits_and_is_read_the_same_again(kind: FieldKind, words: str) -> None:
    field = a_field(kind)
    kept = read(kind, words)
    assert not kept or (field.fits(kept) and read(kind, kept) == kept)
    assert field.say(kept or "x", "ZAR")


@given(st.text(max_size=200))
def test_nothing_hidden_is_kept(words: str) -> None:
    kept = clean(words)
    assert kept.isprintable() or set(kept) <= {
        sign for sign in kept if sign.isprintable() or sign in "\u200c\u200d \u00a0"
    } | {sign for sign in kept if sign.isspace()}
    assert not set(kept) & set("\x00\x1b\u202e\u2066\ud800\n")

"""The counts of what English stood in for: whole lines, nothing about anybody, never in the way."""

from pathlib import Path

from bot.untranslated import Untranslated


def test_what_was_noted_is_counted_by_language_and_key(tmp_path: Path) -> None:
    noted = Untranslated(tmp_path / "counts")
    for _ in range(2):
        noted.note("zu", "case.referred")
    Untranslated(tmp_path / "counts").note("st", "card:za/work.pay")
    assert noted.counts() == {("zu", "case.referred"): 2, ("st", "card:za/work.pay"): 1}


def test_no_file_is_no_count_and_a_broken_line_hides_no_other(tmp_path: Path) -> None:
    noted = Untranslated(tmp_path / "counts")
    assert noted.counts() == {}
    (tmp_path / "counts").write_bytes(b"zu\n\xff\n")
    noted.note("zu", "a.b")
    assert noted.counts() == {("zu", "a.b"): 1}


def test_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    Untranslated(tmp_path / "no" / "such" / "folder").note("zu", "a.b")

"""The journal: whole lines, unharmed by a broken one, empty once the database knows."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.journal import SentJournal
from casestore.outbox import Letter
from tests.builders import NOW

LETTER = Letter(7, "telegram", "4711", "words of ours", (), None, None, attempts=1, created_at=NOW)


def test_what_was_noted_is_known_to_the_next_process(tmp_path: Path) -> None:
    SentJournal(tmp_path / "sent").note(LETTER)
    SentJournal(tmp_path / "sent").note(replace(LETTER, id=8, created_at=NOW + timedelta(seconds=1)))
    assert SentJournal(tmp_path / "sent").confirmed() == [(7, NOW), (8, NOW + timedelta(seconds=1))]


def test_a_line_that_broke_off_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(b"12 2026-11\n\xff\xfe\n")
    journal = SentJournal(tmp_path / "sent")
    journal.note(LETTER)
    assert journal.confirmed() == [(7, NOW)]


def test_cleared_it_is_empty_and_a_missing_file_is_too(tmp_path: Path) -> None:
    journal = SentJournal(tmp_path / "sent")
    journal.clear()
    assert journal.confirmed() == []
    journal.note(LETTER)
    journal.clear()
    assert journal.confirmed() == []


def test_it_holds_numbers_and_times_only(tmp_path: Path) -> None:
    SentJournal(tmp_path / "sent").note(LETTER)
    assert (tmp_path / "sent").read_text() == f"7 {NOW.isoformat()}\n"

"""`doorstep law`: numbers, text and the page a lawyer works through."""

import json
from datetime import date
from pathlib import Path

from doorstep.law_page import law_page
from doorstep.law_report import LawReport, law_report, report_json, report_lines
from tests.small_pack import write_small_pack
from tests.trained import CONTENT
from triage.pack import packs_folder

TODAY = date(2026, 11, 23)
NUMBERS = (
    "cards variants deadlines figures letters contacts offices statements statements_with_source awaiting_review stale"
)


def report_on(folder: Path, today: date = TODAY) -> LawReport:
    return law_report(folder, CONTENT / "taxonomy.yml", today=today)


def test_the_numbers_are_one_line_with_these_names_alone(tmp_path: Path) -> None:
    write_small_pack(tmp_path)
    numbers = (2, 1, 1, 1, 0, 1, 0, 3, 3, 4, 0)
    assert json.loads(report_json(report_on(tmp_path))) == {
        "packs": {"xx": dict(zip(NUMBERS.split(), numbers, strict=True))}
    }


def test_letters_and_services_are_counted_where_they_are() -> None:
    packs = report_on(packs_folder()).packs
    assert all(found.coverage.letters >= 8 and found.coverage.offices >= 20 for found in packs)


def test_the_text_shows_every_issue_stale_cards_and_what_waits(tmp_path: Path) -> None:
    write_small_pack(tmp_path)
    lines = list(report_lines(report_on(tmp_path)))
    assert lines[0] == "Atlantis (xx), version 1, on 2026-11-23"
    (eviction,) = [line for line in lines if line.startswith("housing.eviction")]
    assert eviction.split() == ["housing.eviction", "1", "2", "100%", "1", eviction.split()[5], "no", "lawyer", "yet"]
    (lockout,) = [line for line in lines if line.startswith("housing.lockout")]
    assert lockout.endswith("no card: the general one is shown")
    assert "Stale cards: none" in lines
    assert "  cards/housing.eviction.md:18: - Only a court can put you out. [^LAW1] (read, but no lawyer" in "\n".join(
        lines
    )
    later = list(report_lines(report_on(tmp_path, date(2027, 6, 1))))
    assert "Stale cards: general, housing.eviction" in later
    assert [line for line in later if line.endswith("due since 2027-05-23")]
    assert [line for line in report_lines(report_on(tmp_path, date(2027, 12, 1))) if "too old since" in line]


def test_the_page_shows_letters_and_the_helper_with_their_sources() -> None:
    html = law_page(report_on(packs_folder()))
    assert "letters/restore-access.md" in html
    assert "Nobody has approved it." in html
    assert "Nobody may be evicted from their home without a court order." in html
    assert "[if stage is second: I am not content with your first answer." in html
    assert "Fails: It is for people between 18 and 59." in html


def test_the_page_links_each_statement_to_its_source_and_escapes_what_it_shows(tmp_path: Path) -> None:
    pack = write_small_pack(tmp_path)
    sources = pack / "sources.yml"
    sources.write_text(sources.read_text(encoding="utf-8").replace("Tenancy Act", "Tenancy <b> Act"), encoding="utf-8")
    html = law_page(report_on(tmp_path))
    assert 'href="https://law.example/1"' in html
    assert "Tenancy &lt;b&gt; Act, section 1" in html
    assert "Only a court can put you out." in html
    assert "when court is yes" in html
    assert "line 18" in html
    assert "10 court days from the date on the letter" in html
    assert "555 0100" in html
    assert 'href="#xx-housing.eviction"' in html
    assert "housing.lockout</td>" in html

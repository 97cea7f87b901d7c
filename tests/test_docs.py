"""The docs keep their promises: links lead somewhere, every command, setting and make target is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from doorstep.cli import main
from doorstep.settings import describe_settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BENCH = re.compile(r"bench/\w+\.py")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def command_names(group: click.Group = main, before: str = "doorstep") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from command_names(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(_CODE.sub("", TEXTS[page])):
        if "://" not in link and not link.startswith(("#", "mailto:")):
            target = page.parent / link.split("#")[0]
            assert target.exists(), f"{page.relative_to(ROOT)}: {link}"


def test_the_page_of_settings_is_the_one_the_program_prints() -> None:
    page = ROOT / "docs" / "settings.md"
    assert TEXTS[page] == describe_settings(), "run: doorstep settings > docs/settings.md"


def test_the_page_of_commands_lists_each_once_with_an_example() -> None:
    rows = re.findall(
        r"^\| `(doorstep [a-z -]+)` \| (.+) \| `(.+)` \|$", TEXTS[ROOT / "docs" / "commands.md"], re.MULTILINE
    )
    assert sorted(name for name, _, _ in rows) == sorted(command_names())
    for name, purpose, example in rows:
        assert len(purpose.split()) >= 3
        assert name in example


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_only_commands_that_exist_are_named(page: Path) -> None:
    known = {words for name in command_names() for words in (name, " ".join(name.split()[:2]))}
    for named in re.findall(r"`(?:[A-Z_]+=\S+ )*(doorstep [a-z-]+(?: (?:add|list|password))?)", TEXTS[page]):
        assert named in known, named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_only_make_targets_that_exist_are_named(page: Path) -> None:
    for named in re.findall(r"(?:^\$ |`(?:[A-Z_]+=\S+ )*)make ([a-z-]+)", TEXTS[page], re.MULTILINE):
        assert named in make_targets(), named


def test_every_setting_that_is_named_exists() -> None:
    known = set(re.findall(r"DOORSTEP_[A-Z_]+", describe_settings()))
    for page, text in TEXTS.items():
        for named in re.findall(r"DOORSTEP_[A-Z_]+[A-Z]", text):
            assert named in known or named.startswith("DOORSTEP_TEST_"), f"{page.relative_to(ROOT)}: {named}"


def test_every_page_of_decisions_and_how_to_is_listed() -> None:
    listed = TEXTS[ROOT / "docs" / "decisions" / "README.md"]
    for page in (ROOT / "docs" / "decisions").glob("0*.md"):
        assert f"({page.name})" in listed
        assert TEXTS[page].startswith(f"# {page.name[:4]} ")


@pytest.mark.parametrize("named", sorted({found for text in TEXTS.values() for found in _BENCH.findall(text)}))
def test_every_bench_that_is_named_starts(named: str) -> None:
    """A script beside the others hides a package of its own name from all of them."""
    assert (ROOT / named).exists()
    assert not (ROOT / Path(named).stem).is_dir()


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text("utf-8")]
    assert missing == []

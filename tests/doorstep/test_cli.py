"""The `doorstep` command: 0 on success, 2 on wrong use, 1 with one clear line."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from casestore.database import MIGRATIONS
from casestore.privacy.consent import IMPROVE, Consent
from casestore.unit_of_work import Store
from doorstep.cli import main
from doorstep.settings import Settings, describe_settings
from doorstep.wiring import open_store
from tests.builders import NOW, PASSWORD, a_case, a_conversation, a_paralegal
from tests.small_content import write_examples, write_small_content
from tests.small_pack import write_small_pack
from tests.trained import CONTENT, model_path
from triage.sentence_encoder import sentence_encoder
from triage.understanding import Model

LOCKED_OUT = "My landlord in Tembisa changed the locks yesterday and my kids are outside"


@dataclass
class Shell:
    """Runs `doorstep` in this process, with an office of its own in a temporary folder."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, *arguments: str, stdin: str | bytes = "", **environment: str) -> Result:
        own = {"DOORSTEP_DATA": str(self.data), "DOORSTEP_MODEL_FILE": str(model_path())}
        return CliRunner().invoke(main, arguments, input=stdin, env={**own, **self.environment, **environment})

    def succeeds(self, *arguments: str, **how: Any) -> str:
        result = self.run(*arguments, **how)
        assert (result.exit_code, result.stderr) == (0, "") or result.exit_code == 0, result.output
        return result.stdout

    def fails(self, *arguments: str, **how: Any) -> str:
        """What is said on standard error: one line, no stack trace, exit code 1."""
        result = self.run(*arguments, **how)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit), repr(result.exception)
        (line,) = [line for line in result.stderr.splitlines() if not line.startswith("Training the classifier")]
        assert line.startswith("Error: ")
        return line.removeprefix("Error: ")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def commands(
    group: click.Group = main, before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


COMMANDS = dict(commands())


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help(shell: Shell, path: tuple[str, ...]) -> None:
    text = shell.succeeds(*path, "--help")
    purpose = (COMMANDS[path].help or "").split("\n")[0]
    assert len(purpose.split()) >= 3
    assert purpose[:30] in " ".join(text.split())
    for option in COMMANDS[path].params:
        assert not isinstance(option, click.Option) or option.help or option.name == "role", option.name


def test_help_lists_every_command(shell: Shell) -> None:
    text = shell.succeeds("--help")
    assert all(f"  {name} " in text for name in main.commands)
    assert shell.succeeds("-h") == text


def test_the_version_is_told(shell: Shell) -> None:
    assert ", version 0." in shell.succeeds("--version")


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("run", "--fast"),
        ("evaluate",),
        ("evaluate", "a.tsv", "b.tsv"),
        ("staff", "add"),
        ("staff", "add", "thandi", "--name", "Thandi", "--role", "king"),
        ("staff", "fire", "thandi"),
        ("migrate", "--to"),
    ],
)
def test_wrong_use_is_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    result = shell.run(*arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert not shell.data.exists()


def test_a_wrong_setting_stops_every_command_with_one_line(shell: Shell) -> None:
    for path, command in COMMANDS.items():
        if not isinstance(command, click.Group):
            needed = [name.name for name in command.params if isinstance(name, click.Argument)]
            said = shell.fails(*path, *[str(name) for name in needed], DOORSTEP_PORT="eight")
            assert said.startswith("DOORSTEP_PORT: ")


# doorstep triage


def test_triage_judges_json_lines_in_their_order(shell: Shell) -> None:
    lines = [{"id": "b", "text": LOCKED_OUT}, {"id": 2, "text": "hello", "jurisdiction": "gb-eng"}]
    stdin = "\n\n".join(json.dumps(line) for line in lines)
    first, second = [json.loads(line) for line in shell.succeeds("triage", stdin=stdin).splitlines()]
    assert (first["id"], first["urgency"], first["versions"]["pack"][:3]) == ("b", "emergency", "za@")
    assert (second["id"], second["decision"], second["versions"]["pack"][:7]) == (2, "none", "gb-eng@")


def test_the_law_that_applies_can_be_chosen(shell: Shell) -> None:
    line = '{"id": 1, "text": "hello"}'
    for how in ({"stdin": line, "DOORSTEP_JURISDICTION": "gb-eng"}, {"stdin": line}):
        option = () if len(how) == 2 else ("--jurisdiction", "gb-eng")
        assert json.loads(shell.succeeds("triage", *option, **how))["versions"]["pack"].startswith("gb-eng@")


@pytest.mark.parametrize("bad", [b"not json", b'{"id": 1, "text": "\xff"}'])
def test_a_bad_line_is_named_by_its_number_after_the_good_ones(shell: Shell, bad: bytes) -> None:
    good = b'{"id": 1, "text": "hello"}\n\n'
    result = shell.run("triage", stdin=good + bad + b"\n" + good)
    assert (result.exit_code, result.stderr) == (1, "Error: line 3 is not JSON\n")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [1]


def test_half_a_character_comes_back_as_it_went_in(shell: Shell) -> None:
    stdin = '{"id": "\\ud83d", "text": "they locked me out \\ude22 now"}\n'
    assert json.loads(shell.succeeds("triage", stdin=stdin))["id"] == "\ud83d"


def test_triage_touches_no_database_and_makes_no_folder(shell: Shell) -> None:
    shell.succeeds("triage", stdin='{"id": 1, "text": "hello"}')
    assert not shell.data.exists()


def test_the_installed_command_reads_a_pipe_line_by_line(shell: Shell) -> None:
    """A real process: it answers each line before the next one is written."""
    environment = {**os.environ, "DOORSTEP_MODEL_FILE": str(model_path()), "DOORSTEP_DATA": str(shell.data)}
    command = [sys.executable, "-m", "doorstep", "triage"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for number in (1, 2):
            process.stdin.write(json.dumps({"id": number, "text": LOCKED_OUT}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.write(b"{\n")
        process.stdin.close()
        assert process.stderr.read() == b"Error: line 3 is not JSON\n"
        assert process.wait(timeout=20) == 1


def test_whoever_reads_only_the_beginning_is_told_of_no_error() -> None:
    """As `doorstep law | head` does: there is far more than a pipe holds."""
    command = [sys.executable, "-m", "doorstep", "law"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"England")
        process.stdout.close()
        assert process.stderr.read() == b""


# model and content


def test_training_and_measuring_on_other_content(shell: Shell) -> None:
    content = write_small_content(shell.folder / "content")
    shutil.copytree(CONTENT / "safety", content / "safety")
    shell.environment = {"DOORSTEP_CONTENT": str(content), "DOORSTEP_MODEL_FILE": ""}
    said = shell.succeeds("train")
    assert "102 messages and 15 short answers, 3 issues" in said
    assert f"Saved {shell.data / 'model.npz'}, fingerprint " in said
    table = shell.folder / "labelled.tsv"
    table.write_text("text\tlabels\nthey changed the locks\thousing\nno salary\twork.pay\n", encoding="utf-8")
    assert "housing" in shell.succeeds("evaluate", str(table))


def test_a_model_that_reads_held_out_examples_worse_is_not_saved_unless_told_to(shell: Shell) -> None:
    content = write_small_content(shell.folder / "content")
    (content / "heldout").mkdir()
    held = ["the caretaker changed the locks", "the boss did not pay wages", "they declined my grant"]
    for issue, text in zip(("housing.lockout", "work.pay", "benefits.refused"), held, strict=True):
        write_examples(content / "heldout" / f"{issue}.yml", issue, [text])
    shell.environment = {"DOORSTEP_CONTENT": str(content), "DOORSTEP_MODEL_FILE": ""}
    said = shell.succeeds("train")
    assert "On held-out examples: 100.0% right" in said
    model = shell.data / "model.npz"
    before = model.read_bytes()
    for file in (content / "issues").glob("*.yml"):  # what was one issue is now another
        file.write_text(
            file.read_text(encoding="utf-8")
            .replace("intent: work.pay", "intent: benefits.unpaid")
            .replace("intent: housing.lockout", "intent: work.pay")
            .replace("intent: benefits.unpaid", "intent: housing.lockout"),
            encoding="utf-8",
        )
    refused = shell.fails("train")
    assert "reads 33.3% of the held-out examples rightly, the last one 100.0%: the last one stays" in refused
    assert model.read_bytes() == before
    assert "Saved" in shell.succeeds("train", "--anyway")
    assert model.read_bytes() != before


def test_without_the_encoder_the_light_tier_serves_and_says_so(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.sentence_encoder.PACKAGE", "no_such_package")
    sentence_encoder.cache_clear()
    content = write_small_content(shell.folder / "content")
    shell.environment = {"DOORSTEP_CONTENT": str(content), "DOORSTEP_MODEL_FILE": "", "DOORSTEP_TIER": "encoder"}
    said = shell.succeeds("train")
    assert said.startswith("The light tier serves: the sentence encoder cannot be used")
    assert "`make encoder`" in said
    assert Model.load(shell.data / "model.npz").tier == "light"
    sentence_encoder.cache_clear()


def test_evaluate_prints_a_table(shell: Shell) -> None:
    table = shell.folder / "labelled.tsv"
    rows = [(LOCKED_OUT, "housing|housing.lockout"), ("my boss did not pay my wages", "work"), ("nice weather", "")]
    table.write_text("text\tlabels\n" + "".join(f"{text}\t{labels}\n" for text, labels in rows), encoding="utf-8")
    lines = shell.succeeds("evaluate", str(table)).splitlines()
    assert lines[0].split()[:6] == ["label", "texts", "yes", "prec", "recall", "F1"]
    assert "balanced accuracy (95 %)" in lines[0]
    figures = {line.split()[0]: line.split()[1:] for line in lines[1:4]}
    assert list(figures) == ["housing", "housing.lockout", "work"]
    assert figures["housing"][:5] == ["3", "1", "1.000", "1.000", "1.000"]
    (decided,) = [line for line in lines if line.startswith("decisions: sure ")]
    assert decided.count("%") == 4


def test_a_table_without_its_columns_is_one_line(shell: Shell) -> None:
    table = shell.folder / "other.tsv"
    table.write_text("a\tb\n1\t2\n", encoding="utf-8")
    assert shell.fails("evaluate", str(table)).startswith(f"{table}: needs tab-separated columns")
    assert shell.fails("evaluate", str(shell.folder / "gone.tsv")).endswith("gone.tsv: file not found")
    assert shell.fails("evaluate", str(shell.folder)).startswith("Is a directory")


@pytest.mark.parametrize("arguments", [("triage",), ("evaluate", "labelled.tsv"), ("chat",)])
def test_a_broken_model_file_is_one_line_that_says_what_to_do(shell: Shell, arguments: tuple[str, ...]) -> None:
    (shell.folder / "labelled.tsv").write_text("text\tlabels\nwords\thousing\n", encoding="utf-8")
    broken = shell.folder / "model.npz"
    broken.write_bytes(model_path().read_bytes()[:5000])
    arguments = tuple(str(shell.folder / name) if name.endswith(".tsv") else name for name in arguments)
    said = shell.fails(*arguments, DOORSTEP_MODEL_FILE=str(broken))
    assert said == f"the model file {broken} is broken: run `doorstep train` to make a new one"


def test_check_says_what_it_checked(shell: Shell) -> None:
    lines = shell.succeeds("check", "--on", "2026-11-23").splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "examples",
        "held-out",
        "Rasa project",
        "interview",
        *(f"language {code}" for code in ("af", "st", "xh", "zu")),
        "danger phrases",
        "law pack gb-eng",
        "law pack gb-eng in other languages",
        "review of gb-eng",
        "law pack za",
        "law pack za in other languages",
        "review of za",
    ]


def test_languages_tells_what_is_said_reviewed_and_missing(shell: Shell) -> None:
    """For each language its sentences, its cards, and what English stood in for."""
    shell.data.mkdir()
    (shell.data / "untranslated.txt").write_text("zu card:za/work.pay\nzu card:za/work.pay\n", encoding="utf-8")
    lines = shell.succeeds("languages").splitlines()
    assert lines[0].split() == [
        *("language", "sentences", "translated", "reviewed", "awaiting", "outdated"),
        *("in", "English"),
    ]
    rows = {line.split()[0]: [int(number) for number in line.split()[1:]] for line in lines[1:5]}
    assert rows.keys() == {"Afrikaans", "Sesotho", "isiXhosa", "isiZulu"}
    for sentences, translated, reviewed, awaiting, outdated, english in rows.values():
        assert sentences >= translated == reviewed + awaiting + outdated
        assert english >= sentences - translated
    assert any(
        re.fullmatch(r"cards za in isiZulu: \d+ of \d+, \d+ reviewed, \d+ awaiting, \d+ outdated", line)
        for line in lines
    )
    assert "English stood in 2 times." in lines
    assert lines[-1].split() == ["2", "zu", "card:za/work.pay"]


def test_an_update_brings_new_sentences_to_the_translators(shell: Shell) -> None:
    """Empty, and counted until somebody translates them; a new language begins with an empty file."""
    content = shutil.copytree(CONTENT, shell.folder / "content")
    with open(content / "wording" / "en.yml", "a", encoding="utf-8") as file:
        file.write('\nnew:\n  sentence: "Something new."\n')
    (content / "wording" / "pl.po").write_text("", encoding="utf-8")
    lines = shell.succeeds("languages", "--update", DOORSTEP_CONTENT=str(content)).splitlines()
    assert sum(line.endswith("brought up to date") for line in lines) == 5
    for language in ("pl", "zu"):
        text = (content / "wording" / f"{language}.po").read_text(encoding="utf-8")
        assert 'msgctxt "new.sentence"\nmsgid "Something new."\nmsgstr ""' in text
    assert "languages.pl" in shell.fails("check", DOORSTEP_CONTENT=str(content))


def test_check_says_which_amounts_have_run_out(shell: Shell) -> None:
    said = shell.fails("check", "--on", "2027-05-01")
    assert re.search(r"figures\.yml:\d+: figure '\w+': no period covers 2027-05-01; add the new amount", said), said


def test_law_shows_numbers_text_and_a_page(shell: Shell) -> None:
    page = shell.folder / "law.html"
    told = json.loads(shell.succeeds("law", "--format", "json", "--html", str(page), "--on", "2026-11-23"))
    assert set(told["packs"]) == {"za", "gb-eng"}
    for numbers in told["packs"].values():
        assert numbers["statements"] == numbers["statements_with_source"] > 0
        assert numbers["stale"] == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert shell.succeeds("law", "--format", "html", "--on", "2026-11-23").startswith("<!doctype html>")
    assert "Stale cards: none" in shell.succeeds("law", "--on", "2026-11-23")


def test_a_country_is_added_by_adding_a_folder(shell: Shell) -> None:
    packs = shell.folder / "packs"
    write_small_pack(packs)
    where = {"DOORSTEP_PACKS": str(packs), "DOORSTEP_JURISDICTION": "xx"}
    assert "law pack xx: 2 cards" in shell.succeeds("check", "--on", "2026-11-23", **where)
    assert set(json.loads(shell.succeeds("law", "--format", "json", **where))["packs"]) == {"xx"}
    line = {"id": 1, "text": "the landlord gave me a notice to leave on 2026-11-02", "context": "letter_date"}
    judged = json.loads(shell.succeeds("triage", stdin=json.dumps(line), **where))
    assert judged["versions"]["pack"] == "xx@1"
    assert judged["facts"]["letter_date"] == "2026-11-02"
    assert "must be a folder with a law pack" in shell.fails("check", DOORSTEP_PACKS=str(packs))


def content_mistakes() -> dict[str, tuple[str, str, str]]:
    """File, what is added to it, and what is said about it."""
    example = 'version: "3.1"\nnlu:\n- intent: {}\n  examples: |\n    - {}\n'
    return {
        "not YAML": ("taxonomy.yml", "  - [\n", r"taxonomy\.yml:\d+: not valid YAML"),
        "unknown label": (
            "issues/extra.yml",
            example.format("work.strike", "we strike"),
            "unknown issue 'work.strike'",
        ),
        "held-out learnt": (
            "heldout/extra.yml",
            example.format("vague", "HELP"),
            r"heldout/extra\.yml:5: held out, but 100% the same as the training example .*vague\.yml:\d+",
        ),
        "sentence twice": ("wording/en.yml", "\nfact: {}\n", r"wording/en\.yml:\d+: .*'fact' is there twice"),
        "unknown question": ("script/interview.yml", "  work.pay: [salary]\n", "unknown question 'salary'"),
        "respondents": ("respondents.yml", "\nchurch: priest\n", "church: expected a list of words"),
        "sentence that is gone": (
            "wording/zu.po",
            '\nmsgctxt "a.b"\nmsgid "Gone."\nmsgstr "Akusekho."\n',
            r"wording/zu\.po:\d+: a\.b: no such sentence",
        ),
        "danger": ("safety/en.yml", "\nnonsense: 1\n", r"safety/en\.yml"),
    }


@pytest.mark.parametrize("mistake", content_mistakes())
def test_a_mistake_in_content_is_one_line_that_names_the_file(shell: Shell, mistake: str) -> None:
    name, added, said = content_mistakes()[mistake]
    content = shutil.copytree(CONTENT, shell.folder / "content")
    with open(content / name, "a", encoding="utf-8") as file:
        file.write(added)
    line = shell.fails("check", DOORSTEP_CONTENT=str(content))
    assert line.startswith(str(content))
    assert re.search(said, line), line


# database, keys, accounts


def test_migrate_goes_forward_and_one_step_back(shell: Shell) -> None:
    *_, before, newest = sorted(path.stem[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    at = "The database is at revision {}.\n"
    assert shell.succeeds("migrate") == at.format(newest)
    assert shell.succeeds("migrate") == at.format(newest)
    assert shell.succeeds("migrate", "--to", "-1") == at.format(before)
    assert "run `doorstep migrate`" in shell.fails("staff", "list")
    assert shell.succeeds("migrate", "--to", "base") == at.format("none")
    assert "cannot be brought to '-1'" in shell.fails("migrate", "--to", "-1")
    assert shell.succeeds("migrate", "--to", newest) == at.format(newest)
    assert "cannot be brought to '9999'" in shell.fails("migrate", "--to", "9999")


def exports(store: Store) -> list[dict[str, object]]:
    with store.reading() as look:
        return [entry.detail for entry in look.log.of_office() if entry.kind.id == "exported"]


def test_corrections_are_exported_to_a_new_file_and_reported(shell: Shell) -> None:
    shell.succeeds("migrate")
    store = open_store(Settings(data=shell.data), create=False)
    with store.unit_of_work() as uow:
        case, thandi = a_case(uow, understood="housing.lockout"), a_paralegal(uow)
        uow.cases.claim(case.id, staff_id=thandi.id, now=NOW)
        uow.labels.judge(case.id, "housing.deposit", staff_id=thandi.id, now=NOW)
    out = shell.folder / "candidates.yml"
    assert "0 of 1 corrected cases" in shell.run("corrections", "--out", str(out)).output
    assert exports(store) == []
    assert out.read_text(encoding="utf-8").startswith("# Candidates")
    assert "exists" in shell.fails("corrections", "--out", str(out)).lower()
    assert shell.succeeds("corrections", "--report").startswith("1 of 1 cases were judged at the desk, 1 put right.")


def test_words_that_are_exported_leave_a_line_in_the_log(shell: Shell) -> None:
    """Also when they are only shown; how many cases they are of, not which."""
    shell.succeeds("migrate")
    store = open_store(Settings(data=shell.data), create=False)
    with store.unit_of_work() as uow:
        conversation, thandi = a_conversation(uow), a_paralegal(uow)
        uow.messages.add(conversation, "person", "the landlord kept all of my deposit", now=NOW)
        uow.consents.note(conversation.person_id, Consent(IMPROVE, True, "improve@1", "en", NOW))
        case = a_case(uow, conversation, understood="housing.lockout")
        uow.cases.claim(case.id, staff_id=thandi.id, now=NOW)
        uow.labels.judge(case.id, "housing.deposit", staff_id=thandi.id, now=NOW)
    assert "kept all of my deposit" in shell.run("corrections").output
    assert exports(store) == [{"what": "corrections", "cases": 1}]


def test_accounts_are_added_listed_and_get_new_passwords(shell: Shell) -> None:
    add = ("staff", "add", "Thandi", "--name", "Thandi M", "--password", PASSWORD)
    assert shell.succeeds(*add) == "Thandi M can sign in as thandi.\n"
    shell.succeeds("staff", "add", "sipho", "--name", "Sipho", "--role", "administrator", "--password", PASSWORD)
    assert shell.succeeds("staff", "list") == "sipho\tSipho\tadministrator\t1\nthandi\tThandi M\tparalegal\t1\n"
    assert shell.fails(*add) == "there is already somebody called thandi"
    shell.succeeds("staff", "password", "thandi", "--password", "another password")
    with store_of(shell).unit_of_work() as uow:
        assert uow.staff.sign_in("thandi", PASSWORD, now=NOW) is None
        assert uow.staff.sign_in("thandi", "another password", now=NOW) is not None


def store_of(shell: Shell) -> Store:
    return open_store(Settings(data=shell.data), create=False)


def test_a_password_is_asked_for_twice_and_not_shown(shell: Shell) -> None:
    said = shell.succeeds("staff", "add", "thandi", "--name", "T", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert PASSWORD not in said
    with store_of(shell).unit_of_work() as uow:
        assert uow.staff.sign_in("thandi", PASSWORD, now=NOW) is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "x", "--name", "X", "--password", "short"), "the password needs at least 10 characters"),
        (("add", " ", "--name", "X", "--password", PASSWORD), "a sign-in name is needed"),
        (("password", "nobody", "--password", PASSWORD), "there is nobody called nobody"),
    ],
)
def test_an_account_that_cannot_be_is_one_line(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    shell.succeeds("migrate")
    assert shell.fails("staff", *arguments) == said


def test_a_lost_key_file_is_one_line_that_says_what_to_do(shell: Shell) -> None:
    with open_store(Settings(data=shell.data), create=True).unit_of_work() as uow:
        a_case(uow)
    (shell.data / "keys.json").unlink()
    for arguments in (("staff", "list"), ("chat",), ("run",), ("desk",), ("worker",)):
        said = shell.fails(*arguments)
        assert said.startswith(f"key file {shell.data / 'keys.json'} is missing: restore it from your backup")


def test_a_broken_key_file_is_one_line(shell: Shell) -> None:
    shell.succeeds("migrate")
    (shell.data / "keys.json").write_text("{}", encoding="utf-8")
    assert "is broken: restore it from your backup" in shell.fails("staff", "list")


def test_a_data_folder_that_cannot_be_used_is_one_line(shell: Shell) -> None:
    shell.data.write_text("a file where the folder should be", encoding="utf-8")
    for arguments in (("staff", "list"), ("migrate",), ("chat",), ("run",)):
        said = shell.fails(*arguments)
        assert said.startswith(f"the data folder {shell.data} cannot be made")
        assert said.endswith("set DOORSTEP_DATA")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://office:hidden@host/name", "'mysql' is not supported: use sqlite or postgresql"),
        ("nonsense hidden", "the database address cannot be used"),
        ("postgresql://office:hidden@127.0.0.1:1/name", "the database "),
    ],
)
def test_a_database_out_of_reach_is_one_line_without_its_password(shell: Shell, address: str, said: str) -> None:
    line = shell.fails("staff", "list", DOORSTEP_DATABASE_URL=address)
    assert line.startswith(said)
    assert "hidden" not in line


def test_a_file_that_is_no_database_is_one_line(shell: Shell) -> None:
    shell.data.mkdir()
    (shell.data / "doorstep.db").write_bytes(b"a letter, not a database" * 100)
    assert "does not answer (file is not a database)" in shell.fails("staff", "list")


# what runs


def test_telegram_without_a_token_is_one_line(shell: Shell) -> None:
    assert shell.fails("telegram").startswith("DOORSTEP_TELEGRAM_TOKEN is not set: get a token from BotFather")
    assert not shell.data.exists()


def test_a_gateway_without_its_sdk_says_what_to_install(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.fails("rasa", "gateway").startswith("DOORSTEP_RASA_GATEWAY_TOKEN is not set")
    monkeypatch.setitem(sys.modules, "rasa_sdk", None)
    said = shell.fails("rasa", "gateway", DOORSTEP_RASA_GATEWAY_TOKEN="a long random word")
    assert said.startswith("the Rasa gateway needs rasa-sdk: run `make gateway`")


def test_a_port_that_is_taken_is_one_line(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert shell.fails("run", DOORSTEP_PORT=str(port)).startswith(f"127.0.0.1 port {port} cannot be used")


def test_chat_goes_on_until_the_input_ends(shell: Shell) -> None:
    result = shell.run("chat", stdin=f"{LOCKED_OUT}\n")
    assert "I am Doorstep" in result.stdout
    assert "First, your safety." in result.stdout
    assert "10111" in result.stdout
    assert "Traceback" not in result.output


def test_settings_are_shown_as_the_page_has_them(shell: Shell) -> None:
    assert shell.succeeds("settings") == describe_settings()

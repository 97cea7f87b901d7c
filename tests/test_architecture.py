"""Tests about the code itself: the rules that keep it readable and safe."""

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("doorstep", "bot", "desk", "casestore", "triage")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MIGRATIONS = ROOT / "casestore" / "migrations"
VAGUE_NAMES = {"utils", "helpers", "common", "base", "misc", "models", "views", "constants", "service", "manager"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def trees() -> dict[str, ast.Module]:
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def calls_of(tree: ast.AST, attribute: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute
        for node in ast.walk(tree)
    )


def test_there_is_code_to_look_at() -> None:
    assert len(MODULES) > 80
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(PACKAGES)


def test_only_the_unit_of_work_commits() -> None:
    committing = {name for name, tree in trees().items() if calls_of(tree, "commit")}
    outside = {name for name in committing if not name.startswith("casestore/migrations/")}
    assert outside == {"casestore/unit_of_work.py"}


def test_what_is_sealed_with_the_office_key_is_known_to_who_retires_keys() -> None:
    """Whoever seals more with it adds it to OFFICE_SEALED in casestore/key_use.py, or its words are lost one day."""
    sealing = {name for name, tree in trees().items() if calls_of(tree, "office_box")}
    known = ("keys/encryption", "key_use", "outbox", "respondents", "community_problems")
    # A backup's own key is sealed into the file; docs/how-to/rotate-keys.md says how long its office key is needed.
    assert sealing == {f"casestore/{name}.py" for name in (*known, "keys/sealed_file")}


def test_only_the_settings_read_the_environment() -> None:
    """Whether a file may be written (os.access) is no setting."""
    reading = set()
    for name, tree in trees().items():
        for node in ast.walk(tree):
            named = isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "putenv")
            imported = isinstance(node, ast.ImportFrom) and node.module == "os"
            if named or (imported and any(one.name in ("environ", "getenv") for one in node.names)):
                reading.add(name)
    assert reading == {"doorstep/settings.py"}


def test_no_module_has_a_name_that_anything_could_go_under() -> None:
    parts = {part for path in MODULES for part in (path.stem, path.parent.name)}
    assert not parts & (VAGUE_NAMES | {f"{name}s" for name in VAGUE_NAMES})


def test_every_module_opens_with_one_sentence() -> None:
    for name, tree in trees().items():
        sentence = (ast.get_docstring(tree) or "").split("\n")[0]
        assert sentence.endswith((".", ":")), name


def test_every_module_imports_in_an_empty_environment_without_network_or_database() -> None:
    program = """
import importlib, pkgutil, sys
def forbid(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__" or event.startswith("sqlite3.connect"):
        raise SystemExit(f"{event} {arguments} while importing {current}")
current = ""
sys.addaudithook(forbid)
count = 0
for package in sys.argv[1:]:
    for found in pkgutil.walk_packages([package], f"{package}."):
        current = found.name
        if not current.endswith(".__main__") and current != "triage.rasa_component":
            importlib.import_module(current)
            count += 1
print(count)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, *PACKAGES], cwd=ROOT, env={}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    # Everything but the migrations, which Alembic loads, `__main__`, the packages themselves, and what Rasa loads.
    others = ("__main__", "__init__", "rasa_component")
    expected = [path for path in MODULES if MIGRATIONS not in path.parents and path.stem not in others]
    assert int(done.stdout) >= len(expected)


def test_importing_makes_no_engine_client_or_settings() -> None:
    """What is made when a module is imported stands at its top level."""
    making = {"create_engine", "open_engine", "FastAPI", "Bot", "Settings", "read_settings", "Store", "create_app"}
    for name, tree in trees().items():
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
                for node in ast.walk(statement):
                    called = node.func if isinstance(node, ast.Call) else None
                    assert not (isinstance(called, ast.Name) and called.id in making), f"{name}: {ast.unparse(node)}"


def test_every_migration_is_numbered_and_its_number_is_its_revision() -> None:
    paths = sorted((MIGRATIONS / "versions").glob("*.py"))
    before = None
    for number, path in enumerate(paths, start=1):
        assert re.fullmatch(rf"{number:04}_[a-z_]+", path.stem), path.name
        found = {
            node.target.id if isinstance(node, ast.AnnAssign) else node.targets[0].id: ast.literal_eval(node.value)
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        }
        assert found["revision"] == path.stem[:4]
        assert found["down_revision"] == before
        before = found["revision"]
    assert before is not None


def test_deciding_asks_no_clock() -> None:
    """`now` and `today` are arguments; only the wiring knows what time it is."""
    for name, tree in trees().items():
        if not name.startswith("doorstep/"):
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    asked = (node.value.id, node.attr)
                    clocks = {("date", "today"), ("datetime", "now"), ("datetime", "today"), ("time", "time")}
                    assert asked not in clocks, f"{name}: {'.'.join(asked)}"


def test_only_one_module_imports_rasa_and_one_other_its_sdk() -> None:
    importing = set()
    for name, tree in trees().items():
        for node in ast.walk(tree):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            modules += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            tops = {module.split(".")[0] for module in modules} & {"rasa", "rasa_sdk", "sanic"}
            importing |= {(name, top) for top in tops}
    server = "bot/channels/rasa_action_server.py"
    assert importing == {("triage/rasa_component.py", "rasa"), (server, "rasa_sdk"), (server, "sanic")}
    assert not (ROOT / "rasa").exists()


def test_import_layers_are_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, env=os.environ, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout

"""The drill: an office at work is backed up, lost, and brought back elsewhere, on both databases and across them."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from casestore.backup.snapshot import digests
from doorstep.settings import Settings
from doorstep.wiring import open_store
from tests.casestore.opened import open_everything
from tests.emulator import Telegram, wait_until
from tests.telegram_bot import ROOT, Bot, Person
from tests.trained import model_path

ACROSS = [
    ("sqlite", "sqlite"),
    pytest.param("sqlite", "postgresql", marks=pytest.mark.postgres),
    pytest.param("postgresql", "sqlite", marks=pytest.mark.postgres),
    pytest.param("postgresql", "postgresql", marks=pytest.mark.postgres),
]
SAID = ("/start", "/status", "/help", "/status", "/language")
CHATS = range(100, 106)


def address(request: pytest.FixtureRequest, kind: str, name: str, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / name}.db"
    engine = request.getfixturevalue("empty_postgres" if name == "office" else "empty_postgres_too")
    url: str = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return url


def doorstep(*arguments: str, **settings: str) -> str:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    inside = {f"DOORSTEP_{name}": value for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "doorstep", *arguments],
        cwd=ROOT,
        env={**outside, **inside},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("here", "there"), ACROSS)
def test_an_office_at_work_is_backed_up_lost_and_brought_back(
    request: pytest.FixtureRequest, tmp_path: Path, here: str, there: str
) -> None:
    data, new, backups = tmp_path / "office", tmp_path / "elsewhere", tmp_path / "backups"
    old_url, new_url = address(request, here, "office", tmp_path), address(request, there, "elsewhere", tmp_path)
    key_file = tmp_path / "keys.json"
    own = {"KEY_FILE": str(key_file)}
    with Telegram() as telegram:
        with Bot(data, model_path(), telegram, DATABASE_URL=old_url, **own) as bot:
            bot.start()
            during = written_while_people_write(bot, backups, DATA=str(data), DATABASE_URL=old_url, **own)
            bot.settle()
            telegram.sends_file("document", b"a letter" * 999, chat=CHATS[0], name="letter.txt")
            wait_until(lambda: any(content for _, content in bot.files(CHATS[0])), saying="the file is there")
            bot.settle()
            assert bot.stop() == 0
            doorstep("backup", str(backups), DATA=str(data), DATABASE_URL=old_url, **own)
            before = digests(bot.store.engine)
            opened = open_everything(bot.store)
        first, last = sorted(backups.glob("*.backup"))
        assert first == during

        said = doorstep("restore", str(last), DATA=str(new), DATABASE_URL=new_url, **own)
        assert "0 people were erased since" in said
        with Bot(new, model_path(), telegram, DATABASE_URL=new_url, **own) as restored:
            after = digests(restored.store.engine)
            # Here the log has one more line, which says that there is a backup; there one that says it was restored.
            assert after.pop("case_log").rows == before.pop("case_log").rows
            assert after == before
            assert open_everything(restored.store) == opened > 6 * len(CHATS)
            doorstep("verify-log", DATA=str(new), DATABASE_URL=new_url, **own)
            restored.start()
            somebody = Person(restored, CHATS[0])
            assert somebody.listens()  # all that was said before
            assert somebody.says("/status")
            assert [content for _, content in restored.files(CHATS[0])] == [b"a letter" * 999]
            assert restored.stop() == 0

    half_way = {"DATA": str(tmp_path / "half"), "DATABASE_URL": "", **own}
    doorstep("restore", str(during), **half_way)
    store = open_store(Settings(data=tmp_path / "half", key_file=key_file), create=False)
    assert 0 < open_everything(store) < opened
    store.engine.dispose()


def written_while_people_write(bot: Bot, backups: Path, **settings: str) -> Path:
    """A backup that begins when some have written and ends before all have."""
    for chat in CHATS[:2]:
        bot.telegram.says(SAID[0], chat=chat)
    bot.settle()
    stop = threading.Event()

    def write() -> None:
        for turn in range(60):  # few enough to be answered in time on a busy machine
            if stop.wait(0.2):
                return
            bot.telegram.says(SAID[turn % len(SAID)], chat=CHATS[turn % len(CHATS)])

    writing = threading.Thread(target=write)
    writing.start()
    try:
        said = doorstep("backup", str(backups), **settings)
    finally:
        stop.set()
        writing.join()
    return Path(said.split(".backup: ")[0] + ".backup")

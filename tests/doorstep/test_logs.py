"""Logs: one JSON object a line, ids only; no words, no tokens, no texts of exceptions."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest

from doorstep.logs import ALLOWED, JsonLines, start_logging

WORDS = "he hits me every night"
TOKEN = "123456:AAsecretsecretsecret"


def formatted(logger: str, message: Any, *args: object, exc_info: Any = None, **extra: object) -> dict[str, Any]:
    record = logging.getLogger(logger).makeRecord(
        logger, logging.INFO, "file.py", 1, message, args, exc_info, extra=extra or None
    )
    line = JsonLines().format(record)
    assert "\n" not in line
    assert WORDS not in line
    assert TOKEN not in line
    found: dict[str, Any] = json.loads(line)
    return found


def test_an_event_is_one_json_line_with_its_ids() -> None:
    line = formatted("bot.conversation", "turn", conversation=12, ms=5, asked="place")
    assert datetime.fromisoformat(line.pop("time")).tzinfo is not None
    assert line == {
        "level": "info",
        "logger": "bot.conversation",
        "event": "turn",
        "conversation": 12,
        "ms": 5,
        "asked": "place",
    }


def test_what_is_not_an_allowed_id_is_left_out() -> None:
    line = formatted("bot.conversation", "turn", text=WORDS, body={"text": WORDS}, address="4711", update=9)
    assert line["update"] == 9
    assert not {"text", "body", "address"} & line.keys()
    assert not {"text", "words", "body", "message", "address", "name", "token", "password", "story"} & ALLOWED


def test_an_extra_cannot_replace_the_event() -> None:
    assert formatted("bot.worker", "turn", path="/x")["event"] == "turn"


def test_an_exception_is_named_and_never_quoted() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        line = formatted("bot.worker", "turn failed", exc_info=sys.exc_info())
    assert line["error"] == "ValueError"


@pytest.mark.parametrize("logger", ["bot.worker", "uvicorn.error", "sqlalchemy.engine"])
def test_fillings_of_a_message_are_not_shown(logger: str) -> None:
    assert "%" not in formatted("uvicorn.error", "cannot parse %s", WORDS)["event"]
    assert formatted(logger, "cannot parse", WORDS)["event"] == "cannot parse"


def test_an_exception_logged_as_a_message_is_named() -> None:
    assert formatted("uvicorn.error", OSError(WORDS))["event"] == "OSError"


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{WORDS}')>", None),
        (f"Exception in callback reply('{WORDS}')", "Exception in callback reply"),
        (f'HTTP Request: POST "https://api.telegram.org/bot{TOKEN}/sendMessage"', "HTTP Request"),
    ],
)
def test_a_librarys_message_ends_where_it_begins_to_quote(message: str, event: str | None) -> None:
    assert formatted("asyncio", message)["event"] == (event or message.split("\n")[0])


def test_a_task_that_failed_unheard_does_not_tell_what_was_written(caplog: pytest.LogCaptureFixture) -> None:
    """asyncio puts the exception, words and all, into its message."""

    async def fails() -> None:
        raise ValueError(WORDS)

    async def leaves() -> None:
        asyncio.get_running_loop().call_exception_handler(
            {"message": "Task exception was never retrieved", "future": asyncio.ensure_future(fails())}
        )
        await asyncio.sleep(0)

    with pytest.raises(ValueError, match=WORDS):
        asyncio.run(_and_then_fail(leaves, fails))
    records = [record for record in caplog.records if record.name == "asyncio"]
    assert records
    for record in records:
        assert WORDS not in JsonLines().format(record)


async def _and_then_fail(leaves: Any, fails: Any) -> None:
    task = asyncio.ensure_future(fails())
    await asyncio.wait([task])
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    )
    await task


def test_started_logging_keeps_tokens_and_words_of_libraries_to_itself() -> None:
    program = f"""
import logging
from doorstep.logs import start_logging
start_logging("DEBUG")
for name in ("httpx", "httpcore.http11", "telegram.Bot", "telegram.ext.Updater", "uvicorn.access", "multipart.x"):
    logging.getLogger(name).info('POST https://api.telegram.org/bot{TOKEN}/sendMessage {WORDS}')
    logging.getLogger(name).debug('%s', '{WORDS}')
logging.getLogger("httpx").warning("%s failed", "{TOKEN}")
logging.getLogger("bot.worker").info("turn", extra={{"conversation": 7, "text": "{WORDS}"}})
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["logger"], line["event"]) for line in lines] == [("httpx", ""), ("bot.worker", "turn")]
    assert TOKEN not in done.stderr
    assert WORDS not in done.stderr


def test_the_level_is_kept_to(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("ERROR")
    logging.getLogger("bot.worker").warning("slow")
    logging.getLogger("bot.worker").error("failed")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["failed"]

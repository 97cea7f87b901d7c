"""Logs: one JSON line an event on standard error, ids only; libraries that print tokens or words are kept quiet."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

# What may stand beside a message. Anything else put into `extra` is left out: words of people first of all.
ALLOWED = frozenset(
    (
        *("conversation", "case", "channel", "kind", "asked", "replies", "ms", "letter", "attachment", "update"),
        *("reason", "error", "at", "seconds", "failed", "status", "method", "path", "port", "language", "key"),
    )
)
# httpx writes whole addresses at INFO, and Telegram's hold the bot's token.
QUIET = ("httpx", "httpcore", "telegram", "uvicorn", "alembic", "asyncio", "multipart", "rasa_sdk", "sanic")

# Our own messages are sentences without fillings. Others' may quote anything: kept up to the first quotation.
OURS = frozenset({"bot", "casestore", "desk", "doorstep", "triage"})
_QUOTES = re.compile(r"[\n<('\"{\[:%]")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, event and the allowed ids; an exception is named, never quoted."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        line |= {name: value for name, value in record.__dict__.items() if name in ALLOWED and name not in line}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, default=str)


def _event(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return type(record.msg).__name__  # an exception logged as it is
    if record.name.split(".", 1)[0] in OURS:
        return record.msg
    return _QUOTES.split(record.msg, maxsplit=1)[0].strip()


def start_logging(level: str) -> None:
    """Sets up logging for the process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

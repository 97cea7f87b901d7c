"""Logs: one JSON line an event on standard error, ids only; libraries that print tokens or words are kept quiet."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

# What may stand beside a message. Anything else put into `extra` is left out: words of people first of all.
ALLOWED = frozenset(
    (
        *("conversation", "case", "channel", "kind", "asked", "replies", "ms", "letter", "attachment", "update"),
        *("reason", "error", "at", "seconds", "status", "method", "path", "port"),
    )
)
# httpx writes whole addresses at INFO, and Telegram's hold the bot's token.
QUIET = ("httpx", "httpcore", "telegram", "uvicorn", "alembic", "asyncio", "multipart")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, event and the allowed ids; an exception is named, never quoted."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if not record.args else record.getMessage(),
        }
        line |= {name: value for name, value in record.__dict__.items() if name in ALLOWED and name not in line}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, default=str)


def start_logging(level: str) -> None:
    """Sets up logging for the process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

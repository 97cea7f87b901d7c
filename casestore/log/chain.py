"""What makes a line of the log hold on to the one before it: pure, bytes in and bytes out."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = b""  # what the first line of a chain holds on to


@dataclass(frozen=True, slots=True)
class Line:
    """All of a line that the chain proves. `case_id` is None for what belongs to the office itself.

    Of `detail` (codes in clear) and `sealed` (the same, sealed with the key of a person) at most one is there.
    """

    case_id: int | None
    office_id: int
    seq: int
    kind: str
    actor: str
    at: datetime
    detail: dict[str, Any] | None
    sealed: bytes | None


def link(key: bytes, previous: bytes, line: Line) -> bytes:
    """HMAC-SHA-256 over the MAC of the line before and every field of this one, so written that no two lines agree."""
    fields = [
        previous.hex(),
        line.case_id,
        line.office_id,
        line.seq,
        line.kind,
        line.actor,
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        line.detail,
        None if line.sealed is None else line.sealed.hex(),
    ]
    return hmac.new(key, json.dumps(fields, sort_keys=True).encode(), hashlib.sha256).digest()

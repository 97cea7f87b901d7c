"""Reads the whole log, a line at a time, and says what in it was changed, removed or put in."""

import hmac
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import NullType

from casestore.keys.encryption import Keyring
from casestore.log.anchors import Anchor, Digest, described
from casestore.log.chain import START, Line, link
from casestore.tables import AnchorRow, CaseRow, HeadRow, LogRow

_STREAM = {"yield_per": 1_000}
_WRITTEN = re.compile(r"(\d+):(\d+):([0-9a-f]{32})[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: where, and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class LogCheck:
    """Checks all chains and anchors; `lines` and `chains` count what was read."""

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session = session
        self._key = keyring.log_key
        self.lines = 0
        self.chains = 0

    def findings(self) -> Iterator[Finding]:
        """All that is wrong, as it is found. Needs no more memory for a longer log."""
        yield from self._broken_chains(LogRow.case_id.is_not(None), LogRow.case_id)
        yield from self._broken_chains(LogRow.case_id.is_(None), LogRow.office_id)
        yield from self._lost_chains()
        yield from self._against_heads(LogRow.case_id == HeadRow.case_id, HeadRow.case_id.is_not(None))
        of_office = and_(LogRow.case_id.is_(None), LogRow.office_id == HeadRow.office_id)
        yield from self._against_heads(of_office, HeadRow.case_id.is_(None))
        yield from self._broken_anchors()

    def against(self, written: str) -> Anchor | None:
        """The anchor that was written down, if the log still has it. Raises ValueError for what is no anchor."""
        read = _WRITTEN.fullmatch(re.sub(r"\s", "", written).lower())
        if read is None:
            raise ValueError("an anchor is written office:number:digest, the digest with 32 signs of 0-9 and a-f")
        row = self._session.get(AnchorRow, (int(read[1]), int(read[2])))
        if row is None or not hmac.compare_digest(row.digest.hex()[:32], read[3]):
            return None
        return described(row)

    def _broken_chains(self, these: ColumnElement[bool], of: InstrumentedAttribute[Any]) -> Iterator[Finding]:
        columns = [_raw(column) for column in _COLUMNS]
        lines = select(*columns).where(these).order_by(of, LogRow.seq)
        rows = self._session.execute(lines, execution_options=_STREAM)
        for name, chain in groupby(rows, key=lambda row: _name(row.case_id, row.office_id)):
            self.chains += 1
            yield from self._broken_lines(name, chain)

    def _broken_lines(self, name: str, chain: Iterable[Row[Any]]) -> Iterator[Finding]:
        expected, previous = 1, START
        for row in chain:
            self.lines += 1
            where = f"{name}, line {row.seq}"
            if not isinstance(row.seq, int) or row.seq < expected:
                yield Finding(where, "was put in")
                continue
            if row.seq > expected:
                yield Finding(name, _gone(expected, row.seq - 1))
            elif row.mac is None:
                yield Finding(where, "is not chained: if it is older than the chains, `doorstep migrate` does that")
            elif not _holds(self._key, previous, row):
                yield Finding(where, "was changed, or is not the one that was written after the line before")
            expected, previous = row.seq + 1, row.mac or START

    def _lost_chains(self) -> Iterator[Finding]:
        logged = exists().where(LogRow.case_id == CaseRow.id)
        lost = select(CaseRow.id).where(~logged).order_by(CaseRow.id)
        for case_id in self._session.scalars(lost, execution_options=_STREAM):
            yield Finding(f"case {case_id}", "its whole log is gone")

    def _against_heads(self, same: ColumnElement[bool], these: ColumnElement[bool]) -> Iterator[Finding]:
        """What anchors know: lines that were cut off an end, and lines written anew by somebody who has the key."""
        left = select(func.max(LogRow.seq)).where(same).correlate(HeadRow).scalar_subquery()
        cut = (
            select(HeadRow.case_id, HeadRow.office_id, left.label("left"), func.max(HeadRow.seq).label("known"))
            .where(these, HeadRow.seq > func.coalesce(left, 0))
            .group_by(HeadRow.case_id, HeadRow.office_id, left)
            .order_by(HeadRow.case_id, HeadRow.office_id)
        )
        for row in self._session.execute(cut, execution_options=_STREAM):
            name = _name(row.case_id, row.office_id)
            yield Finding(name, f"{_gone((row.left or 0) + 1, row.known)}, cut off its end; an anchor knows them")
        other = (
            select(HeadRow.case_id, HeadRow.office_id, HeadRow.number, HeadRow.seq)
            .join(LogRow, and_(same, LogRow.seq == HeadRow.seq))
            .where(these, LogRow.mac.is_distinct_from(HeadRow.mac))
            .order_by(HeadRow.case_id, HeadRow.seq)
        )
        for row in self._session.execute(other, execution_options=_STREAM):
            where = f"{_name(row.case_id, row.office_id)}, line {row.seq}"
            yield Finding(where, f"is not the line that anchor {row.office_id}:{row.number} knows")

    def _broken_anchors(self) -> Iterator[Finding]:
        anchored = (LogRow.case_id.is_(None), LogRow.kind == "anchored")
        made = select(LogRow.office_id, func.count()).where(*anchored).group_by(LogRow.office_id)
        offices = {row[0]: row[1] for row in self._session.execute(made)}
        for office_id in sorted({*offices, *self._session.scalars(select(AnchorRow.office_id).distinct())}):
            yield from self._broken_anchors_of(office_id, said=offices.get(office_id, 0))

    def _broken_anchors_of(self, office_id: int, *, said: int) -> Iterator[Finding]:
        """The anchors of one office; `said` is how many its chain speaks of, whatever became of the newest ones."""
        expected, previous = 1, b""
        anchors = select(AnchorRow).where(AnchorRow.office_id == office_id).order_by(AnchorRow.number)
        for row in self._session.scalars(anchors, execution_options=_STREAM):
            if row.number > expected:
                yield Finding(f"office {office_id}", _gone(expected, row.number - 1, "anchor"))
            elif not hmac.compare_digest(self._digest(row, previous), row.digest):
                yield Finding(f"anchor {office_id}:{row.number}", "was changed, or one of the heads it knows")
            expected, previous = row.number + 1, row.digest
        if said >= expected:
            yield Finding(f"office {office_id}", _gone(expected, said, "anchor"))

    def _digest(self, anchor: AnchorRow, previous: bytes) -> bytes:
        digest = Digest(self._key, previous)
        its = (HeadRow.office_id == anchor.office_id, HeadRow.number == anchor.number)
        heads = select(HeadRow.place, HeadRow.case_id, HeadRow.seq, HeadRow.mac).where(*its).order_by(HeadRow.place)
        for place, case_id, seq, mac in self._session.execute(heads, execution_options=_STREAM):
            digest.add(place, case_id, seq, mac)
        return digest.of(anchor.office_id, anchor.number, anchor.at, anchor.up_to, anchor.heads)


_COLUMNS = (
    LogRow.case_id,
    LogRow.office_id,
    LogRow.seq,
    LogRow.kind,
    LogRow.actor,
    LogRow.at,
    LogRow.detail,
    LogRow.detail_sealed,
    LogRow.mac,
)


def _raw(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The column as the database has it: what was changed may be no time and no JSON any more."""
    return type_coerce(column, NullType()).label(column.key)


def _holds(key: bytes, previous: bytes, row: Row[Any]) -> bool:
    try:
        detail = json.loads(row.detail) if isinstance(row.detail, str) else row.detail
        at = datetime.fromisoformat(row.at) if isinstance(row.at, str) else row.at
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        line = Line(row.case_id, row.office_id, row.seq, row.kind, row.actor, at, detail, row.detail_sealed)
        return hmac.compare_digest(link(key, previous, line), row.mac)
    except (ValueError, TypeError, AttributeError):
        return False


def _name(case_id: int | None, office_id: int) -> str:
    return f"office {office_id}" if case_id is None else f"case {case_id}"


def _gone(first: int, last: int, what: str = "line") -> str:
    return f"{what} {first} is gone" if first == last else f"{what}s {first} to {last} are gone"

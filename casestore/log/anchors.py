"""Anchors: what every chain of an office had come to, in one digest that can be written down elsewhere."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Result, func, insert, select
from sqlalchemy.orm import Session

from casestore.database import LOCK
from casestore.keys.encryption import Keyring
from casestore.log.case_log import BOT, CaseLog
from casestore.tables import AnchorRow, HeadRow, LogRow, OfficeRow

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """One anchor of an office; `number` counts from 1."""

    office_id: int
    number: int
    at: datetime
    up_to: int
    heads: int
    digest: bytes

    @property
    def written(self) -> str:
        """As an office writes it down: `office:number:digest`, the first 128 bits of it."""
        return f"{self.office_id}:{self.number}:{self.digest[:16].hex()}"


class Digest:
    """Takes in the heads of an anchor one by one; HMAC-SHA-256, begun with the digest of the anchor before."""

    def __init__(self, key: bytes, previous: bytes) -> None:
        self._mac = hmac.new(key, previous, hashlib.sha256)

    def add(self, place: int, case_id: int | None, seq: int, mac: bytes) -> None:
        """One more head: its place among them, the case (None for the office's own chain), its line and MAC."""
        self._mac.update(json.dumps([place, case_id, seq, mac.hex()]).encode())

    def of(self, office_id: int, number: int, at: datetime, up_to: int, heads: int) -> bytes:
        """The digest, once all heads are in."""
        time = at.astimezone(UTC).isoformat(timespec="microseconds")
        self._mac.update(json.dumps({"anchor": [office_id, number, time, up_to, heads]}).encode())
        return self._mac.digest()


class Anchors:
    """Makes and finds anchors. Nothing here changes or removes one."""

    def __init__(self, session: Session, log: CaseLog, keyring: Keyring) -> None:
        self._session = session
        self._log = log
        self._key = keyring.log_key

    def newest(self, office_id: int) -> Anchor | None:
        """The newest anchor of the office."""
        row = self._session.scalar(
            select(AnchorRow).where(AnchorRow.office_id == office_id).order_by(AnchorRow.number.desc()).limit(1)
        )
        return None if row is None else described(row)

    def make_daily(self, office_id: int, *, now: datetime) -> Anchor | None:
        """The anchor of the day (UTC), unless there is one already."""
        if self._made_on(now, office_id):
            return None
        self._one_at_a_time(office_id)
        return None if self._made_on(now, office_id) else self.make(office_id, actor=BOT, now=now)

    def make(self, office_id: int, *, actor: str, now: datetime) -> Anchor:
        """One more anchor of the office."""
        self._one_at_a_time(office_id)
        before = self.newest(office_id)
        number = 1 if before is None else before.number + 1
        self._log.note_office("anchored", actor=actor, now=now, office_id=office_id, anchor=number)
        up_to = self._session.scalar(select(func.max(LogRow.id)).where(LogRow.office_id == office_id)) or 0
        digest, count = Digest(self._key, b"" if before is None else before.digest), 0
        for heads in self._new_heads(office_id, before).partitions(_AT_ONCE):
            rows = []
            for case_id, seq, mac in heads:
                count += 1
                digest.add(count, case_id, seq, mac)
                head = {"place": count, "case_id": case_id, "seq": seq, "mac": mac}
                rows.append({"office_id": office_id, "number": number, **head})
            self._session.execute(insert(HeadRow), rows)
        whole = digest.of(office_id, number, now, up_to, count)
        row = AnchorRow(office_id=office_id, number=number, at=now, up_to=up_to, heads=count, digest=whole)
        self._session.add(row)
        self._session.flush()
        return described(row)

    def _made_on(self, now: datetime, office_id: int) -> bool:
        newest = self.newest(office_id)
        return newest is not None and newest.at.date() >= now.astimezone(UTC).date()

    def _one_at_a_time(self, office_id: int) -> None:
        self._session.get_one(OfficeRow, office_id, with_for_update=LOCK)

    def _new_heads(self, office_id: int, before: Anchor | None) -> Result[int | None, int, bytes]:
        """The newest line of every chain that went on, in the order of the chains."""
        # From the anchor before the last one: a line that was under way while that was made has its number below.
        newest = (
            select(
                LogRow.case_id,
                LogRow.seq,
                LogRow.mac,
                func.row_number().over(partition_by=LogRow.case_id, order_by=LogRow.seq.desc()).label("place"),
            )
            .where(LogRow.office_id == office_id, LogRow.id > self._settled(office_id, before), LogRow.mac.is_not(None))
            .subquery()
        )
        heads = select(newest.c.case_id, newest.c.seq, newest.c.mac).where(newest.c.place == 1)
        known = select(HeadRow.case_id, HeadRow.seq, HeadRow.mac).where(
            HeadRow.office_id == office_id, HeadRow.number == (0 if before is None else before.number)
        )
        fresh = heads.except_(known).subquery()
        ordered = select(fresh.c.case_id, fresh.c.seq, fresh.c.mac).order_by(fresh.c.case_id, fresh.c.seq)
        return self._session.execute(ordered, execution_options={"yield_per": _AT_ONCE})

    def _settled(self, office_id: int, before: Anchor | None) -> int:
        if before is None or before.number == 1:
            return 0
        return self._session.get_one(AnchorRow, (office_id, before.number - 1)).up_to


def described(row: AnchorRow) -> Anchor:
    """The anchor as a value."""
    return Anchor(row.office_id, row.number, row.at, row.up_to, row.heads, row.digest)

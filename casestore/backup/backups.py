"""Which backups this store made: by that a folder of backups knows the store it belongs to."""

from datetime import datetime

from sqlalchemy.orm import Session

from casestore.tables import BackupRow


class Backups:
    """Notes backups. A restored store knows those before its own, and no later one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, backup_id: str, *, now: datetime) -> None:
        """A backup begins; it is noted first, so that it knows itself."""
        self._session.add(BackupRow(id=backup_id, begun_at=now))
        self._session.flush()

    def has(self, backup_id: str) -> bool:
        """Whether this store made that backup."""
        return self._session.get(BackupRow, backup_id) is not None

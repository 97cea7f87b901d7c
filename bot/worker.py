"""Takes turns as long as anything waits, and looks again soon."""

import logging
import threading
import time
from datetime import datetime, timedelta

from bot.conversation import ask_again, forget_letters, note_silence, work_next
from bot.office import Office
from bot.promises import keep_promises
from casestore.errors import StoreUnavailable
from casestore.log.case_log import BOT
from casestore.privacy.retention import run

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2
AFTER_OUTAGE = 1.0
_TIDY_EVERY = 3600.0  # seconds
_PROMISES_EVERY = 60.0  # seconds: an emergency is promised an answer in hours
_RETENTION_EVERY = timedelta(days=1)


class Worker:
    """One thread that works the inbox. Several, in several processes, may share one PostgreSQL."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._retained: datetime | None = None
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begins to work."""
        self._thread.start()

    def wake(self) -> None:
        """Something has just arrived."""
        self._wake.set()

    def stop(self) -> None:
        """Ends after the turn under way."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        out = False
        tidied = kept = float("-inf")
        while not self._stop.is_set():
            try:
                worked = self._anything_ready() and work_next(self._office)
                if time.monotonic() - tidied > _TIDY_EVERY:
                    self._tidy()
                    tidied = time.monotonic()
                if time.monotonic() - kept > _PROMISES_EVERY:
                    keep_promises(self._office)
                    kept = time.monotonic()
                if out:
                    log.info("database back")
                out = False
            except StoreUnavailable as outage:
                if not out:
                    log.error("database unavailable", extra={"reason": str(outage)})
                out = True
                self._stop.wait(AFTER_OUTAGE)
                continue
            if not worked:
                self._wake.wait(LOOK_EVERY)
                self._wake.clear()

    def _tidy(self) -> None:
        forget_letters(self._office)
        note_silence(self._office)
        ask_again(self._office)
        with self._office.store.unit_of_work() as uow:
            for office in uow.offices.all():
                uow.anchors.make_daily(office.id, now=self._office.clock())
        self._retain(self._office.clock())

    def _retain(self, now: datetime) -> None:
        """Removes once a day what the schedule says, where the office asked for that."""
        if self._office.retention and (self._retained is None or now - self._retained >= _RETENTION_EVERY):
            self._retained = now
            run(self._office.store, self._office.retention, now=now, actor=BOT)

    def _anything_ready(self) -> bool:
        with self._office.store.reading() as look:
            return look.conversations.any_ready(now=self._office.clock())

"""Understanding by a Rasa server; the local classifier hears danger, and answers whenever Rasa does not."""

import json
import logging
import threading
import time
from dataclasses import replace
from datetime import datetime

import httpx

from bot.rasa_reading import Labels, RasaReading, read_answer
from triage.meaning import Meaning
from triage.understanding import LocalUnderstanding, settled

log = logging.getLogger(__name__)

_BIGGEST_ANSWER = 1024 * 1024
_LONGEST = 8_000  # characters: as much as the local classifier reads
_ASK_AGAIN_AFTER = 5.0  # seconds in which a server that failed is not asked
# Rasa takes a text that begins with a slash for an intent, whoever wrote it.
_COMMANDS = "/ \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0"


class RasaFailed(Exception):
    """Rasa did not answer, or not what it should; the message says which, and quotes nothing."""


class RasaUnderstanding:
    """A Rasa server trained on the same examples. Danger, language and every outage are the local classifier's."""

    def __init__(self, local: LocalUnderstanding, url: str, token: str, *, seconds: float) -> None:
        self.local = local
        self.model = local.model
        self.failed = 0  # messages that Rasa did not read since it last answered
        self._labels = Labels.of(local.model.issues.issues, local.model.intents.labels_)
        self._client = httpx.Client(base_url=url, params={"token": token} if token else {})
        self._seconds = seconds
        self._lock = threading.Lock()
        self._since = self._not_before = 0.0

    def read(self, text: str, *, story: str = "", asked: str = "", now: datetime) -> Meaning:
        """Like the local understanding, with issues and intent as Rasa reads them, within `seconds`."""
        meaning = self.local.read(text, story=story, asked=asked, now=now)
        told = (story or text)[-_LONGEST:]
        if not text.strip(_COMMANDS) or not told.strip(_COMMANDS):
            return meaning
        readings = self._readings(told, text[:_LONGEST])
        if readings is None:
            return meaning
        about, said = readings
        read = replace(
            meaning,
            problem=about.problem,
            decision=about.decision,
            issues=about.issues,
            areas=about.areas,
            also=tuple(issue for issue in about.also if issue != about.issues[0].id),
            intent=said.intent.id,
            intent_probability=said.intent.probability,
            calibrated=about.calibrated,
        )
        return settled(read, told)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _readings(self, told: str, text: str) -> tuple[RasaReading, RasaReading] | None:
        """The reading of the story and that of the last words; None when Rasa gives none in time."""
        started = time.monotonic()
        if started < self._not_before:
            self._count()
            return None
        try:
            until = started + self._seconds
            about = self._parse(told, until)
            said = about if told == text else self._parse(text, until)
        except RasaFailed as failure:
            self._note_failure(failure)
            return None
        self._note_success()
        return about, said

    def _parse(self, text: str, until: float) -> RasaReading:
        try:
            answer = json.loads(self._ask(text.lstrip(_COMMANDS), until))
            return read_answer(answer, self._labels, self.model.thresholds)
        except httpx.TimeoutException:
            raise RasaFailed("too slow") from None
        except httpx.HTTPError as error:
            raise RasaFailed(type(error).__name__) from None
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            raise RasaFailed("wrong JSON") from None
        except ValueError as mistake:
            raise RasaFailed(str(mistake)) from None

    def _ask(self, text: str, until: float) -> bytes:
        left = until - time.monotonic()
        if left <= 0:
            raise RasaFailed("too slow")
        body = bytearray()
        words = text.encode("utf-8", "replace").decode()  # half a character cannot be sent
        with self._client.stream("POST", "/model/parse", json={"text": words}, timeout=left) as answer:
            if answer.status_code != httpx.codes.OK:
                raise RasaFailed(f"status {answer.status_code}")
            for chunk in answer.iter_bytes():
                body += chunk
                if time.monotonic() > until or len(body) > _BIGGEST_ANSWER:
                    raise RasaFailed("too slow or too big")
        return bytes(body)

    def _note_failure(self, failure: RasaFailed) -> None:
        with self._lock:
            if not self.failed:
                self._since = time.monotonic()
                log.error("Rasa does not read, the local classifier does", extra={"reason": str(failure)})
            self._not_before = time.monotonic() + _ASK_AGAIN_AFTER
        self._count()

    def _count(self) -> None:
        with self._lock:
            self.failed += 1

    def _note_success(self) -> None:
        with self._lock:
            if self.failed:
                seconds = round(time.monotonic() - self._since, 1)
                log.warning("Rasa reads again", extra={"failed": self.failed, "seconds": seconds})
            self.failed, self._not_before = 0, 0.0

"""The Rasa server behind the gateway: asked to fetch letters for somebody, and to forget what was said."""

from typing import Any

import httpx

from bot.channels.rasa_actions import LETTERS
from bot.errors import TryLater

_SECONDS = 30.0  # a turn in Rasa, with the sending


class RasaServer:
    """Rasa's HTTP API; every call raises TryLater when Rasa does not do it."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, params={"token": token}, timeout=_SECONDS)

    async def nudge(self, channel: str, sender: str) -> None:
        """Lets Rasa ask us for the letters of somebody, and send them on that channel; returns when it has."""
        entities = [{"entity": "channel", "value": channel}]
        path = f"/conversations/{sender}/trigger_intent"
        await self._call("POST", path, {"name": LETTERS, "entities": entities}, output_channel=channel)

    async def forget(self, sender: str) -> None:
        """Empties Rasa's record of somebody. Rasa does one thing at a time a sender: this waits for the turn's end."""
        await self._call("PUT", f"/conversations/{sender}/tracker/events", [])

    async def accepts_us(self) -> bool:
        """Whether Rasa takes our token; raises TryLater when it does not answer."""
        try:
            return (await self._client.get("/status")).status_code != httpx.codes.UNAUTHORIZED
        except httpx.HTTPError as error:
            raise TryLater(type(error).__name__) from None

    async def _call(self, method: str, path: str, body: Any, **query: str) -> None:
        try:
            answer = await self._client.request(method, path, json=body, params=query)
        except httpx.HTTPError as error:
            raise TryLater(f"Rasa: {type(error).__name__}") from None
        if answer.is_error:
            raise TryLater(f"Rasa: {answer.status_code}")

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

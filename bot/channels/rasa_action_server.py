"""The gateway's action server: an action of Rasa's SDK, run by the SDK's own executor and server, behind our door.

Needs the extra `rasa-gateway`; nothing else of ours imports `rasa_sdk` or `sanic`.
"""

import asyncio
import hmac
import logging
import socket
import warnings
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.endpoint import create_app
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from bot.channels.rasa_actions import RequestRefused, read_action
from bot.channels.rasa_gateway import RasaGateway
from bot.errors import TryLater
from casestore.errors import StoreUnavailable

log = logging.getLogger(__name__)

ACTIONS = ("action_doorstep", "action_restart", "action_back")  # those of nlu_data/rasa/gateway/domain.yml
ENDS_THE_TURN = FollowupAction("action_listen")  # without it the rule goes on to `utter_no_answer`
_BIGGEST_REQUEST = 4 * 1024 * 1024
_FINISHES_WITHIN = 5.0  # seconds that a request under way has when we are told to stop


class Brings(Action):  # type: ignore[misc]  # the SDK has no types
    """The catch-all action: whatever Rasa was told comes to the gateway, and what the gateway says is uttered."""

    def __init__(self, gateway: RasaGateway, name: str) -> None:
        self._gateway = gateway
        self._name = name

    def name(self) -> str:
        """What Rasa's domain calls it."""
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Utters the answer and ends the turn; raises RequestRefused, StoreUnavailable or TryLater."""
        asked = read_action(tracker.sender_id, tracker.latest_message, tracker.get_latest_input_channel())
        try:
            said = await self._gateway.act(asked)
        except (StoreUnavailable, TryLater) as outage:  # Rasa says the sentence of its own that is for this
            log.error("no answer for Rasa", extra={"channel": asked.channel, "reason": str(outage)})
            raise
        for response in said:
            dispatcher.utter_message(**response)
        return [ENDS_THE_TURN]


class _Faults(ErrorHandler):
    """Answers with a number alone: the SDK's own handler sends back what was asked, words and all."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        """The number for a fault. Rasa takes 400 for "try another action", and anything else for "no answer"."""
        if isinstance(exception, StoreUnavailable | TryLater):
            return empty(503)
        if isinstance(exception, RequestRefused):
            log.error("request of Rasa not understood", extra={"reason": str(exception)})
            return empty(422)
        if isinstance(exception, SanicException):
            return empty(exception.status_code)
        log.error("the action failed", extra={"error": type(exception).__name__})
        return empty(500)


def action_server(gateway: RasaGateway, token: str) -> Sanic[Any, Any]:
    """The SDK's server with our action: only for whoever has the token, and silent about what it is told."""
    executor = ActionExecutor()
    for name in ACTIONS:
        executor.register_action(Brings(gateway, name))
    app: Sanic[Any, Any] = create_app(executor, cors_origins="")
    app.error_handler = _Faults()
    app.config.REQUEST_MAX_SIZE = _BIGGEST_REQUEST
    app.config.TOUCHUP = False  # it would rewrite its own methods at the start, which one process can do only once
    # The SDK counts its own versions, 3.21, and wonders at each turn of a Rasa 3.6. They speak the same JSON.
    warnings.filterwarnings("ignore", message="Your versions of rasa", category=UserWarning)

    async def only_rasa(request: Request) -> HTTPResponse | None:
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        return None if hmac.compare_digest(given, f"Bearer {token}".encode()) else empty(401)

    app.register_middleware(only_rasa, "request", priority=1)  # before the SDK's own, which answers OPTIONS
    return app


async def serve_actions(app: Sanic[Any, Any], door: socket.socket, stop: asyncio.Event) -> None:
    """Serves at the door until told to stop, then lets what is under way finish."""
    server: Any = await app.create_server(sock=door, access_log=False)
    await server.startup()
    await stop.wait()
    server.close()
    deadline = asyncio.get_running_loop().time() + _FINISHES_WITHIN
    while server.connections and asyncio.get_running_loop().time() < deadline:
        for connection in tuple(server.connections):
            connection.close_if_idle()
        await asyncio.sleep(0.02)
    for connection in tuple(server.connections):
        connection.abort()
    Sanic.unregister_app(app)

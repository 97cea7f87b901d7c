"""Runs the processes: web chat and desk, the worker, Telegram; one at a time or all in one."""

import asyncio
import contextlib
import hmac
import json
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from telegram.error import BadRequest

from bot.channels.rasa_actions import PUSHED
from bot.channels.rasa_gateway import RasaGateway
from bot.channels.rasa_server import RasaServer
from bot.channels.telegram import TelegramChannel, make_bot
from bot.channels.web import create_chat
from bot.contacts import contact_line
from bot.errors import TryLater
from bot.intake import Intake
from bot.journal import SentJournal
from bot.my_data import stored_copy_of
from bot.office import Office
from bot.worker import Worker
from casestore.errors import StoreUnavailable
from desk.sentences import Sentences
from desk.web import create_desk
from doorstep.settings import Settings, SettingsError

log = logging.getLogger(__name__)

_BIGGEST_UPDATE = 1024 * 1024
_BACKLOG = 2048  # uvicorn's own
WEBHOOK_PATH = "/telegram/webhook"


def desk_sentences(office: Office) -> Sentences:
    """The desk's sentences to people, taken from the bot's wording."""
    wording = office.book.wording

    def sentence(key: str) -> Callable[..., str]:
        return lambda language, **fills: wording.say(key, language, **fills)

    return Sentences(
        claimed=sentence("case.claimed"),
        referred=sentence("case.referred"),
        closed=sentence("case.closed"),
        share=sentence("case.share"),
        partner=sentence("case.partner"),
        version=wording.version,
        handed_over=sentence("case.handed_over"),
        moved=sentence("case.moved"),
        returned=sentence("case.returned"),
        label=lambda code: wording.say(code),
        languages=tuple(wording.languages),
        notice=sentence("safe.notice"),
        show=sentence("safe.show"),
        copy=partial(stored_copy_of, book=office.book),
    )


def create_app(
    office: Office,
    settings: Settings,
    *,
    arrived: Callable[[], None],
    telegram: TelegramChannel | None = None,
) -> FastAPI:
    """Web chat at `/`, desk at `/desk`, and the Telegram webhook where there is one."""
    app = FastAPI(openapi_url=None)
    secure = settings.public_url.startswith("https://")
    app.include_router(
        create_chat(
            _Waking(Intake(office), arrived),
            office.store,
            clock=office.clock,
            wording=office.book.wording,
            secure_cookies=secure,
            office_name=settings.office_name,
            emergency_lines={
                language: _emergency_lines(office, language) for language in office.book.wording.languages
            },
        )
    )
    if telegram is not None:
        app.include_router(webhook_router(telegram))
    app.mount(
        "/desk",
        create_desk(
            office.store,
            taxonomy=office.book.taxonomy,
            sentences=desk_sentences(office),
            packs={office.book.pack.id: office.book.pack},
            office_name=settings.office_name,
            clock=office.clock,
            secure_cookies=secure,
        ),
    )
    return app


def _emergency_lines(office: Office, language: str) -> list[str]:
    pack, wording = office.book.pack, office.book.wording
    contacts = dict.fromkeys([*pack.contacts_for("violence")[:3], *pack.contacts_for("human")[:1]])
    return [contact_line(contact, wording, language).removeprefix("• ") for contact in contacts]


class _Waking:
    """The way in, which also wakes the worker in this process."""

    def __init__(self, intake: Intake, arrived: Callable[[], None]) -> None:
        self._intake = intake
        self._arrived = arrived

    def receive(self, channel: str, address: str, external_id: str, inbound: Any, content: bytes | None = None) -> bool:
        """Stores, then wakes."""
        new = self._intake.receive(channel, address, external_id, inbound, content)
        self._arrived()
        return new


def webhook_router(telegram: TelegramChannel) -> APIRouter:
    """Telegram's door: the secret is checked, the update stored, and only then acknowledged."""
    router = APIRouter()
    secret = telegram.webhook_secret()

    @router.post(WEBHOOK_PATH)
    async def update(request: Request) -> Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await request.body()
        if len(body) > _BIGGEST_UPDATE:
            return Response(status_code=413)
        try:
            raw = json.loads(body)
            int(raw["update_id"])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return Response(status_code=400)
        try:
            await telegram.receive(raw)
        except StoreUnavailable as outage:
            log.error("update not stored, Telegram will send it again", extra={"reason": str(outage)})
            return Response(status_code=503)
        return Response()

    return router


async def run_all(
    office: Office,
    settings: Settings,
    *,
    web: bool = True,
    worker: bool = True,
    telegram: bool = True,
    gateway: bool = False,
    webhook: str = "",
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Runs the parts asked for until SIGINT or SIGTERM, then lets each finish what it has begun."""
    door = _listen(settings.host, settings.port, "DOORSTEP_HOST or DOORSTEP_PORT") if web or webhook else None
    gate = _gateway_door(settings) if gateway else None
    stop = _told_to_stop()
    working = Worker(office) if worker else None
    arrived = working.wake if working else lambda: None
    channel = await _telegram(office, settings, arrived=arrived) if telegram else None
    if working:
        working.start()
    jobs: list[Coroutine[Any, Any, None]] = []
    if door is not None:
        app = create_app(office, settings, arrived=arrived, telegram=channel if webhook else None)
        jobs.append(_serve_web(app, door, stop, ready))
    if channel is not None:
        jobs.append(_run_telegram(channel, webhook, stop))
    if gate is not None:
        jobs.append(_run_gateway(office, settings, gate, stop, arrived=arrived))
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)
            if door is None:
                ready()
            await stop.wait()
    except ExceptionGroup as faults:
        raise _first_of(faults) from None
    finally:
        if working:
            await asyncio.to_thread(working.stop)
        if channel is not None:
            await channel.close()


async def _telegram(office: Office, settings: Settings, *, arrived: Callable[[], None]) -> TelegramChannel | None:
    """The Telegram channel where a token is set. A wrong one ends the start; a Telegram out of reach is waited for."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return None
    journal = SentJournal(settings.data / "telegram.sent")
    channel = TelegramChannel(make_bot(token, settings.telegram_api), office, journal, arrived=arrived)
    await channel.start()
    return channel


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    return stop


def _first_of(faults: ExceptionGroup) -> Exception:
    """What went wrong first, out of the groups that tasks put around it."""
    first = faults.exceptions[0]
    return _first_of(first) if isinstance(first, ExceptionGroup) else first


async def _run_telegram(channel: TelegramChannel, webhook: str, stop: asyncio.Event) -> None:
    await channel.start_at_last(stop)
    async with asyncio.TaskGroup() as group:
        group.create_task(channel.deliver(stop))
        group.create_task(channel.fetch_files(stop))
        group.create_task(_register_webhook(channel, webhook, stop) if webhook else channel.poll(stop))


async def _register_webhook(channel: TelegramChannel, url: str, stop: asyncio.Event) -> None:
    """Tells Telegram our address once the server listens."""
    await asyncio.sleep(0.5)
    address = url if url.endswith(WEBHOOK_PATH) else f"{url.rstrip('/')}{WEBHOOK_PATH}"
    try:
        await channel.listen_by_webhook(address, stop)
    except BadRequest as refusal:
        raise SettingsError(f"Telegram refuses the webhook address {address}: {refusal.message}") from None
    await stop.wait()


def _gateway_door(settings: Settings) -> socket.socket:
    """The port for Rasa, where the SDK is installed that will serve it."""
    if find_spec("rasa_sdk") is None:
        raise SettingsError(
            "the Rasa gateway needs rasa-sdk: run `make gateway`, or pip install 'doorstep[rasa-gateway]'"
        )
    return _listen("127.0.0.1", settings.rasa_gateway_port, "DOORSTEP_RASA_GATEWAY_PORT")


async def _run_gateway(
    office: Office, settings: Settings, door: socket.socket, stop: asyncio.Event, *, arrived: Callable[[], None]
) -> None:
    from bot.channels.rasa_action_server import action_server, serve_actions  # an extra, and half a second

    rasa = RasaServer(settings.rasa_gateway_url, settings.rasa_token.get_secret_value())
    gateway = RasaGateway(office, rasa, SentJournal(settings.data / "rasa.sent"), arrived=arrived)
    app = action_server(gateway, settings.rasa_gateway_token.get_secret_value())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(serve_actions(app, door, stop))
            group.create_task(_deliver_through(rasa, gateway, office, stop))
    finally:
        await gateway.close()


async def _deliver_through(rasa: RasaServer, gateway: RasaGateway, office: Office, stop: asyncio.Event) -> None:
    """Begins once Rasa answers; a Rasa that refuses our token ends the start with one line."""
    while not stop.is_set():
        try:
            if not await rasa.accepts_us():
                raise SettingsError("Rasa refuses DOORSTEP_RASA_TOKEN: it must be the server's --auth-token")
            break
        except TryLater:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1.0)
    with office.store.unit_of_work() as uow:
        uow.outbox.release_leases(PUSHED, now=office.clock())
    await gateway.deliver(stop)


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handlers: the stop comes from us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves the signals to `run_all`."""
        yield


def _listen(host: str, port: int, names: str) -> socket.socket:
    """The port, taken before anything else starts: uvicorn would end the process where it cannot have it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as fault:
        reason = (fault.strerror or str(fault)).split(" (")[0]
        raise SettingsError(f"{host} port {port} cannot be used ({reason}); set {names}") from None


async def _serve_web(app: FastAPI, door: socket.socket, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    config = uvicorn.Config(
        app,
        http="h11",  # whatever else the extras have brought: one server, tested and run
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        proxy_headers=True,
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[door]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.02)
    if serving.done():
        stop.set()
        await serving
        return
    ready()
    await stop.wait()
    server.should_exit = True
    await serving

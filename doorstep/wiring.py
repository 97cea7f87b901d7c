"""Puts an office together: reads top to bottom, from settings to everything that runs."""

import os
import secrets
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic.util import CommandError

from bot.draft import Book
from bot.office import Office, Understanding
from bot.rasa_understanding import RasaUnderstanding
from bot.script import load_script
from bot.untranslated import Untranslated
from bot.wording import load_wording
from casestore.attachments import AttachmentFiles
from casestore.database import check_revision, current_revision, is_empty, migrate, newest_revision, open_engine
from casestore.errors import StoreError
from casestore.keys.key_command import KeyCommand
from casestore.keys.key_file import KeyFile
from casestore.log.case_log import OPERATOR
from casestore.privacy.retention import load_schedule
from casestore.terms import Terms
from casestore.unit_of_work import Store, UnitOfWork
from doorstep.directory import pack_with_own
from doorstep.settings import Settings, environment_with
from triage.card_versions import read_card_versions
from triage.errors import EncoderMissing
from triage.facts import load_respondents
from triage.office_hours import OfficeHours
from triage.organisations import load_organisations
from triage.pack import LawPack, packs_in, read_office_place
from triage.sentence_encoder import sentence_encoder
from triage.taxonomy import load_taxonomy
from triage.understanding import Model, fingerprint_of, load_training_set, load_understanding, train

Say = Callable[[str], None]


def clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)


def open_store(settings: Settings, *, create: bool) -> Store:
    """The store. With `create` an empty database is set up and a key file made; else both must be there.

    Raises StoreError with what to do when the database is behind, or its key file is missing.
    """
    make_folder(settings.data)
    engine = open_engine(settings.database, settings.pool)
    new = is_empty(engine)
    if new and create:
        migrate(engine)
    check_revision(engine)
    keys = key_file(settings)
    if new and create and not settings.keys_path.exists():
        keys.create()
    store = Store(engine, keys, AttachmentFiles(settings.attachments_path), terms=terms_of(settings))
    with store.reading() as look:
        look.people.check_key()
        try:
            look.offices.get(settings.office)
        except ValueError as fault:
            raise StoreError(f"DOORSTEP_OFFICE: {fault}") from None
        _check_terms(look)
    return store


def _check_terms(look: UnitOfWork) -> None:
    """Raises StoreError when an office has a place whose law pack is not here: its promises could not be counted."""
    for office in look.offices.all():
        try:
            look.terms.of(office.id)
        except ValueError as fault:
            raise StoreError(f"the place of office {office.id} ({office.name}): {fault}") from None


def terms_of(settings: Settings) -> Terms:
    """What offices promise and how their claims last, where they have no place or hours of their own."""
    places = {place: read_office_place(folder) for place, folder in packs_in(settings.packs).items()}
    here = places[settings.jurisdiction]
    return Terms(
        hours=OfficeHours.read(settings.office_hours, calendar=here.calendar, zone=here.zone),
        wait_hours_emergency=settings.wait_hours_emergency,
        wait_days=settings.wait_days,
        lease_hours_emergency=settings.lease_hours_emergency,
        lease_days=settings.lease_days,
        capacity=settings.capacity,
        places=places,
    )


def bring_database(settings: Settings, revision: str) -> str | None:
    """Brings the database to a revision and returns it; a new office gets its key file with its first tables."""
    make_folder(settings.data)
    engine = open_engine(settings.database, settings.pool)
    new = is_empty(engine)
    try:
        migrate(engine, revision)
    except CommandError as fault:
        raise StoreError(f"the database cannot be brought to {revision!r}: {fault}") from None
    if new and not settings.keys_path.exists():
        key_file(settings).create()
    current = current_revision(engine)
    if current == newest_revision() and settings.keys_path.exists():
        _chain_old_lines(Store(engine, key_file(settings), AttachmentFiles(settings.attachments_path)))
    return current


def _chain_old_lines(store: Store) -> None:
    """Seals and chains what the log had before there were chains: only whoever has the key can."""
    count = 0
    while True:
        with store.unit_of_work() as uow:
            chained = uow.log.chain_old_lines()
            count += chained
            if not chained:
                if count:
                    uow.log.note_office("log_started", actor=OPERATOR, now=clock(), lines=count)
                return


def key_file(settings: Settings) -> KeyFile:
    """The office's keys, with the program that unwraps them where one is set."""
    words = tuple(shlex.split(settings.key_command))
    command = KeyCommand(words, environment_with(), settings.key_command_seconds) if words else None
    return KeyFile(settings.keys_path, command)


def make_folder(path: Path) -> None:
    """Makes the data folder; raises StoreError with what to do when it cannot be used."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"the data folder {path} cannot be made ({error.strerror}); set DOORSTEP_DATA") from None
    if not os.access(path, os.W_OK):
        raise StoreError(f"the data folder {path} cannot be written to; check its owner, or set DOORSTEP_DATA")


def load_pack_of(settings: Settings) -> LawPack:
    """The law of the office's place, with the office's own services."""
    return pack_with_own(settings)


def load_book(settings: Settings) -> Book:
    """All content of the conversation; raises ContentError naming file and place of a mistake."""
    content, pack = settings.content, load_pack_of(settings)
    return Book(
        taxonomy=load_taxonomy(content / "taxonomy.yml"),
        script=load_script(content / "script" / "interview.yml", settings.jurisdiction),
        wording=load_wording(content / "wording"),
        pack=pack,
        respondents=load_respondents(content / "respondents.yml"),
        organisations=load_organisations(content / "organisations.yml"),
        wait_hours_emergency=settings.wait_hours_emergency,
        wait_days=settings.wait_days,
        card_versions=read_card_versions(settings.packs / pack.id / "cards", pack.cards),
    )


def ensure_model(settings: Settings, say: Say) -> None:
    """Trains when there is no model yet, or the examples have changed since."""
    training, tier = load_training_set(settings.content), usable_tier(settings, say)
    if settings.model_path.exists() and _fingerprint(settings.model_path) == fingerprint_of(training, tier):
        return
    long = "about half a minute" if tier == "light" else "some minutes"
    say(f"Training the classifier from nlu_data ({long}, only when the examples change) ...")
    train(training, tier).save(settings.model_path)


def usable_tier(settings: Settings, say: Say) -> str:
    """The tier that the settings ask for, or the light one, with a clear message, where the encoder is missing."""
    if settings.tier == "encoder":
        try:
            sentence_encoder()
        except EncoderMissing as missing:
            say(f"The light tier serves: {missing}")
            return "light"
    return settings.tier


def _fingerprint(path: Path) -> str:
    try:
        return Model.load(path).fingerprint
    except EncoderMissing:  # a model of the other tier, from when there was an encoder
        return ""


def make_understanding(settings: Settings) -> Understanding:
    """The local classifier, or a Rasa server with the local one beside it."""
    local = load_understanding(settings.model_path, settings.content)
    if settings.understanding == "local":
        return local
    token = settings.rasa_token.get_secret_value()
    return RasaUnderstanding(local, settings.rasa_url, token, seconds=settings.rasa_seconds)


def make_office(settings: Settings, store: Store, understanding: Understanding | None = None) -> Office:
    """The office: store, content and reader together."""
    book = load_book(settings)
    reader = understanding or make_understanding(settings)
    model = getattr(getattr(reader, "model", None), "fingerprint", "")
    return Office(
        store=store,
        book=book,
        understanding=reader,
        clock=clock,
        versions={
            "model": model if settings.understanding == "local" else f"{settings.understanding} beside {model}",
            "taxonomy": book.taxonomy.version,
            "script": book.script.version,
            "wording": book.wording.version,
            "pack": f"{book.pack.id}@{book.pack.version}",
        },
        office_id=settings.office,
        staff_group=settings.telegram_group,
        settle=timedelta(seconds=settings.settle_seconds),
        longest=timedelta(seconds=4 * settings.settle_seconds),
        untranslated=Untranslated(settings.untranslated_path),
        retention=load_schedule(settings.retention) if settings.retention_daily else (),
    )


def ensure_first_account(store: Store) -> tuple[str, str] | None:
    """Makes the first account when there is none; returns its name and password, to be shown once."""
    with store.unit_of_work() as uow:
        if uow.staff.count():
            return None
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        uow.staff.add(username="admin", name="Administrator", password=password, role="administrator", now=clock())
    return "admin", password

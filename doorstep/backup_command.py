"""`doorstep backup`, `restore` and `move`: the store into a folder, out of it, and into another database."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from doorstep.settings import Settings

if TYPE_CHECKING:
    from casestore.backup.restoring import Held

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--keep", type=click.IntRange(min=1), help="Remove all data files but this many newest ones.")
@click.pass_obj
def backup(settings: Settings, folder: Path, keep: int | None) -> None:
    """Write an encrypted backup into FOLDER, while everything goes on running."""
    from casestore.backup.backing_up import back_up
    from casestore.backup.backup_folder import BackupFolder
    from casestore.log.case_log import OPERATOR
    from doorstep.wiring import clock, open_store

    _warn_of_place(settings, folder)
    store = open_store(settings, create=False)
    made = back_up(store, BackupFolder(folder), now=clock(), keep=keep)
    with store.unit_of_work() as uow:
        uow.log.note_office("backed_up", actor=OPERATOR, now=clock())
    click.echo(f"{made.path}: {sum(made.rows.values())} rows, {made.files} attachment files, {made.size} bytes.")
    click.echo(f"{folder / 'people.keys'} was replaced: replace every copy of it too, or an erasure does not reach it.")
    for path in made.removed:
        click.echo(f"{path.name} was removed.")
    if made.lost:
        _warn(f"{made.lost} attachment files are missing from {settings.attachments_path}; the backup lacks them too")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--check", "only_check", is_flag=True, help="Only open and count everything in it; change nothing.")
@click.pass_obj
def restore(settings: Settings, file: Path, only_check: bool) -> None:
    """Read a backup back into the empty database that the settings name."""
    from casestore.backup.restoring import check_backup
    from doorstep.wiring import key_file

    erased = None
    if only_check:
        held = check_backup(file, key_file(settings).latest())
    else:
        held, erased = _restored(settings, file)
    for table, rows in held.rows.items():
        click.echo(f"{table:24}{rows:12}")
    click.echo(f"{'attachment files':24}{held.files:12}")
    click.echo(f"{file.name} is whole: made {held.made_at:%Y-%m-%d %H:%M} UTC at revision {held.revision}.")
    click.echo(f"people.keys of {held.keys_of:%Y-%m-%d %H:%M} UTC holds the keys of {held.keys} people.")
    if erased is not None:
        click.echo(f"Restored. {erased} people were erased since, and were left out.")


def _restored(settings: Settings, file: Path) -> tuple["Held", int]:
    from casestore.attachments import AttachmentFiles
    from casestore.backup.restoring import restore as restore_backup
    from casestore.database import open_engine
    from casestore.log.case_log import OPERATOR
    from doorstep.wiring import clock, key_file, make_folder, open_store

    keyring = key_file(settings).latest()
    make_folder(settings.data)
    engine, files = open_engine(settings.database, settings.pool), AttachmentFiles(settings.attachments_path)
    try:
        done = restore_backup(file, engine, keyring, files, now=clock())
    finally:
        engine.dispose()
    with open_store(settings, create=False).unit_of_work() as uow:
        uow.log.note_office("restored", actor=OPERATOR, now=clock(), made_at=done.held.made_at.isoformat())
    return done.held, done.erased


@click.command()
@click.argument("to_url", metavar="TO_URL")
@click.pass_obj
def move(settings: Settings, to_url: str) -> None:
    """Copy everything into the empty database at TO_URL, and compare. Stop what is running first."""
    from casestore.backup.moving import move as move_store
    from casestore.database import open_engine

    source, target = open_engine(settings.database, settings.pool), open_engine(to_url, settings.pool)
    try:
        moved = move_store(source, target)
    finally:
        source.dispose()
        target.dispose()
    for name, table in moved.items():
        click.echo(f"{name:24}{table.rows:12}  {table.sha256[:16]}  the same there")
    click.echo("The old database is as it was. Key file and attachments stay where they are. Now set")
    click.echo(f"DOORSTEP_DATABASE_URL={target.url.set(drivername=target.dialect.name).render_as_string()}")
    click.echo("with the password in place of ***, and start again.")


def _warn_of_place(settings: Settings, folder: Path) -> None:
    place = folder.resolve()
    if settings.keys_path.resolve().is_relative_to(place):
        _warn(f"the key file lies in {folder}: whoever finds the backup can read it; keep the key file elsewhere")
    if place.is_relative_to(settings.data.resolve()):
        _warn(f"{folder} is inside the data folder: what destroys that destroys the backup too")


def _warn(line: str) -> None:
    click.echo(f"Warning: {line}.", err=True)
